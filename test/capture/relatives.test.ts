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
