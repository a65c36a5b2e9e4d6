import type { Application } from '../../main/program/application.ts';
import { openSerial } from '../../main/transport/serialLink.ts';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Cable } from '../tty/cable.ts';
import { Mipl } from '../tty/mipl.ts';
import type { Ready } from '../tty/mipl.ts';
import { baudRate } from '../tty/wire.ts';
import { NatsServer, reasonAgainstQueue } from './natsServer.ts';
import { queueAt, workOf } from './stationRoom.ts';
import type { StationWindow } from './stationWindow.ts';
import { soon, until, windowAt } from './stationWindow.ts';
import type { WorkQueue } from '../../main/stations/workQueue.ts';

const apiKey = 'key-of-the-platform';
const only = ['version', 'create'];

/** A module at one end of a serial cable, with its platform. */
async function moduleOn(
  cable: Cable,
  imei: string,
): Promise<{ readonly ready: Ready; readonly unplug: () => Promise<unknown> }> {
  const line = ['--baud', String(baudRate), '--radio-speed', '200', '--pty', cable.far];
  const sim = new Mipl(['sim', ...line, '--imei', imei, '--api-key', apiKey]);
  onTestFinished(async () => void (await sim.stop()));
  return { ready: await sim.event<Ready>(), unplug: () => sim.stop() };
}

const portOf = (application: Application, path: string) =>
  application.state.state.search?.ports.find((port) => port.path === path);

describe.skipIf(reasonAgainstQueue !== undefined)('the station of the window at a serial port', () => {
  let server: NatsServer;
  let cable: Cable;
  let queue: WorkQueue;
  beforeEach(async () => {
    [server, cable] = await Promise.all([NatsServer.start(), Cable.plugged()]);
    queue = await queueAt(server.url, true);
  });
  afterEach(async () => {
    await cable.close();
    await server.close();
  });

  /** The window, connected, with the cable as the port of its station, and the port among those that are listed. */
  async function windowWithPort(): Promise<StationWindow> {
    const window = await windowAt(server.url, {}, [cable.near]);
    const { application, handlers } = window;
    application.state.change({ ports: [{ path: cable.near, kind: 'serial' }] });
    await application.changeSettings({ recentPorts: [{ path: cable.near, baudRate }] });
    await handlers.connectQueue({ setUp: true });
    await until(window, ({ phase }) => phase === 'connected');
    return window;
  }

  const hasResult = (window: StationWindow, id: string): Promise<void> =>
    until(window, ({ view }) => view?.results.some((result) => result.id === id) ?? false);

  it('takes work, tests the device there, and the next one only once another device is plugged in', async () => {
    const [first, second] = ['867725030000011', '867725030000022'];
    const { ready, unplug } = await moduleOn(cable, first);
    const window = await windowWithPort();
    const { application, handlers, stations } = window;
    await application.changeSettings({ platformHost: ready.http });
    await application.platformKey.set(apiKey);
    await queue.add({ ...workOf('a'), platform: 'host', only });
    await handlers.startStation();
    await hasResult(window, 'a');
    const [a] = await queue.results();
    expect(a).toMatchObject({ outcome: 'passed', station: 'desk-1', port: cable.near });
    expect((await handlers.listSessions()).sessions).toHaveLength(1);
    await queue.add({ ...workOf('b'), platform: 'host', only });
    // The same device answers: the work is left to others.
    const looks = vi.spyOn(application.search, 'leaves');
    await vi.waitFor(() => expect(looks.mock.calls.length).toBeGreaterThan(2), soon);
    expect((await queue.list()).waiting.map(({ id }) => id)).toEqual(['b']);
    await unplug();
    const { ready: other } = await moduleOn(cable, second);
    await application.changeSettings({ platformHost: other.http });
    await handlers.stopStation();
    await handlers.startStation();
    await hasResult(window, 'b');
    expect(stations().view?.results.map(({ id, outcome }) => [id, outcome])).toContainEqual(['b', 'passed']);
  }, 120_000);

  it('is not disturbed by a search for modules, which says that the port is in use', async () => {
    const { ready } = await moduleOn(cable, '867725030000011');
    const window = await windowWithPort();
    const { application, handlers } = window;
    await application.changeSettings({ platformHost: ready.http });
    await application.platformKey.set(apiKey);
    await queue.add({ ...workOf('a'), platform: 'host', only });
    await handlers.startStation();
    await until(window, ({ view }) => view?.running[0]?.id === 'a');
    application.search.start();
    await vi.waitFor(() => expect(portOf(application, cable.near)).toMatchObject({ status: 'inUse' }), soon);
    application.search.stop();
    await application.search.ended;
    // Nobody has tried to open it.
    expect(portOf(application, cable.near)).not.toHaveProperty('fault');
    await hasResult(window, 'a');
    expect((await queue.results())[0]).toMatchObject({ outcome: 'passed' });
  }, 120_000);

  it('makes way at once where it only looks for a device: for a tab, and for a search', async () => {
    // Nobody answers: each look takes half a second, and is seen at the other end.
    const far = await openSerial(cable.far, { baudRate });
    onTestFinished(() => far.close());
    let isLookedAt = false;
    far.onData = () => (isLookedAt = true);
    const look = async (): Promise<void> => {
      isLookedAt = false;
      await vi.waitFor(() => expect(isLookedAt).toBe(true), { ...soon, interval: 5 });
    };
    const { application, handlers } = await windowWithPort();
    await handlers.startStation();
    await look();
    application.search.start();
    await application.search.ended;
    expect(portOf(application, cable.near)).toMatchObject({ status: 'nothing' });
    await look();
    await handlers.openPort({ path: cable.near, baudRate });
    expect(application.devices[0]?.summary).toMatchObject({ port: cable.near });
    expect(application.devices[0]?.summary.phase).not.toBe('closed');
  }, 120_000);
});
