import { appendFile, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repairTornJournals } from '../../main/program/tornJournals.ts';
import { openJournal } from '../../main/journal/journalWriter.ts';
import { tempDirectory } from '../tempDirectory.ts';

const torn = '{"t":"in","n":1,"w":2,"b":"half a li';

async function tornJournal(ageSeconds: number): Promise<{ directory: string; file: string }> {
  const directory = await tempDirectory();
  const journal = await openJournal(directory, { appVersion: '1', port: 'COM3', baudRate: 9600 });
  await journal.close();
  await appendFile(journal.file, torn);
  const then = Date.now() / 1000 - ageSeconds;
  await utimes(journal.file, then, then);
  return { directory, file: journal.file };
}

describe('at start', () => {
  it('a journal that was torn by a power cut is made whole and named', async () => {
    const { directory, file } = await tornJournal(60);
    expect(await repairTornJournals(directory)).toEqual([{ file, removedBytes: torn.length }]);
    expect(await readFile(file, 'utf8')).not.toContain('half a li');
    expect(await repairTornJournals(directory)).toEqual([]);
  });

  it('a journal that is still being written is left alone', async () => {
    const { directory, file } = await tornJournal(1);
    expect(await repairTornJournals(directory)).toEqual([]);
    expect(await readFile(file, 'utf8')).toContain('half a li');
  });

  it('a folder that is not there is no fault', async () => {
    expect(await repairTornJournals(join(await tempDirectory(), 'none'))).toEqual([]);
  });
});
