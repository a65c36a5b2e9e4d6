import { chmod, mkdir, readFile, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { JournalOptions } from '../../main/journal/journalOptions.ts';
import type { JournalWriter } from '../../main/journal/journalWriter.ts';
import { createJournalFile } from '../../main/journal/journalFile.ts';
import { readJournalLines } from '../../main/journal/journalLines.ts';
import { readJournal } from '../../main/journal/journalReader.ts';
import { remarkText } from '../../shared/remarks.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { openSample, say } from './samples.ts';

async function textsIn(file: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const lines of readJournalLines(file)) texts.push(...lines.map(({ text }) => text));
  return texts;
}

async function factsIn(file: string): Promise<unknown[]> {
  const names: unknown[] = [];
  for await (const record of readJournal(file)) {
    if (record.kind === 'facts') names.push(...record.facts.map((one) => (one as { readonly fact: string }).fact));
  }
  return names;
}

/** A journal that looks often, with what it tells. */
async function watched(directory: string, more: JournalOptions = {}) {
  const moves: string[] = [];
  const faults: (string | undefined)[] = [];
  const journal = await openSample(directory, {
    lookMs: 5,
    flushMs: 1,
    retryMs: 5,
    onMove: (told) => moves.push(remarkText(told)),
    onFault: (fault) => faults.push(fault?.code),
    ...more,
  });
  return { journal, moves, faults };
}

const moved = (journal: JournalWriter, from: string): Promise<void> =>
  vi.waitFor(() => expect(journal.file).not.toBe(from), { timeout: 5000 });

