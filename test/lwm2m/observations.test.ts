import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../main/lwm2m/observations.ts';
import type { ReportBasis } from '../../main/lwm2m/observations.ts';
import type { NotificationAttributes } from '../../shared/lwm2m.ts';

const basis: ReportBasis = {
  lastSentMs: 0,
  lastValue: '20',
  value: '20',
  type: 'float',
  attributes: {},
  nowMs: 100_000,
};
const reasonOf = (change: Partial<ReportBasis>): string => {
  const decision = decide({ ...basis, ...change });
  if (decision.send) return decision.reason;
  return decision.untilMs === undefined ? 'no' : `at ${decision.untilMs}`;
};

/** Runs a device for a while: values at each second, gives the seconds at which a report left. */
function reportsOf(values: readonly number[], attributes: NotificationAttributes): number[] {
  const sent: number[] = [];
  let [lastSentMs, lastValue] = [0, String(values[0])];
  values.forEach((number, second) => {
    const value = String(number);
    const decision = decide({ lastSentMs, lastValue, value, type: 'float', attributes, nowMs: second * 1000 });
    if (decision.send) {
      sent.push(second);
      [lastSentMs, lastValue] = [second * 1000, value];
    } else ({ lastSentMs } = decision);
  });
  return sent;
}

const attributes = fc.record(
  {
    pmin: fc.integer({ min: 0, max: 20 }),
    pmax: fc.integer({ min: 0, max: 40 }),
    gt: fc.integer({ min: -20, max: 20 }),
    lt: fc.integer({ min: -20, max: 20 }),
    st: fc.integer({ min: 0, max: 20 }),
  },
  { requiredKeys: [] },
);
const values = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 2, maxLength: 120 });

describe('when an observed value is reported', () => {
  it('is never more often than pmin', () => {
    fc.assert(
      fc.property(values, attributes, (course, set) => {
        const sent = [0, ...reportsOf(course, set)];
        for (const [position, second] of sent.slice(1).entries())
          expect(second - (sent[position] ?? 0)).toBeGreaterThanOrEqual(set.pmin ?? 0);
      }),
    );
  });

  it('is at least every pmax where one is set', () => {
    fc.assert(
      fc.property(values, attributes, fc.integer({ min: 1, max: 30 }), (course, set, pmax) => {
        const sent = [
          0,
          ...reportsOf(course, { ...set, pmin: Math.min(set.pmin ?? 0, pmax), pmax }),
          course.length - 1,
        ];
        for (const [position, second] of sent.slice(1).entries())
          expect(second - (sent[position] ?? 0)).toBeLessThanOrEqual(pmax);
      }),
    );
  });

  it('is every period, no more and no less, where pmin and pmax are the same', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 20 }), (course, period) => {
        const expected = course.map((_, second) => second).filter((second) => second > 0 && second % period === 0);
        expect(reportsOf(course, { pmin: period, pmax: period })).toEqual(expected);
      }),
    );
  });

  it('depends on how the value lies to gt and lt alone, where only they are set', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer(), fc.integer(), (before, now, gt, lt) => {
        const decision = decide({ ...basis, lastValue: String(before), value: String(now), attributes: { gt, lt } });
        expect(decision.send).toBe(before > gt !== now > gt || before < lt !== now < lt);
      }),
    );
  });

  it('is at a step of st or more, up or down', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer({ min: 1 }), (before, now, st) => {
        const decision = decide({ ...basis, lastValue: String(before), value: String(now), attributes: { st } });
        expect(decision.send).toBe(Math.abs(before - now) >= st);
      }),
    );
  });
});

describe('a report', () => {
  it.each([
    ['nothing changed', {}, 'no'],
    ['any change, where nothing is set', { value: '20.1' }, 'change'],
    [
      'a text differs, whatever its thresholds',
      { type: 'string', lastValue: 'a', value: 'b', attributes: { gt: 5 } },
      'change',
    ],
    ['a switch is turned', { type: 'boolean', lastValue: '0', value: '1', attributes: { st: 5 } }, 'change'],
    ['gt is crossed upwards', { value: '51', attributes: { gt: 50 } }, 'gt'],
    ['gt is crossed downwards', { lastValue: '51', value: '50', attributes: { gt: 50 } }, 'gt'],
    ['gt is reached, not crossed', { value: '50', attributes: { gt: 50 } }, 'no'],
    ['lt is crossed downwards', { value: '-1', attributes: { lt: 0 } }, 'lt'],
    ['lt is crossed upwards', { lastValue: '-1', value: '0', attributes: { lt: 0 } }, 'lt'],
    ['a step is too small', { value: '21.9', attributes: { st: 2 } }, 'no'],
    ['a step is large enough', { type: 'integer', value: '18', attributes: { st: 2 } }, 'st'],
    ['the longest silence is over', { attributes: { pmax: 60 } }, 'pmax'],
    ['the longest silence is not over', { attributes: { pmax: 160 } }, 'at 160000'],
    ['a change must wait for pmin', { value: '21', attributes: { pmin: 120, pmax: 160 } }, 'at 120000'],
    ['pmax is below pmin and ignored', { attributes: { pmin: 120, pmax: 60 } }, 'no'],
    ['pmax is 0 and ignored', { attributes: { pmax: 0 } }, 'no'],
  ] as const)('when %s', (_, change, expected) => {
    expect(reasonOf(change)).toBe(expected);
  });

  it('counts periods from now on when the clock went back', () => {
    const back = { lastSentMs: 9_000_000, value: '21', attributes: { pmin: 10 } };
    const decision = decide({ ...basis, ...back });
    expect(decision).toEqual({ send: false, lastSentMs: 100_000, untilMs: 110_000 });
    expect(reasonOf({ ...back, lastSentMs: 100_000, nowMs: 110_000 })).toBe('change');
  });
});
