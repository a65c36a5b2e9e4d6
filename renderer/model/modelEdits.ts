import type { DeviceModel, ModelInstance, ModelObject, ModelResource } from '../../shared/deviceModel.ts';
import { MAX_INSTANCE_ID } from '../../shared/deviceModel.ts';
import { formatPath } from '../../shared/lwm2m.ts';

/** Where an instance stands. */
export interface InstancePlace {
  readonly objectId: number;
  readonly instanceId: number;
}
/** Where a resource stands. */
export interface ResourcePlace extends InstancePlace {
  readonly resourceId: number;
}

/** What a person does to a model. */
export type ModelEdit =
  | { readonly kind: 'rename'; readonly name: string }
  | { readonly kind: 'addObject'; readonly object: ModelObject }
  | { readonly kind: 'removeObject'; readonly objectId: number }
  /** One more like the last, with the least id that is free. */
  | { readonly kind: 'addInstance'; readonly objectId: number }
  | ({ readonly kind: 'removeInstance' } & InstancePlace)
  /** `before`: ids that come after it in the order of its object's definition. */
  | ({
      readonly kind: 'addResource';
      readonly resource: ModelResource;
      readonly before: readonly number[];
    } & InstancePlace)
  | ({ readonly kind: 'removeResource' } & ResourcePlace)
  | ({ readonly kind: 'changeResource'; readonly resource: ModelResource } & ResourcePlace)
  /** Up or down among the resources of its instance. */
  | ({ readonly kind: 'moveResource'; readonly by: 1 | -1 } & ResourcePlace);

/** Why an edit is refused: the path is taken, or there is nothing at it. */
export type EditRefusal = { readonly refused: 'twice' | 'missing' | 'full'; readonly path: string };

class Refused extends Error {
  readonly refusal: EditRefusal;
  constructor(refused: EditRefusal['refused'], place: { objectId: number; instanceId?: number; resourceId?: number }) {
    super(refused);
    this.refusal = { refused, path: formatPath(place) };
  }
}

type Identified = { readonly id: number };

/** The list with the entry of that id replaced by what `change` makes of it. */
function changedAt<T extends Identified>(list: readonly T[], id: number, missing: Refused, change: (one: T) => T): T[] {
  if (!list.some((one) => one.id === id)) throw missing;
  return list.map((one) => (one.id === id ? change(one) : one));
}

function without<T extends Identified>(list: readonly T[], id: number, missing: Refused): T[] {
  const left = list.filter((one) => one.id !== id);
  if (left.length === list.length) throw missing;
  return left;
}

const onObject = (model: DeviceModel, objectId: number, change: (one: ModelObject) => ModelObject): DeviceModel => ({
  ...model,
  objects: changedAt(model.objects, objectId, new Refused('missing', { objectId }), change),
});

const onInstance = (
  model: DeviceModel,
  place: InstancePlace,
  change: (one: ModelInstance) => ModelInstance,
): DeviceModel =>
  onObject(model, place.objectId, (object) => {
    const missing = new Refused('missing', { objectId: place.objectId, instanceId: place.instanceId });
    return { ...object, instances: changedAt(object.instances, place.instanceId, missing, change) };
  });

function withInstance(object: ModelObject): ModelObject {
  const taken = new Set(object.instances.map(({ id }) => id));
  const id = Array.from({ length: taken.size + 1 }, (_, free) => free).find((free) => !taken.has(free)) ?? 0;
  if (id > MAX_INSTANCE_ID) throw new Refused('full', { objectId: object.id });
  const resources = object.instances.at(-1)?.resources ?? [];
  return { ...object, instances: [...object.instances, { id, resources }].toSorted((one, other) => one.id - other.id) };
}

function moved(instance: ModelInstance, { resourceId, by, ...place }: ResourcePlace & { by: 1 | -1 }): ModelInstance {
  const resources = [...instance.resources];
  const from = resources.findIndex(({ id }) => id === resourceId);
  const [one] = resources.splice(from, from < 0 ? 0 : 1);
  if (!one) throw new Refused('missing', { ...place, resourceId });
  resources.splice(Math.min(Math.max(from + by, 0), resources.length), 0, one);
  return { ...instance, resources };
}

