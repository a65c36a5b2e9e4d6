import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Application } from '../../main/program/application.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { dialects } from '../../main/mipl/dialects.ts';
import { profileNames } from '../../main/sim/profile.ts';
import type { ProfileName } from '../../main/sim/profile.ts';
import { profiles } from '../../main/sim/profiles.ts';
import { openSimulator } from '../../main/sim/simulator.ts';
import type { DeviceState } from '../../shared/state.ts';

/** The device connected to a virtual module, without waiting for radio and wire. */
async function connect(name: string) {
  const folder = mkdtempSync(path.join(tmpdir(), 'mipl-profile-'));
  const application = await Application.start({
    version: 'test',
    systemLanguage: 'en',
    model: defaultModel,
    journalDirectory: folder,
    settings: { commandGapMs: 0 },
    session: {
      openLink: (port) => openSimulator({ profile: port.path.slice('sim:'.length), baudRate: 0, radioSpeed: Infinity }),
    },
  });
  const device = application.openDevice();
  const close = async (): Promise<void> => {
    await application.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  await device.openPort(`sim:${name}`, 115_200);
  const state = (): DeviceState => device.state.state;
  const answered = (kind: string): boolean =>
    Object.values(state().requests).filter(
      (request) => request.kind === kind && (request.status === 'answered' || request.status === 'shown'),
    ).length > 0;
  /** What the platform's HTTP interface answers, as text: the document prints numbers as they are. */
  const http = async (call: string, body?: unknown): Promise<string> => {
    const [target = '', query = ''] = call.split('?');
    const { simulator } = state();
    const url = `${simulator?.http ?? ''}${target}?imei=${simulator?.imei ?? ''}&${query}`;
    const response = await fetch(url, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
    return response.text();
  };
  return { device, state, http, answered, close, engine: device.session.engine };
}

/** One session serves all tests of a profile: they stand in the order of the document. */
describe.each([...profileNames])('a session with %s', (name: ProfileName) => {
  const profile = profiles[name];
  let session: Awaited<ReturnType<typeof connect>>;
  beforeAll(async () => {
    session = await connect(name);
  });
  afterAll(async () => {
    await session.close();
  });

  test('comes up, and the module is known by what it says of itself', async () => {
    const { state, http } = session;
    await expect.poll(() => state().stages.onenet.status, { timeout: 5000 }).toBe('done');
    const observed = (): string[] => state().observations.map((observation) => observation.path);
    await expect.poll(observed).toEqual(['/3303/0', '/3303/1', '/3306/0']);
    const { identity } = profile;
    expect(state().module).toMatchObject({
      manufacturer: identity.manufacturer,
      model: identity.model,
      imei: '869334030000010',
      imsi: '460041234567899',
      iccid: '89860469334030000010',
      miplVersion: profile.miplVersion,
    });
    expect(state().dialect).toMatchObject({ name: profile.dialect, source: 'detected' });
    expect(await http('/devices/status')).toContain('"online":true');
  });

  test('shows the platform all resources of each instance', async () => {
    const { http, answered } = session;
    await expect.poll(() => answered('discover')).toBe(true);
    const list = '{"inst_id":0,"resources":[5700,5701,5601,5602,5603,5604,5605]}';
    expect(await http(`/nbiot/resources?obj_id=3303`)).toContain(list);
    expect(await http(`/nbiot/discover?obj_id=3303`)).toBe(
      '{"errno":0,"data":[{"obj_inst_id":0,"res_id":[5700,5701,5601,5602,5603,5604,5605]},' +
        '{"obj_inst_id":1,"res_id":[5700,5701,5601,5602,5603,5604,5605]}],"error":"succ"}',
    );
  });

  test('is read: one resource, an instance, an object', async () => {
    const { http } = session;
    const instance =
      '{"res":[{"val":20.123,"res_id":5700},{"val":"Cel","res_id":5701},{"val":10.123,"res_id":5601},' +
      '{"val":60.2,"res_id":5602},{"val":0.0,"res_id":5603},{"val":99.0,"res_id":5604}],"obj_inst_id":0}';
    expect(await http('/nbiot?obj_id=3303&obj_inst_id=0&res_id=5700')).toBe(
      '{"errno":0,"data":[{"res":[{"val":20.123,"res_id":5700}],"obj_inst_id":0}],"error":"succ"}',
    );
    expect(await http('/nbiot?obj_id=3303&obj_inst_id=0')).toBe(`{"errno":0,"data":[${instance}],"error":"succ"}`);
    const object = await http('/nbiot?obj_id=3303');
    expect(object).toContain(`{"errno":0,"data":[${instance},{"res":[`);
    expect(object).toContain('"obj_inst_id":1}');
  });

  test('is written: one resource, two at once', async () => {
    const { device, http } = session;
    const { store } = device;
    const done = '{"errno":0,"error":"succ"}';
    const one = { data: [{ res_id: 5850, val: 1 }] };
    expect(await http('/nbiot?obj_id=3306&obj_inst_id=0&mode=2', one)).toBe(done);
    expect(store.valueOf('/3306/0/5850')).toBe('1');
    const two = {
      data: [
        { res_id: 5850, val: 0 },
        { res_id: 5851, val: 22 },
      ],
    };
    expect(await http('/nbiot?obj_id=3306&obj_inst_id=0&mode=2', two)).toBe(done);
    expect([store.valueOf('/3306/0/5850'), store.valueOf('/3306/0/5851')]).toEqual(['0', '22']);
  });

  test('is written in the type it has read the value in', async () => {
    const { device, http } = session;
    await http('/nbiot?obj_id=3306&obj_inst_id=0');
    const two = {
      data: [
        { res_id: 5850, val: 1 },
        { res_id: 5851, val: 77 },
      ],
    };
    expect(await http('/nbiot?obj_id=3306&obj_inst_id=0&mode=2', two)).toBe('{"errno":0,"error":"succ"}');
    expect(device.store.valueOf('/3306/0/5851')).toBe('77');
  });

  test('is written a value of 1500 bytes where its firmware takes it in blocks; the document has at most 480', async () => {
    const { device, http } = session;
    const write = (val: string): Promise<string> =>
      http('/nbiot?obj_id=3306&obj_inst_id=0&mode=2', { data: [{ res_id: 5750, val }] });
    const longest = profile.write.long === 'blocks' ? 1500 : 480;
    expect(await write('x'.repeat(longest))).toBe('{"errno":0,"error":"succ"}');
    expect(await write('y'.repeat(2049))).toMatch(
      /^\{"errno":5108,"error":"invalid parameter: data of 2049 bytes, at most /,
    );
    expect(device.store.valueOf('/3306/0/5750')).toBe('x'.repeat(longest));
  });

  test('executes with the arguments of the document', async () => {
    const { device, http, state } = session;
    const executed: string[] = [];
    device.store.onExecute((resource, args) => executed.push(`${resource} ${args}`));
    const answer = await http('/nbiot/execute?obj_id=3303&obj_inst_id=0&res_id=5605', { args: 'reset' });
    expect(answer).toBe('{"errno":0,"error":"succ"}');
    expect(executed).toEqual(['/3303/0/5605 reset']);
    expect(state().resources['/3303/0/5605']?.executed).toBe(1);
  });

  test('takes attributes with an observe, and gives the observation up again', async () => {
    const { http, state, answered } = session;
    const query = 'obj_id=3303&obj_inst_id=0&res_id=5700&pmin=15&pmax=60&gt=50&lt=0&st=2';
    const done = '{"errno":0,"error":"succ"}';
    expect(await http(`/nbiot/observe?cancel=false&${query}`, {})).toBe(done);
    await expect.poll(() => answered('parameter')).toBe(true);
    expect(state().attributes['/3303/0/5700']).toEqual({ pmin: 15, pmax: 60, gt: 50, lt: 0, st: 2 });
    await expect.poll(() => state().observations.map((one) => one.path)).toContain('/3303/0/5700');
    expect(await http('/nbiot/observe?cancel=true&obj_id=3303&obj_inst_id=0&res_id=5700', {})).toBe(done);
    await expect.poll(() => state().observations.map((one) => one.path)).not.toContain('/3303/0/5700');
  });

  test('reports a value and hears that it has arrived', async () => {
    const { engine, http, state } = session;
    const { id } = await engine.notify({ path: '/3303/0/5700', value: '98', confirmed: true });
    await expect.poll(() => state().outbox[id]?.status).toBe('acknowledged');
    const device = JSON.parse(await http('/devices/status')) as { data: { devices: { id: number }[] } };
    const points = await http(`/devices/${device.data.devices[0]?.id}/datapoints`);
    expect(points).toContain('"id":"3303_0_5700"');
    expect(points).toContain('"value":98.0');
  });

  test('is updated without and with parameters, leaves, and comes back with all it had', async () => {
    const { engine, device, http, state } = session;
    await engine.update({ lifetimeSeconds: 0, withObjects: false });
    await engine.update({ lifetimeSeconds: 3600, withObjects: true });
    expect(state().registration).toMatchObject({ phase: 'registered', lastEvent: 11 });
    await engine.deregister();
    expect(await http('/devices/status')).toContain('"online":false');
    await device.session.suite.register();
    expect(await http('/devices/status')).toContain('"online":true');
    await expect.poll(() => http('/nbiot/discover?obj_id=3306')).toContain('[5850,5851,5852,5853,5750]');
  });

  test('speaks the dialect of its profile', () => {
    expect(dialects[profile.dialect].answersItself.has('+MIPLOBSERVE')).toBe(profile.dialect === 'cmcc');
  });
});

test('a session of the bootstrapped module of the document, chapter 3.4, comes up as the others do', async () => {
  const { state, http, close } = await connect('m5310-seed?bootstrap');
  try {
    await expect.poll(() => state().stages.onenet.status, { timeout: 5000 }).toBe('done');
    expect(await http('/devices/status')).toContain('"online":true');
    expect(state().registration.phase).toBe('registered');
  } finally {
    await close();
  }
});

test('what the virtual module does not simulate stands in the log of the window', async () => {
  const { engine, device, close, state } = await connect('bc28');
  try {
    await expect.poll(() => state().stages.onenet.status, { timeout: 5000 }).toBe('done');
    await engine.sendLine('AT+CMGF=0');
    const texts = device.log.read(0, 10_000).flatMap(({ remark, text }) => (remark ? [text] : []));
    expect(texts).toContainEqual(expect.stringMatching(/^Virtual module: not simulated: short messages/));
  } finally {
    await close();
  }
});
