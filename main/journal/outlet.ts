/** Takes a piece; resolves when it may have the next one. */
export type Sink = (piece: string | Uint8Array) => Promise<void>;

/** Many small writes would cost more than what is in them. */
const PIECE_LENGTH = 65_536;

/** Collects text to large pieces, and makes the next one while the one before is being written. */
export class Outlet {
  readonly #sink: Sink;
  #text = '';
  #writing: Promise<void> = Promise.resolve();

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Resolves when there is room for more. @throws what the sink rejects with. */
  async add(text: string): Promise<void> {
    this.#text += text;
    if (this.#text.length >= PIECE_LENGTH) await this.#write();
  }

  /** Hands on what is left; resolves when all is written. @throws what the sink rejects with. */
  async end(): Promise<void> {
    await this.#write();
    await this.#writing;
  }

  /** Settles when nothing is being written any more. Never throws. */
  settled(): Promise<void> {
    return this.#writing.catch(() => undefined);
  }

  async #write(): Promise<void> {
    await this.#writing;
    if (this.#text === '') return;
    this.#writing = this.#sink(this.#text);
    this.#text = '';
    // Told to whoever hands on the next piece.
    this.#writing.catch(() => undefined);
  }
}
