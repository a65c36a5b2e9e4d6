import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { DecodedLog } from '../../main/capture/decodedLog.ts';

type Speaker = 'host' | 'module';
type Said = readonly [from: Speaker, text: string];

const session: readonly Said[] = [
  ['host', 'AT+CGSN'],
  ['module', '490154203237518'],
  ['module', 'OK'],
  ['host', 'AT+CEREG?'],
  ['module', '+CEREG: 0,1,"19E6","05F1A294",9'],
  ['module', 'OK'],
  ['module', '+MIPLEVENT: 0,6'],
];

const hexOf = (bytes: Uint8Array, separator = ' '): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(separator);
const dotted = (bytes: Buffer): string => bytes.toString('latin1').replace(/[^ -~]/g, '.');
const bytesOf = ([from, text]: Said): Buffer => Buffer.from(from === 'host' ? `${text}\r\n` : `\r\n${text}\r\n`);
const stamp = (index: number): string => `00:00:0${index}.532,${index}00`;

function chunks(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, row) =>
    bytes.subarray(row * size, (row + 1) * size),
  );
}

/** Zephyr takes lines apart at their commas, and prints the parts. */
function zephyrChat([from, text]: Said, index: number): string {
  const head = `[${stamp(index)}] <dbg> modem_chat: modem_chat_`;
  if (from === 'host') return `${head}script_next: init_script: step: ${index}\n${head}script_next: sending: ${text}\n`;
  const [, name, list] = /^(\+\w+: )(.*)$/.exec(text) ?? [];
  const parts = name === undefined ? text : [name, ...(list ?? '').split(',')].join(' ');
  const way = name === '+MIPLEVENT: ' ? 'on_unknown_command_received' : 'log_received_command';
  return `${head}${way}: ${name === undefined && text !== 'OK' ? ' ' : ''}${parts}\n`;
}

function zephyrHandler([from, text]: Said, index: number): string {
  const head = from === 'host' ? 'modem_cmd_send_ext: SENT DATA' : 'cmd_handler_process_rx_buf: RECV';
  const rows = chunks(Buffer.from(text), 16).map((row) => {
    const cells = [row.subarray(0, 8), row.subarray(8)].map((part) => hexOf(part)).join('  ');
    return `${' '.repeat(44)}${cells.padEnd(49)}|${row.subarray(0, 8).toString()} ${row.subarray(8).toString()}\n`;
  });
  const match = `[${stamp(index)}] <dbg> modem_cmd_handler: cmd_handler_process_rx_buf: match cmd [] (len:7)\n`;
  return `[${stamp(index)}] <dbg> modem_cmd_handler: ${head}\n${rows.join('')}${from === 'host' ? '' : match}`;
}

function portMonitor(said: Said, index: number): string {
  const rows = chunks(bytesOf(said), 16).map((row) => `    ${hexOf(row).padEnd(50)}${dotted(row).padEnd(17)}\t\r\n`);
  return `[25/10/2018 10:15:0${index}] ${said[0] === 'host' ? 'Written' : 'Read'} data (COM2)\t\r\n${rows.join('')}`;
}

/** LLCOM shows ends of lines as signs, and then also ends its rows there. */
function llcom(said: Said, index: number): string {
  const at = `2021-06-01 10:00:0${index}.123 +08:00`;
  const shown = bytesOf(said).toString().replaceAll('\r\n', '\u240d\u240a\r\n');
  const hex = hexOf(bytesOf(said)).toUpperCase();
  return `${at} [INF] ${said[0] === 'host' ? '<-' : '->'}${shown}\r\n${at} [DBG] [HEX]${hex}\r\n`;
}

function luat([from, text]: Said, index: number): string {
  const at = `[2020-06-24 23:19:0${index}.308]`;
  const row = `${at} [I]-[ril.${from === 'host' ? 'sendat' : 'proatc'}] ${text}\r\n`;
  return text.startsWith('+MIPL') ? `${row}${at} [I]-[ril.defurc] ${text}\r\n` : row;
}

function mbed(said: Said): string {
  const shown = bytesOf(said).toString().replaceAll('\r', '<cr>').replaceAll('\n', '<ln>');
  return `[INFO][CELL]: AT ${said[0] === 'host' ? 'TX' : 'RX'} (${String(said[1].length).padStart(2)}): ${shown}\r\n`;
}

