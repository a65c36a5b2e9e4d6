import { adapterOf } from '../../shared/adapters.ts';
import { firstVirtualPort, virtualProfile } from '../../shared/virtualPort.ts';
import { parseNetworkAddress } from '../../shared/networkAddress.ts';
import type { DeviceId, DeviceSummary } from '../../shared/programState.ts';
import type { PortInfo } from '../../shared/state.ts';
import { ranges } from '../../shared/settings.ts';
import { readWhole } from '../../shared/wholeRange.ts';
import type { Settings } from '../../shared/settings.ts';

/** What M5310 modules speak. */
export const usualBaudRate = 9600;
/** Rates offered; any other may be typed. */
export const baudRates = [2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600] as const;

/** One line of the port list. */
export interface PortChoice {
  readonly path: string;
  readonly group: 'adapters' | 'recent' | 'builtIn';
  readonly port?: PortInfo;
}

/** The list of ports: what is plugged in, what was used before and is not there, and what is built in. */
export function portChoices(ports: readonly PortInfo[], recent: Settings['recentPorts']): PortChoice[] {
  const present = new Set(ports.map((port) => port.path));
  const choices: PortChoice[] = ports
    .filter((port) => port.kind !== 'virtual')
    .map((port) => ({ path: port.path, group: 'adapters', port }));
  for (const { path } of recent) {
    if (!present.has(path) && virtualProfile(path) === undefined) choices.push({ path, group: 'recent' });
  }
  const virtual = ports.filter((port) => port.kind === 'virtual');
  for (const port of virtual) choices.push({ path: port.path, group: 'builtIn', port });
  if (virtual.length === 0) choices.push({ path: firstVirtualPort, group: 'builtIn' });
  return choices;
}

/**
 * Adapters a module may hang on: USB ones. A built-in COM port (`/dev/ttyS0`) is listed, but has no module on it as a
 * rule.
 */
export function adaptersOf(ports: readonly PortInfo[]): PortInfo[] {
  return ports.filter((port) => port.kind === 'serial' && port.usbId !== undefined);
}

/** Ports that no other tab has open; a virtual module is there as often as it is asked for. */
export function freePorts(
  ports: readonly PortInfo[],
  devices: readonly Pick<DeviceSummary, 'id' | 'phase' | 'port'>[],
  device: DeviceId,
): PortInfo[] {
  const taken = new Set(devices.flatMap(({ id, phase, port }) => (id === device || phase === 'closed' ? [] : [port])));
  return ports.filter(({ path, kind }) => kind === 'virtual' || !taken.has(path));
}

/**
 * The port to begin with: the last one used if it is there, else an adapter that had a module before, whatever its port is
 * called now, else the first adapter, else the virtual module.
 */
export function preselected(
  ports: readonly PortInfo[],
  { recentPorts: recent, adapters }: Pick<Settings, 'recentPorts' | 'adapters'>,
): string {
  const last = recent.find(({ path }) => ports.some((port) => port.path === path && port.kind !== 'virtual'));
  if (last) return last.path;
  const known = adaptersOf(ports).find((port) => adapterOf(port, adapters) !== undefined);
  return (
    (known ?? adaptersOf(ports)[0])?.path ?? ports.find((port) => port.kind === 'virtual')?.path ?? firstVirtualPort
  );
}

/** The rate to begin with for a port: what its adapter, else the port was opened with before, else what M5310 modules speak. */
export function rateFor(
  path: string,
  ports: readonly PortInfo[],
  { recentPorts, adapters }: Pick<Settings, 'recentPorts' | 'adapters'>,
): number {
  const port = ports.find((one) => one.path === path);
  const known = port && adapterOf(port, adapters);
  return known?.baudRate ?? recentPorts.find((entry) => entry.path === path)?.baudRate ?? usualBaudRate;
}

/** A baud rate as typed; undefined when it is none. */
export function readBaudRate(text: string): number | undefined {
  return readWhole(text, ranges.baudRate);
}

/** True for something main can open that is not a device of the list: a serial server, `sim:profile?habit`. */
export function isPortAddress(text: string): boolean {
  const path = text.trim();
  return parseNetworkAddress(path) !== undefined || /^[a-z0-9-]+(\?[a-z0-9=&-]+)?$/.test(virtualProfile(path) ?? '');
}

/** True for a path that may be handed to main. */
export function isOpenable(text: string): boolean {
  return isPortAddress(text) || /^(\/dev\/\S+|COM\d+|\/\S+)$/i.test(text.trim());
}
