import { describe, expect, onTestFinished, test } from 'vitest';
import { CoapEndpoint } from '../../main/sim/coap/endpoint.ts';
import type { CoapMessage } from '../../main/sim/coap/message.ts';
import {
  authCode,
  contentFormatOption,
  encodeText,
  uriPath,
  uriPathOptions,
  uriQuery,
} from '../../main/sim/coap/options.ts';
import type { BootstrapEvent } from '../../main/sim/platform/bootstrapServer.ts';
import { openBootstrapServer } from '../../main/sim/platform/bootstrapServer.ts';
import type { ProfileName } from '../../main/sim/profile.ts';
import { openSimulator, readName } from '../../main/sim/simulator.ts';
import type { SimulatorOptions } from '../../main/sim/simulator.ts';
import { encodeTlv } from '../../main/sim/tlv.ts';
import { Host } from './host.ts';
import { seedProfile, startBooted, startServer } from './moduleAndServer.ts';

/** A bootstrapped module with a host at it; nothing waits for anything. */
async function start(profile: string, options: Partial<SimulatorOptions> = {}) {
  const events: BootstrapEvent[] = [];
  const simulator = await openSimulator({
    profile,
    baudRate: 0,
    radioSpeed: Infinity,
    onBootstrap: (event) => events.push(event),
    ...options,
  });
  onTestFinished(() => simulator.close());
  const host = new Host(simulator.link);
  await expect.poll(() => host.received).toMatch(/OK|READY/);
  await host.must('ATE0');
  return { simulator, host, events };
}

const create: Record<ProfileName, string> = {
  'm5310-seed': 'AT+MIPLCREATE',
  m5310a: 'AT+MIPLCREATEEX="183.230.40.39:5683",1',
  m5311: 'AT+MIPLCREATEEX="nbiotbt.heclouds.com",1',
  bc28: 'AT+MIPLCREATE',
  me3616: 'AT+MIPLCREATE',
  nb73: 'AT+MIPLCREATE',
};

/** Creates, adds an object, opens; resolves with the events printed up to the last one named. */
async function open(host: Host, creation: string, last = 6): Promise<number[]> {
  await host.must(creation);
  await host.must('AT+MIPLADDOBJ=0,3303,2,"11",6,1');
  await host.must('AT+MIPLOPEN=0,3600,30');
  const events: number[] = [];
  while (events.at(-1) !== last) events.push(Number((await host.urc('+MIPLEVENT')).split(/[:,]/)[2]));
  return events;
}

const order: [ProfileName, number[]][] = [
  ['m5310-seed', [1, 2, 6]],
  ['m5310a', [2, 6]],
  ['m5311', [2, 4, 6]],
  ['bc28', [1, 2, 4, 6]],
  ['me3616', [1, 2, 4, 6]],
  ['nb73', [1, 2, 4, 6]],
];

describe('bootstrapped in the manner of onenet', () => {
  test.each(order)('%s prints the events %j and is online', async (name, expected) => {
    const { host, simulator } = await start(name, { bootstrap: 'onenet' });
    expect(await open(host, create[name])).toEqual(expected);
    expect(simulator.platform.devices.map((device) => device.registration !== undefined)).toEqual([true]);
  });
});

test.each(['onenet', 'lwm2m'] as const)('a stack that keeps to the standard takes every step of %s', async (style) => {
  const { host, events } = await start('bc28?personality=spec', { bootstrap: style });
  expect(await open(host, 'AT+MIPLCREATE')).toEqual([1, 2, 4, 6]);
  expect(events.map(({ kind }) => kind)).toEqual(['asked', 'finished']);
});

/** The lwm2m style writes the account over the core's own at the bootstrap server, so that it has none to register with. */
test.each(order)('%s, bootstrapped in the manner of lwm2m, ends with a host without name', async (name, expected) => {
  const { host, simulator } = await start(name, { bootstrap: 'lwm2m' });
  const isOnTheWay = (event: number): boolean => event < 4;
  expect(await open(host, create[name], 5)).toEqual([...expected.filter(isOnTheWay), 5]);
  expect(simulator.platform.devices).toEqual([]);
  // It is not open any more, and may try again.
  await host.must('AT+MIPLOPEN=0,3600,30');
  expect(Number((await host.urc('+MIPLEVENT')).split(',')[1])).toBe(expected[0]);
});

test('a CIS module refuses deletions and the Server object', async () => {
  const { host, events } = await start('m5310-seed', { bootstrap: 'lwm2m' });
  await open(host, 'AT+MIPLCREATE', 5);
  expect(events.filter((event) => event.kind === 'refused').map(({ step, code }) => `${step} ${code}`)).toEqual([
    'DELETE /0 5.01',
    'DELETE /1 5.01',
    'PUT /1/1 4.04',
  ]);
});

