import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRow } from '../../main/files/csv.ts';
import { readCsvTable } from '../../main/files/csvTable.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a table of csv', () => {
  it('gives back what a row of ours was made of, apostrophes for spreadsheets taken away', () => {
    const cell = fc
      .string({ unit: 'grapheme' })
      .map((text) => text.trim())
      .filter((text) => !/^\ufeff/.test(text));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const text = [['site', 'id'], ...rows].map((row) => csvRow(row)).join('\r\n');
        const filled = rows.filter((row) => row.some((one) => one !== ''));
        expect(readCsvTable(bytes(`${text}\r\n`)).map(({ cells }) => [cells['site'], cells['id']])).toEqual(filled);
      }),
    );
  });

  it('is read as spreadsheets write it: byte order mark, semicolons or tabs, quotes, lines in cells, empty lines', () => {
    const text = '\ufeffSite;ID\r\n"Hall ""3""\nwest; east";1\r\n\r\n;\r\nPump;\'007';
    expect(readCsvTable(bytes(text))).toEqual([
      { line: 2, cells: { site: 'Hall "3"\nwest; east', id: '1' } },
      { line: 6, cells: { site: 'Pump', id: '007' } },
    ]);
    expect(readCsvTable(bytes('site\tid\na\tb\t'.slice(0, -1)))).toEqual([{ line: 2, cells: { site: 'a', id: 'b' } }]);
    expect(readCsvTable(bytes('site\na'))).toEqual([{ line: 2, cells: { site: 'a' } }]);
  });

  it('of a Chinese spreadsheet is read by its own encoding', () => {
    // "站点" and "泵房" in GB 18030.
    const given = [0xd5, 0xbe, 0xb5, 0xe3, 0x0a, 0xb1, 0xc3, 0xb7, 0xbf, 0x0a];
    expect(readCsvTable(Uint8Array.from(given))).toEqual([{ line: 2, cells: { 站点: '泵房' } }]);
  });

  it.each([
    ['a quote in the middle', 'site\nHall "3" x', '2'],
    ['a quote that is not closed', 'site\n"Hall', '2'],
    ['more cells than columns', 'site\na,b', '2'],
  ])('that has %s is refused with its line', (_, text, detail) => {
    const reading = (): unknown => readCsvTable(bytes(text));
    expect(reading).toThrow(expect.objectContaining({ code: 'QUEUE_BAD_WORK', detail }));
  });

  it('of nothing has no rows, and whatever it is, reading ends', () => {
    expect(readCsvTable(new Uint8Array())).toEqual([]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (given) => {
        try {
          readCsvTable(given);
        } catch (error) {
          expect(error).toMatchObject({ code: 'QUEUE_BAD_WORK' });
        }
      }),
    );
  });
});
