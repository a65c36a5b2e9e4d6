import { object, text } from './schema.ts';
import type { ValueOf } from './schema.ts';

/** A pattern by which the logs of a program of one's own are read, as a person has written it. */
export const patternSource = text(2000);

/** A pattern that is kept by its name. */
export const importPattern = object({
  name: text(80, {
    must: 'must be a name',
    holds: (name) => name.trim() !== '',
    example: 'Gateway',
    counterexample: ' ',
  }),
  pattern: patternSource,
});
export type ImportPattern = ValueOf<typeof importPattern>;

/** So many are kept. */
export const maxImportPatterns = 100;

/** What the named groups of a pattern are called. */
export const patternGroups = ['time', 'direction', 'text'] as const;

/** Why a pattern cannot be used. */
export type PatternFault =
  /** In RE2's words; `at`: the part that is wrong, where it says so. */
  | { readonly what: 'syntax'; readonly reason: string; readonly at?: string }
  /** A group that nobody knows. */
  | { readonly what: 'group'; readonly name: string }
  /** The group of the text is missing. */
  | { readonly what: 'noText' }
  | { readonly what: 'tooLarge'; readonly steps: number; readonly most: number };

/** A row of a log as a pattern reads it. */
export interface PreviewRow {
  /** Counts from 1. */
  readonly line: number;
  /** Its beginning, as it stands in the file. */
  readonly raw: string;
  /** A line of the wire, marks alone whose text follows, or what the program wrote for itself. */
  readonly is: 'line' | 'heading' | 'note';
  /** As the log tells it. */
  readonly at?: string;
  readonly from?: 'host' | 'module';
  /** Of a line. */
  readonly text?: string;
}

/** The first rows of a log as a pattern reads them, or why it cannot. */
export type LogPreview = { readonly rows: readonly PreviewRow[] } | { readonly fault: PatternFault };

/** A log that a person has chosen; the window knows it by a number. */
export interface ChosenLog {
  readonly log: string;
  /** Of the file. */
  readonly name: string;
}

/** The kept patterns with one more, or with another pattern under its name. */
export function withPattern(patterns: readonly ImportPattern[], kept: ImportPattern): ImportPattern[] {
  const name = kept.name.trim();
  const others = patterns.filter((pattern) => pattern.name !== name);
  return [...others, { ...kept, name }].toSorted((a, b) => a.name.localeCompare(b.name));
}
