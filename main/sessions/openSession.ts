import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import type {
  FoldedRow,
  OpenedSession,
  SessionBytes,
  SessionFindTold,
  SessionHit,
  SessionPlace,
  SessionQuery,
  SessionRow,
} from '../../shared/sessions.ts';
import type { DeviceState } from '../../shared/state.ts';
import { replayJournal } from '../facts/replayJournal.ts';
import { hasFacts } from '../journal/format.ts';
import { readJournalHeader } from '../journal/journalReader.ts';
import { currentIndex, saveIndex } from './indexFile.ts';
import { extendIndex, indexJournal, isSameTrace, traceOf } from './journalIndex.ts';
import type { Checkpoint, JournalIndex } from './journalIndex.ts';
import { StateSnapshots } from './stateSnapshots.ts';
import { StaleIndex, bytesAt, checkpointBefore, readPage, readPicked, seqAt } from './rowPages.ts';
import { SessionFold, foldedRows, linesOf } from './sessionFold.ts';
import { readSessionRows } from './sessionRows.ts';
import { FollowedFind } from './followedFind.ts';
import { findQueryOf } from './sessionFind.ts';

/** What was written to so long ago may still be written to. */
export const GROWING_MS = 5000;

/** A session that is being folded. */
interface Folding {
  readonly fold: SessionFold;
  readonly stop: AbortController;
  /** Of the file, 0 to 1. */
  done: number;
  /** Told to the fold so far. */
  lines: number;
  isRunning?: boolean;
}

/** Whom an open session tells. Must not throw. */
export interface OpenSessionListener {
  readonly onChange: (told: Omit<OpenedSession, 'id'>) => void;
  readonly onFind: (told: Omit<SessionFindTold, 'id'>) => void;
}

/**
 * A session that is looked at: its rows by page, searches through all of it, and the state at any line. Where there is no index it is
 * made meanwhile, and what was read so far is a jump away already.
 */
export class OpenSession {
  readonly file: string;
  readonly #listener: OpenSessionListener;
  readonly #wallMs: () => number;
  readonly #ending = new AbortController();
  #checkpoints: readonly Checkpoint[] = [];
  #index: JournalIndex | undefined;
  #lines = 0;
  #done = 0;
  #isGrowing = false;
  #fault: Fault | undefined;
  /** Settles when nothing is read in the background. */
  #reading: Promise<void> = Promise.resolve();
  #find: FollowedFind | undefined;
  #finds = 0;
  /** What is folded, and how many lines that are. */
  #folding: Folding | undefined;
  /** Settles when nothing is being folded. */
  #foldingRun: Promise<void> | undefined;
  #replaying: AbortController | undefined;
  readonly #snapshots: StateSnapshots;
  readonly #hasFacts: boolean;
  /** Settles when states have been kept all along the file. */
  #warming: Promise<unknown> | undefined;

  private constructor(file: string, hasFacts: boolean, listener: OpenSessionListener, wallMs: () => number) {
    this.#hasFacts = hasFacts;
    this.#snapshots = new StateSnapshots(file);
    this.file = file;
    this.#listener = listener;
    this.#wallMs = wallMs;
  }

  /** @throws CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`. */
  static async open(file: string, listener: OpenSessionListener, wallMs: () => number): Promise<OpenSession> {
    const session = new OpenSession(file, hasFacts(await readJournalHeader(file)), listener, wallMs);
    const index = await currentIndex(file);
    if (index) session.#take(index);
    else session.#begin(() => session.#indexAnew());
    return session;
  }

