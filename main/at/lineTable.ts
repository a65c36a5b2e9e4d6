import type { DecodedLine, ParamValue } from '../../shared/log.ts';
import type { CommandSpec } from './codec.ts';
import type { FinalResult } from './resultCodes.ts';

/** What a line is, read once: the log, the engine and whoever waits for an answer use the same. */
export interface LineReading {
  readonly decoded: DecodedLine;
  /** Information text that the entry of the command in flight describes: its parameters, by the table's names. */
  readonly answer?: Readonly<Record<string, ParamValue>>;
  /** A line with the name of a URC that cannot be read: why, and what of it can be read all the same. */
  readonly unreadable?: {
    readonly name: string;
    readonly fault: string;
    readonly params: Readonly<Record<string, unknown>>;
  };
}

/** A line from the module at which the table has looked. */
export interface SeenLine {
  /** A URC by name and shape, wherever it stands. */
  readonly isUrc: boolean;
  /** A URC whose name did not come whole, or that stands behind other text: no information text of anything. */
  readonly isDamagedUrc: boolean;
  /** Information text of that command by name and shape, although a URC may look alike (`+CEREG`). */
  isAnswerTo(spec: CommandSpec): boolean;
  /** Information text of another command by name, as a state is that comes unasked in the form of an answer (`+CEREG: 2,1`). */
  isAnswerToOther(spec: CommandSpec): boolean;
  /** What it is. `final`: it is one; `pending`: the command whose answer it belongs to. */
  read(final: FinalResult | undefined, pending?: CommandSpec): LineReading;
}

/** A command line as the table has it. */
export interface SeenCommand {
  /** Absent where the table has no such command, or the line does not fit its entry. */
  readonly spec?: CommandSpec;
  readonly decoded: DecodedLine;
}

/** What is known of lines by their names; the channel itself knows none. Nothing of it throws. */
export interface LineTable {
  command(text: string): SeenCommand;
  line(text: string): SeenLine;
}

const unknown: LineReading = { decoded: { kind: 'unknown' } };
const unknownLine: SeenLine = {
  isUrc: false,
  isDamagedUrc: false,
  isAnswerTo: () => false,
  isAnswerToOther: () => false,
  read: () => unknown,
};

/** Knows no line and no command. */
export const emptyTable: LineTable = { command: () => unknown, line: () => unknownLine };
