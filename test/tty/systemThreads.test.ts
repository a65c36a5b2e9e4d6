import { execFileSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { Cable } from './cable.ts';
import { Mipl } from './mipl.ts';
import type { Ready, RunEvent } from './mipl.ts';

const set = process.env['UV_THREADPOOL_SIZE'];
afterEach(() => {
  if (set === undefined) delete process.env['UV_THREADPOOL_SIZE'];
  else process.env['UV_THREADPOOL_SIZE'] = set;
});

it.each([
  ['', undefined],
  [', though the system sets two threads', '2'],
])(
  'while eight calls to a disk hang, as those of the journals of some tabs may, a module is answered for all the same%s',
  async (_, threads) => {
    if (threads !== undefined) process.env['UV_THREADPOOL_SIZE'] = threads;
    const cable = await Cable.plugged();
    onTestFinished(() => cable.close());
    const module = new Mipl(['sim', '--pty', cable.far, '--baud', '115200', '--radio-speed', '200']);
    onTestFinished(async () => void (await module.stop()));
    const { http, imei } = await module.event<Ready>();
    const fifo = join(cable.folder, 'disk');
    execFileSync('mkfifo', [fifo]);
    const hanging = new URL(`hangingDisk.ts?${encodeURIComponent(fifo)}`, import.meta.url);
    const journals = join(cable.folder, 'journals');
    const run = new Mipl(
      ['run', '--port', cable.near, '--baud', '115200', '--journal', journals],
      ['--import', hanging.href],
    );
    onTestFinished(async () => {
      // Whoever opens it for writing lets them all go on; a process does not end before.
      const disk = await open(fifo, 'r+');
      await run.stop();
      await disk.close();
    });
    await run.event<RunEvent>(({ event, value }) => event === 'registration' && value['phase'] === 'registered');
    run.signal('SIGUSR2');
    await vi.waitUntil(() => run.errors.includes('hanging'), { timeout: 20_000, interval: 10 });
    const answer = await fetch(`${http}/nbiot?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5700`);
    expect(await answer.json()).toMatchObject({ errno: 0 });
  },
);
