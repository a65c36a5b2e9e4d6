import type { CommandSpec } from '../at/codec.ts';
import type { LineTable, LineReading, SeenCommand, SeenLine } from '../at/lineTable.ts';
import type { FinalResult } from '../at/resultCodes.ts';
import { commands } from './messages.ts';
import type { Urc } from './messages.ts';
import { decodeInformation, decodedCommand, decodedFinal, isClaimed, parseCommand, parseUrcWith } from './decode.ts';
import { headOf } from './lineHead.ts';
import type { LineHead } from './lineHead.ts';

/** A line as the table of messages sees it. Its name is looked for once, when somebody asks. */
class MessageLine implements SeenLine {
  readonly #text: string;
  #head: LineHead | undefined;
  #isRead = false;

  constructor(text: string) {
    this.#text = text;
  }

  get isUrc(): boolean {
    return this.#known()?.urc !== undefined;
  }

  get isDamagedUrc(): boolean {
    const head = this.#known();
    return head?.isWhole === false && head.urc !== undefined;
  }

  isAnswerTo(spec: CommandSpec): boolean {
    return isClaimed(spec, this.#known());
  }

  isAnswerToOther({ name, answer }: CommandSpec): boolean {
    const head = this.#known();
    if (!head?.isWhole || head.name === name || head.name === answer?.name) return false;
    return head.namesakes !== undefined && head.namesakes.answers.length > 0;
  }

  read(final: FinalResult | undefined, pending?: CommandSpec): LineReading {
    if (final) return { decoded: decodedFinal(final) };
    const command = parseCommand(this.#text);
    if (command) return { decoded: decodedCommand(command) };
    const head = this.#known();
    const decoded = decodeInformation(this.#text, pending, head);
    const { kind, params } = decoded;
    if (kind === 'response' && params && pending?.answer && isClaimed(pending, head))
      return { decoded, answer: params };
    const unreadable = kind === 'unknown' && head ? parseUrcWith(head) : undefined;
    return unreadable && !('urc' in unreadable) ? { decoded, unreadable } : { decoded };
  }

  #known(): LineHead | undefined {
    if (!this.#isRead) this.#head = headOf(this.#text);
    this.#isRead = true;
    return this.#head;
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
export function urcIn({ decoded: { kind, name, params } }: LineReading): Urc | undefined {
  return kind === 'urc' || (kind === 'response' && stateNames.has(name))
    ? ({ name, params } as unknown as Urc)
    : undefined;
}

function seenCommand(text: string): SeenCommand {
  const command = parseCommand(text);
  if (!command) return { decoded: { kind: 'data' } };
  const decoded = decodedCommand(command);
  return command.spec ? { spec: command.spec, decoded } : { decoded };
}

/** The table of messages (`messages.ts`) as the channel asks it. */
export const messageTable: LineTable = { command: seenCommand, line: (text) => new MessageLine(text) };
