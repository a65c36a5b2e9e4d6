import { appendFile, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SessionRow } from '../../shared/sessions.ts';
import { byteLine, factLines, headerLine, recordLine } from '../../main/journal/format.ts';
import { readJournalLines } from '../../main/journal/journalLines.ts';
import { currentIndex, indexFileOf, keptIndex, saveIndex } from '../../main/sessions/indexFile.ts';
import { indexJournal } from '../../main/sessions/journalIndex.ts';
import { StaleIndex, readPage, readPicked } from '../../main/sessions/rowPages.ts';
import { SessionFind } from '../../main/sessions/sessionFind.ts';
import type { ContinuedFind } from '../../main/sessions/sessionFind.ts';
import { readSessionRows } from '../../main/sessions/sessionRows.ts';
import { tempDirectory } from '../tempDirectory.ts';

const startedMs = Date.UTC(2026, 10, 22, 13, 13, 5, 123);
const header = headerLine({
  version: 2,
  app: '0.1.0',
  started: new Date(startedMs).toISOString(),
  startedMs,
  monotonicNs: 5_000_000_000n,
  port: '/dev/ttyUSB0',
  baudRate: 9600,
  site: 'pump 3',
});

type Piece = readonly ['in' | 'out', string] | readonly ['raw', string] | readonly ['gap', string];

/** Pieces of a conversation: whole exchanges, lines in pieces, unasked ones, starts, sleep, damage. */
const piece: fc.Arbitrary<readonly Piece[]> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constant<readonly Piece[]>([
      ['out', 'AT+CSQ\r'],
      ['in', '\r\n+CSQ:18,99\r\n\r\nOK\r\n'],
    ]),
  },
  {
    weight: 6,
    arbitrary: fc.nat(65535).map((id): readonly Piece[] => [
      ['in', `\r\n+MIPLREAD:0,${id},3303,0,5700\r\n`],
      ['out', `AT+MIPLREADRSP=0,${id},1,3303,0,5700,4,4,20.5,0,0\r`],
      ['in', '\r\nOK\r\n'],
    ]),
  },
  {
    weight: 3,
    arbitrary: fc.constant<readonly Piece[]>([
      ['out', 'AT+CEREG?\r'],
      ['in', '\r\n+CER'],
      ['in', 'EG:0,1\r\n\r\nERROR\r\n'],
    ]),
  },
  {
    weight: 2,
    arbitrary: fc.constant<readonly Piece[]>([
      ['out', 'AT\r'],
      ['in', 'AT\r\r\nOK\r\n'],
    ]),
  },
  fc.constant<readonly Piece[]>([['in', '\r\n*MATREADY: 1\r\n\r\n+CFUN: 1\r\n']]),
  fc.constant<readonly Piece[]>([
    ['gap', 'sleep'],
    ['gap', 'resumed'],
  ]),
  fc
    .constantFrom(
      '{"t":"in","n":1',
      'no JSON',
      '{"t":"later","n":1,"w":1}',
      '{"t":"in","n":1,"w":1,"b":7}',
      'x'.repeat(3000),
    )
    .map((text): readonly Piece[] => [['raw', text]]),
  fc.string({ maxLength: 60 }).map((text): readonly Piece[] => [['in', text]]),
);

function linesOf(pieces: readonly Piece[]): string[] {
  let ms = 0;
  return pieces.map(([kind, text]) => {
    ms += 40;
    if (kind === 'raw') return text;
    if (kind === 'gap') return recordLine('gap', ms * 1e6, startedMs + 3 * ms, { reason: text });
    return byteLine(kind, Buffer.from(text), ms * 1e6, startedMs + ms);
  });
}

async function plainRows(file: string): Promise<SessionRow[]> {
  const rows: SessionRow[] = [];
  for await (const block of readSessionRows(file)) rows.push(...block.rows);
  return rows;
}

/** What a row is, wherever the reading began. */
const bare = (rows: readonly SessionRow[]) => rows.map((row) => JSON.stringify(row));

