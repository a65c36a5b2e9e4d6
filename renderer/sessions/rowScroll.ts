/** What a list of rows of one height is measured by. */
export interface RowSizes {
  readonly count: number;
  /** Of a row, in pixels. */
  readonly rowHeight: number;
  /** Of what is in sight, in pixels. */
  readonly height: number;
}

/** Browsers cut off what is higher than about 33 million pixels. */
const highest = 16_000_000;

/** How high the list is drawn; above a million rows or so, less than its rows together. */
export function heightOf({ count, rowHeight }: RowSizes): number {
  return Math.min(count * rowHeight, highest);
}

/** How far the list can be scrolled, and how many rows that is. */
function ways(sizes: RowSizes): { readonly pixels: number; readonly rows: number } {
  const { count, rowHeight, height } = sizes;
  return { pixels: Math.max(0, heightOf(sizes) - height), rows: Math.max(0, count - height / rowHeight) };
}

/** Which row is uppermost when the list is scrolled so far; with a fraction. */
export function rowAtTop(top: number, sizes: RowSizes): number {
  const { pixels, rows } = ways(sizes);
  return pixels === 0 ? 0 : Math.min(Math.max(top / pixels, 0), 1) * rows;
}

/**
 * Where a row is drawn. Where the list is lower than its rows together that depends on how far it is scrolled; without `top`, how far
 * it has to be scrolled to have the row uppermost.
 */
export function topOf(index: number, sizes: RowSizes, top?: number): number {
  const { pixels, rows } = ways(sizes);
  if (top === undefined) return rows === 0 ? 0 : Math.min((index / rows) * pixels, pixels);
  return top + (index - rowAtTop(top, sizes)) * sizes.rowHeight;
}
