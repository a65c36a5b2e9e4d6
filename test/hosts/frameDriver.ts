import type { Link } from '../../main/transport/link.ts';

/** Silence after which what came is a frame: the receive-idle interrupt of a microcontroller. Milliseconds. */
const silenceMs = 10;
const answerMs = 5000;

/**
 * A driver in the manner of an STM32 example: one buffer, a frame is what comes before 10 ms of silence, and what was in the
 * buffer when the next frame is looked at is gone. It looks for words anywhere in a frame and reads numbers behind them.
 */
export class FrameDriver {
  readonly #link: Link;
  readonly #frames: string[] = [];
  #buffer = '';
  #silence: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;

  constructor(link: Link) {
    this.#link = link;
    link.onData = (bytes) => {
      this.#buffer += Buffer.from(bytes).toString('latin1');
      clearTimeout(this.#silence);
      this.#silence = setTimeout(() => {
        this.#frames.push(this.#buffer);
        this.#buffer = '';
        this.#wake?.();
      }, silenceMs);
    };
  }

  /** The next frame; throws when none comes. */
  async frame(): Promise<string> {
    const untilMs = performance.now() + answerMs;
    while (this.#frames.length === 0) {
      const restMs = untilMs - performance.now();
      if (restMs <= 0) throw new Error('no frame came');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, restMs);
        this.#wake = () => (clearTimeout(timer), resolve());
      });
    }
    return this.#frames.shift() ?? '';
  }

  /** Sends a command and takes frames until one has the word; all that came is the answer. */
  async command(line: string, word = 'OK'): Promise<string> {
    this.#frames.length = 0;
    await this.#link.write(Buffer.from(`${line}\r\n`));
    return this.wait(word);
  }

  /** Takes frames until one has the word. */
  async wait(word: string): Promise<string> {
    let heard = '';
    for (;;) {
      heard += await this.frame();
      if (heard.includes(word)) return heard;
      if (/\bERROR\b/.test(heard)) throw new Error(`an error instead of ${word}: ${JSON.stringify(heard)}`);
    }
  }
}
