import { commands, urcs } from '../../mipl/messages.ts';
import { Refusal } from '../refusal.ts';
import { handle } from './commandHandler.ts';
import type { Answer, CommandHandler } from './commandHandler.ts';
import { printAnswer, printLine } from './lines.ts';
import type { ModemContext } from './modemContext.ts';

const done: Answer = {};

/** V.250 and identity commands: who the module is, how it talks. */
export function generalCommands(context: ModemContext): CommandHandler[] {
  const { profile, identity, settings } = context;
  const model = profile.identity;
  return [
    handle(commands.attention, () => done),
    handle(commands.echoOff, () => {
      context.setEcho(false);
      return done;
    }),
    handle(commands.echoOn, () => {
      context.setEcho(true);
      return done;
    }),
    handle(commands.information, () => ({ lines: model.information })),
    handle(commands.manufacturer, () => ({ lines: [model.manufacturer] })),
    handle(commands.model, () => ({ lines: [model.model] })),
    handle(commands.firmware, () => ({ lines: model.firmware })),
    handle(commands.imei, ({ kind }) => {
      if (kind !== 1 || !profile.numbersSerial) throw new Refusal('parameter', 'only +CGSN=1 is known');
      return { lines: [printAnswer(profile, commands.imei, { imei: identity.imei })] };
    }),
    ...[commands.serialNumber, commands.serialNumberShort].map((spec) =>
      handle(spec, () => ({ lines: [identity.imei] })),
    ),
    handle(commands.imsi, () => ({ lines: [identity.imsi] })),
    ...[commands.iccid, commands.iccidRead, commands.iccidM5311].map((spec) =>
      handle(spec, () => ({ lines: [printAnswer(profile, spec, { iccid: identity.iccid })] })),
    ),
    handle(commands.errorReport, ({ mode }) => {
      if (mode > profile.errors.reportUpTo) throw new Refusal('parameter', 'texts for errors are not supported');
      settings.errorReport = mode;
      return done;
    }),
    handle(commands.errorReportState, () => ({
      lines: [printAnswer(profile, commands.errorReportState, { mode: settings.errorReport })],
    })),
    ...[commands.reboot, commands.rebootM5311, commands.rebootMe3616].map((spec) =>
      handle(spec, () => ({ final: profile.boot.rebooting, afterwards: () => reboot(context) })),
    ),
    handle(commands.moduleConfig, ({ item, value }) => {
      if (!context.moduleConfig.has(item) || !/^(TRUE|FALSE)$/.test(value)) {
        throw new Refusal('parameter', `${item} cannot be ${value}`);
      }
      context.moduleConfig.set(item, value);
      return done;
    }),
    handle(commands.moduleConfigState, () => ({
      lines: [...context.moduleConfig].map(([item, value]) =>
        printAnswer(profile, commands.moduleConfigState, { item, value }),
      ),
    })),
    handle(commands.clock, () => ({ lines: [`+CCLK:${profile.spacing.colon}${clockText(new Date())}`] })),
    handle(commands.powerSaving, ({ mode }) => {
      settings.powerSaving = mode;
      return done;
    }),
    handle(commands.powerSavingState, () => ({
      lines: [printAnswer(profile, commands.powerSavingState, { mode: settings.powerSaving })],
    })),
    handle(commands.edrx, ({ mode, accessTechnology, value }) => {
      const { edrx } = settings;
      settings.edrx = {
        mode,
        accessTechnology: accessTechnology ?? edrx.accessTechnology,
        value: value ?? edrx.value,
      };
      return done;
    }),
    handle(commands.edrxState, () => {
      const { accessTechnology, value } = settings.edrx;
      return { lines: [printAnswer(profile, commands.edrxState, { accessTechnology, value })] };
    }),
    handle(commands.sleepReport, ({ mode }) => {
      settings.sleepReport = mode;
      return done;
    }),
    handle(commands.ping, ({ address }) => ({ afterwards: () => ping(context, address) })),
  ];
}

/** `yy/mm/dd,hh:mm:ss+32`: universal time and China's zone in quarters of an hour, without quotes (mipl-at.md §14). */
function clockText(now: Date): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  return `${date.slice(2).replaceAll('-', '/')},${time.slice(0, 8)}+32`;
}

function reboot(context: ModemContext): void {
  const { farewell } = context.profile.boot;
  if (farewell !== undefined) context.say(farewell);
  context.reboot();
}

/** Nothing leaves the machine: the virtual network answers for every address, within what NB-IoT takes. */
function ping(context: ModemContext, address: string): void {
  const { profile, radio, seed } = context;
  if (!radio.isRegistered) {
    context.say(printLine(profile, urcs.pingFailed, { error: 1 }));
    return;
  }
  const roundTripMs = 120 + ((seed * 37 + Math.floor(context.uptimeSeconds()) * 13) % 180);
  radio.use();
  context.later(radio.scaled(roundTripMs), () =>
    context.say(printLine(profile, urcs.pong, { address, timeToLive: 53, roundTripMs })),
  );
}
