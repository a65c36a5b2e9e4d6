import { describe, expect, it, vi } from 'vitest';
import { SystemClock } from '../../main/time/clock.ts';
import type { Device } from '../../main/device/device.ts';
import { startApplication, startDevice, until } from './rig.ts';
import { ScriptedModule } from './scriptedModule.ts';

const isOnline = (device: Device): Promise<unknown> =>
  until(device, 'registered', ({ stages }) => stages.onenet.status === 'done', 60_000);

/** Command lines that answer a read, by its number. */
const answersTo = ({ heard }: ScriptedModule, msgId: number): string[] =>
  heard.filter((text) => text.startsWith(`AT+MIPLREADRSP=0,${msgId},`));

describe('64 modules that all restart at once', () => {
  it('are each brought up again, and each answers what it is asked right behind', async () => {
    const modules = new Map<string, ScriptedModule>();
    for (let at = 0; at < 64; at++) modules.set(`/dev/ttyTest${at}`, new ScriptedModule());
    const application = await startApplication({
      session: {
        openLink: ({ path }) => Promise.resolve({ link: (modules.get(path) as ScriptedModule).link }),
        networkTimeoutMs: 60_000,
      },
      settings: { commandGapMs: 0 },
    });
    const tabs = [...modules].map(([path, module]) => ({ path, module, device: application.openDevice() }));
    await Promise.all(tabs.map(({ device, path }) => device.openPort(path, 115_200)));
    await Promise.all(tabs.map(({ device }) => isOnline(device)));
    for (const { module } of tabs) {
      module.heard.length = 0;
      module.say('REBOOT_CAUSE_SECURITY_PMU_POWER_ON_RESET', 'Neul', 'OK');
    }
    await vi.waitFor(
      () => {
        for (const { module } of tabs) {
          expect(module.heard).toEqual(expect.arrayContaining(['AT+MIPLCREATE', 'AT+MIPLOPEN=0,3600,30']));
        }
      },
      { timeout: 60_000, interval: 20 },
    );
    await Promise.all(tabs.map(({ device }) => isOnline(device)));
    for (const { module } of tabs) module.say('+MIPLREAD:0,77,3303,0,5700');
    for (const { device, module } of tabs) {
      const { answerTimes } = await until(device, 'answered', ({ answerTimes: { count } }) => count > 0, 60_000);
      expect(answersTo(module, 77)).toHaveLength(1);
      expect(answerTimes.lateCount).toBe(0);
    }
  }, 120_000);
});

describe('a clock that jumps while a session stands', () => {
  it.each([
    ['a day back', -86_400_000],
    ['a day ahead', 86_400_000],
    ['to the year 1970', -1_795_000_000_000],
  ])('%s: requests are answered in time, lines keep their order, and the registration stands', async (_, byMs) => {
    let setMs = 0;
    const clock = new SystemClock({
      wallMs: () => Date.now() + setMs,
      monotonicNs: () => process.hrtime.bigint(),
    });
    const module = new ScriptedModule();
    const device = await startDevice({
      clock,
      session: { openLink: () => Promise.resolve({ link: module.link }), networkTimeoutMs: 60_000 },
      settings: { commandGapMs: 0 },
    });
    await device.openPort('/dev/ttyTest', 115_200);
    await isOnline(device);
    module.say('+MIPLREAD:0,1,3303,0,5700');
    await until(device, 'the first answer', ({ answerTimes }) => answerTimes.count === 1);
    setMs = byMs;
    module.say('+MIPLREAD:0,2,3303,0,5700');
    const { answerTimes, registration, requests } = await until(
      device,
      'the second answer',
      ({ answerTimes: { count } }) => count === 2,
    );
    expect([answersTo(module, 1), answersTo(module, 2)].map(({ length }) => length)).toEqual([1, 1]);
    expect(answerTimes.lateCount).toBe(0);
    expect(Object.values(requests).map(({ late }) => late)).toEqual([false, false]);
    expect(registration.phase).toBe('registered');
    const times = device.log.read(1, 1000).map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});
