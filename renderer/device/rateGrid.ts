/** A cell of the table of ports and rates, from 0. */
export interface RatePlace {
  readonly row: number;
  readonly column: number;
}

/** The place that is there and nearest to this one; `lengths` says how many rates each port has. */
export function placeWithin({ row, column }: RatePlace, lengths: readonly number[]): RatePlace {
  const within = (value: number, count: number): number => Math.max(0, Math.min(value, count - 1));
  const inRow = within(row, lengths.length);
  return { row: inRow, column: within(column, lengths[inRow] ?? 0) };
}

/** Where a key leads from a cell; undefined: it is no key of the table. */
export function walked(
  { row, column }: RatePlace,
  { key, ctrlKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey'>,
  lengths: readonly number[],
): RatePlace | undefined {
  const to: Readonly<Record<string, RatePlace>> = {
    ArrowRight: { row, column: column + 1 },
    ArrowLeft: { row, column: column - 1 },
    ArrowDown: { row: row + 1, column },
    ArrowUp: { row: row - 1, column },
    Home: { row: ctrlKey ? 0 : row, column: 0 },
    End: { row: ctrlKey ? Infinity : row, column: Infinity },
  };
  const place = Object.hasOwn(to, key) ? to[key] : undefined;
  return place && placeWithin(place, lengths);
}
