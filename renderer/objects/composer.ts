import type { CatalogueResource } from '../../shared/catalogue.ts';
import { isRegistered } from '../../shared/phases.ts';
import type { Lwm2mPath, ResourceType, ResourceValue } from '../../shared/lwm2m.ts';
import { nearestCover, parsePath } from '../../shared/lwm2m.ts';
import { registryBreach } from '../../shared/registryRange.ts';
import type { DeviceState, ObservationState, ResourceView } from '../../shared/state.ts';
import { MAX_PAYLOAD_BYTES, checkOutgoing, payloadBytes } from '../../shared/values.ts';
import type { ValueCheck } from '../../shared/values.ts';
import type { Permission } from '../ui/obstacle.ts';
import type { Phrase } from '../../shared/phrase.ts';
import { phrase } from '../../shared/phrase.ts';

/** What a value is worth on the wire, or why it is none. */
export type ValueVerdict =
  | { readonly ok: true; readonly value: ResourceValue; readonly bytes: number }
  | { readonly ok: false; readonly reason: Phrase };

/** A check of the shared rule, a refusal in the screen's words. */
function verdictOn(type: ResourceType, checked: ValueCheck): ValueVerdict {
  if (checked.ok) return checked;
  const { rule, bytes } = checked;
  if (bytes !== undefined) return { ok: false, reason: tooManyBytes(bytes) };
  const isOfType = rule === 'wrongType' || rule === 'outOfRange';
  return { ok: false, reason: phrase(isOfType ? `composer.${rule}.${type}` : `composer.${rule}`) };
}

/** Says that so many bytes are more than the module carries. */
export function tooManyBytes(bytes: number): Phrase {
  return phrase('composer.tooLong', { bytes, limit: MAX_PAYLOAD_BYTES });
}

/** Checks a value that is typed to be stored or sent, as main will. */
export function checkTyped(type: ResourceType, text: string): ValueVerdict {
  return verdictOn(type, checkOutgoing(type, text));
}

/** A value outside of what the registry allows, in a sentence; undefined where nothing clear is against it. */
export function outsideRange(
  type: ResourceType,
  text: string,
  definition: Pick<CatalogueResource, 'type' | 'range'> | undefined,
): Phrase | undefined {
  const breach = definition && registryBreach(type, text, definition);
  if (!breach) return undefined;
  const { about, range } = breach;
  return phrase(about === 'length' ? 'composer.outsideLength' : 'composer.outsideRange', { range });
}

/** The resource of that path in the device model. */
export function resourceAt(path: string | undefined, objects: DeviceState['objects']): ResourceView | undefined {
  const target = path === undefined ? undefined : parsePath(path);
  if (target?.resourceId === undefined) return undefined;
  const instance = objects
    .find((object) => object.objectId === target.objectId)
    ?.instances.find((candidate) => candidate.instanceId === target.instanceId);
  return instance?.resources.find((resource) => resource.resourceId === target.resourceId);
}

/** May this value be sent now; if not, the first rule in the way and what to do about it. */
export type ComposerVerdict = Permission<{ readonly bytes: number; readonly observation: ObservationState }>;

const no = (reason: Phrase, advice: string, values: Phrase['values'] = {}): ComposerVerdict => ({
  allowed: false,
  reason,
  advice: phrase(`composer.advice.${advice}`, values),
});

/** Decides whether +MIPLNOTIFY may go out for `path` with `value`. Main checks again; this one explains. */
export function composerVerdict(
  state: Pick<DeviceState, 'objects' | 'observations' | 'registration' | 'connection'>,
  path: string | undefined,
  value: string,
): ComposerVerdict {
  const resource = resourceAt(path, state.objects);
  if (resource === undefined) return no(phrase('composer.noResource'), 'select');
  if (resource.type === 'none') return no(phrase('composer.noValue'), 'executable');
  if (!resource.operations.includes('R')) return no(phrase('composer.notReadable'), 'notReadable');
  const checked = checkTyped(resource.type, value);
  if (!checked.ok) return no(checked.reason, 'value', { type: phrase(`type.${resource.type}`) });
  if (state.connection.phase !== 'ready') return no(phrase('composer.notConnected'), 'connect');
  if (!isRegistered(state.registration.phase)) return no(phrase('composer.notRegistered'), 'register');
  const observation = nearestCover(resource.path, state.observations);
  if (observation === undefined) return no(phrase('composer.notObserved'), 'observe', { path: resource.path });
  const sent = sentBytes(observation.path, resource, checked.value);
  if (sent > MAX_PAYLOAD_BYTES) return no(tooManyBytes(sent), 'observedAbove', { path: observation.path });
  return { allowed: true, value: { bytes: checked.bytes, observation } };
}

/** Bytes of the message that carries the value to whoever observes `observed`. */
function sentBytes(observed: string, { path, resourceId, type }: ResourceView, value: ResourceValue): number {
  const instanceId = parsePath(path)?.instanceId ?? 0;
  return payloadBytes(parsePath(observed) as Lwm2mPath, [{ instanceId, resourceId, type, value }]);
}
