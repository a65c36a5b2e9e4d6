import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportToFile } from '../../main/journal/exporters.ts';
import { htmlFormat } from '../../main/journal/exportHtml.ts';
import type { JournalLine } from '../../main/journal/journalLines.ts';
import { openSample, say, startedMs } from './samples.ts';
import { tempDirectory } from '../tempDirectory.ts';

/** The page of a journal in which this was said, one line after the other. */
async function pageOf(...said: readonly (readonly ['in' | 'out', string])[]): Promise<string> {
  const directory = await tempDirectory();
  const journal = await openSample(directory, {}, { site: '<b>pump</b> & 3' });
  said.forEach(([direction, text], index) => say(journal, direction, text, index * 10));
  await journal.close();
  const target = join(directory, 'log.html');
  await exportToFile(journal.file, target, { format: 'html', mask: false });
  return readFile(target, 'utf8');
}

/** Class, mark, text and meaning of each row. */
function rowsOf(page: string): string[][] {
  const row = /<tr class="(\w+)">.*<td class="m">(.*?)<\/td><td class="x">(.*?)<\/td><td class="i">(.*?)<\/td><\/tr>/g;
  return [...page.matchAll(row)].map(([, name = '', mark = '', text = '', said = '']) => [name, mark, text, said]);
}

const line = (seq: number, text: string): JournalLine => ({
  seq,
  atMs: startedMs,
  sinceStartMs: seq,
  direction: 'in',
  text,
  isFragment: false,
});

test('each line of the page says who spoke and what it means', async () => {
  const page = await pageOf(
    ['out', 'AT+NSOST=0,1.2.3.4,7,1,30\r'],
    ['in', '\r\n0,1\r\n\r\nOK\r\n'],
    ['in', '+MIPLREAD:0,45953,1,3303,0,5700\r\n'],
    ['in', 'ERROR\r\n'],
    ['in', 'gibberish\r\n'],
    ['out', 'hello\r'],
  );
  expect(rowsOf(page)).toEqual([
    ['command', '▶', 'AT+NSOST=0,1.2.3.4,7,1,30', expect.stringContaining('+NSOST: socket 0') as string],
    ['answer', '◁', '0,1', '+NSOST: socket 0, length 1'],
    ['answer', '◁', 'OK', ''],
    ['urc', '◀', '+MIPLREAD:0,45953,1,3303,0,5700', expect.stringContaining('msgId 45953') as string],
    ['problem', '▲', 'ERROR', ''],
    ['problem', '▲', 'gibberish', expect.any(String) as string],
    ['command', '▶', 'hello', ''],
  ]);
});

test('remarks of the program are marked as such', async () => {
  const directory = await tempDirectory();
  const journal = await openSample(directory);
  journal.identify({ model: 'M5310-A' });
  await journal.close();
  const target = join(directory, 'log.html');
  await exportToFile(journal.file, target, { format: 'html', mask: false });
  expect(rowsOf(await readFile(target, 'utf8'))).toEqual([['note', '#', 'identity: model M5310-A', '']]);
});

test('what the module prints never becomes markup, in the lines or above them', async () => {
  const page = await pageOf(['in', '<script>alert(1)</script>\r\n'], ['in', '"><img src=x onerror=alert(1)>&amp;\r\n']);
  expect(page).not.toMatch(/<script|<img|<b>/);
  expect(page).toContain('site &lt;b&gt;pump&lt;/b&gt; &amp; 3');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).toContain('&amp;amp;');
});

test('any text gives one row and leaves the page whole', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 20 }), (texts) => {
      const format = htmlFormat();
      const rows = texts.map((text, index) => format.line(line(index + 1, text.replace(/[\r\n]/g, ' ')), 0));
      for (const row of rows) {
        expect(row.match(/<tr /g)).toHaveLength(1);
        expect(
          row.replace(/<\/?(?:tr|td|th|table|thead|tbody|section)(?: (?:class|title)="[^"<>]*")*>/g, ''),
        ).not.toMatch(/[<>]/);
      }
    }),
  );
});

test('the page asks for nothing from outside and holds no script', async () => {
  const page = await pageOf(['in', 'OK\r\n']);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).not.toMatch(/<script|<link|@import|url\(|https?:/);
});

test('a long log is cut into tables that a browser can leave out of sight', () => {
  const format = htmlFormat();
  const text = Array.from({ length: 2001 }, (_, index) => format.line(line(index + 1, 'OK'), 0)).join('');
  const page = text + format.tail?.();
  expect(page.match(/<table>/g)).toHaveLength(3);
  expect(page.match(/<\/table>/g)).toHaveLength(3);
  expect(page.trimEnd().endsWith('</body></html>')).toBe(true);
});

test('an empty log is a whole page, too', () => {
  expect(htmlFormat().tail?.()).toBe('</body></html>\n');
});
