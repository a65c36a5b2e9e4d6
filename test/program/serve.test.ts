import { describe, expect, it } from 'vitest';
import { rowOf } from '../../shared/contract/contract.ts';
import { requestNames } from '../../shared/contract/names.ts';
import { maxDevices } from '../../shared/programState.ts';
import { createServe } from '../../main/program/handlers.ts';
import type { Serve } from '../../main/program/handlers.ts';
import { faultOf } from '../../shared/errors.ts';
import { openSimulator } from '../../main/sim/simulator.ts';
import { ScriptedModule } from '../device/scriptedModule.ts';
import { startApplication, until } from '../device/rig.ts';
import { examplesOf, hostileTo } from '../shared/hostileValues.ts';
import { deviceId } from '../../shared/programState.ts';
import { nobodysDesktop } from './served.ts';

const ofDevice = requestNames.filter((name) => rowOf(name).scope === 'device');

async function bench(options: Parameters<typeof startApplication>[0] = {}) {
  const asked: string[] = [];
  const ask = (what: string) => () => {
    asked.push(what);
    return Promise.resolve(undefined);
  };
  const application = await startApplication({
    settings: { commandGapMs: 0 },
    session: { openLink: () => Promise.resolve({ link: new ScriptedModule().link }) },
    ...options,
  });
  const serve = createServe(
    application,
    {
      ...nobodysDesktop,
      chooseExportFile: ask('file'),
      choosePlanFile: ask('plan'),
      chooseLogFile: ask('log'),
      showPlace: ask('folder'),
      chooseModelFile: ask('log'),
      chooseObjectFiles: ask('log'),
      chooseMacroFile: ask('log'),
    },
    () => Promise.reject(new Error('No file was chosen')),
  );
  return { application, serve, asked };
}

/** The code of the refusal; undefined when there was none. */
async function refusal(serve: Serve, ...given: Parameters<Serve>): Promise<unknown> {
  try {
    await serve(...given);
    return undefined;
  } catch (error) {
    return faultOf(error).code;
  }
}

describe('a request about a device', () => {
  it('there are of every kind', () => expect(ofDevice).toContain('openPort'));

  it.each(ofDevice)('%s of one that is gone gets DEVICE_GONE and nothing else, whatever its argument', async (name) => {
    const { application, serve, asked } = await bench();
    const [gone, other] = [application.openDevice(), application.openDevice()];
    await application.closeDevice(gone.id);
    const before = other.state.snapshot();
    const { argument } = rowOf(name);
    const [example] = argument ? examplesOf(argument) : [];
    for (const given of argument ? [example, null, { odd: 1 }] : [undefined]) {
      expect(await refusal(serve, name, gone.id, given)).toBe('DEVICE_GONE');
    }
    expect(await refusal(serve, name, '999', example)).toBe('DEVICE_GONE');
    expect(asked).toEqual([]);
    expect(application.devices).toEqual([other]);
    expect(other.state.snapshot()).toEqual(before);
  });

  it('that names it by anything but a short text is refused', async () => {
    const { application, serve } = await bench();
    application.openDevice();
    const hostile = [undefined, ['1'], { toString: () => '1' }, ...hostileTo(deviceId)];
    for (const [index, id] of hostile.entries())
      expect([index, await refusal(serve, 'getSnapshot', id)]).toEqual([index, 'BAD_ARGUMENT']);
  });

  it('reaches that one and no other', async () => {
    const { application, serve } = await bench();
    const [one, other] = [application.openDevice(), application.openDevice()];
    await serve('openPort', other.id, { path: 'sim:m5310-seed', baudRate: 9600 });
    expect([one.state.state.connection.phase, other.state.state.connection.phase]).toEqual(['closed', 'probing']);
    await serve('setValue', one.id, { path: '/3303/0/5700', value: '7' });
    expect([one.store.valueOf('/3303/0/5700'), other.store.valueOf('/3303/0/5700')]).toEqual(['7', '20.123']);
  });
});

describe('tabs', () => {
  it('are opened up to a limit, and each opened one is another', async () => {
    const { application, serve } = await bench();
    for (let count = 1; count <= maxDevices; count++) {
      expect(serve('openDevice')).toEqual({ device: String(count) });
    }
    expect(await refusal(serve, 'openDevice')).toBe('BAD_ARGUMENT');
    expect(application.devices).toHaveLength(maxDevices);
  });

  it('are never none: after the last one there is a fresh one', async () => {
    const { application, serve } = await bench();
    const { id } = application.openDevice();
    await serve('closeDevice', id, { evenWhileTesting: false });
    expect(application.devices.map((device) => device.id)).toEqual(['2']);
  });

  it('in which a run goes on are closed only by somebody who means it; the run ends, the others go on', async () => {
    const { application, serve } = await bench({
      settings: { registerOnConnect: false, commandGapMs: 0 },
      session: { openLink: () => openSimulator({ profile: 'm5310-seed', baudRate: 0, radioSpeed: 1000 }) },
    });
    const [tested, other] = [application.openDevice(), application.openDevice()];
    for (const { id } of [tested, other]) await serve('openPort', id, { path: 'sim:m5310-seed', baudRate: 9600 });
    for (const device of [tested, other]) {
      await until(
        device,
        'brought up',
        ({ connection, stages }) =>
          connection.phase === 'ready' && !Object.values(stages).some(({ status }) => status === 'running'),
      );
    }
    await serve('startAcceptance', tested.id, { platform: 'simulated', hasBootstrap: false });
    for (const name of requestNames.filter((one) => rowOf(one).duringRun === 'refused')) {
      const of = rowOf(name).scope === 'device' ? [tested.id] : [];
      expect([name, await refusal(serve, name, ...of)]).toEqual([name, 'ACCEPTANCE_RUNNING']);
    }
    expect(await refusal(serve, 'closeDevice', tested.id, { evenWhileTesting: false })).toBe('ACCEPTANCE_RUNNING');
    expect(application.devices).toContain(tested);
    await serve('register', other.id);
    expect(other.state.state.registration.phase).toBe('registered');
    await serve('closeDevice', tested.id, { evenWhileTesting: true });
    expect(tested.state.state.acceptance.phase).toBe('stopped');
    expect((await tested.acceptance.report()).isComplete).toBe(false);
    expect(application.devices).toEqual([other]);
    expect(other.state.state.registration.phase).toBe('registered');
  });
});
