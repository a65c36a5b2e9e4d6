import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportToFile } from '../../main/journal/exporters.ts';
import { explain } from '../../shared/explain.ts';
import { lineTranslate } from '../../shared/lineTexts.ts';
import { speak } from '../../shared/phrase.ts';
import { remark, remarkText } from '../../shared/remarks.ts';
import { Conversation } from '../../main/log/conversation.ts';
import { htmlFormat } from '../../main/journal/exportHtml.ts';
import type { JournalLine } from '../../main/journal/journalLines.ts';
import { openSample, say, startedMs } from './samples.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { anyText } from '../anyText.ts';

/** The page of a journal in which this was said, one line after the other. */
async function pageOf(...said: readonly (readonly ['in' | 'out', string])[]): Promise<string> {
  return pageIn('en', said);
}

async function pageIn(language: 'en' | 'zh', said: readonly (readonly ['in' | 'out', string])[]): Promise<string> {
  const directory = await tempDirectory();
  const journal = await openSample(directory, {}, { site: '<b>pump</b> & 3' });
  said.forEach(([direction, text], index) => say(journal, direction, text, index * 10));
  await journal.close();
  const target = join(directory, 'log.html');
  await exportToFile(journal.file, target, { format: 'html', mask: false, language });
  return readFile(target, 'utf8');
}

/** Class, mark, text and meaning of each row. */
function rowsOf(page: string): string[][] {
  const row = /<tr class="(\w+)">.*<td class="m">(.*?)<\/td><td class="x">(.*?)<\/td><td class="i">(.*?)<\/td><\/tr>/g;
  return [...page.matchAll(row)].map(([, name = '', mark = '', text = '', said = '']) => [name, mark, text, said]);
}

const whole = { damaged: false, cut: false, partial: false };

const line = (seq: number, text: string): JournalLine => ({
  seq,
  line: seq + 1,
  atMs: startedMs,
  sinceStartMs: seq,
  direction: 'in',
  text,
  isFragment: false,
  cut: {
    text,
    startedNs: 0n,
    finishedNs: 0n,
    offset: 0,
    length: text.length,
    strayBytes: 0,
    strayBytesBehind: 0,
    ...whole,
  },
});

