import { extendedRsrpOf, extendedRsrqOf, rssiOf } from '../../../shared/signal.ts';
import { isIPv4 } from 'node:net';
import { commands } from '../../mipl/messages.ts';
import { CommandRefusal } from '../commandRefusal.ts';
import { handle } from './commandHandler.ts';
import type { CommandAnswer, CommandHandler } from './commandHandler.ts';
import { printAnswer, printPlain } from './lines.ts';
import type { ModemContext } from './modemContext.ts';
import { cell, signalAt } from './radio.ts';
import type { Signal } from './radio.ts';

const done: CommandAnswer = {};
/** A scan of all operators takes minutes in real life. */
const scanMs = 120_000;
/** RFC 2544's addresses, which belong to nobody: names of the virtual network. */
const nameBase = '198.18';

/** Nothing leaves the machine: every name has an address in the virtual network, the same one each time. */
export function addressOfName(host: string): string {
  if (isIPv4(host)) return host;
  if (host === 'localhost') return '127.0.0.1';
  const sum = [...host].reduce((hash, character) => (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_536, 0);
  return `${nameBase}.${sum >> 8}.${sum & 255}`;
}

/** `+CEREG` reports from this mode on carry area and cell. */
function isLongReport({ profile }: ModemContext, mode: number): boolean {
  return mode >= profile.longRegistrationFromMode;
}

/** EPS services not allowed (TS 24.301 annex A): what a card that is not opened for NB-IoT is told. */
const deniedCause = 7;

/** What stands behind `<stat>`: area, cell and access technology, bare hex as HiSilicon modules print it (mipl-at.md §14). */
function place(context: ModemContext): (string | number)[] {
  const { radio, settings, profile } = context;
  const { accessTechnology, unknownPlace } = profile.network;
  if (!isLongReport(context, settings.registrationReport)) return [];
  if (radio.isRegistered) return [cell.tac, cell.cellId, accessTechnology];
  // TS 27.007 §10.1.22: an EMM cause, with n=3.
  if (radio.isDenied && settings.registrationReport === 3) return ['', '', '', 0, deniedCause];
  // The form of mode 2 in a mode that the document alone prints long says nothing of cells it does not have.
  return unknownPlace && settings.registrationReport >= 2 ? [...unknownPlace, accessTechnology] : [];
}

/** The URC `+CEREG:1,19E6,94,7`. */
export function printRegistration(context: ModemContext): string {
  return printPlain(context.profile, '+CEREG', [context.radio.status, ...place(context)]);
}

/** The URC `+CSCON:1`. */
export function printConnection({ profile, radio }: ModemContext): string {
  return printPlain(profile, '+CSCON', [radio.isConnected ? 1 : 0]);
}

function registrationState(context: ModemContext): string {
  const { profile, settings, radio } = context;
  return printPlain(profile, '+CEREG', [settings.registrationReport, radio.status, ...place(context)]);
}

/** A number of 32 bits that is not known: all ones, printed unsigned (logs of BC95 and Lierda modules without network). */
const unknownNumber = 0xffffffff;

/** How much less a weak place has than a usual one, in dB. */
const WEAKER_DB = 28;

/** What the module measures where it stands. */
export function signalOf({ profile, seed, uptimeSeconds }: ModemContext): Signal {
  const signal = signalAt(seed, uptimeSeconds());
  if (profile.site.network !== 'weak') return signal;
  return { ...signal, rsrpDbm: signal.rsrpDbm - WEAKER_DB, snrDb: signal.snrDb - WEAKER_DB / 2 };
}

function statistics(context: ModemContext): string[] {
  const { radio } = context;
  const uptime = context.uptimeSeconds();
  const { rsrpDbm, rsrqDb, snrDb } = signalOf(context);
  const tenths = (value: number): number => Math.round(value * 10);
  const hasCell = radio.isRegistered;
  return [
    `Signal power:${hasCell ? tenths(rsrpDbm) : -32768}`,
    `Total power:${hasCell ? tenths(rsrpDbm + 6.2) : -32768}`,
    `TX power:${hasCell ? 130 : -32768}`,
    `TX time:${Math.floor(uptime * 11)}`,
    `RX time:${Math.floor(uptime * 310)}`,
    `Cell ID:${hasCell ? parseInt(cell.cellId, 16) : unknownNumber}`,
    `ECL:${hasCell ? 0 : 255}`,
    `SNR:${hasCell ? tenths(snrDb) : -32768}`,
    `EARFCN:${hasCell ? cell.earfcn : unknownNumber}`,
    `PCI:${hasCell ? cell.pci : 65535}`,
    `RSRQ:${hasCell ? tenths(rsrqDb) : -32768}`,
    ...(context.profile.network.tellsOperatorMode ? [`OPERATOR MODE:${hasCell ? operatorMode : 0}`] : []),
  ];
}

/** `OPERATOR MODE` with a cell: 3, stand-alone, as a network of 180 kHz of its own. */
const operatorMode = 3;

/** `<rssi>` of +CSQ. */
function signalQuality(context: ModemContext): number {
  if (!context.radio.isRegistered) return rssiOf(undefined);
  return rssiOf(signalOf(context).rsrpDbm + 14);
}

/**
 * Commands about the network: registration, signal, operator, addresses (TS 27.007; OneNET document, chapter 1). What they
 * change at the radio happens after their OK, so that its reports do not stand inside the answer.
 */
export function networkCommands(context: ModemContext): CommandHandler[] {
  const { profile, radio, settings } = context;
  return [
    handle(commands.signalQuality, () => ({
      lines: [printAnswer(profile, commands.signalQuality, { rssi: signalQuality(context), bitErrorRate: 99 })],
    })),
    handle(commands.extendedSignalQuality, () => {
      const signal = radio.isRegistered ? signalOf(context) : undefined;
      // The first four are of GSM and UMTS, which none of these modules has: not known (TS 27.007 §8.69).
      const values = [99, 99, 255, 255, extendedRsrqOf(signal?.rsrqDb), extendedRsrpOf(signal?.rsrpDbm)];
      return { lines: [printPlain(profile, '+CESQ', values)] };
    }),
    handle(commands.resolve, ({ host }) => {
      if (host === '') throw new CommandRefusal('parameter', 'a name is missing');
      if (!radio.isRegistered) throw new CommandRefusal('radio', 'there is no network');
      return { lines: [printAnswer(profile, commands.resolve, { address: addressOfName(host) })] };
    }),
    handle(commands.statistics, () => ({ lines: statistics(context), isBlock: true })),
    handle(commands.statisticsOf, ({ kind }) => {
      if (kind !== 'CELL') return { lines: statistics(context), isBlock: true };
      const { rsrpDbm, rsrqDb, snrDb } = signalOf(context);
      const values = [rsrpDbm, rsrqDb, rsrpDbm + 6.2, snrDb].map((value) => Math.round(value * 10));
      const isSeen = radio.isRegistered;
      return { lines: isSeen ? [`NUESTATS:CELL,${[cell.earfcn, cell.pci, 1, ...values].join(',')}`] : [] };
    }),
    handle(commands.registrationReport, ({ mode }) => {
      settings.registrationReport = mode;
      return done;
    }),
    handle(commands.registrationState, () => ({ lines: [registrationState(context)] })),
    // Modules of NB-IoT alone have no circuit switched network; host programs ask for it all the same.
    {
      name: '+CREG',
      form: 'write',
      run(list) {
        if (!/^[012]$/.test(list)) throw new CommandRefusal('parameter', '+CREG takes 0 to 2');
        settings.circuitReport = Number(list);
        return done;
      },
    },
    {
      name: '+CREG',
      form: 'read',
      run: () => ({ lines: [printPlain(profile, '+CREG', [settings.circuitReport, radio.status])] }),
    },
    handle(commands.connectionReport, ({ mode }) => {
      settings.connectionReport = mode;
      return done;
    }),
    handle(commands.connectionState, () => ({
      lines: [printPlain(profile, '+CSCON', [settings.connectionReport, radio.isConnected ? 1 : 0])],
    })),
    handle(commands.operator, ({ mode, format, operator }) => {
      if (mode === 3 || mode > 4) throw new CommandRefusal('parameter', 'this +COPS mode is not supported');
      if (mode === 1 && (format !== 2 || operator === undefined)) {
        throw new CommandRefusal('parameter', 'manual selection needs a numeric operator');
      }
      return { afterwards: () => radio.select(mode, operator ?? '') };
    }),
    handle(commands.operatorState, () => {
      const { mode } = radio.selection;
      const current = radio.operator === '' ? {} : { format: 2, operator: radio.operator };
      return { lines: [printAnswer(profile, commands.operatorState, { mode, ...current })] };
    }),
    handle(commands.operatorScan, async () => {
      await new Promise<void>((resolve) => context.later(radio.scaled(scanMs), resolve));
      return { lines: [printPlain(profile, '+COPS', ['(2,,,"46000")', '(3,,,"46011")', '', '(0-2)', '(2)'])] };
    }),
    handle(commands.lockFrequency, ({ mode, earfcn }) => {
      if (mode !== 0 || earfcn === undefined)
        throw new CommandRefusal('parameter', 'mode 0 and a frequency are expected');
      return { afterwards: () => radio.lock(earfcn) };
    }),
    handle(commands.lockFrequencyState, () => ({
      lines: [printPlain(profile, '+NEARFCN', radio.lockedEarfcn === undefined ? [0] : [0, radio.lockedEarfcn])],
    })),
    handle(commands.clearFrequencies, () => {
      if (radio.level !== 0) throw new CommandRefusal('state', 'the radio must be off');
      radio.lockedEarfcn = undefined;
      return done;
    }),
    handle(commands.band, ({ first, second, third }) => {
      if (radio.level !== 0) throw new CommandRefusal('state', 'the radio must be off');
      settings.bands = [first, second, third].filter((band) => band !== undefined);
      return done;
    }),
    handle(commands.bandState, () => ({ lines: [printPlain(profile, '+NBAND', settings.bands)] })),
    handle(commands.attach, ({ attached }) => ({ afterwards: () => radio.select(attached === 1 ? 0 : 2, '') })),
    handle(commands.attachState, () => ({
      lines: [printAnswer(profile, commands.attachState, { attached: radio.isRegistered ? 1 : 0 })],
    })),
    handle(commands.functionality, ({ level, reset }) => {
      // 4 switches the radio off and leaves the SIM on (27.007 §8.2); HiSilicon firmware has 0 and 1 alone.
      if (level > 1 && !(level === 4 && profile.chip === 'mediatek')) {
        throw new CommandRefusal('parameter', 'the radio knows off and on');
      }
      if (reset === 1) return { afterwards: () => context.reboot() };
      return level === radio.level ? done : { afterwards: () => radio.setLevel(level) };
    }),
    handle(commands.functionalityState, () => ({
      lines: [printAnswer(profile, commands.functionalityState, { level: radio.level })],
    })),
  ];
}
