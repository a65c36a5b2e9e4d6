import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CodedError } from '../../shared/errors.ts';
import type { Macro, MacroStep, PlainMacroStep, RepeatStep } from '../../shared/macros.ts';
import { MacroRun } from '../../main/macros/macroRun.ts';
import { systemClock } from '../../main/time/clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const send = (line: string, goesOnAfterError = false): PlainMacroStep => ({ do: 'send', line, goesOnAfterError });
const wait = (text: string, withinSeconds = 10, isPattern = false): PlainMacroStep => ({
  do: 'wait',
  sought: { text, isPattern },
  withinSeconds,
});
const repeat = (steps: PlainMacroStep[], how: Partial<RepeatStep>): MacroStep => ({
  do: 'repeat',
  steps,
  untilError: false,
  ...how,
});

/** What the module says to a line, in order; an error is what it is refused with, undefined leaves it without an answer. */
type Script = (line: string, times: number) => readonly string[] | Error | undefined;

function start(steps: readonly MacroStep[], script: Script = () => ['OK']) {
  const sent: { readonly line: string; readonly atMs: number }[] = [];
  const progress: string[] = [];
  const abort = new AbortController();
  let tell: (text: string) => void = () => undefined;
  let isListening = false;
  const beganMs = Date.now();
  const macro: Macro = { name: 'test', steps };
  const run = new MacroRun(macro, {
    module: {
      send(line) {
        sent.push({ line, atMs: Date.now() - beganMs });
        const answer = script(line, sent.filter((one) => one.line === line).length);
        if (answer === undefined) return new Promise(() => undefined);
        if (answer instanceof Error) return Promise.reject(answer);
        answer.forEach((text) => tell(text));
        return Promise.resolve();
      },
      onLine(listener) {
        tell = listener;
        isListening = true;
        return () => (isListening = false);
      },
    },
    clock: { steadyMs: () => Date.now() },
    signal: abort.signal,
    onProgress: ({ step, inner, round }) =>
      progress.push([step, inner, round].filter((one) => one !== undefined).join('.')),
  });
  const outcome = run.run().then(
    () => 'done' as const,
    (error: unknown) => error as CodedError,
  );
  return {
    sent,
    progress,
    outcome,
    stop: () => abort.abort(),
    say: (text: string) => tell(text),
    isListening: () => isListening,
  };
}

const lines = (sent: readonly { readonly line: string }[]): string[] => sent.map(({ line }) => line);
const refused = new CodedError('AT_CME', 'AT+X: +CME ERROR: 50', '50');

describe('a macro', () => {
  it('sends its lines in order and ends when the last was answered', async () => {
    const { sent, progress, outcome, isListening } = start([send('AT'), { do: 'pause', pauseMs: 500 }, send('AT+CSQ')]);
    await vi.advanceTimersByTimeAsync(499);
    expect(lines(sent)).toEqual(['AT']);
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome).toBe('done');
    expect(sent).toEqual([
      { line: 'AT', atMs: 0 },
      { line: 'AT+CSQ', atMs: 500 },
    ]);
    expect(progress).toEqual(['0', '1', '2']);
    expect(isListening()).toBe(false);
  });

  it('ends at the first line that is refused, unless that line says that it goes on', async () => {
    const strict = start([send('AT+X'), send('AT')], (line) => (line === 'AT+X' ? refused : ['OK']));
    expect(await strict.outcome).toBe(refused);
    expect(lines(strict.sent)).toEqual(['AT+X']);
    const lenient = start([send('AT+X', true), send('AT')], (line) => (line === 'AT+X' ? refused : ['OK']));
    expect(await lenient.outcome).toBe('done');
    const lost = new CodedError('PORT_LOST', 'pulled');
    expect(await start([send('AT', true)], () => lost).outcome).toBe(lost);
  });

  it('waits for a line that comes later, or that came with the answer already', async () => {
    const early = start([send('AT+MIPLOPEN'), wait('+MIPLEVENT: 0,6')], () => ['+MIPLEVENT: 0,6', 'OK']);
    expect(await early.outcome).toBe('done');
    const later = start([send('AT'), wait(String.raw`^\+MIPLEVENT: 0,(6|11)$`, 10, true)]);
    await vi.advanceTimersByTimeAsync(9000);
    later.say('+MIPLEVENT: 0,60');
    later.say('+MIPLEVENT: 0,11');
    expect(await later.outcome).toBe('done');
  });

  it('takes a line for one wait only, and none that came before the last command', async () => {
    const twice = start([send('AT'), wait('A', 1), wait('A', 1)], () => ['A', 'OK']);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await twice.outcome).toMatchObject({
      code: 'MACRO_WAIT_OVER',
      detail: 'A',
      message: 'Step 3: "A" has not come within 1 s',
    });
    const stale = start([send('AT'), send('AT'), wait('A', 1)], (_, times) => (times === 1 ? ['A', 'OK'] : ['OK']));
    await vi.advanceTimersByTimeAsync(1000);
    expect(await stale.outcome).toMatchObject({ code: 'MACRO_WAIT_OVER' });
  });

  it('does not begin where a pattern is none', async () => {
    const { sent, outcome } = start([send('AT'), wait('(', 1, true)]);
    expect(await outcome).toMatchObject({ code: 'BAD_ARGUMENT', detail: '(' });
    expect(sent).toEqual([]);
  });
});

