import { describe, expect, it } from 'vitest';
import { setValue } from '../../main/program/setValue.ts';
import { startApplication } from '../device/rig.ts';
import { nobodysDesktop, served } from './served.ts';

/** A tab with a Dimmer at /3306/0/5851, of which the registry says `0..100`. */
async function tab() {
  const application = await startApplication();
  const device = application.openDevice();
  const handlers = served(device, application, nobodysDesktop, () => Promise.reject(new Error()));
  return { device, handlers, catalogue: application.catalogue };
}

const dimmer = '/3306/0/5851';

describe('a value that a person sets', () => {
  it('is held to the range of the registry by main as by the window', async () => {
    const { device, handlers } = await tab();
    for (const value of ['300', '-1'])
      await expect(handlers.setValue({ path: dimmer, value })).rejects.toMatchObject({
        code: 'LWM2M_OUT_OF_RANGE',
        detail: '0..100',
      });
    await handlers.setValue({ path: dimmer, value: '100' });
    expect(device.store.valueOf(dimmer)).toBe('100');
  });

  it('is of its type first, and of a resource that there is', async () => {
    const { handlers } = await tab();
    await expect(handlers.setValue({ path: dimmer, value: 'warm' })).rejects.toMatchObject({ code: 'LWM2M_BAD_VALUE' });
    await expect(handlers.setValue({ path: '/9/9/9', value: '1' })).rejects.toMatchObject({ code: 'LWM2M_NOT_FOUND' });
  });

  it('may stay what the platform has written, which is not held to it', async () => {
    const { device, handlers } = await tab();
    device.store.write(dimmer, '300', { by: 'platform' });
    await handlers.setValue({ path: dimmer, value: '300' });
    expect(device.store.valueOf(dimmer)).toBe('300');
    await expect(handlers.setValue({ path: dimmer, value: '301' })).rejects.toMatchObject({
      code: 'LWM2M_OUT_OF_RANGE',
    });
  });

  it('is told that its length is outside the range where the range is one of lengths', async () => {
    const { device, catalogue } = await tab();
    const described = { ...(await catalogue.describeResource(3303, 5701)), range: '1..3' };
    const known = { describeResource: () => Promise.resolve(described) };
    await expect(setValue({ path: '/3303/0/5701', value: 'Kelvin' }, device.store, known)).rejects.toThrow(
      'Its length',
    );
  });
});
