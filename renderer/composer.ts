import type { ResourceType } from '../shared/lwm2m.ts';
import { isCovered, parsePath } from '../shared/lwm2m.ts';
import type { AppState, ObservationState, ResourceView } from '../shared/state.ts';
import { utf8Length } from './format.ts';
import type { Phrase } from './phrase.ts';
import { phrase } from './phrase.ts';

/** The M5310 carries at most 480 bytes of data in one message (OneNET document, notes of 3.5). */
export const maxValueBytes = 480;

/** What a value is worth on the wire, or why it is none. */
export type ValueCheck =
  { readonly ok: true; readonly bytes: number } | { readonly ok: false; readonly reason: Phrase };

const refuse = (reason: string, values: Phrase['values'] = {}): ValueCheck => ({
  ok: false,
  reason: phrase(`composer.${reason}`, values),
});

const float = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

function integerBytes(text: string): number | undefined {
  const value = BigInt(text);
  for (const width of [2, 4, 8]) {
    const limit = 1n << BigInt(width * 8 - 1);
    if (value >= -limit && value < limit) return width;
  }
  return undefined;
}

function bytesOf(type: ResourceType, text: string): number | undefined {
  switch (type) {
    case 'string':
      return utf8Length(text);
    case 'opaque':
      return /^([0-9a-fA-F]{2})*$/.test(text) ? text.length / 2 : undefined;
    case 'integer':
    case 'time':
      return /^-?\d{1,19}$/.test(text) ? integerBytes(text) : undefined;
    case 'float':
      return float.test(text) && Number.isFinite(Number(text)) ? 4 : undefined;
    case 'boolean':
      return text === '0' || text === '1' ? 1 : undefined;
    case 'objlnk': {
      const parts = /^(\d{1,5}):(\d{1,5})$/.exec(text);
      return parts && Number(parts[1]) <= 65535 && Number(parts[2]) <= 65535 ? 4 : undefined;
    }
    case 'none':
      return undefined;
  }
}

/** Checks a value in its lexical form against the type of its resource (mipl-at.md §6). */
export function checkValue(type: ResourceType, text: string): ValueCheck {
  if (type === 'none') return refuse('noValue');
  if (text === '' && type !== 'string' && type !== 'opaque') return refuse('empty');
  const size = bytesOf(type, text);
  if (size === undefined) return refuse(`wrongType.${type}`);
  if (/[\u0000-\u001f\u007f]/.test(text)) return refuse('controlCharacter');
  if (size > maxValueBytes) return refuse('tooLong', { bytes: size, limit: maxValueBytes });
  return { ok: true, bytes: size };
}

/** The observation that lets a path be notified: the nearest one that covers it. */
export function observationFor(path: string, observations: readonly ObservationState[]): ObservationState | undefined {
  const target = parsePath(path);
  if (target === undefined) return undefined;
  let nearest: ObservationState | undefined;
  for (const observation of observations) {
    const cover = parsePath(observation.path);
    if (cover === undefined || !isCovered(target, cover)) continue;
    if (nearest === undefined || observation.path.length > nearest.path.length) nearest = observation;
  }
  return nearest;
}

/** The resource of that path in the device model. */
export function resourceAt(path: string | undefined, objects: AppState['objects']): ResourceView | undefined {
  const target = path === undefined ? undefined : parsePath(path);
  if (target?.resourceId === undefined) return undefined;
  const instance = objects
    .find((object) => object.objectId === target.objectId)
    ?.instances.find((candidate) => candidate.instanceId === target.instanceId);
  return instance?.resources.find((resource) => resource.resourceId === target.resourceId);
}

/** May this value be sent now; if not, the first rule in the way and what to do about it. */
export type ComposerVerdict =
  | { readonly allowed: true; readonly bytes: number; readonly observation: ObservationState }
  | { readonly allowed: false; readonly reason: Phrase; readonly advice: Phrase };

const no = (reason: Phrase, advice: string, values: Phrase['values'] = {}): ComposerVerdict => ({
  allowed: false,
  reason,
  advice: phrase(`composer.advice.${advice}`, values),
});

/** Decides whether +MIPLNOTIFY may go out for `path` with `value`. Main checks again; this one explains. */
export function composerVerdict(
  state: Pick<AppState, 'objects' | 'observations' | 'registration' | 'connection'>,
  path: string | undefined,
  value: string,
): ComposerVerdict {
  const resource = resourceAt(path, state.objects);
  if (resource === undefined) return no(phrase('composer.noResource'), 'select');
  if (resource.type === 'none') return no(phrase('composer.noValue'), 'executable');
  if (!resource.operations.includes('R')) return no(phrase('composer.notReadable'), 'notReadable');
  const checked = checkValue(resource.type, value);
  if (!checked.ok) return no(checked.reason, 'value', { type: phrase(`type.${resource.type}`) });
  if (state.connection.phase !== 'ready') return no(phrase('composer.notConnected'), 'connect');
  const { phase } = state.registration;
  if (phase !== 'registered' && phase !== 'updating') return no(phrase('composer.notRegistered'), 'register');
  const observation = observationFor(resource.path, state.observations);
  if (observation === undefined) return no(phrase('composer.notObserved'), 'observe', { path: resource.path });
  return { allowed: true, bytes: checked.bytes, observation };
}
