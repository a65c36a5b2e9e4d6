/** How od and hexdump lay out a log as numbers of several bytes. */
export interface WordShape {
  /** Bytes of a number. */
  readonly size: number;
  readonly base: 8 | 10 | 16;
  /** The first byte of a number is its highest (od --endian=big); otherwise as the machines of today have it. */
  readonly isBig: boolean;
  /** Base of the offsets; undefined where there are none (od -A n). */
  readonly radix: 8 | 10 | 16 | undefined;
}

/** The row without the characters behind its numbers: `>…<` of od, `|…|` of hexdump. */
function withoutShown(line: string): string {
  const sign = { '<': ' >', '|': ' |' }[line.at(-1) ?? ''];
  const from = sign === undefined ? -1 : line.indexOf(sign);
  return from < 0 ? line : line.slice(0, from).trimEnd();
}

/** A row as it is written: offset, and the numbers behind it. */
export interface WordRow {
  readonly offset: string | undefined;
  readonly cells: readonly string[];
}

/** No row of od or hexdump is longer. */
const LONGEST_ROW = 1024;
const withOffset = /^([0-9a-f]{6,16})((?:[ \t]+-?[0-9a-f]{1,22}){0,64})[ \t]*$/i;
const withoutOffset = /^(?:[ \t]+-?[0-9a-f]{1,22}){1,64}[ \t]*$/i;

/** A row of numbers with or without an offset before them and characters behind, or an offset alone; undefined for all else. */
export function readWordRow(row: string): WordRow | undefined {
  if (row.length > LONGEST_ROW) return undefined;
  const line = withoutShown(row.replace(/\r$/, ''));
  const [, offset, list] = withOffset.exec(line) ?? [];
  if (offset !== undefined) return { offset, cells: (list as string).split(/[ \t]+/).slice(1) };
  return withoutOffset.test(line) ? { offset: undefined, cells: line.trim().split(/[ \t]+/) } : undefined;
}

const prefixes = { 8: '0o', 10: '', 16: '0x' } as const;
const digits = { 8: /^[0-7]+$/, 10: /^-?\d+$/, 16: /^[0-9a-f]+$/i } as const;

/** The bytes of the numbers in a row; undefined where one is none of that shape. */
export function bytesOfCells(cells: readonly string[], { size, base, isBig }: WordShape): number[] | undefined {
  const bytes: number[] = [];
  for (const cell of cells) {
    if (!digits[base].test(cell)) return undefined;
    const value = BigInt(prefixes[base] + cell);
    const word = BigInt.asUintN(size * 8, value);
    if (value !== word && value !== BigInt.asIntN(size * 8, word)) return undefined;
    const lowestFirst = Array.from({ length: size }, (_, place) => Number((word >> BigInt(place * 8)) & 0xffn));
    bytes.push(...(isBig ? lowestFirst.reverse() : lowestFirst));
  }
  return bytes;
}

/** Digits of a number in hex and in octal, which are always all printed. */
const hexDigits = (size: number): number => size * 2;
const octalDigits = (size: number): number => Math.ceil((size * 8) / 3);
const sizes: readonly number[] = [1, 2, 4, 8];
/** What od and hexdump print in a row where nobody says otherwise. */
const usualRowBytes = 16;

function basesOf(cells: readonly string[], size: number): WordShape['base'][] {
  const areAll = (length: number): boolean => cells.every((cell) => cell.length === length);
  if (areAll(octalDigits(size))) return [8];
  return areAll(hexDigits(size)) ? [16, 10] : [10];
}

/** How many bytes a number has by the offsets: the same from each row to the next. */
function sizeByOffsets(rows: readonly (WordRow | undefined)[], radix: 8 | 10 | 16): number | undefined {
  const found = new Set<number>();
  let isSame = true;
  for (const [index, row] of rows.entries()) {
    const next = rows[index + 1];
    if (row?.offset === undefined || next?.offset === undefined || row.cells.length === 0) continue;
    const size = (parseInt(next.offset, radix) - parseInt(row.offset, radix)) / row.cells.length;
    // The last number of all may be filled up.
    if (next.cells.length > 0 || found.size === 0) found.add(Math.ceil(size));
    isSame &&= digits[radix].test(row.offset) && digits[radix].test(next.offset);
  }
  return isSame && found.size === 1 ? [...found][0] : undefined;
}

function shapesOf(rows: readonly (WordRow | undefined)[]): WordShape[] {
  const written = rows.filter((row) => row !== undefined);
  const cells = written.flatMap((row) => row.cells);
  const hasOffsets = written.every(({ offset }) => offset !== undefined);
  if (!hasOffsets && written.some(({ offset }) => offset !== undefined)) return [];
  const most = Math.max(...written.map((row) => row.cells.length));
  const radices = hasOffsets ? ([8, 16, 10] as const) : [undefined];
  return radices.flatMap((radix) => {
    const size = radix === undefined ? usualRowBytes / most : sizeByOffsets(rows, radix);
    if (size === undefined || !sizes.includes(size)) return [];
    return basesOf(cells, size).flatMap((base) => [false, true].map((isBig) => ({ size, base, isBig, radix })));
  });
}

/** Share of bytes that a session has, which a wrong shape never makes. */
const LEAST_TEXT = 0.6;

/** Where a line of a session begins. */
const beginning = /(?:^|[\r\n])(?:AT|OK|ERROR|[+*^%][A-Z])/g;

/** How much bytes look like a session: lines that begin as such, then the share of text; 0 for what is none. */
function likeness(bytes: readonly number[]): number {
  const text = bytes.filter((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0d || byte === 0x0a);
  const share = text.length / bytes.length;
  if (share < LEAST_TEXT || !text.includes(0x0d)) return 0;
  return String.fromCharCode(...text.slice(0, 16_384)).match(beginning)?.length ?? 0;
}

/** The shape in which rows are numbers of od or hexdump and make lines of a session; undefined where there is none. */
export function wordShapeOf(rows: readonly string[]): WordShape | undefined {
  const read: (WordRow | undefined)[] = [];
  for (const row of rows) {
    if (row.trim() === '') continue;
    const found = isRepetition(row) ? undefined : readWordRow(row);
    if (found === undefined && !isRepetition(row)) return undefined;
    read.push(found);
  }
  if (!read.some((row) => row !== undefined && row.cells.length > 0)) return undefined;
  let best: { shape: WordShape | undefined; score: number } = { shape: undefined, score: 0 };
  for (const shape of shapesOf(read)) {
    const bytes = read.map((row) => bytesOfCells(row?.cells ?? [], shape));
    if (bytes.includes(undefined)) continue;
    const score = likeness(bytes.flat() as number[]);
    if (score > best.score) best = { shape, score };
  }
  return best.shape;
}

/** Stands for rows that are the same as the one before. */
export function isRepetition(row: string): boolean {
  return row.trim() === '*';
}
