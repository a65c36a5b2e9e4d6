import type { Fault } from './errors.ts';
import type { Fold } from './fold.ts';
import type { LogEntry } from './log.ts';
import { list, number, object, optional, text, truth, variant, whole, word } from './schema.ts';
import type { ValueOf } from './schema.ts';

/** Where bytes may be missing, as the journal says it. */
export interface SessionGap {
  readonly reason: string;
  readonly missingBytes?: number;
}

/** Lines of the file that cannot be read: how many there are in a row, and where the first begins. */
export interface SessionDamage {
  readonly count: number;
  /** Counts from 1; the header is line 1. */
  readonly line: number;
  readonly byte: number;
}

/** A line of a session that was kept, as the live log has it, and where it stands in the file. */
export interface SessionRow extends LogEntry {
  /** Line of the file in which it begins. */
  readonly line: number;
  /** On a time line that does not jump. */
  readonly sinceStartMs: number;
  /** It says that bytes may be missing. */
  readonly gap?: SessionGap;
  /** What stands unreadable before it. */
  readonly damage?: SessionDamage;
}

/** A line of a session in which each exchange is a row: with what stands behind it, where something does. */
export interface FoldedRow extends SessionRow {
  readonly fold?: Fold & { readonly isOpen: boolean };
}

/** Classes of lines by which they are counted and found; a problem is of another class, too. */
export const lineClasses = ['command', 'answer', 'unasked', 'note', 'problem'] as const;
export type LineClass = (typeof lineClasses)[number];
/** How many lines there are of each class. */
export type ClassCounts = Readonly<Record<LineClass, number>>;

/** What a landmark of a session is. */
export type LandmarkKind = 'registered' | 'late' | 'problem' | 'gap' | 'mark' | 'caseFailed' | 'damage';

/** A place of a session worth going to. */
export interface Landmark {
  readonly kind: LandmarkKind;
  /** The line by then. */
  readonly seq: number;
  readonly atMs: number;
  readonly sinceStartMs: number;
  /** The line, the case, the reason; as the journal has it. */
  readonly text: string;
}

/** What became of the cases of the acceptance run in a session. */
export interface SessionVerdict {
  readonly passed: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly skipped: number;
}

/** What a session holds, found by reading all of it. */
export interface SessionFigures {
  readonly lines: number;
  readonly counts: ClassCounts;
  /** From the start to the last record. */
  readonly durationMs: number;
  readonly imei?: string;
  readonly model?: string;
  readonly firmware?: string;
  /** Absent where there was no acceptance run. */
  readonly verdict?: SessionVerdict;
  /** The platform took the registration; absent where the journal does not tell. */
  readonly isRegistered?: boolean;
  /** Answers that came too late for the platform. */
  readonly lateCount: number;
  readonly gapCount: number;
  /** Lines that cannot be read, the torn last one among them. */
  readonly damageCount: number;
  readonly firstDamage?: SessionDamage;
  /** The last line was broken off while it was written. */
  readonly isTorn: boolean;
  /** A last line that was broken off has been cut away. */
  readonly wasRepaired: boolean;
}

/** The same with the places worth going to. */
export interface SessionContent extends SessionFigures {
  /** The first of many, in their order. */
  readonly landmarks: readonly Landmark[];
}

/** Names a session of the list; never a path. */
export const sessionId = text(300);
export type SessionId = ValueOf<typeof sessionId>;

/** Whose journal it is: of the window, or of the command line. */
export type SessionFolder = 'window' | 'commandLine';

/** A bookmark beside a journal. */
export const sessionBookmark = object({ seq: whole(1, Number.MAX_SAFE_INTEGER), note: text(500) });
export type SessionBookmark = ValueOf<typeof sessionBookmark>;

/** What a person says of a session. It is kept beside the journal, whose bytes stay as they are. */
export const sessionAbout = object({
  /** Instead of the one in the journal. */
  site: optional(text(80)),
  note: optional(text(2000)),
  tags: optional(list(text(40), 20)),
  bookmarks: optional(list(sessionBookmark, 1000)),
});
export type SessionAbout = ValueOf<typeof sessionAbout>;

