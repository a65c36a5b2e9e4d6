import { describe, expect, it } from 'vitest';
import { isReady, recordOf, stepsOf } from '../../renderer/technician/technicianSteps.ts';
import type { AcceptanceState } from '../../shared/acceptance.ts';
import { initialDeviceState } from '../../shared/state.ts';
import type { ConnectionPhase, DeviceState, Stage } from '../../shared/state.ts';
import { sampleTest } from '../acceptance/sampleBatch.ts';

type Changes = { phase?: ConnectionPhase; onenet?: Stage['status']; network?: Stage['status'] } & {
  run?: AcceptanceState['phase'];
};

function state({ phase = 'closed', onenet = 'waiting', network = 'done', run = 'idle' }: Changes): DeviceState {
  const known = initialDeviceState();
  return {
    ...known,
    connection: { phase },
    stages: { ...known.stages, network: { status: network }, onenet: { status: onenet } },
    acceptance: { ...known.acceptance, phase: run, startedMs: 10, finishedMs: 20 },
  };
}

describe('the four steps', () => {
  it.each([
    [{}, false, 'connect', 'here'],
    [{ phase: 'probing' }, false, 'connect', 'running'],
    [{ phase: 'lost' }, false, 'connect', 'failed'],
    [{ phase: 'ready', network: 'failed' }, false, 'connect', 'failed'],
    [{ phase: 'ready', onenet: 'running' }, false, 'connect', 'running'],
    [{ phase: 'ready', onenet: 'done' }, false, 'test', 'here'],
    [{ phase: 'ready', onenet: 'done', run: 'running' }, false, 'test', 'running'],
    [{ phase: 'ready', onenet: 'running', run: 'stopping' }, false, 'test', 'running'],
    [{ phase: 'lost', run: 'stopped' }, false, 'test', 'failed'],
    [{ phase: 'ready', onenet: 'done', run: 'done' }, false, 'report', 'here'],
    [{ phase: 'ready', onenet: 'done', run: 'done' }, true, 'next', 'here'],
    [{ run: 'stopped' }, true, 'next', 'here'],
  ] as const)('%o, entered: %s: %s is %s', (changes, isRecorded, here, status) => {
    const steps = stepsOf(state(changes), isRecorded, true);
    expect([steps.here, steps.status[here]]).toEqual([here, status]);
  });

  it('wait for those before them, and are done behind', () => {
    expect(stepsOf(state({ phase: 'ready', onenet: 'done', run: 'done' }), false, true).status).toEqual({
      connect: 'done',
      test: 'done',
      report: 'here',
      next: 'waiting',
    });
  });

  it('say that the cable is gone also when they are further', () => {
    expect(stepsOf(state({ phase: 'lost', run: 'stopped' }), false, true).status.connect).toBe('failed');
    expect(stepsOf(state({ phase: 'closed', run: 'done' }), true, true).status.connect).toBe('failed');
  });

  it('do not wait for a registration that the tool does not make by itself', () => {
    const known = state({ phase: 'ready', onenet: 'waiting' });
    expect([isReady(known, true), isReady(known, false)]).toEqual([false, true]);
  });
});

describe('the entry of a run', () => {
  const { acceptance } = state({ run: 'done' });
  const entered = sampleTest({ runMs: 10, endedMs: 20 });

  it('is that of the same run as it ended', () => {
    expect(recordOf(acceptance, [sampleTest(), entered])).toBe(entered);
  });

  it('is none of a run that goes on, went on since, or has not begun', () => {
    expect(recordOf({ ...acceptance, phase: 'running' }, [entered])).toBeUndefined();
    expect(recordOf({ ...acceptance, finishedMs: 30 }, [entered])).toBeUndefined();
    const { startedMs: _startedMs, ...before } = acceptance;
    expect(recordOf(before, [entered])).toBeUndefined();
    const { finishedMs: _finishedMs, ...begun } = acceptance;
    expect(recordOf(begun, [entered])).toBeUndefined();
  });
});
