import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { remark } from '../../shared/remarks.ts';
import type { ProgramPatch } from '../../shared/programState.ts';
import { ScriptedModule } from '../device/scriptedModule.ts';
import { startApplication, testFolder, until } from '../device/rig.ts';

/** Every port has a module of its own at its end. */
const onModules = {
  settings: { commandGapMs: 0 },
  session: { openLink: () => Promise.resolve({ link: new ScriptedModule().link }) },
};

describe('the devices of a program', () => {
  it('are named in the order they were opened, and no name comes again', async () => {
    const application = await startApplication();
    const [first, second] = [application.openDevice(), application.openDevice()];
    await application.closeDevice(first.id);
    const third = application.openDevice();
    expect([first.id, second.id, third.id]).toEqual(['1', '2', '3']);
    expect(application.devices).toEqual([second, third]);
    expect(application.state.state.devices.map(({ id }) => id)).toEqual(['2', '3']);
  });

  it('are gone when they are closed, and everything asked of them says so', async () => {
    const application = await startApplication();
    const { id } = application.openDevice();
    await application.closeDevice(id);
    for (const name of [id, '7']) {
      expect(() => application.device(name)).toThrow(
        expect.objectContaining({ code: 'DEVICE_GONE', detail: name }) as Error,
      );
    }
    await expect(application.closeDevice(id)).rejects.toMatchObject({ code: 'DEVICE_GONE' });
  });

  it('have each their own port, engine, values, log and journal', async () => {
    const application = await startApplication(onModules);
    const [one, other] = [application.openDevice(), application.openDevice()];
    await Promise.all([one.openPort('/dev/ttyS1', 9600), other.openPort('/dev/ttyS2', 9600)]);
    await until(one, 'registered', ({ registration }) => registration.phase === 'registered');
    await until(other, 'registered', ({ registration }) => registration.phase === 'registered');
    one.store.write('/3303/0/5700', '42', { by: 'person' });
    expect(other.store.valueOf('/3303/0/5700')).not.toBe('42');
    expect(one.journal?.file).not.toBe(other.journal?.file);
    expect(one.session.engine).not.toBe(other.session.engine);
    await application.closeDevice(one.id);
    expect(one.state.state.connection.phase).toBe('closed');
    expect(other.state.state.registration.phase).toBe('registered');
    await expect(other.session.engine.sendLine('AT')).resolves.toBeDefined();
    expect(readFileSync(other.journal?.file ?? '', 'utf8')).toContain('/dev/ttyS2');
  });

  it('do not take each other the port away', async () => {
    const application = await startApplication(onModules);
    const [one, other] = [application.openDevice(), application.openDevice()];
    await one.openPort('/dev/ttyS1', 9600);
    await expect(other.openPort('/dev/ttyS1', 9600)).rejects.toMatchObject({ code: 'PORT_OPEN_HERE' });
    expect(other.state.state.connection.phase).toBe('closed');
    await one.closePort();
    await other.openPort('/dev/ttyS1', 9600);
    expect(other.state.state.connection.port?.path).toBe('/dev/ttyS1');
  });

  it('have settings in common, but what one overrides holds for it alone', async () => {
    const application = await startApplication();
    const [one, other] = [application.openDevice(), application.openDevice()];
    const giveBack = one.overrideSettings({ automaticUpdate: false });
    await application.changeSettings({ lifetimeSeconds: 600 });
    expect(one.settings).toMatchObject({ automaticUpdate: false, lifetimeSeconds: 600 });
    expect(other.settings).toMatchObject({ automaticUpdate: true, lifetimeSeconds: 600 });
    giveBack();
    expect(one.settings).toBe(application.state.state.settings);
  });

  it('know together whether there is a key of the platform', async () => {
    const application = await startApplication();
    const [one, other] = [application.openDevice(), application.openDevice()];
    await application.platformKey.set('a-key');
    expect(other.state.state.platform.hasKey).toBe(true);
    await application.platformKey.clear();
    expect(one.state.state.platform.hasKey).toBe(false);
  });

  it('hear each of what concerns the whole program, the first also of what was before it', async () => {
    const settingsFile = path.join(mkdtempSync(path.join(testFolder(), 'data-')), 'settings.json');
    writeFileSync(settingsFile, '{"theme":');
    const application = await startApplication({ settingsFile });
    const [one, other] = [application.openDevice(), application.openDevice()];
    application.note(remark('processEnded', { type: 'GPU', reason: 'killed' }));
    const codes = (device: typeof one): unknown[] => device.log.read(0, 10).map((entry) => entry.remark?.code);
    expect(codes(one)).toEqual(['fault', 'processEnded']);
    expect(codes(other)).toEqual(['processEnded']);
  });
});

describe('the state of the program', () => {
  it('tells how far each device is, and only when that changes', async () => {
    const application = await startApplication(onModules);
    const device = application.openDevice();
    application.state.flush();
    const told = vi.fn<(patch: ProgramPatch) => void>();
    application.state.onPatch(told);
    device.store.write('/3303/0/5700', '42', { by: 'person' });
    application.state.flush();
    expect(told).not.toHaveBeenCalled();
    await device.openPort('/dev/ttyS1', 9600);
    await until(device, 'registered', ({ stages }) => stages.onenet.status === 'done');
    expect(application.state.state.devices).toEqual([
      {
        id: '1',
        phase: 'ready',
        port: '/dev/ttyS1',
        model: expect.any(String) as string,
        imei: '869334030000010',
        registration: 'registered',
        stage: { name: 'onenet', status: 'done' },
        isTesting: false,
        isAsking: false,
      },
    ]);
  });

  it('gives a snapshot that the next patch builds on', async () => {
    const application = await startApplication();
    const { revision, state } = application.state.snapshot();
    expect(state.devices).toEqual([]);
    let patch: ProgramPatch | undefined;
    const stop = application.state.onPatch((one) => (patch = one));
    application.openDevice();
    application.state.flush();
    expect(patch?.revision).toBe(revision + 1);
    expect(patch?.changes.devices).toHaveLength(1);
    stop();
    application.openDevice();
    application.state.flush();
    expect(patch?.revision).toBe(revision + 1);
  });
});
