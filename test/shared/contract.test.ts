import { describe, expect, it } from 'vitest';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { channelOf, eventNames, requestNames } from '../../shared/ipc.ts';
import { applyPatch, initialDeviceState } from '../../shared/state.ts';

describe('the contract', () => {
  it('names each request and event once, on a channel of its own', () => {
    const channels = [...requestNames, ...eventNames].map(channelOf);
    expect(new Set(channels).size).toBe(channels.length);
    expect(channels).toContain('mipl:getSnapshot');
  });
});

describe('a fault', () => {
  it('keeps code, message and detail of our errors', () => {
    expect(faultOf(new CodedError('PORT_BUSY', 'locked', 'COM3'))).toEqual({
      code: 'PORT_BUSY',
      message: 'locked',
      detail: 'COM3',
    });
    expect(faultOf(new CodedError('PORT_BUSY', 'locked', 'COM3', { holder: 'minicom (12)' }))).toMatchObject({
      holder: 'minicom (12)',
    });
    expect(faultOf(new CodedError('AT_ERROR', 'no'))).toEqual({ code: 'AT_ERROR', message: 'no' });
  });

  it('is INTERNAL for anything else that was thrown', () => {
    expect(faultOf(new TypeError('x'))).toEqual({ code: 'INTERNAL', message: 'x' });
    expect(faultOf('text')).toEqual({ code: 'INTERNAL', message: 'text' });
  });
});

describe('a patch', () => {
  const state = initialDeviceState();

  it('replaces whole parts and leaves the others as they are', () => {
    const next = applyPatch(state, { network: { registration: 1 } });
    expect(next.network).toEqual({ registration: 1 });
    expect(next.module).toBe(state.module);
  });

  it('merges keyed parts by key, and null removes', () => {
    const one = applyPatch(state, { attributes: { '/1': { pmin: 1 }, '/2': { pmin: 2 } } });
    expect(applyPatch(one, { attributes: { '/1': null, '/3': { pmin: 3 } } }).attributes).toEqual({
      '/2': { pmin: 2 },
      '/3': { pmin: 3 },
    });
  });

  it('ignores parts that are there but undefined', () => {
    const changes = { network: undefined } as never;
    expect(applyPatch(state, changes).network).toBe(state.network);
  });
});
