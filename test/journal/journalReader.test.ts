import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { appendFile, copyFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJournal, readJournalHeader, readRecordBlocks, repairJournal } from '../../main/journal/journalReader.ts';
import { defined } from '../../shared/defined.ts';
import type { JournalProblem } from '../../main/journal/journalReader.ts';
import type { JournalRecord } from '../../main/journal/format.ts';
import { baseNs, openSample, say, startedMs } from './samples.ts';
import { tempDirectory } from '../tempDirectory.ts';

async function readAll(file: string): Promise<{ records: JournalRecord[]; problems: JournalProblem[] }> {
  const records: JournalRecord[] = [];
  const problems: JournalProblem[] = [];
  for await (const { line: _line, ...record } of readJournal(file, { onProblem: (one) => problems.push(one) })) {
    records.push(record);
  }
  return { records, problems };
}

function bytesOf(records: readonly JournalRecord[], direction: 'in' | 'out'): Buffer {
  return Buffer.concat(
    records.flatMap((record) => (record.kind === 'bytes' && record.direction === direction ? [record.bytes] : [])),
  );
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('all 256 byte values come back as they went in', async () => {
  const journal = await openSample(await tempDirectory());
  const all = Uint8Array.from({ length: 256 }, (_, value) => value);
  journal.onBytes('in', all, baseNs, startedMs);
  await journal.close();
  const { records } = await readAll(journal.file);
  expect(sha256(bytesOf(records, 'in'))).toBe(sha256(all));
});

test('any bytes in any chunks, both directions, come back with their times', async () => {
  const directory = await tempDirectory();
  const chunk = fc.record({
    direction: fc.constantFrom<'in' | 'out'>('in', 'out'),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    afterNs: fc.integer({ min: 0, max: 2 ** 40 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { maxLength: 30 }), async (chunks) => {
      const journal = await openSample(directory);
      for (const { direction, bytes, afterNs } of chunks) {
        journal.onBytes(direction, bytes, baseNs + BigInt(afterNs), startedMs + afterNs / 1e6);
      }
      await journal.close();
      const { records, problems } = await readAll(journal.file);
      expect(problems).toEqual([]);
      expect(records).toEqual(
        chunks.map(({ direction, bytes, afterNs }) => ({
          kind: 'bytes',
          direction,
          bytes: Buffer.from(bytes),
          sinceStartNs: afterNs,
          wallMs: startedMs + afterNs / 1e6,
        })),
      );
    }),
    { numRuns: 50 },
  );
});

test('a journal of several megabytes of noise comes back with the same SHA-256', async () => {
  const journal = await openSample(await tempDirectory());
  const sent = randomBytes(3_000_000);
  for (let from = 0; from < sent.length; from += 92) {
    journal.onBytes('in', sent.subarray(from, from + 92), baseNs + BigInt(from), startedMs);
  }
  await journal.close();
  const { records, problems } = await readAll(journal.file);
  expect(problems).toEqual([]);
  expect(sha256(bytesOf(records, 'in'))).toBe(sha256(sent));
});

test('records of all kinds come back', async () => {
  const journal = await openSample(await tempDirectory());
  journal.gap('unplugged', 'ENXIO');
  journal.gap('sleep');
  journal.note('decided', { why: 1 });
  journal.note('plain');
  journal.mark('look');
  journal.identify({ imei: '863703031234567' });
  await journal.close();
  const time = { sinceStartNs: 0, wallMs: startedMs };
  expect((await readAll(journal.file)).records).toEqual([
    { kind: 'gap', ...time, reason: 'unplugged', text: 'ENXIO' },
    { kind: 'gap', ...time, reason: 'sleep' },
    { kind: 'note', ...time, text: 'decided', data: { why: 1 } },
    { kind: 'note', ...time, text: 'plain' },
    { kind: 'mark', ...time, text: 'look' },
    { kind: 'identity', ...time, identity: { imei: '863703031234567' } },
  ]);
});

test('the header comes back', async () => {
  const journal = await openSample(await tempDirectory(), {}, { site: 'pump', identity: { imei: '863703031234567' } });
  await journal.close();
  expect(await readJournalHeader(journal.file)).toMatchObject({
    version: 2,
    app: '0.1.0',
    startedMs,
    monotonicNs: baseNs,
    port: '/dev/ttyUSB0',
    baudRate: 9600,
    site: 'pump',
    identity: { imei: '863703031234567' },
  });
});

/** A small journal, and where in the file each record ends. */
async function smallJournal(directory: string): Promise<{ file: string; content: Buffer; headerEnd: number }> {
  const journal = await openSample(directory);
  say(journal, 'out', 'AT\r', 1);
  say(journal, 'in', '\r\nOK\r\n\u00e9', 2);
  say(journal, 'in', '{"t":"in"}\u0000', 3);
  await journal.close();
  const content = await readFile(journal.file);
  return { file: journal.file, content, headerEnd: content.indexOf(0x0a) };
}

test('cut off anywhere, the whole records are read and the torn one is told', async () => {
  const directory = await tempDirectory();
  const { content, headerEnd } = await smallJournal(directory);
  const whole = content
    .subarray(headerEnd + 1)
    .toString('utf8')
    .split('\n')
    .slice(0, -1);
  const file = join(directory, 'cut');
  for (let cut = headerEnd; cut <= content.length; cut++) {
    await writeFile(file, content.subarray(0, cut));
    const kept = content
      .subarray(headerEnd + 1, cut)
      .toString('utf8')
      .split('\n');
    const tail = kept.at(-1)!;
    const isTorn = tail !== '' && !whole.includes(tail);
    const { records, problems } = await readAll(file);
    expect(records).toHaveLength(kept.filter((line) => whole.includes(line)).length);
    expect(problems.map((problem) => problem.isTorn)).toEqual(isTorn ? [true] : []);
  }
});

test('cut off anywhere, a repaired journal is whole, keeps its records and says what was removed', async () => {
  const directory = await tempDirectory();
  const { content, headerEnd } = await smallJournal(directory);
  const file = join(directory, 'cut');
  for (let cut = headerEnd; cut <= content.length; cut++) {
    await writeFile(file, content.subarray(0, cut));
    const before = await readAll(file);
    const { removedBytes } = await repairJournal(file, startedMs);
    const after = await readAll(file);
    expect(after.problems).toEqual([]);
    expect(after.records.slice(0, before.records.length)).toEqual(before.records);
    const added = after.records.slice(before.records.length);
    expect(added.map((record) => record.kind)).toEqual(before.problems.length > 0 ? ['note'] : []);
    expect(removedBytes > 0).toBe(before.problems.length > 0);
    expect((await readFile(file)).at(-1)).toBe(0x0a);
  }
});

test('the note of a repair stands at the time of the record before it', async () => {
  const directory = await tempDirectory();
  const { file } = await smallJournal(directory);
  await appendFile(file, '{"t":"in","n":4');
  expect(await repairJournal(file, startedMs + 60_000)).toEqual({ removedBytes: 15 });
  expect((await readAll(file)).records.at(-1)).toEqual({
    kind: 'note',
    sinceStartNs: 3_000_000,
    wallMs: startedMs + 60_000,
    text: 'A torn last line of 15 bytes was removed',
  });
});

test('a whole journal is not touched by a repair', async () => {
  const { file, content } = await smallJournal(await tempDirectory());
  expect(await repairJournal(file)).toEqual({ removedBytes: 0 });
  expect(await readFile(file)).toEqual(content);
});

test('a torn line longer than one block is removed as well', async () => {
  const { file, content } = await smallJournal(await tempDirectory());
  await appendFile(file, `{"t":"in","b":"${'x'.repeat(100_000)}`);
  expect((await repairJournal(file)).removedBytes).toBe(100_015);
  expect((await stat(file)).size).toBeGreaterThan(content.length);
});

test('a damaged line in the middle is told with its number and skipped', async () => {
  const directory = await tempDirectory();
  const { file, content } = await smallJournal(directory);
  const lines = content.toString('utf8').split('\n');
  lines[2] = lines[2]!.replace('"n"', '"n');
  await writeFile(file, lines.join('\n'));
  const { records, problems } = await readAll(file);
  expect(records).toHaveLength(2);
  const byte = Buffer.byteLength(`${lines[0]}\n${lines[1]}\n`);
  expect(problems).toEqual([{ line: 3, byte, message: 'not JSON', isTorn: false }]);
});

test.each([
  ['[]', 'not a record'],
  ['7', 'not a record'],
  ['null', 'not a record'],
  ['{"n":1,"w":2}', 'no kind'],
  ['{"t":"in","w":2,"b":""}', 'no time'],
  ['{"t":"in","n":1.5,"w":2,"b":""}', 'no time'],
  ['{"t":"in","n":1,"w":1e300,"b":""}', 'no time'],
  ['{"t":"in","n":1,"w":2}', 'no bytes'],
  ['{"t":"in","n":1,"w":2,"b":"\u4e2d"}', 'no bytes'],
  ['{"t":"gap","n":1,"w":2}', 'a gap without reason'],
  ['{"t":"note","n":1,"w":2}', 'a note without text'],
  ['{"t":"mark","n":1,"w":2}', 'a mark without text'],
  ['{"t":"identity","n":1,"w":2}', 'an identity without content'],
  ['{"t":"facts","n":1,"w":2,"facts":{}}', 'facts without a list'],
])('the line %s is told as: %s', async (line, message) => {
  const { file, content } = await smallJournal(await tempDirectory());
  await appendFile(file, `${line}\n`);
  expect((await readAll(file)).problems).toEqual([{ line: 5, byte: content.length, message, isTorn: false }]);
});

test('records of a kind that a later version added are passed over in silence', async () => {
  const { file } = await smallJournal(await tempDirectory());
  await appendFile(file, '{"t":"weather","n":1,"w":2}\n');
  const { records, problems } = await readAll(file);
  expect([records.length, problems.length]).toEqual([3, 0]);
});

test('each record tells its line, the header being the first', async () => {
  const { file } = await smallJournal(await tempDirectory());
  await appendFile(file, 'damage\n{"t":"mark","n":1,"w":2,"text":"behind"}\n');
  const lines: number[] = [];
  for await (const { line } of readJournal(file)) lines.push(line);
  expect(lines).toEqual([2, 3, 4, 6]);
});

test('a journal of a later version is read as far as it is known, and that is said', async () => {
  const { content } = await smallJournal(await tempDirectory());
  const file = join(await tempDirectory(), 'later');
  await writeFile(file, content.toString('utf8').replace('"version":2', '"version":7'));
  const { records, problems } = await readAll(file);
  expect(records).toHaveLength(3);
  expect(problems).toEqual([
    { line: 1, byte: 0, message: 'version 7 is later than this program: read as far as it is known', isTorn: false },
  ]);
});

test('a line without end is skipped without being kept in memory', async () => {
  const { file, content } = await smallJournal(await tempDirectory());
  await appendFile(file, `${'x'.repeat(3_000_000)}\n{"t":"mark","n":1,"w":2,"text":"behind"}\ndamage\n`);
  const { records, problems } = await readAll(file);
  expect(problems).toEqual([
    { line: 5, byte: content.length, message: 'too long', isTorn: false },
    { line: 7, byte: content.length + 3_000_001 + 41, message: 'not JSON', isTorn: false },
  ]);
  expect(records.at(-1)).toMatchObject({ text: 'behind' });
});

test('an endless last line is told as torn', async () => {
  const { file, content } = await smallJournal(await tempDirectory());
  await appendFile(file, 'x'.repeat(3_000_000));
  expect((await readAll(file)).problems).toEqual([
    { line: 5, byte: content.length, message: 'too long', isTorn: true },
  ]);
});

test.each([
  ['', 'the first line is not JSON'],
  ['AT\r\nOK\r\n', 'the first line is not JSON'],
  ['{"format":"something"}\n', 'the first line does not say "mipl-journal"'],
  ['[]\n', 'the first line does not say "mipl-journal"'],
  ['{"format":"mipl-journal"}\n', 'the version is missing'],
  ['{"format":"mipl-journal","version":1}\n', 'the start time is missing'],
  ['x'.repeat(3_000_000), 'the first line is too long'],
])('a file that is no journal is refused with file, line and reason (%#)', async (content, reason) => {
  const file = join(await tempDirectory(), 'other.txt');
  await writeFile(file, content);
  const refusal = { code: 'FILE_BAD_JOURNAL', message: `${file}:1: ${reason}`, detail: `${file}:1` };
  await expect(readAll(file)).rejects.toMatchObject(refusal);
  await expect(repairJournal(file)).rejects.toMatchObject({ code: 'FILE_BAD_JOURNAL' });
});

test('a header of another writer with fields missing is still read', async () => {
  const file = join(await tempDirectory(), 'thin');
  await writeFile(
    file,
    '{"format":"mipl-journal","version":1,"started":"x","startedMs":5,"identity":{"imei":1,"imsi":"2"}}',
  );
  expect(await readJournalHeader(file)).toEqual({
    version: 1,
    app: '',
    started: 'x',
    startedMs: 5,
    monotonicNs: 0n,
    port: '',
    baudRate: 0,
    identity: { imsi: '2' },
  });
});

test.skipIf(process.platform === 'win32').each(['/dev/zero', '/dev/null', 'a pipe'])(
  'a device or a pipe that somebody names as a journal is refused at once: %s',
  async (name) => {
    let file = name;
    if (name === 'a pipe') {
      file = join(await tempDirectory(), 'pipe');
      execFileSync('mkfifo', [file]);
    }
    await expect(readAll(file)).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: `${file} is no file`,
      detail: file,
    });
  },
);

