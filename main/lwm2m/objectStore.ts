import { CodedError } from '../../shared/errors.ts';
import { formatPath, isCovered, parsePath } from '../../shared/lwm2m.ts';
import type { Lwm2mPath, ResourceType, ResourceValue, ValueWriter } from '../../shared/lwm2m.ts';
import type { ObjectView, ResourceView } from '../../shared/state.ts';
import { definitionOf, resourceDefinitionOf } from './definitions/lookup.ts';
import type { DeviceModel, ModelInstance, ModelObject, ModelResource } from '../../shared/deviceModel.ts';
import { requireOutgoing, requireValue } from './values.ts';

/** A value as a read answers it. */
export interface ResourceReading {
  readonly path: string;
  readonly objectId: number;
  readonly instanceId: number;
  readonly resourceId: number;
  readonly type: ResourceType;
  readonly value: ResourceValue;
}

/** One change of {@link ObjectStore.writeAll}. */
export interface ResourceChange {
  readonly path: Lwm2mPath | string;
  readonly value: string;
}

/** Called after a value was set, also when it is the same as before. */
export type ChangeListener = (path: string, value: ResourceValue, by: ValueWriter) => void;

/** Called after an executable was executed; `count` is how often so far. */
export type ExecuteListener = (path: string, args: string, count: number) => void;

interface Entry {
  readonly path: string;
  readonly address: Required<Lwm2mPath>;
  readonly resource: ModelResource;
  value: ResourceValue;
  executed: number;
}

/** IPSO: Sensor Units says in which unit the other values of its instance are. */
const SENSOR_UNITS = 5701;
const measuredInSensorUnits = new Set([5600, 5601, 5602, 5603, 5604, 5650, 5700, 5702, 5703, 5704, 5900]);

function entriesOf(object: ModelObject, instance: ModelInstance): Entry[] {
  return instance.resources.map((resource) => {
    const address = { objectId: object.id, instanceId: instance.id, resourceId: resource.id };
    return { path: formatPath(address), address, resource, value: resource.value, executed: 0 };
  });
}

/** The objects of the device with their values. Text in {@link ResourceValue} form in, the same out. */
export class ObjectStore {
  #model: DeviceModel = { name: '', objects: [] };
  /** In the model's order, which is the order of every answer. */
  #entries: readonly Entry[] = [];
  #byPath: ReadonlyMap<string, Entry> = new Map();
  readonly #changeListeners = new Set<ChangeListener>();
  readonly #executeListeners = new Set<ExecuteListener>();

  constructor(model: DeviceModel) {
    this.load(model);
  }

