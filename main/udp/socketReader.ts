import type { AnswerOf, CommandSpec, ParamsOf } from '../at/codec.ts';
import type { Priority } from '../at/channel.ts';
import { defined } from '../../shared/defined.ts';
import type { LineTag } from '../../shared/log.ts';
import type { CommandOrder } from '../mipl/commandOrder.ts';
import { commands } from '../mipl/messages.ts';
import { readData } from './payload.ts';
import type { DatagramContent } from './payload.ts';

/** Sends a command of the table, as the engine does. */
export type Exec = <C extends CommandSpec>(
  spec: C,
  params: ParamsOf<C['params']>,
  order?: CommandOrder,
) => Promise<readonly AnswerOf<C>[]>;

/** Lines about sockets that are of no one datagram. */
export const udpTag: LineTag = { task: 'udp' };

/** A datagram as it was read. `atMs`: when the module told of it, on the steady clock. */
export interface ReadDatagram extends DatagramContent {
  readonly socket: number;
  readonly address?: string;
  readonly port?: number;
  readonly pieces: number;
  readonly atMs: number;
}

/** What a reader tells. */
export interface ReaderListener {
  onArrival(arrival: ReadDatagram): void;
  /** Bytes that wait in the module now. */
  onWaiting(socket: number, bytes: number): void;
  onFault(socket: number, error: unknown): void;
}

/** An announcement, or the wish to look; its length is not known then. */
interface Hint {
  readonly length: number | undefined;
  readonly atMs: number;
  readonly priority: Priority;
}

type Piece = AnswerOf<typeof commands.socketReceive>;

/** Reads in a row before a module that always says there is more is left alone until it speaks again. */
const mostReads = 32;

/**
 * Fetches what a socket was announced: AT+NSORF until nothing remains, one at a time for each socket. The module says the
 * length of the first datagram that waits; asking for that much gives it whole (OneNET document, 2.3).
 */
export class SocketReader {
  readonly #exec: Exec;
  readonly #listener: ReaderListener;
  readonly #limit: number;
  readonly #now: () => number;
  readonly #hints = new Map<number, Hint>();
  readonly #running = new Map<number, Promise<void>>();

  constructor(exec: Exec, listener: ReaderListener, limit: number, now: () => number) {
    this.#exec = exec;
    this.#listener = listener;
    this.#limit = limit;
    this.#now = now;
  }

  /**
   * Reads the socket, now or after the read that is under way. Resolves when nothing is left, or when the module has said
   * {@link mostReads} times during reads that there is more: then it goes on behind everything else. Never rejects.
   */
  read(socket: number, length?: number, priority: Priority = 'session'): Promise<void> {
    this.#hints.set(socket, { length, atMs: this.#now(), priority });
    const running = this.#running.get(socket) ?? this.#run(socket).finally(() => this.#running.delete(socket));
    this.#running.set(socket, running);
    return running;
  }

  /** Forgets what was announced. */
  clear(): void {
    this.#hints.clear();
  }

  async #run(socket: number): Promise<void> {
    let hasBrought = false;
    for (let round = 0; round < mostReads; round++) {
      const hint = this.#take(socket);
      if (!hint) return;
      try {
        if (await this.#drain(socket, hint)) hasBrought = true;
      } catch (error) {
        this.#listener.onFault(socket, error);
      }
    }
    // A module that announces something with each read and never gives any is left alone.
    if (!hasBrought) this.#hints.delete(socket);
    setImmediate(() => {
      const next = this.#take(socket);
      if (next) void this.read(socket, next.length, next.priority);
    });
  }

  #take(socket: number): Hint | undefined {
    const hint = this.#hints.get(socket);
    this.#hints.delete(socket);
    return hint;
  }

  /** True when anything came. */
  async #drain(socket: number, { length, atMs, priority }: Hint): Promise<boolean> {
    const parts = new Parts(length, atMs);
    let hasBrought = false;
    try {
      for (let reads = 0; reads < mostReads; reads++) {
        const asked = Math.min(Math.max(1, parts.missing ?? this.#limit), this.#limit);
        const pieces = await this.#exec(commands.socketReceive, { socket, length: asked }, { priority, tag: udpTag });
        hasBrought ||= pieces.some((piece) => piece.length > 0);
        const left = this.#takePieces(socket, pieces, asked, parts);
        this.#listener.onWaiting(socket, left ?? 0);
        if (!left) break;
      }
      return hasBrought;
    } finally {
      this.#emit(socket, parts, 'cut');
    }
  }

  /** Enters what one read brought; answers with the bytes that remain, undefined when nothing came. */
  #takePieces(socket: number, pieces: readonly Piece[], asked: number, parts: Parts): number | undefined {
    let left: number | undefined;
    for (const piece of pieces) {
      // Firmware that brings data unasked may do so in the middle of a read; the line is of the same name.
      const isUnasked = piece.socket !== socket || piece.remaining === undefined;
      if (isUnasked) {
        this.#listener.onArrival(arrivalOf(piece, piece.socket === socket ? parts.atMs : this.#now()));
        continue;
      }
      const { remaining = 0 } = piece;
      if (parts.isOfAnother(piece)) this.#emit(socket, parts, 'cut');
      parts.add(piece);
      const hasMore = remaining > 0 && piece.length === asked && parts.missing !== 0;
      if (!hasMore) {
        this.#emit(socket, parts);
        // What remains now is another datagram, or several.
        parts.restart(remaining, this.#now());
      }
      // Nothing came although something waits: asking again would not end.
      left = piece.length === 0 ? 0 : remaining;
    }
    return left;
  }

  #emit(socket: number, parts: Parts, problem?: 'cut'): void {
    const whole = parts.join();
    if (!whole) return;
    const arrival = { ...arrivalOf({ ...whole, socket }, parts.atMs), pieces: parts.count };
    parts.restart(0, parts.atMs);
    this.#listener.onArrival(problem === undefined ? arrival : { problem, ...arrival });
  }
}

/** The pieces of one datagram that is being read. */
class Parts {
  #expected: number | undefined;
  #pieces: Piece[] = [];
  atMs: number;

  constructor(expected: number | undefined, atMs: number) {
    this.#expected = expected;
    this.atMs = atMs;
  }

  get count(): number {
    return this.#pieces.length;
  }

  /** Bytes still to come; undefined when nobody said. */
  get missing(): number | undefined {
    return this.#expected === undefined ? undefined : Math.max(0, this.#expected - this.#length);
  }

  get #length(): number {
    return this.#pieces.reduce((sum, { length }) => sum + length, 0);
  }

  isOfAnother({ address, port }: Piece): boolean {
    const [first] = this.#pieces;
    return first !== undefined && (first.address !== address || first.port !== port);
  }

  add(piece: Piece): void {
    this.#pieces.push(piece);
  }

  join(): Omit<Piece, 'socket' | 'remaining'> | undefined {
    const [first] = this.#pieces;
    if (!first) return undefined;
    const { address, port } = first;
    return { address, port, length: this.#length, data: this.#pieces.map(({ data }) => data).join('') };
  }

  restart(expected: number, atMs: number): void {
    this.#expected = expected > 0 ? expected : undefined;
    this.#pieces = [];
    this.atMs = atMs;
  }
}

/** A line with data in words of the tool. */
export function arrivalOf(
  line: { socket: number; address?: string; port?: number; length: number; data: string },
  atMs: number,
): ReadDatagram {
  const { socket, address, port, length, data } = line;
  return {
    socket,
    ...defined({ address, port }),
    ...readData(data, length),
    pieces: 1,
    atMs,
  };
}
