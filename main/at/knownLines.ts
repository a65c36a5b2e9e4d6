import { KnownCommand } from './knownCommand.ts';
import { roleOf, roleOfFragment } from './lineRole.ts';
import type { LineRole, LineSigns } from './lineRole.ts';
import type { LineReading, LineTable, SeenLine } from './lineTable.ts';
import { RecentTexts } from './recentTexts.ts';
import { isBootLine, parseFinalResult } from './resultCodes.ts';
import type { FinalResult } from './resultCodes.ts';

/** What a line says, and what it is where it stands. */
export interface PlacedReading extends LineReading {
  readonly role: LineRole;
  /** Of a line that is a final result code, whose ever it is. */
  readonly final: FinalResult | undefined;
}

/** A text of the wire, and what follows from it: found out once for all lines that say it, and only when somebody asks. */
export class KnownLine implements LineSigns {
  readonly text: string;
  readonly seen: SeenLine;
  readonly final: FinalResult | undefined;
  readonly isBoot: boolean;
  readonly #table: LineTable;
  #command: KnownCommand | undefined;
  #alone: PlacedReading | undefined;
  /** A final result is the same whatever it ends. */
  #ending: PlacedReading | undefined;
  /** What it is while the command was awaited that was asked about last: the same line answers the same command. */
  #awaited: KnownCommand | undefined;
  #during: PlacedReading | undefined;

  constructor(text: string, table: LineTable) {
    this.text = text;
    this.#table = table;
    this.seen = table.line(text);
    this.final = parseFinalResult(text);
    this.isBoot = isBootLine(text);
  }

  /** The line as a command that leaves. */
  get command(): KnownCommand {
    return (this.#command ??= new KnownCommand(this.text, this.#table.command(this.text)));
  }

  /** While no answer is awaited. */
  get alone(): PlacedReading {
    return (this.#alone ??= this.#placed(roleOf(this, undefined)));
  }

  /** As a piece of a line. */
  get asFragment(): PlacedReading {
    return this.#placed(roleOfFragment(this));
  }

  /** While the command's final result is awaited; an echo is told apart before. */
  during(command: KnownCommand): PlacedReading {
    if (this.#awaited === command) return this.#during as PlacedReading;
    if (this.final) return (this.#ending ??= this.#placed('final'));
    const during = this.#placed(roleOf(this, command), command);
    this.#awaited = command;
    return (this.#during = during);
  }

  #placed(role: LineRole, command?: KnownCommand): PlacedReading {
    const { final } = this;
    const pending = role === 'answer' ? command?.spec : undefined;
    return { ...this.seen.read(final, pending), role, final };
  }
}

const known = new WeakMap<LineTable, RecentTexts<KnownLine>>();

/** What is known of lines by a table, the same for all that ask it: what came last is kept. */
export function knownLines(table: LineTable): RecentTexts<KnownLine> {
  let lines = known.get(table);
  if (!lines) known.set(table, (lines = new RecentTexts((text) => new KnownLine(text, table))));
  return lines;
}
