import { isOnNetwork, networkStatus } from '../../shared/networkStatus.ts';
import { rssiDbmOf } from '../../shared/signal.ts';
import type { CauseCode, JudgedLine } from '../../shared/diagnosis.ts';
import { signalWord } from '../../shared/signal.ts';
import type { DeviceState } from '../../shared/state.ts';
import type { StageName } from '../../shared/stageNames.ts';
import { event } from '../mipl/codes.ts';
import type { LineSigns, SignLine } from './signBook.ts';

/** What of the state the rules look at. */
export type StateSigns = Pick<
  DeviceState,
  'connection' | 'stages' | 'network' | 'module' | 'registration' | 'observations' | 'platformCalls'
>;

/** Everything that a rule may judge by. */
export interface Signs {
  readonly state: StateSigns;
  readonly lines: LineSigns;
  /** By the clock of the state's times. */
  readonly nowMs: number;
}

/** That a rule fits: how surely, by which lines, and what the texts name. */
export interface RuleFit {
  readonly weight: number;
  readonly evidence: readonly JudgedLine[];
  readonly values?: Readonly<Record<string, string | number>>;
}

/** One cause: the stage that it holds up, when it fits, and which line says that it is not this. */
export interface CauseRule {
  readonly code: CauseCode;
  readonly stage: StageName;
  readonly fits: (signs: Signs) => RuleFit | undefined;
  readonly ruledOutBy?: (signs: Signs) => JudgedLine | undefined;
}

/** +CEREG `<stat>` (TS 27.007 §10.1.22) not registered, searching, unknown: nobody has answered. */
const unheard: readonly unknown[] = [0, 2, 4];
/** EMM causes of TS 24.301 §9.9.3.9: this network or area is not for this card. */
const placeCauses: readonly unknown[] = [11, 12, 13, 14, 15];
/** ESM causes of TS 24.301 §9.9.4.4: the APN is missing, unknown, or not subscribed. */
const apnCauses: readonly unknown[] = [27, 33];
/** TS 27.007 §9.2: no card, or one that does not work. */
const noCard: readonly unknown[] = ['10', '13', '15', 'SIM not inserted', 'SIM failure', 'SIM wrong'];
/** The same: the card, or the device, wants a code. */
const wantedCodes: ReadonlyMap<unknown, string> = new Map([
  ['5', 'PH-SIM PIN'],
  ['6', 'PH-FSIM PIN'],
  ['7', 'PH-FSIM PUK'],
  ['11', 'SIM PIN'],
  ['12', 'SIM PUK'],
  ['17', 'SIM PIN2'],
  ['18', 'SIM PUK2'],
  // The same with +CMEE=2.
  ['SIM PIN required', 'SIM PIN'],
  ['SIM PUK required', 'SIM PUK'],
]);
const plainCode = /^(SIM|PH-\S+) (PIN2?|PUK2?)$/;
/** TS 27.007 §8.2: minimum functionality, and radio switched off. */
const radioOffLevels: readonly unknown[] = [0, 4];
/** OneNET observes right after registering. */
const OBSERVED_AFTER_MS = 10_000;

const asEvidence = ({ seq, text }: JudgedLine): JudgedLine => ({ seq, text });
const lineOf = ({ lines }: Signs, name: string): SignLine | undefined => lines.newest.get(name);
const refusalOf = ({ lines }: Signs, name: string): SignLine | undefined => lines.refusals.get(name);
const found = (weight: number, seen: JudgedLine | undefined, values?: RuleFit['values']): RuleFit => ({
  weight,
  evidence: seen ? [asEvidence(seen)] : [],
  ...(values ? { values } : {}),
});
const hasNetwork = ({ state }: Signs): boolean => isOnNetwork(state.network.registration);
const isReached = ({ state }: Signs, stage: StageName): boolean =>
  state.stages[stage].status !== 'waiting' && state.stages[stage].status !== 'stale';
