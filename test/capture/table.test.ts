import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DecodedLog } from '../../main/capture/decodedLog.ts';
import { csvCell } from '../../main/files/csv.ts';

type Said = readonly ['host' | 'module', string];

const session: readonly Said[] = [
  ['host', 'AT+CGSN'],
  ['module', '490154203237518'],
  ['module', 'OK'],
  ['host', 'AT+MIPLREADRSP=0,638,1,3306,0,5750,1,9,"say ""hi"",",0,0'],
  ['module', '+MIPLWRITE: 0,8179,3306,0,5750,1,6,"pump 1",0,0'],
];

function rowsOf(text: string) {
  const log = new DecodedLog();
  return [...log.push(Buffer.from(text)), ...log.end()];
}

const said = (rows: ReturnType<typeof rowsOf>): unknown[] =>
  rows.filter(({ kind }) => kind !== 'mark' && kind !== 'blank').map(({ from, text, raw }) => [from, text ?? raw]);

const time = (index: number): string => `09:53:5${index}.031`;
type Write = (said: Said, index: number) => string;
const tables: readonly (readonly [table: string, head: string, write: Write])[] = [
  [
    'our own export',
    'seq,date,time,delta_s,direction,text\r\n0,,,,head,"imei 869334030000010"\r\n1,2026-11-28,09:53:49.000+00:00,,note,"The module, is starting."\r\n',
    ([from, text], index) =>
      `${index},2026-11-28,${time(index)}+00:00,0.020,${from === 'host' ? 'out' : 'in'},${csvCell(text)}\r\n`,
  ],
  [
    'semicolons, numbered',
    'No;Time;Dir;Data\r\n',
    ([from, text], index) => `${index};${time(index)};${from === 'host' ? 'TX' : 'RX'};${text}\r\n`,
  ],
  [
    'tabs without a head',
    '',
    ([from, text], index) => `2026-11-28 ${time(index)}\t${from === 'host' ? 'Sent' : 'Received'}\t${text}\n`,
  ],
  [
    'commas, the line not quoted',
    'Timestamp,Direction,Message\n',
    ([from, text], index) => `2026-11-28T${time(index)}Z,${from === 'host' ? '->' : '<-'},${text}\n`,
  ],
  [
    'bytes in hex',
    'Time,Direction,Data\n',
    ([from, text], index) =>
      Buffer.from(`${text}\r\n`)
        .toString('hex')
        .replace(
          /(?:..){1,8}/g,
          (part) => `${time(index)},${from === 'host' ? 'TX' : 'RX'},${part.replace(/..(?=.)/g, '$& ')}\n`,
        ),
  ],
  [
    'Chinese words',
    '时间,方向,内容\n',
    ([from, text], index) => `${time(index)},${from === 'host' ? '发送' : '接收'},${csvCell(text)}\n`,
  ],
];

it.each(tables)(
  'a table with a column that says who spoke has the lines and times of a plain capture: %s',
  (_, head, write) => {
    const rows = rowsOf(head + session.map(write).join('') + '\r\n');
    expect(said(rows)).toEqual(session);
    expect(rows.filter(({ kind }) => kind !== 'mark').every(({ at }) => at?.includes('09:53:5'))).toBe(true);
  },
);

it('what is no entry of the table is a mark, also a row that is too long or has a quote that never closes', () => {
  const rows = rowsOf(
    [
      'n;TX;AT',
      'n;RX;OK',
      'n;TX;AT+CSQ',
      'n;RX;+CSQ: 18,99',
      'n;RX',
      `n;RX;${'x'.repeat(20_000)}`,
      'n;"RX;OK',
      'OK',
    ].join('\n'),
  );
  expect(rows.map(({ kind }) => kind === 'mark')).toEqual([false, false, false, false, true, true, true, true]);
  expect(rows[0]?.at).toBeUndefined();
});

it.each(['00', 'FF', 'ff '])('a byte alone in front does not hide that a table is of hex: %j', (first) => {
  const rows = rowsOf(`n,RX,${first}\nn,TX,41 54 0D 0A\nn,RX,0D 0A 4F 4B 0D 0A\n`);
  const lines = said(rows);
  expect(lines).toContainEqual(['host', 'AT']);
  expect(lines.at(-1)).toEqual(['module', 'OK']);
});

it('nor does it make hex of a table of lines', () => {
  const rows = rowsOf('n,RX,00\nn,TX,AT\nn,RX,OK\nn,RX,41 54 0D 0A\nn,TX,AT+CSQ\n');
  const texts = ['00', 'AT', 'OK', '41 54 0D 0A', 'AT+CSQ'];
  expect(said(rows)).toEqual(texts.map((text) => [text.startsWith('AT') ? 'host' : 'module', text]));
});

it.each(['<timeout>', '4F 4', 'CD 0A port closed', '"" '])(
  'a row of a table of hex that is no bytes is a mark: %j',
  (cell) => {
    const rows = rowsOf(`n,RX,${cell}\nn,TX,41 54 0D 0A\nn,RX,${cell}\nn,RX,4F 4B 0D 0A\n`);
    expect(said(rows)).toEqual([
      ['host', 'AT'],
      ['module', 'OK'],
    ]);
    expect(rows.filter(({ kind }) => kind === 'mark').map(({ raw }) => raw)).toEqual([`n,RX,${cell}`, `n,RX,${cell}`]);
  },
);

it('whatever a line of ours is, it comes back from a table', () => {
  const line = fc.stringMatching(/^[!-~][ -~]{0,40}[!-~]$/).filter((text) => !/^#|^'/.test(text));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (lines) => {
      const all: Said[] = [...session, ...lines.map((text) => ['module', text] as const)];
      const log = all.map(([from, text], index) => `${index},${from === 'host' ? 'out' : 'in'},${csvCell(text)}\r\n`);
      expect(
        rowsOf(log.join(''))
          .map(({ text, raw }) => text ?? raw)
          .join('\n'),
      ).toContain(session.map(([, text]) => text).join('\n'));
    }),
  );
});
