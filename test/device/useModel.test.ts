import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Device } from '../../main/device/device.ts';
import { modelText } from '../../main/lwm2m/modelText.ts';
import type { Application } from '../../main/program/application.ts';
import { openSimulator } from '../../main/sim/simulator.ts';
import { faultOf } from '../../shared/errors.ts';
import type { PlatformOperation } from '../../shared/platform.ts';
import { ownModel } from './ownModel.ts';
import { startApplication, testFolder, until } from './rig.ts';

async function started(model = ownModel): Promise<{ application: Application; device: Device; id: string }> {
  const application = await startApplication({
    settings: { commandGapMs: 0 },
    session: {
      openLink: () => openSimulator({ profile: 'm5310-seed', baudRate: 0, radioSpeed: 1000 }),
      closeEventMs: { tells: 300, unknown: 300, silent: 200 },
    },
  });
  const file = path.join(testFolder(), 'own.model.json');
  writeFileSync(file, modelText(model));
  const { info } = await application.models.open(file);
  return { application, device: application.openDevice(), id: info.id };
}

const registered = (device: Device) =>
  until(device, 'registered', ({ stages }) => stages.onenet.status === 'done' && stages.objects.status === 'done');

const ask = async (device: Device, operation: PlatformOperation): Promise<string> => {
  const call = await device.platform.begin({ mode: 'simulated', operation }).done;
  return `${call.status} ${call.body ?? ''}`;
};

/** The platform asks what there is once it knows the device. */
const discovered = (device: Device, tree: string, ids: string): Promise<void> =>
  vi.waitFor(
    async () => {
      const list = await ask(device, { kind: 'resources', path: tree });
      if (!list.includes(`"resources":[${ids}]`)) throw new Error(list);
    },
    { timeout: 8000, interval: 20 },
  );

const objectIds = (device: Device): number[] => device.state.state.objects.map(({ objectId }) => objectId);

describe('a device of another model', () => {
  it('is created, discovered, read, written, executed and observed with its own objects alone', async () => {
    const { application, device, id } = await started();
    await device.useModel(await application.models.chosen(id));
    await device.openPort('sim:m5310-seed', 9600);
    const { model, resources } = await registered(device);
    expect(model).toMatchObject({ id, name: 'Pump house' });
    expect(objectIds(device)).toEqual([3311, 3323, 32_769]);
    expect(resources['/3323/2/5700']?.value).toBe('2.50');
    await discovered(device, '/32769/0', '1,2');
    expect(await ask(device, { kind: 'read', path: '/3323' })).toMatch(/"val":1\.5.*"val":2\.5/);
    const values = [
      { resourceId: 5850, value: '1' },
      { resourceId: 5851, value: '55' },
    ];
    expect(await ask(device, { kind: 'write', path: '/3311/0', mode: 'update', values })).toContain('done');
    expect(device.store.valueOf('/3311/0/5851')).toBe('55');
    expect(await ask(device, { kind: 'execute', path: '/32769/0/2', args: 'now' })).toContain('done');
    expect(device.state.state.resources['/32769/0/2']?.executed).toBe(1);
    expect(await ask(device, { kind: 'observe', path: '/3323/0/5700', attributes: {} })).toContain('done');
    expect(device.state.state.observations.map(({ path: observed }) => observed)).toContain('/3323/0/5700');
    expect(await ask(device, { kind: 'read', path: '/3303/0' })).not.toContain('"errno":0');
  });

  it('takes the place of the objects that are registered: the platform finds the new ones and no others', async () => {
    const { application, device, id } = await started();
    await device.openPort('sim:m5310-seed', 9600);
    await registered(device);
    device.generators.set('/3303/0/5700', { kind: 'ramp', from: 1, to: 9, periodSeconds: 60, everySeconds: 60 });
    await ask(device, { kind: 'observe', path: '/3303/0/5700', attributes: { pmin: 1 } });
    await device.useModel(await application.models.chosen(id));
    const state = await registered(device);
    expect(state.registration.phase).toBe('registered');
    expect(state.observations).toEqual([]);
    expect(state.generators).toEqual({});
    expect(state.attributes).toEqual({});
    expect(Object.keys(state.resources).sort()).toEqual([
      '/32769/0/1',
      '/32769/0/2',
      '/3311/0/5850',
      '/3311/0/5851',
      '/3323/0/5605',
      '/3323/0/5700',
      '/3323/2/5700',
    ]);
    await discovered(device, '/3311/0', '5850,5851');
    expect(await ask(device, { kind: 'read', path: '/3303/0' })).not.toContain('"errno":0');
    await device.useModel(await application.models.chosen('shipped'));
    await registered(device);
    await discovered(device, '/3303/0', '5700,5701,5601,5602,5603,5604,5605');
    expect(await ask(device, { kind: 'read', path: '/3303/0/5700' })).toContain('20.123');
  });

  it('is that of the next tab, too, and of no tab that is open', async () => {
    const { application, device, id } = await started();
    const other = application.openDevice();
    const chosen = await application.models.chosen(id);
    await device.useModel(chosen);
    await application.models.use(chosen);
    expect(objectIds(other)).toEqual([3303, 3306]);
    expect(objectIds(application.openDevice())).toEqual([3311, 3323, 32_769]);
  });

  it('stays what it was while an acceptance run goes on', async () => {
    const { application, device, id } = await started();
    await device.openPort('sim:m5310-seed', 9600);
    await registered(device);
    device.acceptance.start({ platform: 'simulated', hasBootstrap: false });
    const refused = device.useModel(await application.models.chosen(id));
    expect(await refused.catch((error: unknown) => faultOf(error).code)).toBe('ACCEPTANCE_RUNNING');
    expect(objectIds(device)).toEqual([3303, 3306]);
    device.acceptance.stop();
  });

  it('has a plan for its objects, and what was found before belongs to the objects before', async () => {
    const { application, device, id } = await started();
    const idsOf = () => Object.values(device.state.state.acceptanceCases).map(({ info }) => info.id);
    const before = idsOf();
    await device.useModel(await application.models.chosen(id));
    expect(idsOf()).toHaveLength(before.length + 16);
    expect(device.state.state.acceptance.isArranged).toBe(false);
    const read = Object.values(device.state.state.acceptanceCases).find(({ info }) => info.id === 'read-3311')!;
    const version = Object.values(device.state.state.acceptanceCases).find(({ info }) => info.id === 'version')!;
    device.acceptance.select([read.key, version.key]);
    device.acceptance.arrange(
      device.acceptance
        .plan()
        .items.map(
          (_, at) =>
            Object.values(device.state.state.acceptanceCases).toSorted((one, other) => other.position - one.position)[
              at
            ]!.key,
        ),
    );
    expect(device.state.state.acceptance.isArranged).toBe(true);
    await device.useModel(await application.models.chosen('shipped'));
    expect(idsOf().toSorted()).toEqual(before.toSorted());
    expect(device.state.state.acceptance).toMatchObject({ isArranged: true, canUndo: false });
    device.acceptance.restore();
    expect(device.state.state.acceptance.isArranged).toBe(false);
  });

  it('comes also where a person has deleted the suite by hand, and registers nothing then', async () => {
    const { application, device, id } = await started();
    await device.openPort('sim:m5310-seed', 9600);
    await registered(device);
    await device.session.engine.sendLine('AT+MIPLDELETE=0').catch(() => undefined);
    const { registration } = device.state.state;
    await device.useModel(await application.models.chosen(id));
    expect([registration.phase, objectIds(device)]).toEqual(['idle', [3311, 3323, 32_769]]);
    expect(device.state.state.registration.phase).toBe('idle');
  });
});
