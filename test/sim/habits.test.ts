import { describe, expect, test } from 'vitest';
import {
  blockOption,
  contentFormatOption,
  decodeText,
  acceptOption,
  observeOption,
  uriQueryOptions,
} from '../../main/sim/coap/options.ts';
import { habits, withHabit } from '../../main/sim/habits.ts';
import { profileNames } from '../../main/sim/profile.ts';
import { profiles } from '../../main/sim/profiles.ts';
import { readName } from '../../main/sim/simulator.ts';
import { encodeTlv } from '../../main/sim/tlv.ts';
import { msgIdOf, startBooted, startRegistered, startServer } from './moduleAndServer.ts';

const with_ = (text: string, name: keyof typeof profiles = 'm5310-seed') => withHabit(profiles[name], text);

test.each(
  Object.entries(habits).flatMap(([name, { values }]) => values.map((value) => [name, value.replace(/-.*\d$/, '')])),
)('every module can have the habit %s=%s', (name, value) => {
  for (const profile of profileNames) expect(withHabit(profiles[profile], `${name}=${value}`).name).toBe(profile);
});

test.each(['smoking', 'repeat=0', 'repeat=9', 'repeat=x', 'echo=maybe', '__proto__', 'cmee='])(
  '%s is refused',
  (text) => {
    expect(() => with_(text)).toThrow(/there is|one of/);
  },
);

test('a name carries several habits', () => {
  const { profile } = readName('bc28?echo=on&repeat=3');
  expect([profile.echo, profile.requestLines]).toEqual([true, 3]);
});

test('a request is printed several times in a row, and answered once', async () => {
  const { ask, host } = await startRegistered(with_('repeat=3'));
  const answer = ask('0.01', '3303/0/5700');
  const lines = [await host.urc('+MIPLREAD'), await host.urc('+MIPLREAD'), await host.urc('+MIPLREAD')];
  expect(new Set(lines).size).toBe(1);
  await host.must(`AT+MIPLREADRSP=0,${msgIdOf(lines[0] ?? '')},13`);
  expect((await answer).code).toBe('4.04');
});

test('several lines said unasked leave in one write', async () => {
  const { ask, host, module } = await startRegistered(with_('burst=30'));
  const chunks: string[] = [];
  const { onData } = module.link;
  module.link.onData = (bytes) => {
    chunks.push(Buffer.from(bytes).toString());
    onData?.(bytes);
  };
  void ask('0.01', '3303/0/5700').catch(() => undefined);
  void ask('0.01', '3303/0/5701').catch(() => undefined);
  await host.urc('+MIPLREAD');
  await host.urc('+MIPLREAD');
  expect(chunks.filter((chunk) => chunk.includes('READ')).map((chunk) => chunk.split('+MIPLREAD').length - 1)).toEqual([
    2,
  ]);
});

test('what was said before an answer stands before it, burst or not', async () => {
  const { ask, host } = await startRegistered(with_('burst=1000'));
  void ask('0.01', '3303/0/5700').catch(() => undefined);
  await expect.poll(() => host.must('AT')).toEqual([expect.stringMatching(/^\+MIPLREAD/)]);
});

test.each([
  ['before', /\+MIPLEVENT:0,15\r\n\r\nOK\r\n$/],
  ['after', /\r\nOK\r\n\r\n\+MIPLEVENT:0,15\r\n$/],
])('event 15 stands %s the OK of CLOSE', async (when, expected) => {
  const { host } = await startRegistered(with_(`deregistered=${when}`));
  host.received = '';
  await host.ask('AT+MIPLCLOSE=0');
  await expect.poll(() => host.received).toMatch(expected);
});

test('event 15 before the OK of DELETE', async () => {
  const { host } = await startRegistered(with_('deregistered=before'));
  host.received = '';
  await host.ask('AT+MIPLDELETE=0');
  expect(host.received).toMatch(/\+MIPLEVENT:0,15\r\n\r\nOK\r\n$/);
});

test.each([
  ['on', 'AT\r\n\r\nOK\r\n'],
  ['off', '\r\nOK\r\n'],
])('echo=%s', async (value, expected) => {
  const { host } = await startBooted({ profile: with_(`echo=${value}`) });
  host.received = '';
  await host.ask('AT');
  expect(host.received).toBe(expected);
});

test.each([
  ['counted', true],
  ['plain', false],
])('observe-ids=%s', async (value, isWide) => {
  const { observe } = await startRegistered(with_(`observe-ids=${value}`));
  expect(Number(await observe('3303/0')) > 65535).toBe(isWide);
});

