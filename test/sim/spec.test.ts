import { expect, test } from 'vitest';
import {
  accept,
  acceptOption,
  block2,
  blockOption,
  contentFormat,
  contentFormatOption,
  decodeText,
  observe,
  observeOption,
  uriQuery,
} from '../../main/sim/coap/options.ts';
import { decodeMessage, type CoapMessage } from '../../main/sim/coap/message.ts';
import { withHabit } from '../../main/sim/habits.ts';
import { profiles } from '../../main/sim/profiles.ts';
import { decodeTlv } from '../../main/sim/tlv.ts';
import { openSimulator } from '../../main/sim/simulator.ts';
import { Host } from './host.ts';
import { msgIdOf, startRegistered } from './moduleAndServer.ts';

const spec = withHabit(profiles.nb73, 'personality=spec');
const registered = () => startRegistered(spec);

type Session = Awaited<ReturnType<typeof registered>>;

/** Asks for a path; the host answers with the lines. */
async function read(
  { ask, host }: Session,
  path: string,
  lines: readonly string[],
  accepted?: number,
): Promise<CoapMessage> {
  const answer = ask('0.01', path, { options: accepted === undefined ? [] : [acceptOption(accepted)] });
  await answerRead(host, lines);
  return answer;
}

async function answerRead(host: Host, lines: readonly string[]): Promise<void> {
  const msgId = msgIdOf(await host.urc('+MIPLREAD'));
  for (const [position, line] of lines.entries()) {
    await host.must(`AT+MIPLREADRSP=0,${msgId},1,${line},${lines.length - 1 - position},0`);
  }
}

const temperature = '3303,0,5700,4,4,20.5';
const unit = '3303,0,5701,1,3,"Cel"';

test('the registration names the version, and no security object', async () => {
  const { server } = await registered();
  const registration = await server.requests.next('the registration');
  expect(uriQuery(registration)).toContain('lwm2m=1.0');
  expect(decodeText(registration.payload)).toBe('</>;rt="oma.lwm2m",</3303/0>,</3303/1>,</3306/0>');
});

test.each([
  ['nothing is asked for', undefined, 0, Buffer.from('20.5').toString('hex')],
  ['text is asked for', 0, 0, Buffer.from('20.5').toString('hex')],
  ['TLV is asked for', 11542, 11542, 'e4164441a40000'],
  ['TLV of the drafts is asked for', 1542, 1542, 'e4164441a40000'],
  ['text of the drafts is asked for', 1541, 1541, Buffer.from('20.5').toString('hex')],
])('a resource comes in the format asked for: %s', async (_, accepted, format, hex) => {
  const answer = await read(await registered(), '3303/0/5700', [temperature], accepted);
  expect([contentFormat(answer), Buffer.from(answer.payload).toString('hex')]).toEqual([format, hex]);
});

test('opaque bytes are Base64 in text', async () => {
  const answer = await read(await registered(), '3303/0/5700', ['3303,0,5700,2,2,01FF']);
  expect(decodeText(answer.payload)).toBe('Af8=');
});

test.each([42, 1544])(
  'opaque values come as their bytes where format %i is asked for, other values cannot',
  async (accepted) => {
    const session = await registered();
    const opaque = await read(session, '3303/0/5700', ['3303,0,5700,2,2,01FF'], accepted);
    expect([contentFormat(opaque), Buffer.from(opaque.payload).toString('hex')]).toEqual([accepted, '01ff']);
    for (const line of [temperature, '3303,0,5700,1,3,"Cel"', '3303,0,5700,3,4,7', '3303,0,5700,5,1,1']) {
      expect((await read(session, '3303/0/5700', [line], accepted)).code).toBe('4.06');
    }
  },
);

test('an instance comes as its resources alone, an object as instances', async () => {
  const session = await registered();
  const instance = await read(session, '3303/0', [temperature, unit]);
  expect(contentFormat(instance)).toBe(11542);
  expect(decodeTlv(instance.payload).map(({ kind, id }) => `${kind} ${id}`)).toEqual([
    'resource 5700',
    'resource 5701',
  ]);
  const object = await read(session, '3303', [temperature, '3303,1,5700,4,4,1.5']);
  expect(decodeTlv(object.payload).map(({ kind, id }) => `${kind} ${id}`)).toEqual([
    'objectInstance 0',
    'objectInstance 1',
  ]);
});

test.each([
  ['JSON', '3303/0', 11543],
  ['text for an instance', '3303/0', 0],
  ['a number nobody knows', '3303/0/5700', 9999],
])('%s cannot be had', async (_, path, accepted) => {
  const { ask, host } = await registered();
  expect((await ask('0.01', path, { options: [acceptOption(accepted)] })).code).toBe('4.06');
  expect(host.urcs.left.filter((line) => line.includes('READ'))).toEqual([]);
});

