import { expect, it, vi } from 'vitest';
import type { Link } from '../../main/transport/link.ts';
import { loopback } from '../../main/transport/loopback.ts';
import { CodedError } from '../../shared/errors.ts';
import type { PortInfo } from '../../shared/state.ts';
import { startApplication } from '../device/rig.ts';

const adapterAt = (path: string, serialNumber?: string): PortInfo => ({
  path,
  kind: 'serial',
  usbId: '1a86:7523',
  ...(serialNumber === undefined ? {} : { serialNumber }),
});

/** A computer with ports, of which adapters are pulled. */
async function computer(first: PortInfo, ...others: readonly PortInfo[]) {
  let there: readonly PortInfo[] = [first, ...others];
  const ends = new Map<string, Link>();
  let missed = 0;
  const application = await startApplication({
    session: {
      reopenMs: 1,
      openLink: (port) => {
        missed += 1;
        if (!there.some(({ path }) => path === port.path))
          return Promise.reject(new CodedError('PORT_NOT_FOUND', `${port.path}: not there`, port.path));
        missed = 0;
        const [near, end] = loopback();
        ends.set(port.path, end);
        return Promise.resolve({ link: near });
      },
    },
  });
  /** @param real what is there, where the list is an old one */
  const list = (ports: readonly PortInfo[], real = ports): void => {
    there = real;
    application.state.change({ ports });
  };
  list(there);
  const tab = application.openDevice();
  await tab.openPort(first.path, 9600);
  /** The port is lost before the list is looked at again. */
  const pull = async (left: readonly PortInfo[] = []): Promise<void> => {
    there = left;
    await ends.get(first.path)?.close();
    await vi.waitFor(() => expect(tab.state.state.connection.phase).toBe('waiting'));
    list(left);
  };
  /** So often the port is tried again, for nothing. */
  const missAgain = async (times: number): Promise<void> => {
    const before = missed;
    await vi.waitFor(() => expect(missed).toBeGreaterThanOrEqual(before + times));
  };
  return { application, tab, list, pull, missAgain };
}

it('a session goes on at the name that its adapter has when it comes back', async () => {
  const { application, tab, list, pull } = await computer(adapterAt('/dev/ttyUSB0', 'A'));
  await pull();
  list([adapterAt('/dev/ttyUSB4', 'A')]);
  await vi.waitFor(() =>
    expect(tab.state.state.connection).toMatchObject({ phase: 'probing', port: { path: '/dev/ttyUSB4' } }),
  );
  const notes = tab.log.read(0, 1000).map(({ text }) => text);
  expect(notes).toContain('The adapter that was at /dev/ttyUSB0 is at /dev/ttyUSB4 now');
  // The new name is the tab's, the old one nobody's.
  const other = application.openDevice();
  await expect(other.openPort('/dev/ttyUSB4', 9600)).rejects.toMatchObject({ code: 'PORT_OPEN_HERE' });
  list([adapterAt('/dev/ttyUSB4', 'A'), adapterAt('/dev/ttyUSB0', 'B')]);
  await other.openPort('/dev/ttyUSB0', 9600);
  expect(other.state.state.connection.phase).toBe('probing');
});

it('another adapter is not taken for it, nor one that another tab has, nor one without a number', async () => {
  const { application, tab, list, pull, missAgain } = await computer(adapterAt('/dev/ttyUSB0', 'A'));
  // Another tab has the like of it, with the same number, which no list has had yet: some makers give all of theirs one.
  const own = adapterAt('/dev/ttyUSB0', 'A');
  list([own], [own, adapterAt('/dev/ttyUSB1', 'A')]);
  await application.openDevice().openPort('/dev/ttyUSB1', 9600);
  await pull();
  list([adapterAt('/dev/ttyUSB1', 'A'), adapterAt('/dev/ttyUSB2', 'B'), adapterAt('/dev/ttyUSB3')]);
  await missAgain(3);
  expect(tab.state.state.connection).toMatchObject({ phase: 'waiting', port: { path: '/dev/ttyUSB0' } });
  list([adapterAt('/dev/ttyUSB0', 'A'), adapterAt('/dev/ttyUSB1', 'B')]);
  await vi.waitFor(() => expect(tab.state.state.connection.phase).toBe('probing'));
});

