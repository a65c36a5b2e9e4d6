import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvCell, csvRow } from '../../main/files/csv.ts';

const undone = (cell: string): string => (cell.startsWith("'") ? cell.slice(1) : cell);

test('a csv cell gives its text back without one leading apostrophe, and never begins a formula', () => {
  const odd = fc.constantFrom(
    "'",
    "'+1",
    '=cmd',
    '@x',
    '-1',
    '+CSQ:1',
    '\tx',
    '＝1+1',
    '007',
    '89860411112222333344',
    '1-2',
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), odd, fc.stringMatching(/^[0-9eE.:,/+ -]{1,24}$/)), (text) => {
      const cell = csvCell(text).slice(1, -1).replaceAll('""', '"');
      expect(undone(cell)).toBe(text);
      expect(cell).not.toMatch(/^[=+\-@\t\r＝]/);
    }),
  );
});

test('a row gives every text back by the same rule, and numbers as they are', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer(), (text, number) => {
      const row = csvRow([text, number]);
      const [, plain, inQuotes] = /^(?:([^",\r\n]*)|"((?:[^"]|"")*)"),-?\d+$/.exec(row) ?? [];
      expect(undone(inQuotes?.replaceAll('""', '"') ?? plain ?? '')).toBe(text);
      expect(row.endsWith(`,${number}`)).toBe(true);
    }),
  );
});

test.each([
  ['863703031234567', 'IMEI'],
  ['89860411112222333344', 'ICCID'],
  ['460041234567899', 'IMSI'],
  ['1064812345678', 'number of a card'],
  ['007', 'zeros in front'],
  ['20.10', 'a zero behind'],
  ['12E5', 'hex that reads as a power of ten'],
  ['1e400', 'a power beyond all numbers'],
  ['1-2', 'a date'],
  ['3/4', 'a date'],
  ['10:30', 'a time'],
  ['1,234', 'a thousand'],
  ['50%', 'a share'],
  ['-0.5', 'a sign, as any formula'],
])('a spreadsheet would spoil %s (%s): it is guarded', (text) => {
  expect(csvCell(text)).toBe(`"'${text}"`);
});

test.each(['0', '42', '20.5', '12345678901', 'OK', 'M5310-A', '5F1A294x', 'sim:nb73', '', 'E', '. '])(
  'a spreadsheet shows %s as it is: nothing is put in front',
  (text) => {
    expect(csvCell(text)).toBe(`"${text}"`);
  },
);

test('whatever number a text is, it is either guarded or the number a spreadsheet writes for it', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{1,25}(\.[0-9]{1,8})?$/), (text) => {
      const cell = csvCell(text).slice(1, -1);
      if (!cell.startsWith("'")) expect(String(Number(text))).toBe(text);
      if (/^\d{12,}$/.test(text)) expect(cell).toBe(`'${text}`);
    }),
  );
});
