import { formatPath } from '../../../shared/lwm2m.ts';
import type { Lwm2mPath } from '../../../shared/lwm2m.ts';
import { CommandRefusal } from '../commandRefusal.ts';

/** Most instances of one object (mipl-at.md §12: Xinyi, BC). */
const maximumInstances = 8;

/** An object as AT+MIPLADDOBJ declares it. */
export interface HostedObject {
  readonly objectId: number;
  readonly instances: readonly number[];
  /** Readable, writable and executable resources together: what the host may name in DISCOVERRSP. */
  readonly resourceCount: number;
}

/** The objects the host has added; the module itself knows their values only in passing. */
export class HostedObjects {
  readonly #objects = new Map<number, HostedObject>();
  readonly #standard: readonly number[];
  /** Resources the host has announced by object (dialect cmcc). */
  readonly #resources = new Map<number, readonly string[]>();
  /** Value types the host has used, by path. */
  readonly #types = new Map<string, number>();

  /** @param standard objects of the module itself, which the host cannot add (mipl-at.md §3). */
  constructor(standard: readonly number[] = []) {
    this.#standard = standard;
  }

  /** @param bitmap one character per instance from 0 on, `1` when it exists (mipl-at.md §3: left to right). */
  add(objectId: number, instanceCount: number, bitmap: string, resourceCount: number): void {
    if (this.#objects.has(objectId) || this.#standard.includes(objectId)) {
      throw new CommandRefusal('exists', `object ${objectId} is there already`);
    }
    if (instanceCount > maximumInstances)
      throw new CommandRefusal('parameter', `${instanceCount} instances are too many`);
    if (bitmap.length !== instanceCount || !/^[01]+$/.test(bitmap) || !bitmap.includes('1')) {
      throw new CommandRefusal('parameter', `bitmap ${bitmap} does not fit ${instanceCount} instances`);
    }
    const instances = [...bitmap].flatMap((mark, instanceId) => (mark === '1' ? [instanceId] : []));
    this.#objects.set(objectId, { objectId, instances, resourceCount });
  }

  remove(objectId: number): void {
    if (!this.#objects.delete(objectId)) throw new CommandRefusal('missing', `object ${objectId} was never added`);
    this.#resources.delete(objectId);
  }

  get(objectId: number): HostedObject | undefined {
    return this.#objects.get(objectId);
  }

  /** True when the host has added the object and, where one is given, the instance. */
  has(objectId: number, instanceId?: number): boolean {
    const object = this.#objects.get(objectId);
    return object !== undefined && (instanceId === undefined || object.instances.includes(instanceId));
  }

  /** Every instance: those of the module itself, then in the order of ADDOBJ. */
  instances(): { objectId: number; instanceId: number }[] {
    const own = this.#standard.map((objectId) => ({ objectId, instanceId: 0 }));
    const hosted = [...this.#objects.values()].flatMap(({ objectId, instances }) =>
      instances.map((instanceId) => ({ objectId, instanceId })),
    );
    return [...own, ...hosted];
  }

  /** Keeps what an object's resources are, for discovers the module answers by itself. */
  announce(objectId: number, resources: readonly string[]): void {
    this.#resources.set(objectId, resources);
  }

  /** Resources announced for an object; none when nothing was. */
  announced(objectId: number): readonly string[] {
    return this.#resources.get(objectId) ?? [];
  }

  /** CLOSE takes the announcements with it (mipl-at.md §4). */
  forgetAnnouncements(): void {
    this.#resources.clear();
  }

  /** The host has sent a value of this type. */
  declareType(path: Lwm2mPath, valueType: number): void {
    this.#types.set(formatPath(path), valueType);
  }

  /** The type of an earlier value of the host; undefined when there was none. */
  declaredType(path: Lwm2mPath): number | undefined {
    return this.#types.get(formatPath(path));
  }
}