it('from each place of the index the same lines are read as from the beginning, of any journal, torn and damaged ones too', async () => {
  const file = join(await tempDirectory(), 'any.mipl.ndjson');
  let checkpointCount = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 60 }),
      fc.nat(40),
      async (pieces, times, torn) => {
        const once = linesOf(pieces.flat());
        const lines = Array.from({ length: times }, () => once).flat();
        // Long enough for several places to jump to.
        const many =
          lines.length === 0 ? [] : Array.from({ length: Math.ceil(6000 / lines.length) }, () => lines).flat();
        const text = `${[header, ...many].join('\n')}\n`;
        await writeFile(file, text.slice(0, Math.max(header.length + 1, text.length - torn)));
        const plain = await plainRows(file);
        const index = await indexJournal(file);
        expect(index.content.lines).toBe(plain.length);
        expect(
          Object.values(index.content.counts)
            .slice(0, 4)
            .reduce((sum, one) => sum + one, 0),
        ).toBe(plain.length);
        for (const { rest, counts } of index.checkpoints) {
          checkpointCount += 1;
          const page = await readPage(file, index.checkpoints, { from: rest.seq + 1, count: 200 });
          expect(bare(page)).toEqual(bare(plain.slice(rest.seq, rest.seq + 200)));
          expect(counts.problem).toBe(plain.slice(0, rest.seq).filter(({ problem }) => problem).length);
        }
        const picked = plain.filter((_, place) => place % 701 === 0).map(({ seq }) => seq);
        expect(bare(await readPicked(file, index.checkpoints, picked))).toEqual(
          bare(plain.filter(({ seq }) => picked.includes(seq))),
        );
      },
    ),
    { numRuns: 12 },
  );
  expect(checkpointCount).toBeGreaterThan(10);
}, 60_000);

it('a search that is read on from a place of the index finds what one from the beginning finds, of any journal that has grown', async () => {
  const file = join(await tempDirectory(), 'grown.mipl.ndjson');
  const never = new AbortController().signal;
  const query = { matches: (line: string) => /[+O]/.test(line), classes: [] };
  const read = async (continued?: ContinuedFind): Promise<SessionFind> => {
    const search = new SessionFind(query, continued);
    await search.run(file, never, () => undefined);
    return search;
  };
  const all = (search: SessionFind) => [search.found, search.hitsAmong(1, 1e6), search.shownAt(0, 1e6)];
  let readOn = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { minLength: 1, maxLength: 40 }),
      fc.double({ min: 0.3, max: 1, noNaN: true }),
      async (pieces, share) => {
        const once = linesOf(pieces.flat());
        const many = Array.from({ length: Math.ceil(4000 / Math.max(1, once.length)) }, () => once).flat();
        const text = `${[header, ...many].join('\n')}\n`;
        // In the middle of a line and of an exchange.
        await writeFile(file, text.slice(0, Math.max(header.length + 1, Math.floor(share * text.length))));
        const before = await read();
        await writeFile(file, text);
        const { checkpoints } = await indexJournal(file);
        const fresh = all(await read());
        for (const from of checkpoints.filter(({ byte }) => byte <= before.readBytes)) {
          readOn += 1;
          expect(all(await read({ before, from }))).toEqual(fresh);
        }
      },
    ),
    { numRuns: 12 },
  );
  expect(readOn).toBeGreaterThan(10);
}, 60_000);

it('rows are the lines that exports have', async () => {
  const file = join(await tempDirectory(), 'same.mipl.ndjson');
  const pieces: Piece[] = [
    ['out', 'AT+CSQ\r'],
    ['in', '\r\n+CSQ:18,99\r\n\r\nOK\r\n'],
    ['raw', 'broken'],
    ['raw', 'broken'],
    ['in', '\r\n+MIPLEVENT:0,6\r\n'],
    ['in', 'no end'],
  ];
  await writeFile(file, `${[header, ...linesOf(pieces)].join('\n')}\n`);
  const lines = [];
  for await (const block of readJournalLines(file)) lines.push(...block);
  const rows = await plainRows(file);
  expect(rows.map(({ seq, line, text, atMs }) => ({ seq, line, text, atMs }))).toEqual(
    lines.map(({ seq, line, text, atMs }) => ({ seq, line, text, atMs })),
  );
  const byte = header.length + 1 + linesOf(pieces.slice(0, 2)).reduce((sum, line) => sum + line.length + 1, 0);
  expect(rows.map(({ damage }) => damage)).toEqual([
    ...[undefined, undefined, undefined],
    { count: 2, line: 4, byte },
    undefined,
  ]);
  expect(rows.map(({ kind, exchange }) => [kind, exchange])).toEqual([
    ['engine', 1],
    ['answer', 1],
    ['answer', 1],
    ['unasked', undefined],
    ['unasked', undefined],
  ]);
});

it('a command that a person ordered is told by the fact behind it', async () => {
  const file = join(await tempDirectory(), 'hand.mipl.ndjson');
  const out = (text: string, ms: number): string => byteLine('out', Buffer.from(text), ms * 1e6, startedMs + ms);
  const byHand = (ms: number): string[] =>
    factLines([{ fact: 'settings' }, { fact: 'byHand' }], ms * 1e6, startedMs + ms);
  const lines = [
    header,
    out('AT+CIMI\r', 1),
    ...byHand(1),
    out('AT+CSQ\r', 2),
    ...byHand(3),
    out('AT+CGSN\r', 4),
    out('ATI\r', 5),
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const rows = await plainRows(file);
  expect(rows.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    ...['person AT+CIMI', 'person AT+CSQ', 'engine AT+CGSN', 'engine ATI'],
  ]);
});

