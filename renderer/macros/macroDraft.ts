import type { CodedError } from '../../shared/errors.ts';
import { macroSchema, usualWaitSeconds } from '../../shared/macros.ts';
import type { Macro, MacroProgress, MacroStep, PlainMacroStep } from '../../shared/macros.ts';
import { read } from '../../shared/schema.ts';

/** Where a step stands: its place, and that inside a repeat. */
export type StepPlace = readonly [number] | readonly [number, number];

/** One row of the editor. */
export interface StepRow {
  readonly place: StepPlace;
  readonly step: MacroStep;
  /** `3`, or `3.1` inside a repeat. */
  readonly number: string;
}

export type StepKind = MacroStep['do'];

/** The steps of a macro, those of a repeat behind it. */
export function stepRows({ steps }: Macro): StepRow[] {
  return steps.flatMap((step, index): StepRow[] => {
    const row: StepRow = { place: [index], step, number: String(index + 1) };
    if (step.do !== 'repeat') return [row];
    const inner = step.steps.map((one, at): StepRow => ({
      place: [index, at],
      step: one,
      number: `${index + 1}.${at + 1}`,
    }));
    return [row, ...inner];
  });
}

/** A step as it begins: one that does no harm when it is run as it is. */
export function newStep(kind: StepKind): MacroStep {
  switch (kind) {
    case 'send':
      return { do: 'send', line: 'AT', goesOnAfterError: false };
    case 'wait':
      return { do: 'wait', sought: { text: 'OK', isPattern: false }, withinSeconds: usualWaitSeconds };
    case 'pause':
      return { do: 'pause', pauseMs: 1000 };
    case 'repeat':
      return {
        do: 'repeat',
        steps: [{ do: 'send', line: 'AT', goesOnAfterError: false }],
        times: 10,
        everyMs: 1000,
        untilError: false,
      };
  }
}

type Edit = (steps: readonly MacroStep[], at: number) => readonly MacroStep[];

function edited(macro: Macro, [index, inner]: StepPlace, edit: Edit): Macro {
  if (inner === undefined) return { ...macro, steps: edit(macro.steps, index) };
  const steps = macro.steps.map((step, at) =>
    at === index && step.do === 'repeat' ? { ...step, steps: edit(step.steps, inner).filter(isPlain) } : step,
  );
  return { ...macro, steps };
}

/** Another step in the place of one. */
export function withStep(macro: Macro, place: StepPlace, step: MacroStep): Macro {
  return edited(macro, place, (steps, at) => steps.map((one, index) => (index === at ? step : one)));
}

/** A step more, before the one at that place; a repeat never inside another. */
export function withNewStep(macro: Macro, place: StepPlace, step: MacroStep): Macro {
  return edited(macro, place, (steps, at) => [...steps.slice(0, at), step, ...steps.slice(at)]);
}

/** Without a step. */
export function withoutStep(macro: Macro, place: StepPlace): Macro {
  return edited(macro, place, (steps, at) => steps.filter((_, index) => index !== at));
}

/** A step further up or down among its like; the same where it stands at the end. */
export function withMovedStep(macro: Macro, place: StepPlace, by: 1 | -1): Macro {
  return edited(macro, place, (steps, at) => {
    const to = at + by;
    const [one, other] = [steps[at], steps[to]];
    if (one === undefined || other === undefined) return steps;
    return steps.map((step, index) => {
      if (index === at) return other;
      return index === to ? one : step;
    });
  });
}

/** A value of a macro that cannot be kept so: where it stands, and why. */
export interface WrongValue {
  /** `macros[0].steps[1].line` */
  readonly place: string;
  readonly why: string;
}

/** What is wrong with macros as far as the window knows it; main looks at the regular expressions. */
export function wrongValues(macros: readonly Macro[]): WrongValue[] {
  return macros.flatMap((macro, index) => {
    try {
      read(macroSchema, macro, `macros[${index}]`);
      return [];
    } catch (error) {
      const { detail, message } = error as CodedError;
      const place = detail ?? '';
      return [{ place, why: message.slice(place.length + 1) }];
    }
  });
}

/** The words of what is wrong in a step of the macro at `index`; undefined where nothing is, or elsewhere. */
export function wrongIn(wrong: readonly WrongValue[], index: number, [step, inner]: StepPlace): string | undefined {
  const path = `macros[${index}].steps[${step}]`;
  const inside = new RegExp(`^${path.replace(/[[\].]/g, String.raw`\$&`)}\\.steps\\[(\\d+)\\]`);
  return wrong.find(({ place }) => {
    const at = inside.exec(place)?.[1];
    if (inner !== undefined) return at === String(inner);
    return at === undefined && (place === path || place.startsWith(`${path}.`));
  })?.why;
}

export type StepMark = 'waiting' | 'running' | 'done' | 'failed';

/** How far the step at a place is; waiting where another macro runs, or none. */
export function stepMark(progress: MacroProgress | null, macro: Macro, [step, inner]: StepPlace): StepMark {
  if (!progress || progress.macro.name !== macro.name) return 'waiting';
  if (progress.phase === 'done') return 'done';
  const isHere = step === progress.step && (inner === undefined || inner === (progress.inner ?? 0));
  if (isHere) return markHere(progress.phase);
  const isBefore =
    step < progress.step || (step === progress.step && inner !== undefined && inner < (progress.inner ?? 0));
  return isBefore ? 'done' : 'waiting';
}

function markHere(phase: MacroProgress['phase']): StepMark {
  if (phase === 'failed') return 'failed';
  return phase === 'running' ? 'running' : 'waiting';
}

/** True for a step that may stand inside a repeat. */
export function isPlain(step: MacroStep): step is PlainMacroStep {
  return step.do !== 'repeat';
}