test('each line of the page says who spoke and what it means', async () => {
  const page = await pageOf(
    ['out', 'AT+NSOST=0,1.2.3.4,7,1,30\r'],
    ['in', '\r\n0,1\r\n\r\nOK\r\n'],
    ['in', '+MIPLREAD:0,45953,3303,0,5700\r\n'],
    ['in', 'ERROR\r\n'],
    ['in', '+GIBBERISH:1\r\n'],
    ['out', 'hello\r'],
  );
  expect(rowsOf(page)).toEqual([
    ['command', '▶', 'AT+NSOST=0,1.2.3.4,7,1,30', 'Sends a UDP datagram.'],
    ['answer', '◁', '0,1', 'Answer to NSOST.'],
    ['answer', '◁', 'OK', 'The module accepted the command. Accepted does not mean done: events tell.'],
    ['urc', '◀', '+MIPLREAD:0,45953,3303,0,5700', 'The platform reads /3303/0/5700. The answer is due within 3 s.'],
    ['problem', '▲', 'ERROR', 'The module refused the command.'],
    ['problem', '▲', '+GIBBERISH:1', expect.stringContaining('not in the message table') as string],
    ['command', '▶', 'hello', 'Data of a socket or a file; not a command.'],
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

test.each([
  [
    'en',
    [
      'read /3303/0/5700 (msgid 7) waits for an answer by hand.',
      'gap: the computer went to sleep (lid)',
      'gap: the disk took nothing any more, 12 bytes missing',
      'bookmark: pump',
      'identity: model M5310-A',
    ],
  ],
  [
    'zh',
    [
      '读取 /3303/0/5700（msgid 7）等待人工应答。',
      '间断：电脑进入睡眠（lid）',
      '间断：磁盘无法再写入，缺 12 字节',
      '书签：pump',
      '模组身份：model M5310-A',
    ],
  ],
] as const)('notes of the program speak the language of the page: %s', async (language, expected) => {
  const directory = await tempDirectory();
  const journal = await openSample(directory);
  const held = remark('requestHeld', { kind: 'read', path: '/3303/0/5700', msgId: 7 });
  journal.note(remarkText(held), held);
  journal.gap('sleep', 'lid');
  journal.mark('pump');
  journal.identify({ model: 'M5310-A' });
  // What says something else than it seems to be, and what nobody of this version knows, stays as it was written.
  journal.note('Something else', held);
  journal.note('Of a later version', { code: 'notYetKnown', values: {} });
  await journal.close();
  await appendFile(
    journal.file,
    '{"t":"gap","n":99000000000,"w":1764000000000,"reason":"dropped","missingBytes":12}\n',
  );
  const target = join(directory, 'log.html');
  await exportToFile(journal.file, target, { format: 'html', mask: false, language });
  const rows = rowsOf(await readFile(target, 'utf8'));
  const [first, sleep, mark, identity, ...others] = rows.map(([, , text]) => text);
  expect([first, sleep, others.at(-1), mark, identity]).toEqual(expected);
  expect(others.slice(0, 2)).toEqual(['Something else', 'Of a later version']);
  expect(new Set(rows.map(([look, sign]) => `${look} ${sign}`))).toEqual(new Set(['note #']));
});

test('what is private in a note is hidden in every language', async () => {
  const directory = await tempDirectory();
  const journal = await openSample(directory);
  const told = remark('virtualModule', { text: 'AT+CPIN=4711 of 869334030000010' });
  journal.note(remarkText(told), told);
  await journal.close();
  for (const language of ['en', 'zh'] as const) {
    const target = join(directory, `${language}.html`);
    await exportToFile(journal.file, target, { format: 'html', mask: true, language });
    const text = rowsOf(await readFile(target, 'utf8'))[0]?.[2];
    expect(text).toContain('AT+CPIN=');
    expect(text).not.toMatch(/4711|869334030000010/);
  }
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
    fc.property(fc.array(anyText(), { maxLength: 20 }), (texts) => {
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

test('the page says of a line what the screen says, in either language', async () => {
  const said = [
    ['out', 'AT+MIPLOPEN=0,3600,30\r'],
    ['in', 'OK\r\n+MIPLEVENT: 0,6\r\n'],
    ['in', '+MIPLWRITE: 0,1,3306,0,5750,1,4,pump,0,0\r\n+CIS ERROR:601\r\n'],
  ] as const;
  for (const language of ['en', 'zh'] as const) {
    const translate = lineTranslate(language);
    const conversation = new Conversation();
    const lines = said.flatMap(([, text]) => text.split(/[\r\n]+/).filter(Boolean));
    const spoken = lines.map((text) => {
      const entry = { kind: 'answer', text, decoded: conversation.decode(text) } as const;
      return speak(explain(entry, { dialect: 'cis', deadlineMs: 3000 }), translate);
    });
    const rows = rowsOf(await pageIn(language, said));
    expect(rows.map(([, , , meaning]) => meaning)).toEqual(spoken);
    expect(new Set(spoken).size).toBe(5);
  }
});

test('a restart in the place of OK is no problem on the page, and what is printed at it is no answer', async () => {
  const page = await pageOf(
    ['out', 'AT+NRB\r'],
    ['in', 'REBOOTING\r\n'],
    ['out', 'AT+CGMM\r'],
    ['in', 'REBOOT_CAUSE_APPLICATION_AT\r\nM5310-A\r\nOK\r\n'],
  );
  expect(rowsOf(page).map(([name, , text]) => [name, text])).toEqual([
    ['command', 'AT+NRB'],
    ['urc', 'REBOOTING'],
    ['command', 'AT+CGMM'],
    ['urc', 'REBOOT_CAUSE_APPLICATION_AT'],
    ['urc', 'M5310-A'],
    ['urc', 'OK'],
  ]);
});

test('numbers of errors mean what they mean in the firmware that knows MIPLCREATEEX', async () => {
  const ask = (result: string) =>
    pageOf(
      ['out', 'AT+MIPLCREATEEX=?\r'],
      ['in', `${result}\r\n`],
      ['out', 'AT+MIPLVER?\r'],
      ['in', '+CIS ERROR:651\r\n'],
    );
  const [knows, knowsNot] = await Promise.all([ask('OK'), ask('ERROR')]);
  const meaning = (page: string) => rowsOf(page).at(-1)?.[3];
  expect(meaning(knows)).not.toBe(meaning(knowsNot));
});
