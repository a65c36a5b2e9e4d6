import { createSocket } from 'node:dgram';
import type { RemoteInfo } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { profiles } from '../../main/sim/profiles.ts';
import type { Profile } from '../../main/sim/profile.ts';
import { openVirtualModule } from '../../main/sim/virtualModule.ts';
import { hexOfBytes } from '../golden.ts';
import { Arrivals, Host } from './host.ts';
import { msgIdOf, startRegistered } from './moduleAndServer.ts';

/** The core of the capture: it says event 4. */
const captured: Profile = {
  ...profiles['m5310-seed'],
  spacing: { mipl: '', general: '', otherColon: [], spacedEvents: [], comma: ',' },
  openEvents: { direct: [4, 6], bootstrap: [1, 2, 4, 6] },
};
const resources: Readonly<Record<string, string>> = {
  3303: '5700;5701;5601;5605',
  3306: '5850;5750;5851',
  10250: '0;1;2;3;4;5;5605',
};

interface Step {
  readonly from: 'module' | 'server';
  readonly bytes: Uint8Array;
}

const steps: readonly Step[] = readFileSync(new URL('../golden/cis-server-restart.txt', import.meta.url), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, direction, hex = ''] = /^ *[\d.]+ (m>s|s>m) ([0-9a-f]+)$/.exec(line) ?? [];
    if (direction === undefined) return [];
    return [{ from: direction === 'm>s' ? 'module' : 'server', bytes: Uint8Array.from(Buffer.from(hex, 'hex')) }];
  });

const ackType = 2;
const typeOf = (bytes: Uint8Array): number => ((bytes[0] ?? 0) >> 4) & 3;
const idOf = (bytes: Uint8Array): number => (bytes[2] ?? 0) * 256 + (bytes[3] ?? 0);

/** Message id and token, which chance decides for what one began oneself, as in the other. */
function withIdsOf(bytes: Uint8Array, other: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(other.subarray(2, 4 + ((other[0] ?? 0) & 15)), 2);
  return copy;
}

/** Answers discovers and observes as the sample application of the capture. */
async function answer(host: Host, count: number): Promise<void> {
  for (let left = count; left > 0; left--) {
    const line = await host.urcs.find((one) => /^\+MIPL(DISCOVER|OBSERVE)/.test(one), 'a request', 8000);
    const msgId = msgIdOf(line);
    if (line.startsWith('+MIPLOBSERVE')) await host.must(`AT+MIPLOBSERVERSP=0,${msgId},1`);
    else {
      const list = resources[line.split(',')[2] ?? ''] ?? '';
      await host.must(`AT+MIPLDISCOVERRSP=0,${msgId},1,${list.length},"${list}"`);
    }
  }
}

const endings: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
});

const sent: {
  readonly actual: string;
  readonly expected: string;
  readonly isOwn: boolean;
  readonly port: number;
  readonly id: number;
}[] = [];
let lines: readonly string[] = [];

beforeAll(async () => {
  const socket = createSocket('udp4');
  endings.push(() => socket.close());
  const datagrams = new Arrivals<[Uint8Array, RemoteInfo]>();
  socket.on('message', (bytes, from) => datagrams.push([bytes, from]));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const module = openVirtualModule({
    profile: captured,
    server: { host: '127.0.0.1', port: socket.address().port },
    baudRate: 0,
    radioSpeed: Infinity,
    imei: '868000000000001',
    imsi: '460040000000001',
  });
  endings.push(() => module.close());
  const host = new Host(module.link);
  await host.urc('OK');
  await host.must('AT+MIPLCREATE');
  await host.must('AT+MIPLADDOBJ=0,3303,2,"11",4,0');
  await host.must('AT+MIPLADDOBJ=0,3306,1,"1",3,0');
  await host.must('AT+MIPLADDOBJ=0,10250,1,"1",7,0');
  await host.must('AT+MIPLOPEN=0,60,30');

  let latest: { readonly bytes: Uint8Array; readonly from: RemoteInfo } | undefined;
  const isUpdate = ({ from, bytes }: Step): boolean => from === 'module' && /45(6c743d3630)$/.test(hexOfBytes(bytes));
  const requests = steps.filter(({ from, bytes }) => from === 'server' && typeOf(bytes) !== ackType);
  const answering = answer(host, requests.length);
  for (const step of steps) {
    if (step.from === 'server') {
      if (!latest) throw new Error('The module has not spoken yet');
      const bytes = typeOf(step.bytes) === ackType ? withIdsOf(step.bytes, latest.bytes) : step.bytes;
      socket.send(bytes, latest.from.port, latest.from.address);
      continue;
    }
    if (isUpdate(step)) await host.must('AT+MIPLUPDATE=0,60,0');
    const [bytes, from] = await datagrams.next(hexOfBytes(step.bytes));
    const isOwn = typeOf(bytes) !== ackType;
    if (isOwn) latest = { bytes, from };
    const actual = hexOfBytes(isOwn ? withIdsOf(bytes, step.bytes) : bytes);
    sent.push({ actual, expected: hexOfBytes(step.bytes), isOwn, port: from.port, id: idOf(bytes) });
  }
  await host.urc('+MIPLEVENT:0,11');
  await answering;
  expect(datagrams.left).toEqual([]);
  lines = host.received.split(/[\r\n]+/);
}, 20_000);

