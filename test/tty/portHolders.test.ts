import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { commands } from '../../main/mipl/messages.ts';
import { openSerial, sharersOf } from '../../main/transport/serialLink.ts';
import { Cable } from './cable.ts';
import { Mipl } from './mipl.ts';
import type { Ready } from './mipl.ts';
import { OtherProgram, isInstalled, isLinux } from './otherProgram.ts';
import { baudRate, startDevice, untilOnline, untilState } from './wire.ts';

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function plugged(): Promise<{ readonly cable: Cable; readonly device: string }> {
  const cable = await Cable.plugged();
  opened.push(() => cable.close());
  return { cable, device: realpathSync(cable.near) };
}

async function started(command: string, device: string): Promise<number> {
  const program = new OtherProgram(command);
  opened.push(() => program.close());
  return program.hasOpened(device);
}

/** Each with the way it keeps others off, as measured on Debian 12. */
const lockers = [
  { name: 'minicom', command: (device: string) => `minicom -D ${device}`, refusal: /locked/i },
  { name: 'microcom', command: (device: string) => `microcom -p ${device}`, refusal: /lockfile for port exists/ },
  { name: 'cu', command: (device: string) => `cu -l ${device}`, refusal: /Line in use/ },
  { name: 'picocom', command: (device: string) => `picocom ${device}`, refusal: /cannot lock/ },
  { name: 'tio', command: (device: string) => `tio ${device}`, refusal: /locked by another process/ },
] as const;

/** Programs that lock nothing. */
const sharers = [
  { name: 'plink', command: (device: string) => `plink -serial ${device}` },
  { name: 'socat', command: (device: string) => `socat ${device},raw,echo=0 STDIO` },
  { name: 'minicom', command: (device: string) => `minicom -o -D ${device}` },
] as const;

describe.each(lockers)('$name', ({ name, command, refusal }) => {
  it.skipIf(!isInstalled(name))('that has the port is named', async () => {
    const { device } = await plugged();
    // cu(1) drops root and opens as the user uucp.
    chmodSync(device, 0o666);
    const processId = await started(command(device), device);
    const holder = `${name} (${processId})`;
    await expect(openSerial(device, { baudRate })).rejects.toMatchObject({
      code: 'PORT_BUSY',
      holder,
      message: expect.stringContaining(holder) as string,
    });
  });

  it.skipIf(!isInstalled(name))('is refused while we have the port, and gets it when we have closed it', async () => {
    const { device } = await plugged();
    chmodSync(device, 0o666);
    const link = await openSerial(device, { baudRate });
    const refused = new OtherProgram(command(device));
    opened.push(() => refused.close());
    await refused.ended();
    expect(refused.output).toMatch(refusal);
    await link.close();
    await started(command(device), device);
  });
});

it.skipIf(!isInstalled('minicom'))('minicom by another name of the port is found by its own lock file', async () => {
  const { cable, device } = await plugged();
  const processId = await started(`minicom -D ${cable.far}`, cable.far);
  await expect(openSerial(realpathSync(cable.far), { baudRate })).rejects.toMatchObject({
    code: 'PORT_BUSY',
    holder: `minicom (${processId})`,
  });
  // The other end of the same cable is another port.
  const link = await openSerial(device, { baudRate });
  await link.close();
});

describe.each(sharers)('$name, which locks nothing', ({ name, command }) => {
  it.skipIf(!isInstalled(name))('is named when it has the port open beside us', async () => {
    const { cable, device } = await plugged();
    const processId = await started(command(device), device);
    const own = await startDevice(cable);
    opened.push(() => own.close());
    await own.openPort(device, baudRate);
    const told = await vi.waitUntil(() => own.log.read(0, 1000).find(({ remark }) => remark?.code === 'portShared'), {
      timeout: 10_000,
      interval: 20,
    });
    expect(told.text).toContain('Other programs have this port open, too');
    expect(told.text).toContain(`${name} (${processId})`);
  });
});

it.runIf(isLinux)('a program that comes to the port later is named as soon as answers are missing, once', async () => {
  const { cable, device } = await plugged();
  const sim = new Mipl(['sim', '--baud', String(baudRate), '--radio-speed', '200', '--pty', cable.far]);
  opened.push(() => sim.stop());
  await sim.event<Ready>();
  const own = await startDevice(cable);
  opened.push(() => own.close());
  await own.openPort(cable.near, baudRate);
  await untilOnline(own);
  const processId = await started(`socat -u ${device},raw,echo=0 OPEN:/dev/null`, device);
  // It takes every other byte at random; asking goes on until an answer is missing.
  await vi.waitUntil(
    async () => {
      await own.session.engine.exec(commands.signalQuality, {}, { priority: 'user' }).catch(() => undefined);
      return own.log.read(0, 50_000).some(({ remark }) => remark?.code === 'portShared');
    },
    { timeout: 40_000, interval: 1 },
  );
  const told = own.log.read(0, 50_000).filter(({ remark }) => remark?.code === 'portShared');
  expect(told).toHaveLength(1);
  expect(told[0]?.text).toContain(`socat (${processId})`);
});

