import { createSocket } from 'node:dgram';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { CoapMessage } from '../../../main/sim/coap/message.ts';
import {
  acceptOption,
  blockOption,
  contentFormat,
  contentFormatOption,
  observe as observeOf,
  observeOption,
  uriPathOptions,
  uriQueryOptions,
} from '../../../main/sim/coap/options.ts';
import { profiles } from '../../../main/sim/profiles.ts';
import { msgIdOf, seedProfile, startRegistered } from '../moduleAndServer.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const text = (message: CoapMessage): string => Buffer.from(message.payload).toString();

test('a request the platform repeats is shown three times at most, and answered once', async () => {
  const { host, ask } = await startRegistered();
  const answer = ask('0.01', '3303/0/5700');
  const first = await host.urc('+MIPLREAD');
  expect(await host.urc('+MIPLREAD')).toBe(first);
  expect(await host.urc('+MIPLREAD')).toBe(first);
  await host.must(`AT+MIPLREADRSP=0,${msgIdOf(first)},1,3303,0,5700,4,4,20.123,0,0`);
  expect(text(await answer)).toBe('20.123000000000001');
  expect(host.urcs.left).toEqual([]);
});

test('a repetition after the answer gets the same answer without the host', async () => {
  const { host, server, peer } = await startRegistered();
  const request: CoapMessage = {
    type: 'CON',
    code: '0.01',
    messageId: 4711,
    token: bytes('aabb'),
    options: uriPathOptions('3303/0/5701'),
    payload: new Uint8Array(),
  };
  const answers: string[] = [];
  server.endpoint.onDatagram = (direction, datagram) => {
    if (direction === 'in') answers.push(Buffer.from(datagram).toString('hex'));
  };
  await server.endpoint.send(request, peer());
  expect(await host.urc('+MIPLREAD')).toBe('+MIPLREAD:0,4711,3303,0,5701');
  await host.must('AT+MIPLREADRSP=0,4711,1,3303,0,5701,1,3,"Cel",0,0');
  await expect.poll(() => answers).toHaveLength(1);
  await server.endpoint.send(request, peer());
  await expect.poll(() => answers).toHaveLength(2);
  expect(answers[1]).toBe(answers[0]);
  expect(host.urcs.left).toEqual([]);
});

test('after 30 s without an answer the request is forgotten', async () => {
  const { host, ask } = await startRegistered();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const answer = ask('0.01', '3303/0/5700').catch((error: Error) => error);
  const urc = await host.urc('+MIPLREAD');
  await vi.advanceTimersByTimeAsync(30_001);
  expect(await host.ask(`AT+MIPLREADRSP=0,${msgIdOf(urc)},1,3303,0,5700,4,4,1.0,0,0`)).toEqual(['+CIS ERROR:601']);
  expect(await answer).toBeInstanceOf(Error);
});

test('only the server the module is registered with is heard', async () => {
  const { host, ask } = await startRegistered();
  const stranger = await startRegistered();
  const answer = ask('0.01', '3303/0/5700');
  await host.urc('+MIPLREAD');
  expect(stranger.host.urcs.left).toEqual([]);
  answer.catch(() => undefined);
});

test.each([
  ['an object that was not added', '0.01', '3200/0/5500', '4.04'],
  ['an instance that does not exist', '0.01', '3303/2', '4.04'],
  ['no path at all', '0.01', '', '4.00'],
  ['a path that is no number', '0.01', 'abc', '4.00'],
  ['DELETE of an instance', '0.04', '3303/0', '4.05'],
  ['POST on an object', '0.02', '3303', '4.05'],
])('%s is answered without the host', async (_, code, path, expected) => {
  const { host, ask } = await startRegistered();
  expect((await ask(code, path)).code).toBe(expected);
  expect(host.urcs.left).toEqual([]);
});

test('a discover of an instance is not known to the stack', async () => {
  const { ask } = await startRegistered();
  expect((await ask('0.01', '3303/0', { options: [acceptOption(40)] })).code).toBe('4.05');
});

test('an observe is shown with a counter above the message id, the second with the next one', async () => {
  const { observe, host } = await startRegistered();
  const [first, second] = [Number(await observe('3303/0')), Number(await observe('3303/1', bytes('09')))];
  expect([Math.floor(first / 65536), Math.floor(second / 65536)]).toEqual([1, 2]);
  expect(host.urcs.left).toEqual([]);
});

