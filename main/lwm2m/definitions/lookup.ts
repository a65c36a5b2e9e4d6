import { CodedError } from '../../../shared/errors.ts';
import { formatPath } from '../../../shared/lwm2m.ts';
import type { BilingualName, Lwm2mPath, Operations, ResourceType } from '../../../shared/lwm2m.ts';
import { coreObjects } from './coreObjects.ts';
import { ipsoObjects } from './ipsoObjects.ts';
import { ipsoResources } from './ipsoResources.ts';
import type { ResourceRow } from './rows.ts';

/** What the OMA registry says of a resource. */
export interface ResourceDefinition {
  readonly id: number;
  readonly name: BilingualName;
  readonly operations: Operations;
  readonly type: ResourceType;
  readonly unit?: string;
  /** The registry's wording, for people; the platform's writes are not held to it. */
  readonly range?: string;
  /** May hold several resource instances. */
  readonly isMultiple: boolean;
  /** False for the stand-in of an id the table does not know. */
  readonly isKnown: boolean;
}

/** What the OMA registry says of an object. */
export interface ObjectDefinition {
  readonly id: number;
  readonly name: BilingualName;
  /** May have more than one instance. */
  readonly isMultiple: boolean;
  /** In the registry's order; empty for an unknown object. */
  readonly resources: readonly ResourceDefinition[];
  readonly isKnown: boolean;
}

function fromRow([id, zh, en, operations, type, extra]: ResourceRow): ResourceDefinition {
  return { id, name: { zh, en }, operations, type, isMultiple: false, ...extra, isKnown: true };
}

const reusable: ReadonlyMap<number, ResourceDefinition> = new Map(ipsoResources.map((row) => [row[0], fromRow(row)]));

const objects: ReadonlyMap<number, ObjectDefinition> = new Map(
  [
    ...coreObjects.map(({ id, name, isMultiple, resources }): ObjectDefinition => {
      return { id, name, isMultiple, resources: resources.map(fromRow), isKnown: true };
    }),
    ...ipsoObjects.map(([id, zh, en, resourceIds]): ObjectDefinition => {
      // A test makes sure that every listed id is in the table.
      const resources = resourceIds.map((resourceId) => reusable.get(resourceId) as ResourceDefinition);
      return { id, name: { zh, en }, isMultiple: true, resources, isKnown: true };
    }),
  ].map((definition) => [definition.id, definition]),
);

/** All objects of the table, by rising id. */
export function knownObjects(): readonly ObjectDefinition[] {
  return [...objects.values()];
}

/** The definition of an object; an unknown one is named by its number and has no resources. */
export function definitionOf(objectId: number): ObjectDefinition {
  return (
    objects.get(objectId) ?? {
      id: objectId,
      name: { zh: `对象 ${objectId}`, en: `Object ${objectId}` },
      isMultiple: true,
      resources: [],
      isKnown: false,
    }
  );
}

/**
 * The definition of a resource: the object's own, else the reusable IPSO resource of that id (vendors add those to any
 * object), else a stand-in: a readable and writable string named by its number.
 */
export function resourceDefinitionOf(objectId: number, resourceId: number): ResourceDefinition {
  return (
    definitionOf(objectId).resources.find((resource) => resource.id === resourceId) ??
    reusable.get(resourceId) ?? {
      id: resourceId,
      name: { zh: `资源 ${resourceId}`, en: `Resource ${resourceId}` },
      operations: 'RW',
      type: 'string',
      isMultiple: false,
      isKnown: false,
    }
  );
}

/** The data type of the resource a path names. Throws `LWM2M_BAD_PATH` when the path names no resource. */
export function typeOf(path: Lwm2mPath): ResourceType {
  if (path.resourceId === undefined) {
    throw new CodedError('LWM2M_BAD_PATH', 'The path names no resource', formatPath(path));
  }
  return resourceDefinitionOf(path.objectId, path.resourceId).type;
}
