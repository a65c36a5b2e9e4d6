import { describe, expect, it } from 'vitest';
import type { PlatformRequest, ResourceView } from '../../shared/state.ts';
import { delayOf, handAnswerOf, resourcesAsked, tooMuch, wrongValue } from '../../renderer/requests/handAnswerDraft.ts';
import { sessionState } from './samples/sampleState.ts';

const state = sessionState(0);
const request: PlatformRequest = {
  id: '7',
  kind: 'read',
  msgId: 5,
  path: '/3303/0/5700',
  arrivedMs: 0,
  status: 'held',
  acknowledgedLines: 0,
  totalLines: 0,
  late: false,
  repeats: 0,
};
const asked = resourcesAsked(request, state.objects);
const valueOf = (resource: ResourceView): string => state.resources[resource.path]?.value ?? '';
const draft = {
  kind: 'value',
  result: 13,
  values: { '/3303/0/5700': asked.map(valueOf)[0] ?? '' },
  after: '',
} as const;

describe('what a read on hold asks for', () => {
  it('is the resource, or everything readable below', () => {
    expect(asked.map(({ path }) => path)).toEqual(['/3303/0/5700']);
    const all = resourcesAsked({ ...request, path: '/3303/0' }, state.objects);
    expect(all.length).toBeGreaterThan(1);
    expect(all.every(({ operations }) => operations.includes('R'))).toBe(true);
  });

  it('is nothing for another kind', () => {
    expect(resourcesAsked({ ...request, kind: 'execute' }, state.objects)).toEqual([]);
  });
});

describe('an answer by hand', () => {
  it('names only values that differ from those of the device', () => {
    expect(handAnswerOf(request, draft, asked, state.resources)).toEqual({ id: '7', kind: 'value' });
    const other = { ...draft, values: { '/3303/0/5700': '99.5' }, after: '2,5' };
    expect(handAnswerOf(request, other, asked, state.resources)).toEqual({
      id: '7',
      kind: 'value',
      afterMs: 2500,
      values: { '/3303/0/5700': '99.5' },
    });
  });

  it('cannot be sent while a value or the delay is wrong', () => {
    const wrong = { ...draft, values: { '/3303/0/5700': 'warm' } };
    expect(handAnswerOf(request, wrong, asked, state.resources)).toBeUndefined();
    expect(wrongValue(asked, wrong.values)?.path).toBe('/3303/0/5700');
    expect(handAnswerOf(request, { ...draft, after: 'soon' }, asked, state.resources)).toBeUndefined();
  });

  it('cannot be sent where values that fit one by one are too much together', () => {
    const whole = { ...request, path: '/3303/0' };
    const all = resourcesAsked(whole, state.objects);
    const values = Object.fromEntries(
      all.map((resource) => [resource.path, resource.type === 'string' ? 'x'.repeat(300) : valueOf(resource)]),
    );
    const long = { ...values, '/3303/0/5701': 'x'.repeat(480) };
    expect(wrongValue(all, long)).toBeUndefined();
    expect(tooMuch(whole, all, long)).toMatchObject({ key: 'composer.tooLong', values: { limit: 480 } });
    expect(handAnswerOf(whole, { ...draft, values: long }, all, state.resources)).toBeUndefined();
    expect(tooMuch({ ...whole, path: '' }, all, long)).toBeUndefined();
    expect(tooMuch(request, asked, draft.values)).toBeUndefined();
  });

  it('is an error, or none at all', () => {
    expect(handAnswerOf(request, { ...draft, kind: 'error' }, asked, state.resources)).toEqual({
      id: '7',
      kind: 'error',
      result: 13,
    });
    expect(handAnswerOf(request, { ...draft, kind: 'never', after: 'x' }, asked, state.resources)).toEqual({
      id: '7',
      kind: 'never',
    });
  });

  it.each([
    ['', 0],
    ['0', 0],
    ['2', 2000],
    ['0.5', 500],
    ['601', undefined],
    ['-1', undefined],
    ['1.25', undefined],
  ])('waits, for "%s"', (text, milliseconds) => {
    expect(delayOf(text)).toBe(milliseconds);
  });
});
