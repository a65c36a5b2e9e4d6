import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concernsSummary, isSameSummary, summaryOf } from '../../main/device/summary.ts';
import { initialDeviceState } from '../../shared/state.ts';
import type { DeviceState, Stage } from '../../shared/state.ts';

const fresh = initialDeviceState();
const stages = (change: Partial<Record<keyof DeviceState['stages'], Stage['status']>>): DeviceState['stages'] => ({
  ...fresh.stages,
  ...Object.fromEntries(Object.entries(change).map(([name, status]) => [name, { status }])),
});

describe('a device in short', () => {
  it('is only its name before anything happened', () => {
    expect(summaryOf('1', fresh)).toEqual({
      id: '1',
      phase: 'closed',
      registration: 'idle',
      isTesting: false,
      isAsking: false,
    });
  });

  it.each([
    ['the first that failed', { port: 'done', sim: 'failed', network: 'failed' }, { name: 'sim', status: 'failed' }],
    ['else the one under way', { port: 'done', module: 'running' }, { name: 'module', status: 'running' }],
    ['else the last that is done', { port: 'done', module: 'done' }, { name: 'module', status: 'done' }],
    ['else the last that was', { port: 'stale', module: 'stale' }, { name: 'module', status: 'stale' }],
  ] as const)('tells of the stage that says how far it is: %s', (_which, change, stage) => {
    expect(summaryOf('1', { ...fresh, stages: stages(change) }).stage).toEqual(stage);
  });

  it('tells of the channel that the module is locked to, while it is connected', () => {
    const lock = { earfcn: 3736, wasFound: true };
    const of = (phase: DeviceState['connection']['phase']) =>
      summaryOf('1', { ...fresh, connection: { phase }, network: { lock } }).lockedEarfcn;
    expect([of('ready'), of('closed')]).toEqual([3736, undefined]);
  });

  it('tells of a run, and that it waits for a person', () => {
    const of = (change: Partial<DeviceState['acceptance']>) =>
      summaryOf('1', { ...fresh, acceptance: { ...fresh.acceptance, ...change } });
    const prompt = { caseId: 'read', text: { zh: '', en: '' }, curl: '' };
    expect(of({ phase: 'running' })).toMatchObject({ isTesting: true, isAsking: false });
    expect(of({ phase: 'stopping', prompt })).toMatchObject({ isTesting: true, isAsking: true });
    expect(of({ phase: 'done', prompt })).toMatchObject({ isTesting: false, isAsking: false });
  });

  it('is looked at again for what may show in it, and for nothing a burst brings', () => {
    const { connection, module, registration, acceptance } = fresh;
    for (const change of [{ connection }, { module }, { registration }, { stages: fresh.stages }, { acceptance }]) {
      expect(concernsSummary(change)).toBe(true);
    }
    expect(concernsSummary({ requests: {}, resources: {}, answerTimes: fresh.answerTimes, network: {} })).toBe(false);
  });

  it('is the same as another where all its members are, stage included', () => {
    const some = fc.record({
      model: fc.option(fc.constantFrom('M5310', 'M5311'), { nil: undefined }),
      port: fc.constantFrom<Stage['status']>('waiting', 'running', 'done'),
      module: fc.constantFrom<Stage['status']>('waiting', 'failed'),
      testing: fc.boolean(),
    });
    const of = ({ model, testing, ...shown }: typeof some extends fc.Arbitrary<infer T> ? T : never) =>
      summaryOf('1', {
        ...fresh,
        module: model === undefined ? {} : { model },
        stages: stages(shown),
        acceptance: { ...fresh.acceptance, phase: testing ? 'running' : 'done' },
      });
    fc.assert(
      fc.property(some, some, (one, other) => {
        const [left, right] = [of(one), of(other)];
        expect(isSameSummary(left, right)).toBe(JSON.stringify(left) === JSON.stringify(right));
      }),
    );
    expect(isSameSummary(summaryOf('1', fresh), summaryOf('2', fresh))).toBe(false);
  });
});
