import type { Link } from '../../transport/link.ts';
import { rawText } from '../rawText.ts';

/** Longest command line a module takes, in bytes (mipl-at.md §1, Xinyi: 4000 in total). */
const maximumCommandBytes = 4000;

const framed = (line: string): string => `\r\n${line}\r\n`;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** V.250 §6.2.3, S5: takes back the character before. */
const backspace = 0x08;
const letterA = 0x41;
const slash = 0x2f;
/** Sets the bit that makes an ASCII letter small. */
const small = 0x20;

/** Result codes as numbers (V.250 §6.2.6); those of 3GPP keep their words. */
const numericResults: Readonly<Record<string, string>> = { OK: '0', ERROR: '4' };

/** Who hears a terminal. */
export interface TerminalListener {
  /** A command line, without its end and never empty. */
  onLine(text: string): void;
  /** A line longer than the module takes has ended. */
  onOverlong(): void;
  /** `A/`: the line before, once more (V.250 §5.2.4). */
  onRepeat(): void;
}

/**
 * The bytes of the AT interface: cuts what the host sends at CR, LF or CR LF, echoes when told so (V.250 §6.2.4, E) and
 * frames what the module says as `CR LF text CR LF` (V.250 §5.7.1).
 */
export class Terminal {
  echo: boolean;
  /** ATV: result codes as words in CR LF, or as numbers (V.250 §6.2.6). */
  isVerbose = true;
  /** ATQ: no result codes at all, neither final nor unasked; information text comes nevertheless (V.250 §6.2.5). */
  isQuiet = false;
  /** A module without power hears and says nothing. */
  isPowered = false;
  readonly #link: Link;
  readonly #listener: TerminalListener;
  readonly #encoder = new TextEncoder();
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

  /** Says one line of information text. */
  say(line: string): void {
    this.#write(this.isVerbose ? framed(line) : `${line}\r\n`);
  }

  /** Says a final result. */
  sayResult(result: string): void {
    if (this.isQuiet) return;
    const number = this.isVerbose ? undefined : numericResults[result];
    this.#write(number === undefined ? framed(result) : `${number}\r`);
  }

  /** Says a line nobody asked for; modules that say several at once write them in one burst. */
  sayUnasked(line: string): void {
    if (this.isQuiet) return;
    if (this.#gatherMs === 0) return this.#write(framed(line));
    this.#gathered.push(line);
    this.#gatherTimer ??= setTimeout(() => this.#release(), this.#gatherMs);
  }

  /** Says several lines with CR LF only before the first, as HiSilicon modules answer AT+NUESTATS. */
  sayBlock(lines: readonly string[]): void {
    this.#write(`${this.isVerbose ? '\r\n' : ''}${lines.map((line) => `${line}\r\n`).join('')}`);
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
      else if (byte === backspace) this.#pending.pop();
      else if (byte === slash && this.#isLetterA()) this.#repeat();
      else if (this.#pending.length >= maximumCommandBytes) this.#isOverlong = true;
      else this.#pending.push(byte);
    }
  }

  #isLetterA(): boolean {
    const [first = 0] = this.#pending;
    return this.#pending.length === 1 && (first & ~small) === letterA;
  }

  /** `A/` works at once, without an end of line. */
  #repeat(): void {
    this.#forgetLine();
    this.#listener.onRepeat();
  }

  #endLine(): void {
    const { length } = this.#pending;
    const text = rawText(Uint8Array.from(this.#pending));
    const isOverlong = this.#isOverlong;
    this.#forgetLine();
    if (isOverlong) this.#listener.onOverlong();
    else if (length > 0) this.#listener.onLine(text);
  }
}
