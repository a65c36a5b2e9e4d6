import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inProject } from '../../scripts/project.js';
import { tempDirectory } from '../tempDirectory.ts';
import { runCommand } from './runCommand.ts';

const { version } = JSON.parse(await readFile(inProject('package.json'), 'utf8')) as { version: string };

it('says which program it is', async () => {
  expect(await runCommand(['--version'])).toEqual({ code: 0, output: `${version}\n`, errors: '' });
});

it('names its version in the journals it writes, as the window does', async () => {
  const folder = await tempDirectory();
  const [log, imported] = [join(folder, 'a.log'), join(folder, 'a.mipl.ndjson')];
  await writeFile(log, 'AT\r\nOK\r\n');
  expect((await runCommand(['import', log, '-o', imported])).code).toBe(0);
  const ran = await runCommand(['run', '--port', 'sim:m5310-seed', '--for', '1', '--journal', folder]);
  const [, written = ''] = /journal: (.*)/.exec(ran.errors) ?? [];
  for (const file of [imported, written]) {
    const [header = ''] = (await readFile(file, 'utf8')).split('\n');
    expect(JSON.parse(header)).toMatchObject({ app: version });
  }
});
