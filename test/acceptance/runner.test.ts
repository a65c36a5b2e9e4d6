import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { documentCases } from '../../main/acceptance/cases.ts';
import { parsePlan } from '../../main/acceptance/planFile.ts';
import type { Plan } from '../../main/acceptance/plan.ts';
import { AcceptanceRun } from '../../main/acceptance/runner.ts';
import { sendCall } from '../../main/onenet/client.ts';
import { hasty, openRig, runPlan } from './rig.ts';
import type { Rig } from './rig.ts';

const rigs: Rig[] = [];
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

async function rigOf(...args: Parameters<typeof openRig>): Promise<Rig> {
  const rig = await openRig(...args);
  rigs.push(rig);
  return rig;
}

const planOf = (...ids: string[]): Plan => ({
  name: 'a few',
  items: ids.map((id) => ({ definition: documentCases.find((one) => one.id === id)! })),
});

/** A web server that answers everything alike; undefined: not at all. */
async function hostThatAnswers(status: number, body: string | undefined): Promise<string> {
  const server = createServer((_, response) => {
    if (body !== undefined) response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a platform that is of no use', () => {
  test.each([
    ['refuses the key', 401, '<html>no</html>', /api-key/],
    ['says so itself', 200, '{"errno":1,"error":"authentication failed"}', /api-key/],
    ['talks nonsense', 200, 'hello', /makes no sense/],
  ])('that %s leaves the case inconclusive', async (_, status, body, reason) => {
    const platformHost = await hostThatAnswers(status, body);
    const rig = await rigOf({ platformHost, apiKey: 'right-or-wrong', station: { platform: 'host' } });
    const { cases } = await runPlan(rig, planOf('read-resource'));
    expect(cases[0]).toMatchObject({
      verdict: 'inconclusive',
      reason: { en: expect.stringMatching(reason) as string },
    });
    expect(JSON.stringify(cases)).not.toContain('right-or-wrong');
  });

  test('that never answers leaves it inconclusive when the time is over', async () => {
    const platformHost = await hostThatAnswers(200, undefined);
    const rig = await rigOf({ platformHost, station: { platform: 'host' } });
    const { cases } = await runPlan(rig, planOf('read-resource'), { limitMs: () => 500 });
    expect(cases[0]?.verdict).not.toBe('passed');
    expect(cases[0]?.reason?.en).toMatch(/did not arrive|not sent/);
  });
});

describe('without a platform', () => {
  test('the operator is told which call to make, and the case goes on when the request comes', async () => {
    const rig = await rigOf({ station: { platform: 'operator' } });
    const prompts: string[] = [];
    const { cases } = await runPlan(rig, planOf('write-resource', 'read-resource'), {
      onProgress(progress) {
        if (progress.type !== 'prompt') return;
        prompts.push(progress.curl);
        const [, method = '', address = ''] = /-X (\w+) '?([^' ]+)/.exec(progress.curl) ?? [];
        const body = /--data-raw '(.*)'/.exec(progress.curl)?.[1];
        const { pathname, search } = new URL(address);
        const call = { method: method as 'GET' | 'POST', path: pathname + search, timeoutMs: 5000 };
        void sendCall({ origin: rig.simulator.simulator.http }, body === undefined ? call : { ...call, body });
      },
    });
    expect(prompts[0]).toContain('curl');
    expect(prompts[0]).toContain('imei=869334030000010');
    expect(cases[0]).toMatchObject({ id: 'write-resource', verdict: 'passed' });
    // What the platform read can only be seen at the platform.
    expect(cases[1]).toMatchObject({ id: 'read-resource', verdict: 'inconclusive' });
    expect(cases[1]?.reason?.en).toContain('operator');
  });

  test('a call nobody makes leaves the case inconclusive', async () => {
    const rig = await rigOf({ station: { platform: 'operator' } });
    const { cases } = await runPlan(rig, planOf('execute'), { patience: { ...hasty, operatorMs: 300 } });
    expect(cases[0]).toMatchObject({ verdict: 'inconclusive' });
    expect(cases[0]?.reason?.en).toContain('the operator made no call');
  });
});

test('a module that reboots in a case fails it, and the next case passes', { timeout: 90_000 }, async () => {
  const rig = await rigOf();
  const { cases } = await runPlan(rig, planOf('read-resource', 'read-instance'), {
    onProgress(progress) {
      if (progress.type === 'steps' && progress.caseId === 'read-resource') rig.reboot();
    },
  });
  expect(cases[0]).toMatchObject({ verdict: 'failed', reason: { en: 'the module restarted during the case' } });
  expect(cases[1]).toMatchObject({ verdict: 'passed' });
});

test('a port that vanishes gives every case that is left a verdict with the reason', async () => {
  const rig = await rigOf();
  const result = await runPlan(rig, planOf('version', 'read-resource', 'read-instance', 'read-object'), {
    onProgress(progress) {
      if (progress.type === 'steps' && progress.caseId === 'read-resource') void rig.simulator.close();
    },
  });
  expect(result.cases.map(({ verdict }) => verdict)).toEqual([
    'passed',
    'inconclusive',
    'inconclusive',
    'inconclusive',
  ]);
  expect(result.cases[1]?.reason?.en).toContain('the port was lost');
  expect(result.cases[3]?.reason?.en).toContain('the port is not open');
  expect(result.isComplete).toBe(true);
});

test('a stopped run keeps its verdicts and goes on where it stopped', async () => {
  const rig = await rigOf();
  const abort = new AbortController();
  const begun: string[] = [];
  const run = new AcceptanceRun(rig.station, {
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

test('the program neither registers nor reports by itself during a run, and does again afterwards', async () => {
  const rig = await rigOf();
  await rig.application.changeSettings({ registerOnConnect: true });
  const seen = new Set<boolean>();
  await runPlan(rig, planOf('version'), {
    onProgress: () => seen.add(rig.station.state.settings.registerOnConnect),
  });
  expect([...seen]).toEqual([false]);
  expect(rig.station.state.settings.registerOnConnect).toBe(true);
});

describe('cases of a person', () => {
  const own = (steps: unknown[]): Plan =>
    parsePlan(
      JSON.stringify({
        format: 'mipl-acceptance-plan',
        version: 1,
        cases: [{ id: 'own', title: { zh: '自定', en: 'own' }, needs: 'network', steps }],
      }),
      'own.json',
    );

  test('send, expect and compare pass where they hold', async () => {
    const rig = await rigOf();
    const steps = [
      { send: 'AT+CSQ' },
      { expect: '^\\+CSQ: ?(?<rssi>\\d+),', within: 2 },
      { compare: '{rssi}', with: '<', to: 99 },
      { send: 'AT+NONSENSE', final: 'ERROR' },
    ];
    const { cases } = await runPlan(rig, own(steps));
    expect(cases[0]).toMatchObject({ id: 'own', verdict: 'passed' });
  });

  test.each([
    [[{ send: 'AT+NONSENSE' }], /refused the command/],
    [[{ send: 'AT' }, { expect: 'pigs fly', within: 1 }], /No line like pigs fly/],
    [[{ compare: '3', with: '>', to: '4' }], /3 > 4/],
    [[{ compare: '{nothing}', to: '4' }], /Nothing was remembered as nothing/],
  ])('%j fails with its reason', async (steps, reason) => {
    const rig = await rigOf();
    const { cases } = await runPlan(rig, own(steps));
    expect(cases[0]).toMatchObject({ verdict: 'failed', reason: { en: expect.stringMatching(reason) as string } });
  });
});
