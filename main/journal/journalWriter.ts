import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { remark, remarkText } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import type { JournalState, ModuleIdentity } from '../../shared/state.ts';
import { sessionFileName } from './fileNames.ts';
import { byteLine, datagramLine, headerLine, JOURNAL_VERSION, MAX_RECORD_BYTES, recordLine } from './format.ts';
import type { GapReason } from '../../shared/gapWords.ts';
import type { DatagramRecord, Direction, NoteLikeRecord } from './format.ts';
import { copyJournal, createJournalFile, makeJournalFile, writeAll } from './journalFile.ts';
import type { JournalBeginning, NamedJournalFile } from './journalFile.ts';
import type { JournalOptions, JournalStart } from './journalOptions.ts';
import { JournalQueue } from './journalQueue.ts';
import { LineCounter } from './lineCounter.ts';
import { isoWithZone } from '../../shared/localTime.ts';
import { systemClock } from '../time/clock.ts';

type WriterOptions = Required<Omit<JournalOptions, 'create' | 'elsewhere'>> & {
  /** The first line, for a file that has to begin anew. */
  readonly header: string;
};

interface WriterParts {
  readonly startedMs: number;
  readonly baseNs: bigint;
  readonly options: WriterOptions;
  readonly makeAnew: (begin: JournalBeginning) => Promise<NamedJournalFile>;
}

const defaults = {
  flushMs: 250,
  flushLength: 65536,
  memoryLength: 16 * 1024 * 1024,
  retryMs: 1000,
  lookMs: 2000,
  slowMs: 4000,
  onFault: () => undefined,
  onMove: () => undefined,
} as const;

/**
 * Appends to one journal. Every call returns at once and never throws; bytes are copied before it returns. Can be given
 * to a tapped link as its listener.
 */
export class JournalWriter {
  readonly startedMs: number;
  /** Facts from before are missing from here on; whoever tells facts tells anew what they came to. Must not throw. */
  onHole: () => void = () => undefined;

  #place: NamedJournalFile;
  readonly #baseNs: bigint;
  readonly #options: WriterOptions;
  readonly #makeAnew: WriterParts['makeAnew'];
  readonly #looking: NodeJS.Timeout;
  readonly #leftFiles: string[] = [];
  readonly #counters = { in: new LineCounter(), out: new LineCounter() };
  readonly #waiting = new JournalQueue();
  /** What the system has not taken yet of the write under way or the failed one. */
  #rest: Uint8Array = new Uint8Array(0);
  #timer: NodeJS.Timeout | undefined;
  #draining: Promise<void> | undefined;
  #fault: Fault | undefined;
  #isClosed = false;
  #closing: Promise<void> | undefined;
  /** Nothing is open any more. */
  #isEnded = false;
  #isLooking = false;
  #byteCount = 0;
  #lineCount = 0;
  #dropped = 0;
  #droppedUnreported = 0;
  #isDropping = false;
  /** Facts come that say all there is: they are told whatever happens, or no later one would mean anything. */
  #isTellingAnew = false;

  constructor(place: NamedJournalFile, { startedMs, baseNs, options, makeAnew }: WriterParts) {
    this.#place = place;
    this.startedMs = startedMs;
    this.#baseNs = baseNs;
    this.#options = options;
    this.#makeAnew = makeAnew;
    this.#looking = setInterval(() => void this.#lookAgain(), options.lookMs);
    this.#looking.unref();
  }

  /** Where it is written now. */
  get file(): string {
    return this.#place.file;
  }

  get name(): string {
    return this.#place.name;
  }

  /** Files it was written to before they were removed or moved, the first one first. */
  get left(): readonly string[] {
    return this.#leftFiles;
  }

  /** Bytes of both directions so far. */
  get bytes(): number {
    return this.#byteCount;
  }

  /** Lines of both directions so far, as the line splitter counts them. */
  get lines(): number {
    return this.#lineCount;
  }

  /** Bytes that found no room while the disk failed; 0 in a good life. A gap record stands where they are missing. */
  get droppedBytes(): number {
    return this.#dropped;
  }