test('a configuration that names a server to register with goes there without bootstrap', async () => {
  const { host, events } = await start('m5310a', { bootstrap: 'onenet' });
  expect(await open(host, 'AT+MIPLCREATEEX="183.230.40.40:5683",0')).toEqual([6]);
  expect(events).toEqual([]);
});

test('a blob whose host is marked as bootstrap host is bootstrapped', async () => {
  const { host, events } = await start('m5310a', { bootstrap: 'onenet' });
  const blob = '130031F10003F2002304001100000000000010123138332E3233302E34302E33393A35363833000131F300080000000000';
  expect(await open(host, `AT+MIPLCREATE=49,${blob},0,49,0`)).toEqual([2, 6]);
  expect(events.map(({ kind }) => kind)).toEqual(['asked', 'finished']);
});

test('a device the platform does not know is turned away, which is event 3', async () => {
  const { host, events } = await start('bc28', { bootstrap: 'onenet', platform: { isStrict: true } });
  expect(await open(host, 'AT+MIPLCREATE', 3)).toEqual([1, 3]);
  expect(events.map(({ kind }) => kind)).toEqual(['turnedAway']);
});

test('an OPEN that failed at the bootstrap may be tried again', async () => {
  const { host, simulator } = await start('bc28', { bootstrap: 'onenet', platform: { isStrict: true } });
  await open(host, 'AT+MIPLCREATE', 3);
  simulator.platform.createDevice({ imei: simulator.imei, imsi: simulator.imsi, title: 'late' });
  await host.must('AT+MIPLOPEN=0,3600,30');
  expect(await host.urc('+MIPLEVENT: 0,6')).toBe('+MIPLEVENT: 0,6');
});

test.each([
  ['that of the device', 'secret1', 6],
  ['another one', 'wrong', 3],
])('a device with an Auth_Code is let in with it alone: %s', async (_, code, last) => {
  const { host, simulator } = await start('m5310a', { bootstrap: 'onenet' });
  const { imei, imsi } = simulator;
  simulator.platform.createDevice({ imei, imsi, title: 'guarded', authCode: 'secret1' });
  expect((await open(host, `AT+MIPLCREATEEX="183.230.40.39:5683",1,"${code}",""`, last)).at(-1)).toBe(last);
});

/** A bootstrap server by hand: what came, and how to write. */
async function byHand(style: Parameters<typeof seedProfile>[1] = {}) {
  const server = await startServer((message) => (uriPath(message)[0] === 'bs' ? { code: '2.04' } : undefined));
  const { host } = await startBooted({
    profile: seedProfile({ openEvents: { direct: [6], bootstrap: [1, 2, 4, 6] } }, style),
    bootstrap: server.endpoint.address,
    authCode: 'abc123',
  });
  await host.must('AT+MIPLCREATE');
  await host.must('AT+MIPLADDOBJ=0,3303,1,"1",6,1');
  await host.must('AT+MIPLOPEN=0,3600,30');
  const asked = await server.requests.next('the request for a bootstrap');
  const peer = server.state.module ?? { host: '', port: 0 };
  const send = (
    code: string,
    path: string,
    payload: Uint8Array = new Uint8Array(),
    format = 1542,
  ): Promise<CoapMessage> =>
    server.endpoint.request(peer, {
      code,
      options: [...uriPathOptions(path), ...(payload.length > 0 ? [contentFormatOption(format)] : [])],
      payload,
    });
  return { server, host, asked, send };
}

/** Security object with an address, as a server for registrations unless told otherwise. */
const account = (uri: string, isBootstrap = 0): Uint8Array =>
  encodeTlv([
    { kind: 'resource', id: 0, value: encodeText(uri) },
    { kind: 'resource', id: 1, value: Uint8Array.of(isBootstrap) },
  ]);

test('the request names the endpoint and carries the Auth_Code, and so does the registration', async () => {
  const { server, asked, send } = await byHand();
  expect([uriPath(asked).join('/'), ...uriQuery(asked)]).toEqual(['bs', 'ep=869334030000010;460041234567899']);
  expect(authCode(asked)).toBe('abc123');
  const { port } = server.endpoint.address;
  expect((await send('0.03', '0/0', account('coap://127.0.0.1:5683'))).code).toBe('2.04');
  expect((await send('0.02', 'bs')).code).toBe('2.04');
  const registration = await server.requests.next('the registration');
  expect([uriPath(registration).join('/'), authCode(registration)]).toEqual(['rd', 'abc123']);
  expect(port).toBeGreaterThan(0);
});

test.each([
  ['DELETE of everything', '0.04', '', '5.01'],
  ['DELETE of the accounts', '0.04', '0', '5.01'],
  ['PUT of the Server object', '0.03', '1/0', '4.04'],
  ['PUT of all accounts', '0.03', '0', '4.04'],
  ['PUT of one resource', '0.03', '0/0/0', '4.04'],
  ['GET', '0.01', '0/0', '4.05'],
])('the CIS core answers a %s as the real one does', async (_, code, path, expected) => {
  const { send } = await byHand();
  const payload = code === '0.03' ? account('coap://127.0.0.1:5683') : new Uint8Array();
  expect((await send(code, path, payload)).code).toBe(expected);
});

