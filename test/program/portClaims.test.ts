import { realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Application } from '../../main/program/application.ts';
import { onePortName } from '../../main/program/portClaims.ts';
import { makeLinkEnd } from '../../main/transport/linkEnd.ts';
import type { LinkEnd } from '../../main/transport/linkEnd.ts';
import { loopback } from '../../main/transport/loopback.ts';
import { CodedError } from '../../shared/errors.ts';
import { startApplication, testFolder } from '../device/rig.ts';

/** A program whose ports take any number of who opens them, as a serial server does; tells how many had one at once. */
async function programWithServer(): Promise<{ application: Application; most: () => number; opened: string[] }> {
  let [now, most] = [0, 0];
  const opened: string[] = [];
  const application = await startApplication({
    session: {
      openLink: async (port) => {
        opened.push(port.path);
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setImmediate(resolve));
        const [near] = loopback();
        const { close } = near;
        const closed = (): Promise<void> => {
          now -= 1;
          return close.call(near);
        };
        return { link: Object.defineProperty(near, 'close', { value: closed }) };
      },
    },
  });
  return { application, most: () => most, opened };
}

const server = 'tcp://127.0.0.1:7';
const outcomes = (all: readonly PromiseSettledResult<unknown>[]): string[] =>
  all.map((one) => (one.status === 'fulfilled' ? 'open' : (one.reason as CodedError).code));

