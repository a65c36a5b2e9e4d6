import { armedTimes } from '../../shared/armedAnswer.ts';
import type { ArmedOrder } from '../../shared/armedAnswer.ts';
import { resultPhrase } from '../../shared/explain.ts';
import { parsePath } from '../../shared/lwm2m.ts';
import { phrase } from '../../shared/phrase.ts';
import type { Phrase } from '../../shared/phrase.ts';
import type { RequestKind } from '../../shared/requestKinds.ts';
import type { DeviceState } from '../../shared/state.ts';
import { readWhole } from '../../shared/wholeRange.ts';
import { checkTyped, resourceAt } from '../objects/composer.ts';
import { seconds, visible } from '../ui/format.ts';
import { delayOf, maxAfterSeconds } from './handAnswerDraft.ts';

/** What a request to come may get. */
export const armedWays = ['value', 'error', 'late', 'never'] as const;
export type ArmedWay = (typeof armedWays)[number];

/** What stands in the form, as typed. */
export interface ArmDraft {
  readonly kind: RequestKind;
  readonly path: string;
  readonly way: ArmedWay;
  readonly value: string;
  readonly result: number;
  /** Seconds; empty means at once. */
  readonly after: string;
  readonly times: string;
}

/** The answer to arm, or the first thing to correct. */
export type ArmVerdict =
  { readonly ok: true; readonly order: ArmedOrder } | { readonly ok: false; readonly reason: Phrase };

const no = (key: string, values: Phrase['values'] = {}): ArmVerdict => ({
  ok: false,
  reason: phrase(`arm.no.${key}`, values),
});

/** Ways that make sense for a kind of request: only a read is told a value. */
export const waysFor = (kind: RequestKind): readonly ArmedWay[] =>
  kind === 'read' ? armedWays : armedWays.filter((way) => way !== 'value');

/** What main would be asked for, or why not. */
export function armVerdict(draft: ArmDraft, objects: DeviceState['objects']): ArmVerdict {
  const { kind, way, result } = draft;
  const path = draft.path.trim();
  if (!parsePath(path)) return no('path');
  const times = readWhole(draft.times, armedTimes);
  if (times === undefined) return no('times', { ...armedTimes });
  const order = { kind, path, times } as const;
  if (way === 'never') return { ok: true, order: { ...order, answer: { kind: 'never' } } };
  const afterMs = delayOf(draft.after);
  if (afterMs === undefined) return no('after', { max: maxAfterSeconds });
  const later = afterMs === 0 ? {} : { afterMs };
  if (way === 'error') return { ok: true, order: { ...order, answer: { ...later, kind: 'error', result } } };
  if (way === 'late') {
    return afterMs === 0 ? no('late') : { ok: true, order: { ...order, answer: { kind: 'value', afterMs } } };
  }
  const resource = resourceAt(path, objects);
  if (!resource?.operations.includes('R')) return no('resource');
  const checked = checkTyped(resource.type, draft.value);
  if (!checked.ok) return checked;
  return { ok: true, order: { ...order, answer: { ...later, kind: 'value', values: { [path]: checked.value } } } };
}

/** What an armed answer will do: `21.5`, `4.04 Not Found, 5 s later`, `no answer`. */
export function armedWords({ answer }: Pick<ArmedOrder, 'answer'>): Phrase {
  if (answer.kind === 'never') return phrase('arm.told.never');
  const after = answer.afterMs === undefined ? undefined : seconds(answer.afterMs);
  const told = toldIn(answer);
  if (told === undefined) return phrase('arm.told.late', { time: after ?? '0' });
  return after === undefined ? told : phrase('arm.told.after', { what: told, time: after });
}

function toldIn(answer: Exclude<ArmedOrder['answer'], { readonly kind: 'never' }>): Phrase | undefined {
  if (answer.kind === 'error') return resultPhrase(answer.result);
  if (answer.values === undefined) return undefined;
  return phrase('plain', { text: Object.values(answer.values).map(visible).join(' ') });
}
