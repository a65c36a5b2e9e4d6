import { expect, it, describe } from 'vitest';
import { decodeMessage, type CoapMessage } from '../../../main/sim/coap/message.ts';
import { accept, optionNumbers } from '../../../main/sim/coap/options.ts';
import type { Platform } from '../../../main/sim/platform/platform.ts';
import type { ResourceType } from '../../../shared/lwm2m.ts';
import { goldenDatagrams, hexOfBytes } from '../../golden.ts';
import { cisAnswers, type Answer, type TestModule } from './module.ts';
import { call, openTestModule, openTestPlatform } from './open.ts';

const captured = goldenDatagrams().map((step) => ({ from: step.from, message: decodeMessage(step.bytes) }));

/** What makes two requests the same question: a CIS module does not look at Accept, save for Discover. */
function question(message: CoapMessage): string {
  const options = message.options
    .filter(({ number }) => number !== optionNumbers.accept || accept(message) === 40)
    .map(({ number, value }) => `${number}=${hexOfBytes(value)}`);
  return [message.code, ...options, hexOfBytes(message.payload)].join(' ');
}

/** Answers as the captured module did. */
const capturedAnswers: Answer = (request) => {
  const index = captured.findIndex(({ from, message }) => from === 'server' && question(message) === question(request));
  const answer = captured[index + 1]?.message;
  if (index < 0 || answer === undefined) return { code: '4.04' };
  return { code: answer.code, options: answer.options, payload: answer.payload };
};

const types: Readonly<Record<number, ResourceType>> = { 5700: 'float', 5601: 'float', 5701: 'string', 5851: 'integer' };
const imei = '869334030000010';

async function openCaptured(): Promise<{ platform: Platform; module: TestModule }> {
  const platform = await openTestPlatform({
    typeOf: ({ resourceId }) => types[resourceId ?? -1],
    now: () => Date.UTC(2026, 10, 22, 13),
  });
  const module = await openTestModule(platform, cisAnswers(capturedAnswers));
  await module.bringUp();
  return { platform, module };
}

