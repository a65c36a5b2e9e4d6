import { expect, it } from 'vitest';
import { stepAfter } from '../../renderer/guide/firstSteps.ts';
import { initialDeviceState } from '../../shared/state.ts';
import type { DeviceState, PlatformRequest } from '../../shared/state.ts';

const start = initialDeviceState();
const registered: DeviceState = { ...start, registration: { ...start.registration, phase: 'registered' } };
const request = (kind: PlatformRequest['kind'], status: PlatformRequest['status']): DeviceState['requests'] => ({
  1: {
    id: '1',
    kind,
    status,
    msgId: 7,
    path: '/3303/0/5700',
    arrivedMs: 0,
    acknowledgedLines: 1,
    totalLines: 1,
    late: false,
    repeats: 0,
  },
});
const proved: DeviceState = { ...start, acceptance: { ...start.acceptance, phase: 'done' } };

it('leads on as soon as a step is done, and not before', () => {
  expect(stepAfter('connect', start)).toBe('connect');
  expect(stepAfter('connect', registered)).toBe('ask');
  expect(stepAfter('ask', { ...registered, requests: request('observe', 'answered') })).toBe('ask');
  expect(stepAfter('ask', { ...registered, requests: request('read', 'answering') })).toBe('ask');
  expect(stepAfter('ask', { ...registered, requests: request('read', 'answered') })).toBe('prove');
  expect(stepAfter('prove', { ...registered, requests: request('read', 'answered') })).toBe('prove');
  expect(stepAfter('prove', proved)).toBe('done');
  expect(stepAfter('done', start)).toBe('done');
});

it('never goes back, though an acceptance run registers anew', () => {
  expect(stepAfter('ask', start)).toBe('ask');
  expect(stepAfter('prove', start)).toBe('prove');
});

it('passes over what was done before', () => {
  expect(stepAfter('connect', { ...registered, requests: request('read', 'answered') })).toBe('prove');
});
