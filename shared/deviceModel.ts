import { MAX_ID, operations, resourceTypes } from './lwm2m.ts';
import { list, object, optional, text, whole, word } from './schema.ts';
import type { ValueOf } from './schema.ts';

/** 65535 is reserved as instance id, LwM2M 1.0 §6.1. */
export const MAX_INSTANCE_ID = 65_534;
/** Three times the whole OMA registry: what has more is no device. */
export const MAX_MODEL_RESOURCES = 10_000;
/** UTF-16 units. */
export const modelTextLimits = { name: 200, unit: 64, value: 16_384 } as const;

const name = object({ zh: text(modelTextLimits.name), en: text(modelTextLimits.name) });

/**
 * A resource of the device: what it is, who may do what, and the value it starts with (empty for executables). Name and unit
 * only where the model says them; else the definition table does.
 */
export const modelResource = object({
  id: whole(0, MAX_ID),
  type: word(resourceTypes),
  operations: word(operations),
  value: text(modelTextLimits.value),
  name: optional(name),
  unit: optional(text(modelTextLimits.unit)),
});
export type ModelResource = ValueOf<typeof modelResource>;

/** An object instance; its resources stand in the order answers use. */
export const modelInstance = object({
  id: whole(0, MAX_INSTANCE_ID),
  resources: list(modelResource, MAX_MODEL_RESOURCES),
});
export type ModelInstance = ValueOf<typeof modelInstance>;

/** An object with its instances. */
export const modelObject = object({
  id: whole(0, MAX_ID),
  name: optional(name),
  instances: list(modelInstance, MAX_MODEL_RESOURCES),
});
export type ModelObject = ValueOf<typeof modelObject>;

/** What the device is made of: the content of a `*.model.json`. */
export const deviceModel = object({
  name: text(modelTextLimits.name),
  objects: list(modelObject, MAX_MODEL_RESOURCES),
});
export type DeviceModel = ValueOf<typeof deviceModel>;

/** How many objects, instances and resources a model has. */
export function modelCounts({ objects }: DeviceModel): {
  readonly objects: number;
  readonly instances: number;
  readonly resources: number;
} {
  const instances = objects.flatMap((one) => one.instances);
  const resources = instances.reduce((sum, one) => sum + one.resources.length, 0);
  return { objects: objects.length, instances: instances.length, resources };
}
