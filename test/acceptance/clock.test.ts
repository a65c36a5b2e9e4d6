import { afterEach, expect, test, vi } from 'vitest';
import { junitReport } from '../../main/acceptance/report/junit.ts';
import { planOf, rigOf, runPlan } from './rig.ts';

afterEach(() => void vi.restoreAllMocks());

/** The machine's clock in the hands of the test. */
function wallClock(): { set(byMs: number): void } {
  const real = Date.now.bind(Date);
  let shiftMs = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => real() + shiftMs);
  return { set: (byMs) => void (shiftMs += byMs) };
}

const HOUR_MS = 3_600_000;

test.each([
  ['back', -HOUR_MS],
  ['forth', HOUR_MS],
  ['back by more than a day, then forth', -30 * HOUR_MS],
])('somebody sets the clock %s while an acceptance run goes on: no duration changes by that', async (_, byMs) => {
  const context = { onTestFinished: (run: () => Promise<void>) => void endings.push(run) };
  const endings: (() => Promise<void>)[] = [];
  const wall = wallClock();
  const rig = await rigOf(context as never);
  const startedNs = process.hrtime.bigint();
  let isSet = false;
  const result = await runPlan(rig, planOf('version', 'read-resource', 'read-instance'), {
    onProgress(progress) {
      if (progress.type === 'steps' && progress.caseId === 'read-resource' && !isSet) {
        isSet = true;
        wall.set(byMs);
      }
      if (progress.type === 'started' && progress.case.id === 'read-instance') wall.set(-2 * byMs);
    },
  });
  const tookMs = Number(process.hrtime.bigint() - startedNs) / 1e6;
  for (const end of endings) await end();

  expect(isSet).toBe(true);
  expect(result.cases.map(({ verdict }) => verdict)).toEqual(['passed', 'passed', 'passed']);
  const spans = [...result.cases.map(({ durationMs }) => durationMs), result.finishedMs - result.startedMs];
  for (const span of spans) {
    expect(span).toBeGreaterThanOrEqual(0);
    expect(span).toBeLessThanOrEqual(tookMs);
  }
  const times = [...junitReport(result, 'en').matchAll(/ time="([^"]*)"/g)].map(([, time]) => Number(time));
  expect(times).toHaveLength(4);
  for (const seconds of times) {
    expect(seconds).toBeGreaterThanOrEqual(0);
    expect(seconds).toBeLessThanOrEqual(tookMs / 1000 + 0.001);
  }
});
