/** How a tool writes the ends of lines so that a person sees them. */
export interface ControlNames {
  readonly pattern: RegExp;
  /** The character of a match. */
  readonly character: (name: string) => string;
}

const byName: Readonly<Record<string, string>> = { CR: '\r', LF: '\n', NUL: '\0', TAB: '\t', HT: '\t', NL: '\n' };

function named(name: string): string {
  return byName[name.replace(/[^A-Za-z]/g, '').toUpperCase()] ?? '';
}

function hexed(name: string): string {
  return String.fromCharCode(parseInt(name.replace(/[^0-9A-Fa-f]/g, '').slice(-2), 16));
}

const pictures: Readonly<Record<string, string>> = { '␍': '\r', '␊': '\n', '␀': '\0', '␉': '\t', '↵': '\n' };

/**
 * The ways of serial tools: `<CR><LF>` (Docklight), `{0D}{0A}` (Hercules), `[0D][0A]`, `\r\n`, `\x0d\x0a`, `$0D$0A`,
 * `^M^J` (cat -A), `␍␊`.
 */
export const controlNotations: readonly ControlNames[] = [
  { pattern: /<(?:CR|LF|NUL|TAB|HT|NL)>/gi, character: named },
  { pattern: /\[(?:CR|LF|NUL|TAB|HT)\]/gi, character: named },
  { pattern: /\{(?:CR|LF)\}/gi, character: named },
  { pattern: /[{[<](?:0x)?0[0AD9][\]}>]/gi, character: hexed },
  { pattern: /\\x0[ad]/gi, character: hexed },
  { pattern: /\\[rn]/g, character: (name) => (name === '\\r' ? '\r' : '\n') },
  { pattern: /\$0[AD]/g, character: hexed },
  { pattern: /\^[MJ]|\$$/g, character: (name) => (name === '^M' ? '\r' : '\n') },
  { pattern: /[␍␊␀␉↵]/g, character: (name) => pictures[name] ?? '' },
];

/** Whether a row ends with the end of a line as a notation writes it. */
export function endsWithControl(row: string, { pattern, character }: ControlNames): boolean {
  const last = [...row.matchAll(pattern)].at(-1);
  if (last === undefined || last.index + last[0].length !== row.trimEnd().replace(/['"]$/, '').length) return false;
  return /[\r\n]/.test(character(last[0]));
}

/** The row with the characters themselves in the place of their names. */
export function withControls(row: string, { pattern, character }: ControlNames): string {
  return row.replace(pattern, character);
}