test('a server that was restarted does not know the module, which registers by itself: every datagram is that of the capture', () => {
  expect(sent).toHaveLength(steps.filter(({ from }) => from === 'module').length);
  expect(sent.map(({ actual }) => actual)).toEqual(sent.map(({ expected }) => expected));
});

test('it registers from a new port, and goes on counting its messages', () => {
  const own = sent.filter(({ isOwn }) => isOwn);
  const [first, update, again, later] = own.map(({ port }) => port);
  expect([update, later]).toEqual([first, again]);
  expect(again).not.toBe(first);
  expect(own.map(({ id }) => (id - (own[0]?.id ?? 0)) & 0xffff)).toEqual([0, 1, 2, 3]);
});

test('it says 12, then 4 and 6 as after any registration', () => {
  expect(lines.filter((line) => line.startsWith('+MIPLEVENT'))).toEqual(
    [4, 6, 12, 4, 6, 11].map((number) => `+MIPLEVENT:0,${number}`),
  );
});

test('an observation of before is gone with the registration it belonged to', async () => {
  const { host, observe, server } = await startRegistered();
  const msgId = await observe('3303/0');
  let isForgotten = false;
  const { onRequest } = server.endpoint;
  server.endpoint.onRequest = (message, peer) => {
    const isUpdate = message.options.filter(({ number }) => number === 11).length === 2;
    if (!isUpdate || isForgotten) return onRequest?.(message, peer);
    isForgotten = true;
    return { code: '4.04' };
  };
  await host.must('AT+MIPLUPDATE=0,3600,0');
  await host.urc('+MIPLEVENT: 0,6');
  expect(await host.ask(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,1.0,0,0`)).toEqual(['+CIS ERROR:601']);
  expect(await observe('3303/0')).not.toBe(msgId);
});

test('CLOSE while it registers again ends that without an event', async () => {
  const { host, server } = await startRegistered();
  server.endpoint.onRequest = ({ options }) =>
    options.filter(({ number }) => number === 11).length === 2 ? { code: '4.04' } : undefined;
  await host.must('AT+MIPLUPDATE=0,3600,0');
  await host.urc('+MIPLEVENT:0,12');
  await host.must('AT+MIPLCLOSE=0');
  await host.must('AT+MIPLDELETE=0');
  expect(host.urcs.left).toEqual([]);
});

test('a server that turns the module away then is event 7, and OPEN is possible again', async () => {
  const { host, server } = await startRegistered();
  const answers = ['4.04', '4.03'];
  const { onRequest } = server.endpoint;
  server.endpoint.onRequest = (message, peer) => {
    const code = answers.shift();
    return code === undefined ? onRequest?.(message, peer) : { code };
  };
  await host.must('AT+MIPLUPDATE=0,3600,0');
  expect([await host.urc('+MIPLEVENT'), await host.urc('+MIPLEVENT')]).toEqual(['+MIPLEVENT:0,12', '+MIPLEVENT: 0,7']);
  await host.must('AT+MIPLOPEN=0,3600,30');
  expect(await host.urc('+MIPLEVENT: 0,6')).toBe('+MIPLEVENT: 0,6');
});

test.each(['4.00', '5.00'])('an update that is answered %s leaves the registration as it is', async (code) => {
  const { host, server } = await startRegistered();
  server.endpoint.onRequest = () => ({ code });
  await host.must('AT+MIPLUPDATE=0,3600,0');
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT:0,12');
  expect(await host.ask('AT+MIPLOPEN=0,3600,30')).toEqual(['+CIS ERROR:602']);
});

test('a module with the standard’s stack registers again, too', async () => {
  const session = await startRegistered({ ...captured, personality: { ...captured.personality, name: 'spec' } });
  const answers = ['4.04'];
  const { onRequest } = session.server.endpoint;
  session.server.endpoint.onRequest = (message, peer) => {
    const code = answers.shift();
    return code === undefined ? onRequest?.(message, peer) : { code };
  };
  await session.host.must('AT+MIPLUPDATE=0,3600,0');
  expect(await session.host.urc('+MIPLEVENT:0,6')).toBe('+MIPLEVENT:0,6');
});
