import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJsonWithLines } from '../../main/files/jsonWithLines.ts';
import type { JsonNode } from '../../main/files/jsonWithLines.ts';

/** What JSON.parse would have given. */
function valueOf(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries([...node.fields].map(([key, { value }]) => [key, valueOf(value)]));
    case 'array':
      return node.items.map(valueOf);
    case 'string':
      return node.text;
    default:
      return JSON.parse(node.text);
  }
}

test('any JSON gives the same value as the language does', () => {
  const noPrototype = fc.json({ noUnicodeString: false }).filter((text) => !text.includes('__proto__'));
  fc.assert(
    fc.property(noPrototype, fc.constantFrom(undefined, 2), (text, indent) => {
      const value: unknown = JSON.parse(text);
      expect(valueOf(parseJsonWithLines(JSON.stringify(value, null, indent)))).toEqual(value);
    }),
  );
});

test('any text is read, or refused with a line', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\ \nu0atrue1-.e') }), (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      try {
        parseJsonWithLines(text);
        expect(isJson).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ name: 'JsonSyntaxError', line: expect.any(Number) as number });
      }
    }),
    { numRuns: 500 },
  );
});

test('values and keys know their lines', () => {
  const node = parseJsonWithLines('\ufeff{\r\n "a": 1,\n\n "b": [\n  true,\n  "x"]\n}');
  if (node.kind !== 'object') throw new Error('no object');
  expect(node.fields.get('a')).toEqual({ line: 2, value: { kind: 'number', line: 2, text: '1' } });
  expect(node.fields.get('b')).toEqual({
    line: 4,
    value: {
      kind: 'array',
      line: 4,
      items: [
        { kind: 'boolean', line: 5, text: 'true' },
        { kind: 'string', line: 6, text: 'x' },
      ],
    },
  });
});

test('numbers keep their spelling', () => {
  expect(parseJsonWithLines('-0.0')).toEqual({ kind: 'number', line: 1, text: '-0.0' });
});

test.each([
  ['', 1, 'Expected a value, found the end of the file'],
  ['{}\n x', 2, 'Expected nothing after the end, found "x"'],
  ['{\n"a" 1}', 2, 'Expected ":", found "1"'],
  ['{"a":1\n"b":2}', 2, 'Expected "," or "}", found "\\""'],
  ['[1\n2]', 2, 'Expected "," or "]", found "2"'],
  ['[1,\n]', 2, 'Expected a value, found "]"'],
  ['{"a":1,\n}', 2, 'Expected a text in double quotes, on one line, with valid escapes, found "}"'],
  ['["\\x"]', 1, 'Expected a text in double quotes, on one line, with valid escapes, found "\\""'],
  ['{"a":1,\n"a":2}', 2, 'The field "a" stands twice'],
  ['[nul]', 1, 'Expected a value, found "n"'],
])('%j is refused on line %i: %s', (text, line, message) => {
  expect(() => parseJsonWithLines(text)).toThrow(expect.objectContaining({ line, message }) as Error);
});

test('a hundred thousand brackets are refused, not followed', () => {
  expect(() => parseJsonWithLines('['.repeat(100_000))).toThrow('at most 64 levels');
});
