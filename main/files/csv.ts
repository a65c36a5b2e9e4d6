/** A spreadsheet takes these as the beginning of a formula, and so do those of East Asia with their wide forms. */
const startsFormula = /^[=+\-@'\t\r\uff1d\uff0b\uff0d\uff20]/;

/** Nothing but what numbers, dates and times are written with. */
const looksCounted = /^(?=.*\d)[\d.,:/ eE+%-]+$/;

/** More digits are shown as a power of ten, and beyond 15 they are lost. */
const MAX_PLAIN_DIGITS = 11;

/**
 * Whether a spreadsheet would show something else: 20 digits as a power of ten, 007 as 7, 20.10 as 20.1, 12E5 as 1200000,
 * 1-2 as a date.
 */
function isSpoilt(text: string): boolean {
  return looksCounted.test(text) && (text.length > MAX_PLAIN_DIGITS || String(Number(text)) !== text);
}

/** With one apostrophe in front where it is needed; taking one leading apostrophe away gives every text back. */
function guarded(text: string): string {
  return startsFormula.test(text) || isSpoilt(text) ? `'${text}` : text;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/**
 * One text as a cell by RFC 4180, always quoted. What a spreadsheet would calculate, or would show as another number or
 * a date, gets an apostrophe in front, and so does a text that begins with one: taking one leading apostrophe away gives
 * every text back exactly (docs/decisions/csv-apostrophe.md).
 */
export function csvCell(text: string): string {
  return quoted(guarded(text));
}

/** A row without its end: numbers as they are, texts guarded as in {@link csvCell} and quoted where they must be. */
export function csvRow(cells: readonly (string | number)[]): string {
  return cells
    .map((cell) => {
      if (typeof cell === 'number') return String(cell);
      const text = guarded(cell);
      return /[",\r\n]/.test(text) ? quoted(text) : text;
    })
    .join(',');
}
