import type { LineTag } from '../../shared/log.ts';
import type { KnownCommand } from './knownCommand.ts';
import { knownLines } from './knownLines.ts';
import type { KnownLine, PlacedReading } from './knownLines.ts';
import { isFragment } from './lineRole.ts';
import type { LineRole } from './lineRole.ts';
import type { AtLine } from './lineSplitter.ts';
import { emptyTable } from './lineTable.ts';
import type { LineReading, LineTable } from './lineTable.ts';
import type { RecentTexts } from './recentTexts.ts';
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

/** The command whose final result is awaited, as it was read when it left. */
export interface ReadCommand {
  readonly known: KnownCommand;
  /** Information text of it has come, which no echo stands behind: AT+CLAC lists itself (TS 27.007 §8.37). */
  readonly hasAnswer?: boolean;
  /** Number of its exchange. */
  readonly exchange: number;
  readonly tag?: LineTag | undefined;
}

/** Reads lines and commands with the table, each once. Where the table fails, a line is read as if it were in none. */
export class LineReader {
  readonly #lines: RecentTexts<KnownLine>;
  readonly #onFault: (error: unknown) => void;

  constructor(table: LineTable, onFault: (error: unknown) => void) {
    this.#lines = knownLines(table);
    this.#onFault = onFault;
  }

  /** A command line that leaves. */
  command(text: string): KnownCommand {
    return this.#with((lines) => lines.of(text).command);
  }

  /** A line that came while this command was in flight. */
  line(line: AtLine, inFlight: ReadCommand | undefined): HeardLine {
    return this.#with((lines) => readLine(lines.of(line.text), line, inFlight));
  }

  #with<T>(read: (lines: RecentTexts<KnownLine>) => T): T {
    try {
      return read(this.#lines);
    } catch (error) {
      this.#onFault(error);
      return read(knownLines(emptyTable));
    }
  }
}

/** Says what a line is whose text is known, and reads it with the command whose answer it belongs to. */
export function readLine(known: KnownLine, line: AtLine, inFlight: ReadCommand | undefined): HeardLine {
  if (isFragment(line)) {
    const heard = heardLine(line, known.asFragment);
    return inFlight && heard.role !== 'urc' ? { ...heard, exchange: inFlight.exchange } : heard;
  }
  if (!inFlight) return heardLine(line, known.alone);
  const { known: command, exchange, tag, hasAnswer } = inFlight;
  if (line.text === command.text && hasAnswer !== true) {
    return tagged({ decoded: command.decoded, line, role: 'echo', exchange }, tag);
  }
  const reading = known.during(command);
  const { decoded, role, final, answer, unreadable } = reading;
  switch (role) {
    case 'final':
      return tagged({ decoded, line, role, final: final as FinalResult, exchange }, tag);
    case 'answer':
      if (answer) return tagged({ decoded, answer, line, role, exchange }, tag);
      return tagged(
        unreadable ? { decoded, unreadable, line, role, exchange } : { decoded, line, role, exchange },
        tag,
      );
    case 'boot':
      return { ...heardLine(line, reading), exchange };
    default:
      return heardLine(line, reading);
  }
}

function tagged(heard: HeardLine, tag: LineTag | undefined): HeardLine {
  return tag ? { ...heard, tag } : heard;
}

/** Nearly every line is on its own and read: one object, with no more in it than there is. */
function heardLine(line: AtLine, { decoded, role, final, unreadable }: PlacedReading): HeardLine {
  if (final) return { decoded, line, role, final };
  return unreadable ? { decoded, unreadable, line, role } : { decoded, line, role };
}
