import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { macroSchema } from '../../shared/macros.ts';
import type { Macro, MacroProgress } from '../../shared/macros.ts';
import { fits } from '../../shared/schema.ts';
import { initialDeviceState } from '../../shared/state.ts';
import {
  newStep,
  stepMark,
  stepRows,
  withMovedStep,
  withNewStep,
  withStep,
  withoutStep,
  wrongIn,
  wrongValues,
} from '../../renderer/macros/macroDraft.ts';
import { progressWords, runObstacle } from '../../renderer/macros/macroWords.ts';
import { beginUndo, changed, redone, undone } from '../../renderer/ui/undo.ts';

const send = (line: string) => ({ do: 'send' as const, line, goesOnAfterError: false });
const macro: Macro = {
  name: 'M',
  steps: [send('A'), { do: 'repeat', steps: [send('B'), send('C')], times: 2, untilError: false }, send('D')],
};
const lines = ({ steps }: Macro): unknown[] =>
  steps.map((step) => {
    if (step.do === 'repeat') return step.steps.map((one) => (one.do === 'send' ? one.line : one.do));
    return step.do === 'send' ? step.line : step.do;
  });

describe('the steps of a macro that is edited', () => {
  it('stand in rows, those of a repeat behind it', () => {
    expect(stepRows(macro).map(({ number }) => number)).toEqual(['1', '2', '2.1', '2.2', '3']);
  });

  it('are put in, taken out, moved and changed, also inside a repeat', () => {
    expect(lines(withNewStep(macro, [1], newStep('pause')))).toEqual(['A', 'pause', ['B', 'C'], 'D']);
    expect(lines(withNewStep(macro, [1, 2], newStep('wait')))).toEqual(['A', ['B', 'C', 'wait'], 'D']);
    expect(lines(withNewStep(macro, [1, 0], newStep('repeat')))).toEqual(lines(macro));
    expect(lines(withoutStep(macro, [1, 0]))).toEqual(['A', ['C'], 'D']);
    expect(lines(withMovedStep(macro, [0], 1))).toEqual([['B', 'C'], 'A', 'D']);
    expect(lines(withMovedStep(macro, [1, 1], -1))).toEqual(['A', ['C', 'B'], 'D']);
    expect(withMovedStep(macro, [2], 1)).toEqual(macro);
    expect(lines(withStep(macro, [1, 0], send('X')))).toEqual(['A', ['X', 'C'], 'D']);
  });

  it('begin in a way that can be kept', () => {
    const steps = (['send', 'wait', 'pause', 'repeat'] as const).map(newStep);
    expect(fits(macroSchema, { name: 'x', steps })).toBe(true);
  });

  it('say what is wrong with them, at their own row', () => {
    const wrong = wrongValues([macro, withStep(withStep(macro, [1, 1], send(' ')), [0], send('A'))]);
    expect(wrong).toEqual([
      { place: 'macros[1].steps[1].steps[1].line', why: 'must have text and no control characters' },
    ]);
    expect(wrongIn(wrong, 1, [1, 1])).toContain('must have text');
    expect(wrongIn(wrong, 1, [1])).toBeUndefined();
    expect(wrongIn(wrong, 0, [1, 1])).toBeUndefined();
    const repeat = wrongValues([{ name: 'x', steps: [{ do: 'repeat', steps: [], untilError: false }] }]);
    expect(wrongIn(repeat, 0, [0])).toContain('must have an end');
  });
});

describe('a macro that runs', () => {
  const at = (change: Partial<MacroProgress>): MacroProgress => ({
    macro,
    phase: 'running',
    step: 1,
    inner: 1,
    round: 3,
    startedMs: 0,
    ...change,
  });
  const marks = (progress: MacroProgress | null): string[] =>
    stepRows(macro).map(({ place }) => stepMark(progress, macro, place));

  it('marks what is done, what is at hand and what is to come', () => {
    expect(marks(at({}))).toEqual(['done', 'running', 'done', 'running', 'waiting']);
    expect(marks(at({ phase: 'failed' }))).toEqual(['done', 'failed', 'done', 'failed', 'waiting']);
    expect(marks(at({ phase: 'stopped' }))).toEqual(['done', 'waiting', 'done', 'waiting', 'waiting']);
    expect(marks(at({ phase: 'done' }))).toEqual(Array(5).fill('done'));
    expect(marks(null)).toEqual(Array(5).fill('waiting'));
    expect(marks(at({ macro: { ...macro, name: 'other' } }))).toEqual(Array(5).fill('waiting'));
  });

  it('is told in a sentence', () => {
    expect(progressWords(at({}))).toMatchObject({ key: 'macro.atRound', values: { step: '2.2', round: 3 } });
    expect(progressWords({ macro, phase: 'running', step: 0, startedMs: 0 })).toMatchObject({ key: 'macro.at' });
    expect(progressWords(at({ phase: 'done', finishedMs: 1500 }))).toMatchObject({
      key: 'macro.ended.done',
      values: { seconds: '1.5' },
    });
  });

  it('says what is in its way, the nearest first', () => {
    const state = initialDeviceState();
    const why = (change: object, wrong = 0, one: Macro | undefined = macro): string | undefined =>
      runObstacle(one, wrong, { ...state, connection: { phase: 'ready' }, ...change })?.reason.key;
    expect(why({ connection: { phase: 'lost' } })).toBe('macro.obstacle.closed');
    expect(why({ acceptance: { ...state.acceptance, phase: 'running' } })).toBe('macro.obstacle.testing');
    expect(why({ macro: at({}) })).toBe('macro.obstacle.running');
    expect(why({}, 2)).toBe('macro.obstacle.wrong');
    expect(why({}, 0, { name: 'x', steps: [] })).toBe('macro.obstacle.empty');
    expect(why({})).toBeUndefined();
  });
});

describe('undo', () => {
  it('takes back every change and brings it again, in any row of them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 30 }), (values) => {
        const whole = values.reduce((history, value) => changed(history, value), beginUndo(-1));
        const back = values.reduce((history) => undone(history), whole);
        expect(back.present).toBe(-1);
        expect(undone(back)).toBe(back);
        const again = values.reduce((history) => redone(history), back);
        expect(again.present).toBe(values.at(-1) ?? -1);
        expect(redone(again)).toBe(again);
      }),
    );
  });

  it('forgets what was taken back once something else is changed, and never grows without end', () => {
    const one = changed(undone(changed(beginUndo('a'), 'b')), 'c');
    expect(redone(one)).toBe(one);
    const many = Array.from({ length: 1000 }, (_, index) => index).reduce(
      (history, value) => changed(history, value),
      beginUndo(-1),
    );
    expect(many.past.length).toBe(200);
  });
});
