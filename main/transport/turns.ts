/** As much as one turn of the event loop hands on: a millisecond or two of reading lines. */
const TURN_BYTES = 4096;

/** Where bytes come from and go to. */
export interface TurnsDriver {
  hand(bytes: Uint8Array): void;
  /** Nothing more is to be fetched for now. */
  pause(): void;
  resume(): void;
}

/** Hands on what comes in pieces, a turn of the event loop each. */
export interface Turns {
  take(bytes: Uint8Array): void;
  /** Does something once all that was taken is handed on. */
  afterwards(act: () => void): void;
}

/**
 * A far end that talks without pause must not keep the process from everything else: libuv reads up to 2 MB from one socket
 * before it looks at the next. Little is handed on at once; of much, a piece a turn, and no more is fetched meanwhile.
 */
export function makeTurns(driver: TurnsDriver): Turns {
  const waiting: Uint8Array[] = [];
  let last: (() => void) | undefined;

  function next(): void {
    const piece = waiting.shift();
    if (piece) driver.hand(piece);
    if (waiting.length > 0) setImmediate(next);
    else {
      driver.resume();
      last?.();
    }
  }

  return {
    take(bytes) {
      if (waiting.length === 0 && bytes.length <= TURN_BYTES) return driver.hand(bytes);
      const isIdle = waiting.length === 0;
      for (let from = 0; from < bytes.length; from += TURN_BYTES) waiting.push(bytes.subarray(from, from + TURN_BYTES));
      if (!isIdle) return;
      driver.pause();
      next();
    },
    afterwards(act) {
      if (waiting.length === 0) act();
      else last ??= act;
    },
  };
}
