import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { JournalFile } from '../../main/journal/journalFile.ts';
import { baseNs, openSample, say, startedMs } from './samples.ts';
import { tempDirectory } from '../tempDirectory.ts';

async function linesOf(file: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A disk that can be full, and remembers what it took. */
function failingDisk(): { file: JournalFile; content: () => string; isFull: boolean; takesAtMost: number } {
  let content = '';
  const disk = {
    isFull: false,
    takesAtMost: Infinity,
    content: () => content,
    file: {
      write: async (bytes: Uint8Array) => {
        if (disk.isFull) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        const taken = bytes.subarray(0, Math.min(bytes.length, disk.takesAtMost));
        content += Buffer.from(taken).toString('utf8');
        return { bytesWritten: taken.length };
      },
      sync: async () => undefined,
      close: async () => undefined,
    },
  };
  return disk;
}

test('the header is in the file as soon as the journal is open', async () => {
  const journal = await openSample(await tempDirectory());
  const [header] = await linesOf(journal.file);
  await journal.close();
  expect(header).toMatchObject({
    format: 'mipl-journal',
    version: 2,
    app: '0.1.0',
    port: '/dev/ttyUSB0',
    baudRate: 9600,
    startedMs,
    monotonicNs: '5000000000',
  });
  expect(Date.parse(String(header!['started']))).toBe(startedMs);
});

test('a chunk is one record with direction, both times and readable text', async () => {
  const journal = await openSample(await tempDirectory());
  say(journal, 'in', '\r\n+MIPLEVENT:0,6\r\n', 12);
  await journal.close();
  expect((await readFile(journal.file, 'utf8')).split('\n')[1]).toBe(
    `{"t":"in","n":12000000,"w":${startedMs + 12},"b":"\\r\\n+MIPLEVENT:0,6\\r\\n"}`,
  );
});

test('gaps, notes, marks and the identity stand between the bytes in order', async () => {
  const journal = await openSample(await tempDirectory());
  journal.gap('unplugged', 'ENXIO');
  journal.note('answered', { msgId: 45953 });
  journal.note('plain');
  journal.mark('here it hung');
  journal.identify({ imei: '863703031234567' });
  journal.gap('sleep');
  await journal.close();
  expect((await linesOf(journal.file)).slice(1).map(({ n: _n, w: _w, ...rest }) => rest)).toEqual([
    { t: 'gap', reason: 'unplugged', text: 'ENXIO' },
    { t: 'note', text: 'answered', data: { msgId: 45953 } },
    { t: 'note', text: 'plain' },
    { t: 'mark', text: 'here it hung' },
    { t: 'identity', identity: { imei: '863703031234567' } },
    { t: 'gap', reason: 'sleep' },
  ]);
});

test('facts stand where they were told among the bytes, those of one moment in one record', async () => {
  let ns = baseNs;
  const journal = await openSample(await tempDirectory(), { monotonicNs: () => ns });
  journal.fact({ fact: 'one' });
  journal.fact({ fact: 'two' });
  say(journal, 'in', 'OK\r\n', 1);
  journal.fact({ fact: 'three' });
  ns += 2_000_000n;
  journal.fact({ fact: 'four' });
  await journal.close();
  const [, ...lines] = await linesOf(journal.file);
  const time = { n: 0, w: startedMs };
  expect(lines).toEqual([
    { t: 'facts', ...time, facts: [{ fact: 'one' }, { fact: 'two' }] },
    { t: 'in', n: 1_000_000, w: startedMs + 1, b: 'OK\r\n' },
    { t: 'facts', ...time, facts: [{ fact: 'three' }] },
    { t: 'facts', n: 2_000_000, w: startedMs, facts: [{ fact: 'four' }] },
  ]);
});

test('facts are in the file within half a second without anyone asking, however many come', async () => {
  const journal = await openSample(await tempDirectory(), { flushMs: 20 });
  for (let id = 0; id < 1000; id++) journal.fact({ fact: 'request', id });
  await vi.waitFor(async () => {
    const facts = (await linesOf(journal.file)).flatMap((line) => (line['facts'] ?? []) as { readonly id: number }[]);
    expect(facts.map(({ id }) => id)).toEqual(Array.from({ length: 1000 }, (_, id) => id));
  });
  await journal.close();
});

test('no line grows without bound: many facts become several, and one that no line can hold is named only', async () => {
  const journal = await openSample(await tempDirectory());
  for (let id = 0; id < 4; id++) journal.fact({ fact: 'value', id, value: 'x'.repeat(30_000) });
  journal.fact({ fact: 'value', value: '\u20ac'.repeat(700_000) });
  journal.fact({ fact: 'value', id: 4 });
  await journal.close();
  const [, ...lines] = await linesOf(journal.file);
  const ids = lines.map((line) =>
    (line['facts'] as { readonly id?: number; readonly of?: string }[]).map((f) => f.id ?? f.of),
  );
  expect(ids).toEqual([
    [0, 1],
    [2, 3, 'value', 4],
  ]);
});

test('a byte is in the file within half a second without anyone asking', async () => {
  const journal = await openSample(await tempDirectory());
  say(journal, 'in', 'OK\r\n', 1);
  await vi.waitFor(async () => expect(await readFile(journal.file, 'utf8')).toContain('OK'), {
    timeout: 500,
    interval: 10,
  });
  await journal.close();
});

test('much data is written without waiting for the timer', async () => {
  const journal = await openSample(await tempDirectory(), { flushMs: 500_000, flushLength: 100 });
  say(journal, 'in', 'x'.repeat(200), 1);
  await vi.waitFor(async () => expect(await readFile(journal.file, 'utf8')).toContain('xxx'));
  await journal.close();
});

test('flush takes along what came while a write was under way', async () => {
  const journal = await openSample(await tempDirectory(), { flushMs: 500_000, flushLength: 10 });
  say(journal, 'in', 'first', 1);
  say(journal, 'in', 'second', 2);
  await journal.flush();
  expect(await readFile(journal.file, 'utf8')).toContain('second');
  await journal.close();
});

test('a chunk longer than a record becomes several of the same time', async () => {
  const journal = await openSample(await tempDirectory());
  say(journal, 'in', 'x'.repeat(65536 + 10), 3);
  await journal.close();
  const records = (await linesOf(journal.file)).slice(1);
  expect(records.map((record) => [String(record['b']).length, record['n']])).toEqual([
    [65536, 3_000_000],
    [10, 3_000_000],
  ]);
});

test('the caller may use its buffer again at once', async () => {
  const journal = await openSample(await tempDirectory());
  const chunk = Buffer.from('AT\r');
  journal.onBytes('out', chunk, baseNs, startedMs);
  chunk.fill(0);
  await journal.close();
  expect((await linesOf(journal.file))[1]).toMatchObject({ t: 'out', b: 'AT\r' });
});

test('the state counts bytes and lines of both directions', async () => {
  const journal = await openSample(await tempDirectory());
  say(journal, 'out', 'AT\r', 1);
  say(journal, 'in', '\r\nO', 2);
  say(journal, 'in', 'K\r\n', 3);
  await journal.close();
  expect(journal.state()).toEqual({ file: journal.file, name: journal.name, startedMs, bytes: 9, lines: 2 });
});

test('the name tells site, end of the IMEI and local time', async () => {
  const journal = await openSample(
    await tempDirectory(),
    {},
    {
      site: '泵站 3/北',
      identity: { imei: '863703031234567' },
    },
  );
  await journal.close();
  expect(journal.name).toMatch(/^泵站-3-北_4567_2026112\d-\d{4}05\.mipl\.ndjson$/);
});

test('a taken name is never written over', async () => {
  const directory = await tempDirectory();
  const journals = [await openSample(directory), await openSample(directory), await openSample(directory)];
  for (const journal of journals) await journal.close();
  const stem = journals[0]!.name.replace('.mipl.ndjson', '');
  expect((await readdir(directory)).sort()).toEqual(
    [`${stem}-2.mipl.ndjson`, `${stem}-3.mipl.ndjson`, `${stem}.mipl.ndjson`].sort(),
  );
});

test('a directory that cannot be made is FILE_NOT_WRITTEN', async () => {
  const directory = await tempDirectory();
  await writeFile(join(directory, 'taken'), '');
  await expect(openSample(join(directory, 'taken', 'below'))).rejects.toMatchObject({ code: 'FILE_NOT_WRITTEN' });
});

test('a full disk is told once, kept in memory and written when there is room again', async () => {
  const disk = failingDisk();
  const told: (string | undefined)[] = [];
  const journal = await openSample(await tempDirectory(), {
    create: async () => disk.file,
    flushMs: 1,
    retryMs: 1,
    onFault: (fault) => told.push(fault?.message),
  });
  disk.isFull = true;
  say(journal, 'in', 'kept 1', 1);
  await vi.waitFor(() => expect(told).toHaveLength(1));
  say(journal, 'in', 'kept 2', 2);
  await journal.flush();
  expect(journal.state()).toMatchObject({ fault: { code: 'FILE_NOT_WRITTEN', detail: journal.file } });
  disk.isFull = false;
  await vi.waitFor(() => expect(told).toHaveLength(2));
  await journal.close();
  expect(told).toEqual(['ENOSPC: no space left on device, write', undefined]);
  expect(journal.state()).not.toHaveProperty('fault');
  expect(disk.content()).toMatch(/kept 1[\s\S]*kept 2/);
});

test('a disk that hangs in each write is told, holds nobody up, and all is written in its order in the end', async () => {
  const disk = failingDisk();
  const hanging: (() => void)[] = [];
  let isHanging = false;
  const told: (string | undefined)[] = [];
  const journal = await openSample(await tempDirectory(), {
    create: async () => ({
      ...disk.file,
      write: async (bytes: Uint8Array) => {
        if (isHanging) await new Promise<void>((goOn) => hanging.push(goOn));
        return disk.file.write(bytes);
      },
    }),
    flushMs: 1,
    slowMs: 1,
    memoryLength: 4000,
    onFault: (fault) => told.push(fault?.message),
  });
  isHanging = true;
  say(journal, 'in', 'the first', 0);
  await vi.waitFor(() => expect(told).toEqual(['A write to the disk takes longer than 0.001 s']));
  for (let count = 1; count <= 1000; count++) say(journal, 'in', `line ${count}`, count);
  expect(journal.bytes).toBeGreaterThan(6000);
  expect(journal.droppedBytes).toBeGreaterThan(5000);
  isHanging = false;
  for (const goOn of hanging) goOn();
  await vi.waitFor(() => expect(told.at(-1)).toBeUndefined());
  await journal.close();
  expect(told).toHaveLength(2);
  expect(disk.content()).toMatch(/the first[\s\S]*line 1"[\s\S]*line 2"[\s\S]*"dropped"/);
});

test('what comes after a write that took longer than the wait for the next one is written as soon as ever', async () => {
  const disk = failingDisk();
  const slow: (() => void)[] = [];
  let isSlow = false;
  const slowFile: JournalFile = {
    ...disk.file,
    write: async (bytes) => {
      if (isSlow) await new Promise<void>((resolve) => slow.push(resolve));
      return disk.file.write(bytes);
    },
  };
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const journal = await openSample(await tempDirectory(), { create: async () => slowFile, flushMs: 250 });
  isSlow = true;
  say(journal, 'in', 'the first', 0);
  await vi.advanceTimersByTimeAsync(250);
  say(journal, 'in', 'the second', 1);
  // The wait for the second ends while the first is still under way.
  await vi.advanceTimersByTimeAsync(1000);
  isSlow = false;
  for (const goOn of slow) goOn();
  await vi.advanceTimersByTimeAsync(0);
  expect(disk.content()).toContain('the second');
  say(journal, 'in', 'the third', 2);
  await vi.advanceTimersByTimeAsync(250);
  expect(disk.content()).toContain('the third');
  await journal.close();
});

test('a disk that takes only part of a write gets the rest, nothing twice', async () => {
  const disk = failingDisk();
  const journal = await openSample(await tempDirectory(), { create: async () => disk.file });
  disk.takesAtMost = 7;
  say(journal, 'in', 'abcdefghij', 1);
  await journal.close();
  expect(JSON.parse(disk.content().split('\n')[1]!)).toMatchObject({ b: 'abcdefghij' });
});

test('a disk that takes nothing without an error is a failing disk', async () => {
  const disk = failingDisk();
  const told: unknown[] = [];
  const journal = await openSample(await tempDirectory(), {
    create: async () => disk.file,
    onFault: (fault) => told.push(fault?.code),
  });
  disk.takesAtMost = 0;
  say(journal, 'in', 'x', 1);
  await journal.close();
  expect(told).toEqual(['FILE_NOT_WRITTEN']);
});

test('memory stays bounded on a full disk, and a gap says how many bytes are missing', async () => {
  const disk = failingDisk();
  const journal = await openSample(await tempDirectory(), {
    create: async () => disk.file,
    memoryLength: 1000,
    flushMs: 1,
    retryMs: 1,
  });
  disk.isFull = true;
  for (let count = 0; count < 100; count++) say(journal, 'in', 'x'.repeat(100), count);
  expect(journal.droppedBytes).toBeGreaterThan(9000);
  disk.isFull = false;
  await journal.flush();
  say(journal, 'in', 'after', 200);
  await journal.close();
  const records = disk
    .content()
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const gap = records.findIndex((record) => record['reason'] === 'dropped');
  expect(records[gap]).toMatchObject({ t: 'gap', missingBytes: journal.droppedBytes });
  expect(records.slice(gap + 1)).toMatchObject([{ b: 'after' }]);
});

test('behind a hole the facts are told anew, before anything else', async () => {
  const disk = failingDisk();
  const options = { create: async () => disk.file, memoryLength: 2000, retryMs: 1, flushMs: 1 };
  const journal = await openSample(await tempDirectory(), options);
  journal.onHole = () => journal.fact({ fact: 'anew' });
  disk.isFull = true;
  for (let count = 0; count < 100; count++) journal.fact({ fact: 'value', count });
  disk.isFull = false;
  await vi.waitFor(() => expect(disk.content()).toContain('anew'));
  journal.fact({ fact: 'behind' });
  await journal.close();
  const told = disk
    .content()
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line) as { readonly reason?: string; readonly facts?: { readonly fact: string }[] })
    .flatMap(({ reason, facts }) => (reason === undefined ? (facts ?? []).map(({ fact }) => fact) : [reason]));
  const from = told.indexOf('dropped');
  expect(from).toBeGreaterThan(0);
  expect(told.slice(0, from).every((fact) => fact === 'value')).toBe(true);
  expect(told.slice(from)).toEqual(['dropped', 'anew', 'behind']);
});

