import type {
  FoldedRow,
  OpenedSession,
  SessionBytes,
  SessionHit,
  SessionList,
  SessionProof,
  SessionRow,
} from '../sessions.ts';
import { sessionAbout, sessionId, sessionPlace, sessionQuery } from '../sessions.ts';
import type { ComparedSessions } from '../comparison.ts';
import { patternSource } from '../importPattern.ts';
import type { ChosenLog, LogPreview } from '../importPattern.ts';
import { object, optional, text, trimmed, truth, whole, word } from '../schema.ts';
import type { DeviceState } from '../state.ts';
import { exportFormats } from './log.ts';
import { accepted, reply } from './row.ts';
import type { Rows } from './row.ts';

const seq = whole(1, Number.MAX_SAFE_INTEGER);
const count = whole(0, 500);
const chosenLog = text(16);

/** Sessions that were kept: journals on the disk. */
export const keptSessionRequests = {
  /** All sessions there are; what is in them follows as event `sessions`. */
  listSessions: { scope: 'program', duringRun: 'served', reply: reply<SessionList>() },
  /** What a person says of a session, as a whole; kept beside the journal. */
  describeSession: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId, about: sessionAbout }),
    reply: accepted,
  },
  /** Can be undone until the program ends. */
  deleteSession: { scope: 'program', duringRun: 'served', argument: object({ session: sessionId }), reply: accepted },
  restoreSession: { scope: 'program', duringRun: 'served', argument: object({ session: sessionId }), reply: accepted },
  /** Opens a session, or looks again into one that is open; how far it has been read follows as event `session`. */
  openSession: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId }),
    reply: reply<OpenedSession>(),
  },
  closeSession: { scope: 'program', duringRun: 'served', argument: object({ session: sessionId }), reply: accepted },
  /** Rows `from … from + count - 1`, as far as they are there. */
  readSession: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId, from: seq, count }),
    reply: reply<SessionRow[]>(),
  },
  /** The bytes of the wire in a line of the file; null: it holds none. */
  readBytes: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId, line: seq }),
    reply: reply<SessionBytes | null>(),
  },
  /** Begins a search, and gives its number; one that goes on ends. What it finds follows as event `sessionFind`. */
  findInSession: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId, query: sessionQuery }),
    reply: reply<{ find: number }>(),
  },
  /** Ends the search; what it found stays. */
  stopFind: { scope: 'program', duringRun: 'served', argument: object({ session: sessionId }), reply: accepted },
  /** The next hit of the last search behind a line, or before it; null: there is none. */
  stepHit: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId, seq: whole(0, Number.MAX_SAFE_INTEGER), isBackwards: truth }),
    reply: reply<SessionHit | null>(),
  },
  /** Lines that are shown where only hits are, by their place from 0. */
  readFound: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId, from: whole(0, Number.MAX_SAFE_INTEGER), count }),
    reply: reply<SessionRow[]>(),
  },
  /** Folds each exchange and each polling to a row, or no longer; how far that is follows as event `session`. */
  foldSession: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId, isFolded: truth }),
    reply: reply<OpenedSession>(),
  },
  /** Opens what is folded behind a line, or closes it. */
  unfoldLine: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId, seq, isOpen: truth }),
    reply: reply<OpenedSession>(),
  },
  /** Where a line stands among the folded ones, from 0; what hides it is opened. */
  findFolded: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId, seq }),
    reply: reply<{ place: number; opened: OpenedSession }>(),
  },
  /** Lines that are shown where exchanges are folded, by their place from 0. */
  readFolded: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId, from: whole(0, Number.MAX_SAFE_INTEGER), count }),
    reply: reply<FoldedRow[]>(),
  },
  /** Which lines of a stretch are hits of the last search. */
  hitsAmong: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId, from: seq, count }),
    reply: reply<number[]>(),
  },
  /** The line by a place of the file or a time of day (wall clock, milliseconds since 1970): the first that is not before it. */
  findPlace: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId, place: sessionPlace }),
    reply: reply<{ seq: number }>(),
  },
  /** Two sessions by step. */
  compareSessions: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ a: sessionId, b: sessionId }),
    reply: reply<ComparedSessions>(),
  },
  /** All that the screen knew when a line was there; a question before it ends with `CANCELLED`. */
  stateAt: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId, seq }),
    reply: reply<DeviceState>(),
  },
  /** Asks for a file name and writes the session there; null when the person cancelled. */
  exportSession: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId, format: word(exportFormats), mask: truth }),
    reply: reply<{ file: string; lines: number } | null>(),
  },
  /** Stops what is being written or read for a person; nothing of it stays behind. Ends with `CANCELLED` where it has ended already. */
  stopFileWork: { scope: 'program', duringRun: 'served', argument: object({ work: text(16) }), reply: accepted },
  /** Reads all of a session and says whether it is whole. */
  verifySession: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ session: sessionId }),
    reply: reply<SessionProof>(),
  },
  /** Asks for the log of another tool; null when the person cancelled. */
  chooseLog: { scope: 'program', duringRun: 'served', reply: reply<ChosenLog | null>() },
  /** As {@link chooseLog}, of a file that a person has dropped onto the window: the bridge puts its path in, the page knows none. */
  dropLog: {
    scope: 'program',
    duringRun: 'served',
    argument: object({
      file: trimmed(4096, {
        must: 'must be a file that was dropped',
        holds: (file) => file !== '',
        example: '/home/me/minicom.cap',
        counterexample: '',
      }),
    }),
    reply: reply<ChosenLog>(),
  },
  /** The first rows of a log that was chosen, as a pattern of one's own reads them. */
  previewLog: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ log: chosenLog, pattern: patternSource }),
    reply: reply<LogPreview>(),
  },
  /** Makes a session of a log that was chosen; without a pattern, how it is written is recognised. */
  importLog: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ log: chosenLog, pattern: optional(patternSource) }),
    reply: reply<{ session: string; findings: string[] }>(),
  },
} as const satisfies Rows;
