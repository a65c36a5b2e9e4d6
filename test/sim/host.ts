import { Buffer } from 'node:buffer';
import type { Link } from '../../main/transport/link.ts';

const finalResult = /^(OK|ERROR|REBOOTING.*|\+(CME|CIS) ERROR:.*)$/;

/** Lines or datagrams that came, in order, for a reader that waits for them. */
export class Arrivals<T> {
  readonly #arrived: T[] = [];
  #wake: (() => void) | undefined;

  push(item: T): void {
    this.#arrived.push(item);
    this.#wake?.();
  }

  /** What came and nobody took yet. */
  get left(): readonly T[] {
    return this.#arrived;
  }

  /** The next one; fails with `what` when none comes. */
  async next(what: string, timeoutMs = 5000): Promise<T> {
    return this.find(() => true, what, timeoutMs);
  }

  /** The first that fits; those before it stay. */
  async find(fits: (item: T) => boolean, what: string, timeoutMs = 5000): Promise<T> {
    const untilMs = performance.now() + timeoutMs;
    for (;;) {
      const index = this.#arrived.findIndex(fits);
      if (index >= 0) return this.#arrived.splice(index, 1)[0] as T;
      const restMs = untilMs - performance.now();
      if (restMs <= 0) throw new Error(`${what} did not come; there is ${JSON.stringify(this.#arrived)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, restMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** A host with a person at it: says lines, reads what comes. */
export class Host {
  /** All bytes that came, as text of one character per byte. */
  received = '';
  /** Lines that came outside an exchange. */
  readonly urcs = new Arrivals<string>();
  readonly #finals = new Arrivals<string>();
  readonly #link: Link;
  #pending = '';
  #answer: string[] = [];
  #isAsking = false;

  constructor(link: Link) {
    this.#link = link;
    link.onData = (bytes) => {
      this.received += Buffer.from(bytes).toString('latin1');
      this.#pending += Buffer.from(bytes).toString('utf8');
      const lines = this.#pending.split(/[\r\n]+/);
      this.#pending = lines.pop() ?? '';
      for (const line of lines) if (line !== '') this.#take(line);
    };
  }

  /** Sends a line and resolves with information text and final result; URCs in between would be among them. */
  async ask(line: string, end = '\r\n'): Promise<string[]> {
    this.#isAsking = true;
    this.#answer = [];
    await this.#link.write(Buffer.from(`${line}${end}`));
    const final = await this.#finals.next(`the answer to ${line}`);
    return [...this.#answer, final];
  }

  /** Sends a line that must be answered by OK; resolves with the information text. */
  async must(line: string): Promise<string[]> {
    const answer = await this.ask(line);
    const final = answer.pop();
    if (final !== 'OK') throw new Error(`${line} was refused: ${final}`);
    return answer;
  }

  /** Sends bytes and waits for nothing. */
  async send(bytes: string | Uint8Array): Promise<void> {
    await this.#link.write(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  }

  /** The next line that begins like that, wherever it stands among those not read yet. */
  urc(beginning: string, timeoutMs?: number): Promise<string> {
    return this.urcs.find((line) => line.startsWith(beginning), beginning, timeoutMs);
  }

  #take(line: string): void {
    if (!this.#isAsking) {
      this.urcs.push(line);
    } else if (finalResult.test(line)) {
      this.#isAsking = false;
      this.#finals.push(line);
    } else {
      this.#answer.push(line);
    }
  }
}