describe('platform with the answers of a captured CIS module', () => {
  it('knows its objects, instances and resources from the Discover answers', async () => {
    const { platform } = await openCaptured();
    expect(await call(platform, 'GET', `/nbiot/resources?imei=${imei}&obj_id=3303`)).toBe(
      '{"errno":0,"data":{"total_count":1,"item":[{"obj_id":3303,"instances":[' +
        '{"inst_id":0,"resources":[5700,5701,5601,5605]},{"inst_id":1,"resources":[5700,5701,5601,5605]}]}]},"error":"succ"}',
    );
  });

  it('reads a float that came as text with fifteen decimals', async () => {
    const { platform } = await openCaptured();
    expect(await call(platform, 'GET', `/nbiot?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5700`)).toBe(
      '{"errno":0,"data":[{"res":[{"val":20.123,"res_id":5700}],"obj_inst_id":0}],"error":"succ"}',
    );
  });

  it('reads a string that came as text', async () => {
    const { platform } = await openCaptured();
    expect(await call(platform, 'GET', `/nbiot?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5701`)).toBe(
      '{"errno":0,"data":[{"res":[{"val":"Cel","res_id":5701}],"obj_inst_id":0}],"error":"succ"}',
    );
  });

  it('reads an instance that came wrapped', async () => {
    const { platform } = await openCaptured();
    expect(await call(platform, 'GET', `/nbiot?imei=${imei}&obj_id=3303&obj_inst_id=0`)).toBe(
      '{"errno":0,"data":[{"res":[{"val":10.123,"res_id":5601},{"val":20.123,"res_id":5700},' +
        '{"val":"Cel","res_id":5701}],"obj_inst_id":0}],"error":"succ"}',
    );
  });

  it('reads an object with two instances', async () => {
    const { platform } = await openCaptured();
    expect(await call(platform, 'GET', `/nbiot?imei=${imei}&obj_id=3303`)).toBe(
      '{"errno":0,"data":[{"res":[{"val":10.123,"res_id":5601},{"val":20.123,"res_id":5700},' +
        '{"val":"Cel","res_id":5701}],"obj_inst_id":0},{"res":[{"val":-3.5,"res_id":5700}],"obj_inst_id":1}],"error":"succ"}',
    );
  });

  it('reads numbers without definitions by their text, and those that have none raw', async () => {
    const platform = await openTestPlatform();
    const module = await openTestModule(platform, cisAnswers(capturedAnswers));
    await module.bringUp();
    expect(await call(platform, 'GET', `/nbiot?imei=${imei}&obj_id=3303&obj_inst_id=0`)).toContain(
      '[{"val":"4121F7CF","res_id":5601},{"val":20.123,"res_id":5700},{"val":"Cel","res_id":5701}]',
    );
  });

  it('executes with the captured request', async () => {
    const { platform, module } = await openCaptured();
    const query = `imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5605`;
    expect(await call(platform, 'POST', `/nbiot/execute?${query}`, { args: 'reset' })).toBe(
      '{"errno":0,"error":"succ"}',
    );
    expect(module.asked).toEqual(['POST /3303/0/5605']);
  });

  it('writes attributes and observes with the captured requests', async () => {
    const { platform, module } = await openCaptured();
    const query = `imei=${imei}&cancel=false&obj_id=3303&obj_inst_id=0&res_id=5700&pmin=15&pmax=60&gt=50&lt=0&st=2`;
    expect(await call(platform, 'POST', `/nbiot/observe?${query}`, {})).toBe('{"errno":0,"error":"succ"}');
    expect(module.asked).toEqual(['PUT /3303/0/5700', 'GET /3303/0/5700 observe=0']);
  });

  it('writes text with the captured request', async () => {
    const { platform } = await openCaptured();
    const session = platform.session(platform.devices[0]!)!;
    await expect(session.writeText({ objectId: 3306, instanceId: 0, resourceId: 5850 }, '1')).resolves.toBeUndefined();
  });

  it('stores the captured notifications, typed ACK as they are', async () => {
    const { platform, module } = await openCaptured();
    const notifications = captured
      .map(({ message }) => message)
      .filter(({ messageId }) => [20013, 20014].includes(messageId));
    await call(platform, 'POST', `/nbiot/observe?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5700`, {});
    const options = (message: CoapMessage) => message.options.filter(({ number }) => number !== optionNumbers.observe);
    for (const [index, path] of ['/3303/0/5700', '/3303/1'].entries()) {
      const message = notifications[index]!;
      await module.notify(path, { code: message.code, options: options(message), payload: message.payload });
    }
    const device = platform.devices[0]!;
    await expect.poll(() => device.datapoints.find({}).count).toBe(2);
    const at = '2026-11-22 21:00:00.000';
    expect(await call(platform, 'GET', `/devices/${device.id}/datapoints`)).toBe(
      '{"errno":0,"data":{"count":2,"datastreams":[' +
        `{"id":"3303_0_5700","datapoints":[{"at":"${at}","value":21.5}]},` +
        `{"id":"3303_1_5700","datapoints":[{"at":"${at}","value":-7.25}]}]},"error":"succ"}`,
    );
  });

  it('cancels an observation with its token', async () => {
    const { platform, module } = await openCaptured();
    const query = `imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5700`;
    await call(platform, 'POST', `/nbiot/observe?${query}`, {});
    const token = module.tokenOf('/3303/0/5700');
    expect(await call(platform, 'POST', `/nbiot/observe?${query}&cancel=true`, {})).toBe('{"errno":0,"error":"succ"}');
    expect(module.asked.at(-1)).toBe('GET /3303/0/5700 observe=1');
    expect(module.requests.at(-1)?.token).toEqual(token);
  });
});
