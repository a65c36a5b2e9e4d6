import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { attributeNames } from '../../shared/lwm2m.ts';
import {
  acceptOption,
  block2,
  blockOption,
  contentFormatOption,
  decodeText,
  observe,
  observeOption,
  optionNumbers,
  uintOption,
  uriQueryOptions,
} from '../../main/sim/coap/options.ts';
import type { CoapMessage } from '../../main/sim/coap/message.ts';
import { withHabit } from '../../main/sim/habits.ts';
import { WrittenAttributes } from '../../main/sim/lwm2mClient/writtenAttributes.ts';
import { profiles } from '../../main/sim/profiles.ts';
import { msgIdOf, startRegistered } from './moduleAndServer.ts';

const registered = (profile = profiles.nb73) => startRegistered(withHabit(profile, 'personality=spec'));
type Session = Awaited<ReturnType<typeof registered>>;

/** Requests the host has been shown and nobody took. */
const shown = (host: Session['host']): readonly string[] =>
  host.urcs.left.filter((line) => !line.startsWith('+MIPLEVENT'));

async function answerRead({ host }: Session, lines: readonly string[]): Promise<void> {
  const msgId = msgIdOf(await host.urc('+MIPLREAD'));
  for (const [position, line] of lines.entries()) {
    await host.must(`AT+MIPLREADRSP=0,${msgId},1,${line},${lines.length - 1 - position},0`);
  }
}

async function writeAttributes({ ask, host }: Session, path: string, ...queries: string[]): Promise<void> {
  const answer = ask('0.03', path, { options: uriQueryOptions(queries) });
  await host.must(`AT+MIPLPARAMETERRSP=0,${msgIdOf(await host.urc('+MIPLPARAMETER'))},2`);
  expect((await answer).code).toBe('2.04');
}

async function discover({ ask, host }: Session, path: string): Promise<string> {
  const answer = ask('0.01', path, { options: [acceptOption(40)] });
  await host.must(`AT+MIPLDISCOVERRSP=0,${msgIdOf(await host.urc('+MIPLDISCOVER'))},1,9,"5700;5701"`);
  return decodeText((await answer).payload);
}

test('a discover tells the attributes that were written, each at its level, and at one resource those of above, too', async () => {
  const session = await registered();
  await writeAttributes(session, '3303', 'pmax=300');
  await writeAttributes(session, '3303/0', 'pmin=5');
  await writeAttributes(session, '3303/0/5700', 'pmin=10', 'pmax=60', 'gt=50.5');
  expect(await discover(session, '3303')).toBe(
    '</3303>;pmax=300,</3303/0>;pmin=5,</3303/0/5700>;pmin=10;pmax=60;gt=50.5,</3303/0/5701>,' +
      '</3303/1>,</3303/1/5700>,</3303/1/5701>',
  );
  expect(await discover(session, '3303/0/5701')).toBe('</3303/0/5701>;pmin=5;pmax=300');
  await writeAttributes(session, '3303/0/5700', 'pmin=', 'lt=1');
  expect(await discover(session, '3303/0')).toBe('</3303/0>;pmin=5,</3303/0/5700>;pmax=60;gt=50.5;lt=1,</3303/0/5701>');
});

test('attributes the host refuses are none', async () => {
  const session = await registered();
  const answer = session.ask('0.03', '3303/0', { options: uriQueryOptions(['pmin=5']) });
  await session.host.must(`AT+MIPLPARAMETERRSP=0,${msgIdOf(await session.host.urc('+MIPLPARAMETER'))},14`);
  expect((await answer).code).toBe('4.05');
  expect(await discover(session, '3303/0')).toBe('</3303/0>,</3303/0/5700>,</3303/0/5701>');
});

test('China Mobile firmware that answers discovers by itself tells them, too', async () => {
  const session = await registered(profiles.m5310a);
  await session.ask('0.03', '3303/0/5700', { options: uriQueryOptions(['pmin=10', 'pmax=60']) });
  const answer = await session.ask('0.01', '3303/0/5700', { options: [acceptOption(40)] });
  expect(decodeText(answer.payload)).toBe('</3303/0/5700>;pmin=10;pmax=60');
});

test('what was written one by one stands as if it had been written at once', () => {
  const name = fc.constantFrom(...attributeNames);
  const change = fc.tuple(name, fc.option(fc.integer({ min: 0, max: 1000 })));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      const attributes = new WrittenAttributes();
      const path = { objectId: 3303, instanceId: 0, resourceId: 5700 };
      for (const [key, value] of changes) attributes.write(path, { [key]: value });
      const standing = new Map<string, number | null>(changes);
      const told = new Map(
        attributes
          .behind('/3303/0/5700', { objectId: 3303 })
          .split(';')
          .filter((item) => item !== '')
          .map((item) => item.split('=') as [string, string]),
      );
      for (const [key, value] of standing) expect(told.get(key)).toBe(value === null ? undefined : String(value));
      expect([...told.keys()].every((key) => standing.has(key))).toBe(true);
    }),
  );
});

const long = (letter: string): string[] => [
  `3303,0,5701,1,1000,"${letter.repeat(1000)}"`,
  `3303,0,5700,1,1000,"${letter.repeat(1000)}"`,
];

