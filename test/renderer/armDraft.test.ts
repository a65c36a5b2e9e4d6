import { describe, expect, it } from 'vitest';
import { armVerdict, armedWords, waysFor } from '../../renderer/requests/armDraft.ts';
import type { ArmDraft } from '../../renderer/requests/armDraft.ts';
import { sessionState } from './samples/sampleState.ts';

const { objects } = sessionState(0);
const draft: ArmDraft = {
  kind: 'read',
  path: ' /3303/0/5700 ',
  way: 'value',
  value: '21.5',
  result: 13,
  after: '',
  times: '1',
};
const verdict = (change: Partial<ArmDraft>) => armVerdict({ ...draft, ...change }, objects);

describe('the form of an answer set beforehand', () => {
  it.each([
    [{}, { kind: 'value', values: { '/3303/0/5700': '21.5' } }],
    [{ after: '2.5' }, { kind: 'value', afterMs: 2500, values: { '/3303/0/5700': '21.5' } }],
    [{ way: 'error' }, { kind: 'error', result: 13 }],
    [
      { way: 'error', path: '/3303', after: '1' },
      { kind: 'error', afterMs: 1000, result: 13 },
    ],
    [
      { way: 'late', after: '5' },
      { kind: 'value', afterMs: 5000 },
    ],
    [{ way: 'never', after: 'x' }, { kind: 'never' }],
  ] as const)('%o becomes %o', (change, answer) => {
    expect(verdict(change)).toEqual({
      ok: true,
      order: { kind: 'read', path: 'path' in change ? change.path : '/3303/0/5700', times: 1, answer },
    });
  });

  it.each([
    [{ path: '3303' }, 'arm.no.path'],
    [{ times: '0' }, 'arm.no.times'],
    [{ times: '' }, 'arm.no.times'],
    [{ after: '601' }, 'arm.no.after'],
    [{ way: 'late' }, 'arm.no.late'],
    [{ path: '/3303/0' }, 'arm.no.resource'],
    [{ path: '/3303/0/5605' }, 'arm.no.resource'],
    [{ value: 'warm' }, 'composer.wrongType.float'],
  ] as const)('%o is told as %s', (change, key) => {
    expect(verdict(change)).toMatchObject({ ok: false, reason: { key } });
  });

  it('offers a value for a read alone', () => {
    expect(waysFor('read')).toContain('value');
    expect(waysFor('write')).toEqual(['error', 'late', 'never']);
  });
});

describe('what an armed answer will do, in words', () => {
  it.each([
    [{ kind: 'never' }, 'arm.told.never'],
    [{ kind: 'value', afterMs: 5000 }, 'arm.told.late'],
    [{ kind: 'value', values: { '/3303/0/5700': '1' } }, 'plain'],
    [{ kind: 'error', result: 13 }, 'result.13'],
    [{ kind: 'error', result: 13, afterMs: 5000 }, 'arm.told.after'],
  ] as const)('%o: %s', (answer, key) => {
    expect(armedWords({ answer }).key).toBe(key);
  });
});