type Write = (said: Said, index: number) => string;
const programs: readonly (readonly [program: string, around: string, write: Write, told: readonly string[]])[] = [
  ['Zephyr’s modem_chat', '[00:00:00.328,552] <inf> modem_cellular: event resume\n', zephyrChat, ['at']],
  [
    'the same, on a shell over RTT',
    '*** Booting Zephyr OS build v4.1.0 ***\n',
    (said, index) => zephyrChat(said, index).replace(/^/gm, '00> rtt:~$ '),
    ['at'],
  ],
  [
    'the same, in colours',
    '',
    (said, index) => zephyrChat(said, index).replaceAll('<dbg>', '\u001b[0m<dbg>').replace(/$/gm, '\u001b[0m'),
    ['at'],
  ],
  [
    'the same, with the clock of Linux',
    '',
    (said, index) => zephyrChat(said, index).replace(/\[00:00:0(\d)\.532,/g, '[    $1.532'),
    ['at'],
  ],
  ['Zephyr’s modem_cmd_handler', '', zephyrHandler, ['at']],
  ['Eltima’s Serial Port Monitor, dump view', '[25/10/2018 10:15:00] - Open port COM2\r\n', portMonitor, ['at']],
  ['LLCOM', '2021-06-01 10:00:00.001 +08:00 [INF] [START]Logs by LLCOM.\r\n', llcom, ['at']],
  ['scripts of LuatOS', '[2020-06-24 23:19:00.106] DBG: Diag COM7打开成功\r\n', luat, ['at']],
  ['the same without times', '[I]-[spi1] 0\r\n', (said, index) => luat(said, index).replace(/^\[2020.*?\] /gm, ''), []],
  ['Mbed’s ATHandler', '[DBG ][CELL]: AT flush\r\n', mbed, []],
];

function rowsOf(text: string) {
  const log = new DecodedLog();
  return [...log.push(Buffer.from(text)), ...log.end()].filter(({ kind }) => kind !== 'mark' && kind !== 'blank');
}

describe('programs that write in logs of their own what they say to a module', () => {
  it.each(programs)('%s: the same lines as a plain capture, and who said each', (_, around, write, told) => {
    const rows = rowsOf(around + session.map(write).join('') + around);
    expect(rows.map(({ from, text, raw }) => [from, text ?? raw])).toEqual(session);
    expect(rows.every(({ at }) => (at !== undefined) === told.includes('at'))).toBe(true);
  });

  it('Zephyr prints blanks where commas were, but not those in quotes, and lines with commas as they came', () => {
    const head = '[00:00:01.000,000] <dbg> modem_chat: modem_chat_';
    const heard = [
      '+COPS:  0 0 "CHINA MOBILE" 9',
      '+CSQ: 18 99',
      '+KUDP_DATA:1,,42,0',
      ' Revision: 1.2 b',
      '#SGACT: 1.2.3.4',
    ];
    const rows = rowsOf(
      [`${head}script_next: sending: AT`, ...heard.map((text) => `${head}log_received_command: ${text}`)].join('\n'),
    );
    expect(rows.map(({ text, raw }) => text ?? raw)).toEqual([
      'AT',
      '+COPS: 0,0,"CHINA MOBILE",9',
      '+CSQ: 18,99',
      '+KUDP_DATA:1,,42,0',
      'Revision: 1.2 b',
      '#SGACT: 1.2.3.4',
    ]);
  });

  it('what else they write is a mark, also where it reads like a line of the wire', () => {
    const log = new DecodedLog();
    const text = [...session.map(mbed), 'OK\r\n', `${'x'.repeat(20_000)}\r\n`, '[INFO][CELL]: AT ERR (2): OK\r\n'].join(
      '',
    );
    const rows = [...log.push(Buffer.from(text)), ...log.end()];
    expect(rows.slice(-3).map(({ kind }) => kind)).toEqual(['mark', 'mark', 'mark']);
  });

  it('a date that cannot be leaves a line without a time', () => {
    const rows = rowsOf(
      [
        '[99/99/2018 10:15:00] Written data (COM2)',
        '    41 54 0d',
        '[99/99/2018 10:15:00] Read data (COM2)',
        '    4f 4b 0d 0a',
      ].join('\n'),
    );
    expect(rows.map(({ text, raw, at }) => [text ?? raw, at])).toEqual([
      ['AT', undefined],
      ['OK', undefined],
    ]);
  });

  it('a byte that cannot be printed comes back from Mbed’s log', () => {
    const rows = rowsOf('[INFO][CELL]: AT TX ( 4): AT<cr>\n[INFO][CELL]: AT RX ( 9): <cr><ln>a<E4><B8><AD>b<cr><ln>\n');
    expect(rows.at(-1)).toMatchObject({ raw: 'a中b', from: 'module' });
  });
});
