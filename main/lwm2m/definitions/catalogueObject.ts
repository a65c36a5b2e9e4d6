import { defined } from '../../../shared/defined.ts';
import type { CatalogueObject, CatalogueResource } from '../../../shared/catalogue.ts';
import type { ModelObject } from '../../../shared/deviceModel.ts';
import type { OmaObject, OmaResource } from '../oma/objectFile.ts';
import { definitionOf, knownObjects, resourceDefinitionOf } from './lookup.ts';
import type { ObjectDefinition, ResourceDefinition } from './lookup.ts';

function ofDefinition(definition: ResourceDefinition): CatalogueResource {
  const { id, name, operations, type, unit, range, isMultiple } = definition;
  return { id, name, operations, type, ...defined({ unit, range }), isMultiple, isMandatory: false, isNamed: true };
}

/** Nobody answers for a translation that our own table lacks: both languages say what the registry says then. */
function ofRegistry(objectId: number, resource: OmaResource): CatalogueResource {
  const known = resourceDefinitionOf(objectId, resource.id);
  const isNamed = known.isKnown && known.name.en.toLowerCase() === resource.name.toLowerCase();
  const name = isNamed ? known.name : { zh: resource.name, en: resource.name };
  return { ...resource, name, isNamed };
}

function ofTable({ id, name, isMultiple, resources }: ObjectDefinition): CatalogueObject {
  return { id, name, isMultiple, isNamed: true, resources: resources.map(ofDefinition) };
}

/** The objects of our own table. */
export const tableObjects = (): readonly CatalogueObject[] => knownObjects().map(ofTable);

/** An object of the registry, with the names of our own table where that has them. */
export function catalogueObjectOf({ id, name, version, isMultiple, resources }: OmaObject): CatalogueObject {
  const known = definitionOf(id);
  return {
    id,
    name: known.isKnown ? known.name : { zh: name, en: name },
    version,
    isMultiple,
    isNamed: known.isKnown,
    resources: resources.map((one) => ofRegistry(id, one)),
  };
}

/** What is known of a resource wherever it stands; for one that no table has a stand-in by its number. */
export const tableResource = (objectId: number, resourceId: number): CatalogueResource =>
  ofDefinition(resourceDefinitionOf(objectId, resourceId));

/**
 * The definition of an object as a model has it: what the catalogue says, and after it the resources that only the model has.
 * @param known as the catalogue has it, if it does
 */
export function definitionFor(object: ModelObject, known: CatalogueObject | undefined): CatalogueObject {
  const base = known ?? ofTable(definitionOf(object.id));
  const listed = new Set(base.resources.map(({ id }) => id));
  const own = object.instances
    .flatMap(({ resources }) => resources)
    .filter(({ id }) => !listed.has(id) && listed.add(id))
    .map(({ id }) => tableResource(object.id, id));
  return { ...base, resources: [...base.resources, ...own] };
}
