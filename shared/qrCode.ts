/** Rows of a QR symbol, true for dark; without the quiet zone. */
export type QrMatrix = readonly (readonly boolean[])[];

/**
 * ISO/IEC 18004, versions 1 to 3 at level M: data and error correction bytes of the one block. Enough for 42 bytes; IMEI
 * and IMSI take 31.
 */
const versions = [
  { version: 1, dataBytes: 16, correctionBytes: 10 },
  { version: 2, dataBytes: 28, correctionBytes: 16 },
  { version: 3, dataBytes: 44, correctionBytes: 26 },
] as const;

/** GF(256) with x⁸+x⁴+x³+x²+1. */
function product(one: number, other: number): number {
  let result = 0;
  for (let bit = 7; bit >= 0; bit--) {
    result = (result << 1) ^ (result >>> 7 ? 0x11d : 0);
    if ((other >>> bit) & 1) result ^= one;
  }
  return result;
}

/** Reed-Solomon remainder of the data. */
function correctionOf(data: readonly number[], count: number): number[] {
  const generator: number[] = Array.from({ length: count }, (_, index) => (index === count - 1 ? 1 : 0));
  let root = 1;
  for (let round = 0; round < count; round++) {
    for (let index = 0; index < count; index++) {
      generator[index] = product(generator[index] as number, root) ^ (generator[index + 1] ?? 0);
    }
    root = product(root, 2);
  }
  const remainder: number[] = Array.from({ length: count }, () => 0);
  for (const byte of data) {
    const factor = byte ^ (remainder.shift() as number);
    remainder.push(0);
    generator.forEach((coefficient, index) => {
      remainder[index] = (remainder[index] as number) ^ product(coefficient, factor);
    });
  }
  return remainder;
}

/** Mode, count and bytes as bits, filled up to the length of the version. */
function dataBytesOf(bytes: Uint8Array, length: number): number[] {
  const bits = [0, 1, 0, 0];
  const push = (value: number): void => {
    for (let bit = 7; bit >= 0; bit--) bits.push((value >>> bit) & 1);
  };
  push(bytes.length);
  bytes.forEach(push);
  while (bits.length % 8 !== 0) bits.push(0);
  const result: number[] = [];
  for (let at = 0; at < bits.length; at += 8) result.push(Number.parseInt(bits.slice(at, at + 8).join(''), 2));
  for (let pad = 0xec; result.length < length; pad ^= 0xec ^ 0x11) result.push(pad);
  return result;
}

const masks: readonly ((row: number, column: number) => boolean)[] = [
  (row, column) => (row + column) % 2 === 0,
  (row) => row % 2 === 0,
  (_, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

/** BCH(15,5) of level M (00) and the mask. */
function formatBits(mask: number): number {
  let remainder = mask;
  for (let round = 0; round < 10; round++) remainder = (remainder << 1) ^ ((remainder >>> 9) * 0x537);
  return ((mask << 10) | remainder) ^ 0x5412;
}

type Grid = (boolean | undefined)[][];

function set(grid: Grid, row: number, column: number, isDark: boolean): void {
  const line = grid[row];
  if (line && column >= 0 && column < line.length) line[column] = isDark;
}

function functionPatterns(version: number): Grid {
  const size = 17 + 4 * version;
  const grid: Grid = Array.from({ length: size }, () => Array.from({ length: size }, () => undefined));
  const square = (row: number, column: number, radius: number, isDark: (distance: number) => boolean): void => {
    for (let down = -radius; down <= radius; down++)
      for (let right = -radius; right <= radius; right++)
        set(grid, row + down, column + right, isDark(Math.max(Math.abs(down), Math.abs(right))));
  };
  for (let at = 0; at < size; at++) {
    set(grid, 6, at, at % 2 === 0);
    set(grid, at, 6, at % 2 === 0);
  }
  for (const [row, column] of [
    [3, 3],
    [3, size - 4],
    [size - 4, 3],
  ] as const) {
    square(row, column, 4, (distance) => distance !== 2 && distance !== 4);
  }
  if (version > 1) square(size - 7, size - 7, 2, (distance) => distance !== 1);
  return grid;
}

/** The two copies of the format; also keeps their places free of data. */
function drawFormat(grid: Grid, mask: number): void {
  const size = grid.length;
  const bits = formatBits(mask);
  const bit = (index: number): boolean => ((bits >>> index) & 1) === 1;
  for (let index = 0; index < 15; index++) {
    const beside = index < 8 ? index + 1 : 14 - index;
    const near = index < 6 ? index : beside;
    if (index < 8) set(grid, near, 8, bit(index));
    else set(grid, 8, index === 8 ? 7 : near, bit(index));
    if (index < 8) set(grid, 8, size - 1 - index, bit(index));
    else set(grid, size - 15 + index, 8, bit(index));
  }
  set(grid, size - 8, 8, true);
}

function withData(pattern: Grid, bytes: readonly number[], mask: number): boolean[][] {
  const grid = pattern.map((row) => [...row]);
  drawFormat(grid, mask);
  const size = grid.length;
  const isMasked = masks[mask] as (typeof masks)[number];
  let bit = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const isUpward = ((right + 1) & 2) === 0;
      const row = isUpward ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (grid[row]?.[column] !== undefined) continue;
        const isDark = (((bytes[bit >>> 3] ?? 0) >>> (7 - (bit & 7))) & 1) === 1;
        bit++;
        set(grid, row, column, isDark !== isMasked(row, column));
      }
    }
  }
  return grid as boolean[][];
}

/** How hard a symbol is to read: runs, blocks, patterns like a finder, imbalance (7.8.3). */
function penalty(grid: QrMatrix): number {
  const size = grid.length;
  const columns = grid.map((_, column) => grid.map((row) => row[column] as boolean));
  let points = 0;
  for (const line of [...grid, ...columns]) {
    const text = line.map((isDark) => (isDark ? '1' : '0')).join('');
    for (const run of text.match(/0{5,}|1{5,}/g) ?? []) points += run.length - 2;
    for (let at = 0; at + 11 <= size; at++) {
      const part = text.slice(at, at + 11);
      if (part === '10111010000' || part === '00001011101') points += 40;
    }
  }
  for (let row = 1; row < size; row++)
    for (let column = 1; column < size; column++) {
      const dark = grid[row]?.[column];
      const others = [grid[row - 1]?.[column], grid[row]?.[column - 1], grid[row - 1]?.[column - 1]];
      if (others.every((other) => other === dark)) points += 3;
    }
  const darkShare = grid.flat().filter(Boolean).length / (size * size);
  return points + Math.floor(Math.abs(darkShare * 20 - 10)) * 10;
}

/** A text as a QR symbol at level M; undefined when it is longer than 42 characters, or has others than ASCII. */
export function qrMatrix(text: string): QrMatrix | undefined {
  if (!/^[\x00-\x7f]*$/.test(text)) return undefined;
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const fitting = versions.find(({ dataBytes }) => bytes.length + 2 <= dataBytes);
  if (!fitting) return undefined;
  const data = dataBytesOf(bytes, fitting.dataBytes);
  const whole = [...data, ...correctionOf(data, fitting.correctionBytes)];
  const pattern = functionPatterns(fitting.version);
  const candidates = masks.map((_, mask) => withData(pattern, whole, mask));
  return candidates.reduce((best, one) => (penalty(one) < penalty(best) ? one : best));
}
