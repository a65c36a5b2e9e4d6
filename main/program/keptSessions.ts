import { basename, dirname, join, resolve } from 'node:path';
import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import type {
  OpenedSession,
  SessionAbout,
  SessionContent,
  SessionFigures,
  SessionFindTold,
  SessionFolder,
  SessionId,
  SessionList,
  SessionSummary,
  SessionsTold,
} from '../../shared/sessions.ts';
import { readJournalHeader } from '../journal/journalReader.ts';
import { currentIndex, saveIndex } from '../sessions/indexFile.ts';
import { indexJournal } from '../sessions/journalIndex.ts';
import { GROWING_MS, OpenSession } from '../sessions/openSession.ts';
import {
  sessionAboutOf,
  binJournal,
  emptyBin,
  journalsIn,
  rescueBin,
  saveAbout,
  unbinJournal,
} from '../sessions/sessionFiles.ts';
import type { FreeBytes } from './freeSpace.ts';
import type { JournalEntry } from '../sessions/sessionFiles.ts';

/** What they are told of the program around it. */
export interface KeptSessionsParts {
  /** Where the window's journals are, the usual folder first; one that is there keeps its place. */
  readonly folders: () => readonly string[];
  /** The one of them that is written to. */
  readonly present: () => string;
  readonly freeBytes: FreeBytes;
  /** Where those of the command line are; absent: nowhere. */
  readonly commandLineJournals?: string;
  /** Files that a session is written to at the moment. */
  readonly liveFiles: () => readonly string[];
  readonly wallMs: () => number;
}

/** What they tell the window. */
export interface KeptSessionsListener {
  readonly onSessions: (told: SessionsTold) => void;
  readonly onSession: (told: OpenedSession) => void;
  readonly onFind: (told: SessionFindTold) => void;
}

/** A folder of journals, and how it is named in the ids of its sessions. */
interface Folder {
  readonly name: string;
  readonly folder: SessionFolder;
  readonly path: string;
}

/** So many at once: a window shows one, and another beside it. */
const MOST_OPEN = 4;
/** A folder may hold more; the newest are listed. */
const MOST_LISTED = 5000;

/** The sessions that were kept: lists, deletes and opens them for the window. Paths never come from there. */
export class KeptSessions {
  readonly #parts: KeptSessionsParts;
  readonly #summaries = new Map<SessionId, SessionSummary>();
  readonly #open = new Map<SessionId, OpenSession>();
  readonly #deleted = new Set<SessionId>();
  /** Sessions of which nothing but the first line is known. */
  #waiting: SessionId[] = [];
  #listener: KeptSessionsListener | undefined;
  /** Settles when nothing is read in the background. */
  #reading: Promise<void> | undefined;
  /** Settles when all that was said of sessions is kept. */
  #describing: Promise<unknown> = Promise.resolve();
  /** Of sessions that were closed and still let go of their files. */
  #closing: Promise<unknown> = Promise.resolve();
  readonly #ending = new AbortController();
  /** Folders in which deleted ones were looked for that an earlier program had left. */
  readonly #rescued = new Map<string, Promise<void>>();

  constructor(parts: KeptSessionsParts) {
    this.#parts = parts;
    void this.#rescue();
  }

  /** Where journals are written. */
  get journals(): string {
    return this.#parts.present();
  }

  /** How a journal is named in the list, by the file that it is. @throws CodedError `FILE_NOT_FOUND`. */
  idOf(file: string): SessionId {
    const place = this.#folders().find(({ path }) => resolve(path) === resolve(dirname(file)));
    if (!place) throw new CodedError('FILE_NOT_FOUND', 'No such folder', file);
    return `${place.name}/${basename(file)}`;
  }

  /** Who hears of what is found out; the last one counts. */
  listen(listener: KeptSessionsListener): void {
    this.#listener = listener;
  }

