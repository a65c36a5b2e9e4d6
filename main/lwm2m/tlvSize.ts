import type { ResourceReading } from './objectStore.ts';
import type { Lwm2mPath } from '../../shared/lwm2m.ts';
import { byteLengthOf } from './values.ts';

/** Type byte, identifier of one or two bytes, length of none to three bytes (LwM2M 1.0 §6.4.3). */
function entrySize(id: number, length: number): number {
  const idBytes = id > 0xff ? 2 : 1;
  const lengthBytes = length < 8 ? 0 : length <= 0xff ? 1 : length <= 0xffff ? 2 : 3;
  return 1 + idBytes + lengthBytes + length;
}

/**
 * Bytes of the data part that the module makes of a read's answer, in TLV (LwM2M 1.0 §6.4.3): resources with the widths
 * MIPL announces, below the object where all of it was read in object instances. Modules with the CIS core wrap one
 * instance too, which is counted, so the figure may be 3 bytes above the truth and never below it.
 */
export function answerSizeOf(path: Lwm2mPath, readings: readonly ResourceReading[]): number {
  const ofInstance = new Map<number, number>();
  for (const { instanceId, resourceId, type, value } of readings) {
    const size = entrySize(resourceId, byteLengthOf(type, value));
    ofInstance.set(instanceId, (ofInstance.get(instanceId) ?? 0) + size);
  }
  const isWrapped = path.resourceId === undefined;
  let total = 0;
  for (const [instanceId, size] of ofInstance) total += isWrapped ? entrySize(instanceId, size) : size;
  return total;
}
