import { readFile } from 'node:fs/promises';
import { maxCatalogueRemarks } from '../../shared/catalogue.ts';
import type { CatalogueEntry, CatalogueObject, CatalogueResource, CatalogueState } from '../../shared/catalogue.ts';
import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import { operations, resourceTypes } from '../../shared/lwm2m.ts';
import { list, number, object, open, optional, read, text, truth, word } from '../../shared/schema.ts';
import type { ValueOf } from '../../shared/schema.ts';
import { writeWhole } from '../files/writeWhole.ts';
import { catalogueObjectOf, definitionFor, tableObjects, tableResource } from '../lwm2m/definitions/catalogueObject.ts';
import type { OmaObject } from '../lwm2m/oma/objectFile.ts';

const resource = object({
  id: number(),
  name: text(Infinity),
  operations: word(operations),
  type: word(resourceTypes),
  isMandatory: truth,
  isMultiple: truth,
  unit: optional(text(Infinity)),
  range: optional(text(Infinity)),
});
/** What is kept of the registry between two starts. */
const keptShape = object({
  format: word(['mipl-object-catalogue']),
  version: word([1]),
  imported: open({
    atMs: number(),
    fileCount: number(),
    objectCount: number(),
    resourceCount: number(),
    remarkCount: number(),
    refusedCount: number(),
    remarks: list(object({ place: text(Infinity), text: text(Infinity) }), maxCatalogueRemarks),
  }),
  objects: list(
    object({
      id: number(),
      name: text(Infinity),
      version: text(Infinity),
      isMultiple: truth,
      resources: list(resource, Infinity),
    }),
    Infinity,
  ),
});

/** Where the catalogue tells what it holds. */
export type CatalogueListener = (state: CatalogueState) => void;

const resourcesIn = (objects: Iterable<{ readonly resources: readonly unknown[] }>): number =>
  [...objects].reduce((sum, { resources }) => sum + resources.length, 0);

/** The objects that a model can get: our own table, and whatever a person has imported from the OMA registry. */
export class ObjectCatalogue {
  /** Where the imported objects are kept; absent: in memory alone. */
  readonly #file: string | undefined;
  readonly #tell: CatalogueListener;
  readonly #wallMs: () => number;
  #objects = new Map<number, CatalogueObject>();
  #registry = new Map<number, OmaObject>();
  #imported: CatalogueState['imported'];
  /** Set once the file was looked at. */
  #loading: Promise<void> | undefined;
  #import: AbortController | undefined;

  constructor(options: { readonly file?: string; readonly onState: CatalogueListener; readonly wallMs: () => number }) {
    this.#file = options.file;
    this.#tell = options.onState;
    this.#wallMs = options.wallMs;
  }

  /** All objects by rising id. */
  async list(): Promise<CatalogueEntry[]> {
    await this.#load();
    return [...this.#objects.values()]
      .map(({ id, name, version, resources }) => ({
        id,
        name,
        ...defined({ version }),
        resourceCount: resources.length,
      }))
      .toSorted((one, other) => one.id - other.id);
  }

  /** Objects with their resources; one that nothing is known of has none. */
  async describe(ids: readonly number[]): Promise<CatalogueObject[]> {
    await this.#load();
    return ids.map((id) => definitionFor({ id, instances: [] }, this.#objects.get(id)));
  }

  /** What is known of the objects of a model, in its order. */
  async definitions(model: DeviceModel): Promise<CatalogueObject[]> {
    await this.#load();
    return model.objects.map((one) => definitionFor(one, this.#objects.get(one.id)));
  }

  /** What a resource of that number is, in that object or anywhere. */
  async describeResource(objectId: number, resourceId: number): Promise<CatalogueResource> {
    await this.#load();
    const known = this.#objects.get(objectId)?.resources.find(({ id }) => id === resourceId);
    return known ?? tableResource(objectId, resourceId);
  }

  /**
   * Takes what object files define into the catalogue; of an object that is there the new one counts. False when it was stopped:
   * nothing has changed then. @throws CodedError `FILE_BAD_MODEL` where no file holds an object, `FILE_NOT_FOUND`,
   * `FILE_NOT_WRITTEN`.
   */
  async import(places: readonly string[]): Promise<boolean> {
    await this.#load();
    this.#import?.abort();
    const abort = new AbortController();
    this.#import = abort;
    try {
      const { readRegistry } = await import('../lwm2m/oma/registryFiles.ts');
      const { objects, fileCount, remarks, refused } = await readRegistry(places, {
        signal: abort.signal,
        onProgress: (done, total) => this.#say({ done, total }),
      });
      if (objects.size === 0) throw nothingFound(remarks[0]);
      const registry = new Map([...this.#registry, ...objects]);
      const imported = {
        atMs: this.#wallMs(),
        fileCount,
        objectCount: objects.size,
        resourceCount: resourcesIn(objects.values()),
        remarks: remarks.slice(0, maxCatalogueRemarks),
        remarkCount: remarks.length,
        refusedCount: refused.length,
      };
      await this.#keep(registry, imported);
      this.#take(registry, imported);
      return true;
    } catch (error) {
      if (faultOf(error).code === 'CANCELLED') return false;
      throw error;
    } finally {
      if (this.#import === abort) this.#import = undefined;
      this.#say();
    }
  }

  /** Ends an import; nothing happens when none goes on. */
  stop(): void {
    this.#import?.abort();
  }

  #load(): Promise<void> {
    this.#loading ??= this.#read();
    return this.#loading;
  }

  async #read(): Promise<void> {
    const kept = this.#file === undefined ? undefined : await keptIn(this.#file);
    this.#take(new Map(kept?.objects.map((one) => [one.id, one])), kept?.imported);
    this.#say();
  }

  #take(registry: ReadonlyMap<number, OmaObject>, imported: CatalogueState['imported']): void {
    this.#registry = new Map(registry);
    this.#imported = imported;
    this.#objects = new Map(tableObjects().map((one) => [one.id, one]));
    for (const one of registry.values()) this.#objects.set(one.id, catalogueObjectOf(one));
  }

  async #keep(registry: ReadonlyMap<number, OmaObject>, imported: CatalogueState['imported']): Promise<void> {
    if (this.#file === undefined) return;
    const kept = { format: 'mipl-object-catalogue', version: 1, imported, objects: [...registry.values()] };
    await writeWhole(this.#file, `${JSON.stringify(kept)}\n`);
  }

  #say(running?: CatalogueState['running']): void {
    this.#tell({
      objectCount: this.#objects.size,
      resourceCount: resourcesIn(this.#objects.values()),
      ...defined({ imported: this.#imported, running }),
    });
  }
}

async function keptIn(file: string): Promise<ValueOf<typeof keptShape> | undefined> {
  try {
    return read(keptShape, JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Not there, or damaged: the registry can be imported again, and our own table is there.
    return undefined;
  }
}

function nothingFound(first: { readonly place: string; readonly text: string } | undefined): CodedError {
  const where = first ? `${first.place}: ${first.text}` : 'no object file is there';
  return new CodedError('FILE_BAD_MODEL', where, first?.place ?? '*.xml');
}
