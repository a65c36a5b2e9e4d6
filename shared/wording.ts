/** Seconds with two digits and no unit: `0.31`. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

const invisible = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * Text of the wire made visible: control characters as their pictures (␀ ␛), characters that would change the
 * direction or hide as their code, so that nothing a module or a platform prints can rearrange the screen.
 */
export function visible(text: string): string {
  return text.replace(invisible, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `⟨${code.toString(16).toUpperCase().padStart(2, '0')}⟩`;
  });
}
