import { createSocket } from 'node:dgram';
import { expect, onTestFinished, test } from 'vitest';
import { decodeMessage } from '../../../main/sim/coap/message.ts';
import { accept, optionNumbers } from '../../../main/sim/coap/options.ts';
import type { DeviceSession } from '../../../main/sim/platform/deviceSession.ts';
import type { Platform } from '../../../main/sim/platform/platform.ts';
import { goldenDatagrams, hexOfBytes } from '../../golden.ts';
import { Arrivals } from '../host.ts';
import { call, openTestPlatform } from './open.ts';

/** The captured module at the platform: its very datagrams, with the ids and the location that chance decides put in. */
const capture = goldenDatagrams();
const imei = '869334030000010';
const temperature = `imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5700`;
const done = '{"errno":0,"error":"succ"}';
const locationLength = 10;
const capturedLocation = Buffer.from('CorSCAMpFn');

const idOf = (bytes: Uint8Array): number => ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
const tokenLengthOf = (bytes: Uint8Array): number => (bytes[0] ?? 0) & 15;

/** The captured datagram with that message id. */
function captured(messageId: number, from: 'module' | 'server'): Uint8Array {
  const step = capture.find((one) => one.from === from && idOf(one.bytes) === messageId);
  if (!step) throw new Error(`The capture has no ${messageId} from the ${from}`);
  return step.bytes;
}

/** A datagram with message id and token of another. */
function withIdsOf(bytes: Uint8Array, other: Uint8Array): Uint8Array {
  expect(tokenLengthOf(bytes)).toBe(tokenLengthOf(other));
  const copy = Uint8Array.from(bytes);
  copy.set(other.subarray(2, 4 + tokenLengthOf(other)), 2);
  return copy;
}

function withLocation(bytes: Uint8Array, location: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(capturedLocation);
  expect(at).toBeGreaterThan(0);
  copy.set(location, at);
  return copy;
}

const withoutIds = (bytes: Uint8Array): string =>
  hexOfBytes(bytes.subarray(0, 2)) + hexOfBytes(bytes.subarray(4 + tokenLengthOf(bytes)));

/** What is asked, apart from Accept, at which a CIS module looks for Discover alone. */
function question(bytes: Uint8Array): string {
  const message = decodeMessage(bytes);
  const options = message.options
    .filter(({ number }) => number !== optionNumbers.accept || accept(message) === 40)
    .map(({ number, value }) => `${number}=${hexOfBytes(value)}`);
  return [message.code, ...options, hexOfBytes(message.payload)].join(' ');
}

const isRequest = (bytes: Uint8Array): boolean => (bytes[1] ?? 0) < 0x20;

/** Registers the captured module; answers what the capture has an answer to, and keeps everything the platform sends. */
async function openCaptured() {
  const platform: Platform = await openTestPlatform({
    typeOf: ({ resourceId = 0 }) => ({ 5851: 'integer' as const, 5701: 'string' as const })[resourceId] ?? 'float',
    autoObserve: false,
  });
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  const replies = new Arrivals<Uint8Array>();
  const requests: Uint8Array[] = [];
  const send = (bytes: Uint8Array): void => socket.send(bytes, platform.coap.port, platform.coap.host);
  socket.on('message', (bytes) => {
    if (!isRequest(bytes)) {
      replies.push(bytes);
      return;
    }
    requests.push(bytes);
    const asked = capture.find(
      (one) => one.from === 'server' && isRequest(one.bytes) && question(one.bytes) === question(bytes),
    );
    if (asked) send(withIdsOf(captured(idOf(asked.bytes), 'module'), bytes));
  });
  send(captured(20012, 'module'));
  const answer = await replies.next('the answer to the registration');
  const location = answer.subarray(-locationLength);
  const session = (): DeviceSession => platform.session(platform.devices[0]!)!;
  await expect.poll(() => platform.devices[0]?.resources.size).toBe(2);
  return { platform, replies, requests, send, answer, location, session };
}

test('the registration is answered with the bytes of the capture, but for the location', async () => {
  const { answer, location, platform } = await openCaptured();
  expect(hexOfBytes(answer)).toBe(hexOfBytes(withLocation(captured(20012, 'server'), location)));
  expect(platform.devices[0]?.registration?.paths).toEqual([
    { objectId: 0, instanceId: 0 },
    { objectId: 3303, instanceId: 0 },
    { objectId: 3303, instanceId: 1 },
    { objectId: 3306, instanceId: 0 },
  ]);
});

