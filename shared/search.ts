import type { Fault } from './errors.ts';
import type { LineEnding } from './lineSettings.ts';

/**
 * What came back for an AT: nothing; bytes that are no text, as at a wrong rate; text that is no answer; only our own
 * bytes, as from a plug that joins TX and RX; an answer.
 */
export type ReplyKind = 'silent' | 'garbage' | 'text' | 'echo' | 'answer';

/** A module that answered twice at the same rate and said who it is, as far as it does. */
export interface FoundModule {
  /** Absent where the far end sets its own rate: a serial server without RFC 2217. */
  readonly baudRate?: number;
  /** As the module wants it. */
  readonly lineEnding: LineEnding;
  /** It sends back what it hears. */
  readonly hasEcho: boolean;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly imei?: string;
}

/** One rate of a port in a search. */
export interface RateCell {
  readonly baudRate: number;
  readonly status: 'waiting' | 'trying' | 'notNeeded' | ReplyKind;
  readonly byteCount: number;
  /** The first bytes that came at it, `0D 0A 4F 4B`. */
  readonly hex?: string;
}

/** One port in a search. */
export interface PortSearch {
  readonly path: string;
  readonly status: 'trying' | 'found' | 'nothing' | 'inUse' | 'failed';
  readonly cells: readonly RateCell[];
  readonly module?: FoundModule;
  /** What answered at other rates, where somebody wanted to know: the same module, or another at the same adapter. */
  readonly others?: readonly FoundModule[];
  /** The likeliest reason why none answers. */
  readonly reason?: Exclude<ReplyKind, 'answer'>;
  readonly fault?: Fault;
  /** Of a port in use: when it is tried again. */
  readonly retryAtMs?: number;
}

/** Bytes as they came. */
export interface LiveBytes {
  readonly path: string;
  readonly baudRate?: number;
  /** `0D 0A 4F 4B` */
  readonly hex: string;
}

/** A search for the module at every serial port. */
export interface SearchState {
  readonly phase: 'running' | 'done' | 'stopped';
  readonly ports: readonly PortSearch[];
  /** The newest last; the last of them only. */
  readonly bytes: readonly LiveBytes[];
}