test('a gap at the very end is told when the journal is closed', async () => {
  const disk = failingDisk();
  const journal = await openSample(await tempDirectory(), {
    create: async () => disk.file,
    memoryLength: 10,
    flushMs: 100_000,
  });
  say(journal, 'in', 'no room', 1);
  await journal.close();
  expect(JSON.parse(disk.content().split('\n')[1]!)).toMatchObject({ reason: 'dropped', missingBytes: 7 });
});

test('closing on a full disk ends, and tells', async () => {
  const disk = failingDisk();
  const told: unknown[] = [];
  const journal = await openSample(await tempDirectory(), {
    create: async () => ({
      ...disk.file,
      sync: async () => {
        throw new Error('EIO');
      },
    }),
    onFault: (fault) => told.push(fault?.code),
  });
  disk.isFull = true;
  say(journal, 'in', 'lost', 1);
  await journal.close();
  expect(told).toEqual(['FILE_NOT_WRITTEN']);
});

test('closed twice at once it is closed when both have ended', async () => {
  const journal = await openSample(await tempDirectory());
  say(journal, 'in', 'OK\r\n', 1);
  void journal.close();
  await journal.close();
  expect(await linesOf(journal.file)).toHaveLength(2);
});

test('what comes after closing is ignored', async () => {
  const journal = await openSample(await tempDirectory());
  await journal.close();
  say(journal, 'in', 'late', 1);
  await journal.close();
  expect(await readFile(journal.file, 'utf8')).not.toContain('late');
});