const isDone = ({ state }: Signs, stage: StageName): boolean => state.stages[stage].status === 'done';
const faultCode = ({ state }: Signs, stage: StageName): string | undefined => state.stages[stage].fault?.code;

/** The refusal of any command that has one of these numbers behind +CME ERROR. */
function cardRefusal({ lines }: Signs, numbers: readonly unknown[]): SignLine | undefined {
  return [...lines.refusals.values()].find((seen) => numbers.includes(seen.params['detail']));
}

/** The newest event, when it is one of these: what came after it has settled it. */
function eventSeen(signs: Signs, ...numbers: readonly number[]): SignLine | undefined {
  const seen = lineOf(signs, '+MIPLEVENT');
  return seen && numbers.includes(Number(seen.params['event'])) ? seen : undefined;
}

function rejection(signs: Signs, numbers: readonly unknown[]): SignLine | undefined {
  const seen = lineOf(signs, '+CEREG');
  return seen && numbers.includes(seen.params['rejectCause']) ? seen : undefined;
}

/** A lock that the module told of: a channel stands behind the mode (`+NEARFCN:0,3736`). */
function lockedChannel(signs: Signs): SignLine | undefined {
  const seen = lineOf(signs, '+NEARFCN');
  return seen?.params['earfcn'] === undefined ? undefined : seen;
}

function newestCall({ state }: Signs): DeviceState['platformCalls'][string] | undefined {
  return Object.values(state.platformCalls).reduce<DeviceState['platformCalls'][string] | undefined>(
    (newest, call) => (newest === undefined || call.startedMs >= newest.startedMs ? call : newest),
    undefined,
  );
}

/** True while nothing unheard-of is known of the signal: no measurement, or one that says so. */
function hasNoSignal({ state, lines }: Signs): boolean {
  const { rssiDbm, rsrpDbm } = state.network;
  if (rsrpDbm !== undefined) return false;
  const quality = lines.newest.get('+CSQ');
  return quality === undefined ? rssiDbm === undefined : rssiDbmOf(Number(quality.params['rssi'])) === undefined;
}