  /** All sessions there are, by their first lines; what is in them follows. Where a folder is gone, what was read stays. */
  async list(): Promise<SessionList> {
    await this.#rescue();
    const folders = this.#folders();
    const found = await Promise.all(folders.map((place) => this.#lookInto(place)));
    const fault = found[folders.findIndex(({ path }) => path === this.journals)]?.fault;
    const entries = found.flatMap(({ sessions }) => sessions);
    const gone = folders.filter((_, at) => found[at]?.fault).map(({ name }) => `${name}/`);
    const kept = [...this.#summaries.values()].filter(({ id }) => gone.some((prefix) => id.startsWith(prefix)));
    const newest = [...kept, ...entries].toSorted((a, b) => b.modifiedMs - a.modifiedMs).slice(0, MOST_LISTED);
    this.#summaries.clear();
    for (const summary of newest) this.#summaries.set(summary.id, summary);
    this.#waiting = newest.filter(({ content, fault: bad }) => !content && !bad).map(({ id }) => id);
    this.#reading ??= this.#readWaiting().finally(() => (this.#reading = undefined));
    const { journals } = this;
    const freeBytes = await this.#parts.freeBytes(journals);
    // What was found out of them while the disk was asked has been told already, to a window that may have had no list yet.
    const sessions = newest.map((one) => this.#summaries.get(one.id) ?? one);
    return { sessions, folder: journals, deleted: [...this.#deleted], ...defined({ fault, freeBytes }) };
  }

  /** The file of a session of the list. @throws CodedError `FILE_NOT_FOUND`. */
  fileOf(id: SessionId): string {
    if (!this.#summaries.has(id)) throw new CodedError('FILE_NOT_FOUND', 'There is no such session', id);
    return this.#pathOf(id);
  }

  /** Keeps what a person says of a session; what is said last is kept last. @throws CodedError `FILE_NOT_FOUND`, `FILE_NOT_WRITTEN`. */
  async describe(id: SessionId, about: SessionAbout): Promise<void> {
    const saving = this.#describing.then(() => saveAbout(this.fileOf(id), about));
    this.#describing = saving.catch(() => undefined);
    await saving;
    this.#change(id, { about });
  }

  /** Puts a session away until the program ends. @throws CodedError `FILE_NOT_FOUND`, `FILE_NOT_WRITTEN`, `SESSION_LIVE`. */
  async delete(id: SessionId): Promise<void> {
    const file = this.fileOf(id);
    if (this.#parts.liveFiles().includes(file))
      throw new CodedError('SESSION_LIVE', 'The session goes on in this file', id);
    this.close(id);
    await binJournal(...this.#placeOf(id));
    this.#deleted.add(id);
    this.#summaries.delete(id);
  }

  /** Takes a session back that was deleted. @throws CodedError `FILE_NOT_FOUND`, `FILE_NOT_WRITTEN`. */
  async restore(id: SessionId): Promise<void> {
    if (!this.#deleted.has(id)) throw new CodedError('FILE_NOT_FOUND', 'It was not deleted', id);
    await unbinJournal(...this.#placeOf(id));
    this.#deleted.delete(id);
  }

  /** Opens a session, or looks again into one that is open. @throws CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`. */
  async openSession(id: SessionId): Promise<OpenedSession> {
    const known = this.#open.get(id);
    if (known) {
      void known.look();
      return { id, ...known.state };
    }
    const listener = {
      onChange: (told: Omit<OpenedSession, 'id'>) => this.#onOpened({ id, ...told }),
      onFind: (told: Omit<SessionFindTold, 'id'>) => this.#listener?.onFind({ id, ...told }),
    };
    const session = await OpenSession.open(this.fileOf(id), listener, this.#parts.wallMs);
    const other = this.#open.get(id);
    if (other) {
      // Somebody who asked at the same time was quicker: nobody could close a second one.
      await session.close();
      return { id, ...other.state };
    }
    this.#open.set(id, session);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN && oldest !== undefined) this.close(oldest);
    return { id, ...session.state };
  }

  /** A session that is open. @throws CodedError `FILE_NOT_FOUND`. */
  opened(id: SessionId): OpenSession {
    const session = this.#open.get(id);
    if (!session) throw new CodedError('FILE_NOT_FOUND', 'The session is not open', id);
    return session;
  }

  /** Lets go of a session; nothing happens where it is not open. */
  close(id: SessionId): void {
    const closed = this.#open.get(id)?.close();
    this.#open.delete(id);
    this.#closing = Promise.all([this.#closing, closed]);
  }

  /** Ends everything, and deletes for good what was deleted. */
  async end(): Promise<void> {
    this.#ending.abort();
    for (const id of [...this.#open.keys()]) this.close(id);
    await Promise.all([this.#rescue(), this.#reading, this.#closing, this.#describing]);
    for (const { name: folder, path } of this.#folders()) {
      const ids = [...this.#deleted].filter((id) => id.startsWith(`${folder}/`));
      if (ids.length > 0)
        await emptyBin(
          path,
          ids.map((id) => this.#placeOf(id)[1]),
        );
    }
  }

  /** One that was chosen besides the usual one has a number: ids stay what they are when another is chosen. */
  #folders(): readonly Folder[] {
    const { folders, commandLineJournals } = this.#parts;
    const own = folders().map((path, at): Folder => ({
      name: at === 0 ? 'window' : `window-${at}`,
      folder: 'window',
      path,
    }));
    if (commandLineJournals === undefined || own.some(({ path }) => path === commandLineJournals)) return own;
    return [...own, { name: 'commandLine', folder: 'commandLine', path: commandLineJournals }];
  }

  /** Takes back what an earlier program had put away; each folder once. */
  #rescue(): Promise<unknown> {
    for (const { path } of this.#folders()) if (!this.#rescued.has(path)) this.#rescued.set(path, rescueBin(path));
    return Promise.all(this.#rescued.values());
  }

  #placeOf(id: SessionId): readonly [folder: string, name: string] {
    const place = this.#folders().find(({ name }) => id.startsWith(`${name}/`));
    if (!place) throw new CodedError('FILE_NOT_FOUND', 'No such folder', id);
    return [place.path, id.slice(place.name.length + 1)];
  }

  #pathOf(id: SessionId): string {
    return join(...this.#placeOf(id));
  }

  async #lookInto(place: Folder): Promise<{ sessions: SessionSummary[]; fault?: Fault }> {
    try {
      const entries = await journalsIn(place.path);
      return { sessions: await Promise.all(entries.map((entry) => this.#summaryOf(place, entry))) };
    } catch (error) {
      return { sessions: [], fault: faultOf(error) };
    }
  }

  async #summaryOf({ name, folder, path }: Folder, entry: JournalEntry): Promise<SessionSummary> {
    const id = `${name}/${entry.name}`;
    const isGrowing = this.#parts.wallMs() - entry.modifiedMs < GROWING_MS;
    const known = this.#summaries.get(id);
    const isSame = known?.bytes === entry.bytes && known.modifiedMs === entry.modifiedMs;
    if (known && isSame) return { ...known, isGrowing };
    const about = await sessionAboutOf(join(path, entry.name));
    const plain = { id, folder, ...entry, isGrowing, about };
    try {
      const { startedMs, port, importedFrom, site } = await readJournalHeader(join(path, entry.name));
      return { ...plain, startedMs, port, ...defined({ importedFrom, journalSite: site }) };
    } catch (error) {
      return { ...plain, fault: faultOf(error) };
    }
  }

  /** Looks into one session after the other, the newest first; what is not indexed yet takes its time. */
  async #readWaiting(): Promise<void> {
    for (let id = this.#waiting.shift(); id !== undefined; id = this.#waiting.shift()) {
      if (this.#ending.signal.aborted) break;
      await this.#readOne(id);
    }
  }

  async #readOne(id: SessionId): Promise<void> {
    // Whoever looks at it reads it.
    if (this.#open.has(id)) return;
    try {
      const file = this.fileOf(id);
      let index = await currentIndex(file);
      if (!index) {
        index = await indexJournal(file, {
          signal: this.#ending.signal,
          onProgress: (read, total) => this.#tellReading(id, read / Math.max(read, total)),
        });
        // Where it cannot be kept, reading costs its time again.
        await saveIndex(file, index).catch(() => undefined);
      }
      this.#change(id, { content: figuresOf(index.content) });
    } catch (error) {
      this.#change(id, { fault: faultOf(error) });
    }
  }

  #toldDone = 0;

  #tellReading(id: SessionId, done: number): void {
    if (done < 1 && Math.abs(done - this.#toldDone) < 0.02) return;
    this.#toldDone = done;
    this.#listener?.onSessions({ changed: [], reading: { id, done }, waiting: this.#waiting.length });
  }

  #onOpened(told: OpenedSession): void {
    if (told.content && told.done === 1)
      this.#change(told.id, { content: figuresOf(told.content), isGrowing: told.isGrowing });
    this.#listener?.onSession(told);
  }

  #change(id: SessionId, change: Partial<SessionSummary>): void {
    const known = this.#summaries.get(id);
    if (!known) return;
    const summary = { ...known, ...change };
    this.#summaries.set(id, summary);
    this.#listener?.onSessions({ changed: [summary], waiting: this.#waiting.length });
  }
}

function figuresOf({ landmarks: _, ...figures }: SessionContent): SessionFigures {
  return figures;
}
