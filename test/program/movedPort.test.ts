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
async function computer(first: PortInfo) {
  let there: readonly PortInfo[] = [first];
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
  const list = (ports: readonly PortInfo[]): void => {
    there = ports;
    application.state.change({ ports });
  };
  list(there);
  const tab = application.openDevice();
  await tab.openPort(first.path, 9600);
  const pull = async (): Promise<void> => {
    list([]);
    await ends.get(first.path)?.close();
    await vi.waitFor(() => expect(tab.state.state.connection.phase).toBe('waiting'));
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
  // Another tab has the like of it, with the same number: some makers give all of theirs one.
  list([adapterAt('/dev/ttyUSB0', 'A'), adapterAt('/dev/ttyUSB1', 'A')]);
  await application.openDevice().openPort('/dev/ttyUSB1', 9600);
  await pull();
  list([adapterAt('/dev/ttyUSB1', 'A'), adapterAt('/dev/ttyUSB2', 'B'), adapterAt('/dev/ttyUSB3')]);
  await missAgain(3);
  expect(tab.state.state.connection).toMatchObject({ phase: 'waiting', port: { path: '/dev/ttyUSB0' } });
  list([adapterAt('/dev/ttyUSB0', 'A'), adapterAt('/dev/ttyUSB1', 'B')]);
  await vi.waitFor(() => expect(tab.state.state.connection.phase).toBe('probing'));
});
