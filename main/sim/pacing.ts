import type { Link } from '../transport/link.ts';
import { makeLinkEnd } from '../transport/linkEnd.ts';

/** Start bit, eight data bits, stop bit. */
const bitsPerByte = 10;
/**
 * Bytes are handed on at least this often, as evenly as a UART brings them: drivers on microcontrollers take 10 ms of
 * silence for the end of a frame. Milliseconds.
 */
const sliceMs = 2;

/** How bytes travel over the simulated wire. */
export interface WireSpeed {
  /** Bits per second; 0 hands everything on at once. */
  readonly baudRate: number;
  /** Chance in [0, 1) that cuts what arrives into pieces of random size; without it chunks stay whole. */
  readonly cut?: () => number;
}

/** One direction of a wire: bytes come out when their last bit would have arrived. */
class Wire {
  readonly #speed: WireSpeed;
  readonly #deliver: (bytes: Uint8Array) => void;
  readonly #msPerByte: number;
  #waiting: Uint8Array[] = [];
  #waitingLength = 0;
  /** When the byte before the first waiting one was through; monotonic, milliseconds. */
  #freeAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(speed: WireSpeed, deliver: (bytes: Uint8Array) => void) {
    this.#speed = speed;
    this.#deliver = deliver;
    this.#msPerByte = speed.baudRate > 0 ? (bitsPerByte * 1000) / speed.baudRate : 0;
  }

  push(bytes: Uint8Array): void {
    if (this.#msPerByte === 0) {
      this.#handOn(Uint8Array.from(bytes));
      return;
    }
    if (this.#waitingLength === 0) this.#freeAtMs = performance.now();
    this.#waiting.push(Uint8Array.from(bytes));
    this.#waitingLength += bytes.length;
    if (this.#timer === undefined) this.#wait();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
    this.#waitingLength = 0;
  }

  #wait(): void {
    if (this.#waitingLength === 0) return;
    const dueMs = this.#freeAtMs + this.#waitingLength * this.#msPerByte - performance.now();
    this.#timer = setTimeout(() => this.#advance(), Math.max(1, Math.min(sliceMs, Math.ceil(dueMs))));
  }

  #advance(): void {
    this.#timer = undefined;
    const through = Math.floor((performance.now() - this.#freeAtMs) / this.#msPerByte);
    const count = Math.min(through, this.#waitingLength);
    this.#freeAtMs += count * this.#msPerByte;
    const bytes = this.#take(count);
    this.#wait();
    if (count > 0) this.#handOn(bytes);
  }

  #take(count: number): Uint8Array {
    const taken = new Uint8Array(count);
    let filled = 0;
    while (filled < count) {
      const first = this.#waiting[0] ?? new Uint8Array();
      const part = first.subarray(0, count - filled);
      taken.set(part, filled);
      filled += part.length;
      if (part.length === first.length) this.#waiting.shift();
      else this.#waiting[0] = first.subarray(part.length);
    }
    this.#waitingLength -= count;
    return taken;
  }

  #handOn(bytes: Uint8Array): void {
    const { cut } = this.#speed;
    if (!cut) {
      this.#deliver(bytes);
      return;
    }
    for (let start = 0; start < bytes.length;) {
      const end = start + 1 + Math.floor(cut() * 16);
      this.#deliver(bytes.subarray(start, end));
      start = end;
    }
  }
}

/**
 * The same link over a wire of a certain speed, in both directions: at 9600 baud a line of 40 bytes takes 42 ms. From
 * here on use only the returned link.
 */
export function paced(link: Link, speed: WireSpeed): Link {
  const inward = new Wire(speed, (bytes) => end.receive(bytes));
  const outward = new Wire(speed, (bytes) => {
    link.write(bytes).catch(() => undefined);
  });
  const stop = (): void => {
    inward.stop();
    outward.stop();
  };
  const end = makeLinkEnd({
    write(bytes) {
      outward.push(bytes);
      return Promise.resolve();
    },
    close() {
      stop();
      return link.close();
    },
  });
  link.onData = (bytes) => inward.push(bytes);
  link.onClose = (reason) => {
    stop();
    end.lose(reason);
  };
  return end.link;
}