  get state(): Omit<OpenedSession, 'id'> {
    const [lines, done, isGrowing] = [this.#lines, this.#done, this.#isGrowing];
    const folded = this.#folding && { shown: this.#folding.fold.shown, done: this.#folding.done };
    return { lines, done, isGrowing, ...defined({ content: this.#index?.content, folded, fault: this.#fault }) };
  }

  /** Settles when all that is known to be there has been read. */
  get settled(): Promise<void> {
    return this.#reading;
  }

  /** The rows `from … from + count - 1`, as far as they are there. @throws CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `CANCELLED`. */
  rows(from: number, count: number): Promise<SessionRow[]> {
    return this.#read(() => readPage(this.file, this.#checkpoints, { from, count }, this.#ending.signal));
  }

  /** The number of the first row that is not before a place, or of the last one. @throws as {@link rows}. */
  seqAt(place: SessionPlace): Promise<number> {
    return seqAt(this.file, this.#checkpoints, place, this.#ending.signal);
  }

  /** The bytes in a line of the file; undefined where it holds none of the wire. @throws as {@link rows}. */
  bytesAt(line: number): Promise<SessionBytes | undefined> {
    return bytesAt(this.file, this.#checkpoints, line, this.#ending.signal);
  }

  /** Rows of the last search, by their place among those that are shown where only hits are. @throws as {@link rows}. */
  shownRows(from: number, count: number): Promise<SessionRow[]> {
    const seqs = this.#find?.search.shownAt(from, count) ?? [];
    return this.#read(() => readPicked(this.file, this.#checkpoints, seqs, this.#ending.signal));
  }

  /** Begins a search, which goes on with the lines that come; one before it ends. Its number. @throws CodedError `BAD_ARGUMENT`. */
  find(query: SessionQuery): number {
    const wanted = findQueryOf(query);
    this.stopFind();
    const find = ++this.#finds;
    const { file } = this;
    const onTold = (told: Omit<SessionFindTold, 'id' | 'find'>): void => this.#listener.onFind({ find, ...told });
    const checkpoints = (): readonly Checkpoint[] => this.#checkpoints;
    this.#find = new FollowedFind(
      { file, query: wanted, checkpoints, signal: this.#ending.signal, onTold },
      this.#lines,
    );
    return find;
  }

  /** Ends the search; what it found stays. */
  stopFind(): void {
    this.#find?.stop();
  }

  /** The next hit of the last search, see {@link SessionFind.step}. */
  hit(seq: number, isBackwards: boolean): SessionHit | undefined {
    return this.#find?.search.step(seq, isBackwards);
  }

  /** Which lines of a stretch are hits of the last search. */
  hitsAmong(from: number, to: number): number[] {
    return this.#find?.search.hitsAmong(from, to) ?? [];
  }

  /**
   * The state of the program when a line was there and the next was not; a question before ends with `CANCELLED`.
   * @throws CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `CANCELLED`.
   */
  async stateAt(seq: number): Promise<DeviceState> {
    this.#replaying?.abort();
    const stop = new AbortController();
    this.#replaying = stop;
    const signal = AbortSignal.any([stop.signal, this.#ending.signal]);
    const [row, next] = await this.rows(seq, 2);
    // What came of a line stands behind it, before the next one.
    const until = row && next ? { line: Math.max(row.line, next.line - 1) } : undefined;
    if (this.#hasFacts) {
      const state = await this.#snapshots.stateAt(until?.line ?? Infinity, signal);
      // Whoever looks at one moment looks at others: from now on each is a jump away.
      this.#warming ??= this.#snapshots.stateAt(Infinity, this.#ending.signal).catch(() => undefined);
      return state;
    }
    const { state } = await replayJournal(this.file, { onProblem: () => undefined, signal, ...defined({ until }) });
    return state;
  }

  /** Folds each exchange and each polling to a row, or no longer. */
  fold(isFolded: boolean): void {
    if (isFolded === (this.#folding !== undefined)) return;
    this.#folding?.stop.abort();
    this.#folding = isFolded ? { fold: new SessionFold(), stop: new AbortController(), done: 0, lines: 0 } : undefined;
    this.#foldOn();
  }

  /** Opens what is folded behind a line, or closes it. */
  setFoldOpen(seq: number, isOpen: boolean): void {
    this.#folding?.fold.setOpen(seq, isOpen);
  }

  /** Where a line stands among the folded ones, from 0; what hides it is opened. */
  foldedPlace(seq: number): number {
    return this.#folding?.fold.placeOf(seq) ?? Math.max(0, seq - 1);
  }

  /** Rows where each exchange is one, by their place from 0. @throws as {@link rows}. */
  async foldedRows(from: number, count: number): Promise<FoldedRow[]> {
    const places = this.#folding?.fold.shownAt(from, count) ?? [];
    const seqs = linesOf(places);
    const rows = await this.#read(() => readPicked(this.file, this.#checkpoints, seqs, this.#ending.signal));
    return foldedRows(places, rows);
  }

  /** Folds what has come since. */
  #foldOn(): void {
    const folding = this.#folding;
    if (!folding || folding.isRunning || !this.#index || folding.lines >= this.#lines) return;
    folding.isRunning = true;
    const { fold, stop } = folding;
    const known = folding.lines;
    const run = async (): Promise<void> => {
      const first = known === 0 ? 1 : fold.lastFirst;
      if (known > 0) fold.goOn();
      const from = checkpointBefore(this.#checkpoints, first);
      const signal = AbortSignal.any([stop.signal, this.#ending.signal]);
      const onProgress = (read: number, total: number): void => void (folding.done = read / Math.max(read, total));
      let told = 0;
      for await (const { rows } of readSessionRows(this.file, { signal, onProgress, ...defined({ from }) })) {
        fold.push(rows[0] && rows[0].seq < first ? rows.filter(({ seq }) => seq >= first) : rows);
        folding.lines = rows.at(-1)?.seq ?? folding.lines;
        // The first rows at once, the rest by hundredths.
        if (told > 0 && folding.done - told < 0.01) continue;
        told = Math.max(folding.done, Number.MIN_VALUE);
        this.#tell();
      }
      fold.end();
      folding.done = 1;
    };
    const settle = (error?: unknown): void => {
      folding.isRunning = false;
      if (error !== undefined && faultOf(error).code !== 'CANCELLED') {
        this.#fault = faultOf(error);
        if (this.#folding === folding) this.#folding = undefined;
      }
      this.#tell();
    };
    this.#foldingRun = run().then(() => settle(), settle);
  }

  /** Looks whether the file has grown, is another or is gone. Never throws. */
  async look(): Promise<void> {
    await this.#reading;
    this.#begin(() => this.#lookAgain());
    await this.#reading;
  }

  /** Ends all that is read; resolves when nothing is under way any more. */
  close(): Promise<void> {
    this.#ending.abort();
    return Promise.all([this.#reading, this.#warming, this.#foldingRun]).then(() => undefined);
  }

  #begin(work: () => Promise<void>): void {
    this.#reading = work().then(
      () => undefined,
      (error: unknown) => {
        const fault = faultOf(error);
        if (fault.code !== 'CANCELLED') this.#fault = fault;
        this.#tell();
      },
    );
  }

  async #lookAgain(): Promise<void> {
    const trace = await traceOf(this.file).catch((error: unknown) => {
      throw new CodedError('FILE_NOT_FOUND', faultOf(error).message, this.file, { cause: error });
    });
    this.#fault = undefined;
    const known = this.#index;
    if (!known || trace.bytes < known.trace.bytes || trace.head !== known.trace.head) return this.#indexAnew();
    if (isSameTrace(trace, known.trace)) return this.#take(known);
    // Of the same length it is another; a longer one goes on.
    if (trace.bytes === known.trace.bytes) return this.#indexAnew();
    this.#take(await extendIndex(this.file, known, this.#ending.signal));
  }

  async #indexAnew(): Promise<void> {
    const checkpoints: Checkpoint[] = [];
    this.#find?.startAnew();
    this.#index = undefined;
    const isFolded = this.#folding !== undefined;
    this.fold(false);
    this.fold(isFolded);
    this.#snapshots.clear();
    this.#checkpoints = checkpoints;
    [this.#lines, this.#done] = [0, 0];
    let told = 0;
    const index = await indexJournal(this.file, {
      signal: this.#ending.signal,
      onCheckpoint: (checkpoint) => checkpoints.push(checkpoint),
      onProgress: (read, total, lines) => {
        this.#lines = lines;
        this.#done = Math.min(0.999, read / Math.max(total, read));
        // The first lines at once, the rest by hundredths.
        if (told > 0 && this.#done - told < 0.01) return;
        told = Math.max(this.#done, Number.MIN_VALUE);
        this.#tell();
      },
    });
    this.#take(index);
    if (this.#ending.signal.aborted) return;
    // A folder that takes nothing costs the next opening its time, and no more.
    await saveIndex(this.file, index).catch(() => undefined);
  }

  #take(index: JournalIndex): void {
    this.#index = index;
    this.#checkpoints = index.checkpoints;
    this.#lines = index.content.lines;
    this.#done = 1;
    this.#isGrowing = this.#wallMs() - index.trace.modifiedMs < GROWING_MS;
    this.#foldOn();
    this.#find?.follow(this.#lines);
    this.#tell();
  }

  #tell(): void {
    if (!this.#ending.signal.aborted) this.#listener.onChange(this.state);
  }

  /** Where the bytes are not those of the index all is read from the beginning. */
  async #read(read: () => Promise<SessionRow[]>): Promise<SessionRow[]> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof StaleIndex)) throw error;
      this.#begin(() => this.#indexAnew());
      return read();
    }
  }
}
