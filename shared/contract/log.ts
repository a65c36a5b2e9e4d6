import type { LogEntry } from '../log.ts';
import { object, trimmed, truth, whole, word } from '../schema.ts';
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
  getCommandHelp: { scope: 'program', duringRun: 'served', reply: reply<CommandHelp[]>() },
  /** Asks for a file name and writes the journal there; null when the person cancelled. */
  exportJournal: {
    scope: 'device',
    duringRun: 'served',
    argument: object({ format: word(exportFormats), mask: truth }),
    reply: reply<{ file: string; lines: number } | null>(),
  },
} as const satisfies Rows;