  /** For the state the screen sees. */
  state(): JournalState {
    const { file, name, startedMs, bytes, lines, droppedBytes } = this;
    const [fault, leftFiles] = [this.#fault, this.#leftFiles];
    return {
      file,
      name,
      startedMs,
      bytes,
      lines,
      ...(leftFiles.length === 0 ? {} : { left: [...leftFiles] }),
      ...defined({ fault }),
      ...(droppedBytes === 0 ? {} : { missingBytes: droppedBytes }),
    };
  }

  /** Appends a chunk. Times: monotonic nanoseconds, wall milliseconds, both of the chunk. */
  onBytes(direction: Direction, bytes: Uint8Array, monotonicNs: bigint, wallMs: number): void {
    this.#byteCount += bytes.length;
    this.#lineCount += this.#counters[direction].push(bytes);
    const sinceStartNs = Number(monotonicNs - this.#baseNs);
    for (let from = 0; from < bytes.length; from += MAX_RECORD_BYTES) {
      const piece =
        from === 0 && bytes.length <= MAX_RECORD_BYTES ? bytes : bytes.subarray(from, from + MAX_RECORD_BYTES);
      this.#append(byteLine(direction, piece, sinceStartNs, wallMs), piece.length);
    }
  }

  /** A message between virtual module and simulated platform, which passes now. */
  datagram(datagram: Pick<DatagramRecord, 'from' | 'to' | 'bytes'>): void {
    const sinceStartNs = Number(this.#options.monotonicNs() - this.#baseNs);
    this.#append(datagramLine(datagram, sinceStartNs, this.#options.wallMs()), 0);
  }

  /** Says that bytes may be missing here, and why. */
  gap(reason: GapReason, text?: string): void {
    this.#appendRecord('gap', { reason, ...defined({ text }) });
  }

  /** A decision of the engine or a remark of the program; `data` is anything JSON can hold. */
  note(text: string, data?: unknown): void {
    this.#appendRecord('note', { text, ...defined({ data }) });
  }

  /** A bookmark of the person. */
  mark(text: string): void {
    this.#appendRecord('mark', { text });
  }

  /** Who the module is; may come several times, the last one counts. */
  identify(identity: ModuleIdentity): void {
    this.#appendRecord('identity', { identity });
  }

  /** Something that happened, as plain data that must not change any more. It costs next to nothing to tell. */
  fact(fact: unknown): void {
    if (!this.#isTellingAnew && (this.#isClosed || !this.#hasRoom(0))) return;
    this.#waiting.addFact(fact, Number(this.#options.monotonicNs() - this.#baseNs), this.#options.wallMs());
    this.#hurry();
  }

  /** Resolves when all that came before is with the system, or writing has failed (see `onFault`). */
  async flush(): Promise<void> {
    // A write under way may have begun before the last records came: a second round takes those.
    await this.#drain();
    await this.#drain();
  }

  /** Writes what waits, has the system bring it to the disk, closes. Resolves in any case; failures go to `onFault`. */
  close(): Promise<void> {
    return (this.#closing ??= this.#end());
  }

  async #end(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#looking);
    await this.flush();
    await this.#look();
    // Another file may have begun just now.
    await this.flush();
    this.#isEnded = true;
    clearTimeout(this.#timer);
    try {
      await this.#place.output.sync();
      await this.#place.output.close();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** One look at a time: each that a disk does not answer holds a thread of the system, and there are not many. */
  async #lookAgain(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    await this.#look().finally(() => (this.#isLooking = false));
  }

  /** Goes on in another file when this one was taken away; resolves when that is settled. */
  async #look(): Promise<void> {
    const { output } = this.#place;
    if (output.isInPlace === undefined || (await output.isInPlace())) return;
    while (this.#draining) await this.#draining;
    // Somebody who looked at the same time has done it, or the file was closed meanwhile.
    if (output !== this.#place.output || this.#isEnded) return;
    this.#draining = this.#move().finally(() => {
      this.#draining = undefined;
    });
    await this.#draining;
    if (!this.#isClosed) void this.#drain();
  }

  async #move(): Promise<void> {
    const before = this.#place;
    let told: Remark | undefined;
    try {
      this.#place = await this.#makeAnew(async (output, file) => {
        const isWhole = await copyJournal(before.output, output);
        told = remark(isWhole ? 'journalMoved' : 'journalAnew', { from: before.file, to: file });
        const note = `${this.#lineNow('note', { text: remarkText(told) })}\n`;
        await writeAll(output, Buffer.from(isWhole ? note : `${this.#options.header}\n${note}`, 'utf8'));
      });
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#leftFiles.push(before.file);
    await before.output.close().catch(() => undefined);
    if (told?.code === 'journalAnew') this.#tellAnew();
    if (told) this.#options.onMove(told);
  }

  #appendRecord(kind: NoteLikeRecord['kind'], fields: Record<string, unknown>): void {
    this.#append(this.#lineNow(kind, fields), 0);
  }

  #lineNow(kind: NoteLikeRecord['kind'], fields: Record<string, unknown>): string {
    const sinceStartNs = Number(this.#options.monotonicNs() - this.#baseNs);
    return recordLine(kind, sinceStartNs, this.#options.wallMs(), fields);
  }

  #append(line: string, byteCount: number): void {
    if (this.#isClosed) return;
    if (!this.#hasRoom(line.length)) {
      this.#dropped += byteCount;
      this.#droppedUnreported += byteCount;
      return;
    }
    this.#waiting.add(line);
    this.#hurry();
  }

  /** Once one was dropped, all are until the gap is told: a later record must not stand before it. */
  #hasRoom(length: number): boolean {
    this.#isDropping ||= this.#waiting.length + this.#rest.length + length > this.#options.memoryLength;
    return !this.#isDropping;
  }

  #hurry(): void {
    if (this.#fault) return;
    if (this.#waiting.length >= this.#options.flushLength) void this.#drain();
    else this.#drainIn(this.#options.flushMs);
  }

  /** One wait at a time; it is over when it ends, also while a slow write goes on, or what comes after that would wait for ever. */
  #drainIn(waitMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#drain();
    }, waitMs);
  }

  /** Hands over all that waits, one write at a time. */
  #drain(): Promise<void> {
    this.#draining ??= this.#writeOut().finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  async #writeOut(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      while (this.#rest.length > 0 || !this.#waiting.isEmpty || this.#isDropping) {
        if (this.#rest.length === 0) {
          if (this.#waiting.isEmpty) this.#tellDropped();
          this.#rest = Buffer.from(this.#waiting.take(), 'utf8');
        }
        const { bytesWritten } = await this.#watched(this.#place.output.write(this.#rest));
        if (bytesWritten === 0) throw new Error('The system took no bytes');
        this.#rest = this.#rest.subarray(bytesWritten);
      }
    } catch (error) {
      this.#fail(error);
      if (!this.#isClosed) this.#drainIn(this.#options.retryMs);
      return;
    }
    if (this.#fault) {
      this.#fault = undefined;
      this.#options.onFault(null);
    }
  }

