import { Buffer } from 'node:buffer';
import { vi } from 'vitest';
import type { Link } from '../../main/transport/link.ts';

/**
 * A driver in the manner of an Arduino sketch: keeps all that came since the command, with the CR LF in front, and reads
 * characters at fixed places. Nothing is parsed: one blank more and it reads something else.
 */
export class ColumnDriver {
  readonly #link: Link;
  #text = '';

  constructor(link: Link) {
    this.#link = link;
    link.onData = (bytes) => (this.#text += Buffer.from(bytes).toString('latin1'));
  }

  /** Sends a command with CR alone; resolves with all that came up to OK. */
  async command(line: string): Promise<string> {
    this.#text = '';
    await this.#link.write(Buffer.from(`${line}\r`));
    await vi.waitUntil(() => /\r\n(?:OK|ERROR|\+C(?:ME|IS) ERROR:.*)\r\n/.test(this.#text), { timeout: 5000 });
    if (!this.#text.includes('\r\nOK\r\n')) throw new Error(`${line}: ${this.#text}`);
    return this.#text;
  }

  /** Waits until the text has come; resolves with everything from its beginning on. */
  async find(text: string): Promise<string> {
    const found = await vi.waitUntil(
      () => {
        const from = this.#text.indexOf(text);
        return from >= 0 && this.#text.indexOf('\r\n', from) > 0 ? this.#text.slice(from) : undefined;
      },
      { timeout: 5000 },
    );
    return found;
  }
}
