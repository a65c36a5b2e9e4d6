/** 8N1: a start bit and a stop bit around each byte. */
const BITS_PER_BYTE = 10;
const LINE_END_BYTES = 2;
/** `CR LF OK CR LF`. */
const FINAL_BYTES = 6;
/** Enough to see the module's pace, few enough to follow it. */
const KEPT = 20;
/** Until the first answer was measured; modules on a desk take about this. */
const FIRST_GUESS_MS = 50;

/** Time the bytes of a command take to leave, milliseconds; nothing where the baud rate is not known (a serial server). */
export function leavingMs(line: string, baudRate: number | undefined): number {
  return bytesMs(new TextEncoder().encode(line).length + LINE_END_BYTES, baudRate);
}

function bytesMs(bytes: number, baudRate: number | undefined): number {
  return baudRate === undefined ? 0 : (bytes * BITS_PER_BYTE * 1000) / baudRate;
}

/** Time one command and its OK take on the wire alone. */
function wireMs(line: string, baudRate: number | undefined): number {
  return leavingMs(line, baudRate) + bytesMs(FINAL_BYTES, baudRate);
}

/**
 * The least time an answer of these lines takes: each line goes out, the module works on it, its OK comes back, and only
 * then the next one may leave (mipl-at.md §1, pipelining).
 */
export function smallestAnswerMs(lines: readonly string[], baudRate: number | undefined, perCommandMs: number): number {
  return lines.reduce((total, line) => total + wireMs(line, baudRate) + perCommandMs, 0);
}

/** How long this module works on one answer line beside the time on the wire: the median of the last 20. */
export class CommandPace {
  readonly #times: number[] = [];
  #count = 0;

  /** An answer line and the time from its first byte to its OK. */
  add(line: string, tookMs: number, baudRate: number | undefined): void {
    this.#times[this.#count++ % KEPT] = Math.max(0, tookMs - wireMs(line, baudRate));
  }

  get perCommandMs(): number {
    const sorted = [...this.#times].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? FIRST_GUESS_MS;
  }
}
