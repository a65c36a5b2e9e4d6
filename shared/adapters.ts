import { usualLine } from './lineSettings.ts';
import type { LineSettings } from './lineSettings.ts';
import type { Settings } from './settings.ts';
import type { PortInfo } from './state.ts';

/** What was at an adapter when it was used last. */
export type KnownAdapter = Settings['adapters'][string];

/**
 * What an adapter is known by, whatever name the system gives its port: maker, product and serial number; one without a
 * number is told from its like by the port alone. Undefined for what is no USB adapter.
 */
export function adapterKey({ usbId, serialNumber, path }: PortInfo): string | undefined {
  if (usbId === undefined) return undefined;
  return serialNumber === undefined ? `${usbId}@${path}` : `${usbId}:${serialNumber}`;
}

/** What is known of the adapter of a port. */
export function adapterOf(port: PortInfo, known: Settings['adapters']): KnownAdapter | undefined {
  const key = adapterKey(port);
  return key !== undefined && Object.hasOwn(known, key) ? known[key] : undefined;
}

/** True for a port whose line can be set: a serial device, or a server's by RFC 2217. Of others only the text on it can. */
export function hasPortLine(kind: PortInfo['kind']): boolean {
  return kind === 'serial' || kind === 'rfc2217';
}

/** What the settings of a line are kept under: the adapter, whatever its port is called, else the address. */
export function lineKey(port: PortInfo): string {
  return adapterKey(port) ?? port.path;
}

/** The settings of a port as they are kept, else the usual ones. */
export function lineOf(port: PortInfo, known: Readonly<Record<string, LineSettings>>): LineSettings {
  const key = lineKey(port);
  return (Object.hasOwn(known, key) ? known[key] : undefined) ?? usualLine;
}