test('a file that cannot be created is FILE_NOT_WRITTEN with the text of the system', async () => {
  const create = async (): Promise<JournalFile> => {
    throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' });
  };
  await expect(openSample(await tempDirectory(), { create })).rejects.toMatchObject({
    code: 'FILE_NOT_WRITTEN',
    message: expect.stringContaining('EROFS') as string,
  });
});

test('a disk that is full from the start leaves no empty file that would pass for a journal', async () => {
  const directory = await tempDirectory();
  let isClosed = false;
  const create = async (path: string): Promise<JournalFile> => {
    await writeFile(path, '');
    const disk = failingDisk();
    disk.isFull = true;
    return { ...disk.file, close: async () => void (isClosed = true) };
  };
  await expect(openSample(directory, { create })).rejects.toMatchObject({
    code: 'FILE_NOT_WRITTEN',
    message: expect.stringContaining('ENOSPC') as string,
  });
  expect([await readdir(directory), isClosed]).toEqual([[], true]);
});

test('a disk that takes the first line piece by piece has it whole', async () => {
  const disk = failingDisk();
  disk.takesAtMost = 7;
  await (await openSample(await tempDirectory(), { create: async () => disk.file })).close();
  expect(JSON.parse(disk.content())).toMatchObject({ format: 'mipl-journal' });
  disk.takesAtMost = 0;
  await expect(openSample(await tempDirectory(), { create: async () => disk.file })).rejects.toMatchObject({
    code: 'FILE_NOT_WRITTEN',
  });
});

test('a thousand files of one name are enough', async () => {
  const create = async (): Promise<JournalFile> => {
    throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' });
  };
  await expect(openSample(await tempDirectory(), { create })).rejects.toMatchObject({ code: 'FILE_NOT_WRITTEN' });
});

test('what JSON cannot hold is noted as text', async () => {
  const journal = await openSample(await tempDirectory());
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  journal.note('circular', circular);
  journal.note('big', { ns: 5n });
  await journal.close();
  expect((await linesOf(journal.file)).slice(1)).toMatchObject([{ data: '[object Object]' }, { data: { ns: '5' } }]);
});
