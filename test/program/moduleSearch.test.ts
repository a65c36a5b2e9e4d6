import { realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Application } from '../../main/program/application.ts';
import { loopback } from '../../main/transport/loopback.ts';
import type { Link } from '../../main/transport/link.ts';
import { CodedError } from '../../shared/errors.ts';
import type { PortSearch } from '../../shared/search.ts';
import type { Settings } from '../../shared/settings.ts';
import type { PortInfo } from '../../shared/state.ts';
import { startApplication, testFolder } from '../device/rig.ts';
import { nobodysDesktop, served } from './served.ts';

const adapter = (path: string, serialNumber: string): PortInfo => ({
  path,
  kind: 'serial',
  usbId: '1a86:7523',
  serialNumber,
});
const ports: readonly PortInfo[] = [
  { path: '/dev/ttyS0', kind: 'serial' },
  adapter('/dev/ttyUSB0', 'A'),
  adapter('/dev/ttyUSB1', 'B'),
  { path: 'sim:m5310-seed', kind: 'virtual' },
];

/** A module that answers at one rate, or modules that answer at one each, by their IMEI, behind a port. */
function moduleAt(right: number | Readonly<Record<number, string>>): (rate: number) => Link {
  const imeis: Readonly<Record<number, string>> = typeof right === 'number' ? { [right]: '490154203237518' } : right;
  return (opened) => {
    const [near, far] = loopback();
    let rate = opened;
    far.onData = (bytes) => {
      const imei = imeis[rate];
      const known: Readonly<Record<string, string>> = {
        ...{ AT: '', 'AT+CGMM': 'M5310-A\r\n' },
        ...{ 'AT+CGSN=1': `+CGSN:${imei ?? ''}\r\n` },
      };
      const answer = known[Buffer.from(bytes).toString().trim()];
      if (imei === undefined) void far.write(Uint8Array.of(0xf8, 0x80));
      else void far.write(Buffer.from(answer === undefined ? 'ERROR\r\n' : `${answer}OK\r\n`));
    };
    const setBaudRate = (to: number): Promise<void> => Promise.resolve(void (rate = to));
    return Object.defineProperty(near, 'setBaudRate', { value: setBaudRate });
  };
}

async function programWith(
  modules: Readonly<Record<string, (rate: number) => Link>>,
  settings: Partial<Settings> = {},
): Promise<Application> {
  const application = await startApplication({
    settings,
    session: {
      openLink: (port, rate) => {
        const open = modules[port.path];
        if (open) return Promise.resolve(rate).then((at) => ({ link: open(at) }));
        return Promise.reject(new CodedError('PORT_BUSY', `${port.path}: in use`, port.path));
      },
    },
  });
  application.state.change({ ports });
  return application;
}

const searchOf = (application: Application) => application.state.state.search;
const portOf = (application: Application, path: string): PortSearch | undefined =>
  searchOf(application)?.ports.find((port) => port.path === path);
/** Every port has been tried, but for those in use, which wait for their next try. */
const settled = (application: Application): Promise<void> =>
  vi.waitFor(() => expect(searchOf(application)?.ports.filter(({ status }) => status === 'trying')).toEqual([]), {
    timeout: 10_000,
  });
const ended = (application: Application): Promise<void> =>
  vi.waitFor(() => expect(searchOf(application)?.phase).not.toBe('running'), { timeout: 10_000 });

