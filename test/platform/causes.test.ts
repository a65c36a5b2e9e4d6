import { describe, expect, it } from 'vitest';
import { causeOf, reachesModule } from '../../main/platform/causes.ts';
import { platformOperationKinds } from '../../shared/platform.ts';
import type { PlatformCall, PlatformOperation } from '../../shared/platform.ts';
import type { PlatformRequest } from '../../shared/state.ts';
import type { RequestKind } from '../../shared/requestKinds.ts';

const call = (id: string, operation: PlatformOperation, change: Partial<PlatformCall> = {}): PlatformCall => ({
  id,
  mode: 'simulated',
  operation,
  method: 'GET',
  url: '',
  curl: '',
  startedMs: 1000,
  status: 'waiting',
  requestIds: [],
  ...change,
});
const request = (kind: RequestKind, path: string, change: Partial<PlatformRequest> = {}): PlatformRequest => ({
  id: '7',
  kind,
  msgId: 1,
  path,
  arrivedMs: 1500,
  status: 'answering',
  acknowledgedLines: 0,
  totalLines: 0,
  late: false,
  repeats: 0,
  ...change,
});
const read = (path: string): PlatformOperation => ({ kind: 'read', path });
const write = (path: string, ...ids: number[]): PlatformOperation => ({
  kind: 'write',
  path,
  mode: 'update',
  values: ids.map((resourceId) => ({ resourceId, value: '1' })),
});
const causes = (operation: PlatformOperation, arrived: PlatformRequest): boolean =>
  causeOf(arrived, [call('1', operation)], {}) !== undefined;

describe('which call caused a request', () => {
  it.each<[PlatformOperation, RequestKind, string]>([
    [read('/3303/0/5700'), 'read', '/3303/0/5700'],
    [read('/3303'), 'read', '/3303'],
    [write('/3306/0', 5850, 5851), 'write', '/3306/0/5850'],
    [write('/3306/0', 5850, 5851), 'write', '/3306/0'],
    [{ kind: 'execute', path: '/3303/0/5605', args: '' }, 'execute', '/3303/0/5605'],
    [{ kind: 'observe', path: '/3303/0', attributes: {} }, 'observe', '/3303/0'],
    [{ kind: 'observe', path: '/3303/0/5700', attributes: { pmin: 1 } }, 'parameter', '/3303/0/5700'],
    [{ kind: 'cancel', path: '/3303' }, 'cancel', '/3303'],
    [{ kind: 'discover', path: '/3303/0' }, 'discover', '/3303'],
  ])('%j causes %s %s', (operation, kind, path) => {
    expect(causes(operation, request(kind, path))).toBe(true);
  });

  it.each<[PlatformOperation, RequestKind, string]>([
    [read('/3303/0/5700'), 'observe', '/3303/0/5700'],
    [read('/3303/0/5700'), 'read', '/3303/0'],
    [read('/3303/0'), 'read', '/3303/0/5700'],
    [write('/3306/0', 5850), 'write', '/3306/0/5851'],
    [write('/3306/0', 5850), 'write', '/3306/1'],
    [{ kind: 'cancel', path: '/3303' }, 'observe', '/3303'],
    [{ kind: 'discover', path: '/3303' }, 'discover', '/3306'],
    [{ kind: 'resources', path: '/3303' }, 'discover', '/3303'],
    [{ kind: 'status' }, 'read', '/3303'],
    [read('nonsense'), 'read', '/3303'],
  ])('%j does not cause %s %s', (operation, kind, path) => {
    expect(causes(operation, request(kind, path))).toBe(false);
  });

  it('looks at the time of the call', () => {
    const arrived = request('read', '/3303');
    const calls = (change: Partial<PlatformCall>) => [call('1', read('/3303'), change)];
    expect(causeOf(arrived, calls({ startedMs: 1501 }), {})).toBeUndefined();
    expect(causeOf(arrived, calls({ startedMs: 1500 }), {})?.id).toBe('1');
    expect(causeOf(arrived, calls({ startedMs: 1000, durationMs: 400 }), {})).toBeUndefined();
    expect(causeOf(arrived, calls({ startedMs: 1000, durationMs: 500 }), {})?.id).toBe('1');
  });

  it('gives each of several equal calls its own request, the oldest first', () => {
    const first = call('2', read('/3303'), { startedMs: 900 });
    const second = call('10', read('/3303'), { startedMs: 900 });
    expect(causeOf(request('read', '/3303'), [second, first], {})?.id).toBe('2');
    const earlier = request('read', '/3303', { id: '6' });
    const served = { ...first, requestIds: ['6'] };
    expect(causeOf(request('read', '/3303'), [second, served], { 6: earlier })?.id).toBe('10');
    expect(causeOf(earlier, [served], {})).toBeUndefined();
  });

  it.each(['observe', 'writeAttributes'] as const)('gives %s with attributes both requests', (kind) => {
    const observe = call('1', { kind, path: '/3303/0/5700', attributes: { pmin: 1 } }, { requestIds: ['6'] });
    const parameter = request('parameter', '/3303/0/5700', { id: '6' });
    expect(causeOf(request('observe', '/3303/0/5700'), [observe], { 6: parameter })?.id).toBe('1');
    expect(causeOf(request('parameter', '/3303/0/5700'), [observe], { 6: parameter })).toBeUndefined();
  });

  it('knows which operations reach the module', () => {
    expect(platformOperationKinds.filter(reachesModule)).toEqual([
      'read',
      'write',
      'execute',
      'writeAttributes',
      'observe',
      'cancel',
      'discover',
    ]);
  });
});