test.each([
  ['always', '5700', /,5700,0$/],
  ['whole', '5700', /,5700$/],
  ['whole', '', /,-1,0$/],
  ['never', '', /,-1$/],
])('read-count=%s for resource "%s"', async (value, resource, expected) => {
  const { ask, host } = await startRegistered(with_(`read-count=${value}`));
  void ask('0.01', `3303/0/${resource}`).catch(() => undefined);
  expect(await host.urc('+MIPLREAD')).toMatch(expected);
});

describe('a write of 1500 bytes', () => {
  const bytes = new Uint8Array(1500).fill(0x61);
  const payload = encodeTlv([{ kind: 'resource', id: 5750, value: bytes }]);

  /** Sends it as the platform does, in blocks of 512 bytes. */
  const send = async (habit: string) => {
    const { ask, host } = await startRegistered(with_(habit));
    const write = async (): Promise<string> => {
      let code = '';
      for (let number = 0; number * 512 < payload.length; number++) {
        const part = payload.subarray(number * 512, (number + 1) * 512);
        const more = (number + 1) * 512 < payload.length;
        const options = [contentFormatOption(11542), blockOption('block1', { number, more, size: 512 })];
        ({ code } = await ask('0.02', '3306/0', { options, payload: part }));
      }
      return code;
    };
    return { answer: write(), host };
  };

  test('is shown whole', async () => {
    const { answer, host } = await send('long-write=whole');
    const urc = await host.urc('+MIPLWRITE');
    expect(urc).toContain(',2,1500,');
    await host.must(`AT+MIPLWRITERSP=0,${msgIdOf(urc)},2`);
    expect(await answer).toBe('2.04');
  });

  test('is shown in blocks of 1024 bytes, each with an msgid of its own, and answered with the last', async () => {
    const { answer, host } = await send('long-write=blocks');
    const first = await host.urc('+MIPLWRITE');
    expect(first).toContain(',5750,2,1024,');
    expect(host.urcs.left).toEqual([]);
    await host.must(`AT+MIPLWRITERSP=0,${msgIdOf(first)},16`);
    const second = await host.urc('+MIPLWRITE');
    expect(second).toContain(',5750,2,476,');
    expect(msgIdOf(second)).not.toBe(msgIdOf(first));
    await host.must(`AT+MIPLWRITERSP=0,${msgIdOf(second)},2`);
    expect(await answer).toBe('2.04');
  });

  test('ends when the host refuses a block', async () => {
    const { answer, host } = await send('long-write=blocks');
    await host.must(`AT+MIPLWRITERSP=0,${msgIdOf(await host.urc('+MIPLWRITE'))},11`);
    expect(await answer).toBe('4.00');
  });
});

test('an unobserved notification is OK, and event 25 follows', async () => {
  const { host } = await startRegistered(with_('unobserved=event', 'bc28'));
  await host.must('AT+MIPLNOTIFY=0,666,3303,0,5700,4,4,98,0,0');
  expect(await host.urc('+MIPLEVENT: 0,25')).toBe('+MIPLEVENT: 0,25,666');
});

test.each([
  ['bc28', 0, 'ERROR', 'ERROR'],
  ['bc28', 1, '+CME ERROR: 3', '+CME ERROR: 50'],
  ['bc28', 2, '+CME ERROR: wrong state', '+CME ERROR: incorrect parameters'],
  ['m5310-seed', 1, '+CIS ERROR:602', '+CME ERROR: 50'],
  ['me3616', 1, '+CIS ERROR: 653', '+CME ERROR: 50'],
] as const)('%s with CMEE %i refuses as %s and %s', async (name, report, mipl, general) => {
  const { host } = await startBooted({ profile: { ...with_(`cmee=${report}`, name), echo: false } });
  expect(await host.ask('AT+MIPLUPDATE=0,0,0')).toEqual([mipl]);
  expect(await host.ask('AT+CFUN=3')).toEqual([general]);
});

test('texts for errors are a thing of some modules alone', async () => {
  const { host } = await startBooted({ profile: profiles.bc28 });
  expect(await host.ask('AT+CMEE=2')).toEqual(['ERROR']);
});

test.each([
  ['st', '"gt=5.0;st=2.0"'],
  ['stp', '"gt=5.0;stp=2.0"'],
])('step=%s', async (value, expected) => {
  const { ask, host } = await startRegistered(with_(`step=${value}`));
  void ask('0.03', '3303/0/5700', { options: uriQueryOptions(['gt=5', 'st=2']) }).catch(() => undefined);
  expect(await host.urc('+MIPLPARAMETER')).toMatch(new RegExp(`,${expected.length - 2},${expected}$`));
});