describe('a port', () => {
  it('is one tab’s alone where two want it at the same moment', async () => {
    const { application, most, opened } = await programWithServer();
    const tabs = [application.openDevice(), application.openDevice(), application.openDevice()];
    const all = await Promise.allSettled(tabs.map((tab) => tab.openPort(server, 9600)));
    expect(outcomes(all)).toEqual(['open', 'PORT_OPEN_HERE', 'PORT_OPEN_HERE']);
    expect(opened).toEqual([server]);
    expect(most()).toBe(1);
    await application.close();
  });

  it('is opened once by two clicks at the same button', async () => {
    const { application, most } = await programWithServer();
    const tab = application.openDevice();
    await Promise.allSettled([tab.openPort(server, 9600), tab.openPort(server, 9600)]);
    await vi.waitFor(() => expect(tab.state.state.connection.phase).not.toBe('closed'));
    expect(most()).toBe(1);
    const other = application.openDevice();
    await expect(other.openPort(server, 9600)).rejects.toMatchObject({ code: 'PORT_OPEN_HERE' });
    await tab.closePort();
    await other.openPort(server, 9600);
    await application.close();
  });

  it('is free for others after it could not be opened', async () => {
    let isThere = false;
    const application = await startApplication({
      session: {
        openLink: (port) => {
          if (!isThere) return Promise.reject(new CodedError('PORT_NOT_FOUND', 'not there', port.path));
          const [link] = loopback();
          return Promise.resolve({ link });
        },
      },
    });
    const [one, other] = [application.openDevice(), application.openDevice()];
    await expect(one.openPort(server, 9600)).rejects.toMatchObject({ code: 'PORT_NOT_FOUND' });
    isThere = true;
    await other.openPort(server, 9600);
    await application.close();
  });

  it('is free for others after the far end has refused it, however late', async () => {
    const ends: LinkEnd[] = [];
    const application = await startApplication({
      session: {
        openLink: () => {
          const nothing = (): Promise<void> => Promise.resolve();
          const end = makeLinkEnd({ write: nothing, close: nothing });
          ends.push(end);
          return Promise.resolve({ link: end.link });
        },
      },
    });
    const [one, other, third] = [application.openDevice(), application.openDevice(), application.openDevice()];
    await one.openPort(server, 9600);
    ends[0]?.lose(new CodedError('PORT_BUSY', 'Port already in use', server));
    await vi.waitFor(() => expect(one.state.state.connection.phase).toBe('closed'));
    expect(application.stationPlaces.isTaken(server)).toBe(false);
    await other.openPort(server, 9600);
    // Whoever was refused has nothing more to give back.
    await one.closePort();
    await expect(third.openPort(server, 9600)).rejects.toMatchObject({ code: 'PORT_OPEN_HERE' });
    // Refused while it is being closed.
    ends[1]?.lose(new CodedError('PORT_BUSY', 'Port already in use', server));
    await other.closePort();
    await third.openPort(server, 9600);
    await application.close();
  });

  it('that a tab waits for is not opened any more once the tab is closed', async () => {
    const { application, opened } = await programWithServer();
    let letGo: (isLeft: boolean) => void = () => undefined;
    const asked = vi.fn(() => new Promise<boolean>((resolve) => (letGo = resolve)));
    const nothing = (): Promise<void> => Promise.resolve();
    application.useQueue({ letGo: asked, disconnect: nothing, end: nothing });
    const [one, other] = [application.openDevice(), application.openDevice()];
    const opening = expect(one.openPort(server, 9600)).rejects.toMatchObject({ code: 'DEVICE_GONE' });
    await vi.waitFor(() => expect(asked).toHaveBeenCalledOnce());
    await application.closeDevice(one.id);
    letGo(true);
    await opening;
    expect(opened).toEqual([]);
    expect(one.journal).toBeUndefined();
    expect(application.stationPlaces.isTaken(server)).toBe(false);
    const later = other.openPort(server, 9600);
    await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(2));
    letGo(true);
    await later;
    expect(opened).toEqual([server]);
    await application.close();
  });

  it('that a tab waits for is not opened any more once the person has opened another one there', async () => {
    const { application, opened } = await programWithServer();
    const [slow, quick] = [server, 'tcp://127.0.0.1:8'];
    let letGo: (isLeft: boolean) => void = () => undefined;
    const nothing = (): Promise<void> => Promise.resolve();
    application.useQueue({
      letGo: (name) => (name === slow ? new Promise((resolve) => (letGo = resolve)) : Promise.resolve(true)),
      disconnect: nothing,
      end: nothing,
    });
    const tab = application.openDevice();
    const earlier = expect(tab.openPort(slow, 9600)).rejects.toMatchObject({ code: 'CANCELLED' });
    await tab.openPort(quick, 9600);
    letGo(true);
    await earlier;
    expect(opened).toEqual([quick]);
    expect(tab.state.state.connection.port?.path).toBe(quick);
    expect(application.stationPlaces.isTaken(slow)).toBe(false);
    await application.close();
  });

  it('of a tab that is being closed is waited for', async () => {
    const { application, most } = await programWithServer();
    const [one, other] = [application.openDevice(), application.openDevice()];
    await one.openPort(server, 9600);
    await Promise.all([application.closeDevice(one.id), other.openPort(server, 9600)]);
    expect(other.state.state.connection.port?.path).toBe(server);
    expect(most()).toBe(1);
    await application.close();
  });

  it.skipIf(process.platform === 'win32')('is the same by the link of its adapter', async () => {
    const folder = realpathSync(testFolder());
    const [listed, link] = [join(folder, 'ttyUSB7'), join(folder, 'usb-adapter')];
    writeFileSync(listed, '');
    symlinkSync(listed, link);
    const { application, opened } = await programWithServer();
    application.state.change({ ports: [{ path: listed, kind: 'serial' }] });
    const [one, other] = [application.openDevice(), application.openDevice()];
    await one.openPort(link, 9600);
    await expect(other.openPort(listed, 9600)).rejects.toMatchObject({ code: 'PORT_OPEN_HERE' });
    // A search has no other way to it, either.
    application.search.start();
    await vi.waitFor(() => expect(application.state.state.search?.ports[0]?.status).toBe('inUse'));
    expect(opened).toEqual([link]);
    application.search.stop();
    await application.close();
  });

  it('that a search is at is left to the tab that wants it, and tried again once it is free', async () => {
    const { application, most } = await programWithServer();
    application.state.change({ ports: [{ path: '/dev/ttyS7', kind: 'serial' }] });
    const tab = application.openDevice();
    application.search.start();
    await vi.waitFor(() => expect(most()).toBe(1));
    await tab.openPort('/dev/ttyS7', 9600);
    expect(most()).toBe(1);
    const searched = () => application.state.state.search?.ports[0];
    await vi.waitFor(() => expect(searched()?.status).toBe('inUse'));
    expect(searched()?.cells.every(({ status }) => status === 'waiting')).toBe(true);
    await tab.closePort();
    await vi.waitFor(() => expect(searched()?.status).toBe('nothing'), { timeout: 20_000 });
    expect(most()).toBe(1);
    await application.close();
  }, 30_000);
});

it('a port of Windows has one name in each of its spellings', async () => {
  const names = await Promise.all(['COM5', 'com5', '\\\\.\\com5'].map((path) => onePortName(path, 'win32')));
  expect(new Set(names)).toEqual(new Set(['COM5']));
  expect(await onePortName(server, 'win32')).toBe(server);
});
