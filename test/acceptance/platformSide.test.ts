import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import { sendCall } from '../../main/platform/client.ts';
import { hasty, planOf, pretend, rigOf, runPlan } from './rig.ts';
import type { Tampering } from './rig.ts';

interface Asked {
  readonly method?: string;
  readonly url?: string;
  readonly body: string;
}
type Answer = (response: ServerResponse, asked: Asked) => void;

/** A web server that answers every call alike. */
async function hostThat({ onTestFinished }: TestContext, answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    const { method, url } = request;
    void text(request).then((body) =>
      answer(response, { body, ...(method === undefined ? {} : { method }), ...(url === undefined ? {} : { url }) }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const says = (status: number, body: string, headers: Record<string, string> = {}): Answer => {
  return (response) => void response.writeHead(status, headers).end(body);
};

/** Cases that need the platform, each kind of condition once. */
const needing = [
  ...['register', 'notify', 'discover', 'read-object', 'write-instance', 'execute', 'write-attributes'],
  ...['observe-instance', 'cancel-object', 'deregister'],
];
const page = '<!DOCTYPE html><html><body><h1>Bad Gateway</h1></body></html>';

describe.concurrent('a platform that is of no use leaves what needs it inconclusive, and nothing red:', () => {
  test.for([
    ['it refuses the key with a page', says(401, page), /does not accept the api-key: HTTP 401/],
    [
      'it says itself that the key is wrong',
      says(200, '{"errno":1,"error":"auth failed"}'),
      /api-key: errno 1 auth failed/,
    ],
    ['a gateway answers with its own page', says(502, page), /cannot be read: HTTP 502, no JSON/],
    ['a gateway gives up waiting', says(504, page), /no answer from the platform in time: HTTP 504/],
    ['it answers with nothing', says(200, ''), /cannot be read: HTTP 200, no JSON/],
    ['it answers with something else', says(200, '{"code":0}'), /cannot be read: HTTP 200, no errno/],
    [
      'it sends one elsewhere',
      says(302, '', { location: 'http://127.0.0.1:9/' }),
      /HTTP 302, a redirect, not followed/,
    ],
    ['it hangs up', ((response) => void response.socket?.destroy()) as Answer, /cannot be reached/],
  ] as const)('%s', { timeout: 120_000 }, async ([, answer, reason], context) => {
    const platformHost = await hostThat(context, answer);
    const rig = await rigOf(context, { platformHost, apiKey: 'right-or-wrong', setup: { platform: 'host' } });
    const { cases } = await runPlan(rig, planOf('version', ...needing, 'delete'));
    expect(cases.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['version', 'passed'],
      ...needing.map((id) => [id, 'inconclusive']),
      ['delete', 'passed'],
    ]);
    for (const one of cases.slice(1, -1)) expect(one.reason?.en).toMatch(reason);
    expect(JSON.stringify(cases)).not.toContain('right-or-wrong');
  });

  test('nobody listens there', async (context) => {
    const rig = await rigOf(context, { platformHost: 'http://127.0.0.1:1', setup: { platform: 'host' } });
    const { cases } = await runPlan(rig, planOf('read-resource'));
    expect(cases[0]).toMatchObject({ verdict: 'inconclusive' });
    expect(cases[0]?.reason?.en).toMatch(/cannot be reached/);
  });

  test.for([
    ['it takes the call and says nothing', () => undefined],
    ['it begins an answer and goes no further', ((response) => void response.write('{"errno":')) as Answer],
  ] as const)('%s until the time of the case is over', async ([, answer], context) => {
    const platformHost = await hostThat(context, answer);
    const rig = await rigOf(context, { platformHost, setup: { platform: 'host' } });
    const { cases } = await runPlan(rig, planOf('read-resource'), { limitMs: () => 500 });
    expect(cases[0]).toMatchObject({
      verdict: 'inconclusive',
      reason: {
        en: expect.stringMatching(
          /^\+MIPLREAD for \/3303\/0\/5700 did not arrive: no answer from the platform in time$/,
        ) as string,
      },
      calls: [{ status: 'waiting' }],
      remarks: [{ en: 'the case took longer than its limit' }],
    });
  });
});

describe.concurrent('a platform that speaks for the device turns the case red, with its words:', () => {
  test.for([
    [
      'the device gave no answer',
      '{"errno":5106,"error":"TIME_OUT"}',
      /did not arrive: no answer .*errno 5106 TIME_OUT/,
    ],
    [
      'the device is away',
      '{"errno":2001,"error":"device not online"}',
      /the platform shows the device offline: errno 2001/,
    ],
    [
      'the device refused',
      '{"errno":5106,"error":"NOT_FOUND"}',
      /the platform reported a failure: errno 5106 NOT_FOUND/,
    ],
  ] as const)('%s', async ([, body, reason], context) => {
    const platformHost = await hostThat(context, says(200, body));
    const rig = await rigOf(context, { platformHost, setup: { platform: 'host' } });
    const { cases } = await runPlan(rig, planOf('read-resource'));
    expect(cases[0]).toMatchObject({
      verdict: 'failed',
      reason: { en: expect.stringMatching(reason) as string },
    });
  });
});

describe.concurrent('a platform with troubles of its own says nothing about the device:', () => {
  test.for([
    ['an internal error', '{"errno":7,"error":"internal error"}'],
    ['a remote call that failed', '{"errno":5117,"error":"rpc error"}'],
    ['a limit', '{"errno":5006,"error":"system logic limit"}'],
    ['an address given to another', '{"errno":5106,"error":"ADDR_OCCUPIED"}'],
    ['a number nobody knows', '{"errno":9999,"error":"something new"}'],
  ] as const)('%s', async ([, body], context) => {
    const platformHost = await hostThat(context, says(200, body));
    const rig = await rigOf(context, { platformHost, setup: { platform: 'host' } });
    const { cases } = await runPlan(rig, planOf('read-resource'));
    expect(cases[0]?.verdict).toBe('inconclusive');
  });
});

describe.concurrent('a platform that takes its time', () => {
  /** Later than a quiet spell of {@link hasty}. */
  const late: Tampering = {
    async say(line) {
      if (/\+MIPLDISCOVER: ?0, ?\d+, ?3306/.test(line)) await pause(400);
      return line;
    },
  };

  test('over its answers passes', { timeout: 60_000 }, async (context) => {
    let origin = '';
    const platformHost = await hostThat(context, (response, { method = 'GET', url = '', body }) => {
      const asked = pause(1000).then(() => fetch(`${origin}${url}`, { method, ...(body === '' ? {} : { body }) }));
      void asked.then(async (answer) => response.writeHead(answer.status).end(await answer.text()));
    });
    const rig = await rigOf(context, { platformHost, setup: { platform: 'host' } });
    origin = rig.simulator.simulator.http;
    const { cases } = await runPlan(rig, planOf('register', 'write-instance', 'observe-object', 'cancel-object'));
    expect(cases.map(({ id, verdict }) => [id, verdict])).toEqual(cases.map(({ id }) => [id, 'passed']));
    expect(cases[1]?.calls[0]?.durationMs).toBeGreaterThan(900);
  });

  test('between two discovers passes', { timeout: 60_000 }, async (context) => {
    const rig = await rigOf(context);
    const { cases } = await runPlan(rig, planOf('discover'), { during: { caseId: 'discover', tampering: late } });
    expect(cases[0]).toMatchObject({ verdict: 'passed' });
  });

  test('and then discovers what was deleted is not missed', { timeout: 60_000 }, async (context) => {
    const rig = await rigOf(context);
    const tampering = { ...late, ...pretend('AT+MIPLDELOBJ') };
    const { cases } = await runPlan(rig, planOf('delete-object'), {
      during: { caseId: 'delete-object', tampering },
      patience: { ...hasty, absentMs: 3000 },
    });
    expect(cases[0]).toMatchObject({
      verdict: 'failed',
      reason: { en: expect.stringMatching(/object 3306 still arrived/) as string },
    });
  });
});

describe.concurrent('without a platform', () => {
  test('the operator is told which call to make, and the case goes on when the request comes', async (context) => {
    const rig = await rigOf(context, { setup: { platform: 'operator' } });
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
    expect(cases[1]?.reason?.en).toContain('not seen on the platform');
  });

  test('a call nobody makes leaves the case inconclusive', async (context) => {
    const rig = await rigOf(context, { setup: { platform: 'operator' } });
    const { cases } = await runPlan(rig, planOf('execute'), { patience: { ...hasty, operatorMs: 300 } });
    expect(cases[0]).toMatchObject({ verdict: 'inconclusive' });
    expect(cases[0]?.reason?.en).toContain('nobody made the call on the platform');
  });
});
