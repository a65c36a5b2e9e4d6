import { describe, expect, test, vi } from 'vitest';
import { parsePlan } from '../../main/acceptance/plan/planFile.ts';
import type { Plan } from '../../main/acceptance/plan/plan.ts';
import { AcceptanceRun } from '../../main/acceptance/run/acceptanceRun.ts';
import { hasty, planOf, rigOf, runPlan } from './rig.ts';

test.concurrent(
  'a module that reboots in a case fails it, and the next case passes',
  { timeout: 90_000 },
  async (context) => {
    const rig = await rigOf(context, { requestTimeoutMs: 2000 });
    const { cases } = await runPlan(rig, planOf('read-resource', 'read-instance'), {
      onProgress(progress) {
        if (progress.type === 'steps' && progress.caseId === 'read-resource') rig.reboot();
      },
    });
    expect(cases[0]).toMatchObject({ verdict: 'failed', reason: { en: 'the module restarted during the case' } });
    expect(cases[1]).toMatchObject({ verdict: 'passed' });
  },
);

test.concurrent('a run stops at the case at which the port vanishes, and the others are not tried', async (context) => {
  const rig = await rigOf(context);
  const begun: string[] = [];
  const run = new AcceptanceRun(rig.setup, {
    plan: planOf('version', 'read-resource', 'read-instance', 'read-object'),
    patience: hasty,
    onProgress(progress) {
      if (progress.type !== 'steps') return;
      begun.push(progress.caseId);
      if (progress.caseId === 'read-resource') void rig.simulator.close();
    },
  });
  const result = await run.run();
  expect(result.cases.map(({ verdict, isUnfinished }) => [verdict, isUnfinished])).toEqual([
    ['passed', undefined],
    ['inconclusive', true],
    ['skipped', true],
    ['skipped', true],
  ]);
  expect(result.cases[1]?.reason?.en).toBe('the connection was lost during the case');
  expect(result.cases[3]?.reason?.en).toBe('the connection was lost before it');
  expect(result.isComplete).toBe(false);
  expect(run.lostAt).toBe(2);
  expect(begun).toEqual(['version', 'read-resource']);
  // Still away: it stands where it stood.
  expect((await run.run()).cases.map(({ verdict }) => verdict)).toEqual([
    'passed',
    'inconclusive',
    'skipped',
    'skipped',
  ]);
  expect(run.lostAt).toBe(2);
});

test.concurrent('a session that the platform has lost is renewed before the next case', async (context) => {
  const rig = await rigOf(context);
  const fault = { code: 'PLATFORM_OFFLINE', message: 'errno 2001' } as const;
  const { cases } = await runPlan(rig, planOf('read-resource', 'read-instance', 'read-object'), {
    during: {
      caseId: 'read-resource',
      tampering: { call: (call) => ({ ...call, status: 'failed', errno: 2001, fault }) },
    },
  });
  expect(cases.map(({ verdict }) => verdict)).toEqual(['failed', 'passed', 'passed']);
  const lines = rig.setup.lines(1).filter(({ kind }) => kind === 'engine');
  expect(lines.filter(({ text }) => text.startsWith('AT+MIPLOPEN='))).toHaveLength(2);
});

test.concurrent('a port that vanishes before the steps of a case is its reason', async (context) => {
  const rig = await rigOf(context);
  const { cases } = await runPlan(rig, planOf('version', 'read-resource'), {
    onProgress(progress) {
      if (progress.type === 'started' && progress.case.id === 'read-resource') void rig.simulator.close();
    },
  });
  expect(cases[1]).toMatchObject({
    verdict: 'inconclusive',
    reason: { en: 'the connection was lost during the case' },
  });
});

test.concurrent('an OK that is lost before a case does not decide it', { timeout: 60_000 }, async (context) => {
  const rig = await rigOf(context);
  let isLost = false;
  const { cases } = await runPlan(rig, planOf('create', 'udp-create'), {
    onProgress(progress) {
      if (progress.type !== 'started' || progress.case.id !== 'udp-create') return;
      rig.tampering = {
        say(text) {
          if (isLost || !text.includes('OK')) return text;
          isLost = true;
          return undefined;
        },
      };
    },
  });
  expect(isLost).toBe(true);
  expect(cases[1]).toMatchObject({ id: 'udp-create', verdict: 'passed' });
});

