import { describe, expect, it } from 'vitest';
import { holdRequests } from '../../shared/contract/requestsOnHold.ts';
import { generatorSpec } from '../../shared/generator.ts';
import { handAnswer } from '../../shared/handAnswer.ts';
import { read } from '../../shared/schema.ts';

const refusal = (code: string): unknown => expect.objectContaining({ code });

describe('what the screen sends about requests on hold', () => {
  it.each([
    [{ id: '1', kind: 'value' }],
    [{ id: '1', kind: 'value', afterMs: 5000, values: { '/3303/0/5700': '21' } }],
    [{ id: '1', kind: 'error', result: 13 }],
    [{ id: '1', kind: 'never' }],
  ])('is taken as it is: %j', (given) => {
    expect(read(handAnswer, given)).toEqual(given);
  });

  it.each([
    ['BAD_ARGUMENT', undefined],
    ['BAD_ARGUMENT', { id: 1, kind: 'value' }],
    ['BAD_ARGUMENT', { id: '1', kind: 'later' }],
    ['BAD_ARGUMENT', { id: '1', kind: 'error' }],
    ['BAD_ARGUMENT', { id: '1', kind: 'error', result: 1 }],
    ['BAD_ARGUMENT', { id: '1', kind: 'error', result: 16 }],
    ['BAD_ARGUMENT', { id: '1', kind: 'value', afterMs: -1 }],
    ['BAD_ARGUMENT', { id: '1', kind: 'value', afterMs: 600_001 }],
    ['BAD_ARGUMENT', { id: '1', kind: 'value', values: null }],
    ['BAD_ARGUMENT', { id: '1', kind: 'value', values: { '/3303/0/5700': 21 } }],
    ['LWM2M_BAD_PATH', { id: '1', kind: 'value', values: { '/3303': '21' } }],
    ['BAD_ARGUMENT', { id: '1', kind: 'never', more: 1 }],
  ])('is refused with %s: %j', (code, given) => {
    expect(() => read(handAnswer, given)).toThrow(refusal(code));
  });

  it('names kinds that there are', () => {
    const { argument } = holdRequests.holdRequests;
    expect(read(argument, { kinds: ['read', 'write'] })).toEqual({ kinds: ['read', 'write'] });
    for (const kinds of [undefined, 'read', ['all'], Array(8).fill('read')])
      expect(() => read(argument, { kinds })).toThrow(refusal('BAD_ARGUMENT'));
  });
});

describe('what the screen sends about generators', () => {
  const walk = { kind: 'randomWalk', everySeconds: 1, start: 1, step: 1, min: 0, max: 2, seed: 7 };
  it.each([
    [{ kind: 'constant', everySeconds: 0.1, value: 'on' }],
    [{ kind: 'ramp', everySeconds: 1, from: 0, to: -5, periodSeconds: 60 }],
    [{ kind: 'sine', everySeconds: 86_400, centre: 0, amplitude: 1, periodSeconds: 60 }],
    [walk],
    [{ kind: 'csv', everySeconds: 1, text: 'T\n1', column: 'T', repeat: true }],
  ])('is taken as it is: %j', (given) => {
    expect(read(generatorSpec, given)).toEqual(given);
  });

  it.each([
    [{ kind: 'noise', everySeconds: 1 }],
    [{ kind: 'constant', everySeconds: 0, value: '' }],
    [{ kind: 'ramp', everySeconds: 1, from: NaN, to: 1, periodSeconds: 60 }],
    [{ kind: 'ramp', everySeconds: 1, from: '0', to: 1, periodSeconds: 60 }],
    [{ kind: 'sine', everySeconds: 1, centre: 0, amplitude: Infinity, periodSeconds: 60 }],
    [{ kind: 'sine', everySeconds: 1, centre: 0, amplitude: 1, periodSeconds: 0 }],
    [{ ...walk, min: 3 }],
    [{ ...walk, seed: 1.5 }],
    [{ kind: 'csv', everySeconds: 1, text: 'x'.repeat(1_000_001), column: '1', repeat: true }],
    [{ kind: 'csv', everySeconds: 1, text: '1', column: '1', repeat: 1 }],
  ])('is refused: %#', (given) => {
    expect(() => read(generatorSpec, given)).toThrow(refusal('BAD_ARGUMENT'));
  });
});
