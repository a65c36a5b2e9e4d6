import { expect, it } from 'vitest';
import { adapterKey, adapterOf } from '../../shared/adapters.ts';
import type { PortInfo } from '../../shared/state.ts';

const port: PortInfo = { path: '/dev/ttyUSB0', kind: 'serial', usbId: '1a86:7523' };
const numbered: PortInfo = { ...port, serialNumber: 'A1' };

it('an adapter is known by its serial number, whatever its port is called', () => {
  expect(adapterKey(numbered)).toBe(adapterKey({ ...numbered, path: '/dev/ttyUSB7' }));
  expect(adapterKey(numbered)).not.toBe(adapterKey({ ...numbered, serialNumber: 'B2' }));
});

it('one without a number is told from its like by its port alone', () => {
  expect(adapterKey(port)).not.toBe(adapterKey({ ...port, path: '/dev/ttyUSB7' }));
});

it('what is no USB adapter has nothing to be known by', () => {
  expect(adapterKey({ path: '/dev/ttyS0', kind: 'serial' })).toBeUndefined();
  expect(adapterOf({ path: 'sim:m5310-seed', kind: 'virtual' }, {})).toBeUndefined();
});

it('only what was written down is remembered of an adapter', () => {
  const known = { '1a86:7523:A1': { baudRate: 57_600, model: 'M5310' } };
  expect(adapterOf(numbered, known)).toEqual({ baudRate: 57_600, model: 'M5310' });
  expect(adapterOf(port, known)).toBeUndefined();
});