it('a number that another port has, too, leads nowhere: the other one may have been there all along', async () => {
  const { tab, list, pull, missAgain } = await computer(
    adapterAt('/dev/ttyUSB0', '0001'),
    adapterAt('/dev/ttyUSB1', '0001'),
  );
  await pull([adapterAt('/dev/ttyUSB1', '0001')]);
  await missAgain(3);
  // Both of an adapter with two ports come back, the second one later.
  list([adapterAt('/dev/ttyUSB2', '0001')]);
  await missAgain(3);
  list([adapterAt('/dev/ttyUSB2', '0001'), adapterAt('/dev/ttyUSB3', '0001')]);
  await missAgain(3);
  expect(tab.state.state.connection).toMatchObject({ phase: 'waiting', port: { path: '/dev/ttyUSB0' } });
  // The next session is one of an adapter that is alone.
  list([adapterAt('/dev/ttyUSB0', '0001')]);
  await vi.waitFor(() => expect(tab.state.state.connection.phase).toBe('probing'));
  await tab.closePort();
  await tab.openPort('/dev/ttyUSB0', 9600);
  await pull();
  list([adapterAt('/dev/ttyUSB2', '0001')]);
  await vi.waitFor(() => expect(tab.state.state.connection.port?.path).toBe('/dev/ttyUSB2'));
});

it('a like one that came while the session went on is not taken for it', async () => {
  const { tab, list, pull, missAgain } = await computer(adapterAt('/dev/ttyUSB0', '0001'));
  list([adapterAt('/dev/ttyUSB0', '0001'), adapterAt('/dev/ttyUSB1', '0001')]);
  // The list is looked at later than the port is lost.
  await pull([adapterAt('/dev/ttyUSB1', '0001')]);
  await missAgain(3);
  expect(tab.state.state.connection).toMatchObject({ phase: 'waiting', port: { path: '/dev/ttyUSB0' } });
});

it('one of two that come back at once is not taken for it, nor any as long as the list has the old name', async () => {
  const { tab, list, pull, missAgain } = await computer(adapterAt('/dev/ttyUSB0', '0001'));
  await pull();
  list([adapterAt('/dev/ttyUSB1', '0001'), adapterAt('/dev/ttyUSB2', '0001')]);
  await missAgain(3);
  list([adapterAt('/dev/ttyUSB0', '0001'), adapterAt('/dev/ttyUSB4', '0001')], []);
  await missAgain(3);
  list([adapterAt('/dev/ttyUSB0', 'B'), adapterAt('/dev/ttyUSB4', '0001')], []);
  await missAgain(3);
  expect(tab.state.state.connection).toMatchObject({ phase: 'waiting', port: { path: '/dev/ttyUSB0' } });
  list([adapterAt('/dev/ttyUSB4', '0001')]);
  await vi.waitFor(() => expect(tab.state.state.connection.port?.path).toBe('/dev/ttyUSB4'));
});

it('what is no USB adapter is not taken for another that is none, either', async () => {
  const numbered = (path: string): PortInfo => ({ path, kind: 'serial', serialNumber: 'A' });
  const { tab, list, pull, missAgain } = await computer(numbered('/dev/cu.one'));
  await pull();
  list([numbered('/dev/cu.two')]);
  await missAgain(3);
  expect(tab.state.state.connection).toMatchObject({ phase: 'waiting', port: { path: '/dev/cu.one' } });
});

it('a person who disconnects while the other name is waited for has neither of the two any more', async () => {
  const { application, tab, list, pull } = await computer(adapterAt('/dev/ttyUSB0', 'A'));
  await pull();
  let letGo: (isLeft: boolean) => void = () => undefined;
  const asked = vi.fn((_name: string) => new Promise<boolean>((resolve) => (letGo = resolve)));
  const nothing = (): Promise<void> => Promise.resolve();
  application.useQueue({ letGo: asked, disconnect: nothing, end: nothing });
  list([adapterAt('/dev/ttyUSB4', 'A')]);
  await vi.waitFor(() => expect(asked).toHaveBeenCalledWith('/dev/ttyUSB4'));
  const { isTaken } = application.stationPlaces;
  expect(isTaken('/dev/ttyUSB4')).toBe(true);
  await tab.closePort();
  letGo(true);
  await vi.waitFor(() => expect(isTaken('/dev/ttyUSB4')).toBe(false));
  expect(isTaken('/dev/ttyUSB0')).toBe(false);
  expect(tab.state.state.connection).toMatchObject({ phase: 'closed', port: { path: '/dev/ttyUSB0' } });
});
