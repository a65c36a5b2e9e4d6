import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodedLog } from '../../main/capture/decodedLog.ts';
import { readHexRow } from '../../main/capture/hexRow.ts';
import { LogClock, readBracketedStamp, readStamp } from '../../main/capture/logTime.ts';
import type { Timekeeping } from '../../main/capture/logTime.ts';
import { RowCutter, maximumRowBytes } from '../../main/capture/textRows.ts';
import { readToolMark } from '../../main/capture/toolMarks.ts';

const keeping: Timekeeping = { dateOrder: undefined, elapsed: 'start', clockCounts: undefined };

function timeOf(text: string, how: Timekeeping = keeping): string | undefined {
  const found = readBracketedStamp(text, 0) ?? readStamp(text, 0);
  return found && new LogClock().read(found.stamp, how)?.at;
}

function textsOf(bytes: Uint8Array): string[] {
  const cutter = new RowCutter();
  return [...cutter.push(bytes), ...cutter.end()].map(({ text }) => text);
}

function decode(log: string | Uint8Array) {
  const decoded = new DecodedLog();
  return [...decoded.push(Buffer.from(log as Uint8Array)), ...decoded.end()];
}

describe('a time stamp', () => {
  it.each([
    ['2026-01-05 14:03:09.651746', '2026-01-05T14:03:09.651746'],
    ['2026/01/05_14:03:09:651', '2026-01-05T14:03:09.651'],
    ['2026.01.05 14:03:09', '2026-01-05T14:03:09'],
    ['2026年1月5日 14:03:09', '2026-01-05T14:03:09'],
    ['2026-1-5 下午 2:03:09', '2026-01-05T14:03:09'],
    ['20260105T140309.651Z', '2026-01-05T14:03:09.651Z'],
    ['2026-01-05T14:03:09+0800', '2026-01-05T14:03:09+08:00'],
    ['05.01.2026 14:03:09', '2026-01-05T14:03:09'],
    ['31/01/2026 14:03:09', '2026-01-31T14:03:09'],
    ['01/31/2026 2:03:09 PM', '2026-01-31T14:03:09'],
    ['05/01/2026 14:03:09', '14:03:09'],
    ['2026-13-05 14:03:09', '14:03:09'],
    ['05 Jan 2026 14:03:09', '2026-01-05T14:03:09'],
    ['Mon Jan  5 14:03:09 2026', '2026-01-05T14:03:09'],
    ['[Fri Jan 05 14:03:09.123 2026]', '2026-01-05T14:03:09.123'],
    ['Jan 05 14:03:09', '--01-05T14:03:09'],
    ['12:00:01 AM', '00:00:01'],
    ['12:00:01 PM', '12:00:01'],
    ['PM 2:03:09', '14:03:09'],
    ['2:03:09 下午', '14:03:09'],
    ['2026/1/5 上午12:00:01', '2026-01-05T00:00:01'],
    ['2026/1/5 11:03:09.250 下午', '2026-01-05T23:03:09.250'],
    ['[20458.14h.03m.09s.750]', '2026-01-05T14:03:09.750Z'],
    ['[1767621789.5]', '2026-01-05T14:03:09.5Z'],
    ['[1767621789123]', '2026-01-05T14:03:09.123Z'],
    ['[0.000163 0.000162]', '0.000163'],
    ['[14:03:09.867193 0.000395]', '14:03:09.867193'],
    ['[2026-01-05 14:03:09', '2026-01-05T14:03:09'],
    ['[   12.345678]', '12.345678'],
    ['[1 00:00:03.5]', '86403.5'],
    ['[1500 ms]', '1.500'],
  ])('%s is %s', (text, at) => {
    expect(timeOf(text)).toBe(at);
  });

  it.each(['99/99/2026 14:03:09', '24:00:01', '14:60:01', '183.230.40.39', '[text]', '[14:03:09 x', ''])(
    'is none: %s',
    (text) => {
      expect(timeOf(text)).toBeUndefined();
    },
  );

  it('is read day or month first as another line of the log has shown', () => {
    expect(timeOf('05/01/2026 14:03:09', { ...keeping, dateOrder: 'day' })).toBe('2026-01-05T14:03:09');
    expect(timeOf('05/01/2026 14:03:09', { ...keeping, dateOrder: 'month' })).toBe('2026-05-01T14:03:09');
    const rows = decode('05/01/2026 14:03:09 AT\r\n13/01/2026 14:03:10 OK\r\n');
    expect(rows.map(({ at }) => at)).toEqual(['2026-01-05T14:03:09', '2026-01-13T14:03:10']);
  });
});

