import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DecodedLog } from '../../main/capture/decodedLog.ts';

const folder = join(import.meta.dirname, '..', 'imports');
const names = readdirSync(folder).filter((name) => name !== 'README.md' && name !== 'program.log');

/** What editors, locales and other options of the same tools make of a log. */
const relatives: Readonly<Record<string, (log: string) => string>> = {
  'CR LF at the ends of rows': (log) => log.replace(/\r?\n/g, '\r\n'),
  'LF alone': (log) => log.replaceAll('\r\n', '\n'),
  'a byte order mark': (log) => `\ufeff${log}`,
  'no milliseconds': (log) => (log.includes('length=') ? log : log.replace(/(\d\d:\d\d:\d\d)[.,:]\d{1,9}/g, '$1')),
  'a comma before the milliseconds': (log) =>
    log.includes('length=') ? log : log.replace(/(\d\d:\d\d:\d\d)\.(\d{3})/g, '$1,$2'),
  'a tab behind the time': (log) => log.replace(/^(\[?[^ ]*\d\d:\d\d:\d\d[^ ]*\]?) /gm, '$1\t'),
};

function linesOf(log: Buffer): (readonly [string | undefined, string, boolean])[] {
  const reader = new DecodedLog();
  return [...reader.push(log), ...reader.end()]
    .filter(({ kind }) => kind !== 'mark' && kind !== 'blank')
    .map(({ from, text, raw, at }) => [from, (text ?? raw).trim(), at !== undefined]);
}

it.each(Object.keys(relatives))('every sample is read the same with %s', (relative) => {
  for (const name of names) {
    const log = readFileSync(join(folder, name));
    const before = linesOf(log);
    expect(before.length).toBeGreaterThan(5);
    expect([name, linesOf(Buffer.from(relatives[relative]?.(log.toString('utf8')) ?? ''))]).toEqual([name, before]);
  }
});

const said = [
  ['host', 'AT+CGSN'],
  ['module', '490154203237518'],
  ['module', 'OK'],
  ['host', 'AT+CSQ'],
  ['module', '+CSQ: 18,99'],
  ['module', 'OK'],
] as const;

it.each([
  ['a German tool', 'Gesendet: ', 'Empfangen: '],
  ['a French one', '[envoyé] ', '[reçu] '],
  ['a Spanish one', 'Enviado> ', 'Recibido> '],
  ['an Italian one', 'Inviato: ', 'Ricevuto: '],
  ['a Russian one', 'Отправлено: ', 'Получено: '],
  ['a Japanese one', '送信：', '受信：'],
  ['a Korean one', '송신: ', '수신: '],
  ['arrows that point away from both words', 'TX→', 'RX→'],
  ['TencentOS, long arrows', '--->', '<---'],
  ['arrows with a colon', '=>: ', '<=: '],
  ['words without a sign behind an ISO stamp', 'TX ', 'RX '],
  ['the same in small letters', 'tx ', 'rx '],
])('the words and arrows of a log say who spoke: %s', (_, sent, received) => {
  const stamps = sent.trim().length === 2 ? (index: number) => `2026-01-05T14:03:0${index}.120+0800 ` : () => '';
  const log = said.map(([from, text], index) => `${stamps(index)}${from === 'host' ? sent : received}${text}\r\n`);
  const reader = new DecodedLog();
  const rows = [...reader.push(Buffer.from(log.join(''))), ...reader.end()];
  expect(rows.map(({ from, text, raw }) => [from, text ?? raw])).toEqual(said);
});
