import { describe, expect, test } from 'vitest';
import { documentCases, infoOf } from '../../main/acceptance/cases/cases.ts';
import { documentPlan, planOfOnly } from '../../main/acceptance/plan/plan.ts';
import { profileNames } from '../../main/sim/profile.ts';
import { profileOf } from '../../main/sim/profiles.ts';
import { planOf, rigOf, runPlan } from './rig.ts';

/** Their commands for UDP are others than the document's. */
const withoutSockets: readonly string[] = ['m5311', 'me3616'];

describe.concurrent.each(profileNames)('on the virtual %s', (profile) => {
  test('every case of the document passes within a minute', { timeout: 180_000 }, async (context) => {
    const rig = await rigOf(context, { profile: `${profile}?bootstrap`, setup: { hasBootstrap: true } });
    const result = await runPlan(rig, documentPlan, { limitMs: (one) => one.limitSeconds * 1000 });
    const others = result.cases.filter(({ verdict }) => verdict !== 'passed');
    expect(others.filter(({ verdict }) => verdict !== 'skipped').map(({ id, reason }) => [id, reason?.en])).toEqual([]);
    const udp = withoutSockets.includes(profile) ? result.cases.filter(({ section }) => section.startsWith('2.')) : [];
    expect(others.map(({ id }) => id)).toEqual(udp.map(({ id }) => id));
    expect(result.isComplete).toBe(true);
    expect(result.finishedMs - result.startedMs).toBeLessThan(60_000);
    expect(result.answerTimes.count).toBeGreaterThan(5);
    expect(result.identity.miplVersion).toBe(profileOf(profile)?.miplVersion);
    expect(result.signal.length).toBeGreaterThan(20);
  });
});

/** Firmware of this dialect answers the platform by itself, before its line has come over the wire. */
describe.concurrent.each(['m5310a', 'm5311'])('at 9600 baud on the virtual %s', (profile) => {
  test('what the firmware answers by itself passes', { timeout: 180_000 }, async (context) => {
    const rig = await rigOf(context, { profile, baudRate: 9600 });
    const ids = documentCases
      .map(({ id }) => id)
      .filter((id) => /^(discover|write-attributes|observe|cancel)/.test(id));
    const { cases } = await runPlan(rig, planOf(...ids));
    expect(cases.map(({ id, verdict, reason }) => [id, verdict, reason?.en])).toEqual(
      ids.map((id) => [id, 'passed', undefined]),
    );
  });
});

test('every case says in both languages what it needs, does and asks', () => {
  for (const info of documentCases.map((one) => infoOf(one))) {
    const texts = [info.title, info.preconditions, info.criterion, ...info.steps];
    expect(texts.flatMap(({ zh, en }) => [zh, en]).filter((text) => text.trim() === '')).toEqual([]);
    expect(info.sources.length).toBeGreaterThan(0);
    expect(info.steps.length).toBeGreaterThan(0);
  }
  expect(new Set(documentCases.map(({ id }) => id)).size).toBe(documentCases.length);
});

test('what is not chosen is skipped, and it is said by whom', async (context) => {
  const rig = await rigOf(context);
  const plan = planOfOnly(documentPlan, ['version'])!;
  const { cases } = await runPlan(rig, plan);
  expect(cases.filter(({ verdict }) => verdict === 'passed').map(({ id }) => id)).toEqual(['version']);
  expect(cases[0]).toMatchObject({
    verdict: 'skipped',
    reason: { zh: '由测试人员跳过：未选择', en: 'skipped by operator: not selected' },
  });
  expect(planOfOnly(documentPlan, ['nonsense'])).toBeUndefined();
});