describe('the encoding of a file', () => {
  const text = 'AT+CSQ\r\n+MIPLWRITE:0,1,3306,0,5750,1,5,"café",0,0\r\n';
  const rows = text.split('\n').slice(0, -1);

  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 little-endian', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 big-endian', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from(text, 'utf16le')],
    ['UTF-16 big-endian without a mark', Buffer.from(text, 'utf16le').swap16()],
    ['Latin-1', Buffer.from(text, 'latin1')],
    ['UTF-8 taken for Latin-1', Buffer.from(Buffer.from(text).toString('latin1'))],
  ])('%s is found by its bytes, at any cut', (_, bytes) => {
    expect(textsOf(bytes)).toEqual(rows);
    const cutter = new RowCutter();
    const cut = [...bytes].flatMap((byte) => cutter.push(Uint8Array.of(byte)));
    expect([...cut, ...cutter.end()].map((row) => row.text)).toEqual(rows);
  });

  it('a letter of Latin-1 before another letter is no Chinese character, and Chinese is Chinese', () => {
    expect(textsOf(Buffer.from('"déjà vu"', 'latin1'))).toEqual(['"déjà vu"']);
    expect(textsOf(Buffer.from('cad5b5bd3a4f4b', 'hex'))).toEqual(['收到:OK']);
  });

  it('bytes that are no text at all do not become text', () => {
    expect(textsOf(Uint8Array.of(0x41, 0x80, 0xff, 0x0a))).toEqual(['A\ufffd\ufffd']);
    expect(textsOf(Uint8Array.of(0xff, 0xfe))).toEqual(['\ufffd\ufffd']);
    expect(textsOf(new Uint8Array())).toEqual([]);
  });

  it('a file with carriage returns alone is not in pieces, however long', () => {
    const cutter = new RowCutter();
    const rowsOf = [...cutter.push(Buffer.from('OK\r'.repeat(maximumRowBytes))), ...cutter.end()];
    expect(rowsOf.length).toBeGreaterThan(2);
    expect(rowsOf.every(({ isPiece }) => !isPiece)).toBe(true);
  });
});

describe('a row of a dump', () => {
  it.each([
    ['41 54 0d', 'AT\r'],
    [' 41 54 0d                                         AT.', 'AT\r'],
    ['41 54 0D 0D 0A 4F 4B 0D 0A                     \tAT...OK..', 'AT\r\r\nOK\r\n'],
    ['00000009\t41 54\tAT', 'AT'],
    ['00000000: 4154 2b43 0d                             AT+C.', 'AT+C\r'],
    ['00000000  41 54 2b 43 47 53 4e 0d  0d 0a  |AT+CGSN...|', 'AT+CGSN\r\r\n'],
    ['01000001 01010100 00001101  \tAT.', 'AT\r'],
    ['0x41 0x54', 'AT'],
    ['41,54,0d', 'AT\r'],
    ['41-54-0d', 'AT\r'],
    ['41 20 42 20\tA B ', 'A B '],
  ])('%s', (row, text) => {
    expect(Buffer.from(readHexRow(row) ?? []).toString()).toBe(text);
  });

  it.each(['OK', '+CSQ:18,99', 'AT', '41 54 something else altogether', '4154', '863703030000017', ''])(
    'is none: %s',
    (row) => {
      expect(readHexRow(row)).toBeUndefined();
    },
  );

  it('holds the bytes that a dump of any width shows', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 32 }), (bytes) => {
        const hex = Buffer.from(bytes)
          .toString('hex')
          .replace(/..(?=.)/g, '$& ');
        const shown = [...bytes]
          .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
          .join('');
        expect(readHexRow(`${hex}\t${shown}`)).toEqual(bytes);
      }),
    );
  });
});

