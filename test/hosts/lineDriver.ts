import { Buffer } from 'node:buffer';
import type { Link } from '../../main/transport/link.ts';
import { Arrivals } from '../sim/host.ts';

const final = /^(OK|ERROR|\+C(?:ME|IS) ERROR:.*|REBOOTING.*)$/;

/**
 * A driver in the manner of an RTOS package: lines, a table of unasked ones, one command at a time. After OPEN it waits for
 * OBSERVE and goes no further before it has come; only then it looks for DISCOVER.
 */
export class LineDriver {
  readonly #link: Link;
  readonly #answers = new Arrivals<string>();
  readonly #unasked = new Arrivals<string>();
  #pending = '';

  constructor(link: Link) {
    this.#link = link;
    link.onData = (bytes) => {
      this.#pending += Buffer.from(bytes).toString('latin1');
      const lines = this.#pending.split('\r\n');
      this.#pending = lines.pop() ?? '';
      for (const line of lines) {
        if (/^\+MIPL(?:EVENT|OBSERVE|DISCOVER|READ|WRITE|EXECUTE|PARAMETER):/.test(line)) this.#unasked.push(line);
        else if (line !== '') this.#answers.push(line);
      }
    };
  }

  /** Sends a command; resolves with its information text, throws when it is refused. */
  async command(line: string, timeoutMs = 5000): Promise<string[]> {
    await this.#drain();
    await this.#link.write(Buffer.from(`${line}\r`));
    const text: string[] = [];
    for (;;) {
      const next = await this.#answers.next(`the answer to ${line}`, timeoutMs);
      if (next === 'OK') return text;
      if (final.test(next)) throw new Error(`${line}: ${next}`);
      text.push(next);
    }
  }

  /** The next unasked line, which must be of this kind: others first, and the driver is lost. Numbers of it by place. */
  async expectNext(kind: string): Promise<string[]> {
    const line = await this.#unasked.next(kind);
    if (!line.startsWith(`+MIPL${kind}:`)) throw new Error(`${line} came, and ${kind} was waited for`);
    return line
      .slice(line.indexOf(':') + 1)
      .split(',')
      .map((field) => field.trim());
  }

  /** Goes through events up to 6, registered. */
  async registered(): Promise<void> {
    for (;;) {
      const [, event] = await this.expectNext('EVENT');
      if (event === '6') return;
      if (!['1', '2', '4'].includes(event ?? '')) throw new Error(`event ${event}`);
    }
  }

  async #drain(): Promise<void> {
    while (this.#answers.left.length > 0) await this.#answers.next('what is left');
  }
}
