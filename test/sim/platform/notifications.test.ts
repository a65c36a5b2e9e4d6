import { describe, expect, it } from 'vitest';
import { block2, blockOption, contentFormatOption, encodeText } from '../../../main/sim/coap/options.ts';
import { CoapError } from '../../../main/sim/coap/exchange.ts';
import type { PlatformEvent } from '../../../main/sim/platform/lwm2mServer.ts';
import { encodeTlv } from '../../../main/sim/tlv.ts';
import { bytesOfHex } from '../../golden.ts';
import { cisAnswers, describeRequest, textAnswer } from './module.ts';
import { call, openTestModule, openTestPlatform } from './open.ts';

const imei = '869334030000010';

async function openObserved() {
  const platform = await openTestPlatform({ now: () => Date.UTC(2026, 0, 1) });
  const events: PlatformEvent[] = [];
  platform.onEvent = (event) => events.push(event);
  const module = await openTestModule(platform);
  await module.bringUp();
  await call(platform, 'POST', `/nbiot/observe?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5700`, {});
  const device = platform.devices[0]!;
  const values = () =>
    device.datapoints.find({ startMs: 0 }).streams.flatMap(({ datapoints }) => datapoints.map(({ value }) => value));
  return { platform, module, device, events, values };
}

describe('notifications', () => {
  it.each(['ACK', 'NON', 'CON'] as const)('typed %s are stored', async (type) => {
    const { module, values } = await openObserved();
    await module.notify('/3303/0/5700', textAnswer('98'), type);
    await expect.poll(values).toEqual([{ numberText: '98' }]);
  });

  it('of an instance are stored by resource', async () => {
    const { module, device } = await openObserved();
    const payload = encodeTlv([
      { kind: 'resource', id: 5700, value: bytesOfHex('41a0fbe7') },
      { kind: 'resource', id: 5601, value: bytesOfHex('4121f7cf') },
    ]);
    await module.notify('/3303/0', { code: '2.05', options: [contentFormatOption(11542)], payload });
    await expect
      .poll(() => device.datapoints.find({}).streams.map(({ id }) => id))
      .toEqual(['3303_0_5700', '3303_0_5601']);
  });

  describe('of which only the first block came', () => {
    const text = 'x'.repeat(70);
    const part = (number: number) => {
      const answer = textAnswer(text.slice(number * 32, number * 32 + 32));
      const block = blockOption('block2', { number, more: number < 2, size: 32 });
      return { ...answer, options: [...(answer.options ?? []), block] };
    };

    it('are stored once the others are fetched', async () => {
      const { module, values } = await openObserved();
      module.answerWith((request) => part(block2(request)?.number ?? 0));
      await module.notify('/3303/0/5700', part(0), 'NON');
      await expect.poll(values).toEqual([text]);
      expect(module.asked.slice(-2)).toEqual(['GET /3303/0/5700', 'GET /3303/0/5700']);
    });

    it('are told as unreadable when the rest cannot be had', async () => {
      const { module, events, values } = await openObserved();
      module.answerWith((request) => ({ ...part(block2(request)?.number ?? 0), options: [] }));
      await module.notify('/3303/0/5700', part(0), 'CON');
      await expect.poll(() => events.at(-1)?.kind).toBe('unreadable');
      expect(values()).toEqual([]);
    });
  });

  it('that cannot be read are told, not stored', async () => {
    const { module, events, values } = await openObserved();
    await module.notify('/3303/0', { code: '2.05', options: [contentFormatOption(1542)], payload: encodeText('no') });
    await expect.poll(() => events.at(-1)?.kind).toBe('unreadable');
    expect(values()).toEqual([]);
  });

  it('that say no end the observation', async () => {
    const { module, events } = await openObserved();
    await module.notify('/3303/0/5700', { code: '4.04' }, 'CON');
    expect(events.at(-1)?.kind).toBe('observationEnded');
    await expect(module.notify('/3303/0/5700', textAnswer('1'), 'CON')).rejects.toMatchObject({ code: 'RESET' });
  });

  it('are rejected after the cancellation', async () => {
    const { platform, module } = await openObserved();
    await call(platform, 'POST', `/nbiot/observe?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5700&cancel=true`, {});
    await expect(module.notify('/3303/0/5700', textAnswer('1'), 'CON')).rejects.toBeInstanceOf(CoapError);
  });

  it('are rejected after the observation was forgotten', async () => {
    const { platform, module, device } = await openObserved();
    platform.session(device)?.forgetObservation({ objectId: 3303, instanceId: 0, resourceId: 5700 });
    await expect(module.notify('/3303/0/5700', textAnswer('1'), 'CON')).rejects.toBeInstanceOf(CoapError);
  });

  it('come in from a new address after an update from there', async () => {
    const { platform, module, values } = await openObserved();
    const moved = await openTestModule(platform);
    moved.registrationId = module.registrationId;
    moved.requests.push(...module.requests);
    await moved.update([]);
    await moved.notify('/3303/0/5700', textAnswer('7'), 'CON');
    expect(values()).toEqual([{ numberText: '7' }]);
  });

  it('begin with the value in the first answer, when there is one', async () => {
    const { platform, module, values } = await openObserved();
    module.answerWith(
      cisAnswers((request) => {
        const asked = describeRequest(request) === 'GET /3303/0/5601 observe=0';
        return asked
          ? { ...textAnswer('10.123'), options: [{ number: 6, value: Uint8Array.of(5) }] }
          : { code: '4.04' };
      }),
    );
    await call(platform, 'POST', `/nbiot/observe?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5601`, {});
    expect(values()).toEqual([{ numberText: '10.123' }]);
  });

  it('keep their token when the same path is observed again', async () => {
    const { platform, module } = await openObserved();
    const token = module.tokenOf('/3303/0/5700');
    await call(platform, 'POST', `/nbiot/observe?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5700`, {});
    expect(module.tokenOf('/3303/0/5700')).toEqual(token);
  });

  it('are none where the device answers an observe as a plain read', async () => {
    const { platform, module } = await openObserved();
    module.answerWith(() => textAnswer('1'));
    expect(await call(platform, 'POST', `/nbiot/observe?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5602`, {})).toBe(
      '{"errno":5106,"error":"RESP_ERROR"}',
    );
  });
});
