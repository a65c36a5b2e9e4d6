import type { LogEntry } from '../log.ts';
import { object, optional, text, trimmed, truth, whole, word } from '../schema.ts';
import type { SessionBytes } from '../sessions.ts';
import { accepted, reply } from './row.ts';
import type { Rows } from './row.ts';

/** A command of the message table, for completion and help in the console. */
export interface CommandHelp {
  /** `AT+MIPLOPEN`. */
  readonly name: string;
  readonly form: 'execute' | 'read' | 'write' | 'test';
  readonly params: readonly { readonly name: string; readonly optional: boolean; readonly quoted: boolean }[];
}

/** What a journal can be written out as. */
export const exportFormats = ['txt', 'csv', 'ndjson', 'html', 'pcapng'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The log, the console and the journal. */
export const logRequests = {
  /** Entries `from … from + count - 1` by sequence number; older ones come from the journal file. */
  readLog: {
    scope: 'device',
    duringRun: 'served',
    argument: object({ from: whole(0, Number.MAX_SAFE_INTEGER), count: whole(0, 2000) }),
    reply: reply<LogEntry[]>(),
  },
  /** A line typed at the console. Answers when the module has; an error result is a fault. */
  sendCommand: {
    scope: 'device',
    duringRun: 'refused',
    argument: object({
      line: trimmed(4096, {
        must: 'must not be empty',
        holds: (line) => line !== '',
        example: 'AT+CSQ',
        counterexample: ' ',
      }),
    }),
    reply: accepted,
  },
  /** Keeps a bookmark in journal and log, now; `seq`: the line that it is about, whose time and text stand in it. */
  markJournal: {
    scope: 'device',
    duringRun: 'served',
    argument: object({ note: text(500), seq: optional(whole(1, Number.MAX_SAFE_INTEGER)) }),
    reply: accepted,
  },
  /** The bytes of a line of the log as the journal keeps them; null where it holds none of that line. */
  readLineBytes: {
    scope: 'device',
    duringRun: 'served',
    argument: object({ seq: whole(1, Number.MAX_SAFE_INTEGER) }),
    reply: reply<SessionBytes | null>(),
  },
  getCommandHelp: { scope: 'program', duringRun: 'served', reply: reply<CommandHelp[]>() },
  /** Asks for a file name and writes the journal there; null when the person cancelled. */
  exportJournal: {
    scope: 'device',
    duringRun: 'served',
    argument: object({ format: word(exportFormats), mask: truth }),
    reply: reply<{ file: string; lines: number } | null>(),
  },
} as const satisfies Rows;