describe('the search for a module', () => {
  it('tries every serial port at once, USB adapters first, and shows what was found and what came', async () => {
    const application = await programWith({ '/dev/ttyUSB1': moduleAt(115_200) });
    application.search.start();
    expect(searchOf(application)?.ports.map(({ path }) => path)).toEqual([
      '/dev/ttyUSB0',
      '/dev/ttyUSB1',
      '/dev/ttyS0',
    ]);
    await settled(application);
    expect(portOf(application, '/dev/ttyUSB1')).toMatchObject({
      status: 'found',
      module: { baudRate: 115_200, model: 'M5310-A' },
    });
    expect(portOf(application, '/dev/ttyUSB1')?.cells.map(({ status }) => status)).toEqual([
      ...['garbage', 'answer', ...Array<string>(6).fill('notNeeded')],
    ]);
    expect(portOf(application, '/dev/ttyUSB0')).toMatchObject({ status: 'inUse', fault: { code: 'PORT_BUSY' } });
    // What came at a rate stands with it.
    expect(portOf(application, '/dev/ttyUSB1')?.cells.map(({ hex }) => hex?.slice(0, 11))).toEqual([
      ...['F8 80 F8 80', '4F 4B 0D 0A', ...Array<undefined>(6).fill(undefined)],
    ]);
    expect(portOf(application, '/dev/ttyUSB1')?.cells[1]?.hex).toMatch(/^([\dA-F]{2} ){32}…$/);
    expect(searchOf(application)?.bytes.some(({ hex }) => hex.includes('4F 4B'))).toBe(true);
  });

  it('begins with the adapter that had a module before, at its rate', async () => {
    const adapters = { '1a86:7523:B': { baudRate: 57_600 } };
    const application = await programWith({ '/dev/ttyUSB1': moduleAt(57_600) }, { adapters });
    application.search.start();
    expect(searchOf(application)?.ports[0]?.path).toBe('/dev/ttyUSB1');
    await settled(application);
    expect(portOf(application, '/dev/ttyUSB1')?.cells[0]).toMatchObject({ baudRate: 57_600, status: 'answer' });
  });

  it('tries a port that a person has typed first, and once where it is listed, too', async () => {
    const typed: PortInfo = { path: '/dev/ttyXR0', kind: 'serial' };
    const application = await programWith({ [typed.path]: moduleAt(9600), '/dev/ttyUSB1': moduleAt(9600) });
    application.search.start(typed);
    await settled(application);
    expect(searchOf(application)?.ports.map(({ path, status }) => [path, status])).toEqual([
      [typed.path, 'found'],
      ['/dev/ttyUSB0', 'inUse'],
      ['/dev/ttyUSB1', 'found'],
      ['/dev/ttyS0', 'inUse'],
    ]);
    application.search.stop();
    await ended(application);
    application.search.start(adapter('/dev/ttyUSB1', 'B'));
    expect(searchOf(application)?.ports.map(({ path }) => path)).toEqual([
      '/dev/ttyUSB1',
      '/dev/ttyUSB0',
      '/dev/ttyS0',
    ]);
    await settled(application);
  });

  it.skipIf(process.platform === 'win32')('opens a port once that is typed by the link of its adapter', async () => {
    const folder = realpathSync(testFolder());
    const [listed, link] = [join(folder, 'ttyUSB7'), join(folder, 'usb-adapter')];
    writeFileSync(listed, '');
    symlinkSync(listed, link);
    const application = await programWith({ [listed]: moduleAt(9600) });
    application.state.change({ ports: [adapter(listed, 'C')] });
    const handlers = served(application.openDevice(), application, nobodysDesktop, () => Promise.reject(new Error()));
    await handlers.findModules({ typed: link });
    expect(searchOf(application)?.ports.map(({ path }) => path)).toEqual([listed]);
    await ended(application);
    expect(portOf(application, listed)?.status).toBe('found');
  });

  it.each(['what is this', 'tcp://nobody:0:1'])(
    'says of %j that it is no port, and searches the others',
    async (typed) => {
      const application = await programWith({ '/dev/ttyUSB1': moduleAt(9600) });
      application.state.change({ ports: [adapter('/dev/ttyUSB1', 'B')] });
      const handlers = served(application.openDevice(), application, nobodysDesktop, () => Promise.reject(new Error()));
      await handlers.findModules({ typed });
      await ended(application);
      expect(searchOf(application)?.ports.map(({ path, status }) => [path, status])).toEqual([
        [typed, 'failed'],
        ['/dev/ttyUSB1', 'found'],
      ]);
      expect(portOf(application, typed)?.fault?.code).toMatch(/^(PORT_NOT_ALLOWED|BAD_ARGUMENT)$/);
      expect(portOf(application, typed)?.cells.every(({ status }) => status === 'notNeeded')).toBe(true);
    },
  );

  it('leaves a port alone that a device of the window has open', async () => {
    const application = await programWith({ '/dev/ttyUSB0': moduleAt(9600) });
    const device = application.openDevice();
    await device.openPort('/dev/ttyUSB0', 9600);
    application.search.start();
    expect(portOf(application, '/dev/ttyUSB0')?.status).toBe('inUse');
    await settled(application);
    // Once it is free it is tried as any other.
    await device.closePort();
    await vi.waitFor(() => expect(portOf(application, '/dev/ttyUSB0')?.status).toBe('found'), { timeout: 20_000 });
    application.search.stop();
  }, 30_000);

  it('tries a port that another program has open again by itself, after pauses that grow, until it is free', async () => {
    const triedMs: number[] = [];
    let isFree = false;
    const module = moduleAt(9600);
    const application = await programWith({
      '/dev/ttyUSB1': (rate) => {
        triedMs.push(application.clock.steadyMs());
        if (!isFree) throw new CodedError('PORT_BUSY', 'in use', '/dev/ttyUSB1');
        return module(rate);
      },
    });
    application.state.change({ ports: [adapter('/dev/ttyUSB1', 'B')] });
    application.search.start();
    await settled(application);
    const first = portOf(application, '/dev/ttyUSB1');
    expect(first).toMatchObject({ status: 'inUse', fault: { code: 'PORT_BUSY' } });
    expect(first?.retryAtMs).toBeGreaterThanOrEqual((triedMs[0] ?? NaN) + 1000);
    // Nothing of it has been tried, and all of it will be.
    expect(first?.cells.every(({ status }) => status === 'waiting')).toBe(true);
    expect(searchOf(application)?.phase).toBe('running');
    await vi.waitFor(() => expect(triedMs.length).toBeGreaterThanOrEqual(2), { timeout: 20_000 });
    isFree = true;
    await vi.waitFor(() => expect(searchOf(application)?.phase).toBe('done'), { timeout: 20_000 });
    const [begun, second, third] = triedMs;
    expect(Number(second) - Number(begun)).toBeGreaterThanOrEqual(990);
    expect(Number(third) - Number(second)).toBeGreaterThanOrEqual(1990);
    expect(portOf(application, '/dev/ttyUSB1')).toMatchObject({ status: 'found', module: { baudRate: 9600 } });
    expect(portOf(application, '/dev/ttyUSB1')).not.toHaveProperty('fault');
    expect(portOf(application, '/dev/ttyUSB1')).not.toHaveProperty('retryAtMs');
  }, 50_000);

  it('tries a port in use no more once a person has ended the search', async () => {
    const application = await programWith({});
    application.search.start();
    await settled(application);
    application.search.stop();
    await application.search.ended;
    expect(searchOf(application)?.phase).toBe('stopped');
    for (const port of searchOf(application)?.ports ?? []) {
      expect(port.status).toBe('inUse');
      expect(port).not.toHaveProperty('retryAtMs');
      expect(port.cells.every(({ status }) => status === 'notNeeded')).toBe(true);
    }
  });

  it('goes on at a found module where somebody wants to know whether it answers at other rates', async () => {
    const modules = { 57_600: '490154203237518', 38_400: '490154203237518', 4800: '869334030000010' };
    const application = await programWith({ '/dev/ttyUSB1': moduleAt(modules) });
    application.state.change({ ports: [adapter('/dev/ttyUSB1', 'B')] });
    const searched = (): PortSearch | undefined => portOf(application, '/dev/ttyUSB1');
    const states = () => searched()?.cells.map(({ baudRate, status }) => `${String(baudRate)} ${status}`);
    application.search.start();
    await ended(application);
    expect(searched()?.module).toMatchObject({ baudRate: 57_600 });
    expect(searched()?.others).toBeUndefined();
    await application.search.tryOtherRates('/dev/ttyUSB1');
    expect(searchOf(application)?.phase).toBe('running');
    // What was tried is known; what was not is tried now.
    expect(states()?.filter((state) => state.endsWith('garbage'))).toEqual(['9600 garbage', '115200 garbage']);
    await ended(application);
    expect(searchOf(application)?.phase).toBe('done');
    expect(searched()).toMatchObject({ status: 'found', module: { baudRate: 57_600 } });
    expect(searched()?.others).toMatchObject([
      { baudRate: 38_400, imei: '490154203237518' },
      { baudRate: 4800, imei: '869334030000010' },
    ]);
    expect(states()).toEqual([
      ...['9600 garbage', '115200 garbage', '57600 answer', '921600 garbage'],
      ...['460800 garbage', '38400 answer', '19200 garbage', '4800 answer'],
    ]);
    // Nothing is left to try.
    await application.search.tryOtherRates('/dev/ttyUSB1');
    expect(searchOf(application)?.phase).toBe('done');
  });

  it('keeps what it found where a tab takes the port while other rates are tried', async () => {
    const application = await programWith({ '/dev/ttyUSB1': moduleAt(115_200) });
    application.state.change({ ports: [adapter('/dev/ttyUSB1', 'B')] });
    application.search.start();
    await ended(application);
    await application.search.tryOtherRates('/dev/ttyUSB1');
    await application.openDevice().openPort('/dev/ttyUSB1', 115_200);
    await ended(application);
    expect(portOf(application, '/dev/ttyUSB1')).toMatchObject({ status: 'found', module: { baudRate: 115_200 } });
    expect(portOf(application, '/dev/ttyUSB1')?.cells.some(({ status }) => status === 'notNeeded')).toBe(true);
    await expect(application.search.tryOtherRates('/dev/ttyUSB1')).rejects.toMatchObject({ code: 'PORT_OPEN_HERE' });
    await application.search.tryOtherRates('/dev/ttyS9');
    expect(searchOf(application)?.phase).toBe('done');
  });

  it('says so where other rates are asked for of a port at which the station tests a device', async () => {
    const application = await programWith({ '/dev/ttyUSB1': moduleAt(115_200) });
    application.state.change({ ports: [adapter('/dev/ttyUSB1', 'B')] });
    application.search.start();
    await ended(application);
    const asked: string[] = [];
    const nothing = (): Promise<void> => Promise.resolve();
    let isTesting = true;
    application.useQueue({
      letGo: (name) => Promise.resolve(void asked.push(name)).then(() => !isTesting),
      disconnect: nothing,
      end: nothing,
    });
    const before = portOf(application, '/dev/ttyUSB1');
    await expect(application.search.tryOtherRates('/dev/ttyUSB1')).rejects.toMatchObject({ code: 'PORT_OPEN_HERE' });
    expect(searchOf(application)?.phase).toBe('done');
    expect(portOf(application, '/dev/ttyUSB1')).toEqual(before);
    // The station is not asked to make way for nothing.
    await application.search.tryOtherRates('/dev/ttyS9');
    expect(asked).toEqual(['/dev/ttyUSB1']);
    // Two clicks are one.
    isTesting = false;
    const twice = ['/dev/ttyUSB1', '/dev/ttyUSB1'].map((path) => application.search.tryOtherRates(path));
    await Promise.all(twice);
    await ended(application);
    const tried = portOf(application, '/dev/ttyUSB1')?.cells.map(({ status }) => status);
    expect(tried).toEqual(['garbage', 'answer', ...Array<string>(6).fill('garbage')]);
  });

  it('is stopped by a person, and then put away', async () => {
    const application = await programWith({ '/dev/ttyUSB1': moduleAt(300) });
    application.search.start();
    application.search.stop();
    await ended(application);
    expect(searchOf(application)?.phase).toBe('stopped');
    application.search.stop();
    expect(searchOf(application)).toBeNull();
  });
});

it('an adapter is remembered with the module that was at it, whatever its port is called', async () => {
  const application = await startApplication({
    session: {
      openLink: async (port, baudRate) => {
        const { openSimulator } = await import('../../main/sim/simulator.ts');
        return openSimulator({ profile: port.path === '' ? '' : 'm5310-seed', baudRate });
      },
    },
  });
  application.state.change({ ports });
  await application.openDevice().openPort('/dev/ttyUSB0', 115_200);
  await vi.waitFor(() => {
    expect(application.state.state.settings.adapters).toEqual({
      '1a86:7523:A': { baudRate: 115_200, model: 'M5310', imeiEnd: '0010' },
    });
  }, 12_000);
});
