import { Buffer } from 'node:buffer';

const escape = /\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|(.))/sy;
const letters: Readonly<Record<string, number>> = {
  a: 0x07,
  b: 0x08,
  t: 0x09,
  n: 0x0a,
  v: 0x0b,
  f: 0x0c,
  r: 0x0d,
  e: 0x1b,
};

/** The bytes of a string as C writes it, without the quotes around it: `\x0d`, `\015`, `\r`, `\"`; the rest is UTF-8. */
export function bytesOfC(text: string): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', from)) {
    escape.lastIndex = at;
    const match = escape.exec(text);
    if (!match) break;
    const [whole, hex, octal, letter = ''] = match;
    parts.push(Buffer.from(text.slice(from, at)));
    if (hex !== undefined) parts.push(Uint8Array.of(parseInt(hex, 16)));
    else if (octal !== undefined) parts.push(Uint8Array.of(parseInt(octal, 8) & 0xff));
    else parts.push(letters[letter] === undefined ? Buffer.from(letter) : Uint8Array.of(letters[letter]));
    from = at + whole.length;
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(from))]);
}

/** `?` is DEL, letters are the controls by their place in the alphabet. */
const lowOf = (control: string): number => (control === '?' ? 0x7f : control.charCodeAt(0) & 0x1f);

const caret = /(M-)?(?:\^([@-_?])|([^]))/gu;

/** The bytes of text with controls as `^M` and bytes above 7F as `M-e`, as `cat -v` and chat write them. */
export function bytesOfCarets(text: string): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [, meta, control, plain = ''] of text.matchAll(caret)) {
    const low = control === undefined ? undefined : lowOf(control);
    if (meta === undefined && low === undefined) parts.push(Buffer.from(plain));
    else parts.push(Uint8Array.of((low ?? plain.charCodeAt(0)) | (meta === undefined ? 0 : 0x80)));
  }
  return Buffer.concat(parts);
}
