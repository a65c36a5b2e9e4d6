import { CodedError } from '../../shared/errors.ts';
import { parsePath } from '../../shared/lwm2m.ts';
import type { SessionHit, SessionQuery } from '../../shared/sessions.ts';
import { readJournalLines } from '../journal/journalLines.ts';
import { LineFinder, patternQuery, textQuery } from './lineFinder.ts';
import type { Checkpoint } from './journalIndex.ts';
import type { FindQuery, FoundBlock } from './lineFinder.ts';

/** Whole numbers in rising order, of which new ones come near the end. */
export class RisingNumbers {
  #numbers = new Uint32Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(value: number): void {
    if (this.#size === this.#numbers.length) {
      const larger = new Uint32Array(2 * this.#size);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    let place = this.#size++;
    for (; place > 0 && (this.#numbers[place - 1] as number) > value; place--)
      this.#numbers[place] = this.#numbers[place - 1] as number;
    this.#numbers[place] = value;
  }

  /** Some of them, from a place on. */
  slice(from: number, count: number): number[] {
    return [...this.#numbers.subarray(Math.min(from, this.#size), Math.min(from + count, this.#size))];
  }

  /** Those that are smaller, as numbers of their own. */
  below(value: number): RisingNumbers {
    const some = new RisingNumbers();
    some.#size = this.countBelow(value);
    some.#numbers = this.#numbers.slice(0, Math.max(1024, some.#size));
    return some;
  }

  /** How many are smaller. */
  countBelow(value: number): number {
    let [low, high] = [0, this.#size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#numbers[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What the window asks for, as the finder takes it. @throws CodedError `BAD_ARGUMENT`: `query.text`, `query.path`. */
export function findQueryOf({ text, isPattern, matchesCase, classes, msgId, path }: SessionQuery): FindQuery {
  const parsed = path === undefined ? undefined : parsePath(path);
  if (path !== undefined && !parsed) throw new CodedError('BAD_ARGUMENT', 'query.path must be a path', 'query.path');
  return {
    matches: matcherOf(text, isPattern, matchesCase),
    classes,
    ...(msgId === undefined ? {} : { msgId }),
    ...(parsed ? { path: parsed } : {}),
  };
}

function matcherOf(text: string, isPattern: boolean, matchesCase: boolean): FindQuery['matches'] {
  if (!isPattern) return matchesCase ? (line) => line.includes(text) : textQuery(text);
  try {
    return patternQuery(text);
  } catch (error) {
    throw new CodedError('BAD_ARGUMENT', (error as Error).message, 'query.text', { cause: error });
  }
}

/** Places that are kept, 80 MB of them; what is found beyond is counted. */
const MOST_HITS = 10_000_000;

/** After so many blocks of the file it is told how far it is, about ten times a second. */
const TOLD_BLOCKS = 64;

/** A search of which is kept what stands before a place, from which it is read on. */
export interface ContinuedFind {
  readonly before: SessionFind;
  readonly from: Checkpoint;
}

/** A search through a whole session: where its hits are, as they come. */
export class SessionFind {
  readonly #finder: LineFinder;
  readonly #hits: RisingNumbers;
  readonly #shown: RisingNumbers;
  readonly #from: Checkpoint | undefined;
  /** Found before the place from which it is read. */
  readonly #foundBefore: number;
  #done = 0;
  #readBytes = 0;

  constructor(query: FindQuery, continued?: ContinuedFind) {
    this.#from = continued?.from;
    this.#finder = new LineFinder(query, this.#from?.rest);
    const next = (this.#from?.rest.seq ?? 0) + 1;
    this.#hits = continued ? continued.before.#hits.below(next) : new RisingNumbers();
    this.#shown = continued ? continued.before.#shown.below(next) : new RisingNumbers();
    this.#foundBefore = this.#hits.size;
  }

  get found(): number {
    return this.#foundBefore + this.#finder.foundCount;
  }

  /** Of the file, what was read. */
  get readBytes(): number {
    return this.#readBytes;
  }

  /** Whether the places of all that was found are kept, so that one can read on from any of them. */
  get isKept(): boolean {
    return this.#hits.size === this.found && this.#shown.size < MOST_HITS;
  }

  /** Hits and what belongs to their exchanges. */
  get shown(): number {
    return this.#shown.size;
  }

  /** Of the file, 0 to 1. */
  get done(): number {
    return this.#done;
  }

  /**
   * Reads the journal to its end, from its beginning or from where it is continued; `onProgress` hears the first hit at once and the rest now and then.
   * @throws CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `CANCELLED`.
   */
  async run(file: string, signal: AbortSignal, onProgress: () => void): Promise<void> {
    let blocks = 0;
    const onRead = (read: number, total: number): void => {
      this.#readBytes = read;
      this.#done = read / Math.max(total, read);
    };
    const from = this.#from && { from: this.#from, resumed: this.#from.rest };
    for await (const lines of readJournalLines(file, { signal, onProgress: onRead, ...from })) {
      const isFirst = this.found === 0;
      for (const line of lines) this.#take(this.#finder.push(line));
      blocks += 1;
      if ((isFirst && this.found > 0) || blocks % TOLD_BLOCKS === 0) onProgress();
    }
    this.#take(this.#finder.end());
    this.#done = 1;
  }

  /** The next hit behind a line, or before it; around at the ends. Undefined: there is none. */
  step(seq: number, isBackwards: boolean): SessionHit | undefined {
    const { size } = this.#hits;
    if (size === 0) return undefined;
    const place = isBackwards ? this.#hits.countBelow(seq) - 1 : this.#hits.countBelow(seq + 1);
    const around = (place + size) % size;
    const [hit = 0] = this.#hits.slice(around, 1);
    return { seq: hit, number: around + 1, place: this.#shown.countBelow(hit) };
  }

  /** Numbers of the lines that are shown where only hits are. */
  shownAt(from: number, count: number): number[] {
    return this.#shown.slice(from, count);
  }

  /** Which of these lines are hits. */
  hitsAmong(from: number, to: number): number[] {
    const first = this.#hits.countBelow(from);
    return this.#hits.slice(first, this.#hits.countBelow(to + 1) - first);
  }

  #take(blocks: readonly FoundBlock[]): void {
    for (const { lines } of blocks)
      for (const { seq, isFound } of lines) {
        if (this.#shown.size < MOST_HITS) this.#shown.add(seq);
        if (isFound && this.#hits.size < MOST_HITS) this.#hits.add(seq);
      }
  }
}