/** Observes /3303/0 whose value takes two messages. */
async function watchLong(session: Session, letter: string): Promise<{ first: CoapMessage; msgId: string }> {
  const answer = session.ask('0.01', '3303/0', { options: [observeOption(0)], token: Uint8Array.of(9) });
  const msgId = msgIdOf(await session.host.urc('+MIPLOBSERVE'));
  await session.host.must(`AT+MIPLOBSERVERSP=0,${msgId},1`);
  await answerRead(session, long(letter));
  return { first: await answer, msgId };
}

const blockTwo = [blockOption('block2', { number: 1, more: false, size: 1024 })];

test('the later blocks of an observe answer are plain answers: they carry no Observe', async () => {
  const session = await registered();
  const { first } = await watchLong(session, 'x');
  expect([observe(first), block2(first)?.more]).toEqual([0, true]);
  const second = await session.ask('0.01', '3303/0', { options: blockTwo });
  expect([second.code, observe(second), block2(second)?.number]).toEqual(['2.05', undefined, 1]);
  expect(shown(session.host)).toEqual([]);
});

test('a later block in another format than the first is made anew, not taken from what was kept', async () => {
  const session = await registered();
  await watchLong(session, 'x');
  const answer = session.ask('0.01', '3303/0', { options: [...blockTwo, acceptOption(1542)] });
  await answerRead(session, long('y'));
  expect(decodeText((await answer).payload)).toContain('y');
});

test('what is kept for later blocks ages: after the exchange lifetime the host is asked anew', async () => {
  const session = await registered();
  await watchLong(session, 'x');
  const { now } = performance;
  vi.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + 247_001);
  onTestFinished(() => void vi.restoreAllMocks());
  const answer = session.ask('0.01', '3303/0', { options: blockTwo });
  await answerRead(session, long('z'));
  expect(decodeText((await answer).payload)).toContain('z');
});

test('a long notification is fetched in the format the observation asked for', async () => {
  const session = await registered();
  const { msgId } = await watchLong(session, 'x');
  for (const [position, line] of long('n').entries()) {
    await session.host.must(`AT+MIPLNOTIFY=0,${msgId},${line},${1 - position},0`);
  }
  const first = await session.server.notifications.next('the notification');
  expect(block2(first)).toEqual({ number: 0, more: true, size: 1024 });
  expect(decodeText((await session.ask('0.01', '3303/0', { options: blockTwo })).payload)).toContain('n');
});

test.each([
  ['Block2 of size 7', '0.01', uintOption(optionNumbers.block2, 7)],
  ['Block1 of size 7', '0.03', uintOption(optionNumbers.block1, 0x0f)],
])('%s is a bad request', async (_, code, option) => {
  const { ask, host } = await registered();
  expect((await ask(code, '3303/0/5700', { options: [option], payload: new Uint8Array(16) })).code).toBe('4.00');
  expect(shown(host)).toEqual([]);
});

test('a block is as long as it says, or the last and shorter: everything else is a bad request', async () => {
  const { ask, host } = await registered();
  const sizes = fc.constantFrom(16, 32, 64, 128, 256, 512, 1024);
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 0, max: 1100 }), fc.boolean(), async (size, length, more) => {
      fc.pre(more ? length !== size : length > size);
      const options = [blockOption('block1', { number: 0, more, size })];
      const answer = await ask('0.03', '3306/0/5750', { options, payload: new Uint8Array(length).fill(0x61) });
      expect(answer.code).toBe('4.00');
    }),
    { numRuns: 40 },
  );
  expect(shown(host)).toEqual([]);
});

test('a number of zero takes no byte in an option', async () => {
  const session = await registered();
  const answer = session.ask('0.01', '3303/0/5700');
  await answerRead(session, ['3303,0,5700,4,4,20.5']);
  expect((await answer).options.map(({ number, value }) => [number, value.length])).toEqual([[12, 0]]);
  const { first } = await watchLong(session, 'x');
  expect(first.options.find(({ number }) => number === 6)?.value).toHaveLength(0);
});

test.each([2, 3, 0xffffff])('Observe of %i means nothing: the request is a plain read', async (value) => {
  const session = await registered();
  const answer = session.ask('0.01', '3303/0/5700', { options: [observeOption(value)] });
  await answerRead(session, ['3303,0,5700,4,4,20.5']);
  expect([(await answer).code, observe(await answer)]).toEqual(['2.05', undefined]);
  expect(shown(session.host)).toEqual([]);
});

test.each([
  ['a write', '0.03', '3306/0/5750'],
  ['an execute', '0.02', '3303/0/5605'],
])('text that is no UTF-8 is a bad request: %s', async (_, code, path) => {
  const { ask, host } = await registered();
  const isText = (bytes: Uint8Array): boolean => Buffer.from(Buffer.from(bytes).toString('utf8')).equals(bytes);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 40 }), async (payload) => {
      fc.pre(!isText(payload));
      expect((await ask(code, path, { options: [contentFormatOption(0)], payload })).code).toBe('4.00');
    }),
    { numRuns: 30 },
  );
  expect(shown(host)).toEqual([]);
});
