import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzyMatch } from '../../renderer/ui/fuzzy.ts';

const better = (query: string, one: string, other: string): void =>
  expect(fuzzyMatch(query, one)?.score ?? -Infinity).toBeGreaterThan(fuzzyMatch(query, other)?.score ?? -Infinity);

describe('what is sought in a name', () => {
  it('fits where its characters stand in their order, in either case, and every word does', () => {
    expect(fuzzyMatch('gtwb', 'Go to Workbench')).toBeDefined();
    expect(fuzzyMatch('work go', 'Go to Workbench')).toBeDefined();
    expect(fuzzyMatch('天线', '天线辅助')?.at).toEqual([0, 1]);
    expect(fuzzyMatch('work udp', 'Go to Workbench')).toBeUndefined();
    expect(fuzzyMatch('og', 'go')).toBeUndefined();
  });

  it('fits better at the beginning of a word, whole, and in a short name', () => {
    better('net', 'Wait for the network', 'Internet');
    better('sig', 'Signal', 'Size is good');
    better('stop', 'Stop', 'Stop the macro');
    better('at', 'Wait at', 'Water');
  });

  it('of any text stands where it says, and costs no more than its length', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.string({ unit: 'binary', maxLength: 400 }),
        (query, text) => {
          const match = fuzzyMatch(query, text);
          const at = match?.at ?? [];
          expect(at.every((index, place) => index >= 0 && index < text.length && index > (at[place - 1] ?? -1))).toBe(
            true,
          );
        },
      ),
      {
        examples: [
          ['İ', 'İstanbul'],
          ['a'.repeat(40), 'ab'.repeat(200)],
          ['\ud83d\ude00', 'x\ud83d\ude00'],
        ],
      },
    );
  });

  it('always fits a text that it is taken from', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60 }), fc.infiniteStream(fc.boolean()), (text, keep) => {
        const query = [...text]
          .filter(() => keep.next().value)
          .join('')
          .replace(/\s/g, '');
        expect(fuzzyMatch(query, text)).toBeDefined();
      }),
    );
  });
});
