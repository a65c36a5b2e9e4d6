import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { Replay } from '../../main/facts/replay.ts';
import { readJournal, repairJournal } from '../../main/journal/journalReader.ts';
import { tempDirectory } from '../tempDirectory.ts';

const script = fileURLToPath(new URL('killedWriter.ts', import.meta.url));

test.each([1, 2, 3])('a killed program leaves a journal without holes, repaired at once (%i)', async () => {
  const child = spawn(process.execPath, [script, await tempDirectory()], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [name] = (await once(child.stdout, 'data')) as [Buffer];
  const file = name.toString('utf8').trim();
  await vi.waitFor(async () => expect((await stat(file)).size).toBeGreaterThan(500_000), { timeout: 10_000 });
  child.kill('SIGKILL');
  await once(child, 'exit');
  await repairJournal(file);
  const problems: unknown[] = [];
  let text = '';
  const values: string[] = [];
  const replay = new Replay((problem) => problems.push(problem));
  for await (const record of readJournal(file, { onProblem: (problem) => problems.push(problem) })) {
    if (record.kind === 'bytes') text += Buffer.from(record.bytes).toString('latin1');
    replay.push(record);
    if (record.kind === 'bytes') values.push(replay.state.resources['/3303/0/5700']?.value ?? '');
  }
  const lines = text.split('\r\n').slice(0, -1);
  expect(problems).toEqual([]);
  expect(lines.length).toBeGreaterThan(1000);
  expect(lines).toEqual(lines.map((_, index) => `+LINE:${index}`));
  expect(values).toEqual(lines.map((_, index) => String(index)));
});
