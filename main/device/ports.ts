import { firstVirtualPort, profilePort, virtualProfile } from '../../shared/virtualPort.ts';
import { realpath, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { CodedError } from '../../shared/errors.ts';
import { usualLine } from '../../shared/lineSettings.ts';
import type { LineSettings } from '../../shared/lineSettings.ts';
import { networkPath, networkSchemeOf, networkSchemes, parseNetworkAddress } from '../../shared/networkAddress.ts';
import type { PortInfo, SimulatorState } from '../../shared/state.ts';
import { profileNames } from '../sim/profile.ts';
import type { Simulator } from '../sim/simulator.ts';
import type { Link } from '../transport/link.ts';
import { calloutPort } from '../transport/macPort.ts';
import { listPorts } from '../transport/portList.ts';
import { openSerial } from '../transport/serialLink.ts';
import { windowsPort } from '../transport/windowsPort.ts';
import { openNetwork } from '../transport/networkLink.ts';

/** The addresses of serial servers, as an error names them. */
const networkForms = networkSchemes.map((scheme) => `${scheme}://host:port`).join(', ');

/** The virtual module one begins with: that of the document. */
export const virtualPort: PortInfo = { path: firstVirtualPort, kind: 'virtual' };

/** Serial ports of the machine, then the virtual modules, that of the document first. */
export async function availablePorts(): Promise<PortInfo[]> {
  const virtual = profileNames.map((name): PortInfo => ({ path: profilePort(name), kind: 'virtual' }));
  return [...(await listPorts()), ...virtual];
}

/** What a path stands for: a listed port, a serial server, `sim:<profile>`, or a device that is not listed. */
export function portInfoOf(path: string, listed: readonly PortInfo[]): PortInfo {
  const known = listed.find((port) => port.path === path);
  if (known) return known;
  if (virtualProfile(path) !== undefined) return { path, kind: 'virtual' };
  return { path, kind: networkSchemeOf(path) ?? 'serial' };
}

/**
 * A port by the name that its system opens it by, so that one port is never taken for two: see {@link calloutPort}.
 * @param platform may be another one in tests
 */
export async function usualName(path: string, platform: NodeJS.Platform = process.platform): Promise<string> {
  return platform === 'darwin' ? calloutPort(path) : path;
}

/**
 * The name by which a port is listed that a person has typed, also by the link of an adapter (`/dev/serial/by-id`): who looks at
 * all of the list does not open one port twice. What no list has is the usual name.
 */
export async function listedName(typed: string, listed: readonly PortInfo[]): Promise<string> {
  const path = await usualName(typed);
  if (process.platform === 'win32' || !posix.isAbsolute(path) || listed.some((port) => port.path === path)) return path;
  const target = await realpath(path).catch(() => path);
  return listed.some((port) => port.path === target) ? target : path;
}

/** Serial devices by name; virtual consoles such as `/dev/tty1` are none. */
const unixNames = /^\/dev\/((tty|cu)[A-Za-z.][^/]*|rfcomm\d+|tnt\d+|pts\/\d+|serial\/by-(id|path)\/[^/]+)$/;

/** True for a name under which the system offers serial devices, whether or not there is one. */
export function isSerialName(path: string, platform: NodeJS.Platform = process.platform): boolean {
  if (platform === 'win32') return windowsPort(path) !== undefined;
  return unixNames.test(path) && posix.normalize(path) === path;
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
 * in, a serial server, a virtual module. @throws CodedError `PORT_NOT_ALLOWED`, `BAD_ARGUMENT` for a profile or habit
 * that there is not.
 */
export async function checkPortPath(path: string, listed: readonly PortInfo[]): Promise<void> {
  if (listed.some((port) => port.path === path)) return;
  const profile = virtualProfile(path);
  if (profile !== undefined) {
    const { readName } = await import('../sim/simulator.ts');
    readName(profile);
    return;
  }
  if (networkSchemeOf(path) ? parseNetworkAddress(path) : await isSerialDevice(path)) return;
  throw new CodedError('PORT_NOT_ALLOWED', `Neither listed, nor a serial device, ${networkForms} or sim:profile`, path);
}

/** An open link and, for the virtual module, where its platform is. */
export interface OpenedPort {
  readonly link: Link;
  readonly simulator?: SimulatorState;
  /** Told of what a virtual module does not simulate, and of faults of its own. */
  onNotice?: ((text: string) => void) | undefined;
  /** Sees what passes between virtual module and simulated platform. */
  onDatagram?: Simulator['onDatagram'];
  /** The address that is right for what the far end speaks, where this one is not. */
  readonly suggestion?: string;
}

/** Opens what a port stands for, its line set so. @throws CodedError `PORT_…`, `BAD_ARGUMENT`. */
export async function openPortLink(
  port: PortInfo,
  baudRate: number,
  { lineEnding: _text, ...line }: LineSettings = usualLine,
): Promise<OpenedPort> {
  if (port.kind === 'virtual') {
    // Loaded only when used: the simulator is half of the program.
    const { openSimulator } = await import('../sim/simulator.ts');
    return openSimulator({ profile: virtualProfile(port.path) ?? '', baudRate });
  }
  if (port.kind === 'serial') {
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(port.path))
      throw new CodedError(
        'BAD_ARGUMENT',
        `${port.path}: expected a device, ${networkForms} or sim:profile`,
        port.path,
      );
    return { link: await openSerial(port.path, { baudRate, ...line }) };
  }
  const address = parseNetworkAddress(port.path);
  if (!address) {
    throw new CodedError('BAD_ARGUMENT', `${port.path}: expected ${port.kind}://host:port`, port.path);
  }
  const { link, speaksTelnet } = await openNetwork(address, { baudRate, ...line });
  if (!speaksTelnet || address.scheme !== 'tcp') return { link };
  return { link, suggestion: networkPath({ ...address, scheme: 'telnet' }) };
}
