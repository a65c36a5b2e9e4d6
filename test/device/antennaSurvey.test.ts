import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AntennaSurvey } from '../../main/device/antennaSurvey.ts';
import { FactRecord } from '../../main/facts/factRecord.ts';
import { StateHolder } from '../../main/facts/stateHolder.ts';
import { initialDeviceState } from '../../shared/state.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const clock = { steadyMs: () => Date.now(), wallMs: () => Date.now() };

function desk() {
  const holder = new StateHolder(initialDeviceState());
  const facts = new FactRecord(holder);
  const antenna = new AntennaSurvey({ facts, clock } as unknown as ConstructorParameters<typeof AntennaSurvey>[0]);
  let id = 0;
  /** The signal is measured once a second, so many times. */
  const measured = (times: number, rsrpDbm: number): void => {
    for (let time = 0; time < times; time++) {
      vi.advanceTimersByTime(1000);
      facts.tell({ fact: 'signal', id: String(++id), sample: { atMs: clock.steadyMs(), rsrpDbm } });
    }
  };
  return { holder, facts, antenna, measured, now: () => holder.state.antenna };
}

describe('a place of the antenna', () => {
  it('is measured for a minute, and its figures stay whatever is measured later', () => {
    const { antenna, measured, now } = desk();
    antenna.measure('A', 'at the wall');
    expect(now().measuring).toBe('A');
    measured(59, -94);
    expect(now().positions.A?.figures).toBeUndefined();
    measured(30, -94);
    measured(30, -60);
    expect(now()).toMatchObject({
      positions: { A: { name: 'at the wall', isFull: true, figures: { averageDbm: -94, lowDbm: -94, highDbm: -94 } } },
    });
    expect(now().measuring).toBeUndefined();
  });

  it('that is left early keeps what was measured, and is not full', () => {
    const { antenna, measured, now } = desk();
    antenna.measure('A', '');
    measured(20, -80);
    antenna.measure('B', '');
    expect(now().positions.A).toMatchObject({ isFull: false, figures: { count: 20 } });
    measured(61, -90);
    expect(now().positions.B).toMatchObject({ isFull: true });
  });

  it('of which nothing was measured has no figures', () => {
    const { antenna, now } = desk();
    antenna.measure('C', '');
    vi.advanceTimersByTime(61_000);
    expect(now().positions.C).toEqual({ name: '', startedMs: expect.any(Number) as number, isFull: false });
  });

  it('can be named afterwards; one that was never measured cannot', () => {
    const { antenna, now } = desk();
    antenna.measure('A', '');
    antenna.rename('A', 'on the lid');
    antenna.rename('B', 'nowhere');
    antenna.report(true);
    expect(now()).toMatchObject({ isInReport: true, positions: { A: { name: 'on the lid' } } });
    expect(now().positions.B).toBeUndefined();
  });

  it('is forgotten when another port is opened', () => {
    const { antenna, facts, now } = desk();
    antenna.measure('A', '');
    facts.tell({ fact: 'opening', port: { path: 'x', kind: 'serial' }, baudRate: 9600, atMs: clock.steadyMs() });
    vi.advanceTimersByTime(61_000);
    expect(now()).toEqual({ positions: {}, isInReport: false });
  });
});