  /** Another device from now on, with the values it starts with. Nobody is told: it is for whoever holds the session to say. */
  load(model: DeviceModel): void {
    this.#model = model;
    this.#entries = model.objects.flatMap((object) =>
      object.instances.flatMap((instance) => entriesOf(object, instance)),
    );
    this.#byPath = new Map(this.#entries.map((entry) => [entry.path, entry]));
  }

  /**
   * Answers a read of a resource, an instance or an object, in the model's order. What cannot be read is left out of
   * the wider reads. Throws `LWM2M_NOT_FOUND` when nothing has the path, `LWM2M_NOT_ALLOWED` when nothing there can be
   * read, `LWM2M_BAD_PATH`. LwM2M 1.0 §5.4.1.
   */
  read(path: Lwm2mPath | string): readonly ResourceReading[] {
    const readable = this.#below(path).filter((entry) => entry.resource.operations.includes('R'));
    if (readable.length === 0) throw refused('LWM2M_NOT_ALLOWED', 'Nothing can be read', path);
    return readable.map((entry) => ({
      path: entry.path,
      ...entry.address,
      type: entry.resource.type,
      value: entry.value,
    }));
  }

  /** The value of a resource, readable or not; undefined when there is none. Executables have an empty one. */
  valueOf(path: Lwm2mPath | string): ResourceValue | undefined {
    return this.#byPath.get(formatPath(toPath(path)))?.value;
  }

  /** All values by path, those of executables empty. */
  values(): Readonly<Record<string, ResourceValue>> {
    return Object.fromEntries(this.#entries.map(({ path, value }) => [path, value]));
  }

  /**
   * The type of a resource by the model, which may differ from the registry's. Throws `LWM2M_NOT_FOUND`,
   * `LWM2M_BAD_PATH`.
   */
  typeOf(path: Lwm2mPath | string): ResourceType {
    return this.#find(path).resource.type;
  }

  /**
   * Sets one value: a person and a generator may change all, the platform only what is writable. Throws `LWM2M_NOT_FOUND`, `LWM2M_NOT_ALLOWED` (an executable; for the platform also what is not
   * writable), `LWM2M_BAD_VALUE`, `LWM2M_BAD_PATH`, for a person `MIPL_TOO_LONG`. LwM2M 1.0 §5.4.3.
   */
  write(path: Lwm2mPath | string, value: string, options: { readonly by: ValueWriter }): void {
    this.writeAll([{ path, value }], options);
  }

  /** Whether the platform may read the resource. Throws `LWM2M_NOT_FOUND`, `LWM2M_BAD_PATH`. */
  isReadable(path: Lwm2mPath | string): boolean {
    return this.#find(path).resource.operations.includes('R');
  }

  /** Nothing happens where the platform may write. Throws `LWM2M_NOT_FOUND`, `LWM2M_NOT_ALLOWED`, `LWM2M_BAD_PATH`. */
  requireWritable(path: Lwm2mPath | string): void {
    this.#writable(path, 'platform');
  }

  /** Sets several values, all or, when one of them is refused, none. Throws as {@link write} does. */
  writeAll(changes: readonly ResourceChange[], { by }: { readonly by: ValueWriter }): void {
    const checked = changes.map(({ path, value }) => {
      const entry = this.#writable(path, by);
      const { type } = entry.resource;
      // The platform may write in blocks what cannot leave again in one message; a person cannot type that.
      return { entry, value: by === 'platform' ? requireValue(type, value) : requireOutgoing(type, value).value };
    });
    for (const { entry, value } of checked) entry.value = value;
    for (const { entry, value } of checked) for (const tell of this.#changeListeners) tell(entry.path, value, by);
  }

  /**
   * Executes a resource; returns how often it was executed so far. The arguments are free text: OneNET sends `reset`,
   * which is not the syntax of LwM2M 1.0 §5.4.5. Throws `LWM2M_NOT_FOUND`, `LWM2M_NOT_ALLOWED`, `LWM2M_BAD_PATH`.
   */
  execute(path: Lwm2mPath | string, args: string): number {
    const entry = this.#find(path);
    if (!entry.resource.operations.includes('E')) {
      throw refused('LWM2M_NOT_ALLOWED', 'The resource cannot be executed', path);
    }
    entry.executed += 1;
    for (const tell of this.#executeListeners) tell(entry.path, args, entry.executed);
    return entry.executed;
  }

  /** Calls the listener after each change; the returned function ends it. */
  onChange(listener: ChangeListener): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  /** Calls the listener after each execution; the returned function ends it. */
  onExecute(listener: ExecuteListener): () => void {
    this.#executeListeners.add(listener);
    return () => this.#executeListeners.delete(listener);
  }

  /** All resources that can be read, in the model's order. */
  readable(): readonly { readonly path: string; readonly type: ResourceType }[] {
    return this.#entries
      .filter(({ resource }) => resource.operations.includes('R'))
      .map(({ path, resource }) => ({ path, type: resource.type }));
  }

  /** Ids of the objects, in the model's order. */
  objectIds(): readonly number[] {
    return this.#model.objects.map((object) => object.id);
  }

  /** Ids of an object's instances, in the model's order. Throws `LWM2M_NOT_FOUND`. */
  instanceIds(objectId: number): readonly number[] {
    return this.#objectOf(objectId).instances.map((instance) => instance.id);
  }

  /**
   * Ids of an object's resources for the answer to a discover: those of all instances, executables included, in the
   * model's order. Throws `LWM2M_NOT_FOUND`.
   */
  resourceIdsOf(objectId: number): readonly number[] {
    return [...this.#resourcesOf(objectId).keys()];
  }

  /**
   * The counts AT+MIPLADDOBJ announces: resources with a value, and executables. Throws `LWM2M_NOT_FOUND`.
   */
  counts(objectId: number): { readonly attributeCount: number; readonly actionCount: number } {
    const resources = [...this.#resourcesOf(objectId).values()];
    const actionCount = resources.filter((resource) => resource.type === 'none').length;
    return { attributeCount: resources.length - actionCount, actionCount };
  }

  /** Objects, instances and resources with names, operations, types and units, as the screen shows them. */
  view(): readonly ObjectView[] {
    return this.#model.objects.map((object) => ({
      objectId: object.id,
      name: object.name ?? definitionOf(object.id).name,
      instances: object.instances.map((instance) => ({
        instanceId: instance.id,
        resources: instance.resources.map((resource) => this.#viewOf(object.id, instance.id, resource)),
      })),
    }));
  }

  #viewOf(objectId: number, instanceId: number, resource: ModelResource): ResourceView {
    const definition = resourceDefinitionOf(objectId, resource.id);
    const unit = resource.unit ?? definition.unit ?? this.#sensorUnit(objectId, instanceId, resource.id);
    return {
      resourceId: resource.id,
      path: formatPath({ objectId, instanceId, resourceId: resource.id }),
      name: resource.name ?? definition.name,
      operations: resource.operations,
      type: resource.type,
      ...(unit === undefined || unit === '' ? {} : { unit }),
    };
  }

  #sensorUnit(objectId: number, instanceId: number, resourceId: number): string | undefined {
    if (!measuredInSensorUnits.has(resourceId)) return undefined;
    return this.valueOf({ objectId, instanceId, resourceId: SENSOR_UNITS });
  }

  #writable(path: Lwm2mPath | string, by: ValueWriter): Entry {
    const entry = this.#find(path);
    if (entry.resource.type === 'none' || (by === 'platform' && !entry.resource.operations.includes('W'))) {
      throw refused('LWM2M_NOT_ALLOWED', 'The resource cannot be written', path);
    }
    return entry;
  }

  #find(path: Lwm2mPath | string): Entry {
    const entry = this.#byPath.get(formatPath(toPath(path)));
    if (entry === undefined) throw refused('LWM2M_NOT_FOUND', 'There is no such resource', path);
    return entry;
  }

  #below(path: Lwm2mPath | string): readonly Entry[] {
    const cover = toPath(path);
    const found = this.#entries.filter((entry) => isCovered(entry.address, cover));
    if (found.length === 0) throw refused('LWM2M_NOT_FOUND', 'There is nothing at this path', path);
    return found;
  }

  #objectOf(objectId: number): ModelObject {
    const object = this.#model.objects.find((candidate) => candidate.id === objectId);
    if (object === undefined) throw refused('LWM2M_NOT_FOUND', 'There is no such object', { objectId });
    return object;
  }

  /** By id, each once, in the order they first stand in. */
  #resourcesOf(objectId: number): ReadonlyMap<number, ModelResource> {
    const resources = new Map<number, ModelResource>();
    for (const resource of this.#objectOf(objectId).instances.flatMap((instance) => instance.resources)) {
      if (!resources.has(resource.id)) resources.set(resource.id, resource);
    }
    return resources;
  }
}

function toPath(path: Lwm2mPath | string): Lwm2mPath {
  if (typeof path !== 'string') return path;
  const parsed = parsePath(path);
  if (parsed === undefined) throw new CodedError('LWM2M_BAD_PATH', 'Not a path of the object tree', path);
  return parsed;
}

function refused(code: 'LWM2M_NOT_FOUND' | 'LWM2M_NOT_ALLOWED', message: string, path: Lwm2mPath | string): CodedError {
  return new CodedError(code, message, typeof path === 'string' ? path : formatPath(path));
}
