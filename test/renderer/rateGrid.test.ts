import { expect, it } from 'vitest';
import { placeWithin, walked } from '../../renderer/device/rateGrid.ts';

/** Three ports; the second has fewer rates. */
const lengths = [8, 2, 8];
const step = (row: number, column: number, key: string, ctrlKey = false) =>
  walked({ row, column }, { key, ctrlKey }, lengths);

it('the arrow keys walk the rates of a port and the ports, and stop at the edges', () => {
  expect(step(0, 0, 'ArrowRight')).toEqual({ row: 0, column: 1 });
  expect(step(0, 7, 'ArrowRight')).toEqual({ row: 0, column: 7 });
  expect(step(0, 0, 'ArrowLeft')).toEqual({ row: 0, column: 0 });
  expect(step(0, 1, 'ArrowDown')).toEqual({ row: 1, column: 1 });
  expect(step(2, 1, 'ArrowDown')).toEqual({ row: 2, column: 1 });
  expect(step(1, 1, 'ArrowUp')).toEqual({ row: 0, column: 1 });
  // No further than the row has rates.
  expect(step(0, 7, 'ArrowDown')).toEqual({ row: 1, column: 1 });
});

it('Home and End go to the ends of a port, with Ctrl to those of the table', () => {
  expect(step(2, 3, 'Home')).toEqual({ row: 2, column: 0 });
  expect(step(2, 3, 'End')).toEqual({ row: 2, column: 7 });
  expect(step(1, 1, 'Home', true)).toEqual({ row: 0, column: 0 });
  expect(step(0, 0, 'End', true)).toEqual({ row: 2, column: 7 });
});

it('leaves every other key to the page', () => {
  for (const key of ['Enter', 'Tab', 'Escape', 'a', 'PageDown']) expect(step(0, 0, key)).toBeUndefined();
});

it('has one cell in the order of Tab, also when a new search has fewer ports', () => {
  expect(placeWithin({ row: 5, column: 7 }, lengths)).toEqual({ row: 2, column: 7 });
  expect(placeWithin({ row: 1, column: 7 }, lengths)).toEqual({ row: 1, column: 1 });
  expect(placeWithin({ row: 3, column: 3 }, [])).toEqual({ row: 0, column: 0 });
});
