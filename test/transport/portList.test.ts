import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listPorts, watchPorts } from '../../main/transport/portList.ts';
import type { PortInfo } from '../../shared/state.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ports-'));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(root, { recursive: true });
});

async function file(path: string, text = ''): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

/** A terminal in /sys and /dev; `device` is its place below /sys/devices, none for a virtual one. */
async function terminal(name: string, device?: string, facts: Readonly<Record<string, string>> = {}): Promise<void> {
  await file(`dev/${name}`);
  const folder = join(root, 'sys/class/tty', name);
  await mkdir(folder, { recursive: true });
  for (const [fact, text] of Object.entries(facts)) await file(`sys/class/tty/${name}/${fact}`, `${text}\n`);
  if (device === undefined) return;
  await mkdir(join(root, 'sys/devices', device), { recursive: true });
  await symlink(join(root, 'sys/devices', device), join(folder, 'device'));
}

const list = (more = {}) =>
  listPorts({ platform: 'linux', sysRoot: join(root, 'sys'), devRoot: join(root, 'dev'), ...more });
const device = (name: string): string => join(root, 'dev', name);

describe('listPorts on Linux', () => {
  it('tells maker, ids and serial number of a USB adapter', async () => {
    await terminal('ttyUSB0', 'pci/usb1/1-2/1-2:1.0/ttyUSB0');
    for (const [name, text] of [
      ['idVendor', '0403'],
      ['idProduct', '6001'],
      ['manufacturer', 'FTDI'],
      ['product', 'FT232R USB UART'],
      ['serial', 'A50285BI'],
    ] as const) {
      await file(`sys/devices/pci/usb1/1-2/${name}`, `${text}\n`);
    }
    expect(await list()).toEqual([
      {
        path: device('ttyUSB0'),
        kind: 'serial',
        manufacturer: 'FTDI FT232R USB UART',
        usbId: '0403:6001',
        serialNumber: 'A50285BI',
      },
    ]);
  });

  it('lists an adapter that tells nothing but its ids', async () => {
    await terminal('ttyACM0', 'usb1/1-1/1-1:1.0');
    await file('sys/devices/usb1/1-1/idVendor', '1A86');
    expect(await list()).toEqual([{ path: device('ttyACM0'), kind: 'serial', usbId: '1a86:' }]);
  });

  it('lists adapters of any name', async () => {
    await terminal('ttyXRUSB0', 'usb1/1-1');
    await terminal('ttyAMA0', 'soc/uart0');
    await terminal('rfcomm0');
    await terminal('ttyODD7', 'platform/odd');
    expect((await list()).map(({ path }) => path)).toEqual(['rfcomm0', 'ttyAMA0', 'ttyODD7', 'ttyXRUSB0'].map(device));
  });

  it('sorts by number', async () => {
    for (const number of [10, 9, 1]) await terminal(`ttyUSB${number}`, `usb/${number}`);
    expect((await list()).map(({ path }) => path)).toEqual(['ttyUSB1', 'ttyUSB9', 'ttyUSB10'].map(device));
  });

  it('leaves out consoles and what has no device', async () => {
    for (const name of ['tty', 'tty0', 'tty63', 'console', 'ptmx', 'ttyprintk', 'pty9']) await terminal(name);
    expect(await list()).toEqual([]);
  });

  it('leaves out a built-in port without a chip', async () => {
    await terminal('ttyS0', 'pnp/00:01', { type: '4', irq: '4' });
    await terminal('ttyS1', 'platform/serial8250', { type: '0', irq: '3' });
    await terminal('ttyS2', 'platform/legacy', { type: '4', irq: '0' });
    await symlink('/sys/bus/platform/drivers/serial8250', join(root, 'sys/devices/platform/legacy/driver'));
    await terminal('ttyS3', 'platform/real', { type: '4', irq: '0' });
    expect((await list()).map(({ path }) => path)).toEqual(['ttyS0', 'ttyS3'].map(device));
  });

  it('leaves out what the system has no device file for', async () => {
    await terminal('ttyUSB0', 'usb1/1-1');
    await rm(device('ttyUSB0'));
    expect(await list()).toEqual([]);
  });

  it('finds adapters in a container that does not show them in /sys', async () => {
    await file('dev/ttyUSB3');
    await file('dev/ttyODD');
    await mkdir(join(root, 'dev/serial/by-id'), { recursive: true });
    await symlink('../../ttyODD', join(root, 'dev/serial/by-id/usb-Maker_Thing_0001-if00-port0'));
    await file('dev/serial/by-id/no-link');
    expect(await list()).toEqual([
      { path: device('ttyODD'), kind: 'serial', manufacturer: 'Maker Thing 0001' },
      { path: device('ttyUSB3'), kind: 'serial' },
    ]);
  });

  it('names the group of a port we may not open', async () => {
    await terminal('ttyUSB0', 'usb1/1-1');
    const access = () => Promise.resolve({ code: 'EACCES', group: 'dialout' });
    expect(await list({ access })).toMatchObject([{ denied: { group: 'dialout' } }]);
  });

  it('survives a system without /sys and /dev', async () => {
    expect(await list({ sysRoot: join(root, 'none'), devRoot: join(root, 'none') })).toEqual([]);
  });
});