test('a finish without an account is a bootstrap that failed', async () => {
  const { host, send } = await byHand();
  await send('0.03', '0/0', account('coap://127.0.0.1:5683', 1));
  expect((await send('0.02', 'bs')).code).toBe('4.00');
  expect([await host.urc('+MIPLEVENT'), await host.urc('+MIPLEVENT')]).toEqual(['+MIPLEVENT: 0,1', '+MIPLEVENT: 0,3']);
});

test('bytes that are no account are refused', async () => {
  const { send } = await byHand();
  expect((await send('0.03', '0/0', Uint8Array.of(0xff, 1, 2))).code).toBe('4.00');
  expect((await send('0.03', '0/0', encodeText('hello'), 0)).code).toBe('4.15');
});

test('the CIS core keeps the port of the bootstrap server whatever the account says', async () => {
  const { server, send } = await byHand();
  await send('0.03', '0/0', account('coap://127.0.0.1:1234'));
  await send('0.02', 'bs');
  expect(uriPath(await server.requests.next('the registration')).join('/')).toBe('rd');
});

test('a stack that keeps to the standard goes to the port the account names', async () => {
  const access = await startServer();
  const { send } = await byHand({ name: 'spec', bootstrappedPort: 'uri' });
  await send('0.03', '0/0', account(`coap://127.0.0.1:${access.endpoint.address.port}`));
  await send('0.02', 'bs');
  expect(uriPath(await access.requests.next('the registration')).join('/')).toBe('rd');
});

test.each(['coap://:5683', '5683', '', 'coap://'])(
  'an address with nothing in front of the last five characters is a host without name: %j',
  async (uri) => {
    const { host, send } = await byHand();
    await send('0.03', '0/0', account(uri));
    expect((await send('0.02', 'bs')).code).toBe('2.04');
    expect(await host.urc('+MIPLEVENT: 0,5')).toBe('+MIPLEVENT: 0,5');
  },
);

test('an account under another number than its own is one the CIS core takes', async () => {
  const { server, send } = await byHand();
  await send('0.03', '0/1', account('coap://127.0.0.9:5683'));
  await send('0.03', '0/2', account('coap://127.0.0.1:5683'));
  expect((await send('0.02', 'bs')).code).toBe('2.04');
  expect(uriPath(await server.requests.next('the registration')).join('/')).toBe('rd');
});

test('CLOSE in the middle of a bootstrap ends it without an event', async () => {
  const { host } = await byHand();
  await host.urc('+MIPLEVENT: 0,1');
  await host.must('AT+MIPLCLOSE=0');
  await host.must('AT+MIPLDELETE=0');
  expect(host.urcs.left).toEqual([]);
});

test('a bootstrap server that is silent is event 3 when the time of OPEN is over', async () => {
  const silent = await CoapEndpoint.open({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => silent.close());
  silent.onRequest = () => undefined;
  const { host } = await startBooted({ bootstrap: silent.address });
  await host.must('AT+MIPLCREATE');
  await host.must('AT+MIPLADDOBJ=0,3303,1,"1",6,1');
  await host.must('AT+MIPLOPEN=0,3600,1');
  expect(await host.urc('+MIPLEVENT: 0,3')).toBe('+MIPLEVENT: 0,3');
});

test('a device that asks twice at once is served once', async () => {
  const server = await openBootstrapServer({ host: '127.0.0.1', port: 0, server: { host: '127.0.0.1', port: 5683 } });
  const device = await CoapEndpoint.open({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    await server.close();
    await device.close();
  });
  const steps: string[] = [];
  device.onRequest = (message) => {
    steps.push(`${message.code} ${uriPath(message).join('/')}`);
    return { code: '2.04' };
  };
  const finished = new Promise((resolve) => {
    server.onEvent = ({ kind }) => kind === 'finished' && resolve(kind);
  });
  const ask = () =>
    device.request(server.address, {
      code: '0.02',
      options: [...uriPathOptions('bs'), { number: 15, value: encodeText('ep=twice') }],
    });
  await Promise.all([ask(), ask()]);
  await finished;
  expect(steps).toEqual(['0.03 0/0', '0.02 bs']);
});

test.each([
  ['m5310-seed', undefined],
  ['m5310-seed?bootstrap', 'onenet'],
  ['bc28?echo=on&bootstrap=lwm2m', 'lwm2m'],
])('the name %s stands for bootstrap %s', (name, expected) => {
  expect(readName(name).bootstrap).toBe(expected);
});

test('another bootstrap style than there is is refused', () => {
  expect(() => readName('bc28?bootstrap=huawei')).toThrow('onenet, lwm2m');
});
