import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AtChannel } from '../../main/at/channel.ts';
import type { Link } from '../../main/transport/link.ts';
import { openSerial } from '../../main/transport/serialLink.ts';
import type { SerialLink } from '../../main/transport/serialLink.ts';

let folder: string;
let cable: ChildProcess;
const links: Link[] = [];

/** Lock files bear the last part of a name, so that it must be of this test alone. */
const fileOf = (end: 'A' | 'B'): string => join(folder, `${end}-${basename(folder)}`);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tty-'));
  const ends = [fileOf('A'), fileOf('B')];
  cable = spawn(
    'socat',
    ends.map((file) => `pty,raw,echo=0,link=${file}`),
    { stdio: 'ignore' },
  );
  await vi.waitFor(() => expect(ends.every((file) => existsSync(file))).toBe(true), 5000);
});
afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.close()));
  cable.kill();
  await rm(folder, { recursive: true, force: true });
});

async function open(end: 'A' | 'B'): Promise<SerialLink> {
  const link = await openSerial(fileOf(end), { baudRate: 115_200, dtr: false, rts: true });
  links.push(link);
  return link;
}

/** All bytes a link has brought, as text. */
function listen(link: Link): { text: string } {
  const heard = { text: '' };
  link.onData = (bytes) => {
    heard.text += Buffer.from(bytes).toString('latin1');
  };
  return heard;
}

describe('openSerial on a terminal', () => {
  it('goes on where the port has no modem lines to look at, as a pseudo terminal has none', async () => {
    const [near, far] = [await open('A'), await open('B')];
    const told: unknown[] = [];
    near.line.watch({ onLines: (lines) => told.push(lines), onReturn: (lines) => told.push(lines) });
    const heard = listen(near);
    await far.write(Buffer.from('OK'));
    await vi.waitFor(() => expect(heard.text).toBe('OK'));
    const closing = near.close();
    near.line.watch({ onLines: (lines) => told.push(lines), onReturn: (lines) => told.push(lines) });
    await closing;
    expect(told).toEqual([]);
  });

  it('is set otherwise once all that was written before has been handed over, not the first of it alone', async () => {
    const [near, far] = [await open('A'), await open('B')];
    listen(far);
    // The cable stands still: more than the system takes for it is in the queue.
    cable.kill('SIGSTOP');
    const ended: string[] = [];
    const note = (name: string) => (): number => ended.push(name);
    const steps = [
      near.write(Buffer.alloc(100_000, '1')).then(note('first')),
      near.write(Buffer.alloc(100_000, '2')).then(note('second')),
      near.line.set({ baudRate: 9600 }).then(note('set')),
    ];
    cable.kill('SIGCONT');
    await Promise.all(steps);
    expect(ended).toEqual(['first', 'second', 'set']);
  });

  it('is set otherwise while bytes flow: nothing is lost, and the link goes on', async () => {
    const [near, far] = [await open('A'), await open('B')];
    const [heardNear, heardFar] = [listen(near), listen(far)];
    // Of a pseudo terminal the system forgets what nobody has read when its line is set; a real one has sent it by then.
    await near.write(Buffer.from('1'));
    await vi.waitFor(() => expect(heardFar.text).toBe('1'));
    await near.line.set({ baudRate: 9600 });
    await near.write(Buffer.from('2'));
    await vi.waitFor(() => expect(heardFar.text).toBe('12'));
    // Another frame is had by opening the port again: what is written from then on waits.
    const reframed = near.line.set({ dataBits: 7, parity: 'even', stopBits: 2 });
    await Promise.all([reframed, near.write(Buffer.from('3'))]);
    await near.write(Buffer.from('4'));
    await far.write(Buffer.from('OK'));
    await vi.waitFor(() => {
      expect(heardFar.text).toBe('1234');
      expect(heardNear.text).toBe('OK');
    }, 5000);
    await expect(openSerial(fileOf('A'), { baudRate: 9600 })).rejects.toMatchObject({ code: 'PORT_BUSY' });
  });

  it('says what the system says of a line that is not there, and stays as it was', async () => {
    const [near, far] = [await open('A'), await open('B')];
    await expect(near.line.set({ dtr: true })).rejects.toMatchObject({
      code: 'LINE_NOT_SET',
      message: expect.stringContaining(fileOf('A')) as string,
    });
    const heard = listen(far);
    await near.write(Buffer.from('AT'));
    await vi.waitFor(() => expect(heard.text).toBe('AT'));
  });

  it('is lost where it cannot be had again', async () => {
    const near = await open('A');
    const reason = new Promise<Error | undefined>((resolve) => {
      near.onClose = resolve;
    });
    const reframed = near.line.set({ stopBits: 2 });
    cable.kill('SIGKILL');
    await expect(reframed).rejects.toMatchObject({ code: 'LINE_NOT_SET' });
    expect(await reason).toMatchObject({ code: 'PORT_LOST' });
    await expect(near.write(Buffer.from('AT'))).rejects.toMatchObject({ code: 'PORT_NOT_OPEN' });
  });

  it('carries all byte values both ways', async () => {
    const [near, far] = [await open('A'), await open('B')];
    const heardNear = listen(near);
    const heardFar = listen(far);
    const all = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
    await Promise.all([near.write(all), far.write(all)]);
    await vi.waitFor(() => {
      expect(heardFar.text).toBe(all.toString('latin1'));
      expect(heardNear.text).toBe(all.toString('latin1'));
    }, 5000);
  });

  it('keeps what arrives before anybody listens', async () => {
    const [near, far] = [await open('A'), await open('B')];
    await far.write(Buffer.from('REBOOT_CAUSE_SECURITY_RESET_PIN\r\n'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const heard = listen(near);
    // On a busy machine it may be under way still.
    await vi.waitFor(() => expect(heard.text).toBe('REBOOT_CAUSE_SECURITY_RESET_PIN\r\n'), 5000);
  });

  it('rejects with PORT_BUSY a port that is open already', async () => {
    await open('A');
    await expect(openSerial(fileOf('A'), { baudRate: 9600 })).rejects.toMatchObject({ code: 'PORT_BUSY' });
  });

  it('tells PORT_LOST with the text of the system when the cable is pulled', async () => {
    const near = await open('A');
    const reason = new Promise<Error | undefined>((resolve) => {
      near.onClose = resolve;
    });
    cable.kill('SIGKILL');
    expect(await reason).toMatchObject({ code: 'PORT_LOST', message: expect.stringContaining(folder) as string });
    await expect(near.write(Buffer.from('AT'))).rejects.toMatchObject({ code: 'PORT_NOT_OPEN' });
    await expect(near.close()).resolves.toBeUndefined();
  });

  it('rejects the exchange in flight when the cable is pulled', async () => {
    const nothing = (): void => undefined;
    const events = { onUrc: nothing, onLine: nothing, onSent: nothing, onRestart: nothing, onSync: nothing };
    const channel = new AtChannel(await open('A'), events);
    const failure = channel.send('AT', { priority: 'user', timeoutMs: 10_000 }).catch((error: unknown) => error);
    cable.kill('SIGKILL');
    expect(await failure).toMatchObject({ code: 'PORT_LOST' });
  });

  it('closes from our side without reason, and the port can be opened again', async () => {
    const near = await open('A');
    const heard: unknown[][] = [];
    near.onClose = (...reason) => heard.push(reason);
    await near.close();
    expect(heard).toEqual([[]]);
    await expect(open('A')).resolves.toBeDefined();
  });
});
