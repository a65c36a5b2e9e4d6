import { describe, expect, it } from 'vitest';
import { draftFor, kindsFor, specOf, wrongField } from '../../renderer/objects/generatorDraft.ts';
import type { GeneratorField } from '../../renderer/objects/generatorDraft.ts';

const draft = draftFor('float', '20', undefined);
const withField = (kind: typeof draft.kind, name: GeneratorField, text: string): typeof draft => ({
  ...draft,
  kind,
  fields: { ...draft.fields, [name]: text },
});

describe('a generator in the dialog', () => {
  it('begins around the value of now', () => {
    expect(specOf(draft)).toEqual({ kind: 'ramp', from: 20, to: 30, periodSeconds: 60, everySeconds: 5 });
    expect(specOf(draftFor('string', 'Cel', undefined))).toEqual({ kind: 'constant', value: 'Cel', everySeconds: 5 });
  });

  it('begins with what drives the value already', () => {
    const spec = { kind: 'sine', centre: 7, amplitude: 2, periodSeconds: 30, everySeconds: 1 } as const;
    expect(specOf(draftFor('float', '20', spec))).toEqual(spec);
  });

  it('computes numbers and switches alone', () => {
    expect(kindsFor('boolean')).toContain('ramp');
    expect(kindsFor('opaque')).toEqual(['constant', 'csv']);
  });

  it.each([
    ['ramp', 'from', 'warm'],
    ['ramp', 'periodSeconds', '0'],
    ['ramp', 'everySeconds', '100000'],
    ['randomWalk', 'max', '0'],
    ['randomWalk', 'seed', '-1'],
    ['csv', 'column', ''],
  ] as const)('cannot be a %s whose %s is "%s"', (kind, name, text) => {
    const wrong = withField(kind, name, text);
    expect(wrongField(wrong)).toBe(name);
    expect(specOf(wrong)).toBeUndefined();
  });

  it('needs a file for a table', () => {
    const table = withField('csv', 'column', 'T');
    expect(specOf(table)).toBeUndefined();
    expect(specOf({ ...table, text: 'T\n1' })).toEqual({
      kind: 'csv',
      everySeconds: 5,
      text: 'T\n1',
      column: 'T',
      repeat: true,
    });
  });
});