test('the same observe again keeps its id', async () => {
  const { observe } = await startRegistered();
  expect(await observe('3303/0')).toBe(await observe('3303/0'));
});

test('the first answer to an observe carries Observe 0 and no value', async () => {
  const { ask, host } = await startRegistered();
  const answer = ask('0.01', '3303/0', { options: [observeOption(0)] });
  await host.must(`AT+MIPLOBSERVERSP=0,${msgIdOf(await host.urc('+MIPLOBSERVE'))},1`);
  const { code, payload, ...rest } = await answer;
  expect([code, payload.length, observeOf(rest), contentFormat(rest)]).toEqual(['2.05', 0, 0, undefined]);
});

test('an observe the host refuses is none', async () => {
  const { ask, host } = await startRegistered();
  const answer = ask('0.01', '3303/0', { options: [observeOption(0)] });
  const msgId = msgIdOf(await host.urc('+MIPLOBSERVE'));
  await host.must(`AT+MIPLOBSERVERSP=0,${msgId},14`);
  expect((await answer).code).toBe('4.05');
  expect(await host.ask(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,1.0,0,0`)).toEqual(['+CIS ERROR:601']);
});

test('a cancel of what nobody observes is not found', async () => {
  const { ask } = await startRegistered();
  expect((await ask('0.01', '3303/0', { options: [observeOption(1)] })).code).toBe('4.04');
});

test('text that is written is shown as hex with type 1', async () => {
  const { ask, host } = await startRegistered();
  const answer = ask('0.03', '3306/0/5750', { payload: Buffer.from('Lamp') });
  const urc = await host.urc('+MIPLWRITE');
  expect(urc).toMatch(/^\+MIPLWRITE:0,\d+,3306,0,5750,1,4,4C616D70,0,0$/);
  await host.must(`AT+MIPLWRITERSP=0,${msgIdOf(urc)},2`);
  expect((await answer).code).toBe('2.04');
});

test('an empty write keeps its empty value', async () => {
  const { ask, host } = await startRegistered();
  const answer = ask('0.03', '3306/0/5750', { options: [contentFormatOption(42)] });
  const urc = await host.urc('+MIPLWRITE');
  expect(urc).toMatch(/^\+MIPLWRITE:0,\d+,3306,0,5750,2,0,,0,0$/);
  await host.must(`AT+MIPLWRITERSP=0,${msgIdOf(urc)},12`);
  expect((await answer).code).toBe('4.01');
});

test('an instance wrapped in TLV is written like a bare one', async () => {
  const { ask, host } = await startRegistered();
  const options = [contentFormatOption(1542)];
  const answer = ask('0.02', '3306/0', { options, payload: bytes('0400e116da01') });
  const urc = await host.urc('+MIPLWRITE');
  expect(urc).toMatch(/,3306,0,5850,2,1,01,0,0$/);
  await host.must(`AT+MIPLWRITERSP=0,${msgIdOf(urc)},2`);
  expect((await answer).code).toBe('2.04');
});

test.each([
  ['damaged TLV', 11542, 'e116', '4.06'],
  ['TLV without a resource', 11542, '', '4.06'],
  ['JSON', 11543, '7b7d', '4.06'],
  ['text for a whole instance', 0, '31', '4.06'],
])('%s is refused without the host', async (_, format, payload, expected) => {
  const { ask, host } = await startRegistered();
  const options = [contentFormatOption(format)];
  expect((await ask('0.03', '3306/0', { options, payload: bytes(payload) })).code).toBe(expected);
  expect(host.urcs.left).toEqual([]);
});

/** Writes 512-byte blocks of text; resolves with the codes they are answered with. */
async function writeBlocks(ask: Awaited<ReturnType<typeof startRegistered>>['ask'], count: number): Promise<string[]> {
  const codes: string[] = [];
  for (let number = 0; number < count; number++) {
    const options = [blockOption('block1', { number, more: number < count - 1, size: 512 })];
    codes.push((await ask('0.03', '3306/0/5750', { options, payload: new Uint8Array(512).fill(0x61) })).code);
  }
  return codes;
}

test('a payload in several blocks is shown whole once its last block is here', async () => {
  const { ask, host } = await startRegistered();
  const answers = writeBlocks(ask, 3);
  const urc = await host.urc('+MIPLWRITE');
  expect(urc).toMatch(/^\+MIPLWRITE:0,\d+,3306,0,5750,1,1536,(61){1536},0,0$/);
  await host.must(`AT+MIPLWRITERSP=0,${msgIdOf(urc)},2`);
  expect(await answers).toEqual(['2.31', '2.31', '2.04']);
});

test('a payload of more than 2048 bytes is too large for the module', async () => {
  const { ask, host } = await startRegistered();
  expect((await writeBlocks(ask, 5)).at(-1)).toBe('4.13');
  expect(host.urcs.left).toEqual([]);
});

test('an execute without arguments has neither length nor arguments', async () => {
  const { ask, host } = await startRegistered();
  const answer = ask('0.02', '3303/0/5605');
  const urc = await host.urc('+MIPLEXECUTE');
  expect(urc).toMatch(/^\+MIPLEXECUTE:0,\d+,3303,0,5605$/);
  await host.must(`AT+MIPLEXECUTERSP=0,${msgIdOf(urc)},2`);
  expect((await answer).code).toBe('2.04');
});

test('attributes of an instance are shown with -1 as resource, and only those that were given', async () => {
  const { ask, host } = await startRegistered();
  const answer = ask('0.03', '3303/1', { options: uriQueryOptions(['pmax=60', 'gt=1.25']) });
  const urc = await host.urc('+MIPLPARAMETER');
  expect(urc).toMatch(/^\+MIPLPARAMETER:0,\d+,3303,1,-1,14,"pmax=60;gt=1\.3"$/);
  await host.must(`AT+MIPLPARAMETERRSP=0,${msgIdOf(urc)},2`);
  expect((await answer).code).toBe('2.04');
});

test('an attribute without a value is unset: the spec client shows it so, the CIS core refuses it by itself', async () => {
  const query = { options: uriQueryOptions(['pmin=', 'gt', 'st=2']) };
  const cis = await startRegistered();
  expect((await cis.ask('0.03', '3303/1', query)).code).toBe('4.00');
  const spec = await startRegistered(seedProfile({}, { name: 'spec' }));
  const answer = spec.ask('0.03', '3303/1', query);
  const urc = await spec.host.urc('+MIPLPARAMETER');
  expect(urc).toMatch(/^\+MIPLPARAMETER:0,\d+,3303,1,-1,16,"pmin=;gt=;st=2\.0"$/);
  await spec.host.must(`AT+MIPLPARAMETERRSP=0,${msgIdOf(urc)},2`);
  expect((await answer).code).toBe('2.04');
});

test('attributes that are none are refused without the host', async () => {
  const { ask } = await startRegistered();
  expect((await ask('0.03', '3303/1', { options: uriQueryOptions(['pmin=abc']) })).code).toBe('4.00');
});

test('an answer beyond 512 bytes is not sent and told as event 20', async () => {
  const { ask, host } = await startRegistered();
  ask('0.01', '3303/0').catch(() => undefined);
  const msgId = msgIdOf(await host.urc('+MIPLREAD'));
  const long = 'x'.repeat(250);
  await host.must(`AT+MIPLREADRSP=0,${msgId},1,3303,0,5701,1,250,"${long}",1,0`);
  await host.must(`AT+MIPLREADRSP=0,${msgId},1,3303,0,5750,1,250,"${long}",0,0`);
  expect(await host.urc('+MIPLEVENT')).toBe(`+MIPLEVENT:0,20,${msgId}`);
  expect(await host.ask(`AT+MIPLREADRSP=0,${msgId},11`)).toEqual(['+CIS ERROR:601']);
});

test.each([
  ['an unknown msgid', (msgId: string) => `AT+MIPLREADRSP=0,${Number(msgId) + 1},1,3303,0,5700,4,4,1.0,0,0`],
  ['another kind of answer', (msgId: string) => `AT+MIPLWRITERSP=0,${msgId},2`],
  ['a result that reads do not have', (msgId: string) => `AT+MIPLREADRSP=0,${msgId},2,3303,0,5700,4,4,1.0,0,0`],
  ['another resource', (msgId: string) => `AT+MIPLREADRSP=0,${msgId},1,3303,0,5701,4,4,1.0,0,0`],
  ['another instance', (msgId: string) => `AT+MIPLREADRSP=0,${msgId},1,3303,1,5700,4,4,1.0,0,0`],
  ['no value', (msgId: string) => `AT+MIPLREADRSP=0,${msgId},1`],
  ['a number that is none', (msgId: string) => `AT+MIPLREADRSP=0,${msgId},1,3303,0,5700,4,4,abc,0,0`],
  ['an unknown type', (msgId: string) => `AT+MIPLREADRSP=0,${msgId},1,3303,0,5700,6,4,00,0,0`],
  ['odd hex', (msgId: string) => `AT+MIPLREADRSP=0,${msgId},1,3303,0,5700,2,1,012,0,0`],
  ['another ref', (msgId: string) => `AT+MIPLREADRSP=1,${msgId},1,3303,0,5700,4,4,1.0,0,0`],
])('READRSP with %s is refused, and the request goes on waiting', async (_, lineOf) => {
  const { ask, host } = await startRegistered();
  const answer = ask('0.01', '3303/0/5700');
  const msgId = msgIdOf(await host.urc('+MIPLREAD'));
  expect(await host.ask(lineOf(msgId))).toEqual(['+CIS ERROR:601']);
  await host.must(`AT+MIPLREADRSP=0,${msgId},1,3303,0,5700,3,4,-7,0,0`);
  expect(text(await answer)).toBe('-7');
});

test('the same RSP twice is refused the second time', async () => {
  const { ask, host } = await startRegistered();
  const answer = ask('0.02', '3303/0/5605');
  const line = `AT+MIPLEXECUTERSP=0,${msgIdOf(await host.urc('+MIPLEXECUTE'))},2`;
  await host.must(line);
  expect(await host.ask(line)).toEqual(['+CIS ERROR:601']);
  expect((await answer).code).toBe('2.04');
});

test.each([
  ['a length that is not the list’s', '5,"5700"'],
  ['more resources than ADDOBJ announced', '39,"5700;5701;5702;5703;5704;5705;5706;5707"'],
  ['something else than ids', '4,"abcd"'],
  ['no list', ''],
])('DISCOVERRSP with %s is refused', async (_, rest) => {
  const { ask, host } = await startRegistered();
  const answer = ask('0.01', '3303', { options: [acceptOption(40)] });
  const msgId = msgIdOf(await host.urc('+MIPLDISCOVER'));
  expect(await host.ask(`AT+MIPLDISCOVERRSP=0,${msgId},1${rest === '' ? '' : `,${rest}`}`)).toEqual(['+CIS ERROR:601']);
  await host.must(`AT+MIPLDISCOVERRSP=0,${msgId},13`);
  expect((await answer).code).toBe('4.04');
});

test('opaque values of one resource go as the bytes they are', async () => {
  const { ask, host } = await startRegistered();
  const answer = ask('0.01', '3303/0/5700');
  const msgId = msgIdOf(await host.urc('+MIPLREAD'));
  await host.must(`AT+MIPLREADRSP=0,${msgId},1,3303,0,5700,2,2,01FF,0,0`);
  const { payload, ...rest } = await answer;
  expect([Buffer.from(payload).toString('hex'), contentFormat(rest)]).toEqual(['01ff', 42]);
});

test('modules that number their write lines with flags print 1, 2 and 0', async () => {
  const { ask, host } = await startRegistered(
    seedProfile({ write: { ...profiles['m5310-seed'].write, flag: 'position' } }),
  );
  const payload = bytes('e116da01e116db16e116dc05');
  const answer = ask('0.02', '3306/0', { options: [contentFormatOption(11542)], payload });
  const lines = [await host.urc('+MIPLWRITE'), await host.urc('+MIPLWRITE'), await host.urc('+MIPLWRITE')];
  expect(lines.map((line) => line.split(',').slice(-2).join())).toEqual(['1,2', '2,1', '0,0']);
  await host.must(`AT+MIPLWRITERSP=0,${msgIdOf(lines[0] ?? '')},2`);
  expect((await answer).code).toBe('2.04');
});

test('bytes that are no CoAP do not disturb the module', async () => {
  const { ask, host, peer } = await startRegistered();
  const stranger = createSocket('udp4');
  onTestFinished(() => void stranger.close());
  for (const hex of ['00', 'ffffffff', '4f010001', '40']) stranger.send(bytes(hex), peer().port, peer().host);
  const answer = ask('0.02', '3303/0/5605');
  await host.must(`AT+MIPLEXECUTERSP=0,${msgIdOf(await host.urc('+MIPLEXECUTE'))},2`);
  expect((await answer).code).toBe('2.04');
});
