import { cutResponse } from '../coap/block.ts';
import type { CoapResponse } from '../coap/response.ts';
import { optionNumbers } from '../coap/options.ts';
import type { HasOptions } from '../coap/options.ts';

/** Options that make two requests ask for the same (RFC 7252 §5.6); Observe and the blocks do not. */
const keyOptions: readonly number[] = [optionNumbers.uriPath, optionNumbers.uriQuery, optionNumbers.accept];
/** EXCHANGE_LIFETIME of RFC 7252 §4.8.2: who has not asked for the next block by then has begun anew. Milliseconds. */
const keptMs = 247_000;
const keptAtMost = 16;

interface Kept {
  readonly answer: CoapResponse;
  readonly untilMs: number;
}

/** One text for what a request asks for. */
function keyOf(request: HasOptions): string {
  const asked = request.options
    .filter(({ number }) => keyOptions.includes(number))
    .map(({ number, value }) => `${number}=${Buffer.from(value).toString('hex')}`);
  return asked.join('&');
}

/**
 * Answers that did not fit one message, for requests for their further blocks (RFC 7959 §2.4). Those are plain requests and
 * their answers no notifications, whatever the first block was (§2.6): what is kept carries no Observe.
 */
export class KeptAnswers {
  readonly #kept = new Map<string, Kept>();

  /** Keeps an answer in place of an earlier one to the same question. */
  keep(request: HasOptions, answer: CoapResponse): void {
    const key = keyOf(request);
    const options = (answer.options ?? []).filter(({ number }) => number !== optionNumbers.observe);
    this.#kept.delete(key);
    this.#kept.set(key, { answer: { ...answer, options }, untilMs: performance.now() + keptMs });
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size > keptAtMost) this.#kept.delete(oldest);
  }

  /** The block that is asked for; undefined when nothing is kept, or no longer. */
  block(request: HasOptions): CoapResponse | undefined {
    const kept = this.#kept.get(keyOf(request));
    if (kept === undefined || kept.untilMs <= performance.now()) return undefined;
    return cutResponse(request, kept.answer);
  }
}
