import { unseen } from '../../shared/unseen.ts';
import { visibleBy } from '../../shared/wording.ts';

/** `\u202e`; beyond U+FFFF both halves, as JSON writes them. */
function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/**
 * Control characters as their Unicode pictures (␀ … ␟, ␡), everything else that is not seen as `\u` escapes: a log must
 * not steer the terminal or the editor that shows it. One line; line feeds become pictures too.
 */
export function visibleLine(text: string): string {
  return visibleBy(escaped, text);
}

/** As {@link visibleLine}, but line feeds and tabs stay: for a text of several lines. */
export function visibleLines(text: string): string {
  return text
    .split(/([\n\t])/)
    .map((part) => (part === '\n' || part === '\t' ? part : visibleLine(part)))
    .join('');
}

/** JSON on one line without characters a terminal obeys; a parser gives them back. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(unseen, escaped);
}

/** Text without what is not seen, each run of it replaced: for names that people compare by eye. */
export function withoutUnseen(text: string, replacement: string): string {
  return text.toWellFormed().replace(unseen, replacement);
}
