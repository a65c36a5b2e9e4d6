import { realpath, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { CodedError } from '../../shared/errors.ts';
import type { PortInfo, SimulatorState } from '../../shared/state.ts';
import { profileNames } from '../sim/profile.ts';
import type { Link } from '../transport/link.ts';
import { listPorts } from '../transport/portList.ts';
import { openSerial } from '../transport/serialLink.ts';
import { openTcp, parseTcpPath } from '../transport/tcpLink.ts';

const TCP_TIMEOUT_MS = 5000;

/** The virtual module one begins with: that of the document. */
export const virtualPort: PortInfo = { path: 'sim:m5310-seed', kind: 'virtual' };

/** Serial ports of the machine, then the virtual modules, that of the document first. */
export async function availablePorts(): Promise<PortInfo[]> {
  const virtual = profileNames.map((name): PortInfo => ({ path: `sim:${name}`, kind: 'virtual' }));
  return [...(await listPorts()), ...virtual];
}

/** What a path stands for: a listed port, `tcp://host:port`, `sim:<profile>`, or a device that is not listed. */
export function portInfoOf(path: string, listed: readonly PortInfo[]): PortInfo {
  const known = listed.find((port) => port.path === path);
  if (known) return known;
  if (path.startsWith('sim:')) return { path, kind: 'virtual' };
  return { path, kind: path.startsWith('tcp://') ? 'tcp' : 'serial' };
}

/** Serial devices by name; virtual consoles such as `/dev/tty1` are none. */
const serialNames = {
  windows: /^COM[1-9]\d{0,3}$/i,
  unix: /^\/dev\/((tty|cu)[A-Za-z.][^/]*|rfcomm\d+|tnt\d+|pts\/\d+|serial\/by-(id|path)\/[^/]+)$/,
} as const;

/** True for a name under which the system offers serial devices, whether or not there is one. */
export function isSerialName(path: string, platform: NodeJS.Platform = process.platform): boolean {
  if (platform === 'win32') return serialNames.windows.test(path);
  return serialNames.unix.test(path) && posix.normalize(path) === path;
}

/** A link of any name will do, as long as a serial device is at its end; what is not there is for the system to say. */
async function isSerialDevice(path: string): Promise<boolean> {
  if (process.platform === 'win32' || !posix.isAbsolute(path)) return isSerialName(path);
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) return isSerialName(path);
  return isSerialName(target) && (await stat(target)).isCharacterDevice();
}

/**
 * Lets pass what may be opened for a window, which may have been taken over: a listed port, a serial device that is typed
 * in, `tcp://host:port`, a virtual module. @throws CodedError `PORT_NOT_ALLOWED`, `BAD_ARGUMENT` for a profile or habit
 * that there is not.
 */
export async function checkPortPath(path: string, listed: readonly PortInfo[]): Promise<void> {
  if (listed.some((port) => port.path === path)) return;
  if (path.startsWith('sim:')) {
    const { readName } = await import('../sim/simulator.ts');
    readName(path.slice('sim:'.length));
    return;
  }
  if (path.startsWith('tcp:') ? parseTcpPath(path) : await isSerialDevice(path)) return;
  throw new CodedError('PORT_NOT_ALLOWED', 'Neither listed, nor a serial device, tcp://host:port or sim:profile', path);
}

/** An open link and, for the virtual module, where its platform is. */
export interface OpenedPort {
  readonly link: Link;
  readonly simulator?: SimulatorState;
}

/** Opens what a port stands for. @throws CodedError `PORT_…`, `BAD_ARGUMENT`. */
export async function openPortLink(port: PortInfo, baudRate: number): Promise<OpenedPort> {
  if (port.kind === 'virtual') {
    // Loaded only when used: the simulator is half of the program.
    const { openSimulator } = await import('../sim/simulator.ts');
    return openSimulator({ profile: port.path.slice('sim:'.length), baudRate });
  }
  if (port.kind === 'tcp') {
    const address = parseTcpPath(port.path);
    if (!address) throw new CodedError('BAD_ARGUMENT', 'Expected tcp://host:port', port.path);
    return { link: await openTcp(address.host, address.port, { connectTimeoutMs: TCP_TIMEOUT_MS }) };
  }
  return { link: await openSerial(port.path, { baudRate }) };
}
