import { Buffer } from 'node:buffer';

const offset = /[ \t]*(?:0x)?([0-9A-Fa-f]{4,16})(?::[ \t]*|[ \t]{1,4})(?=[0-9A-Fa-f]{2})/y;
const hexByte = /(?:0x)?([0-9A-Fa-f]{2})(?![0-9A-Fa-f])(?:, ?|-(?=[0-9A-Fa-f])| (?! )|(?=[ \t]|$))/y;
/** xxd -g: two bytes or more without a blank between them. */
const hexGroup = /((?:[0-9A-Fa-f]{2}){2,32})(?![0-9A-Fa-f]) ?/y;
const binaryByte = /([01]{8})(?![01]) ?/y;
const blanks = /[ \t]*/y;

interface Found {
  readonly bytes: number[];
  readonly end: number;
}

function matchesFrom(pattern: RegExp, row: string, start: number, base: number): Found {
  const bytes: number[] = [];
  let end = start;
  for (;;) {
    pattern.lastIndex = end;
    const match = pattern.exec(row);
    if (!match) return { bytes, end };
    const [, digits = ''] = match;
    const width = base === 2 ? 8 : 2;
    for (let at = 0; at < digits.length; at += width) bytes.push(parseInt(digits.slice(at, at + width), base));
    end = pattern.lastIndex;
  }
}

/** What stands behind the bytes: nothing, or the same bytes as characters, those that cannot be printed as anything. */
function isBeside(rest: string, bytes: readonly number[]): boolean {
  if (bytes.length === 0) return false;
  const shown = shownIn(rest, bytes).replace(/[ \t]/g, '');
  const seen = bytes.filter((byte) => byte !== 0x20);
  if (shown === '' || shown.length < seen.length) return shown.length < bytes.length;
  const isSame = (byte: number, index: number): boolean =>
    byte < 0x20 || byte >= 0x7f || shown[index] === String.fromCharCode(byte);
  return shown.length === seen.length && seen.every(isSame);
}

/** The characters without what frames them: bars of hexdump -C, `>…<` of od, `(A)` of interceptty, which dumps one by one. */
function shownIn(rest: string, bytes: readonly number[]): string {
  if (bytes.length === 1 && /^[ \t]*\(.{1,5}\)$/.test(rest)) return '';
  return rest.replace(/^[ \t]*(?:\|(.*)\||>(.*)<)$/, '$1$2');
}

/**
 * The bytes of a row of a dump: `41 54 0D`, with an offset before (`00000010:`) and characters behind, or in binary;
 * undefined when it is none. Knows socat -x, jpnevulator, hexdump, od, xxd, Wireshark, PuTTY's packets and the
 * hex view of terminals. Linear in the length of the row.
 */
export function readHexRow(row: string): Uint8Array | undefined {
  const line = row.replace(/\r$/, '');
  const found = bytesOf(line);
  const rest = line.slice(found.end);
  const isApart = rest === '' || /^[ \t]/.test(rest) || /[ \t]$/.test(line.slice(0, found.end));
  return isApart && isBeside(rest, found.bytes) ? Uint8Array.from(found.bytes) : lowestFirst(line);
}

/** No row of xxd is longer. */
const LONGEST_XXD_ROW = 1024;

/** xxd -e: the bytes of each group turned round, and the characters behind in their order, which tells it. */
function lowestFirst(line: string): Uint8Array | undefined {
  const body = /^[0-9a-f]{8,16}: (.*)$/i.exec(line)?.[1] ?? '';
  if (body.length > LONGEST_XXD_ROW) return undefined;
  for (let end = body.indexOf('  '); end >= 0; end = body.indexOf('  ', end + 1)) {
    const groups = body.slice(0, end).trim().split(/ +/);
    if (!groups.every((group) => /^(?:[0-9a-f]{2}){1,16}$/i.test(group))) continue;
    const bytes = groups.flatMap((group) => [...Buffer.from(group, 'hex')].reverse());
    const shown = body.slice(end + 2);
    if (shown.length === bytes.length && isBeside(`  ${shown}`, bytes)) return Uint8Array.from(bytes);
  }
  return undefined;
}

/** od -a's names of controls and blanks. */
const odNames =
  'nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp'.split(
    ' ',
  );
const odEscapes: Readonly<Record<string, number>> = { '0': 0, a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };
const odOffset = /^[0-9a-f]{6,16}(?=(?: .{3}|  .{2}|   .)|$)/i;

