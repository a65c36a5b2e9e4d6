import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { profiles } from '../../main/sim/profiles.ts';
import type { Profile } from '../../main/sim/profile.ts';
import { openVirtualModule } from '../../main/sim/virtualModule.ts';
import { hexOfBytes, readGoldenSession } from '../golden.ts';
import type { GoldenStep } from '../golden.ts';
import { Arrivals, Host } from './host.ts';

/**
 * The core of the capture: no spaces, event 4, event 21 after every answer, notifications typed ACK. Its front end does not
 * look at lengths: one of them is wrong.
 */
const captured: Profile = {
  ...profiles['m5310-seed'],
  personality: { ...profiles['m5310-seed'].personality, notifyType: 'ack', checksListLength: false },
  spacing: { mipl: '', general: '', otherColon: [], spacedEvents: [], comma: ',' },
  openEvents: { direct: [4, 6], bootstrap: [1, 2, 4, 6] },
  deregisteredEvent: 'after',
  answerSentEvent: true,
  executeArguments: 'quoted',
};

const endings: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
});

const ackType = 2;
const typeOf = (bytes: Uint8Array): number => ((bytes[0] ?? 0) >> 4) & 3;
const tokenLengthOf = (bytes: Uint8Array): number => (bytes[0] ?? 0) & 15;

/** A datagram with the fields that chance decides set to those of the other: message id and token. */
function withIdsOf(bytes: Uint8Array, other: Uint8Array): Uint8Array {
  expect(tokenLengthOf(bytes)).toBe(tokenLengthOf(other));
  const copy = Uint8Array.from(bytes);
  copy.set(other.subarray(2, 4 + tokenLengthOf(other)), 2);
  return copy;
}

/** True for what the module began itself: its ids are chance, while answers repeat those of the request. */
function isOwnChoice(bytes: Uint8Array): boolean {
  // A notification of this core is typed ACK as well; its Observe value beyond 0 tells it from the answer to an observe.
  const isNotification = typeOf(bytes) === ackType && bytes[1] === 0x45 && /^.{8}.{16}6101/.test(hexOfBytes(bytes));
  return typeOf(bytes) !== ackType || isNotification;
}

async function openServer(): Promise<{ socket: Socket; port: number; datagrams: Arrivals<[Uint8Array, RemoteInfo]> }> {
  const socket = createSocket('udp4');
  const datagrams = new Arrivals<[Uint8Array, RemoteInfo]>();
  socket.on('message', (bytes, from) => datagrams.push([bytes, from]));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  endings.push(() => void socket.close());
  return { socket, port: socket.address().port, datagrams };
}

/** Plays the other two parts of the capture, host and server, and collects what the module contributes. */
async function replay(): Promise<Contribution[]> {
  const { socket, port, datagrams } = await openServer();
  const module = openVirtualModule({
    profile: captured,
    server: { host: '127.0.0.1', port },
    baudRate: 0,
    radioSpeed: Infinity,
  });
  endings.push(() => module.close());
  const host = new Host(module.link);
  expect(await host.urcs.next('the banner')).toMatch(/^REBOOT_CAUSE/);
  expect(await host.urcs.next('the end of the banner')).toBe('OK');

  const compared: Contribution[] = [];
  let latest: { bytes: Uint8Array; from: RemoteInfo } | undefined;
  const reply = (bytes: Uint8Array): void => {
    if (!latest) throw new Error('The module has not spoken yet');
    const isReply = typeOf(bytes) === ackType;
    socket.send(isReply ? withIdsOf(bytes, latest.bytes) : bytes, latest.from.port, latest.from.address);
  };
  for (const step of readGoldenSession()) {
    if (step.kind === 'at' && step.from === 'host') {
      for (const line of await host.must(step.line)) host.urcs.push(line);
    } else if (step.kind === 'at' && step.line !== 'OK') {
      // Where an OK stands relative to a URC proves nothing in this capture, see its head.
      compared.push({ kind: step.kind, actual: await host.urcs.next(step.line), expected: step.line });
    } else if (step.kind === 'datagram' && step.from === 'server') {
      reply(step.bytes);
    } else if (step.kind === 'datagram') {
      const [bytes, from] = await datagrams.next(step.decoded);
      const isOwn = isOwnChoice(step.bytes);
      if (isOwn && typeOf(bytes) !== ackType) {
        latest = { bytes, from };
        // The tokens of the core begin with the message id, low byte first.
        for (const one of [bytes, step.bytes]) expect([one[5], one[4]]).toEqual([one[2], one[3]]);
      }
      const actual = hexOfBytes(isOwn ? withIdsOf(bytes, step.bytes) : bytes);
      compared.push({ kind: step.kind, actual, expected: hexOfBytes(step.bytes) });
      // The capture ends with the DELETE; the module waits for the answer before it says so.
      if (step.bytes[1] === 0x04) reply(Uint8Array.of(0x64, 0x42, 0, 0, 0, 0, 0, 0));
    }
  }
  expect(host.urcs.left).toEqual([]);
  expect(datagrams.left).toEqual([]);
  return compared;
}

interface Contribution {
  readonly kind: GoldenStep['kind'];
  readonly actual: string;
  readonly expected: string;
}

/** Message ids of the capture: those of the module's own messages begin with 2, those of the server's with 6. */
const messageIds = {
  registration: [20012],
  'discover answers': [64422, 64423],
  'scalar reads': [64424, 64425, 64426],
  'instance read': [64427],
  'object read': [64428],
  writes: [64429, 64430],
  execute: [64431],
  'write attributes': [64432],
  'observe answers': [64433, 64434],
  notifications: [20013, 20014],
  updates: [20015, 20016],
  'cancel answer': [64435],
  deregistration: [20017],
};

let contributions: readonly Contribution[] = [];

beforeAll(async () => {
  contributions = await replay();
});

const datagramsWith = (ids: readonly number[]): Contribution[] =>
  contributions.filter(({ kind, expected }) => kind === 'datagram' && ids.includes(parseInt(expected.slice(4, 8), 16)));

test.each(Object.entries(messageIds))('the datagrams of %s equal the capture byte for byte', (_, ids) => {
  const datagrams = datagramsWith(ids);
  expect(datagrams).toHaveLength(ids.length);
  expect(datagrams.map(({ actual }) => actual)).toEqual(datagrams.map(({ expected }) => expected));
});

test('the module prints every line of the capture in its order', () => {
  const lines = contributions.filter(({ kind }) => kind === 'at');
  expect(lines.length).toBeGreaterThan(30);
  expect(lines.map(({ actual }) => actual)).toEqual(lines.map(({ expected }) => expected));
});

test('the module sends nothing that is not in the capture', () => {
  const known = Object.values(messageIds).flat();
  expect(datagramsWith(known)).toHaveLength(known.length);
  expect(contributions.filter(({ kind }) => kind === 'datagram')).toHaveLength(known.length);
});