const exchange: readonly Piece[] = [
  ['out', 'AT+CEREG?\r'],
  ['in', '\r\n+CEREG:0,1\r\n\r\nOK\r\n'],
];
const longText = `${[header, ...linesOf(Array.from({ length: 4000 }, () => exchange).flat())].join('\n')}\n`;

it('an index that is kept counts as long as the journal is the one it was made of', async () => {
  const file = join(await tempDirectory(), 'kept.mipl.ndjson');
  await writeFile(file, longText);
  expect(await currentIndex(file)).toBeUndefined();
  const index = await indexJournal(file);
  await saveIndex(file, index);
  expect((await stat(indexFileOf(file))).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
  expect(await currentIndex(file)).toEqual(index);
  const { atime, mtime } = await stat(file);
  await utimes(file, atime, new Date(mtime.getTime() + 5000));
  expect(await currentIndex(file)).toBeUndefined();
  await utimes(file, atime, mtime);
  await appendFile(file, 'torn');
  expect(await currentIndex(file)).toBeUndefined();
  await truncate(file, longText.length);
  await writeFile(file, longText.replace('pump 3', 'pump 4'));
  await utimes(file, atime, mtime);
  expect(await currentIndex(file)).toBeUndefined();
});

it('an index that was changed, cut short or is of another version is none', async () => {
  const file = join(await tempDirectory(), 'odd.mipl.ndjson');
  await writeFile(file, longText);
  await saveIndex(file, await indexJournal(file));
  const whole = await readFile(indexFileOf(file), 'utf8');
  expect(await keptIndex(file)).toBeDefined();
  const others = [
    whole.slice(0, -200),
    whole.replace('"lastExchange":', '"lastExchange":1'),
    whole.replace(/"version":\d+/, '"version":99'),
    '',
    'no index',
    '[]\n[]\n',
  ];
  for (const other of others) {
    expect(other).not.toBe(whole);
    await writeFile(indexFileOf(file), other);
    expect(await keptIndex(file), other.slice(0, 80)).toBeUndefined();
  }
});

it('what stands at a place is compared before it is believed', async () => {
  const file = join(await tempDirectory(), 'moved.mipl.ndjson');
  await writeFile(file, longText);
  const { checkpoints } = await indexJournal(file);
  expect(checkpoints.length).toBeGreaterThan(2);
  const [first] = checkpoints;
  const page = { from: (first?.rest.seq ?? 0) + 1, count: 5 };
  expect(await readPage(file, checkpoints, page)).toHaveLength(5);
  await writeFile(file, longText.replaceAll('\n{"t"', '\n {"t"'));
  await expect(readPage(file, checkpoints, page)).rejects.toThrow(StaleIndex);
  await writeFile(file, `${header}\n`);
  await expect(readPage(file, checkpoints, page)).rejects.toThrow(StaleIndex);
});

it('polling whose every block of the file ends in the middle of an exchange has places that stand near each other, too', async () => {
  const file = join(await tempDirectory(), 'polling.mipl.ndjson');
  const record = (direction: 'in' | 'out', text: string, bytes: number): string => {
    const line = byteLine(direction, Buffer.from(text), 1e9, startedMs);
    // What a later version adds is passed over: each record is as long as it has to be.
    return `${line.slice(0, -1)},"later":"${'x'.repeat(bytes - line.length - 12)}"}`;
  };
  // A block of 32,768 bytes holds 64 exchanges of which the first half of one stands at its end.
  const exchange = [record('out', 'AT+CEREG?\r', 256), record('in', '\r\n+CEREG:0,1\r\n\r\nOK\r\n', 256)].join('\n');
  const head = `${header}\n`;
  const blank = Math.ceil((head.length + 200) / 512) * 512 + 256 - head.length;
  const filler = record('in', '\r\n+CEREG:1\r\n', blank);
  await writeFile(file, `${head}${filler}\n${`${exchange}\n`.repeat(8000)}`);
  const { checkpoints } = await indexJournal(file);
  const gaps = checkpoints.map(({ byte }, place) => byte - (checkpoints[place - 1]?.byte ?? 0));
  expect(checkpoints.length).toBeGreaterThan(20);
  expect(Math.max(...gaps)).toBeLessThan(200_000);
  const { rest: last } = checkpoints.at(-1)!;
  const [row] = await readPage(file, checkpoints, { from: last.seq + 1, count: 1 });
  expect(row?.text).toBe('AT+CEREG?');
});
