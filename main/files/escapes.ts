/** Punctuation that has a name in HTML (HTML Living Standard, §13.5), by name. */
const entityNames: Readonly<Record<string, string>> = {
  excl: '!',
  quot: '"',
  num: '#',
  dollar: '$',
  percnt: '%',
  amp: '&',
  apos: "'",
  lpar: '(',
  rpar: ')',
  ast: '*',
  midast: '*',
  plus: '+',
  comma: ',',
  period: '.',
  sol: '/',
  colon: ':',
  semi: ';',
  lt: '<',
  equals: '=',
  gt: '>',
  quest: '?',
  commat: '@',
  lsqb: '[',
  lbrack: '[',
  bsol: '\\',
  rsqb: ']',
  rbrack: ']',
  hat: '^',
  lowbar: '_',
  underbar: '_',
  grave: '`',
  lcub: '{',
  lbrace: '{',
  verbar: '|',
  vert: '|',
  verticalline: '|',
  rcub: '}',
  rbrace: '}',
};

/** Escapes of JSON (RFC 8259 §7) and C, of URLs (RFC 3986 §2.1), of HTML, as regular expressions by what they begin with. */
export const escapes: Readonly<Record<string, string>> = {
  '\\':
    String.raw`\\[ux]\{(?<braced>[0-9a-f]{1,6})\}|\\u0{4}(?<long>[0-9a-f]{4})|\\u(?<unicode>[0-9a-f]{4})|` +
    String.raw`\\x(?<byte>[0-9a-f]{2})|` +
    String.raw`\\(?<octal>[0-7]{3})|\\(?<plain>.)`,
  '%': '%u(?<unit>[0-9a-f]{4})|%(?<percent>[0-9a-f]{2})',
  '&': '&#x0*(?<hexEntity>[0-9a-f]{1,6});?|&#0*(?<entity>[0-9]{1,7});?|&(?<name>[a-z]{2,12});',
};

/** What each of them begins with. */
export const escapeMarks: readonly string[] = Object.keys(escapes);
/** `\n` and its like, in capitals too where a log has made all of it so: blank, as far as a secret is concerned. */
const isBlankEscape = /[bfnrt]/i;

function character(code: string, radix: number): string | undefined {
  const value = Number.parseInt(code, radix);
  return value <= 0xffff ? String.fromCharCode(value) : undefined;
}

/**
 * What an escape stands for, in characters.
 *
 * @param parts the named groups of its match
 * @returns undefined where it is none after all
 */
export function unescaped(parts: Readonly<Record<string, string | undefined>>): string | undefined {
  const { octal, plain, entity, name } = parts;
  const wide = parts.braced ?? parts.long ?? parts.unicode ?? parts.unit;
  const hex = wide ?? parts.byte ?? parts.percent ?? parts.hexEntity;
  if (hex !== undefined) return character(hex, 16);
  if (octal !== undefined) return character(octal, 8);
  if (entity !== undefined) return character(entity, 10);
  if (plain === 'n') return '\n';
  if (plain !== undefined) return isBlankEscape.test(plain) ? ' ' : plain;
  return entityNames[(name as string).toLowerCase()];
}