describe('listPorts elsewhere', () => {
  it('takes the list of the library', async () => {
    const libraryList = () =>
      Promise.resolve([
        { path: 'COM10', manufacturer: 'wch.cn', vendorId: '1A86', productId: '7523', serialNumber: 'x1' },
        { path: 'COM9', manufacturer: undefined },
      ]);
    expect(await listPorts({ platform: 'win32', libraryList })).toEqual([
      { path: 'COM9', kind: 'serial' },
      { path: 'COM10', kind: 'serial', manufacturer: 'wch.cn', usbId: '1a86:7523', serialNumber: 'x1' },
    ]);
  });

  it('names the group of a port we may not open', async () => {
    const libraryList = () => Promise.resolve([{ path: '/dev/tty.usb', vendorId: '1' }]);
    const access = () => Promise.resolve({ code: 'EACCES' });
    expect(await listPorts({ platform: 'darwin', libraryList, access })).toEqual([
      { path: '/dev/tty.usb', kind: 'serial', usbId: '1:', denied: { group: '' } },
    ]);
  });

  it('tells the two names of a port of macOS as one, by that which waits for no carrier', async () => {
    const names = [
      ...['/dev/tty.usbserial-1410', '/dev/cu.usbserial-1410', '/dev/tty.usbmodem1', '/dev/tty.old'],
      ...['/dev/tty.Bluetooth-Incoming-Port', '/dev/cu.debug-console'],
    ];
    const ports = await listPorts({
      platform: 'darwin',
      libraryList: () => Promise.resolve(names.map((path) => ({ path, vendorId: '1a86', productId: '7523' }))),
      isThere: (path) => Promise.resolve(path !== '/dev/cu.old'),
      access: () => Promise.resolve({}),
    });
    expect(ports.map(({ path }) => path)).toEqual(['/dev/cu.usbmodem1', '/dev/cu.usbserial-1410', '/dev/tty.old']);
  });

  it('is empty when the library fails', async () => {
    const libraryList = () => Promise.reject(new Error('no'));
    expect(await listPorts({ platform: 'win32', libraryList })).toEqual([]);
  });
});

describe('watchPorts', () => {
  const port = (path: string): PortInfo => ({ path, kind: 'serial' });

  it('tells the first list and then only changes', async () => {
    vi.useFakeTimers();
    const lists = [[port('a')], [port('a')], [port('a'), port('b')]];
    const heard: number[] = [];
    const stop = watchPorts(
      1000,
      (ports) => heard.push(ports.length),
      () => Promise.resolve(lists.shift() ?? []),
    );
    await vi.advanceTimersByTimeAsync(2500);
    stop();
    expect(heard).toEqual([1, 2]);
  });

  it('never looks twice at a time', async () => {
    vi.useFakeTimers();
    let running = 0;
    let most = 0;
    const slow = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5000));
      running--;
      return [];
    };
    const stop = watchPorts(1000, () => undefined, slow);
    await vi.advanceTimersByTimeAsync(20_000);
    stop();
    expect(most).toBe(1);
  });

  it('tells nothing after it was stopped, even in mid look', async () => {
    vi.useFakeTimers();
    const onChange = vi.fn();
    const stop = watchPorts(1000, onChange, () => new Promise((resolve) => setTimeout(() => resolve([]), 100)));
    stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(onChange).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
