/** The first rows of a log and some: how it is written is told by no more (`serialLog.ts`). */
const MOST_ROWS = 1024;
/** Longer ones are few, and would keep too much. */
const LONGEST_ROW = 512;

/**
 * A pure reading of a row that remembers what it read: until a log has shown how it is written, its first rows are read anew
 * with every chunk. What it gives is shared, so nobody may change it.
 */
export function remembered<T>(read: (row: string) => T): (row: string) => T {
  const known = new Map<string, { readonly told: T }>();
  return (row) => {
    if (row.length > LONGEST_ROW) return read(row);
    const before = known.get(row);
    if (before) return before.told;
    if (known.size >= MOST_ROWS) known.clear();
    const told = read(row);
    known.set(row, { told });
    return told;
  };
}