describe.runIf(isLinux)('a port of ours', () => {
  it('shows no other program where there is none', async () => {
    const { device } = await plugged();
    const link = await openSerial(device, { baudRate });
    expect(await sharersOf(device)).toBeUndefined();
    await link.close();
  });

  it('is refused by the system to a program that locks nothing, and free again afterwards', async () => {
    const { device } = await plugged();
    chmodSync(device, 0o666);
    // Root is never refused.
    const asUser = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const tryIt = (): string => spawnSync('sh', ['-c', `exec 3<>${device}`], { ...asUser, encoding: 'utf8' }).stderr;
    const link = await openSerial(device, { baudRate });
    expect(tryIt()).toMatch(/busy/i);
    await link.close();
    expect(tryIt()).toBe('');
  });

  it('is free again, for the system and by its lock files, when its program was killed', async () => {
    const { cable, device } = await plugged();
    chmodSync(device, 0o666);
    const run = spawn(process.execPath, [path.resolve('main/cli/mipl.ts'), 'run', '--port', cable.near], {
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    const ended = once(run, 'exit');
    const file = path.join('/run/lock', `LCK..${path.basename(device)}`);
    await vi.waitUntil(() => existsSync(file), { timeout: 15_000, interval: 20 });
    await vi.waitFor(() => expect(children(run.pid ?? 0)).toContain('mipl-port'), { timeout: 5000, interval: 20 });
    run.kill('SIGKILL');
    await ended;
    await vi.waitFor(
      () => {
        const asUser = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
        expect(spawnSync('sh', ['-c', `exec 3<>${device}`], { ...asUser, encoding: 'utf8' }).stderr).toBe('');
      },
      { timeout: 5000, interval: 50 },
    );
    expect(existsSync(file)).toBe(true);
    const link = await openSerial(device, { baudRate });
    expect(readFileSync(file, 'utf8').trim()).toBe(String(process.pid));
    await link.close();
    expect(existsSync(file)).toBe(false);
  });

  it('that another program has ends mipl run and mipl sim with 2 and its name', async () => {
    const { device } = await plugged();
    const other = spawn('sleep', ['60']);
    opened.push(() => Promise.resolve(other.kill()));
    const file = path.join('/run/lock', `LCK..pts_${path.basename(device)}`);
    writeFileSync(file, `${String(other.pid).padStart(10)} minicom root\n`);
    opened.push(() => Promise.resolve(rmSync(file)));
    for (const args of [
      ['run', '--port', device, '--for', '20'],
      ['sim', '--pty', device],
    ]) {
      const command = new Mipl(args);
      expect(await command.exit).toBe(2);
      expect(command.errors).toContain(`PORT_BUSY: ${device}: locked by sleep (${other.pid}) with `);
    }
  });

  it('is refused to us by a lock file of any living process', async () => {
    const { device } = await plugged();
    const other = spawn('sleep', ['60']);
    opened.push(() => Promise.resolve(other.kill()));
    const file = path.join('/run/lock', `LCK..${path.basename(device)}`);
    writeFileSync(file, `${String(other.pid).padStart(10)}\n`);
    await expect(openSerial(device, { baudRate })).rejects.toMatchObject({
      code: 'PORT_BUSY',
      message: `${device}: locked by sleep (${other.pid}) with ${realpathSync('/run/lock')}/${path.basename(file)}`,
      holder: `sleep (${other.pid})`,
    });
    const gone = once(other, 'exit');
    other.kill();
    await gone;
    const link = await openSerial(device, { baudRate });
    await link.close();
  });

  it('is shown as held in the window’s words, too', async () => {
    const { cable, device } = await plugged();
    const holder = spawn('flock', ['--exclusive', device, 'sleep', '60'], { detached: true, stdio: 'ignore' });
    opened.push(() => Promise.resolve(process.kill(-(holder.pid ?? 0))));
    await vi.waitUntil(
      async () =>
        await openSerial(device, { baudRate }).then(
          (link) => link.close().then(() => false),
          () => true,
        ),
      { timeout: 5000, interval: 50 },
    );
    const own = await startDevice(cable);
    opened.push(() => own.close());
    await expect(own.openPort(cable.near, baudRate)).rejects.toMatchObject({ code: 'PORT_BUSY' });
    const { connection } = await untilState(own, 'the fault', (state) => state.connection.fault !== undefined);
    expect(connection.fault?.holder).toMatch(/^flock \(\d+\)/);
  });
});

/** Names of the processes that a process started. */
function children(processId: number): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(path.join('/proc', name, 'status'), 'utf8');
        const isChild = new RegExp(`^PPid:\\s*${processId}$`, 'm').test(status);
        return isChild ? [/^Name:\s*(.*)$/m.exec(status)?.[1] ?? ''] : [];
      } catch {
        return [];
      }
    });
}
