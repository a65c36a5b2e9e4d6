import type { DecodedLine } from '../../shared/log.ts';
import { roleOf } from './lineRole.ts';
import type { CommandInFlight, LineRole } from './lineRole.ts';
import type { AtLine } from './lineSplitter.ts';
import { emptyTable } from './lineTable.ts';
import type { LineTable, Reading, SeenCommand } from './lineTable.ts';
import { parseFinalResult } from './resultCodes.ts';
import type { FinalResult } from './resultCodes.ts';

/** A line that was read: what it says, and what it is in the conversation. */
export interface ReadLine extends Reading {
  readonly line: AtLine;
  readonly role: LineRole;
  /** Of a line that is a final result code, whose ever it is. */
  readonly final?: FinalResult;
}

/** A command in flight, as it was read when it left. */
export interface ReadCommand extends CommandInFlight {
  readonly decoded: DecodedLine;
}

/** Reads lines and commands with the table, each once. Where the table fails, a line is read as if it were in none. */
export class LineReader {
  readonly #table: LineTable;
  readonly #onFault: (error: unknown) => void;

  constructor(table: LineTable, onFault: (error: unknown) => void) {
    this.#table = table;
    this.#onFault = onFault;
  }

  /** A command line that leaves. */
  command(text: string): SeenCommand {
    return this.#with((table) => table.command(text));
  }

  /** A line that came while this command was in flight. */
  line(line: AtLine, inFlight: ReadCommand | undefined): ReadLine {
    return this.#with((table) => readLine(table, line, inFlight));
  }

  #with<T>(read: (table: LineTable) => T): T {
    try {
      return read(this.#table);
    } catch (error) {
      this.#onFault(error);
      return read(emptyTable);
    }
  }
}

/** Says what a line is, and reads it with the command whose answer it belongs to. */
export function readLine(table: LineTable, line: AtLine, inFlight: ReadCommand | undefined): ReadLine {
  const seen = table.line(line.text);
  const final = parseFinalResult(line.text);
  const role = roleOf(line, seen, final, inFlight);
  if (role === 'echo' && inFlight) return { line, role, decoded: inFlight.decoded };
  const reading = seen.read(role === 'answer' ? inFlight?.spec : undefined);
  return final ? { ...reading, line, role, final } : { ...reading, line, role };
}