test('a write in an unknown format is refused', async () => {
  const { ask } = await registered();
  const answer = await ask('0.03', '3306/0/5850', { options: [contentFormatOption(9999)], payload: Uint8Array.of(1) });
  expect(answer.code).toBe('4.15');
});

test.each([
  ['3303', '</3303>,</3303/0>,</3303/0/5700>,</3303/0/5701>,</3303/1>,</3303/1/5700>,</3303/1/5701>'],
  ['3303/1', '</3303/1>,</3303/1/5700>,</3303/1/5701>'],
  ['3303/0/5701', '</3303/0/5701>'],
])('a discover of %s lists what is below it', async (path, expected) => {
  const { ask, host } = await registered();
  const answer = ask('0.01', path, { options: [acceptOption(40)] });
  await host.must(`AT+MIPLDISCOVERRSP=0,${msgIdOf(await host.urc('+MIPLDISCOVER'))},1,9,"5700;5701"`);
  expect(decodeText((await answer).payload)).toBe(expected);
});

/** Observes an instance; resolves with the answer and the msgid to notify under. */
async function watch({ ask, host }: Session, options = [observeOption(0)]) {
  const answer = ask('0.01', '3303/0', { options, token: Uint8Array.of(9) });
  const msgId = msgIdOf(await host.urc('+MIPLOBSERVE'));
  await host.must(`AT+MIPLOBSERVERSP=0,${msgId},1`);
  await answerRead(host, [temperature, unit]);
  return { answer: await answer, msgId };
}

test('the answer to an observe carries the value, which the host is asked for', async () => {
  const { answer } = await watch(await registered());
  expect([answer.code, observe(answer), contentFormat(answer)]).toEqual(['2.05', 0, 11542]);
  expect(decodeTlv(answer.payload)).toHaveLength(2);
});

