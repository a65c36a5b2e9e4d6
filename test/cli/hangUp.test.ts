import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDirectory } from '../tempDirectory.ts';

const program = fileURLToPath(new URL('../../main/cli/mipl.ts', import.meta.url));

/** Starts a command, sends the signals once it has printed what is waited for, and gives its exit code. */
async function stopped(
  args: readonly string[],
  readyWhen: RegExp,
  signals: readonly NodeJS.Signals[],
): Promise<number | null> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'close') as Promise<[number | null]>;
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (bytes: Buffer): void => {
      said += bytes.toString();
      if (readyWhen.test(said)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void exited.then(() => reject(new Error(`ended before it was ready: ${said}`)));
  });
  for (const signal of signals) child.kill(signal);
  return (await exited)[0];
}

async function lastRecord(directory: string): Promise<unknown> {
  const [name = ''] = (await readdir(directory)).filter((file) => file.endsWith('.mipl.ndjson'));
  return JSON.parse((await readFile(join(directory, name), 'utf8')).trimEnd().split('\n').at(-1) ?? '');
}

const closed = { t: 'gap', reason: 'closed' };

/** A closed terminal: the kernel and the shell may both tell. The last is Ctrl+\. */
const hangUps: readonly (readonly NodeJS.Signals[])[] = [
  ['SIGHUP'],
  ['SIGHUP', 'SIGHUP'],
  ['SIGHUP', 'SIGTERM'],
  ['SIGQUIT'],
];

describe.skipIf(process.platform === 'win32')('a terminal that is closed, or a person who quits', () => {
  it.each(hangUps)('ends mipl run in order, its journal whole (%s %s)', { timeout: 60_000 }, async (...signals) => {
    const journals = await tempDirectory();
    const args = ['run', '--port', 'sim:m5310-seed', '--baud', '921600', '--journal', journals];
    expect(await stopped(args, /"phase":"registered"/, signals.filter(Boolean))).toBe(0);
    expect(await lastRecord(journals)).toMatchObject(closed);
  });

  it('ends an acceptance run with its report and journal', { timeout: 60_000 }, async () => {
    const report = await tempDirectory();
    const args = ['acceptance', '--port', 'sim:m5310-seed', '--report', report];
    expect(await stopped(args, /\] power-on:/, ['SIGHUP', 'SIGHUP'])).toBe(1);
    const [page = ''] = (await readdir(report)).filter((name) => name.endsWith('.html'));
    expect(await readFile(join(report, page), 'utf8')).toContain('run stopped at case');
    expect(await lastRecord(report)).toMatchObject(closed);
  });

  it('ends the virtual module in order', { timeout: 60_000 }, async () => {
    expect(await stopped(['sim'], /"http"/, ['SIGHUP'])).toBe(0);
  });
});