test('a missing file is FILE_NOT_FOUND', async () => {
  const file = join(await tempDirectory(), 'none');
  await expect(readAll(file)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', detail: file });
});

test('a file says the same in blocks of any size', async () => {
  const file = join(await tempDirectory(), 'any');
  const { content } = await smallJournal(await tempDirectory());
  const lines = fc.array(
    fc.oneof(
      fc.constantFrom('', 'damage', '{"t":"in","n":1}', '{"t":"weather","n":1,"w":2}', '\u4e2d\u00e9'),
      fc.nat(40).map((length) => `{"t":"in","n":1,"w":2,"b":"${'\u00e9'.repeat(length)}\\r\\n"}`),
      fc.nat(40).map((length) => `{"t":"mark","n":1,"w":2,"text":"${'x'.repeat(length)}"}`),
    ),
    { maxLength: 20 },
  );
  const read = async (blockBytes?: number): Promise<unknown> => {
    const [records, problems, places]: [unknown[], unknown[], number[]] = [[], [], []];
    const options = { onProblem: (one: JournalProblem) => void problems.push(one), ...defined({ blockBytes }) };
    let end: unknown;
    for await (const { records: some, byteOf, next } of readRecordBlocks(file, options)) {
      records.push(...some);
      places.push(...some.map(({ line }) => byteOf(line)));
      end = next;
    }
    return { records, problems, places, end };
  };
  await fc.assert(
    fc.asyncProperty(lines, fc.boolean(), fc.integer({ min: 1, max: 200 }), async (some, hasEnd, blockBytes) => {
      await writeFile(file, Buffer.concat([content, Buffer.from(some.join('\n') + (hasEnd ? '\n' : ''))]));
      expect(await read(blockBytes)).toEqual(await read());
    }),
    { numRuns: 100 },
  );
});

test('reading can be cancelled', async () => {
  const { file } = await smallJournal(await tempDirectory());
  const reading = readJournal(file, { signal: AbortSignal.abort() });
  await expect(reading.next()).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('progress ends at the size of the file', async () => {
  const { file, content } = await smallJournal(await tempDirectory());
  const told: number[][] = [];
  for await (const _ of readJournal(file, { onProgress: (...progress) => told.push(progress) })) continue;
  expect(told.at(-1)).toEqual([content.length, content.length]);
});

test('a journal cut by a kill goes on as a readable file when bytes are appended after the repair', async () => {
  const directory = await tempDirectory();
  const { file, content } = await smallJournal(directory);
  const copy = join(directory, 'killed');
  await copyFile(file, copy);
  await truncate(copy, content.length - 9);
  await repairJournal(copy);
  await appendFile(copy, '{"t":"mark","n":9,"w":9,"text":"on"}\n');
  const { records, problems } = await readAll(copy);
  expect([records.map((record) => record.kind), problems]).toEqual([['bytes', 'bytes', 'note', 'mark'], []]);
});
