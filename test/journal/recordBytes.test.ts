import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteLine, readRecordLine } from '../../main/journal/format.ts';
import { ByteRecordReader } from '../../main/journal/recordBytes.ts';

const reader = new ByteRecordReader();

/** What is read of the line that begins `before` bytes into the block, and whether it was said where that line ends. */
function readFast(line: Buffer, before = 0): { readonly record: unknown; readonly endsThere: boolean } {
  const block = Buffer.concat([Buffer.alloc(before, '\n'), line, Buffer.from('\n{"t":"in","n":1,"w":2,"b":"next"}\n')]);
  const record = reader.read(block, before, 7);
  return { record, endsThere: reader.end === before + line.length };
}

const slow = (line: Buffer): unknown => {
  const record = readRecordLine(line.toString('utf8'));
  return typeof record === 'object' && record !== null ? { ...record, line: 7 } : record;
};

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.string({ maxLength: 60 }).map((text) => Buffer.from(`\r\n${text}\r\n`, 'utf8')),
);
const usualLine = fc
  .record({
    direction: fc.constantFrom<'in' | 'out'>('in', 'out'),
    bytes,
    sinceStartNs: fc.integer({ min: 0, max: 999_999_999_999_999 }),
    wallMs: fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.double({ min: 1, max: 4e12, noNaN: true })),
  })
  .map(({ direction, bytes: said, sinceStartNs, wallMs }) =>
    Buffer.from(byteLine(direction, said, sinceStartNs, wallMs), 'utf8'),
  );

test('a record of any bytes is read straight from the file, and is what JSON says of it', () => {
  fc.assert(
    fc.property(usualLine, fc.nat(9), (line, before) => {
      expect(readFast(line, before)).toEqual({ record: slow(line), endsThere: true });
    }),
    { numRuns: 300 },
  );
});

const signs = [...'"\\{}:,.-+eEu0129abt/ \t\r\u0000\u00c2\u00c3\u0080\u00bf\u007f'].map((sign) => sign.charCodeAt(0));
const change = fc.record({
  at: fc.nat(10_000),
  removed: fc.nat(3),
  put: fc.array(fc.constantFrom(...signs), { maxLength: 3 }),
});

test('a line that was changed in any way is read as JSON reads it, or left to JSON', () => {
  fc.assert(
    fc.property(usualLine, fc.array(change, { minLength: 1, maxLength: 3 }), (line, changes) => {
      const changed = changes.reduce((given, { at, removed, put }) => {
        const place = at % (given.length + 1);
        return Buffer.concat([given.subarray(0, place), Buffer.from(put), given.subarray(place + removed)]);
      }, line);
      const { record, endsThere } = readFast(changed);
      if (record !== undefined) expect({ record, endsThere }).toEqual({ record: slow(changed), endsThere: true });
    }),
    { numRuns: 2000 },
  );
});

/** A record with this content, and with these numbers. */
const lineOf = (content: string | Buffer, n = '1', w = '2'): Buffer =>
  Buffer.concat([Buffer.from(`{"t":"in","n":${n},"w":${w},"b":"`), Buffer.from(content), Buffer.from('"}')]);

test.each([
  ['every escape that JSON has', lineOf('\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u00fF\\u00Ff')],
  ['a character for each byte above 127', lineOf('\u0080\u00bf\u00c0\u00ff')],
  ['a delete character as it is', lineOf('\u007f')],
  ['a wall time with a fraction', lineOf('', '0', '1732281185123.4567')],
  ['no bytes at all', lineOf('')],
])('what the writer could have written is read without JSON: %s', (_, line) => {
  const { record } = readFast(line);
  expect(record).toBeDefined();
  expect(record).toEqual(slow(line));
});

test.each([
  ['an escape that JSON does not have', lineOf('\\x')],
  ['an escape of a character that is no byte', lineOf('\\u0100')],
  ['an escape cut short', lineOf('\\u00f')],
  ['a control character as it is', lineOf('\u0001')],
  ['a character that is no byte', lineOf('\u4e2d')],
  ['half a character', lineOf(Buffer.from([0x61, 0xc2]))],
  ['a character written too long', lineOf(Buffer.from([0xc1, 0x81]))],
  ['a number with a zero before it', lineOf('', '01')],
  ['a number below zero', lineOf('', '-1')],
  ['a number that has lost digits', lineOf('', '9007199254740993')],
  ['a fraction without digits', lineOf('', '1', '2.')],
  ['a power of ten', lineOf('', '1', '2e3')],
  ['a fraction of a nanosecond', lineOf('', '1.5')],
  ['more behind the record', Buffer.concat([lineOf('a'), Buffer.from(' ')])],
  ['no end', lineOf('a').subarray(0, -2)],
  ['another kind', Buffer.from('{"t":"note","n":1,"w":2,"text":"a"}')],
])('any other line is left to JSON: %s', (_, line) => {
  expect(readFast(line).record).toBeUndefined();
});
