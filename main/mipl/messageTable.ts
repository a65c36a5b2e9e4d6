import type { CommandSpec } from '../at/codec.ts';
import type { LineTable, Reading, SeenLine } from '../at/lineTable.ts';
import { commands } from './messages.ts';
import type { Urc } from './messages.ts';
import { claimsOf, decodeLine, decodedCommand, isUrc, parseCommand, parseUrc } from './decode.ts';

/** A line as the table of messages sees it. */
class MessageLine implements SeenLine {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get isUrc(): boolean {
    return isUrc(this.#text);
  }

  isAnswerTo(spec: CommandSpec): boolean {
    return claimsOf(spec)(this.#text);
  }

  read(pending?: CommandSpec): Reading {
    const decoded = decodeLine(this.#text, pending);
    const { kind, params } = decoded;
    if (kind === 'response' && params && pending?.answer && this.isAnswerTo(pending))
      return { decoded, answer: params };
    if (kind !== 'unknown') return { decoded };
    const unreadable = parseUrc(this.#text);
    return unreadable && !('urc' in unreadable) ? { decoded, unreadable } : { decoded };
  }
}

/** Answers that tell what the URC of the same name tells, with `<n>` before it. */
const stateNames: ReadonlySet<string | undefined> = new Set(
  [commands.registrationState, commands.connectionState, commands.sleepReportState].map(({ name }) => name),
);

/**
 * The URC in a line that nobody asked for; also a state in the form of an answer: it came late, or the firmware knows no other
 * form. Undefined for any other line.
 */
export function urcIn({ decoded: { kind, name, params } }: Reading): Urc | undefined {
  return kind === 'urc' || (kind === 'response' && stateNames.has(name))
    ? ({ name, params } as unknown as Urc)
    : undefined;
}

/** The table of messages (`messages.ts`) as the channel asks it. */
export const messageTable: LineTable = {
  command(text) {
    const command = parseCommand(text);
    if (!command) return { decoded: { kind: 'data' } };
    const decoded = decodedCommand(command);
    return command.spec ? { spec: command.spec, decoded } : { decoded };
  },
  line: (text) => new MessageLine(text),
};
