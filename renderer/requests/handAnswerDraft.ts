import { readableResources } from '../../shared/readableResources.ts';
import type { HandAnswer } from '../../shared/handAnswer.ts';
import { parsePath } from '../../shared/lwm2m.ts';
import { MAX_PAYLOAD_BYTES, payloadBytes } from '../../shared/values.ts';
import { ranges } from '../../shared/settings.ts';
import type { DeviceState, PlatformRequest, ResourceView } from '../../shared/state.ts';
import { checkTyped, tooManyBytes } from '../objects/composer.ts';
import type { ValueVerdict } from '../objects/composer.ts';
import type { Phrase } from '../../shared/phrase.ts';

/** What a person has chosen in the dialog. */
export interface HandAnswerDraft {
  readonly kind: 'value' | 'error' | 'never';
  readonly result: number;
  /** By path, as typed. */
  readonly values: Readonly<Record<string, string>>;
  /** Seconds as typed; empty means at once. */
  readonly after: string;
}

/** The longest a person may wait with an answer. */
export const maxAfterSeconds = ranges.answerDelayMs.max / 1000;

/** The resources a read is answered with, each of which can be told another value. */
export function resourcesAsked(request: PlatformRequest, objects: DeviceState['objects']): readonly ResourceView[] {
  return request.kind === 'read' ? readableResources(request.path, objects) : [];
}

/** The delay in milliseconds; undefined when the text is none. */
export function delayOf(text: string): number | undefined {
  if (text.trim() === '') return 0;
  const value = Number(text.trim().replace(',', '.'));
  return /^\d{1,3}([.,]\d)?$/.test(text.trim()) && value <= maxAfterSeconds ? Math.round(value * 1000) : undefined;
}

/** The first value that does not fit its type. */
export function wrongValue(
  asked: readonly ResourceView[],
  values: Readonly<Record<string, string>>,
): { readonly path: string; readonly check: ValueVerdict & { readonly ok: false } } | undefined {
  for (const { path, type } of asked) {
    const check = checkTyped(type, values[path] ?? '');
    if (!check.ok) return { path, check };
  }
  return undefined;
}

/** Why values that fit one by one cannot be sent together; undefined where they can. */
export function tooMuch(
  request: PlatformRequest,
  asked: readonly ResourceView[],
  values: Readonly<Record<string, string>>,
): Phrase | undefined {
  const cover = parsePath(request.path);
  if (cover === undefined) return undefined;
  const placed = asked.flatMap(({ path, resourceId, type }) => {
    const checked = checkTyped(type, values[path] ?? '');
    return checked.ok ? [{ instanceId: parsePath(path)?.instanceId ?? 0, resourceId, type, value: checked.value }] : [];
  });
  const bytes = payloadBytes(cover, placed);
  return bytes > MAX_PAYLOAD_BYTES ? tooManyBytes(bytes) : undefined;
}

/** The answer to send; undefined while something in the dialog is wrong. Only values that differ from the store are named. */
export function handAnswerOf(
  request: PlatformRequest,
  draft: HandAnswerDraft,
  asked: readonly ResourceView[],
  resources: DeviceState['resources'],
): HandAnswer | undefined {
  const { id } = request;
  if (draft.kind === 'never') return { id, kind: 'never' };
  const afterMs = delayOf(draft.after);
  if (afterMs === undefined) return undefined;
  const later = afterMs === 0 ? {} : { afterMs };
  if (draft.kind === 'error') return { id, ...later, kind: 'error', result: draft.result };
  if (wrongValue(asked, draft.values) ?? tooMuch(request, asked, draft.values)) return undefined;
  const changed = asked.filter(({ path }) => (draft.values[path] ?? '') !== resources[path]?.value);
  if (changed.length === 0) return { id, ...later, kind: 'value' };
  return {
    id,
    ...later,
    kind: 'value',
    values: Object.fromEntries(changed.map(({ path }) => [path, draft.values[path] ?? ''])),
  };
}
