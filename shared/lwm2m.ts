import { defined } from './defined.ts';
import { number, object, optional, text } from './schema.ts';
import type { ValueOf } from './schema.ts';

/** Data types of LwM2M 1.0 resources (Appendix C); `none` is an executable, which carries no value. */
export const resourceTypes = ['string', 'integer', 'float', 'boolean', 'opaque', 'time', 'objlnk', 'none'] as const;
export type ResourceType = (typeof resourceTypes)[number];

/**
 * A resource value in its lexical form, as an AT line writes it: decimal numbers as typed (`20.123` stays `20.123`),
 * booleans `0` and `1`, opaque as upper-case hex, time as seconds. Text keeps 64-bit integers and trailing zeros exact.
 */
export type ResourceValue = string;

/** What may be done with a resource, as the registry writes it; empty where only the server itself uses it. */
export const operations = ['', 'R', 'W', 'RW', 'E'] as const;
export type Operations = (typeof operations)[number];

/** Who has set a value: a person at the tool, the platform, or a generator in a sensor's place. */
export type ValueWriter = 'person' | 'platform' | 'generator';

/** Name in the two languages of the interface. */
export interface BilingualName {
  readonly zh: string;
  readonly en: string;
}

/** An address in the object tree; a missing part means "all below". */
export interface Lwm2mPath {
  readonly objectId: number;
  readonly instanceId?: number;
  readonly resourceId?: number;
}

/** Notification class attributes, LwM2M 1.0 §5.1.2. Periods in seconds. */
export const notificationAttributes = object({
  pmin: optional(number()),
  pmax: optional(number()),
  gt: optional(number()),
  lt: optional(number()),
  st: optional(number()),
});
export type NotificationAttributes = ValueOf<typeof notificationAttributes>;

/**
 * What one Write-Attributes changes: a number sets the attribute, null unsets it, and what is not named stays as it is
 * (LwM2M 1.0.2 §5.1.1).
 */
export type AttributeChanges = { readonly [K in keyof NotificationAttributes]?: number | null };

/** The attributes in the order the OneNET document writes them. */
export const attributeNames = Object.keys(notificationAttributes.fields) as readonly (keyof NotificationAttributes)[];

/** The largest id of an object, an instance or a resource. */
export const MAX_ID = 65_535;

/** Writes a path with leading slash: `/3303`, `/3303/0`, `/3303/0/5700`. */
export function formatPath(path: Lwm2mPath): string {
  let text = `/${path.objectId}`;
  if (path.instanceId !== undefined) text += `/${path.instanceId}`;
  if (path.resourceId !== undefined) text += `/${path.resourceId}`;
  return text;
}

/** Reads a path; undefined when it is not one (ids are 0–65535, at most three parts). */
export function parsePath(text: string): Lwm2mPath | undefined {
  const match = /^\/(\d{1,5})(?:\/(\d{1,5})(?:\/(\d{1,5}))?)?$/.exec(text);
  if (!match) return undefined;
  const [objectId, instanceId, resourceId] = [match[1], match[2], match[3]].map((part) =>
    part === undefined ? undefined : Number(part),
  );
  if (objectId === undefined || objectId > MAX_ID || (instanceId ?? 0) > MAX_ID || (resourceId ?? 0) > MAX_ID) {
    return undefined;
  }
  return {
    objectId,
    ...defined({ instanceId, resourceId }),
  };
}

/** `/65535/65535/65535` and a little more: what is wrong shall be told as wrong, not as too long. */
const MAX_PATH = 20;

/** The path of an object, an instance or a resource. */
export const treePath = text(MAX_PATH, {
  must: 'must be a path of the object tree',
  holds: (path) => parsePath(path) !== undefined,
  example: '/3303/0',
  counterexample: '/3303/0/5700/1',
  code: 'LWM2M_BAD_PATH',
});

/** The path of a resource. */
export const resourcePath = text(MAX_PATH, {
  must: 'must be the path of a resource',
  holds: (path) => parsePath(path)?.resourceId !== undefined,
  example: '/3303/0/5700',
  counterexample: '/3303/0',
  code: 'LWM2M_BAD_PATH',
});

/** True when `path` is `cover` itself or lies below it. */
export function isCovered(path: Lwm2mPath, cover: Lwm2mPath): boolean {
  return (
    path.objectId === cover.objectId &&
    (cover.instanceId === undefined || cover.instanceId === path.instanceId) &&
    (cover.resourceId === undefined || cover.resourceId === path.resourceId)
  );
}

/** True when one of the two is the other or contains it: who looks for an object wants its resources, and the other way round. */
export function concerns(path: Lwm2mPath, wanted: Lwm2mPath): boolean {
  return isCovered(path, wanted) || isCovered(wanted, path);
}

/**
 * The attributes of one path after a Write-Attributes: each is set or unset by itself, the others stand (LwM2M 1.0.2
 * §5.1.1). Neither argument is changed.
 */
export function mergeAttributes(before: NotificationAttributes, changes: AttributeChanges): NotificationAttributes {
  const merged: Record<string, number> = {};
  for (const [name, value] of Object.entries({ ...before, ...changes })) if (value !== null) merged[name] = value;
  return merged;
}

/**
 * The attributes that count for a path: each one from the nearest level that sets it, resource before instance before
 * object (LwM2M 1.0 §5.1.1). `attributes` is keyed by path text, as in the state.
 */
export function attributesFor(
  path: Lwm2mPath,
  attributes: Readonly<Record<string, NotificationAttributes>>,
): NotificationAttributes {
  const { objectId, instanceId } = path;
  const levels: Lwm2mPath[] = [{ objectId }];
  if (instanceId !== undefined) levels.push({ objectId, instanceId }, path);
  return Object.assign({}, ...levels.map((level) => attributes[formatPath(level)])) as NotificationAttributes;
}

/** What covers a path, of those with a path of their own, the nearest first: resource, instance, object. */
export function nearestCover<T extends { readonly path: string }>(path: string, covers: readonly T[]): T | undefined {
  const target = parsePath(path);
  if (target === undefined) return undefined;
  let nearest: T | undefined;
  for (const one of covers) {
    const cover = parsePath(one.path);
    if (cover === undefined || !isCovered(target, cover)) continue;
    if (nearest === undefined || one.path.length > nearest.path.length) nearest = one;
  }
  return nearest;
}
