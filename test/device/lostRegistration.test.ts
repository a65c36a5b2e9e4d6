import { describe, expect, it, onTestFinished } from 'vitest';
import { openSimulator } from '../../main/sim/simulator.ts';
import type { Simulator } from '../../main/sim/simulator.ts';
import { startDevice, until } from './rig.ts';

/** The device with a virtual module whose platform is then started anew, as far as the module can tell. */
async function afterRestartOfThePlatform(profile: string) {
  const simulators: Simulator[] = [];
  const device = await startDevice({
    session: {
      openLink: async () => {
        const simulator = await openSimulator({ profile, baudRate: 0, radioSpeed: Infinity });
        simulators.push(simulator);
        return { link: simulator.link };
      },
    },
  });
  onTestFinished(async () => {
    for (const simulator of simulators) await simulator.close();
  });
  await device.openPort(`sim:${profile}`, 9600);
  await until(device, 'the registration and what follows', ({ stages, observations }) => {
    return stages.onenet.status === 'done' && observations.length >= 3;
  });
  const [simulator] = simulators;
  if (!simulator) throw new Error('No link was opened');
  simulator.platform.forgetRegistrations();
  const { engine } = device.session;
  await expect(engine.update({ lifetimeSeconds: 3600, withObjects: false })).rejects.toMatchObject({
    code: 'MIPL_REFUSED',
    detail: '12',
  });
  const isOnline = (): boolean => simulator.platform.devices.some((device) => device.registration !== undefined);
  return { device, isOnline };
}

const registered = 'registered';

describe('a platform that has forgotten the registration', () => {
  it('is told of it again by a module with the CIS core, and all goes on without the tool', async () => {
    const { device, isOnline } = await afterRestartOfThePlatform('m5310-seed');
    const { registration } = await until(
      device,
      'the new registration',
      (state) => state.registration.phase === registered && state.registration.fault === undefined && isOnline(),
    );
    expect(registration.fault).toBeUndefined();
    const texts = device.log.read(0, 1000).map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith('AT+MIPLOPEN'))).toHaveLength(1);
    expect(texts.some((text) => text.startsWith('AT+MIPLCLOSE'))).toBe(false);
  });

  it('is told of it again by the tool where the module does not register by itself', { timeout: 40_000 }, async () => {
    const { device, isOnline } = await afterRestartOfThePlatform('bc28?registers-again=off');
    expect(isOnline()).toBe(false);
    await until(
      device,
      'the new registration',
      (state) => state.registration.phase === registered && state.registration.fault === undefined && isOnline(),
      25_000,
    );
    const texts = device.log.read(0, 1000).map(({ text }) => text);
    const session = texts.filter((text) => /^AT\+MIPL(OPEN|CLOSE)/.test(text)).map((text) => text.slice(7, 11));
    expect(session).toEqual(['OPEN', 'CLOS', 'OPEN']);
    await until(device, 'the observations', ({ observations }) => observations.length >= 3);
  });
});
