import { RE2JS } from 're2js';

/** A pattern of a plan or of a person's own, compiled. */
export interface LinePattern {
  readonly source: string;
  /** Of its named groups. */
  readonly names: readonly string[];
  /** The texts of the named groups (those that took part) of the first place that fits; undefined where none does. */
  match(text: string): Readonly<Record<string, string>> | undefined;
}

/** JavaScript writes a character by its code as `\uXXXX`, RE2 as `\x{XXXX}`. An escaped backslash before it stays. */
const codeUnit = /(\\\\)|\\u([0-9a-fA-F]{4})/g;

/** The longest line of a module, 8 KB, takes a pattern of this many steps about a second. */
const mostSteps = 2000;

/** A pattern whose every line would take too long. */
export class PatternTooLarge extends Error {
  readonly steps: number;
  readonly most: number;

  constructor(steps: number, most: number) {
    super(`the pattern is too large: ${steps} steps, at most ${most}`);
    this.steps = steps;
    this.most = most;
  }
}

/**
 * Compiles a regular expression for lines. A plan is a file that somebody sent, and a line may be hostile, so the engine must be
 * linear in the length of the line whatever the pattern, and the pattern small: RE2's syntax, which has neither back references
 * nor lookaround. Placeholders must have been filled before. @throws Error that says what is wrong with the pattern.
 */
export function compileLinePattern(source: string): LinePattern {
  const compiled = RE2JS.compile(source.replace(codeUnit, (whole, kept, code) => (kept ? whole : `\\x{${code}}`)));
  const steps = compiled.programSize();
  if (steps > mostSteps) throw new PatternTooLarge(steps, mostSteps);
  const names = Object.keys(compiled.namedGroups());
  return {
    source,
    names,
    match(text) {
      const matcher = compiled.matcher(text);
      if (!matcher.find()) return undefined;
      const groups = names.map((name) => [name, matcher.group(name)] as const);
      return Object.fromEntries(groups.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
    },
  };
}
