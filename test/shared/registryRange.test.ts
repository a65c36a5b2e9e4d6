import { expect, it } from 'vitest';
import { registryBreach } from '../../shared/registryRange.ts';

it.each([
  ['integer', '300', 'integer', '0..100', 'value'],
  ['float', '100.5', 'integer', '0..100', 'value'],
  ['string', 'abcd', 'string', '0..3', 'length'],
  ['opaque', '00ff00', 'opaque', '2 bytes', 'length'],
  ['string', 'off', 'string', 'ON;OFF', 'value'],
] as const)('%s %j is outside of what the registry says of a %s: %j', (type, text, defined, range, about) => {
  expect(registryBreach(type, text, { type: defined, range })).toEqual({ about, range });
});

it.each([
  ['integer', '100', { type: 'integer', range: '0..100' }],
  ['integer', 'warm', { type: 'integer', range: '0..100' }],
  ['integer', '300', { type: 'integer' }],
  // The model has text where the registry has a number: the range is not about its length.
  ['string', '7', { type: 'integer', range: '5..9' }],
  ['string', 'whatever', { type: 'string', range: 'see 3GPP' }],
] as const)('nothing clear speaks against %s %j of %j', (type, text, definition) => {
  expect(registryBreach(type, text, definition)).toBeUndefined();
});

it('a range of several lines is told in one', () => {
  expect(registryBreach('integer', '7', { type: 'integer', range: '0: OFF\n\t\t1: ON' })?.range).toBe('0: OFF, 1: ON');
});
