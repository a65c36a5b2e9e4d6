import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagedExecutable } from '../electron/electronForTests.js';
import { inProject, projectNode } from '../../scripts/project.js';

/** Runs a program with words on its standard input; resolves when it ended. */
async function run(command: string, args: readonly string[], { input = '', env = {} } = {}) {
  const child = spawn(command, args, { env: { ...environment, ...env } });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const output = listen(child);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}

function listen({ stdout, stderr }: ChildProcess): { out: string; err: string } {
  const output = { out: '', err: '' };
  stdout?.on('data', (bytes: Buffer) => (output.out += bytes.toString()));
  stderr?.on('data', (bytes: Buffer) => (output.err += bytes.toString()));
  return output;
}

let folder = '';
let mipl = '';
let environment: NodeJS.ProcessEnv = {};
const fromSources = (args: readonly string[], input?: string) =>
  run(projectNode, [inProject('main', 'cli', 'mipl.ts'), ...args], input === undefined ? {} : { input });

describe.runIf(process.platform === 'linux')('the command mipl of the package', () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mipl-command-'));
    mipl = path.join(folder, 'mipl');
    const script = await readFile(inProject('build', 'linux', 'mipl'), 'utf8');
    expect(script).toContain('/opt/mipl-field-tool/mipl-field-tool');
    await writeFile(mipl, script.replace('/opt/mipl-field-tool/mipl-field-tool', `'${packagedExecutable()}'`));
    await chmod(mipl, 0o755);
    await mkdir(path.join(folder, 'home'));
    const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env;
    environment = { ...rest, HOME: path.join(folder, 'home'), XDG_STATE_HOME: path.join(folder, 'state') };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('reads standard input and says without a display what it says from the sources, and nothing else', async () => {
    const input = 'AT+CSQ\r\n+CSQ:20,99\r\n\r\nOK\r\n+MIPLEVENT:0,6\r\n';
    const packaged = await run(mipl, ['decode'], { input });
    expect(packaged).toEqual(await fromSources(['decode'], input));
    expect(packaged.code).toBe(0);
  });

  it.each([['--help'], [''], ['nothing'], ['decode is/not/there'], ['run --port'], ['sim --help']])(
    'ends with the code and the words of the command: mipl %s',
    async (line) => {
      const args = line.split(' ').filter(Boolean);
      expect(await run(mipl, args)).toEqual(await fromSources(args));
    },
  );

  it.each(['--type=renderer', '--version', '--remote-debugging-port=0', '--inspect', '--self-test'])(
    'takes no word of a person for a switch of Chromium: %s',
    async (word) => {
      expect(await run(mipl, ['decode', word])).toEqual(await fromSources(['decode', word]));
    },
  );

  it('runs the engine until it is stopped', async () => {
    const { code, out } = await run(mipl, ['acceptance', '--port', 'sim:m5310-seed', '--only', 'power-on,network']);
    expect(out).toContain('power-on');
    expect(code).toBe(0);
  });

  it('spreads a fleet over processes of its own, without a display as itself', async () => {
    const options = ['--modules', '2', '--spread', '2', '--baud', '0', '--ramp', '1000', '--every', '1', '--json'];
    const child = spawn(mipl, ['fleet', ...options, '--journal', path.join(folder, 'fleet')], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = listen(child);
    const figures = (): { registered: number } =>
      JSON.parse(output.out.split('\n').at(-2) ?? '{"registered":0}') as { registered: number };
    await expect.poll(() => figures().registered, { timeout: 60_000 }).toBe(2);
    child.kill('SIGINT');
    expect(await once(child, 'close'), output.err).toEqual([0, null]);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends in order at %s', async (signal) => {
    const child = spawn(mipl, ['sim'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = listen(child);
    await expect.poll(() => output.out, { timeout: 60_000 }).toContain('\n');
    expect(JSON.parse(output.out)).toHaveProperty('tcp');
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(output.err).toBe('');
  });

  it('says when its output cannot be written', async () => {
    const { code, err } = await run('sh', ['-c', 'echo AT | "$0" decode > /dev/full', mipl]);
    expect(code).toBe(2);
    expect(err).toContain('could not be written');
  });
});