describe.skipIf(process.platform === 'win32')('a journal whose place is taken away', () => {
  it('goes on in a folder made anew, with everything from before, and says so', async () => {
    const directory = join(await tempDirectory(), 'journals');
    const { journal, moves } = await watched(directory);
    const { file } = journal;
    say(journal, 'in', 'before\r\n', 1);
    await journal.flush();
    await rename(directory, `${directory}-moved`);
    await vi.waitFor(() => expect(moves).toHaveLength(1), { timeout: 5000 });
    say(journal, 'in', 'after\r\n', 2);
    await journal.close();
    expect(moves[0]).toBe(
      `${file} was removed or moved: the journal goes on in ${journal.file}, with everything from before.`,
    );
    expect(await textsIn(journal.file)).toEqual(['before', moves[0], 'after']);
    expect(await textsIn(file.replace(directory, `${directory}-moved`))).toEqual(['before']);
    expect(journal.state().left).toEqual([file]);
  });

  it('loses no byte, whenever it is removed and however often', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('say', 'remove', 'removeFile', 'wait'), { maxLength: 12 }),
        async (steps) => {
          const directory = join(await tempDirectory(), 'journals');
          const { journal } = await watched(directory);
          const said: string[] = [];
          for (const step of steps) {
            const { file } = journal;
            if (step === 'say') {
              said.push(`line ${said.length}`);
              say(journal, 'in', `${said.at(-1)}\r\n`, said.length);
            } else if (step === 'wait') await journal.flush();
            else {
              await rm(step === 'remove' ? directory : file, { recursive: true, force: true });
            }
          }
          await journal.close();
          expect((await textsIn(journal.file)).filter((text) => text.startsWith('line'))).toEqual(said);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('takes another name where the folder is still there, and leaves what has its name now', async () => {
    const directory = await tempDirectory();
    const { journal } = await watched(directory);
    const { file } = journal;
    await writeFile(`${file}.new`, 'another');
    await rename(`${file}.new`, file);
    await moved(journal, file);
    await journal.close();
    expect(await readFile(file, 'utf8')).toBe('another');
    expect(journal.file).toMatch(/-2\.mipl\.ndjson$/);
  });

  it('goes on elsewhere where its folder cannot be made again', async () => {
    const [above, other] = [await tempDirectory(), await tempDirectory()];
    const directory = join(above, 'stick', 'journals');
    const { journal, faults } = await watched(directory, { elsewhere: () => Promise.resolve(other) });
    const { file } = journal;
    say(journal, 'in', 'before\r\n', 1);
    await journal.flush();
    await rename(join(above, 'stick'), join(above, 'gone'));
    await writeFile(join(above, 'stick'), '');
    await moved(journal, file);
    await journal.close();
    expect(dirname(journal.file)).toBe(other);
    expect((await textsIn(journal.file))[0]).toBe('before');
    expect(faults).toEqual([]);
  });

  it('begins anew where somebody emptied the file, as a rotation of logs in place does', async () => {
    const directory = await tempDirectory();
    const { journal, moves } = await watched(directory);
    const { file } = journal;
    say(journal, 'in', 'before\r\n', 1);
    await journal.flush();
    await truncate(file);
    await moved(journal, file);
    say(journal, 'in', 'after\r\n', 2);
    await journal.close();
    expect(moves[0]).toBe(
      `${file} was removed, moved or emptied and cannot be read any more: the journal begins again in ${journal.file}.`,
    );
    expect(await textsIn(journal.file)).toEqual([moves[0], 'after']);
    expect(journal.state().left).toEqual([file]);
  });

  it('begins anew where the old one cannot be read any more, and says so', async () => {
    const directory = await tempDirectory();
    let isGone = false;
    const { journal, moves } = await watched(directory, {
      async create(path) {
        const real = await createJournalFile(path);
        return {
          write: (bytes) => real.write(bytes),
          sync: () => real.sync(),
          close: () => real.close(),
          isInPlace: () => Promise.resolve(!isGone || path !== first()),
          read: () => Promise.reject(new Error('EIO')),
        };
      },
    });
    journal.onHole = () => journal.fact({ fact: 'anew' });
    const { file } = journal;
    const first = (): string => file;
    isGone = true;
    await moved(journal, file);
    journal.fact({ fact: 'after' });
    say(journal, 'in', 'after\r\n', 2);
    await journal.close();
    expect(moves[0]).toContain('begins again');
    expect(await factsIn(journal.file)).toEqual(['anew', 'after']);
    expect(await textsIn(journal.file)).toEqual([moves[0], 'after']);
  });

  it('is looked for once at a time, however long the disk takes to answer', async () => {
    let looks = 0;
    const answer = Promise.withResolvers<boolean>();
    const { journal } = await watched(await tempDirectory(), {
      lookMs: 1,
      async create(path) {
        const real = await createJournalFile(path);
        return {
          write: (bytes) => real.write(bytes),
          sync: () => real.sync(),
          close: () => real.close(),
          isInPlace() {
            looks++;
            return answer.promise;
          },
        };
      },
    });
    let ticks = 0;
    const beside = setInterval(() => ticks++, 1);
    await vi.waitFor(() => expect(ticks).toBeGreaterThan(20));
    clearInterval(beside);
    expect(looks).toBe(1);
    answer.resolve(true);
    await journal.close();
  });

  it('is a fault while it can go on nowhere, and goes on as soon as it can', async () => {
    const above = await tempDirectory();
    const directory = join(above, 'journals');
    const { journal, faults } = await watched(directory);
    const { file } = journal;
    say(journal, 'in', 'before\r\n', 1);
    await journal.flush();
    await rename(directory, join(above, 'moved'));
    await writeFile(directory, '');
    await vi.waitFor(() => expect(faults).toContain('FILE_NOT_WRITTEN'), { timeout: 5000 });
    await rm(directory);
    await vi.waitFor(() => expect(journal.state().left).toEqual([file]), { timeout: 5000 });
    say(journal, 'in', 'after\r\n', 2);
    await journal.close();
    expect((await textsIn(journal.file)).filter((text) => !text.includes('removed'))).toEqual(['before', 'after']);
    expect(journal.state().fault).toBeUndefined();
  });

  it('is noticed at the end at the latest', async () => {
    const directory = join(await tempDirectory(), 'journals');
    const { journal, moves } = await watched(directory, { lookMs: 1_000_000 });
    say(journal, 'in', 'before\r\n', 1);
    await rm(directory, { recursive: true });
    await journal.close();
    expect(moves).toHaveLength(1);
    expect((await textsIn(journal.file))[0]).toBe('before');
  });
});

describe.skipIf(process.platform === 'win32')('a journal', () => {
  it('is for the eyes of its user alone, and so is a folder that is made for it', async () => {
    const directory = join(await tempDirectory(), 'new', 'journals');
    const { journal } = await watched(directory);
    await journal.close();
    expect((await stat(journal.file)).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it('leaves the permissions of a folder that is there as they are', async () => {
    const directory = join(await tempDirectory(), 'shared');
    await mkdir(directory);
    await chmod(directory, 0o755);
    const { journal } = await watched(directory);
    await journal.close();
    expect((await stat(directory)).mode & 0o777).toBe(0o755);
    expect(await readdir(directory)).toEqual([journal.name]);
  });
});
