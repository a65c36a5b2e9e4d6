import { describe, expect, it } from 'vitest';
import {
  encodeText,
  locationPath,
  uriPathOptions,
  uriQueryOptions,
  contentFormatOption,
} from '../../../main/sim/coap/options.ts';
import type { PlatformEvent } from '../../../main/sim/platform/lwm2mServer.ts';
import type { Platform } from '../../../main/sim/platform/platform.ts';
import { cisAnswers } from './module.ts';
import { openTestModule, openTestPlatform } from './open.ts';

function record(platform: Platform): PlatformEvent[] {
  const events: PlatformEvent[] = [];
  platform.onEvent = (event) => events.push(event);
  return events;
}

const onlineOf = (platform: Platform): boolean[] =>
  platform.devices.map((device) => platform.session(device) !== undefined);

describe('registration', () => {
  it('is answered with a location of ten letters and digits, and makes the device', async () => {
    const platform = await openTestPlatform();
    const module = await openTestModule(platform);
    const response = await module.register();
    expect([response.type, response.code]).toEqual(['ACK', '2.01']);
    expect(locationPath(response).join('/')).toMatch(/^rd\/[A-Za-z0-9]{10}$/);
    expect(platform.devices.map(({ identity }) => identity)).toEqual([
      { imei: '869334030000010', imsi: '460041234567899', title: '869334030000010' },
    ]);
  });

  it.each([
    ['no endpoint name', { endpoint: '' }, '4.00'],
    ['a lifetime that is no number', { queries: ['lt=soon'] }, '4.00'],
    ['a lifetime of zero', { queries: ['lt=0'] }, '4.00'],
    ['objects that are no links', { objects: 'nonsense' }, '4.00'],
    ['no objects', { objects: '</>;rt="oma.lwm2m"' }, '4.00'],
    ['a binding mode that is none', { queries: ['b=X'] }, '4.00'],
    ['LwM2M 9.9', { queries: ['lwm2m=9.9'] }, '4.12'],
    ['LwM2M 1.1, which this server has not', { queries: ['lwm2m=1.1'] }, '4.12'],
    ['a version that is none', { queries: ['lwm2m='] }, '4.12'],
  ])('with %s is refused', async (_what, change, code) => {
    const module = await openTestModule(await openTestPlatform());
    expect((await module.register(change)).code).toBe(code);
  });

  it('does without lifetime, binding and version', async () => {
    const platform = await openTestPlatform();
    const module = await openTestModule(platform);
    await module.register({ queries: [] });
    expect(platform.devices[0]?.registration).toMatchObject({ lifetimeSeconds: 86_400, binding: 'U' });
  });

  it('in a format other than links is refused', async () => {
    const platform = await openTestPlatform();
    const module = await openTestModule(platform);
    const options = [...uriPathOptions('/rd'), contentFormatOption(50), ...uriQueryOptions(['ep=1'])];
    const response = await module.endpoint.request(platform.coap, {
      code: '0.02',
      options,
      payload: encodeText('</3/0>'),
    });
    expect(response.code).toBe('4.15');
  });

  it('of a stranger is forbidden on a strict platform, that of a created device is not', async () => {
    const platform = await openTestPlatform({ isStrict: true });
    const module = await openTestModule(platform);
    expect((await module.register()).code).toBe('4.03');
    platform.createDevice({ imei: '869334030000010', imsi: '460041234567899', title: 'known' });
    expect((await module.register()).code).toBe('2.01');
  });

  it('with another IMSI than the device has is forbidden', async () => {
    const platform = await openTestPlatform();
    platform.createDevice({ imei: '869334030000010', imsi: '460040000000000', title: 'known' });
    const module = await openTestModule(platform);
    expect((await module.register()).code).toBe('4.03');
  });

  it('needs the Auth_Code of a device that has one', async () => {
    const platform = await openTestPlatform();
    platform.createDevice({ imei: '869334030000010', imsi: '460041234567899', title: 'known', authCode: 'abc123' });
    const module = await openTestModule(platform);
    expect((await module.register({ authCode: 'wrong' })).code).toBe('4.03');
    expect((await module.register({ authCode: 'abc123' })).code).toBe('2.01');
  });

  it('takes the place of an earlier one, whose location is gone', async () => {
    const platform = await openTestPlatform();
    const events = record(platform);
    const [first, second] = [await openTestModule(platform), await openTestModule(platform)];
    await first.register();
    await second.register();
    expect(events.map((event) => (event.kind === 'offline' ? event.reason : event.kind))).toContain('replaced');
    expect((await first.update(['lt=60'])).code).toBe('4.04');
    expect((await second.update(['lt=60'])).code).toBe('2.04');
  });

  it('is renewed by an update, and ends with its lifetime', async () => {
    let nowMs = 0;
    const platform = await openTestPlatform({ now: () => nowMs });
    const module = await openTestModule(platform);
    await module.register({ queries: ['lt=60'] });
    nowMs = 59_000;
    expect((await module.update([])).code).toBe('2.04');
    nowMs = 118_999;
    expect(onlineOf(platform)).toEqual([true]);
    nowMs = 119_000;
    expect(onlineOf(platform)).toEqual([false]);
    expect((await module.update([])).code).toBe('4.04');
  });

  it('is noticed to be over without anybody asking', async () => {
    let nowMs = 0;
    const platform = await openTestPlatform({ now: () => nowMs });
    const events = record(platform);
    await (await openTestModule(platform)).register({ queries: ['lt=60'] });
    nowMs = 60_000;
    await expect.poll(() => events.at(-1), { timeout: 3000 }).toMatchObject({ kind: 'offline', reason: 'expired' });
  });

  it('takes a new lifetime and a new address with an update', async () => {
    const platform = await openTestPlatform();
    const [module, moved] = [await openTestModule(platform), await openTestModule(platform)];
    await module.register();
    moved.registrationId = module.registrationId;
    expect((await moved.update(['lt=120', 'b=UQ'])).code).toBe('2.04');
    expect(platform.devices[0]?.registration).toMatchObject({
      lifetimeSeconds: 120,
      binding: 'UQ',
      peer: moved.endpoint.address,
    });
  });

  it.each([
    ['lt=never', ''],
    ['lt=60', 'nonsense'],
    ['b=X', ''],
    ['b=', ''],
    ['b=u', ''],
  ])('is not changed by an update with "%s" and "%s"', async (query, objects) => {
    const module = await openTestModule(await openTestPlatform());
    await module.register();
    expect((await module.update([query], objects)).code).toBe('4.00');
  });

  it('ends with a deregistration', async () => {
    const platform = await openTestPlatform();
    const module = await openTestModule(platform);
    await module.register();
    expect((await module.deregister()).code).toBe('2.02');
    expect(onlineOf(platform)).toEqual([false]);
    expect((await module.deregister()).code).toBe('4.04');
  });

  it.each([
    ['0.01', '/rd', '4.05'],
    ['0.02', '/bs', '4.04'],
    ['0.01', '/.well-known/core', '4.04'],
    ['0.02', '/rd/unknown', '4.04'],
    ['0.02', '/rd/a/b', '4.04'],
  ])('has no place for %s %s', async (code, path, expected) => {
    const platform = await openTestPlatform();
    const module = await openTestModule(platform);
    expect((await module.endpoint.request(platform.coap, { code, options: uriPathOptions(path) })).code).toBe(expected);
  });

  it('knows no PUT on a location', async () => {
    const platform = await openTestPlatform();
    const module = await openTestModule(platform);
    await module.register();
    const options = uriPathOptions(`/rd/${module.registrationId}`);
    expect((await module.endpoint.request(platform.coap, { code: '0.03', options })).code).toBe('4.05');
  });
});

