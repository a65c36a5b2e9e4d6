import type { DecodedLine, LineTag } from '../../shared/log.ts';
import { isFragment, roleOf } from './lineRole.ts';
import type { CommandInFlight, LineRole } from './lineRole.ts';
import type { AtLine } from './lineSplitter.ts';
import { emptyTable } from './lineTable.ts';
import type { LineTable, LineReading, SeenCommand } from './lineTable.ts';
import { parseFinalResult } from './resultCodes.ts';
import type { FinalResult } from './resultCodes.ts';

/** A line from the module, read once: what it says, and where it stands. */
export interface HeardLine extends LineReading {
  readonly line: AtLine;
  readonly role: LineRole;
  /** Of a line that is a final result code, whose ever it is. */
  readonly final?: FinalResult;
  /** The exchange it belongs to, or in the middle of which it came; a URC is on its own. */
  readonly exchange?: number;
  /** What it belongs to: of an answer, what its command belongs to; of a URC the engine knows it. */
  readonly tag?: LineTag;
}

/** A command in flight, as it was read when it left. */
export interface ReadCommand extends CommandInFlight {
  readonly decoded: DecodedLine;
  /** Number of its exchange. */
  readonly exchange: number;
  readonly tag?: LineTag | undefined;
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
  line(line: AtLine, inFlight: ReadCommand | undefined): HeardLine {
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
export function readLine(table: LineTable, line: AtLine, inFlight: ReadCommand | undefined): HeardLine {
  const seen = table.line(line.text);
  const final = parseFinalResult(line.text);
  const role = roleOf(line, seen, final, inFlight);
  if (!inFlight || role === 'urc') return heardLine(line, role, seen.read(final), final);
  const { exchange, tag, spec, decoded } = inFlight;
  switch (role) {
    case 'echo':
      return { decoded, line, role, exchange, ...(tag && { tag }) };
    case 'answer':
    case 'final':
      return { ...heardLine(line, role, seen.read(final, spec), final), exchange, ...(tag && { tag }) };
    default: {
      const heard = heardLine(line, role, seen.read(final), final);
      return role === 'boot' || isFragment(line) ? { ...heard, exchange } : heard;
    }
  }
}

/** Nearly every line is on its own and read: one object, with no more in it than there is. */
function heardLine(line: AtLine, role: LineRole, reading: LineReading, final: FinalResult | undefined): HeardLine {
  const { decoded } = reading;
  if (final) return { decoded, line, role, final };
  return reading.answer || reading.unreadable ? { ...reading, line, role } : { decoded, line, role };
}
