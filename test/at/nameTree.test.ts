import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NameTree } from '../../main/at/nameTree.ts';
import { splitHead } from '../../main/at/tokens.ts';
import { anyText } from '../anyText.ts';

const names = ['+MIPLREAD', '+MIPLREADRSP', '+MIPL', '+M1', '*ATREADY', '+CSQ'];
const tree = new NameTree(new Map(names.map((name) => [name, name])));

describe('NameTree', () => {
  it.each(names)('finds %s at any place and in any case', (name) => {
    expect(tree.find(`${name}: 1`, 0)).toBe(name);
    expect(tree.find(`AT${name.toLowerCase()}`, 2)).toBe(name);
  });

  it.each(['', '+', '+MIPLREA', '+MIPLREADS', '+MIPLREAD1', '+CSQ+CSQ', 'CSQ', 'é', '+CSQé1'])(
    'finds in %j what its head is, or nothing',
    (text) => {
      expect(tree.find(text, 0)).toBe(text === '+CSQé1' ? '+CSQ' : undefined);
    },
  );

  it('finds nothing in an empty table', () => {
    expect(new NameTree<string>(new Map()).find('+CSQ: 1', 0)).toBeUndefined();
  });

  it('says of any line with a head what a table by name says of it', () => {
    const letters = fc.stringMatching(/^[+*][A-Za-z0-9]{0,12}$/);
    const name = fc.oneof(fc.constantFrom(...names), letters);
    fc.assert(
      fc.property(name, fc.boolean(), anyText({ maxLength: 8 }), (start, isSmall, end) => {
        const text = `${isSmall ? start.toLowerCase() : start}:${end}`;
        const head = splitHead(text);
        expect(tree.find(text, 0)).toBe(names.find((known) => known === head?.name));
      }),
    );
  });
});
