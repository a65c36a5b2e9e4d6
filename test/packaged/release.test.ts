import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packagedBench, said } from './application.ts';
import type { Bench } from './application.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await packagedBench();
});
afterAll(() => bench?.close());

it('passes its own test without a person: window, registration, read, journal', async () => {
  const { exit, output } = bench.run(['--self-test']);
  expect(await exit).toBe(0);
  const result = JSON.parse(output.out.trim().split('\n').at(-1) ?? '') as unknown;
  expect(result).toEqual({
    passed: true,
    steps: { window: true, registered: true, observed: true, read: true, journal: true },
  });
  expect(readdirSync(bench.folders.journals)).toHaveLength(1);
});

it('opens no door to its main process with --inspect', async () => {
  const application = bench.run(['--self-test', '--inspect=0', '--inspect-brk=0']);
  expect(await application.exit).toBe(0);
  expect(application.output.err).not.toContain('Debugger listening');
});

it('is no interpreter with ELECTRON_RUN_AS_NODE', async () => {
  const script = path.join(bench.folders.exports, 'script.js');
  writeFileSync(script, `console.log('was run as node')`);
  const application = bench.run(['--self-test', script], { ELECTRON_RUN_AS_NODE: '1' });
  expect(await application.exit).toBe(0);
  expect(application.output.out).not.toContain('was run as node');
  expect(application.output.out).toContain('"passed":true');
});

it('takes no NODE_OPTIONS', async () => {
  const script = path.join(bench.folders.exports, 'preload.js');
  const mark = path.join(bench.folders.exports, 'mark');
  await bench.electron.handOver(bench.folders.exports);
  writeFileSync(script, `require('node:fs').writeFileSync(${JSON.stringify(mark)}, 'was loaded')`);
  const application = bench.run(['--self-test'], { NODE_OPTIONS: `--require=${script}` });
  expect(await application.exit).toBe(0);
  expect(readdirSync(bench.folders.exports)).not.toContain('mark');
});

it.runIf(process.platform === 'linux')('is confined by the system, and nothing of it belongs to root', async () => {
  const application = bench.run(['--remote-debugging-port=0']);
  await said(application, /DevTools listening/);
  const processes = (): { type: string; status: string }[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          // Chromium's helpers write their arguments as one text, divided by spaces.
          const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
          if (!command.includes(`--user-data-dir=${bench.folders.data}`)) return [];
          const type = /--type=(\S+)/.exec(command)?.[1] ?? 'main';
          return [{ type, status: readFileSync(`/proc/${pid}/status`, 'utf8') }];
        } catch {
          return [];
        }
      });
  /** A process is born unconfined and confines itself before it takes anything from a page. */
  const renderers = (): string[] =>
    processes()
      .filter(({ type }) => type === 'renderer')
      .map(({ status }) => /^Seccomp:\s*(\d)$/m.exec(status)?.[1] ?? '');
  await expect.poll(renderers, { timeout: 20_000 }).toEqual(['2']);
  expect(processes().filter(({ status }) => !/^Uid:\s+[1-9]/m.test(status))).toEqual([]);
  application.child.kill();
  expect(await application.exit).not.toBe(1);
});
