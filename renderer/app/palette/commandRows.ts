import { fuzzyMatch } from '../../ui/fuzzy.ts';

/** Kinds of commands, in the order they stand while nothing is typed. */
export const commandGroups = ['console', 'page', 'action', 'macro', 'recent'] as const;
export type CommandGroup = (typeof commandGroups)[number];

/** Something that can be done by its name. */
export interface PaletteCommand {
  /** English words, so that it is found in either language. */
  readonly id: string;
  readonly group: CommandGroup;
  /** In the language of the screen. */
  readonly name: string;
  /** The keys that do the same. */
  readonly keys?: string;
  /** Why it cannot be done now; absent where it can. */
  readonly why?: string;
  readonly run: () => unknown;
}

/** A command as it stands in the list. */
export interface CommandRow {
  readonly command: PaletteCommand;
  /** The name in pieces, those that fit what was typed told from the others. */
  readonly pieces: readonly { readonly text: string; readonly fits: boolean }[];
}

/** So many are shown; who wants another types on. */
const MOST_ROWS = 60;

/** The commands that fit what was typed, the best first; all of them, in their groups, where nothing was. Pure. */
export function commandRows(commands: readonly PaletteCommand[], query: string): CommandRow[] {
  if (query.trim() === '')
    return commands.map((command) => ({ command, pieces: [{ text: command.name, fits: false }] }));
  const found = commands.flatMap((command) => {
    const byName = fuzzyMatch(query, command.name);
    const byId = fuzzyMatch(query, command.id);
    const score = Math.max(byName?.score ?? -Infinity, (byId?.score ?? -Infinity) - 2);
    if (score === -Infinity) return [];
    // What cannot be done stands behind what can, where both fit alike.
    return [
      {
        command,
        pieces: piecesOf(command.name, byName?.at ?? []),
        score: command.why === undefined ? score : score - 1,
      },
    ];
  });
  return found
    .sort((one, other) => other.score - one.score)
    .slice(0, MOST_ROWS)
    .map(({ command, pieces }) => ({ command, pieces }));
}

function piecesOf(name: string, at: readonly number[]): CommandRow['pieces'] {
  const fitting = new Set(at);
  const pieces: { text: string; fits: boolean }[] = [];
  for (let index = 0; index < name.length; index++) {
    const fits = fitting.has(index);
    const last = pieces.at(-1);
    if (last?.fits === fits) last.text += name[index];
    else pieces.push({ text: name[index] ?? '', fits });
  }
  return pieces;
}
