import { modelResourceOf } from '../../shared/catalogue.ts';
import type { CatalogueObject, CatalogueResource } from '../../shared/catalogue.ts';
import type { DeviceModel, ModelInstance, ModelResource } from '../../shared/deviceModel.ts';
import { formatPath } from '../../shared/lwm2m.ts';
import type { BilingualName } from '../../shared/lwm2m.ts';
import { phrase } from '../../shared/phrase.ts';
import type { Phrase } from '../../shared/phrase.ts';
import { checkTyped, outsideRange } from '../objects/composer.ts';

/** A row of the table of an instance: a resource that it has, or one that its object's definition would allow. */
export interface ResourceLine {
  readonly id: number;
  readonly path: string;
  readonly name: BilingualName;
  /** As the model has it, or would begin with it. */
  readonly resource: ModelResource;
  readonly isTaken: boolean;
  readonly isMandatory: boolean;
  readonly isMultiple: boolean;
  /** In no definition of this object. */
  readonly isOwn: boolean;
  readonly range?: string;
  /** Why the value cannot be saved. */
  readonly problem?: Phrase;
  /** What the registry would not expect. */
  readonly advice?: Phrase;
}

/** Something in a model that must be mended before it can be saved. */
export interface ModelProblem {
  readonly path: string;
  readonly what: Phrase;
}

function problemOf({ type, value }: ModelResource): Phrase | undefined {
  if (type === 'none') return undefined;
  // Text may be empty at the beginning.
  if (value === '' && type === 'string') return undefined;
  const checked = checkTyped(type, value);
  return checked.ok ? undefined : checked.reason;
}

function lineOf(
  path: string,
  resource: ModelResource,
  definition: CatalogueResource | undefined,
  isTaken: boolean,
): ResourceLine {
  const standIn = { zh: `资源 ${resource.id}`, en: `Resource ${resource.id}` };
  const range = definition?.range;
  const problem = isTaken ? problemOf(resource) : undefined;
  const advice = isTaken && !problem ? outsideRange(resource.type, resource.value, definition) : undefined;
  return {
    id: resource.id,
    path,
    name: resource.name ?? definition?.name ?? standIn,
    resource,
    isTaken,
    isMandatory: definition?.isMandatory ?? false,
    isMultiple: definition?.isMultiple ?? false,
    isOwn: definition === undefined,
    ...(range === undefined ? {} : { range }),
    ...(problem ? { problem } : {}),
    ...(advice ? { advice } : {}),
  };
}

/**
 * The rows of an instance: its resources in their order, and between them, where the definition has them, those that it does not
 * have. @param definition of its object; absent while it is not known
 */
export function linesOf(
  objectId: number,
  { id: instanceId, resources }: ModelInstance,
  definition: CatalogueObject | undefined,
): ResourceLine[] {
  const defined = new Map(definition?.resources.map((one) => [one.id, one]));
  const taken = new Set(resources.map(({ id }) => id));
  const pathOf = (resourceId: number): string => formatPath({ objectId, instanceId, resourceId });
  const lines = resources.map((one) => lineOf(pathOf(one.id), one, defined.get(one.id), true));
  for (const one of defined.values()) {
    if (taken.has(one.id)) continue;
    const after = new Set(idsAfter(definition, one.id));
    const place = lines.findIndex(({ id }) => after.has(id));
    lines.splice(place < 0 ? lines.length : place, 0, lineOf(pathOf(one.id), modelResourceOf(one), one, false));
  }
  return lines;
}

/** Ids that stand behind one in the definition of its object. */
export function idsAfter(definition: CatalogueObject | undefined, id: number): readonly number[] {
  const ids = definition?.resources.map((one) => one.id) ?? [];
  const place = ids.indexOf(id);
  return place < 0 ? [] : ids.slice(place + 1);
}

/** Everything that keeps a model from being saved, in the order of the tree. */
export function problemsOf({ objects, name }: DeviceModel): ModelProblem[] {
  const problems: ModelProblem[] = [];
  const say = (path: string, what: Phrase | undefined): void => {
    if (what) problems.push({ path, what });
  };
  if (name.trim() === '') say('', phrase('model.problem.noName'));
  if (objects.length === 0) say('', phrase('model.problem.noObjects'));
  for (const { id: objectId, instances } of objects) {
    if (instances.length === 0) say(formatPath({ objectId }), phrase('model.problem.noInstances'));
    for (const { id: instanceId, resources } of instances) {
      if (resources.length === 0) say(formatPath({ objectId, instanceId }), phrase('model.problem.noResources'));
      for (const one of resources) say(formatPath({ objectId, instanceId, resourceId: one.id }), problemOf(one));
    }
  }
  return problems;
}

/** The problem after that path in the order they stand in; around at the end. */
export function nextProblem(problems: readonly ModelProblem[], path: string | undefined): ModelProblem | undefined {
  const at = problems.findIndex((one) => one.path === path);
  return problems[(at + 1) % Math.max(1, problems.length)];
}
