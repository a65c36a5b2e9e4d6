import { factLines } from './format.ts';

/** Facts of one moment share a record; what comes later begins another. */
const SAME_MOMENT_NS = 1_000_000;
/** So many wait as they are; then they are made into text, whose length is known. */
const MAX_FACTS = 256;
/** About the characters of a fact. */
const FACT_LENGTH = 200;

interface FactBatch {
  readonly sinceStartNs: number;
  readonly wallMs: number;
  readonly facts: unknown[];
}

/**
 * What waits to be written, in its order. Facts become text only when it is taken, or when many wait: making the text costs
 * more than telling the fact, and the bytes of an answer come right behind it.
 */
export class JournalQueue {
  #text = '';
  /** Behind the text: a batch, and whatever came after it. */
  #entries: (string | FactBatch)[] = [];
  #length = 0;
  #factCount = 0;

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
    if (++this.#factCount >= MAX_FACTS) this.#settle();
  }

  /** All that waited, as text; nothing waits any more. */
  take(): string {
    this.#settle();
    const text = this.#text;
    this.#text = '';
    this.#length = 0;
    return text;
  }

  #settle(): void {
    if (this.#entries.length === 0) return;
    const parts = this.#entries.map((entry) => (typeof entry === 'string' ? entry : textOf(entry)));
    this.#text += parts.join('');
    this.#entries = [];
    this.#factCount = 0;
    this.#length = this.#text.length;
  }
}

function textOf({ facts, sinceStartNs, wallMs }: FactBatch): string {
  return factLines(facts, sinceStartNs, wallMs)
    .map((line) => `${line}\n`)
    .join('');
}