function applied(model: DeviceModel, edit: ModelEdit): DeviceModel {
  switch (edit.kind) {
    case 'rename':
      return { ...model, name: edit.name };
    case 'addObject': {
      const { object } = edit;
      if (model.objects.some(({ id }) => id === object.id)) throw new Refused('twice', { objectId: object.id });
      return { ...model, objects: [...model.objects, object].toSorted((one, other) => one.id - other.id) };
    }
    case 'removeObject': {
      const { objectId } = edit;
      return { ...model, objects: without(model.objects, objectId, new Refused('missing', { objectId })) };
    }
    case 'addInstance':
      return onObject(model, edit.objectId, withInstance);
    case 'removeInstance': {
      const { objectId, instanceId } = edit;
      const missing = new Refused('missing', { objectId, instanceId });
      return onObject(model, objectId, (object) => ({
        ...object,
        instances: without(object.instances, instanceId, missing),
      }));
    }
    case 'addResource': {
      const { objectId, instanceId, resource, before } = edit;
      return onInstance(model, edit, (instance) => {
        if (instance.resources.some(({ id }) => id === resource.id)) {
          throw new Refused('twice', { objectId, instanceId, resourceId: resource.id });
        }
        const place = instance.resources.findIndex(({ id }) => before.includes(id));
        const resources = [...instance.resources];
        resources.splice(place < 0 ? resources.length : place, 0, resource);
        return { ...instance, resources };
      });
    }
    case 'removeResource': {
      const { kind: _kind, ...place } = edit;
      return onInstance(model, edit, (instance) => ({
        ...instance,
        resources: without(instance.resources, edit.resourceId, new Refused('missing', place)),
      }));
    }
    case 'changeResource': {
      const { objectId, instanceId, resourceId, resource } = edit;
      const missing = new Refused('missing', { objectId, instanceId, resourceId });
      return onInstance(model, edit, (instance) => {
        const isTaken = resource.id !== resourceId && instance.resources.some(({ id }) => id === resource.id);
        if (isTaken) throw new Refused('twice', { objectId, instanceId, resourceId: resource.id });
        return { ...instance, resources: changedAt(instance.resources, resourceId, missing, () => resource) };
      });
    }
    case 'moveResource': {
      const { kind: _kind, ...place } = edit;
      return onInstance(model, edit, (instance) => moved(instance, place));
    }
  }
}

/** The model after an edit, or why it cannot be done. Pure. */
export function edited(model: DeviceModel, edit: ModelEdit): DeviceModel | EditRefusal {
  try {
    return applied(model, edit);
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}

/** So many edits can be taken back. */
export const MAX_STEPS = 200;

/** A model with what it was before each edit, and what it was before each undo. */
export interface EditHistory {
  readonly states: readonly DeviceModel[];
  /** Which of them is the present one. */
  readonly at: number;
  /** Which of them stands in the file; absent where none does any more. */
  readonly savedAt?: number;
}

/** A model as it was opened; one that is new stands in no file. */
export const begun = (model: DeviceModel, isSaved: boolean): EditHistory => ({
  states: [model],
  at: 0,
  ...(isSaved ? { savedAt: 0 } : {}),
});

/** The model as it stands. */
export const present = ({ states, at }: EditHistory): DeviceModel => states[at] as DeviceModel;

/** With one more state; what was undone before is gone, and the oldest where there are too many. */
export function advanced({ states, at, savedAt }: EditHistory, next: DeviceModel): EditHistory {
  const kept = [...states.slice(0, at + 1), next];
  const dropped = Math.max(0, kept.length - MAX_STEPS - 1);
  const saved = savedAt === undefined || savedAt > at || savedAt < dropped ? undefined : savedAt - dropped;
  return {
    states: kept.slice(dropped),
    at: kept.length - 1 - dropped,
    ...(saved === undefined ? {} : { savedAt: saved }),
  };
}

/** One edit back; the same where there is none. */
export const undone = (history: EditHistory): EditHistory => ({ ...history, at: Math.max(0, history.at - 1) });

/** One edit that was taken back again; the same where there is none. */
export const redone = (history: EditHistory): EditHistory => ({
  ...history,
  at: Math.min(history.states.length - 1, history.at + 1),
});

/** The present model stands in its file. */
export const saved = (history: EditHistory): EditHistory => ({ ...history, savedAt: history.at });

/** How many edits lie between the file and the present model; at least one where the file has another. */
export const unsavedCount = ({ at, savedAt, states }: EditHistory): number =>
  savedAt === undefined ? Math.max(1, states.length - 1) : Math.abs(at - savedAt);
