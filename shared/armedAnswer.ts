import { presetAnswer } from './handAnswer.ts';
import type { PresetAnswer } from './handAnswer.ts';
import { treePath } from './lwm2m.ts';
import { requestKinds } from './requestKinds.ts';
import type { RequestKind } from './requestKinds.ts';
import { object, whole, word } from './schema.ts';
import type { ValueOf } from './schema.ts';

/** So many answers at once; more would be a mistake. */
export const maxArmed = 100;
/** How often one may be used. */
export const armedTimes = whole(1, 1000);

/** An answer set beforehand: the next requests of this kind at exactly this path get it, so many times. */
export const armedOrder = object({
  kind: word(requestKinds),
  path: treePath,
  times: armedTimes,
  answer: presetAnswer,
});
export type ArmedOrder = ValueOf<typeof armedOrder>;

/** An answer that waits for its request. */
export interface ArmedAnswer extends ArmedOrder {
  /** Names it while it waits; never used again in the session. */
  readonly id: string;
  /** How often it was used already; `times` is how often it will be. */
  readonly used: number;
}

/** What a request finds armed, and what is armed after that. */
export interface TakenAnswer {
  readonly taken?: PresetAnswer;
  readonly left: readonly ArmedAnswer[];
}

/** The answer armed first for such a request is used once; the last use takes it off the list. Pure. */
export function takeArmed(armed: readonly ArmedAnswer[], kind: RequestKind, path: string): TakenAnswer {
  const found = armed.find((one) => one.kind === kind && one.path === path);
  if (!found) return { left: armed };
  const after = { ...found, times: found.times - 1, used: found.used + 1 };
  const left = armed.flatMap((one) => {
    if (one !== found) return [one];
    return after.times === 0 ? [] : [after];
  });
  return { taken: found.answer, left };
}
