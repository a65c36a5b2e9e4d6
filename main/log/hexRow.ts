import { Buffer } from 'node:buffer';

const offset = /[ \t]*(?:0x)?([0-9A-Fa-f]{4,16})(?::[ \t]*|[ \t]{1,4})(?=[0-9A-Fa-f]{2})/y;
const hexByte = /(?:0x)?([0-9A-Fa-f]{2})(?![0-9A-Fa-f])(?:, ?|-(?=[0-9A-Fa-f])| (?! )|(?=[ \t]|$))/y;
const hexPair = /([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})(?![0-9A-Fa-f]) ?/y;
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
    for (const digits of match.slice(1)) bytes.push(parseInt(digits, base));
    end = pattern.lastIndex;
  }
}

/** What stands behind the bytes: nothing, or the same bytes as characters, those that cannot be printed as anything. */
function isBeside(rest: string, bytes: readonly number[]): boolean {
  if (bytes.length === 0) return false;
  const shown = rest.replace(/^[ \t]*\|(.*)\|$/, '$1').replace(/[ \t]/g, '');
  const seen = bytes.filter((byte) => byte !== 0x20);
  if (shown === '' || shown.length < seen.length) return shown.length < bytes.length;
  const isSame = (byte: number, index: number): boolean =>
    byte < 0x20 || byte >= 0x7f || shown[index] === String.fromCharCode(byte);
  return shown.length === seen.length && seen.every(isSame);
}

/**
 * The bytes of a row of a dump: `41 54 0D`, with an offset before (`00000010:`) and characters behind, or in binary;
 * undefined when it is none. Knows socat -x, jpnevulator, hexdump -C, xxd, PuTTY's packets and the hex view of
 * terminals. Linear in the length of the row.
 */
export function readHexRow(row: string): Uint8Array | undefined {
  const line = row.replace(/\r$/, '');
  const found = bytesOf(line);
  const rest = line.slice(found.end);
  const isApart = rest === '' || /^[ \t]/.test(rest) || /[ \t]$/.test(line.slice(0, found.end));
  return isApart && isBeside(rest, found.bytes) ? Uint8Array.from(found.bytes) : undefined;
}

function bytesOf(line: string): Found {
  const indent = startAfter(blanks, line, 0);
  const binary = matchesFrom(binaryByte, line, indent, 2);
  // An offset of zeros and ones looks like a byte in binary.
  if (isBeside(line.slice(binary.end), binary.bytes)) return binary;
  const start = startAfter(blanks, line, startAfter(offset, line, 0));
  const single = matchesFrom(hexByte, line, start, 16);
  const pairs = start > indent ? matchesFrom(hexPair, line, start, 16) : { bytes: [], end: start };
  if (pairs.bytes.length > single.bytes.length) return withLastByte(line, pairs);
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

/** hexdump -C parts sixteen bytes in the middle by a second blank; its characters stand between bars. */
function withSecondHalf(line: string, first: Found): Found {
  if (!line.endsWith('|')) return first;
  blanks.lastIndex = first.end;
  blanks.test(line);
  const second = matchesFrom(hexByte, line, blanks.lastIndex, 16);
  return second.bytes.length === 0 ? first : { bytes: [...first.bytes, ...second.bytes], end: second.end };
}

const spacedHex = /^(?:[0-9A-Fa-f]{2} ){0,4095}[0-9A-Fa-f]{2}$/;

/** Bytes written as `41 54 0D 0A` and nothing else. */
export function readSpacedHex(text: string): Uint8Array | undefined {
  return spacedHex.test(text) ? new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex')) : undefined;
}
