import { factLines } from './format.ts';

/** Facts of one moment share a record; what comes later begins another. */
const SAME_MOMENT_NS = 1_000_000;
/** So many wait as they are at most; then they are made into text, whose length is known. */
const MAX_FACTS = 256;
/** So many are made into text in one turn of the event loop: a tenth of a millisecond, in which a request may come. */
const FACTS_A_TURN = 16;
/** About the characters of a fact. */
const FACT_LENGTH = 200;

interface FactBatch {
  readonly sinceStartNs: number;
  readonly wallMs: number;
  readonly facts: unknown[];
}

/**
 * What waits to be written, in its order. Facts become text in later turns of the event loop, a few in each, or when it is
 * taken: making the text costs more than telling the fact, the bytes of an answer come right behind it, and all of a quarter
 * of a second at once would hold up the next one.
 */
export class JournalQueue {
  #text = '';
  /** Behind the text: a batch, and whatever came after it. */
  #entries: (string | FactBatch)[] = [];
  #length = 0;
  #factCount = 0;
  #turn: NodeJS.Immediate | undefined;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Characters, those of facts as a guess. */
  get length(): number {
    return this.#length;
  }

  /** Appends a line, given without its end. */
  add(line: string): void {
    this.#length += line.length + 1;
    if (this.#entries.length === 0) this.#text += `${line}\n`;
    else this.#entries.push(`${line}\n`);
  }

  /** Appends a fact, which must not change any more. */
  addFact(fact: unknown, sinceStartNs: number, wallMs: number): void {
    this.#length += FACT_LENGTH;
    const last = this.#entries.at(-1);
    if (typeof last === 'object' && sinceStartNs - last.sinceStartNs < SAME_MOMENT_NS) last.facts.push(fact);
    else this.#entries.push({ sinceStartNs, wallMs, facts: [fact] });
    if (++this.#factCount >= MAX_FACTS) this.#settle(MAX_FACTS);
    else this.#turn ??= setImmediate(this.#onTurn);
  }

  /** All that waited, as text; nothing waits any more. */
  take(): string {
    this.#settle(Infinity);
    const text = this.#text;
    this.#text = '';
    this.#length = 0;
    return text;
  }

  readonly #onTurn = (): void => {
    this.#turn = undefined;
    this.#settle(FACTS_A_TURN);
    if (this.#factCount > 0) this.#turn = setImmediate(this.#onTurn);
  };

  /** Makes text of what waits, up to the moment with which there are so many facts. */
  #settle(facts: number): void {
    const parts: string[] = [];
    let settled = 0;
    for (const entry of this.#entries) {
      if (settled >= facts) break;
      const text = typeof entry === 'string' ? entry : textOf(entry);
      parts.push(text);
      if (typeof entry === 'string') continue;
      settled += entry.facts.length;
      this.#length += text.length - entry.facts.length * FACT_LENGTH;
    }
    // Lines that came behind the last fact are text already.
    if (settled === this.#factCount) parts.push(...(this.#entries.slice(parts.length) as string[]));
    this.#entries = this.#entries.slice(parts.length);
    this.#factCount -= settled;
    this.#text += parts.join('');
  }
}

function textOf({ facts, sinceStartNs, wallMs }: FactBatch): string {
  return factLines(facts, sinceStartNs, wallMs)
    .map((line) => `${line}\n`)
    .join('');
}
