import { defined } from '../../../shared/defined.ts';
import type { ResourceType, ResourceValue } from '../../../shared/lwm2m.ts';
import { definitionOf, resourceDefinitionOf } from '../definitions/lookup.ts';
import type { DeviceModel, ModelObject, ModelResource } from '../deviceModel.ts';
import { byteLengthOf, requireValue } from '../values.ts';
import type { OmaObject, OmaResource } from './objectFile.ts';
import { isWithin, rangeOf } from './range.ts';
import type { OmaRange } from './range.ts';

/** Values to begin with, by type: the first that the registry allows is taken. */
const starts: Readonly<Record<ResourceType, readonly ResourceValue[]>> = {
  string: [''],
  integer: ['0'],
  float: ['0.0'],
  boolean: ['0'],
  opaque: [''],
  time: ['0'],
  // The null link, LwM2M 1.0 Appendix C.
  objlnk: ['65535:65535'],
  none: [''],
};

/** Texts and bytes are counted: a number in the registry can only be their length. */
export function isCounted(type: ResourceType): boolean {
  return type === 'string' || type === 'opaque';
}

/** What the registry would allow besides the usual value: the least of each span, words, and a text that is long enough. */
function allowedBy(range: OmaRange, type: ResourceType): readonly ResourceValue[] {
  if (range.kind === 'oneOf') return range.words;
  if (range.kind === 'prose') return [];
  const numbers = range.spans.map(({ least }) => least);
  if (range.kind === 'between') return numbers.map((least) => (type === 'float' ? least.toFixed(1) : String(least)));
  return numbers.map((least) => (type === 'opaque' ? '00' : '0').repeat(least));
}

/** A value to begin with: the usual one of its type, or the first that the registry's range allows. */
export function startValue({ type, range: wording }: OmaResource): ResourceValue {
  const range = wording === undefined ? undefined : rangeOf(wording, isCounted(type));
  const [usual = ''] = starts[type];
  if (!range || type === 'none') return usual;
  const fits = (value: ResourceValue): boolean => {
    try {
      return isWithin(range, requireValue(type, value), byteLengthOf(type, value));
    } catch {
      return false;
    }
  };
  return [usual, ...allowedBy(range, type)].find(fits) ?? usual;
}

function resourceOf(objectId: number, resource: OmaResource): ModelResource {
  const { id, type, operations, name, unit } = resource;
  const known = resourceDefinitionOf(objectId, id);
  const isSame = known.isKnown && known.name.en.toLowerCase() === name.toLowerCase();
  return {
    id,
    type,
    operations,
    value: startValue(resource),
    // Nobody answers for a translation that our own table lacks: both languages say what the registry says then.
    ...(isSame ? {} : { name: { zh: name, en: name } }),
    ...defined({ unit }),
  };
}

/** Which resources of an object a model gets. */
export type ResourceChoice = 'mandatory' | 'all';

function objectOf(object: OmaObject, choice: ResourceChoice): ModelObject | undefined {
  const mandatory = object.resources.filter(({ isMandatory }) => isMandatory);
  // An object of which nothing is mandatory would be empty.
  const chosen = choice === 'all' || mandatory.length === 0 ? object.resources : mandatory;
  if (chosen.length === 0) return undefined;
  const known = definitionOf(object.id);
  return {
    id: object.id,
    ...(known.isKnown ? {} : { name: { zh: object.name, en: object.name } }),
    instances: [{ id: 0, resources: chosen.map((one) => resourceOf(object.id, one)) }],
  };
}

/** A device model of one instance of each object, by rising id; an object without any resource is left out. */
export function importedModel(name: string, objects: readonly OmaObject[], choice: ResourceChoice): DeviceModel {
  const chosen = objects
    .toSorted((one, other) => one.id - other.id)
    .flatMap((object) => objectOf(object, choice) ?? []);
  return { name, objects: chosen };
}
