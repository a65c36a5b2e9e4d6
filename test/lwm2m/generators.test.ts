import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { GeneratorRunner } from '../../main/lwm2m/generatorRunner.ts';
import { generatorOf, rowsOf } from '../../main/lwm2m/generators.ts';
import { ObjectStore } from '../../main/lwm2m/objectStore.ts';
import type { GeneratorSpec, GeneratorState } from '../../shared/generator.ts';
import type { ResourceType } from '../../shared/lwm2m.ts';

const take = (spec: GeneratorSpec, type: ResourceType, count: number): (string | undefined)[] => {
  const generator = generatorOf(spec, type);
  return Array.from({ length: count }, (_, tick) => generator(tick));
};
const ramp = { kind: 'ramp', everySeconds: 1, from: 10, to: 20, periodSeconds: 4 } as const;
const sine = { kind: 'sine', everySeconds: 1, centre: 20, amplitude: 5, periodSeconds: 4 } as const;
const walk = { kind: 'randomWalk', everySeconds: 1, start: 20, step: 1, min: 15, max: 25, seed: 7 } as const;
const csv = { kind: 'csv', everySeconds: 1, text: 'time,T\n1,20.5\n2,21\n', column: 'T', repeat: false } as const;

describe('a generator', () => {
  it.each([
    ['a constant', { kind: 'constant', everySeconds: 1, value: '21.50' }, 'float', ['21.50', '21.50']],
    ['a ramp', ramp, 'float', ['10', '12.5', '15', '17.5', '10']],
    ['a ramp of whole numbers', ramp, 'integer', ['10', '13', '15']],
    ['a ramp of a switch', { ...ramp, from: 0, to: 1 }, 'boolean', ['0', '0', '1', '1']],
    ['a sine', sine, 'float', ['20', '25', '20', '15', '20']],
    ['a table by name', csv, 'float', ['20.5', '21', undefined]],
    ['a table that repeats', { ...csv, repeat: true }, 'float', ['20.5', '21', '20.5']],
    ['a table by number, its head left out', { ...csv, column: '2' }, 'float', ['20.5', '21', undefined]],
    ['a table without a head', { ...csv, text: '1\t"a"\r\n2\t"b"', column: '2' }, 'string', ['a', 'b', undefined]],
    ['a table with semicolons', { ...csv, text: '5;6', column: '2' }, 'integer', ['6', undefined]],
  ] as const)('is %s', (_, spec, type, expected) => {
    expect(take(spec, type, expected.length)).toEqual(expected);
  });

  it('walks at random within its bounds, the same way with the same seed, in whatever order it is asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0 }), fc.array(fc.nat(200), { minLength: 1, maxLength: 20 }), (seed, ticks) => {
        const course = take({ ...walk, seed }, 'float', 201).map(Number);
        expect(course.every((value) => value >= 15 && value <= 25)).toBe(true);
        const again = generatorOf({ ...walk, seed }, 'float');
        for (const tick of ticks) expect(Number(again(tick))).toBe(course[tick]);
      }),
    );
    expect(new Set(take(walk, 'float', 50)).size).toBeGreaterThan(40);
  });

  it.each([
    ['the value does not fit the type', { kind: 'constant', everySeconds: 1, value: 'warm' }, 'float'],
    ['a number drives opaque bytes', { ...ramp, from: 5 }, 'opaque'],
    ['there is no such column', { ...csv, column: 'X' }, 'float'],
    ['the column is number 0', { ...csv, column: '0' }, 'float'],
    ['a cell does not fit', { ...csv, text: 'T\n1\nwarm' }, 'float'],
    ['a row is too short', { ...csv, text: 'a,T\n1,2\n3' }, 'float'],
    ['the table is empty', { ...csv, text: '' }, 'float'],
    ['the table has a head alone', { ...csv, text: 'T' }, 'float'],
    ['the column lies beyond the table', { ...csv, column: '9' }, 'float'],
  ] as const)('is refused when %s', (_, spec, type) => {
    expect(() => generatorOf(spec, type)).toThrow(expect.objectContaining({ code: 'LWM2M_BAD_VALUE' }));
  });

  it('knows how many rows its table has', () => {
    expect([rowsOf(csv, 'float'), rowsOf(ramp, 'float')]).toEqual([2, undefined]);
  });
});

describe('driving values', () => {
  const PATH = '/3303/0/5700';
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function bench() {
    const store = new ObjectStore(defaultModel);
    const states: (GeneratorState | null)[] = [];
    const runner = new GeneratorRunner(store, (_, state) => states.push(state));
    return { store, states, runner, value: () => store.valueOf(PATH) };
  }

  it('sets a value at once and then each period', () => {
    const { runner, value, states } = bench();
    runner.set(PATH, ramp);
    expect(value()).toBe('10');
    vi.advanceTimersByTime(1000);
    expect(value()).toBe('12.5');
    expect(states).toMatchObject([{ spec: ramp }]);
  });

  it('stands still while somebody compares values, and goes on where it was', () => {
    const { runner, value } = bench();
    runner.set(PATH, ramp);
    const goOn = runner.pause();
    vi.advanceTimersByTime(3000);
    expect(value()).toBe('10');
    goOn();
    vi.advanceTimersByTime(1000);
    expect(value()).toBe('12.5');
  });

  it('ends a table at its last value, and the state keeps no text', () => {
    const { runner, value, states } = bench();
    runner.set(PATH, csv);
    vi.advanceTimersByTime(10_000);
    expect(value()).toBe('21');
    expect(states).toMatchObject([{ rows: 2, spec: { text: '' } }, { isOver: true }]);
  });

  it('is replaced by another, or taken away', () => {
    const { runner, value, states } = bench();
    runner.set(PATH, ramp);
    runner.set(PATH, { kind: 'constant', everySeconds: 1, value: '5' });
    vi.advanceTimersByTime(5000);
    expect(value()).toBe('5');
    runner.clear(PATH);
    expect(states.at(-1)).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on as before when the new one does not fit', () => {
    const { runner, value } = bench();
    runner.set(PATH, ramp);
    expect(() => runner.set(PATH, { kind: 'constant', everySeconds: 1, value: 'warm' })).toThrow();
    vi.advanceTimersByTime(1000);
    expect(value()).toBe('12.5');
  });

  it('ends with the program', () => {
    const { runner } = bench();
    runner.set(PATH, ramp);
    runner.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
