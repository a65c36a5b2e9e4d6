import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { DecodedLog } from '../../main/capture/decodedLog.ts';

const session: readonly (readonly ['host' | 'module', string])[] = [
  ['host', 'AT+CGSN=1'],
  ['module', '+CGSN:490154203237518'],
  ['module', 'OK'],
  ['module', '+MIPLREAD: 0,5003,3303,0,5700'],
  ['host', 'AT+MIPLREADRSP=0,5003,1,3303,0,5700,4,4,20.5,0,0'],
  ['module', 'OK'],
  ['module', '+MIPLEVENT: 0,11'],
];

type Writer = (from: 'host' | 'module', bytes: Buffer, index: number) => string;

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
const dotted = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replace(/[^ -~]/g, '.');
const request = (from: string): string => (from === 'host' ? 'IRP_MJ_WRITE' : 'IRP_MJ_READ');

function chunks(bytes: Buffer, size: number): [number, Buffer][] {
  const rows: [number, Buffer][] = [];
  for (let at = 0; at < bytes.length; at += size) rows.push([at, bytes.subarray(at, at + size)]);
  return rows;
}

function spied(from: string, bytes: Buffer, index: number): string {
  return chunks(bytes, 16)
    .map(([at, row]) => {
      const cells = [row.subarray(0, 8), row.subarray(8)].map(hex).join('  ').trimEnd().padEnd(49);
      const address = at.toString(16).toUpperCase().padStart(4, '0');
      return `${index.toFixed(3).padStart(10, '0')} ${from === 'host' ? 'TX' : 'RX'}   ${address}  ${cells} ${dotted(row)}\n`;
    })
    .join('');
}

function dumped(from: string, bytes: Buffer): string {
  return chunks(bytes, 32)
    .map(([at, row]) => {
      const [begin, end] = [at, at + 32].map((place) => place.toString(16).toUpperCase().padStart(4, '0'));
      const cells = chunks(row, 8)
        .map(([, part]) => `${hex(part)} `)
        .join(' ');
      return `[D/AT] ${from === 'host' ? 'sendline' : 'recvline'}: ${begin}-${end}: ${cells.padEnd(100)}  ${dotted(row)}\n`;
    })
    .join('');
}

const nameOf = (byte: number): string => ({ 13: '\\r', 10: '\\n', 44: 'COMMA' })[byte] ?? String.fromCharCode(byte);
const time = (index: number, at: number): string => (index + at / 1000).toFixed(15);
const each = (bytes: Buffer, row: (byte: number, at: number) => string): string => [...bytes].map(row).join('');
const oldHead = 'Time [s],Value,Parity Error,Framing Error\n';
const newHead = 'name,type,start_time,duration,data\n';

const tools: readonly (readonly [tool: string, head: string, write: Writer, told: readonly string[]])[] = [
  [
    'AccessPort',
    '',
    (from, bytes, index) =>
      `${index}\t11:26:5${index}\tAppName\t${request(from)}\tSerial0\tSUCCESS\tLength ${bytes.length}: ${hex(bytes)} \t\r\n`,
    ['from', 'at'],
  ],
  [
    'Portmon',
    '',
    (from, bytes, index) =>
      `${index}\t0.0000027${index}\tputty.exe\t${request(from)}\tSerial0\tSUCCESS\tLength ${bytes.length}: ${dotted(bytes)}\t\r\n`,
    ['from', 'at'],
  ],
  ['pyserial’s spy://', '000000.000 Q-RX reset_input_buffer\n', spied, ['from', 'at']],
  ['RT-Thread’s AT client', '', dumped, ['from']],
  ['EasyLogger', '', (from, bytes) => dumped(from, bytes).replaceAll('[D/AT] ', 'D/HEX '), ['from']],
  [
    'Saleae Logic 1, characters',
    oldHead,
    (_, bytes, index) => each(bytes, (byte, at) => `${time(index, at)},${nameOf(byte)},,\n`),
    ['at'],
  ],
  [
    'Saleae Logic 1, hex',
    oldHead,
    (_, bytes, index) => each(bytes, (byte, at) => `${time(index, at)},0x${hex(Uint8Array.of(byte))},,\n`),
    ['at'],
  ],
  [
    'Saleae Logic 1, decimal',
    oldHead,
    (_, bytes, index) => each(bytes, (byte, at) => `${time(index, at)},'${byte}',,\n`),
    ['at'],
  ],
  [
    'Saleae Logic 2',
    newHead,
    (from, bytes, index) =>
      each(
        bytes,
        (byte, at) =>
          `"${from === 'host' ? 'MCU TX' : 'MCU RX'}","data",${(index + at / 1000).toFixed(9)},0.0000868,0x${hex(Uint8Array.of(byte))}\n`,
      ),
    ['from', 'at'],
  ],
  ['sigrok-cli', '', (_, bytes) => each(bytes, (byte) => `uart-1: ${hex(Uint8Array.of(byte))}\n`), []],
  [
    'sigrok-cli with sample numbers',
    '',
    (_, bytes, index) =>
      each(bytes, (byte, at) => `${index * 1000 + at}-${index * 1000 + at + 8} uart-1: ${hex(Uint8Array.of(byte))}\n`),
    [],
  ],
];

describe('tools that write a call, a chunk or a byte on each row', () => {
  it.each(tools)('%s: the same lines as a plain capture', (_, head, write, told) => {
    const log = new DecodedLog();
    const text = head + session.map(([from, line], index) => write(from, Buffer.from(`${line}\r\n`), index)).join('');
    const rows = [...log.push(Buffer.from(text)), ...log.end()].filter(({ kind }) => kind !== 'mark');
    expect(rows.map((row) => row.text ?? row.raw)).toEqual(session.map(([, line]) => line));
    expect(rows.map(({ kind }) => kind)).not.toContain('unknown');
    if (told.includes('from')) expect(rows.map(({ from }) => from)).toEqual(session.map(([from]) => from));
    expect(rows.every(({ at }) => at !== undefined)).toBe(told.includes('at'));
  });

  it('a row of nothing but tabs with something behind them takes linear time', () => {
    const log = new DecodedLog();
    const call = (index: number, data: string): string =>
      `${index}\t11:26:50\tmipl.exe\tIRP_MJ_READ\tSerial0\tSUCCESS\tLength 4: ${data}\n`;
    const text = `${call(0, '4F 4B 0D 0A')}${call(1, '4F 4B 0D 0A')}${call(2, `${'\t'.repeat(40_000)}x`)}`;
    const started = process.cpuUsage();
    const rows = [...log.push(Buffer.from(text)), ...log.end()];
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
    expect(rows.filter((row) => (row.text ?? row.raw) === 'OK')).toHaveLength(2);
  });

  it('what is no row of theirs stays what it is', () => {
    const log = new DecodedLog();
    const text = '0,10,AT,,\nOK\r\n+CSQ:18,99\r\nuart-1: 41\r\n';
    const rows = [...log.push(Buffer.from(text)), ...log.end()];
    expect(rows.map(({ raw }) => raw)).toEqual(['0,10,AT,,', 'OK', '+CSQ:18,99', 'uart-1: 41']);
  });
});
