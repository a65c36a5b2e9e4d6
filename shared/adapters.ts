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
