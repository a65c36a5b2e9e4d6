import { commands, urcs } from '../../mipl/messages.ts';
import type { SiteConditions } from '../profile.ts';
import { CommandRefusal } from '../commandRefusal.ts';
import { handle } from './commandHandler.ts';
import type { CommandAnswer, CommandHandler } from './commandHandler.ts';
import { printAnswer, printLine, printPlain } from './lines.ts';
import type { ModemContext } from './modemContext.ts';
import { systemClock } from '../../time/clock.ts';

const done: CommandAnswer = {};

/** @param least what must be known of the card at least */
function requireCard(card: SiteConditions['card'], least: 'ready' | 'locked'): void {
  if (card === 'missing') throw new CommandRefusal('noCard', 'no SIM card is inserted');
  if (card === 'locked' && least === 'ready') throw new CommandRefusal('cardLocked', 'the SIM card wants its PIN');
}

/** V.250 and identity commands: who the module is, how it talks. */
export function generalCommands(context: ModemContext): CommandHandler[] {
  const { profile, identity, settings } = context;
  const model = profile.identity;
  return [
    handle(commands.attention, () => done),
    ...['+CGMI', '+GMI'].map((name) => telling(name, [model.manufacturer])),
    ...['+CGMM', '+GMM'].map((name) => telling(name, [model.model])),
    ...['+CGMR', '+GMR'].map((name) => telling(name, model.firmware)),
    handle(commands.imei, ({ kind }) => ({ lines: [serialNumberLine(context, kind)] })),
    ...[commands.serialNumber, commands.serialNumberShort].map((spec) =>
      handle(spec, () => ({ lines: [identity.imei] })),
    ),
    handle(commands.imsi, () => {
      requireCard(profile.site.card, 'ready');
      return { lines: [identity.imsi] };
    }),
    ...[commands.iccid, commands.iccidRead, commands.iccidM5311].map((spec) =>
      handle(spec, () => {
        // The number of a card that wants its PIN can be read.
        requireCard(profile.site.card, 'locked');
        return { lines: [printAnswer(profile, spec, { iccid: identity.iccid })] };
      }),
    ),
    handle(commands.errorReport, ({ mode }) => {
      if (mode > profile.errors.reportUpTo) throw new CommandRefusal('parameter', 'texts for errors are not supported');
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
        throw new CommandRefusal('parameter', `${item} cannot be ${value}`);
      }
      context.moduleConfig.set(item, value);
      return done;
    }),
    handle(commands.moduleConfigState, () => ({
      lines: [...context.moduleConfig].map(([item, value]) =>
        printAnswer(profile, commands.moduleConfigState, { item, value }),
      ),
    })),
    handle(commands.clock, () => ({
      lines: [printPlain(profile, '+CCLK', [clockText(new Date(systemClock.wallMs()))])],
    })),
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

/** A command whose answer never changes. */
function telling(name: string, lines: readonly string[]): CommandHandler {
  return { name, form: 'execute', run: () => ({ lines }) };
}

/** 27.007 §5.4: 0 serial number, 1 IMEI, 2 IMEI and software version, 3 software version. */
function serialNumberLine({ profile, identity: { imei } }: ModemContext, kind: number): string {
  const softwareVersion = '01';
  if (kind === 0) return imei;
  const shown = { 1: imei, 2: `${imei.slice(0, 14)}${softwareVersion}`, 3: softwareVersion }[kind] ?? imei;
  return printAnswer(profile, commands.imei, { imei: shown });
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
