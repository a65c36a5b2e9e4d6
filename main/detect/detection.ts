import type { Fault } from '../../shared/errors.ts';
import type { FoundModule, ReplyKind } from '../../shared/search.ts';

/** Rates that NB-IoT modules come with, the likeliest first. */
export const detectedRates = [9600, 115200, 57600, 921600, 460800, 38400, 19200, 4800] as const;

/** What was seen at one rate. */
export interface RateResult {
  readonly baudRate?: number;
  readonly kind: ReplyKind;
  readonly byteCount: number;
}

/** What a port is found to be: a module, or the likeliest reason why none answers. */
export interface PortResult {
  readonly port: string;
  readonly module?: FoundModule;
  /** `failed`: the port could not be opened or broke; else the best reply that came at any rate. */
  readonly reason?: Exclude<ReplyKind, 'answer'> | 'failed';
  readonly fault?: Fault;
  readonly rates: readonly RateResult[];
}

/** The likeliest reason, of everything that came: text tells more than garbage, and garbage more than silence. */
export function reasonOf(rates: readonly RateResult[]): Exclude<ReplyKind, 'answer'> {
  const kinds = new Set(rates.map(({ kind }) => kind));
  // An answer that did not come a second time was none.
  if (kinds.has('answer') || kinds.has('text')) return 'text';
  if (kinds.has('echo')) return 'echo';
  return kinds.has('garbage') ? 'garbage' : 'silent';
}