describe('after a registration', () => {
  const discovers = ['DISCOVER /3303', 'DISCOVER /3306'];
  const observes = ['GET /3303/0 observe=0', 'GET /3303/1 observe=0', 'GET /3306/0 observe=0'];

  it.each([
    ['all objects are discovered, then all instances observed', {}, [...discovers, ...observes]],
    ['the order can be that of the real logs', { observeFirst: true }, [...observes, ...discovers]],
    ['discovering can be left out', { autoDiscover: false }, observes],
    ['observing can be left out', { autoObserve: false }, discovers],
    [
      'the standard objects can be asked for too',
      { includeStandardObjects: true, autoObserve: false },
      ['DISCOVER /0', ...discovers],
    ],
  ])('%s', async (_title, options, expected) => {
    const platform = await openTestPlatform(options);
    const events = record(platform);
    const module = await openTestModule(platform);
    await module.register();
    await expect.poll(() => events.at(-1)?.kind).toBe('broughtUp');
    expect(module.asked).toEqual(expected);
  });

  it('a device created without automatic subscription is not observed', async () => {
    const platform = await openTestPlatform();
    platform.createDevice({ imei: '869334030000010', imsi: '460041234567899', title: '', isAutoObserved: false });
    const events = record(platform);
    const module = await openTestModule(platform);
    await module.register();
    await expect.poll(() => events.at(-1)?.kind).toBe('broughtUp');
    expect(module.asked).toEqual(discovers);
  });

  it('one question waits for the answer to the one before', async () => {
    const platform = await openTestPlatform();
    let open = 0;
    let most = 0;
    const answers = cisAnswers();
    const module = await openTestModule(platform, async (request) => {
      most = Math.max(most, (open += 1));
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return answers(request);
    });
    await module.bringUp();
    expect(most).toBe(1);
  });

  it('a question that is refused does not stop the next', async () => {
    const platform = await openTestPlatform();
    const events = record(platform);
    const module = await openTestModule(platform, () => ({ code: '4.05' }));
    await module.register();
    await expect.poll(() => events.at(-1)?.kind).toBe('broughtUp');
    expect(events.filter((event) => event.kind === 'refused').map((event) => event.reason)).toEqual(
      Array(5).fill('METHOD_NOT_ALLOWED'),
    );
  });

  it('an unanswered question is sent three times with the same bytes', async () => {
    const platform = await openTestPlatform({
      autoObserve: false,
      transmission: { ackTimeoutMs: 5, ackRandomFactor: 1 },
      requestTimeoutMs: 300,
    });
    const events = record(platform);
    const sent: string[] = [];
    platform.onDatagram = (direction, bytes) => {
      if (direction === 'out') sent.push(Buffer.from(bytes).toString('hex'));
    };
    const module = await openTestModule(platform, () => undefined);
    await module.register({ objects: '</3303/0>' });
    await expect.poll(() => events.at(-1)?.kind).toBe('broughtUp');
    expect(events.find((event) => event.kind === 'refused')?.reason).toBe('TIME_OUT');
    expect(sent.slice(1)).toEqual(Array(3).fill(sent[1]));
  });

  it('an update with a new instance asks for that alone', async () => {
    const platform = await openTestPlatform();
    const module = await openTestModule(platform);
    await module.bringUp();
    await module.update([], '</3303/0>,</3303/1>,</3306/0>,</3306/1>');
    await expect.poll(() => module.asked).toEqual(['DISCOVER /3306', 'GET /3306/1 observe=0']);
  });

  it('an update without an object forgets its resources and observations', async () => {
    const platform = await openTestPlatform();
    const events = record(platform);
    const module = await openTestModule(platform);
    await module.register();
    await expect.poll(() => events.at(-1)?.kind).toBe('broughtUp');
    await module.update([], '</3303/0>,</3303/1>');
    const device = platform.devices[0]!;
    expect([...device.resources.keys()]).toEqual([3303]);
    expect(platform.session(device)?.observedPaths).toEqual([
      { objectId: 3303, instanceId: 0 },
      { objectId: 3303, instanceId: 1 },
    ]);
  });

  it('a tree below another root is asked there', async () => {
    const platform = await openTestPlatform({ autoObserve: false });
    const module = await openTestModule(platform);
    await module.register({ objects: '</lwm2m>;rt="oma.lwm2m";ct=11543,</lwm2m/3303/0>' });
    await expect.poll(() => module.asked).toEqual(['DISCOVER /lwm2m/3303']);
  });
});
