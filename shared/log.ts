import type { Remark } from './remarks.ts';

/** Who spoke: a person at the console, our engine, the module answering, the module unasked, or a note of ours. */
export type LogKind = 'person' | 'engine' | 'answer' | 'unasked' | 'note';

/** What a line is, by the message table. */
export type LineKind = 'command' | 'urc' | 'response' | 'final' | 'banner' | 'data' | 'unknown';

/** A decoded value: numbers stay numbers, everything else is text. */
export type ParamValue = string | number;

/** A line read with the message table. `params` carries the table's field names. */
export interface DecodedLine {
  readonly kind: LineKind;
  /** `+MIPLREAD`, `OK`, … as the table has it, also of commands (`+MIPLOPEN`, `E0`, `AT`); absent when unknown. */
  readonly name?: string;
  /** Commands only, V.250: `AT+X` execute, `AT+X?` read, `AT+X=…` write, `AT+X=?` test. */
  readonly form?: 'execute' | 'read' | 'write' | 'test';
  readonly params?: Readonly<Record<string, ParamValue>>;
  /** Why it is unknown, or what is odd about it; English, for log and bug report. */
  readonly note?: string;
}

/** What else the tool speaks with the module about; nothing in the state has an id for it. */
export type LineTask =
  'bringUp' | 'session' | 'signal' | 'diagnosis' | 'udp' | 'console' | 'acceptance' | 'macro' | 'resync';

/**
 * What a line belongs to, told by whoever ordered it or knows it: never found out from msgid or time, since an observation keeps
 * its msgid and every notification carries it. Ids are those of the state: `requests`, `outbox`, `datagrams`.
 */
export type LineTag =
  | { readonly request: string }
  | { readonly notification: string }
  | { readonly datagram: string }
  | { readonly task: LineTask };

/** One line of the AT log. Text is as received; control characters are made visible on the screen only. */
export interface LogEntry {
  /** Counts from 1 without gaps through the session. */
  readonly seq: number;
  /** Wall time of the line's first byte, milliseconds with fraction. */
  readonly atMs: number;
  readonly kind: LogKind;
  readonly text: string;
  /** Entries of one exchange (command, information text, final result) share a number. */
  readonly exchange?: number;
  readonly decoded?: DecodedLine;
  /** Absent: a line on its own, of which nobody says more. */
  readonly belongsTo?: LineTag;
  /** That the line names, or the command that it answers. */
  readonly msgId?: number;
  readonly path?: string;
  /** What a note says, for the screen's own words; `text` is the same in English. */
  readonly remark?: Remark;
  /** A bookmark of the person. */
  readonly mark?: string;
  /** Something a person should look at: an error result, an unknown line, damaged text. */
  readonly problem?: boolean;
}

/** The request of the platform a line belongs to, by its id: its own lines, the commands that answer it, what those are answered. */
export function requestIdOf({ belongsTo }: Pick<LogEntry, 'belongsTo'>): string | undefined {
  return belongsTo && 'request' in belongsTo ? belongsTo.request : undefined;
}
