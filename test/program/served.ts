import type { Handlers } from '../../shared/contract/contract.ts';
import { rowOf } from '../../shared/contract/contract.ts';
import { requestNames } from '../../shared/contract/names.ts';
import type { Device } from '../../main/device/device.ts';
import { createServe } from '../../main/program/handlers.ts';

/** Folders that no test looks into. */
export const places = { journals: '/a', commandLine: '/b', settings: '/c', crashes: '/d' } as const;

/** Main's side of the contract as a tab has it: every request of a device is of that one. */
export function served(device: Device, ...parts: Parameters<typeof createServe>): Handlers {
  const serve = createServe(...parts);
  const all = requestNames.map((name) => {
    const isOfDevice = rowOf(name).scope === 'device';
    return [name, (...given: unknown[]) => serve(name, ...(isOfDevice ? [device.id] : []), ...given)] as const;
  });
  return Object.fromEntries(all) as unknown as Handlers;
}
