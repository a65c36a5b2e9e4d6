import { describe, expect, it } from 'vitest';
import { freeMacroName, macroSchema, stepNumber } from '../../shared/macros.ts';
import type { Macro } from '../../shared/macros.ts';
import { read } from '../../shared/schema.ts';

const named = (...names: readonly string[]): Macro[] => names.map((name) => ({ name, steps: [] }));

describe('the name of a macro', () => {
  it('stays where it is free, else gets the next number', () => {
    expect(freeMacroName('Signal', named('Other'))).toBe('Signal');
    expect(freeMacroName('Signal', named('signal ', 'Signal 2'))).toBe('Signal 3');
    expect(freeMacroName('x'.repeat(100), named('x'.repeat(100)))).toBe(`${'x'.repeat(90)} 2`);
  });
});

describe('the place of a step', () => {
  it('is counted as people count', () => {
    expect(stepNumber({ step: 2 })).toBe('3');
    expect(stepNumber({ step: 0, inner: 1 })).toBe('1.2');
  });
});

describe('a macro that comes from a window', () => {
  it('may not repeat without an end, whatever else it says', () => {
    const steps = [{ do: 'repeat', steps: [], untilError: true, until: { text: 'OK', isPattern: false } }];
    expect(() => read(macroSchema, { name: 'x', steps })).toThrow(/steps\[0\] must have an end: times or forSeconds/);
    const bounded = { name: 'x', steps: [{ ...steps[0], forSeconds: 5 }] };
    expect(read(macroSchema, bounded)).toEqual(bounded);
  });
});
