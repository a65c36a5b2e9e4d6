import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { memorySecrets, openSecretFile } from '../../main/platform/secrets.ts';
import { exportToFile } from '../../main/journal/exporters.ts';
import type { PlatformOperation } from '../../shared/platform.ts';
import { startApplication, startDevice, testFolder } from '../device/rig.ts';
import { freeOrigin, openBench, secretKey, startServer } from './rig.ts';

const read: PlatformOperation = { kind: 'read', path: '/3303/0/5700' };

describe('what goes wrong is said clearly', () => {
  it('a wrong key, a missing one and the right one', async () => {
    const { application, device, simulator, ask } = await openBench({ simulator: { platform: { apiKey: secretKey } } });
    await application.changeSettings({ platformMode: 'host', platformHost: simulator.simulator.http });
    const { state } = device;
    expect((await ask(read, 'host')).fault).toMatchObject({
      code: 'PLATFORM_KEY',
      message: 'errno 1 authentication failed',
    });
    await application.platformKey.set('something-else');
    expect((await ask(read, 'host')).fault).toMatchObject({ code: 'PLATFORM_KEY' });
    await application.platformKey.set(` ${secretKey} `);
    expect(state.state.platform).toMatchObject({ hasKey: true, isKeyKept: false });
    const good = await ask(read, 'host');
    expect(good).toMatchObject({ status: 'done', errno: 0, mode: 'host' });
    expect(good.requestIds).toHaveLength(1);
    await application.platformKey.clear();
    expect(state.state.platform.hasKey).toBe(false);
  });

  it('a host that needs a key is not even asked without one', async () => {
    const device = await startDevice();
    expect(() => device.platform.begin({ mode: 'host', operation: read })).toThrow(
      expect.objectContaining({ code: 'PLATFORM_KEY', detail: 'https://api.heclouds.com' }) as Error,
    );
    expect(() => device.platform.begin({ mode: 'simulated', operation: read })).toThrow(
      expect.objectContaining({ code: 'PORT_NOT_OPEN' }) as Error,
    );
    expect(device.state.state.platformCalls).toEqual({});
  });

  it('a key that the key store can read no more is not spoken of as there', async () => {
    const file = path.join(testFolder(), 'secrets.json');
    const cipher = { isAvailable: () => true, encrypt: () => Uint8Array.of(1), decrypt: () => secretKey };
    await (await openSecretFile(file, cipher)).set('https://api.heclouds.com', secretKey);
    const reset = () => {
      throw new Error('no such item');
    };
    const device = await startDevice({ secrets: await openSecretFile(file, { ...cipher, decrypt: reset }) });
    expect(device.state.state.platform).toMatchObject({ hasKey: true, isKeyKept: true });
    expect(() => device.platform.begin({ mode: 'host', operation: read })).toThrow(
      expect.objectContaining({ code: 'PLATFORM_KEY' }) as Error,
    );
    expect(device.state.state.platform).toMatchObject({ hasKey: false, isKeyKept: false });
  });

  it('a key belongs to the host it was given for', async () => {
    const asked: unknown[] = [];
    const other = await startServer((request, response) => {
      asked.push(request.headers['api-key']);
      response.end('{"errno":0}');
    });
    const application = await startApplication();
    const device = application.openDevice();
    const { platform, state } = device;
    await application.platformKey.set(secretKey);
    expect(state.state.platform.hasKey).toBe(true);
    await application.changeSettings({ platformHost: other.origin });
    expect(state.state.platform.hasKey).toBe(false);
    await platform.begin({ mode: 'host', operation: { kind: 'status', deviceId: '5' } }).done;
    expect(asked).toEqual([undefined]);
    await application.changeSettings({ platformHost: 'https://api.heclouds.com' });
    expect(state.state.platform.hasKey).toBe(true);
  });

  it.each(['', ' ', 'with space', 'line\nfeed', '密钥', 'x'.repeat(257)])('%j is no key', async (key) => {
    const { platformKey } = await startApplication();
    await expect(platformKey.set(key)).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      message: 'That is no api-key',
    });
  });

  it('a device that is offline', async () => {
    const { ask } = await openBench({ register: false });
    const call = await ask(read);
    expect(call.fault).toMatchObject({ code: 'PLATFORM_OFFLINE' });
    expect(call.requestIds).toEqual([]);
  });

  it('a module that does not answer in time, with the request it got', async () => {
    const { device, ask } = await openBench({ simulator: { platform: { requestTimeoutMs: 300 } } });
    vi.spyOn(device.store, 'read').mockImplementation(() => {
      throw new Error('not reached');
    });
    const { engine } = device.session;
    vi.spyOn(engine, 'receive').mockImplementation(() => undefined);
    const call = await ask(read);
    expect(call.fault).toMatchObject({ code: 'PLATFORM_TIMEOUT', detail: 'TIME_OUT' });
  });

  it('a host nobody listens at, one that answers with a page, one with 5 MB', async () => {
    const application = await startApplication();
    const device = application.openDevice();
    const status = { mode: 'host', operation: { kind: 'status', deviceId: '5' } } as const;
    const at = async (platformHost: string) => {
      await application.changeSettings({ platformHost });
      return device.platform.begin(status).done;
    };
    const nobody = await freeOrigin();
    expect(await at(nobody)).toMatchObject({
      status: 'failed',
      fault: { code: 'PLATFORM_UNREACHABLE', detail: nobody },
    });
    const page = await startServer((_, response) => response.end('<html>Sign in</html>'));
    expect(await at(page.origin)).toMatchObject({
      fault: { code: 'PLATFORM_ANSWER' },
      httpStatus: 200,
      body: '<html>Sign in</html>',
    });
    const large = await startServer((_, response) => response.end(' '.repeat(5_000_000)));
    expect((await at(large.origin)).fault).toMatchObject({ code: 'PLATFORM_ANSWER', detail: 'longer than 1 MB' });
    const long = await startServer((_, response) =>
      response.end(JSON.stringify({ errno: 0, data: 'x'.repeat(100_000) })),
    );
    const cut = await at(long.origin);
    expect([cut.status, cut.body?.length, cut.cutFromBytes]).toEqual(['done', 65_536, 100_021]);
  });

  it('too many at once, and what is under way at the end is given up', async () => {
    const silent = await startServer(() => undefined);
    const device = await startDevice({ settings: { platformHost: silent.origin } });
    const begin = () => device.platform.begin({ mode: 'host', operation: { kind: 'status', deviceId: '5' } });
    const calls = Array.from({ length: 20 }, begin);
    expect(begin).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }) as Error);
    await device.close();
    const ends = await Promise.all(calls.map(({ done }) => done));
    expect(new Set(ends.map(({ fault }) => fault?.code))).toEqual(new Set(['CANCELLED']));
  });
});

