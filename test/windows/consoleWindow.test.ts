import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, inject, it } from 'vitest';
import { capture } from '../../scripts/childProcess.js';
import { runSession } from './session.ts';
import { WindowsMipl, runMipl, testFolder, windowsPath } from './windowsMipl.ts';

it('loses nothing that was on the disk when its console window is closed, and the next session begins as ever', async () => {
  const journals = testFolder();
  const mipl = new WindowsMipl(
    ['run', '--port', 'sim:m5310-seed', '--baud', '921600', '--journal', windowsPath(journals)],
    { isInWindow: true },
  );
  const journalText = async (): Promise<string> => {
    const [name] = (await readdir(journals)).filter((file) => file.endsWith('.mipl.ndjson'));
    return name === undefined ? '' : readFile(path.join(journals, name), 'utf8');
  };
  let before = '';
  await mipl.until('registered, as the journal has it', async () => {
    before = await journalText();
    return before.includes('+MIPLEVENT: 0,6');
  });
  // Closes the windows of consoles; those of other tests have none.
  await capture('wine', ['taskkill', '/im', 'conhost.exe'], { env: inject('windows').env });
  await mipl.exit;
  const after = await journalText();
  expect(after.startsWith(before)).toBe(true);
  const [journal = ''] = await readdir(journals);
  const exported = await runMipl(['export', windowsPath(path.join(journals, journal))]);
  expect(exported.code).toBe(0);
  expect(exported.output).toContain('+MIPLEVENT: 0,6');
  await runSession(journals);
  expect(await readdir(journals)).toHaveLength(2);
});
