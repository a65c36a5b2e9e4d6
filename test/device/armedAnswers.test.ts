import { describe, expect, it } from 'vitest';
import { maxArmed } from '../../shared/armedAnswer.ts';
import type { ArmedOrder } from '../../shared/armedAnswer.ts';
import { startDevice, until } from './rig.ts';

const never: ArmedOrder = { kind: 'read', path: '/3303/0/5700', times: 1, answer: { kind: 'never' } };
const told = (values: Record<string, string>): ArmedOrder => ({ ...never, answer: { kind: 'value', values } });

describe('answers set beforehand', () => {
  it('are used by the next request of the platform, and stand in log and state until then', async () => {
    const device = await startDevice();
    device.armed.arm(told({ '/3303/0/5700': '-7.5' }));
    await device.openPort('sim:m5310-seed', 115_200);
    const { simulator, armedAnswers } = await until(
      device,
      'registered',
      ({ observations }) => observations.length === 3,
    );
    expect(armedAnswers).toHaveLength(1);
    const read = `${simulator?.http}/nbiot?imei=${simulator?.imei}&obj_id=3303&obj_inst_id=0&res_id=5700`;
    expect(await (await fetch(read)).text()).toContain('"val":-7.5');
    expect(await (await fetch(read)).text()).toContain('"val":20.123');
    expect(device.state.state.armedAnswers).toEqual([]);
    const codes = device.log.read(0, device.log.lastSeq + 1).flatMap(({ remark }) => remark?.code ?? []);
    expect(codes).toEqual(expect.arrayContaining(['armed', 'answeredAsArmed']));
  });

  it('can be taken back, once', async () => {
    const device = await startDevice();
    const [one, other] = [device.armed.arm(never), device.armed.arm({ ...never, times: 3 })];
    device.armed.disarm(one);
    device.armed.disarm(one);
    expect(device.state.state.armedAnswers).toMatchObject([{ id: other, times: 3 }]);
    const notes = device.log.read(0, device.log.lastSeq + 1).flatMap(({ remark }) => remark?.code ?? []);
    expect(notes).toEqual(['armed', 'armed', 'disarmed']);
  });

  it.each([
    ['a value for what is not asked', told({ '/3303/1/5700': '1' }), 'LWM2M_NOT_FOUND'],
    ['a value that is none of its type', told({ '/3303/0/5700': 'warm' }), 'LWM2M_BAD_VALUE'],
    ['a value for a write', { ...told({ '/3303/0/5700': '1' }), kind: 'write' as const }, 'BAD_ARGUMENT'],
    ['what is no other answer', { ...never, answer: { kind: 'value' as const } }, 'BAD_ARGUMENT'],
    ['a read of what the device has not', { ...told({}), path: '/9999' }, 'LWM2M_NOT_FOUND'],
  ])('refuse %s before anything is armed', async (_, order, code) => {
    const device = await startDevice();
    expect(() => device.armed.arm(order)).toThrow(expect.objectContaining({ code }));
    expect(device.state.state.armedAnswers).toEqual([]);
  });

  it('are no more than a person can keep in mind', async () => {
    const device = await startDevice();
    for (let count = 0; count < maxArmed; count++) device.armed.arm(never);
    expect(() => device.armed.arm(never)).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
  });
});
