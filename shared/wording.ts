import { unseen } from './unseen.ts';

/** Seconds with two digits and no unit: `0.31`. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

/**
 * Text of the wire made visible: control characters as their pictures (␀ ␛), characters that would change the
 * direction or hide as their code, so that nothing a module or a platform prints can rearrange the screen.
 */
export function visible(text: string): string {
  return text
    .replace(/[\u0000-\u001f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
    .replace(/\u007f/g, '\u2421')
    .replace(
      unseen,
      (character) => `⟨${Number(character.codePointAt(0)).toString(16).toUpperCase().padStart(2, '0')}⟩`,
    );
}
