import type { Token } from '../at/tokens.ts';

/** Two or more hex digits beyond what a status has, or quotes: an area code. */
function isArea(token: Token | undefined): boolean {
  return token !== undefined && (token.quoted || /^[0-9A-F]{3,8}$/i.test(token.text));
}

function isStatus(token: Token | undefined): boolean {
  return token !== undefined && !token.quoted && /^\d{1,2}$/.test(token.text);
}

/**
 * True when the parameters of a +CEREG are those of its read form, `<n>,<stat>[,<tac>…]`; the URC is `<stat>[,<tac>…]`
 * (TS 27.007 §10.1.22). Counts do not tell: firmware leaves fields out, empty or quoted as it likes. So does the second: a
 * status is a bare number of one or two digits, an area code is quoted, longer, or empty. Where an area code is that short,
 * too (`1,5,94,7`), four, six or eight fields make a URC unless the third is an area code.
 */
export function isRegistrationRead(tokens: readonly Token[]): boolean {
  const [, second, third] = tokens;
  if (!isStatus(second)) return false;
  const isEven = tokens.length > 2 && tokens.length % 2 === 0;
  return !isEven || isArea(third);
}

/**
 * True when the parameters of a +CSCON are those of its read form, `<n>,<mode>[,<state>…]`: a mode is 0 or 1, while the state
 * that follows the mode in the URC is 7 in E-UTRAN (TS 27.007 §10.1.30).
 */
export function isConnectionRead([, second]: readonly Token[]): boolean {
  return second !== undefined && /^[01]$/.test(second.text);
}