/** Every cause with its rule. Pure: what is not in the signs is not judged by. */
export const rules: readonly CauseRule[] = [
  {
    code: 'portShared',
    stage: 'port',
    fits: ({ state, lines }) => {
      const { fault } = state.connection;
      if (fault?.code === 'PORT_TAKEN') return found(97, undefined, { holders: fault.detail ?? '' });
      if (fault?.code === 'PORT_BUSY') return found(97, undefined, { holders: fault.holder ?? '' });
      return lines.sharers ? found(94, lines.sharers, { holders: lines.sharers.holders }) : undefined;
    },
  },
  {
    code: 'wrongBaud',
    stage: 'module',
    fits: ({ state, lines }) => {
      if (lines.readable > 0 || lines.unreadable === 0) return undefined;
      return found(92, lines.garbled, { baudRate: state.connection.baudRate ?? 0, lines: lines.unreadable });
    },
    ruledOutBy: (signs) => lineOf(signs, 'OK'),
  },
  {
    code: 'silent',
    stage: 'module',
    fits: (signs) => {
      const { lines } = signs;
      if (!isReached(signs, 'module') || isDone(signs, 'module')) return undefined;
      if (lines.readable + lines.unreadable > 0) return undefined;
      return found(85, undefined);
    },
    ruledOutBy: (signs) => lineOf(signs, 'OK'),
  },
  {
    code: 'noSim',
    stage: 'sim',
    fits: (signs) => {
      const refusal = cardRefusal(signs, noCard);
      if (refusal) return found(98, refusal, { number: String(refusal.params['detail']) });
      const state = lineOf(signs, '+CPIN')?.params['state'];
      if (state === 'NOT INSERTED' || state === 'NOT READY') return found(96, lineOf(signs, '+CPIN'));
      return faultCode(signs, 'sim') === 'SIM_NOT_READY' && state === undefined
        ? found(60, refusalOf(signs, '+CIMI'))
        : undefined;
    },
    ruledOutBy: (signs) => {
      const seen = lineOf(signs, '+CPIN');
      return seen?.params['state'] === 'READY' ? seen : undefined;
    },
  },
  {
    code: 'simLocked',
    stage: 'sim',
    fits: (signs) => {
      const refusal = cardRefusal(signs, [...wantedCodes.keys()]);
      if (refusal) return found(99, refusal, { wanted: String(wantedCodes.get(refusal.params['detail'])) });
      const seen = lineOf(signs, '+CPIN');
      const wanted = String(seen?.params['state']);
      return plainCode.test(wanted) ? found(99, seen, { wanted }) : undefined;
    },
    ruledOutBy: (signs) => {
      const seen = lineOf(signs, '+CPIN');
      return seen?.params['state'] === 'READY' ? seen : undefined;
    },
  },
  {
    code: 'radioOff',
    stage: 'network',
    fits: (signs) => {
      const seen = lineOf(signs, '+CFUN');
      return seen && radioOffLevels.includes(seen.params['level']) && !hasNetwork(signs) ? found(96, seen) : undefined;
    },
    ruledOutBy: (signs) => {
      const seen = lineOf(signs, '+CFUN');
      return seen?.params['level'] === 1 ? seen : undefined;
    },
  },
  {
    code: 'frequencyLock',
    stage: 'network',
    fits: (signs) => {
      const seen = lockedChannel(signs);
      return seen && !hasNetwork(signs) ? found(90, seen, { earfcn: Number(seen.params['earfcn']) }) : undefined;
    },
    ruledOutBy: (signs) => (lockedChannel(signs) ? undefined : lineOf(signs, '+NEARFCN')),
  },
  {
    code: 'roamingNotAllowed',
    stage: 'network',
    fits: (signs) => {
      if (signs.state.network.registration !== networkStatus.denied) return undefined;
      const seen = rejection(signs, placeCauses);
      if (seen) return found(88, seen, { rejectCause: Number(seen.params['rejectCause']) });
      const operator = lineOf(signs, '+COPS');
      // A network chosen by hand is not left by itself.
      return operator?.params['mode'] === 1
        ? found(70, operator, { operator: String(operator.params['operator'] ?? '') })
        : undefined;
    },
  },
  {
    code: 'apnWrong',
    stage: 'network',
    fits: (signs) => {
      const seen = rejection(signs, apnCauses);
      if (seen) return found(87, seen, { rejectCause: Number(seen.params['rejectCause']) });
      if (!hasNetwork(signs) || isDone(signs, 'onenet')) return undefined;
      const [address, attached] = [lineOf(signs, '+CGPADDR'), lineOf(signs, '+CGATT')];
      const context = lineOf(signs, '+CGDCONT');
      const lines = [address, attached].filter(
        (line) => line && (line === attached ? line.params['attached'] === 0 : line.params['address'] === undefined),
      );
      if (lines.length === 0) return undefined;
      const evidence = [...lines, context].filter((line) => line !== undefined).map(asEvidence);
      return { weight: 84, evidence, values: { apn: String(context?.params['apn'] ?? '') } };
    },
    ruledOutBy: (signs) => {
      const seen = lineOf(signs, '+CGPADDR');
      return seen?.params['address'] === undefined ? undefined : seen;
    },
  },
  {
    code: 'registrationDenied',
    stage: 'network',
    fits: (signs) => {
      if (signs.state.network.registration !== networkStatus.denied) return undefined;
      const seen = lineOf(signs, '+CEREG');
      const rejectCause = seen?.params['rejectCause'];
      return found(80, seen, rejectCause === undefined ? undefined : { rejectCause: Number(rejectCause) });
    },
    ruledOutBy: (signs) => (hasNetwork(signs) ? lineOf(signs, '+CEREG') : undefined),
  },
  {
    code: 'noCoverage',
    stage: 'network',
    fits: (signs) => {
      const { state } = signs;
      if (!isReached(signs, 'network') || hasNetwork(signs) || !hasNoSignal(signs)) return undefined;
      if (state.network.registration !== undefined && !unheard.includes(state.network.registration)) return undefined;
      const evidence = [lineOf(signs, '+CSQ'), lineOf(signs, '+CEREG')].filter((line) => line !== undefined);
      return evidence.length === 0 ? undefined : { weight: 72, evidence: evidence.map(asEvidence) };
    },
    ruledOutBy: (signs) => (hasNoSignal(signs) ? undefined : lineOf(signs, '+CSQ')),
  },
  {
    code: 'weakSignal',
    stage: 'network',
    fits: (signs) => {
      const { network } = signs.state;
      const word = signalWord(network);
      if ((word !== 'weak' && word !== 'poor') || isDone(signs, 'onenet')) return undefined;
      if (!isReached(signs, 'network')) return undefined;
      const dbm = network.rsrpDbm ?? network.rssiDbm ?? 0;
      return found(word === 'poor' ? 68 : 55, lineOf(signs, '+CSQ'), { dbm });
    },
    ruledOutBy: (signs) => {
      const word = signalWord(signs.state.network);
      return word === 'good' || word === 'fair' ? lineOf(signs, '+CSQ') : undefined;
    },
  },
  {
    code: 'asleep',
    stage: 'module',
    fits: (signs) => {
      const { activeTimeSeconds } = signs.state.network;
      const report = lineOf(signs, '+NPSMR');
      const isMute = ['module', 'objects', 'onenet'].some((stage) =>
        ['AT_SILENT', 'AT_TIMEOUT'].includes(faultCode(signs, stage as StageName) ?? ''),
      );
      if (report?.params['asleep'] === 1) return found(91, report);
      const timers = lineOf(signs, '+CEREG');
      return isMute && typeof activeTimeSeconds === 'number'
        ? found(82, timers, { seconds: activeTimeSeconds })
        : undefined;
    },
  },
  {
    code: 'bootstrapRefused',
    stage: 'onenet',
    fits: (signs) => {
      const seen = eventSeen(signs, event.bootstrapFailed);
      return seen ? found(90, seen) : undefined;
    },
  },
  {
    code: 'identityUnknown',
    stage: 'onenet',
    fits: (signs) => {
      const refused = eventSeen(signs, event.registrationFailed);
      if (refused) return found(90, refused);
      // A bootstrap server that does not know the module says no in the same way.
      const seen = eventSeen(signs, event.bootstrapFailed);
      return seen ? found(60, seen) : undefined;
    },
  },
  {
    code: 'serverUnreachable',
    stage: 'onenet',
    fits: (signs) => {
      const seen = eventSeen(signs, event.connectFailed, event.registrationTimeout);
      if (seen) return found(86, seen);
      return faultCode(signs, 'onenet') === 'MIPL_EVENT_TIMEOUT' ? found(64, lineOf(signs, '+MIPLEVENT')) : undefined;
    },
  },
  {
    code: 'lifetimeOver',
    stage: 'onenet',
    fits: (signs) => {
      const seen = eventSeen(signs, event.lifetimeOver);
      if (seen) return found(95, seen);
      const { expiresMs, phase } = signs.state.registration;
      return expiresMs !== undefined && expiresMs < signs.nowMs && phase !== 'closing'
        ? found(75, undefined)
        : undefined;
    },
  },
  {
    code: 'notObserved',
    stage: 'onenet',
    fits: (signs) => {
      const { registration, observations } = signs.state;
      const { registeredMs, phase } = registration;
      if (phase !== 'registered' || observations.length > 0 || registeredMs === undefined) return undefined;
      return signs.nowMs - registeredMs >= OBSERVED_AFTER_MS ? found(50, lineOf(signs, '+MIPLEVENT')) : undefined;
    },
  },
  {
    code: 'platformKey',
    stage: 'onenet',
    fits: (signs) => {
      const call = newestCall(signs);
      return call?.fault?.code === 'PLATFORM_KEY' ? found(58, undefined) : undefined;
    },
  },
];