test('what the platform asks are the bytes of the capture, and the captured answers are understood', async () => {
  const { platform, requests, session } = await openCaptured();
  const sensor = { objectId: 3303, instanceId: 0, resourceId: 5700 };
  expect(await call(platform, 'GET', `/nbiot?${temperature}`)).toContain('"val":20.123');
  await session().write({ objectId: 3306, instanceId: 0, resourceId: 5851 }, 1, [
    { id: 5851, value: Uint8Array.of(0x21) },
  ]);
  expect(await call(platform, 'GET', `/nbiot?imei=${imei}&obj_id=3303`)).toContain('"val":-3.5');
  await session().writeText({ objectId: 3306, instanceId: 0, resourceId: 5850 }, '1');
  const execute = `imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5605`;
  expect(await call(platform, 'POST', `/nbiot/execute?${execute}`, { args: 'reset' })).toBe(done);
  const attributes = `${temperature}&pmin=15&pmax=60&gt=50&lt=0&st=2`;
  expect(await call(platform, 'POST', `/nbiot/observe?${attributes}`, {})).toBe(done);
  expect(await call(platform, 'POST', `/nbiot/observe?imei=${imei}&obj_id=3303&obj_inst_id=1`, {})).toBe(done);
  await session().cancelObservation(sensor);

  const inOrder = [64422, 64423, 64424, 64429, 64428, 64430, 64431, 64432, 64433, 64434, 64435];
  expect(requests.map(withoutIds)).toEqual(inOrder.map((id) => withoutIds(captured(id, 'server'))));
});

test.each([
  [
    'instance',
    `obj_id=3303&obj_inst_id=0`,
    '[{"val":10.123,"res_id":5601},{"val":20.123,"res_id":5700},{"val":"Cel","res_id":5701}]',
  ],
  ['string', `obj_id=3303&obj_inst_id=0&res_id=5701`, '[{"val":"Cel","res_id":5701}]'],
])('the captured answer to the read of the %s is understood', async (_what, path, expected) => {
  const { platform } = await openCaptured();
  expect(await call(platform, 'GET', `/nbiot?imei=${imei}&${path}`)).toContain(expected);
});

test('the captured notifications, typed ACK under ids of their own, become data points', async () => {
  const { platform, requests, send } = await openCaptured();
  await call(platform, 'POST', `/nbiot/observe?${temperature}`, {});
  await call(platform, 'POST', `/nbiot/observe?imei=${imei}&obj_id=3303&obj_inst_id=1`, {});
  for (const [position, id] of [20013, 20014].entries()) {
    const notification = Uint8Array.from(captured(id, 'module'));
    // The token is that of the observation; the message id is the module's own and stays.
    notification.set((requests.at(position - 2) ?? notification).subarray(4, 12), 4);
    send(notification);
  }
  const stored = () =>
    platform.devices[0]?.datapoints.find({}).streams.map(({ id, datapoints }) => [id, datapoints[0]?.value]);
  await expect.poll(stored).toEqual([
    ['3303_0_5700', { numberText: '21.5' }],
    ['3303_1_5700', { numberText: '-7.25' }],
  ]);
});

test('updates and the deregistration are answered with the bytes of the capture', async () => {
  const { platform, send, replies, location } = await openCaptured();
  for (const id of [20015, 20016]) {
    send(withLocation(captured(id, 'module'), location));
    expect(hexOfBytes(await replies.next('the answer to the update'))).toBe(hexOfBytes(captured(id, 'server')));
  }
  expect(platform.devices[0]?.registration?.lifetimeSeconds).toBe(3600);
  const leaving = withLocation(captured(20017, 'module'), location);
  send(leaving);
  // The capture ends here: ACK 2.02 with the ids of the request is what RFC 7252 and LwM2M 1.0 §5.3.3 ask for.
  const answer = await replies.next('the answer to the deregistration');
  expect(hexOfBytes(answer)).toBe(`6442${hexOfBytes(leaving.subarray(2, 8))}`);
  expect(platform.devices[0]?.registration).toBeUndefined();
});

test('every datagram of the capture has its part in this replay', () => {
  const ids = capture.map(({ bytes, from }) => `${from} ${idOf(bytes)}`);
  const asModule = [
    20012, 20013, 20014, 20015, 20016, 20017, 64422, 64423, 64424, 64426, 64427, 64428, 64429, 64430, 64431, 64432,
    64433, 64434, 64435,
  ];
  const asServer = [20012, 20015, 20016, 64422, 64423, 64424, 64428, 64429, 64430, 64431, 64432, 64433, 64434, 64435];
  // Leshan asked for a format three times, which this platform does not: a CIS module takes no notice.
  const withAccept = ['server 64425', 'module 64425', 'server 64426', 'server 64427'];
  const covered = [...asModule.map((id) => `module ${id}`), ...asServer.map((id) => `server ${id}`), ...withAccept];
  expect(new Set(covered)).toEqual(new Set(ids));
});
