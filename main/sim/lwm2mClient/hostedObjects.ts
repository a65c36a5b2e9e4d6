import { Refusal } from '../refusal.ts';

/** Most instances of one object (mipl-at.md §12: Xinyi, BC). */
const maximumInstances = 8;

/** An object as AT+MIPLADDOBJ declares it. */
export interface HostedObject {
  readonly objectId: number;
  readonly instances: readonly number[];
  /** Readable, writable and executable resources together: what the host may name in DISCOVERRSP. */
  readonly resourceCount: number;
}

/** The objects the host has added; the module itself knows no resources and no values. */
export class HostedObjects {
  readonly #objects = new Map<number, HostedObject>();

  /** @param bitmap one character per instance from 0 on, `1` when it exists (mipl-at.md §3: left to right). */
  add(objectId: number, instanceCount: number, bitmap: string, resourceCount: number): void {
    if (this.#objects.has(objectId)) throw new Refusal('exists', `object ${objectId} was added already`);
    if (instanceCount > maximumInstances) throw new Refusal('parameter', `${instanceCount} instances are too many`);
    if (bitmap.length !== instanceCount || !/^[01]+$/.test(bitmap) || !bitmap.includes('1')) {
      throw new Refusal('parameter', `bitmap ${bitmap} does not fit ${instanceCount} instances`);
    }
    const instances = [...bitmap].flatMap((mark, instanceId) => (mark === '1' ? [instanceId] : []));
    this.#objects.set(objectId, { objectId, instances, resourceCount });
  }

  remove(objectId: number): void {
    if (!this.#objects.delete(objectId)) throw new Refusal('missing', `object ${objectId} was never added`);
  }

  get(objectId: number): HostedObject | undefined {
    return this.#objects.get(objectId);
  }

  /** True when the object exists and, where one is given, the instance. */
  has(objectId: number, instanceId?: number): boolean {
    const object = this.#objects.get(objectId);
    return object !== undefined && (instanceId === undefined || object.instances.includes(instanceId));
  }

  /** Every instance, in the order of ADDOBJ. */
  instances(): { objectId: number; instanceId: number }[] {
    return [...this.#objects.values()].flatMap(({ objectId, instances }) =>
      instances.map((instanceId) => ({ objectId, instanceId })),
    );
  }
}
