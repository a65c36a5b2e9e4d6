import { spawnSync } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readJournal } from '../../main/journal/journalReader.ts';
import type { JournalRecord } from '../../main/journal/format.ts';
import { virtualVisit } from '../sessions/virtualVisit.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { isInstalled } from '../tty/otherProgram.ts';

const format = fileURLToPath(new URL('../../docs/mipl_journal.lnav.json', import.meta.url));

/** A home of its own with the format in it: lnav keeps what it has read before. */
async function lnav(): Promise<(file: string, sql: string) => Record<string, unknown>[]> {
  const home = await tempDirectory();
  await mkdir(join(home, 'formats', 'mipl'), { recursive: true });
  await copyFile(format, join(home, 'formats', 'mipl', 'format.json'));
  return (file, sql) => {
    const { status, stdout, stderr } = spawnSync(
      'lnav',
      ['-I', home, '-n', '-c', `;${sql}`, '-c', ':write-json-to -', file],
      { encoding: 'utf8', env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, TZ: 'UTC' } },
    );
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout.slice(stdout.indexOf('['))) as Record<string, unknown>[];
  };
}

const levels: Readonly<Record<JournalRecord['kind'], string>> = {
  gap: 'error',
  mark: 'warning',
  note: 'info',
  identity: 'info',
  bytes: 'debug',
  facts: 'trace',
  datagram: 'trace',
};

it.skipIf(!isInstalled('lnav'))(
  'lnav shows levels, times and msgids of a journal with the format of the document',
  async () => {
    const file = await virtualVisit();
    const records: JournalRecord[] = [];
    for await (const record of readJournal(file)) records.push(record);
    const query = await lnav();

    const expected = Map.groupBy(records, ({ kind }) => levels[kind]);
    const counted = query(
      file,
      'SELECT log_level, count(*) AS times FROM mipl_journal WHERE t IS NOT NULL GROUP BY log_level',
    );
    expect(Object.fromEntries(counted.map(({ log_level: level, times }) => [level, times]))).toEqual(
      Object.fromEntries([...expected].map(([level, ofLevel]) => [level, ofLevel.length])),
    );

    const times = query(file, `SELECT log_time FROM mipl_journal WHERE t = 'in' ORDER BY log_line`);
    const received = records.filter((record) => record.kind === 'bytes' && record.direction === 'in');
    expect(times.map(({ log_time: time }) => Date.parse(`${String(time).replace(' ', 'T')}Z`))).toEqual(
      received.map(({ wallMs }) => wallMs),
    );

    const messages = query(file, 'SELECT name, msgid FROM mipl_messages');
    const reads = messages.filter(({ name }) => name === '+MIPLREAD');
    expect(reads.length).toBeGreaterThan(3);
    for (const { msgid } of reads)
      expect(messages).toContainEqual(expect.objectContaining({ name: 'AT+MIPLREADRSP', msgid }));
  },
);