test.concurrent('a stopped run keeps its verdicts and goes on where it stopped', async (context) => {
  const rig = await rigOf(context);
  const abort = new AbortController();
  const begun: string[] = [];
  const run = new AcceptanceRun(rig.setup, {
    plan: planOf('version', 'register', 'read-resource'),
    patience: hasty,
    onProgress(progress) {
      if (progress.type !== 'steps') return;
      begun.push(progress.caseId);
      if (progress.caseId === 'register') abort.abort();
    },
  });
  const stopped = await run.run(abort.signal);
  expect(stopped.isComplete).toBe(false);
  expect(stopped.cases.map(({ verdict }) => verdict)).toEqual(['passed', 'inconclusive', 'skipped']);
  const whole = await run.run();
  expect(whole.isComplete).toBe(true);
  expect(whole.cases.map(({ verdict }) => verdict)).toEqual(['passed', 'passed', 'passed']);
  expect(begun).toEqual(['version', 'register', 'register', 'read-resource']);
});

test.concurrent(
  'the program neither registers nor reports by itself during a run, and does again afterwards',
  async (context) => {
    const rig = await rigOf(context);
    await rig.application.changeSettings({ registerOnConnect: true });
    const seen = new Set<boolean>();
    await runPlan(rig, planOf('version'), {
      onProgress: () => seen.add(rig.setup.settings.registerOnConnect),
    });
    expect([...seen]).toEqual([false]);
    expect(rig.setup.settings.registerOnConnect).toBe(true);
  },
);

test.concurrent(
  'neither a value that moves, nor a request on hold, nor an answer set beforehand spoils a case, and all are as before afterwards',
  async (context) => {
    const rig = await rigOf(context);
    const { generators, state } = rig.device;
    const walk = { kind: 'randomWalk', everySeconds: 0.001, start: 20, step: 1, min: 0, max: 99, seed: 1 } as const;
    generators.set('/3303/0/5700', walk);
    state.change({ holdKinds: ['read'] });
    rig.device.armed.arm({ kind: 'read', path: '/3303/0/5700', times: 1, answer: { kind: 'never' } });
    const { cases } = await runPlan(rig, planOf('read-resource'));
    expect(cases[0]).toMatchObject({ verdict: 'passed' });
    expect(state.state.holdKinds).toEqual(['read']);
    expect(state.state.armedAnswers).toMatchObject([{ path: '/3303/0/5700', used: 0 }]);
    const before = rig.setup.store.valueOf('/3303/0/5700');
    await vi.waitFor(() => expect(rig.setup.store.valueOf('/3303/0/5700')).not.toBe(before));
  },
);

describe.concurrent('cases of a person', () => {
  const own = (steps: readonly unknown[]): Plan =>
    parsePlan(
      JSON.stringify({
        format: 'mipl-acceptance-plan',
        version: 1,
        cases: [{ id: 'own', title: { zh: '自定', en: 'own' }, needs: 'network', steps }],
      }),
      'own.json',
    );

  test('send, expect and compare pass where they hold', async (context) => {
    const rig = await rigOf(context);
    const steps = [
      { send: 'AT+CSQ' },
      { expect: '^\\+CSQ: ?(?<rssi>\\d+),', within: 2 },
      { compare: '{rssi}', with: '<', to: 99 },
      { send: 'AT+NONSENSE', final: 'ERROR' },
    ];
    const { cases } = await runPlan(rig, own(steps));
    expect(cases[0]).toMatchObject({ id: 'own', verdict: 'passed' });
  });

  test('what a line of their own ends is there again for the next case', async (context) => {
    const rig = await rigOf(context);
    const endings = ['AT+MIPLCLOSE=0', 'AT+MIPLDELETE=0', 'AT+NSOCL={socket}'];
    const needs = ['registered', 'suite', 'socket'];
    const following = ['read-resource', 'register', 'udp-send'];
    const plan = parsePlan(
      JSON.stringify({
        format: 'mipl-acceptance-plan',
        version: 1,
        cases: endings.flatMap((send, index) => [
          { id: `own-${index}`, needs: needs[index], steps: [{ send }] },
          following[index],
        ]),
      }),
      'own.json',
    );
    const { cases } = await runPlan(rig, plan);
    expect(cases.map(({ id, verdict, reason }) => [id, verdict, reason?.en])).toEqual(
      ['own-0', 'read-resource', 'own-1', 'register', 'own-2', 'udp-send'].map((id) => [id, 'passed', undefined]),
    );
  });

  test.for([
    [[{ send: 'AT+NONSENSE' }], /^AT\+NONSENSE was answered /],
    [[{ send: 'AT' }, { expect: 'pigs fly', within: 1 }], /^the expected line did not come within 1 s$/],
    [[{ compare: '3', with: '>', to: '4' }], /^3 > 4 does not hold$/],
    [[{ compare: '{nothing}', to: '4' }], /^no step before has given a value for nothing$/],
  ] as const)('%j fails with its reason', async ([steps, reason], context) => {
    const rig = await rigOf(context);
    const { cases } = await runPlan(rig, own(steps));
    expect(cases[0]).toMatchObject({ verdict: 'failed', reason: { en: expect.stringMatching(reason) as string } });
  });
});
