import { networkPath } from '../../shared/networkAddress.ts';
import type { NetworkAddress } from '../../shared/networkAddress.ts';
import { systemClock } from '../time/clock.ts';
import type { ComPortSettings } from './comPort.ts';
import { unlessLogin } from './loginPrompt.ts';
import { unlessRefused } from './serverRefusal.ts';
import type { Accepted } from './serverRefusal.ts';
import { openTcp } from './tcpLink.ts';
import { openTelnet } from './telnetLink.ts';

/** Time limits of opening, milliseconds. */
export interface NetworkTimes {
  readonly connectTimeoutMs: number;
  /** How long a telnet server may take to answer what is negotiated. */
  readonly negotiationMs: number;
  /** A refusal comes within this or three times the way to the server and back, whichever is longer. */
  readonly graceMs: number;
}

const usualTimes: NetworkTimes = { connectTimeoutMs: 5000, negotiationMs: 5000, graceMs: 250 };
const longestGraceMs = 1500;

/**
 * Connects to a serial server as the scheme of the address says; `rfc2217` sets its port, the others leave it as
 * the server has it. Rejects with `PORT_…`, with the server's own sentence where it says one.
 */
export async function openNetwork(
  address: NetworkAddress,
  { baudRate, ...line }: ComPortSettings,
  { connectTimeoutMs, negotiationMs, graceMs }: NetworkTimes = usualTimes,
): Promise<Accepted> {
  const name = networkPath(address);
  const beganMs = systemClock.steadyMs();
  const tcp = await openTcp(address, { connectTimeoutMs });
  const roundTripMs = systemClock.steadyMs() - beganMs;
  const accepted = await unlessRefused(tcp, name, Math.max(graceMs, Math.min(3 * roundTripMs, longestGraceMs)));
  const link = unlessLogin(accepted.link, name);
  if (address.scheme === 'tcp') return { ...accepted, link };
  const comPort = address.scheme === 'rfc2217' ? { comPort: { baudRate, ...line } } : {};
  return { ...accepted, link: await openTelnet(link, { name, negotiationMs, ...comPort }) };
}