describe('a repeat', () => {
  it('ends after so many rounds, each so long after the beginning of the one before', async () => {
    const { sent, progress, outcome } = start([repeat([send('AT+CSQ')], { times: 3, everyMs: 1000 })]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await outcome).toBe('done');
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 1000, 2000]);
    expect(progress).toEqual(['0.0.1', '0.0.2', '0.0.3']);
  });

  it('ends after so long', async () => {
    const { sent, outcome } = start([repeat([send('AT')], { forSeconds: 3, everyMs: 1000 })]);
    await vi.advanceTimersByTimeAsync(3000);
    expect(await outcome).toBe('done');
    expect(sent).toHaveLength(3);
  });

  it('ends with the line it waits for, also in the middle of a pause, and goes on to the next step', async () => {
    const { sent, outcome, say } = start([
      repeat([send('AT+CEREG?'), { do: 'pause', pauseMs: 5000 }], {
        forSeconds: 60,
        until: { text: '+CEREG:1,1', isPattern: false },
      }),
      send('AT'),
    ]);
    await vi.advanceTimersByTimeAsync(1000);
    say('+CEREG:1,1');
    expect(await outcome).toBe('done');
    expect(sent).toEqual([
      { line: 'AT+CEREG?', atMs: 0 },
      { line: 'AT', atMs: 1000 },
    ]);
    const between = start([repeat([send('AT')], { times: 9, everyMs: 5000, until: { text: 'X', isPattern: false } })]);
    await vi.advanceTimersByTimeAsync(1000);
    between.say('X');
    expect(await between.outcome).toBe('done');
    const inWait = start([repeat([wait('Y', 9)], { times: 9, until: { text: 'X', isPattern: false } })]);
    await vi.advanceTimersByTimeAsync(10);
    inWait.say('X');
    expect(await inWait.outcome).toBe('done');
  });

  it('fails where the line it waits for has not come by its end', async () => {
    const { outcome } = start([send('AT'), repeat([send('AT')], { times: 2, until: { text: 'X', isPattern: false } })]);
    expect(await outcome).toMatchObject({
      code: 'MACRO_WAIT_OVER',
      message: 'Step 2: "X" has not come by the end of the repeat',
    });
  });

  it('ends well with the first refusal where it waits for one, and badly where none comes', async () => {
    const met = start([repeat([send('AT+X')], { times: 9, untilError: true }), send('AT')], (line, times) =>
      line === 'AT+X' && times === 3 ? refused : ['OK'],
    );
    expect(await met.outcome).toBe('done');
    expect(lines(met.sent)).toEqual(['AT+X', 'AT+X', 'AT+X', 'AT']);
    const unmet = start([repeat([send('AT+X')], { times: 2, untilError: true })]);
    expect(await unmet.outcome).toMatchObject({ code: 'MACRO_WAIT_OVER' });
    const other = new CodedError('PORT_LOST', 'pulled');
    expect(await start([repeat([send('AT')], { times: 2, untilError: true })], () => other).outcome).toBe(other);
  });
});

describe('a macro that is stopped', () => {
  it.each<[string, MacroStep[]]>([
    ['while it waits for the longest there is', [wait('never', 3600)]],
    ['while it pauses for the longest there is', [{ do: 'pause', pauseMs: 3_600_000 }]],
    ['while a command is under way that nobody answers', [send('AT')]],
    ['between rounds', [repeat([{ do: 'pause', pauseMs: 1 }], { times: 100_000, everyMs: 3_600_000 })]],
  ])('ends at once %s', async (_, steps) => {
    const { outcome, stop, isListening } = start(steps, () => undefined);
    await vi.advanceTimersByTimeAsync(1234);
    const before = Date.now();
    stop();
    expect(await outcome).toMatchObject({ code: 'CANCELLED' });
    expect(Date.now()).toBe(before);
    expect(isListening()).toBe(false);
  });

  it('keeps a flood of lines within bounds', async () => {
    const { outcome, say } = start([
      send('AT'),
      { do: 'pause', pauseMs: 1000 },
      wait('line 9999', 1),
      wait('line 1', 1),
    ]);
    await vi.advanceTimersByTimeAsync(1);
    for (let count = 0; count < 10_000; count++) say(`line ${count}`);
    await vi.advanceTimersByTimeAsync(2000);
    // The newest are there, those of long ago are not.
    expect(await outcome).toMatchObject({
      code: 'MACRO_WAIT_OVER',
      message: expect.stringContaining('Step 4') as string,
    });
  });
});

it('a repeat in which nothing is waited for leaves everybody else his turn, and Stop is heard', async () => {
  vi.useRealTimers();
  const abort = new AbortController();
  const macro: Macro = { name: 'test', steps: [repeat([], { forSeconds: 86_400 })] };
  const run = new MacroRun(macro, {
    module: { send: () => Promise.resolve(), onLine: () => () => undefined },
    clock: systemClock,
    signal: abort.signal,
    onProgress: () => undefined,
  } as ConstructorParameters<typeof MacroRun>[1]);
  setTimeout(() => abort.abort(), 20);
  await expect(run.run()).rejects.toMatchObject({ code: 'CANCELLED' });
});