describe('the calls in the state', () => {
  it('are the last hundred', async () => {
    const quick = await startServer((_, response) => response.end('{"errno":0,"data":{"devices":[]}}'));
    const device = await startDevice({ settings: { platformHost: quick.origin } });
    for (let i = 0; i < 105; i += 1) {
      await device.platform.begin({ mode: 'host', operation: { kind: 'status', deviceId: '5' } }).done;
    }
    const ids = Object.keys(device.state.state.platformCalls).map(Number);
    expect([ids.length, Math.min(...ids), Math.max(...ids)]).toEqual([100, 6, 105]);
  });

  it('forget the id of the simulated device with the module', async () => {
    const { device, ask } = await openBench({ register: false });
    await ask({ kind: 'status' });
    await ask({ kind: 'createDevice', title: 'x', imei: '866971030000001', imsi: '460040000000001', isObserved: true });
    expect(device.state.state.platform.deviceIds).toEqual({});
    await device.session.suite.register();
    await ask({ kind: 'findDevice' });
    await ask(read);
    expect(device.state.state.platform.deviceIds.simulated).toMatch(/^\d+$/);
    await device.closePort();
    expect(device.state.state.platform.deviceIds).toEqual({});
  });
});

describe('the id of the device on a real host', () => {
  it('is forgotten when another module is connected, and stays when the same one comes back', async () => {
    const one = await startServer((_, response) => response.end('{"errno":0,"data":{"id":23444,"online":true}}'));
    const device = await startDevice({ settings: { platformHost: one.origin } });
    const connected = (imei: string): void => {
      device.state.change({ module: {} });
      device.state.change({ module: { imei } });
    };
    const known = () => device.state.state.platform.deviceIds.host;
    connected('866971030000001');
    await device.platform.begin({ mode: 'host', operation: { kind: 'findDevice' } }).done;
    expect(known()).toBe('23444');
    connected('866971030000001');
    expect(known()).toBe('23444');
    connected('866971030000002');
    expect(known()).toBeUndefined();
  });

  it('is not taken from an answer about a module that has left meanwhile', async () => {
    let answer: (() => void) | undefined;
    const slow = await startServer((_, response) => (answer = () => response.end('{"errno":0,"data":{"id":1}}')));
    const device = await startDevice({ settings: { platformHost: slow.origin } });
    device.state.change({ module: { imei: '866971030000001' } });
    const { done } = device.platform.begin({ mode: 'host', operation: { kind: 'findDevice' } });
    await expect.poll(() => answer).toBeDefined();
    device.state.change({ module: { imei: '866971030000002' } });
    answer?.();
    expect((await done).status).toBe('done');
    expect(device.state.state.platform.deviceIds).toEqual({});
  });
});