test('an observe the host has no value for is none', async () => {
  const session = await registered();
  const { ask, host } = session;
  const answer = ask('0.01', '3303/0', { options: [observeOption(0)] });
  const msgId = msgIdOf(await host.urc('+MIPLOBSERVE'));
  await host.must(`AT+MIPLOBSERVERSP=0,${msgId},1`);
  await host.must(`AT+MIPLREADRSP=0,${msgIdOf(await host.urc('+MIPLREAD'))},13`);
  expect((await answer).code).toBe('4.04');
  expect(await host.ask(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,1,0,0`)).toEqual(['+CIS ERROR:601']);
});

test('notifications have the format the observe asked for, NON without and CON with an ackid', async () => {
  const session = await registered();
  const { msgId } = await watch(session, [observeOption(0), acceptOption(1542)]);
  await session.host.must(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,1.5,0,0`);
  await session.host.must(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,2.5,0,0,7`);
  const [first, second] = [
    await session.server.notifications.next('one'),
    await session.server.notifications.next('two'),
  ];
  expect([first, second].map((one) => [one.type, contentFormat(one), observe(one)])).toEqual([
    ['NON', 1542, 1],
    ['CON', 1542, 2],
  ]);
  expect(decodeTlv(first.payload).map(({ kind }) => kind)).toEqual(['resource']);
});

test('a reset ends the observation', async () => {
  const session = await registered();
  const { msgId } = await watch(session);
  session.server.state.acceptsNotifications = false;
  await session.host.must(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,1.5,0,0`);
  await session.host.urc('+MIPLEVENT:0,25');
  expect(await session.host.ask(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,1.5,0,0`)).toEqual(['+CIS ERROR:601']);
});

test('a GET with Observe 1 ends the observation and carries the value', async () => {
  const session = await registered();
  const { msgId } = await watch(session);
  const answer = session.ask('0.01', '3303/0', { options: [observeOption(1)], token: Uint8Array.of(9) });
  const cancel = await session.host.urc('+MIPLOBSERVE');
  expect(cancel).toMatch(/,0,3303,0,-1$/);
  await session.host.must(`AT+MIPLOBSERVERSP=0,${msgIdOf(cancel)},1`);
  await answerRead(session.host, [temperature]);
  expect([observe(await answer), (await answer).payload.length > 0]).toEqual([undefined, true]);
  expect(await session.host.ask(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,1.5,0,0`)).toEqual(['+CIS ERROR:601']);
});

test('a GET with Observe 1 where nothing is observed is a plain read', async () => {
  const session = await registered();
  const answer = session.ask('0.01', '3303/0/5700', { options: [observeOption(1)] });
  await answerRead(session.host, [temperature]);
  expect(decodeText((await answer).payload)).toBe('20.5');
});

test('a long answer comes in blocks', async () => {
  const session = await registered();
  const text = 'x'.repeat(1020);
  const first = await read(session, '3303/0', [`3303,0,5701,1,1020,"${text}"`, `3303,0,5700,1,1020,"${text}"`]);
  expect([block2(first)?.more, first.payload.length]).toEqual([true, 1024]);
  const next = await session.ask('0.01', '3303/0', {
    options: [blockOption('block2', { number: 1, more: false, size: 1024 })],
  });
  expect([block2(next)?.number, next.payload.length]).toEqual([1, 1024]);
});

test('a later block may be asked for first', async () => {
  const session = await registered();
  const options = [blockOption('block2', { number: 1, more: false, size: 16 })];
  const answer = session.ask('0.01', '3303/1', { options });
  await answerRead(session.host, ['3303,1,5700,4,4,20.5', '3303,1,5701,1,3,"Cel"', '3303,1,5601,4,4,1.5']);
  // 7, 6 and 7 bytes of TLV: the second block of 16 has the last four.
  const { code, payload } = await answer;
  expect([code, block2(await answer), payload.length]).toEqual(['2.05', { number: 1, more: false, size: 16 }, 4]);
});

test('a host that thinks for long is covered by an acknowledgement, its answer follows by itself', async () => {
  const session = await registered();
  const seen: string[] = [];
  session.server.endpoint.onDatagram = (direction, bytes) => {
    const { type, code } = decodeMessage(bytes);
    seen.push(`${direction} ${type} ${code}`);
  };
  const answer = session.ask('0.01', '3303/0/5700');
  const msgId = msgIdOf(await session.host.urc('+MIPLREAD'));
  await expect.poll(() => seen, { timeout: 5000 }).toContain('in ACK 0.00');
  await session.host.must(`AT+MIPLREADRSP=0,${msgId},1,${temperature},0,0`);
  expect(decodeText((await answer).payload)).toBe('20.5');
  expect(seen).toContain('in CON 2.05');
  await expect.poll(() => seen.at(-1)).toBe('out ACK 0.00');
});

test('China Mobile firmware with the standard’s stack asks its host for the value of an observe only', async () => {
  const session = await startRegistered(withHabit(profiles.m5310a, 'personality=spec'));
  const answer = session.ask('0.01', '3303/0', { options: [observeOption(0)] });
  await session.host.urc('+MIPLOBSERVE');
  const msgId = msgIdOf(await session.host.urc('+MIPLREAD'));
  await session.host.must(`AT+MIPLREADRSP=0,${msgId},1,${temperature},0,0`);
  expect([observe(await answer), (await answer).payload.length > 0]).toEqual([0, true]);
});

test('standard objects are answered in the format asked for', async () => {
  const { ask } = await startRegistered(withHabit(spec, 'standard-objects'));
  const device = await ask('0.01', '3/0', { options: [acceptOption(11542)] });
  expect(decodeTlv(device.payload).find(({ id }) => id === 11)?.kind).toBe('multipleResource');
  const watched = await ask('0.01', '4/0', { options: [observeOption(0)] });
  expect([observe(watched), watched.payload.length > 0, accept(watched)]).toEqual([0, true, undefined]);
});

test('the platform reads, observes and writes such a module as any other', async () => {
  const simulator = await openSimulator({ profile: 'nb73?personality=spec', baudRate: 0, radioSpeed: Infinity });
  const host = new Host(simulator.link);
  try {
    await host.urc('OK');
    await host.must('AT+MIPLCREATE');
    await host.must('AT+MIPLADDOBJ=0,3303,1,"1",6,1');
    await host.must('AT+MIPLOPEN=0,3600,30');
    await host.must(`AT+MIPLOBSERVERSP=0,${msgIdOf(await host.urc('+MIPLOBSERVE'))},1`);
    await answerRead(host, [temperature]);
    await host.must(`AT+MIPLDISCOVERRSP=0,${msgIdOf(await host.urc('+MIPLDISCOVER'))},1,9,"5700;5701"`);
    const url = `${simulator.simulator.http}/nbiot?imei=${simulator.imei}&obj_id=3303&obj_inst_id=0`;
    const answer = fetch(url).then((response) => response.text());
    await answerRead(host, [temperature, unit]);
    expect(await answer).toContain('{"val":20.5,"res_id":5700},{"val":"Cel","res_id":5701}');
  } finally {
    await simulator.close();
  }
});
