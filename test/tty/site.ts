import { onTestFinished } from 'vitest';
import type { Device } from '../../main/device/device.ts';
import { Cable } from './cable.ts';
import { freePort } from './freePort.ts';
import { Mipl } from './mipl.ts';
import type { Ready } from './mipl.ts';
import { Ser2net } from './ser2net.ts';
import type { ServedPort } from './ser2net.ts';
import { baudRate, startDevice } from './wire.ts';

export interface Site {
  readonly cable: Cable;
  readonly ready: Ready;
  readonly server: Ser2net;
  readonly ports: readonly ServedPort[];
  readonly address: (scheme: string, index?: number) => string;
}

/** A virtual module on a cable, a serial server at the cable's other end; all gone when the test is. */
export async function site(...wanted: readonly Omit<ServedPort, 'port' | 'device'>[]): Promise<Site> {
  const cable = await Cable.plugged();
  onTestFinished(() => cable.close());
  const sim = new Mipl(['sim', '--baud', String(baudRate), '--radio-speed', '200', '--pty', cable.near]);
  onTestFinished(async () => void (await sim.stop()));
  const ready = await sim.event<Ready>();
  const ports: ServedPort[] = [];
  for (const one of wanted) ports.push({ ...one, port: await freePort(), device: cable.far });
  const server = await Ser2net.started(ports);
  onTestFinished(() => server.close());
  const address = (scheme: string, index = 0): string => `${scheme}://127.0.0.1:${ports[index]?.port ?? 0}`;
  return { cable, ready, server, ports, address };
}

/** The tool with its journal in the cable's folder. */
export async function device(cable: Cable): Promise<Device> {
  const started = await startDevice(cable);
  onTestFinished(() => started.close());
  return started;
}