describe('the key', () => {
  it('is in no state, log, journal, export, settings file or curl text, even when the host prints it back', async () => {
    const folder = testFolder();
    const secrets = memorySecrets();
    const { application, device, journals, ask } = await openBench({
      application: { settingsFile: path.join(folder, 'settings.json'), secrets },
    });
    const mirror = await startServer((request, response) => {
      response.end(JSON.stringify({ errno: 5108, error: `headers ${JSON.stringify(request.headers)}` }));
    });
    const patches: unknown[] = [];
    device.state.onPatch((patch) => patches.push(patch));
    await application.changeSettings({ platformHost: mirror.origin, platformMode: 'host' });
    await application.platformKey.set(secretKey);
    const call = await ask(read, 'host');
    expect(call.body).toContain('(api-key)');
    expect(secrets.get(mirror.origin)).toBe(secretKey);
    const curl = device.platform.curl({ mode: 'host', operation: read });

    const { journal } = device;
    await journal?.flush();
    for (const format of ['txt', 'csv', 'ndjson'] as const) {
      await exportToFile(journal?.file ?? '', path.join(folder, `export.${format}`), { format, mask: false });
    }
    device.state.flush();
    const written = [folder, journals].flatMap((place) =>
      readdirSync(place).map((name) => readFileSync(path.join(place, name), 'latin1')),
    );
    expect(written.length).toBeGreaterThanOrEqual(5);
    const everything = [
      JSON.stringify(device.state.snapshot()),
      JSON.stringify(patches),
      JSON.stringify(device.log.read(1, 2000)),
      curl,
      ...written,
    ].join('\n');
    const parts = secretKey.slice(10);
    for (const form of [secretKey, parts, Buffer.from(secretKey).toString('base64'), encodeURIComponent(secretKey)]) {
      expect(everything).not.toContain(form);
    }
  });

  it('nor does the AuthCode of a device that is created, though the platform gets it', async () => {
    const authCode = 'Ab12Cd34Ef56';
    const { application, device, journals, ask } = await openBench();
    const got: string[] = [];
    const mirror = await startServer((request, response) => {
      let body = '';
      request.on('data', (bytes: Buffer) => (body += bytes.toString()));
      request.on('end', () => {
        got.push(body);
        response.end(JSON.stringify({ errno: 0, data: { echo: body } }));
      });
    });
    await application.changeSettings({ platformHost: mirror.origin, platformMode: 'host' });
    const create = {
      kind: 'createDevice',
      title: 'x',
      imei: '8669',
      imsi: '4600',
      authCode,
      isObserved: true,
    } as const;
    const call = await ask(create, 'host');
    expect(got).toEqual([expect.stringContaining(authCode)]);
    expect([call.requestBody, call.curl, call.body].map((text) => text?.includes('(AuthCode)'))).toEqual([
      true,
      true,
      true,
    ]);
    await device.journal?.flush();
    const [name = ''] = readdirSync(journals);
    const everything = JSON.stringify(device.state.snapshot()) + readFileSync(path.join(journals, name), 'latin1');
    expect(everything).toContain('(AuthCode)');
    expect(everything).not.toContain(authCode);
    const short = await ask({ ...create, authCode: 'a1' }, 'host');
    expect(short.requestBody).toContain('(AuthCode)');
  });
});
