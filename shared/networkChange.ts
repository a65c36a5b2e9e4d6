import { defined } from './defined.ts';
import type { Fault } from './errors.ts';
import { object, optional, text, variant, whole } from './schema.ts';
import type { TextSchema, ValueOf } from './schema.ts';

/** A channel that the module searches alone (document, chapter 1). */
export interface FrequencyLock {
  readonly earfcn: number;
  /** Physical cell, hex, where the lock names one. */
  readonly pci?: string;
  /** The module had it before anything was locked in this session. */
  readonly wasFound: boolean;
}

/** How the module chooses its carrier: `<mode>` of +COPS (TS 27.007 §7.3), 0 automatic, 1 by hand. */
export interface CarrierSelection {
  readonly mode: number;
  /** Numeric, MCC and MNC. */
  readonly carrier?: string;
}

/** The PDP context that carries the session (TS 27.007 §10.1.1). */
export interface PacketContext {
  readonly contextId: number;
  readonly type: string;
  readonly apn: string;
}

/** How the module is set to join a network, as far as it has told. */
export interface NetworkSetup {
  /** The channel that it is locked to; `none`: it searches all. */
  readonly lock?: FrequencyLock | 'none';
  readonly carrierSelection?: CarrierSelection;
  readonly context?: PacketContext;
}

const matching = (pattern: RegExp, must: string, example: string, counterexample: string): TextSchema =>
  text(100, { must, holds: (value) => pattern.test(value), example, counterexample });

/** MCC and MNC (TS 23.003 §2.2). */
export const carrierNumber = matching(/^\d{5,6}$/, 'must be MCC and MNC, 5 or 6 digits', '46000', 'CMCC');
/** Letters, digits, hyphens and points (TS 23.003 §9.1); nothing: the network chooses. */
export const apnText = matching(/^[A-Za-z0-9.-]*$/, 'must be an APN', 'cmnbiot', 'cm nbiot"');
/** EARFCN of E-UTRA (TS 36.101 §5.7.3). */
export const earfcnRange = whole(0, 262_143);

/** What a person may change about how the module joins its network: chapter 1 of the document. */
export const networkChange = variant('kind', {
  lock: object({
    earfcn: earfcnRange,
    pci: optional(matching(/^[0-9A-Fa-f]{1,3}$/, 'must be a cell in hex', '5B', 'xyz')),
  }),
  clearLock: object({}),
  carrier: object({ carrier: carrierNumber }),
  automaticCarrier: object({}),
  apn: object({
    contextId: whole(0, 10),
    type: matching(/^[A-Z0-9-]{1,20}$/, 'must be a PDP type', 'IP', '"IP"'),
    apn: apnText,
  }),
});
export type NetworkChange = ValueOf<typeof networkChange>;
export type NetworkChangeKind = NetworkChange['kind'];

/** A carrier that a scan has seen (TS 27.007 §7.3). */
export interface SeenCarrier {
  /** `<stat>`: 0 unknown, 1 available, 2 current, 3 forbidden. */
  readonly status: number;
  readonly carrier: string;
  /** The long name, where the module tells it. */
  readonly name?: string;
}

/** Changes of a person to how the module joins its network. */
export interface NetworkChangeState {
  /** What is under way. */
  readonly running?: NetworkChangeKind | 'scan';
  /** The change made last, when, by the steady clock, and what puts things back as they stood before; absent where the module had not told. */
  readonly last?: { readonly change: NetworkChange; readonly undo?: NetworkChange; readonly atMs: number };
  /** Why the newest one was refused. */
  readonly fault?: Fault;
  /** What the last scan has seen. */
  readonly carriers?: readonly SeenCarrier[];
}

/** Switched off in between, so that what was set counts in a new search. */
const searchAnew = ['AT+CFUN=0', 'AT+CFUN=1'] as const;

/**
 * The command lines of a change. A lock is set while the module searches, as the document does; what is cleared or defined
 * wants the radio off (mipl-at.md §14).
 */
export function linesOf(change: NetworkChange): readonly string[] {
  const [off, on] = searchAnew;
  switch (change.kind) {
    case 'lock': {
      const { earfcn, pci } = change;
      return [off, on, `AT+NEARFCN=0,${earfcn}${pci === undefined ? '' : `,${pci}`}`];
    }
    case 'clearLock':
      return [off, 'AT+NCSEARFCN', on];
    case 'carrier':
      return [`AT+COPS=1,2,"${change.carrier}"`];
    case 'automaticCarrier':
      return ['AT+COPS=0'];
    case 'apn':
      return [off, `AT+CGDCONT=${change.contextId},"${change.type}","${change.apn}"`, on];
  }
}

/** The question that tells what a change would replace. */
export const questionOf: Readonly<Record<NetworkChangeKind, string>> = {
  lock: 'AT+NEARFCN?',
  clearLock: 'AT+NEARFCN?',
  carrier: 'AT+COPS?',
  automaticCarrier: 'AT+COPS?',
  apn: 'AT+CGDCONT?',
};

/** What puts back what stands now, once the change is made; undefined where the module has not told what stands. */
export function undoOf(
  { kind }: Pick<NetworkChange, 'kind'>,
  { lock, carrierSelection, context }: NetworkSetup,
): NetworkChange | undefined {
  switch (kind) {
    case 'lock':
    case 'clearLock':
      if (lock === undefined) return undefined;
      if (lock === 'none') return { kind: 'clearLock' };
      return { kind: 'lock', earfcn: lock.earfcn, ...defined({ pci: lock.pci }) };
    case 'carrier':
    case 'automaticCarrier': {
      if (carrierSelection?.mode === 0) return { kind: 'automaticCarrier' };
      const { carrier } = carrierSelection ?? {};
      return carrier === undefined ? undefined : { kind: 'carrier', carrier };
    }
    case 'apn':
      return context && { kind: 'apn', ...context };
  }
}

/** The lock that stands, if one does. */
export function lockOf({ lock }: NetworkSetup): FrequencyLock | undefined {
  return lock === 'none' ? undefined : lock;
}
