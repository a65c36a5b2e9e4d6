import type { BilingualName } from './lwm2m.ts';
import { list, object, optional, text, truth, variant, whole } from './schema.ts';
import type { Rule, ValueOf } from './schema.ts';
import type { Fault } from './errors.ts';

/** So many macros of one's own, and so many steps in one. */
export const maxMacros = 200;
export const maxMacroSteps = 100;

/** What the numbers of a macro may be: one table for files, calls and the editor. Whatever a macro waits for has an end. */
export const macroRanges = {
  withinSeconds: whole(1, 3600),
  pauseMs: whole(1, 3_600_000),
  times: whole(1, 100_000),
  forSeconds: whole(1, 86_400),
  everyMs: whole(10, 3_600_000),
} as const;

/** How long an answer is waited for where the step does not say. */
export const usualWaitSeconds = 60;

const controlCharacters = /[\u0000-\u001f\u007f]/;
const withText = (example: string): Rule<string> => ({
  must: 'must have text and no control characters',
  holds: (given) => given.trim() !== '' && !controlCharacters.test(given),
  example,
  counterexample: 'AT\r',
});

/** Lines that hold a text, or fit a regular expression of RE2. */
const soughtLine = object({ text: text(500, withText('+MIPLEVENT: 0,6')), isPattern: truth });
export type SoughtLine = ValueOf<typeof soughtLine>;

const sendStep = object({
  line: text(4096, withText('AT+CSQ')),
  /** Goes on where the module refuses it; else the macro ends there. */
  goesOnAfterError: truth,
  /** Default: as long as the command usually takes. */
  withinSeconds: optional(macroRanges.withinSeconds),
});
const waitStep = object({ sought: soughtLine, withinSeconds: macroRanges.withinSeconds });
const pauseStep = object({ pauseMs: macroRanges.pauseMs });

const plainStep = variant('do', { send: sendStep, wait: waitStep, pause: pauseStep });
/** A step that is done once. */
export type PlainMacroStep = ValueOf<typeof plainStep>;

const repeatStep = object(
  {
    steps: list(plainStep, maxMacroSteps),
    times: optional(macroRanges.times),
    forSeconds: optional(macroRanges.forSeconds),
    /** From the beginning of one round to that of the next. */
    everyMs: optional(macroRanges.everyMs),
    /** Ends well with the first such line; ends badly where it has not come by then. */
    until: optional(soughtLine),
    /** Ends well with the first command that the module refuses. */
    untilError: truth,
  },
  {
    must: 'must have an end: times or forSeconds',
    holds: ({ times, forSeconds }) => times !== undefined || forSeconds !== undefined,
    example: { steps: [{ do: 'send', line: 'AT', goesOnAfterError: false }], times: 3, untilError: false },
    counterexample: { steps: [{ do: 'send', line: 'AT', goesOnAfterError: false }], untilError: false },
  },
);

const macroStep = variant('do', { send: sendStep, wait: waitStep, pause: pauseStep, repeat: repeatStep });
export type MacroStep = ValueOf<typeof macroStep>;
export type RepeatStep = Extract<MacroStep, { readonly do: 'repeat' }>;

/** A named row of steps. */
export const macroSchema = object({
  name: text(100, withText('Signal')),
  note: optional(text(1000)),
  steps: list(macroStep, maxMacroSteps),
});
export type Macro = ValueOf<typeof macroSchema>;

/** A macro that the program brings along, in both languages. */
export interface ShippedMacro {
  readonly id: string;
  readonly name: BilingualName;
  readonly note: BilingualName;
  readonly steps: readonly MacroStep[];
}

/** A macro as it runs, or ran last. */
export interface MacroProgress {
  readonly macro: Macro;
  readonly phase: 'running' | 'done' | 'failed' | 'stopped';
  /** Place of the step at hand, from 0, and of that inside a repeat. */
  readonly step: number;
  readonly inner?: number;
  /** Of the repeat at hand, from 1. */
  readonly round?: number;
  /** On the steady clock of main. */
  readonly startedMs: number;
  readonly finishedMs?: number;
  readonly fault?: Fault;
}

/** The same name as another of the list: told from each other by letters alone, blanks around them do not count. */
export function sameMacroName(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

/** A name that none of these macros has: the given one, else with a number behind it. */
export function freeMacroName(name: string, macros: readonly Macro[]): string {
  const isTaken = (given: string): boolean => macros.some((macro) => sameMacroName(macro.name, given));
  if (!isTaken(name)) return name;
  for (let number = 2; ; number++) {
    const numbered = `${name.slice(0, 90)} ${number}`;
    if (!isTaken(numbered)) return numbered;
  }
}

/** Where the macro stands, as people count: `3`, or `3.1` inside a repeat. */
export function stepNumber({ step, inner }: Pick<MacroProgress, 'step' | 'inner'>): string {
  return inner === undefined ? String(step + 1) : `${step + 1}.${inner + 1}`;
}
