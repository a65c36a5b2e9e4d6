import { unseen } from './unseen.ts';

/** Seconds with two digits and no unit: `0.31`. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

/** Nearly every line of a log. */
const plain = /^[ -~]*$/;

const picture = (character: string): string => String.fromCharCode(0x2400 + character.charCodeAt(0));

/** `⟨202E⟩`, for people. */
const bracketed = (character: string): string =>
  `⟨${Number(character.codePointAt(0)).toString(16).toUpperCase().padStart(2, '0')}⟩`;

/**
 * Control characters as their Unicode pictures (␀ … ␟, ␡), characters that would change the direction or hide as `shown`
 * writes them.
 */
export function visibleBy(shown: (character: string) => string, text: string): string {
  if (plain.test(text)) return text;
  return text
    .replace(/[\u0000-\u001f]/g, picture)
    .replace(/\u007f/g, '\u2421')
    .replace(unseen, shown);
}

/** Text of the wire made visible for people: nothing a module or a platform prints can rearrange the screen. */
export function visible(text: string): string {
  return visibleBy(bracketed, text);
}