describe('objects 3 and 4 of the module itself', () => {
  const start = () => startRegistered(with_('standard-objects'));

  test('are registered with those of the host', async () => {
    const { server } = await start();
    const registration = await server.requests.next('the registration');
    expect(decodeText(registration.payload)).toContain('</3/0>,</4/0>,</3303/0>');
  });

  test('are read without the host, who is told', async () => {
    const { ask, host } = await start();
    expect(decodeText((await ask('0.01', '3/0/2')).payload)).toBe('869334030000010');
    expect(await host.urc('+MIPLREAD')).toMatch(/^\+MIPLREAD:0,\d+,3,0,2$/);
    expect((await ask('0.01', '4/0')).payload.length).toBeGreaterThan(20);
    expect((await ask('0.01', '4/0/99')).code).toBe('4.04');
  });

  test('are observed and discovered without the host', async () => {
    const { ask, host } = await start();
    expect((await ask('0.01', '4/0', { options: [observeOption(0)] })).code).toBe('2.05');
    const urc = await host.urc('+MIPLOBSERVE');
    expect(urc).toMatch(/,1,4,0,-1$/);
    expect(await host.ask(`AT+MIPLOBSERVERSP=0,${msgIdOf(urc)},1`)).toEqual(['OK']);
    expect(decodeText((await ask('0.01', '3', { options: [acceptOption(40)] })).payload)).toMatch(
      /^<\/3>,<\/3\/0>,<\/3\/0\/0>/,
    );
  });

  test('cannot be written, executed or added by the host', async () => {
    const { ask, host } = await start();
    expect((await ask('0.02', '3/0/4')).code).toBe('4.05');
    expect(await host.ask('AT+MIPLADDOBJ=0,3,1,"1",1,0')).toEqual(['+CIS ERROR:602']);
  });
});

describe('AT+MIPLCONFIG of a BC28', () => {
  const bc28 = () => startBooted({ profile: with_('cmee=1', 'bc28') });

  test('tells what was set', async () => {
    const { host } = await bc28();
    await host.must('AT+MIPLCONFIG=2,1,4');
    expect((await host.must('AT+MIPLCONFIG?'))[2]).toBe('+MIPLCONFIG: 2,1,4');
  });

  test.each(['0,127.0.0.1', '2,1,1', '2,0,4', '3,2', '4,1', '4,1,way-too-long-for-a-code', '5,1,short', '8,1', '9,1'])(
    'refuses %s',
    async (list) => {
      const { host } = await bc28();
      expect(await host.ask(`AT+MIPLCONFIG=${list}`)).toEqual(['+CME ERROR: 50']);
    },
  );

  test('is closed once the instance is there', async () => {
    const { host } = await bc28();
    await host.must('AT+MIPLCREATE');
    expect(await host.ask('AT+MIPLCONFIG=3,1')).toEqual(['+CME ERROR: 3']);
  });

  test('lets the module answer observes by itself, and print writes as text', async () => {
    const { ask, host } = await startRegistered(with_('cmee=1', 'bc28'), {}, [
      'AT+MIPLCONFIG=3,1',
      'AT+MIPLCONFIG=6,1',
    ]);
    expect((await ask('0.01', '3303/0', { options: [observeOption(0)] })).code).toBe('2.05');
    const payload = encodeTlv([{ kind: 'resource', id: 5750, value: Buffer.from('on') }]);
    void ask('0.02', '3306/0', { options: [contentFormatOption(11542)], payload }).catch(() => undefined);
    // The type stays that of bytes: with MIPLCONFIG=6,1 they are printed as they are.
    expect(await host.urc('+MIPLWRITE')).toMatch(/,5750,2,2,on,0,0$/);
  });
});

test('air=600 is a round trip: OK comes at once, registered after it', async () => {
  const server = await startServer();
  const { host } = await startBooted({ profile: with_('air=600'), server: server.endpoint.address });
  await host.must('AT+MIPLCREATE');
  await host.must('AT+MIPLADDOBJ=0,3303,1,"1",1,0');
  const startMs = performance.now();
  await host.must('AT+MIPLOPEN=0,3600');
  expect(performance.now() - startMs).toBeLessThan(500);
  await host.urc('+MIPLEVENT: 0,6');
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(590);
});
