import { defined } from '../../shared/defined.ts';
import { faultOf } from '../../shared/errors.ts';
import type { SessionFindTold } from '../../shared/sessions.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import type { Checkpoint } from './journalIndex.ts';
import type { FindQuery } from './lineFinder.ts';
import { SessionFind } from './sessionFind.ts';

/** What a search that follows its session works with. */
export interface FollowedFindParts {
  readonly file: string;
  readonly query: FindQuery;
  /** Places of the file from which it can be read, as they are known now. */
  readonly checkpoints: () => readonly Checkpoint[];
  /** Ends it with the session. */
  readonly signal: AbortSignal;
  readonly onTold: (told: Omit<SessionFindTold, 'id' | 'find'>) => void;
}

/** Between two readings it rests this many times as long as the last one took: a long session costs a fifth of the time at most. */
const REST_SHARE = 4;
/** A short session is read again no more often than this. */
const SHORTEST_REST_MS = 300;

/**
 * A search through a session, and through what has come since. It reads on at the last place of what it has read on which nothing
 * behind depends, for an exchange at the end of the file may have gone on; what was found before stands until then.
 */
export class FollowedFind {
  readonly #parts: FollowedFindParts;
  readonly #stop = new AbortController();
  #search: SessionFind;
  /** Lines of the session when it was read last, and now. */
  #readLines: number;
  #lines: number;
  /** The file is another, or was written anew, since the reading began that is under way or was the last. */
  #isAnother = false;
  /** What was found last is of all that was there. */
  #isWhole = false;
  /** It reads, or rests. */
  #isBusy = false;
  #rest: Timer | undefined;

  constructor(parts: FollowedFindParts, lines: number) {
    this.#parts = parts;
    [this.#readLines, this.#lines] = [lines, lines];
    this.#search = new SessionFind(parts.query);
    this.#read(this.#search);
  }

  /** What was found. */
  get search(): SessionFind {
    return this.#search;
  }

  /** The session has so many lines now. */
  follow(lines: number): void {
    this.#lines = lines;
    if (this.#isBusy || (this.#lines <= this.#readLines && !this.#isAnother) || this.#isStopped) return;
    const { query } = this.#parts;
    const from = this.#placeToReadOn();
    this.#isAnother = false;
    this.#read(new SessionFind(query, from && { before: this.#search, from }));
  }

  /** The file is another, or was written anew: the next time it is read from its beginning, however many lines it has. */
  startAnew(): void {
    this.#isAnother = true;
    // Those of the file that is gone: one that has fewer would not be followed until it had as many.
    this.#lines = this.#readLines = 0;
  }

  #placeToReadOn(): Checkpoint | undefined {
    if (this.#isAnother || !this.#isWhole || !this.#search.isKept) return undefined;
    return this.#parts.checkpoints().findLast(({ byte }) => byte <= this.#search.readBytes);
  }

  /** Ends it; what it found stays. */
  stop(): void {
    this.#stop.abort();
    this.#rest?.stop();
  }

  get #isStopped(): boolean {
    return this.#stop.signal.aborted || this.#parts.signal.aborted;
  }

  #read(search: SessionFind): void {
    const { file, signal, onTold } = this.#parts;
    const begunMs = performance.now();
    this.#isBusy = true;
    this.#readLines = this.#lines;
    const tell = (isEnded: boolean, error?: unknown): void => {
      const { found, shown, done } = search;
      onTold({ found, shown, done, isEnded, ...defined({ fault: error === undefined ? undefined : faultOf(error) }) });
    };
    const isAgain = search !== this.#search;
    search
      .run(file, AbortSignal.any([this.#stop.signal, signal]), () => isAgain || tell(false))
      .then(
        () => {
          this.#search = search;
          this.#isWhole = true;
          tell(true);
        },
        // What was found before stands where the file cannot be read again.
        (error: unknown) => isAgain || tell(true, error),
      )
      .finally(() => this.#restFor(Math.max(SHORTEST_REST_MS, REST_SHARE * (performance.now() - begunMs))));
  }

  #restFor(restMs: number): void {
    if (this.#isStopped) return;
    this.#rest = startTimer(() => {
      this.#isBusy = false;
      this.follow(this.#lines);
    }, restMs);
    // A session that is closed meanwhile has nothing to wait for.
    this.#parts.signal.addEventListener('abort', () => this.#rest?.stop(), { once: true, signal: this.#stop.signal });
  }
}
