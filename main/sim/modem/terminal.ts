import type { Link } from '../../transport/link.ts';

/** Longest command line a module takes, in bytes (mipl-at.md §1, Xinyi: 4000 in total). */
const maximumCommandBytes = 4000;

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
  #pending: number[] = [];
  #isOverlong = false;

  constructor(link: Link, listener: TerminalListener, options: { readonly echo: boolean }) {
    this.#link = link;
    this.#listener = listener;
    this.echo = options.echo;
    link.onData = (bytes) => this.#receive(bytes);
  }

  /** Says one line. */
  say(line: string): void {
    this.#write(`\r\n${line}\r\n`);
  }

  /** Says several lines with CR LF only before the first, as HiSilicon modules answer AT+NUESTATS. */
  sayBlock(lines: readonly string[]): void {
    this.#write(`\r\n${lines.map((line) => `${line}\r\n`).join('')}`);
  }

  /** Forgets the beginning of a line: after a reboot nobody waits for its end. */
  reset(): void {
    this.#pending = [];
    this.#isOverlong = false;
  }

  #write(text: string): void {
    if (this.isPowered) this.#send(this.#encoder.encode(text));
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
    this.reset();
    if (isOverlong) this.#listener.onOverlong();
    else if (length > 0) this.#listener.onLine(text);
  }
}
