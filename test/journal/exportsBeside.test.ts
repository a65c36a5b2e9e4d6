import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvCell } from '../../main/files/csv.ts';
import { withEntities } from '../../main/files/entities.ts';
import { visibleJson, visibleLine } from '../../main/files/visible.ts';
import { exportToFile } from '../../main/journal/exporters.ts';
import { thousandths } from '../../main/journal/exportFormats.ts';
import { byteLine, headerLine } from '../../main/journal/format.ts';
import { readJournalLines } from '../../main/journal/journalLines.ts';
import type { JournalLine } from '../../main/journal/journalLines.ts';
import { Conversation } from '../../main/log/conversation.ts';
import type { ExportFormat } from '../../shared/contract/log.ts';
import { explain } from '../../shared/explain.ts';
import { lineTranslate } from '../../shared/lineTexts.ts';
import { isoWithZone, localTime } from '../../shared/localTime.ts';
import { speak } from '../../shared/phrase.ts';
import { defaultSettings } from '../../shared/settings.ts';
import { startedMs } from './samples.ts';
import { tempDirectory } from '../tempDirectory.ts';

/** What a line becomes where nothing is known of the lines before but what the conversation itself knows. */
type Slow = (line: JournalLine, deltaMs: number) => string;

const signed = (ms: number): string => `${ms < 0 ? '-' : '+'}${(Math.abs(ms) / 1000).toFixed(3)}`;
const marks = { in: '<', out: '>', note: '#' } as const;

function slowHtml(): Slow {
  const conversation = new Conversation({ isWhole: true });
  const read = ({ cut, direction, text }: JournalLine): readonly [name: string, mark: string, said: string] => {
    if (!cut) return ['note', '#', ''];
    const row = conversation.read({ ...cut, text }, direction === 'out' ? 'host' : 'module');
    const context = { dialect: conversation.dialect, deadlineMs: defaultSettings.answerDeadlineMs };
    const said = speak(explain(row, context), lineTranslate('en'));
    if (row.kind === 'engine') return ['command', '▶', said];
    if (row.problem) return ['problem', '▲', said];
    return row.kind === 'unasked' ? ['urc', '◀', said] : ['answer', '◁', said];
  };
  const content = (text: string): string => withEntities(visibleLine(text.toWellFormed()));
  return (line, deltaMs) => {
    const [name, mark, said] = read(line);
    const { date, time, zone } = localTime(line.atMs);
    const cells = [
      `<td class="s">${line.seq}</td>`,
      `<td class="t" title="${date} ${zone}">${time}</td>`,
      `<td class="d">${signed(deltaMs)}</td>`,
      `<td class="m">${mark}</td>`,
      `<td class="x">${content(line.text)}</td>`,
      `<td class="i">${content(said)}</td>`,
    ];
    return `<tr class="${name}">${cells.join('')}</tr>`;
  };
}

const slow: Readonly<Record<Exclude<ExportFormat, 'pcapng'>, () => Slow>> = {
  txt: () => (line, deltaMs) => {
    const { date, time, zone } = localTime(line.atMs);
    return `${date} ${time} ${zone} ${signed(deltaMs).padStart(9)} ${marks[line.direction]} ${visibleLine(line.text)}`;
  },
  csv: () => (line, deltaMs) => {
    const { date, time, zone } = localTime(line.atMs);
    const delta = (deltaMs / 1000).toFixed(3);
    return `${line.seq},${date},${time}${zone},${delta},${line.direction},${csvCell(visibleLine(line.text))}`;
  },
  ndjson:
    () =>
    ({ seq, atMs, direction, text, isFragment }, deltaMs) =>
      visibleJson({
        ...{ seq, at: isoWithZone(atMs), atMs, deltaMs, direction, text },
        ...(isFragment ? { isFragment } : {}),
      }),
  html: slowHtml,
};
const lineEnds = { txt: '\n', csv: '\r\n', ndjson: '\n', html: '\n' } as const;

/** What a session says again and again, commands whose answers read alike, lines that mean another thing elsewhere, and anything. */
const said = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('AT+CSQ', 'AT+CEREG?', 'AT+CGSN=1', 'AT+MIPLCREATEEX=?', 'AT') },
  { weight: 2, arbitrary: fc.constantFrom('OK', 'ERROR', '+CME ERROR: 50', '+CIS ERROR: 601', 'REBOOTING') },
  { weight: 2, arbitrary: fc.constantFrom('+CSQ: 17,99', '+CEREG:1', '+CEREG:1,1', '863703031234567', 'M5310-A') },
  { weight: 1, arbitrary: fc.constantFrom('+MIPLREAD: 0,40001,3303,0,5700', '+MIPLEVENT: 0,26,17', '+CSQ: ?', '=1+1') },
  { weight: 1, arbitrary: fc.string({ maxLength: 12, unit: 'binary' }) },
);
const record = fc.record({
  direction: fc.constantFrom<'in' | 'out'>('in', 'out'),
  text: said,
  end: fc.constantFrom('\r\n', '\r\n', '\r\n', ''),
  sinceMs: fc.oneof(
    fc.nat(500),
    fc.nat(200_000_000).map((us) => us / 1000),
  ),
  backMs: fc.constantFrom(0, 0, 0, 60_000),
});

test('an export has line for line what each line alone comes to, whatever was said before and how often', async () => {
  const directory = await tempDirectory();
  const [file, target] = [join(directory, 'any.mipl.ndjson'), join(directory, 'export')];
  const started = new Date(startedMs).toISOString();
  const header = headerLine({ version: 2, app: '0', started, startedMs, monotonicNs: 0n, port: 'x', baudRate: 9600 });
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 60 }), async (records) => {
      let ns = 0;
      const lines = records.map(({ direction, text, end, sinceMs, backMs }) => {
        ns += Math.round(sinceMs * 1e6);
        return byteLine(direction, Buffer.from(text + end), ns, startedMs + ns / 1e6 - backMs);
      });
      await writeFile(file, `${[header, ...lines].join('\n')}\n`);
      for (const format of ['txt', 'csv', 'ndjson', 'html'] as const) {
        await exportToFile(file, target, { format, mask: false });
        const exported = (await readFile(target, 'utf8')).split(lineEnds[format]);
        const lineOf = slow[format]();
        const expected: string[] = [];
        let beforeMs: number | undefined;
        for await (const block of readJournalLines(file))
          for (const line of block) {
            expected.push(lineOf(line, line.sinceStartMs - (beforeMs ?? line.sinceStartMs)));
            beforeMs = line.sinceStartMs;
          }
        const from = exported.indexOf(expected[0] ?? '');
        expect(exported.slice(from, from + expected.length)).toEqual(expected);
      }
    }),
    { numRuns: 40 },
  );
});

test('milliseconds become seconds with three decimals as the language itself rounds them', () => {
  const ms = fc.oneof(
    fc.nat(1e9),
    fc.nat(2e9).map((half) => half / 2),
    fc.nat(2 ** 31 - 1).map((ns) => ns / 1e6),
    fc.double({ min: 0, max: 1e15, noNaN: true }),
    fc.nat(1e6).map((place) => (place + 0.5) * (1 + Number.EPSILON)),
  );
  fc.assert(
    fc.property(ms, (any) => {
      expect(thousandths(any)).toBe((any / 1000).toFixed(3));
    }),
    { numRuns: 5000 },
  );
});
