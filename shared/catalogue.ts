import { defined } from './defined.ts';
import type { ModelObject, ModelResource } from './deviceModel.ts';
import type { BilingualName, Operations, ResourceType } from './lwm2m.ts';
import { startValue } from './startValue.ts';

/** A resource as table or registry define it. */
export interface CatalogueResource {
  readonly id: number;
  readonly name: BilingualName;
  readonly operations: Operations;
  readonly type: ResourceType;
  readonly unit?: string;
  /** The registry's wording of what is allowed, for people and for the value to begin with; only who types in the tree is held to it. */
  readonly range?: string;
  /** May hold several resource instances. */
  readonly isMultiple: boolean;
  readonly isMandatory: boolean;
  /** A model need not say its name: our own table has it. */
  readonly isNamed: boolean;
}

/** An object that a model can get. */
export interface CatalogueObject {
  readonly id: number;
  readonly name: BilingualName;
  readonly version?: string;
  /** May have more than one instance. */
  readonly isMultiple: boolean;
  readonly isNamed: boolean;
  /** In the registry's order. */
  readonly resources: readonly CatalogueResource[];
}

/** An object as the list of the catalogue shows it. */
export interface CatalogueEntry {
  readonly id: number;
  readonly name: BilingualName;
  readonly version?: string;
  readonly resourceCount: number;
}

/** A file or a line of one that was left out of the catalogue or taken otherwise than it stands there. */
export interface CatalogueRemark {
  /** `3441.xml:57`; the file alone where no line can be named. */
  readonly place: string;
  readonly text: string;
}

/** What the catalogue holds, and how far an import has come. */
export interface CatalogueState {
  readonly objectCount: number;
  readonly resourceCount: number;
  /** What the last import has brought; absent before the first. */
  readonly imported?: {
    /** Wall clock, milliseconds since 1970. */
    readonly atMs: number;
    readonly fileCount: number;
    readonly objectCount: number;
    readonly resourceCount: number;
    /** The first of them; {@link CatalogueState.imported.remarkCount} counts all. */
    readonly remarks: readonly CatalogueRemark[];
    readonly remarkCount: number;
    /** Files of which nothing could be taken. */
    readonly refusedCount: number;
  };
  /** Files that are read and to be read, while an import is under way. */
  readonly running?: { readonly done: number; readonly total: number };
}

/** So many remarks of an import are kept. */
export const maxCatalogueRemarks = 500;

/** Which resources of an object a model gets. */
export type ResourceChoice = 'mandatory' | 'all';

/** A resource as a model begins with it. */
export function modelResourceOf(resource: CatalogueResource): ModelResource {
  const { id, type, operations, name, unit, isNamed } = resource;
  return {
    id,
    type,
    operations,
    value: startValue(resource),
    ...(isNamed ? {} : { name }),
    ...defined({ unit }),
  };
}

/** An object with one instance as a model begins with it; undefined for one without any resource. */
export function modelObjectOf(object: CatalogueObject, choice: ResourceChoice): ModelObject | undefined {
  const mandatory = object.resources.filter(({ isMandatory }) => isMandatory);
  // An object of which nothing is mandatory would be empty.
  const chosen = choice === 'all' || mandatory.length === 0 ? object.resources : mandatory;
  if (chosen.length === 0) return undefined;
  const { id, isNamed, name } = object;
  return { id, ...(isNamed ? {} : { name }), instances: [{ id: 0, resources: chosen.map(modelResourceOf) }] };
}

/** True where every word of the search is in the number, or in a name of either language. */
export function isFoundBy({ id, name }: CatalogueEntry, search: string): boolean {
  const text = `${id} ${name.en} ${name.zh}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Entries that a search finds, those whose number begins with it first. */
export function foundBy(entries: readonly CatalogueEntry[], search: string): readonly CatalogueEntry[] {
  const wanted = search.trim();
  const found = entries.filter((entry) => isFoundBy(entry, wanted));
  if (!/^\d+$/.test(wanted)) return found;
  const begins = ({ id }: CatalogueEntry): boolean => String(id).startsWith(wanted);
  return [...found.filter(begins), ...found.filter((entry) => !begins(entry))];
}