describe('what a tool says of itself', () => {
  it.each([
    '[-- MARK -- Mon Jan  5 14:03:09 2026]',
    '[-- admin@localhost attached -- Mon Jan  5 14:03:09 2026]',
    '-- 0:name -- time-stamp -- Jan/05/26  9:27:20 --',
    '=~=~=~=~= PuTTY log 2026.01.05 14:03:09 =~=~=~=~=',
    'Event Log: Opening serial device /dev/ttyUSB0',
    '--- Miniterm on /dev/ttyUSB0  115200,8,N,1 ---',
    '---- Opened the serial port COM3 ----',
    'Script started on 2026-01-05 14:03:09+08:00 [TERM="xterm"]',
    'picocom v3.1',
    'Terminal ready',
    'Welcome to minicom 2.8',
    '[14:03:09.100] tio v2.5',
    '115200:8N1:xonxoff=0:rtscts=0',
    'Connected.',
    '2026/01/05 14:03:09 socat[123] N starting data transfer loop with FDs [5,5] and [7,7]',
  ])('is a mark and never the answer to a question: %s', (mark) => {
    expect(readToolMark(mark)).toBeDefined();
    const rows = decode(`AT+CGMM\r\n${mark}\r\nM5310-A\r\nOK\r\n`);
    expect(rows.map(({ kind, raw }) => [kind, raw])).toEqual([
      ['command', 'AT+CGMM'],
      ['mark', mark],
      ['response', 'M5310-A'],
      ['final', 'OK'],
    ]);
  });

  it.each([
    'Neul',
    'M5310-A',
    'OK',
    'REBOOTING',
    '+CSQ:18,99',
    'Signal power:-865',
    '-95',
    '--',
    '#',
    'Boot: Unsigned',
  ])('is not what a module prints: %s', (line) => {
    expect(readToolMark(line)).toBeUndefined();
  });

  it.each(['some head of a tool', '12345', '86370303000001', '8637030300000171', 'BC95-B'])(
    'and what cannot be an IMEI or IMSI is not taken for one: %s',
    (text) => {
      for (const command of ['AT+CGSN', 'AT+GSN', 'AT+CIMI']) {
        const rows = decode(`${command}\r\n${text}\r\n863703030000017\r\nOK\r\n`);
        expect(rows.map(({ kind }) => kind)).toEqual(['command', 'data', 'response', 'final']);
        expect(rows[1]?.note).toMatch(/^no IM(?:EI|SI)/);
      }
    },
  );

  it('screen may stamp a silence in the middle of a line', () => {
    const rows = decode('+CSQ:1-- 0:name -- time-stamp -- Jan/05/26  9:27:20 --\n8,99\r\n');
    expect(rows.map(({ kind, at }) => [kind, at])).toEqual([
      ['mark', '2026-01-05T09:27:20'],
      ['urc', undefined].toSpliced(0, 1, rows[1]?.kind),
    ]);
    expect(rows[1]?.raw.replaceAll('\n', '')).toBe('+CSQ:18,99');
  });
});

describe('who spoke', () => {
  it.each([
    ['[TX] - AT<CR>\n[RX] - OK<CR><LF>\n', ['host', 'module']],
    ['TX AT+CSQ\nRX +CSQ:18,99\nRX OK\n', ['host', 'module', 'module']],
    ['send data:AT+CSQ\nrecv data:OK\n', ['host', 'module']],
    ['[09:41:24.870]发→◇AT\n□\n[09:41:24.890]收←◆AT\nOK\n', ['host', 'module', 'module']],
    ['14:03:09.867 -> AT\n14:03:09.899 -> OK\n', ['module', 'module']],
    ['> AT\nOK\n', ['host', undefined]],
    ['---- Sent utf8 encoded message: "AT\\r\\n" ----\nOK\n', ['host', undefined]],
    [
      '[2026-01-05 14:03:09.123]# SEND HEX>\n41 54 0D \n\n[2026-01-05 14:03:09.223]# RECV HEX>\n0D 0A 4F 4B 0D 0A \n',
      ['host', 'module'],
    ],
    [
      'Outgoing raw data at 2026-01-05 14:03:09\n  00000000  41 54 0d  AT.\nIncoming raw data at 2026-01-05 14:03:09\n  00000000  0d 0a 4f 4b 0d 0a  ..OK..\n',
      ['host', 'module'],
    ],
    ['14:03:09.100: rx\n4F 4B 0D 0A\n14:03:09.000: tx\n41 54 0D\n', ['module', 'host']],
  ])('%j', (log, speakers) => {
    const rows = decode(log).filter(({ kind }) => kind !== 'mark');
    expect(rows.map(({ from }) => from)).toEqual(speakers);
  });
});

describe('socat', () => {
  const head = (arrow: string, length: number): string =>
    `${arrow} 2026/01/05 14:03:09.000041182  length=${length} from=0 to=1`;

  it('a chunk that was cut off does not swallow the next', () => {
    const rows = decode(`${head('>', 90)}\nAT\\r${head('<', 6)}\n\\r\nOK\\r\n`).filter(({ kind }) => kind !== 'mark');
    expect(rows.map(({ raw, from }) => [raw, from])).toEqual([
      ['AT', 'host'],
      ['OK', 'module'],
    ]);
  });

  it('a text that reads like a dump is a text, and a backslash is one', () => {
    const rows = decode(`${head('>', 3)}\nAT\\r${head('<', 9)}\n+X:a\\\\b\\r\n`).filter(({ kind }) => kind !== 'mark');
    expect(rows.map(({ raw }) => raw)).toEqual(['AT', '+X:a\\b']);
  });
});
