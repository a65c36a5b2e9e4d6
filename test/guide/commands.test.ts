import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { guideBlocks } from '../../scripts/guideText.js';
import { inProject } from '../../scripts/project.js';

/** Every command of the guide is typed into a shell, page by page, as it stands there. */

const folder = inProject('docs', 'guide', 'en');
const pages = await Promise.all(
  (await readdir(folder)).sort().map(async (name) => {
    const blocks = guideBlocks(await readFile(path.join(folder, name), 'utf8'));
    const lines = blocks.flatMap((block) => (block.kind === 'code' ? block.text.split('\n') : []));
    return { name, blocks, commands: lines.filter((line) => line.startsWith('mipl ')) };
  }),
);

/** Commands that say by 1 that something is not as wanted: no module online, no module at a port, two runs that differ. */
const mayEndWithOne = /sim:m5310-seed\?|^mipl detect|^mipl compare/;

const planOfThePage = (() => {
  const block = pages
    .flatMap(({ blocks }) => blocks)
    .find((one) => one.kind === 'code' && one.text.includes('mipl-acceptance-plan'));
  return block?.kind === 'code' ? block.text : '';
})();

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Types a command into a shell; one that runs until it is stopped is stopped once it has said where it is. */
async function type(command: string, cwd: string, environment: NodeJS.ProcessEnv): Promise<Ended> {
  const shell = spawn('bash', ['-c', `exec ${command}`], { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const runsOn = command.startsWith('mipl sim') && !command.endsWith('--help');
  shell.stdout.on('data', (chunk) => {
    output += String(chunk);
    if (runsOn && output.includes('\n')) shell.kill('SIGTERM');
  });
  shell.stderr.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(shell, 'close')) as [number | null];
  return { code, output };
}

/** Runs that leave nothing behind need not wait for each other. */
const standsAlone = (command: string): boolean => command.startsWith('mipl run') && !command.includes('--journal');

describe.skipIf(process.platform === 'win32')('every command of the guide does what it says', () => {
  const directories: string[] = [];
  afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true }))));

  /** A folder of its own, with the files that a reader of the page has. */
  async function readersFolder(): Promise<string> {
    const directory = await mkdtemp(path.join(tmpdir(), 'mipl-guide-'));
    directories.push(directory);
    const program = path.join(directory, 'mipl');
    await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${inProject('main', 'cli', 'mipl.ts')}' "$@"\n`);
    await chmod(program, 0o755);
    await writeFile(path.join(directory, 'driver.log'), 'AT+MIPLVER?\r\n+MIPLVER:2.2.0\r\nOK\r\n');
    await writeFile(path.join(directory, 'line4.json'), planOfThePage);
    return directory;
  }

  const typed = pages.filter(({ commands }) => commands.length > 0);
  it.concurrent.each(typed)('$name', { timeout: 240_000 }, async ({ commands }) => {
    const directory = await readersFolder();
    const environment = { ...process.env, PATH: `${directory}:${process.env['PATH']}`, HOME: directory };
    const check = async (command: string): Promise<void> => {
      const { code, output } = await type(command, directory, environment);
      const allowed = mayEndWithOne.test(command) ? [0, 1] : [0];
      expect(allowed, `${command}\n${output}`).toContain(code);
      expect(output, command).not.toBe('');
    };
    await Promise.all(commands.filter(standsAlone).map(check));
    for (const command of commands.filter((one) => !standsAlone(one))) await check(command);
  });
});
