/** JSON of others that is nested deeper than this is not read: each level costs whoever shows it an indent for every line. */
export const maximumJsonDepth = 64;

const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const OPEN = new Set([0x5b, 0x7b]);
const CLOSE = new Set([0x5d, 0x7d]);

/**
 * True when no part of a JSON text lies within more than {@link maximumJsonDepth} arrays and objects (RFC 8259 §9 lets a
 * reader set such a limit). One pass, no recursion, for any text; whether it is JSON at all is for a parser to say.
 */
export function isShallowJson(text: string): boolean {
  let depth = 0;
  let isInText = false;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (isInText) {
      if (code === BACKSLASH) place++;
      else if (code === QUOTE) isInText = false;
    } else if (code === QUOTE) isInText = true;
    else if (OPEN.has(code)) {
      depth++;
      if (depth > maximumJsonDepth) return false;
    } else if (CLOSE.has(code)) depth--;
  }
  return true;
}