/** A session as the list shows it. */
export interface SessionSummary {
  readonly id: SessionId;
  readonly folder: SessionFolder;
  /** Name of the file. */
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Written to a moment ago. */
  readonly isGrowing: boolean;
  /** Of its first line; absent where that cannot be read. */
  readonly startedMs?: number;
  readonly port?: string;
  readonly importedFrom?: string;
  /** As the journal has it. */
  readonly journalSite?: string;
  readonly about: SessionAbout;
  /** Absent until all of it was read. */
  readonly content?: SessionFigures;
  /** Why it cannot be read. */
  readonly fault?: Fault;
}

/** All sessions there are. */
export interface SessionList {
  readonly sessions: readonly SessionSummary[];
  /** Where the window's journals are. */
  readonly folder: string;
  /** The folder cannot be read; what was read before is in the list. */
  readonly fault?: Fault;
  readonly freeBytes?: number;
  /** Deleted ones that can be had back until the program ends. */
  readonly deleted: readonly SessionId[];
}

/** The site that counts: the person's, else the journal's. */
export function siteOf({ about, journalSite }: Pick<SessionSummary, 'about' | 'journalSite'>): string {
  return about.site ?? journalSite ?? '';
}

/** What is known of sessions that were looked into since the list was asked for. */
export interface SessionsTold {
  readonly changed: readonly SessionSummary[];
  /** The one that is being read, and how much of it has been, 0 to 1. */
  readonly reading?: { readonly id: SessionId; readonly done: number };
  /** How many are still to be looked into. */
  readonly waiting: number;
}

/** A session that is open, as far as it has been read. */
export interface OpenedSession {
  readonly id: SessionId;
  readonly lines: number;
  /** Of the file, 0 to 1; 1: every line is a jump away. */
  readonly done: number;
  /** Written to a moment ago. */
  readonly isGrowing: boolean;
  readonly content?: SessionContent;
  /** Rows there are where each exchange is one, and how much of the file is folded, 0 to 1; absent: nobody asked for that. */
  readonly folded?: { readonly shown: number; readonly done: number };
  /** The file is gone, or cannot be read any more: what was read before stays. */
  readonly fault?: Fault;
}

/** What is looked for in a session. */
export const sessionQuery = object({
  text: text(1000),
  /** The text is a regular expression of RE2. */
  isPattern: truth,
  /** Capitals count; those of a pattern always do. */
  matchesCase: truth,
  /** One of these; none: any. */
  classes: list(word(lineClasses), lineClasses.length),
  msgId: optional(whole(-0x8000_0000, 0xffff_ffff)),
  path: optional(text(20)),
});
export type SessionQuery = ValueOf<typeof sessionQuery>;

/** A place of a session: a line of the file, or a wall time. */
export const sessionPlace = variant('by', {
  line: object({ line: whole(1, Number.MAX_SAFE_INTEGER) }),
  time: object({ atMs: number(0, 8.64e15) }),
});
export type SessionPlace = ValueOf<typeof sessionPlace>;

/** Bytes of the wire as they are kept in a line of the file. */
export interface SessionBytes {
  /** Upper-case digits, two a byte; of a long record the beginning. */
  readonly hex: string;
  readonly byteCount: number;
}

/** How far a search has come. */
export interface SessionFindTold {
  readonly id: SessionId;
  /** Which search: each has a number of its own. */
  readonly find: number;
  readonly found: number;
  /** Lines shown where only hits are: those of their exchanges, too. */
  readonly shown: number;
  /** Of the file, 0 to 1. */
  readonly done: number;
  readonly isEnded: boolean;
  readonly fault?: Fault;
}

/** What reading all of a journal says of its bytes. */
export interface SessionProof {
  /** Nothing is wrong: every line readable, every fact folded, no byte dropped. */
  readonly isWhole: boolean;
  readonly file: ProvenBytes;
  /** Of the wire, from the module and to it. */
  readonly in: ProvenBytes;
  readonly out: ProvenBytes;
  readonly gapCount: number;
  /** Bytes that found no room on the disk. */
  readonly missingBytes: number;
  readonly damageCount: number;
  /** Facts that cannot be folded. */
  readonly badFactCount: number;
  /** Written by a later version: all that is known of it was read. */
  readonly isLater: boolean;
}

/** A count of bytes, and their SHA-256 as hex. */
export interface ProvenBytes {
  readonly bytes: number;
  readonly sha256: string;
}

/** A hit. */
export interface SessionHit {
  readonly seq: number;
  /** Its number among the hits, from 1. */
  readonly number: number;
  /** Its place among the lines that are shown where only hits are, from 0. */
  readonly place: number;
}
