import { splitCommand } from '../../at/tokens.ts';
import type { CommandForm } from '../../at/tokens.ts';

/** One command of a line. Basic commands have their letter as name (`E`, `&C`, `S3`) and their number as list. */
export interface LineCommand {
  readonly name: string;
  readonly form: CommandForm;
  readonly list: string;
}

/**
 * Commands whose parameters are text that firmware takes by its length and not by quotes (mipl-at.md §5): everything
 * behind them is theirs, semicolons too.
 */
const textCarriers = /^\+(MIPL(NOTIFY|READRSP|DISCOVERRSP|CREATE)|IPSEND)$/i;

/** What stands before it is passed over: noise of a line that wakes, the rest of what went before (V.250 §5.2.1). */
const prefix = /^[\t ]*[Aa][Tt]|AT|at/;
const basic = /[\t ;]*(?:S(\d{1,3})(?:=(\d*)|(\?))|(&?[A-Z])(\d*))/iy;
const extendedStart = /[\t ;]*(?=[+*])/y;
const extendedName = /[+*][A-Z][A-Z0-9]*/iy;
const nothingMore = /[\t ;]*$/y;

/** Moves a sticky expression to a place and tries it there. */
function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text) ?? undefined;
}

/** Where an extended command that begins at `from` ends: at a semicolon outside quotes (V.250 §5.4.4), or with the line. */
function endOfExtended(line: string, from: number): number {
  const name = matchAt(extendedName, line, from)?.[0] ?? '';
  if (textCarriers.test(name)) return line.length;
  let isQuoted = false;
  for (let position = from; position < line.length; position++) {
    if (line[position] === '"') isQuoted = !isQuoted;
    else if (line[position] === ';' && !isQuoted) return position;
  }
  return line.length;
}

/**
 * Cuts a command line into its commands (V.250 §5.4.4): basic ones follow each other, a semicolon stands behind an
 * extended one. Undefined stands for what is no command; nothing behind it is looked at. The bare `AT` is one command
 * without a name.
 */
export function splitCommandLine(line: string): readonly (LineCommand | undefined)[] {
  const found = prefix.exec(line);
  if (!found) return [undefined];
  const commands: (LineCommand | undefined)[] = [];
  let position = found.index + found[0].length;
  while (!matchAt(nothingMore, line, position)) {
    const blanks = matchAt(extendedStart, line, position);
    if (blanks) {
      const from = position + blanks[0].length;
      position = endOfExtended(line, from);
      const command = splitCommand(`AT${line.slice(from, position)}`);
      commands.push(command);
      if (!command) return commands;
      continue;
    }
    const letters = matchAt(basic, line, position);
    if (!letters) return [...commands, undefined];
    commands.push(basicCommand(letters));
    position += letters[0].length;
  }
  return commands.length > 0 ? commands : [{ name: '', form: 'execute', list: '' }];
}

function basicCommand([, register, value, question, letter = '', number = '']: RegExpExecArray): LineCommand {
  if (register === undefined) return { name: letter.toUpperCase(), form: 'execute', list: number };
  const name = `S${Number(register)}`;
  return question === undefined ? { name, form: 'write', list: value ?? '' } : { name, form: 'read', list: '' };
}