/** A row of od -c, -a or -b: each byte in four places, as a character, a name, an escape or three octal digits. */
export function readOdRow(row: string): Uint8Array | undefined {
  const line = row.replace(/\r$/, '');
  const start = odOffset.exec(line)?.[0].length;
  if (start === undefined || start === line.length) return undefined;
  const cells = line.slice(start).padEnd(Math.ceil((line.length - start) / 4) * 4);
  const bytes = (cells.match(/.{4}/gs) ?? []).map(odByte);
  return bytes.every((byte) => byte !== undefined) ? Uint8Array.from(bytes) : undefined;
}

function odByte(cell: string): number | undefined {
  if (cell[0] !== ' ') return undefined;
  const text = cell.trim();
  if (/^[0-7]{3}$/.test(text)) return parseInt(text, 8) & 0xff;
  if (text === '') return 0x20;
  if (text.length === 1) return text >= ' ' && text <= '~' ? text.charCodeAt(0) : undefined;
  if (text.length === 2 && text[0] === '\\') return odEscapes[text[1] as string];
  const named = odNames.indexOf(text);
  if (named >= 0) return named;
  return text === 'del' ? 0x7f : undefined;
}

function bytesOf(line: string): Found {
  const indent = startAfter(blanks, line, 0);
  const start = startAfter(blanks, line, startAfter(offset, line, 0));
  // An offset of zeros and ones looks like a byte in binary.
  for (const at of [indent, start]) {
    const binary = matchesFrom(binaryByte, line, at, 2);
    if (isBeside(line.slice(binary.end), binary.bytes)) return binary;
  }
  const single = matchesFrom(hexByte, line, start, 16);
  const groups = start > indent ? matchesFrom(hexGroup, line, start, 16) : { bytes: [], end: start };
  if (groups.bytes.length > single.bytes.length) {
    return isOfWords(line) ? { ...groups, bytes: swapped(groups.bytes) } : withLastByte(line, groups);
  }
  return single.bytes.length === 8 ? withSecondHalf(line, single) : single;
}

function startAfter(pattern: RegExp, line: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(line) ? pattern.lastIndex : from;
}

/** xxd prints the last byte of an odd count alone. */
function withLastByte(line: string, { bytes, end }: Found): Found {
  hexByte.lastIndex = end;
  const [, last] = hexByte.exec(line) ?? [];
  return last === undefined ? { bytes, end } : { bytes: [...bytes, parseInt(last, 16)], end: hexByte.lastIndex };
}

/** hexdump and od -x without a switch: words of the machine, whose second byte is the first of the file. */
const words = /^[0-9A-Fa-f]{7}(?: +[0-9A-Fa-f]{4})+ *$/;

function isOfWords(line: string): boolean {
  return words.test(line);
}

function swapped(bytes: readonly number[]): number[] {
  return bytes.map((_, index) => bytes[index ^ 1] as number);
}

/** hexdump -C and Wireshark part sixteen bytes in the middle by a second blank. */
function withSecondHalf(line: string, first: Found): Found {
  if (!line.endsWith('|') && isBeside(line.slice(first.end), first.bytes)) return first;
  blanks.lastIndex = first.end;
  blanks.test(line);
  const second = matchesFrom(hexByte, line, blanks.lastIndex, 16);
  return second.bytes.length === 0 ? first : { bytes: [...first.bytes, ...second.bytes], end: second.end };
}

const spacedHex = /^(?:[0-9A-Fa-f]{2} ){0,4095}[0-9A-Fa-f]{2}$/;

const compact = /^(?:[0-9A-Fa-f]{2}){3,4096}$/;
const coloned = /^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){1,4095}$/;
const decimal = /^(?:(?:[01]\d\d|2[0-4]\d|25[0-5]) ){0,4095}(?:[01]\d\d|2[0-4]\d|25[0-5])$/;

/** Bytes as they stand only behind marks, since alone they could be a time or numbers: `41:54:0d`, `065 084 013`, `41540d`. */
export function readMarkedBytes(text: string): Uint8Array | undefined {
  if (coloned.test(text)) return new Uint8Array(Buffer.from(text.replaceAll(':', ''), 'hex'));
  if (decimal.test(text)) return Uint8Array.from(text.split(' ').map(Number));
  return compact.test(text) ? new Uint8Array(Buffer.from(text, 'hex')) : undefined;
}

/** Bytes written as `41 54 0D 0A` and nothing else. */
export function readSpacedHex(text: string): Uint8Array | undefined {
  return spacedHex.test(text) ? new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex')) : undefined;
}