  /** A disk may hang without failing: what is not written yet is told then, since the power may fail as well. */
  async #watched<T>(writing: Promise<T>): Promise<T> {
    const { slowMs } = this.#options;
    const late = new Error(`A write to the disk takes longer than ${slowMs / 1000} s`);
    const timer = setTimeout(() => this.#fail(late), slowMs);
    try {
      return await writing;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Says how many bytes found no room; from here on there is room again. */
  #tellDropped(): void {
    const missingBytes = this.#droppedUnreported;
    this.#droppedUnreported = 0;
    this.#isDropping = false;
    this.#waiting.add(this.#lineNow('gap', { reason: 'dropped', missingBytes }));
    this.#tellAnew();
  }

  #tellAnew(): void {
    this.#isTellingAnew = true;
    this.onHole();
    this.#isTellingAnew = false;
  }

  #fail(error: unknown): void {
    if (this.#fault) return;
    this.#fault = { code: 'FILE_NOT_WRITTEN', message: faultOf(error).message, detail: this.file };
    this.#options.onFault(this.#fault);
  }
}

/**
 * Begins a journal in the directory, which is made where it is missing. The file is new in any case: a taken name gets
 * `-2`, `-3` … . The header is in the file when the promise resolves. Throws `FILE_NOT_WRITTEN`.
 */
export async function openJournal(
  directory: string,
  start: JournalStart,
  options: JournalOptions = {},
): Promise<JournalWriter> {
  const { create = createJournalFile, ...given } = options;
  const wallMs = given.wallMs ?? (() => systemClock.wallMs());
  const monotonicNs = given.monotonicNs ?? (() => systemClock.monotonicNs());
  const startedMs = wallMs();
  const baseNs = monotonicNs();
  const imei = start.identity?.imei;
  const baseName = sessionFileName({
    ...defined({ site: start.site, imei }),
    atMs: startedMs,
  });
  const header = headerLine({
    version: JOURNAL_VERSION,
    app: start.appVersion,
    started: isoWithZone(startedMs),
    startedMs,
    monotonicNs: baseNs,
    port: start.port,
    baudRate: start.baudRate,
    ...defined({ site: start.site, identity: start.identity }),
  });
  const settings = { ...defaults, wallMs, monotonicNs, header, ...given };
  const makeIn = (folder: string, begin: JournalBeginning): Promise<NamedJournalFile> =>
    makeJournalFile(folder, baseName, create, begin);
  /** The person's own folder first: what was removed may be made again. */
  const makeAnew: WriterParts['makeAnew'] = async (begin) => {
    try {
      return await makeIn(directory, begin);
    } catch (error) {
      if (given.elsewhere === undefined) throw error;
      return makeIn(await given.elsewhere(), begin);
    }
  };
  try {
    const place = await makeIn(directory, (output) => writeAll(output, Buffer.from(`${header}\n`, 'utf8')));
    return new JournalWriter(place, { startedMs, baseNs, options: settings, makeAnew });
  } catch (error) {
    throw new CodedError('FILE_NOT_WRITTEN', faultOf(error).message, directory, { cause: error });
  }
}
