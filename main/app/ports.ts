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
