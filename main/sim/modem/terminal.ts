import type { Link } from '../../transport/link.ts';

/** Longest command line a module takes, in bytes (mipl-at.md §1, Xinyi: 4000 in total). */
const maximumCommandBytes = 4000;

const framed = (line: string): string => `\r\n${line}\r\n`;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Who hears a terminal. */
export interface TerminalListener {
  /** A command line, without its end and never empty. */
  onLine(text: string): void;
  /** A line longer than the module takes has ended. */
  onOverlong(): void;
}

/**
 * The bytes of the AT interface: cuts what the host sends at CR, LF or CR LF, echoes when told so (V.250 §6.2.4, E) and
 * frames what the module says as `CR LF text CR LF` (V.250 §5.7.1).
 */
export class Terminal {
  echo: boolean;
  /** A module without power hears and says nothing. */
  isPowered = false;
  readonly #link: Link;
  readonly #listener: TerminalListener;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  readonly #gatherMs: number;
  /** Lines said unasked that wait for others, so that they leave together. */
  #gathered: string[] = [];
  #gatherTimer: NodeJS.Timeout | undefined;
  #pending: number[] = [];
  #isOverlong = false;

  constructor(link: Link, listener: TerminalListener, options: { readonly echo: boolean; readonly gatherMs: number }) {
    this.#link = link;
    this.#listener = listener;
    this.echo = options.echo;
    this.#gatherMs = options.gatherMs;
    link.onData = (bytes) => this.#receive(bytes);
  }

  /** Says one line. */
  say(line: string): void {
    this.#write(framed(line));
  }

  /** Says a line nobody asked for; modules that say several at once write them in one burst. */
  sayUnasked(line: string): void {
    if (this.#gatherMs === 0) return this.say(line);
    this.#gathered.push(line);
    this.#gatherTimer ??= setTimeout(() => this.#release(), this.#gatherMs);
  }

  /** Says several lines with CR LF only before the first, as HiSilicon modules answer AT+NUESTATS. */
  sayBlock(lines: readonly string[]): void {
    this.#write(`\r\n${lines.map((line) => `${line}\r\n`).join('')}`);
  }

  /** Forgets the beginning of a line: after a reboot nobody waits for its end. What waited to be said is said. */
  reset(): void {
    this.#forgetLine();
    this.#release();
  }

  #release(): void {
    clearTimeout(this.#gatherTimer);
    this.#gatherTimer = undefined;
    const lines = this.#gathered;
    this.#gathered = [];
    if (lines.length > 0) this.#write(lines.map(framed).join(''));
  }

  #write(text: string): void {
    // What was said before stands before.
    this.#release();
    if (this.isPowered) this.#send(this.#encoder.encode(text));
  }

  #forgetLine(): void {
    this.#pending = [];
    this.#isOverlong = false;
  }

  #send(bytes: Uint8Array): void {
    // A host that went away hears nothing; the end of the link is told by onClose.
    this.#link.write(bytes).catch(() => undefined);
  }

  #receive(bytes: Uint8Array): void {
    if (!this.isPowered) return;
    if (this.echo) this.#send(bytes);
    for (const byte of bytes) {
      if (byte === carriageReturn || byte === lineFeed) this.#endLine();
      else if (this.#pending.length >= maximumCommandBytes) this.#isOverlong = true;
      else this.#pending.push(byte);
    }
  }

  #endLine(): void {
    const { length } = this.#pending;
    const text = this.#decoder.decode(Uint8Array.from(this.#pending));
    const isOverlong = this.#isOverlong;
    this.#forgetLine();
    if (isOverlong) this.#listener.onOverlong();
    else if (length > 0) this.#listener.onLine(text);
  }
}
