import { describe, expect, test } from 'vitest';
import { acceptOption, decodeText } from '../../main/sim/coap/options.ts';
import { withHabit } from '../../main/sim/habits.ts';
import { profileNames } from '../../main/sim/profile.ts';
import { profiles } from '../../main/sim/profiles.ts';
import { msgIdOf, seedProfile, startRegistered } from './moduleAndServer.ts';

const resourcesOf = (linkFormat: string): string[] =>
  [...linkFormat.matchAll(/<\/3303\/0\/(\d+)>/g)].map(([, id]) => id as string);

describe('a list of resources with semicolons at its ends or between', () => {
  test.each(['5700;5701;', ';5700;5701', ';5700;5701;', '5700;;5701', '5700;5701;;;'])(
    'answers a discover all the same, empty pieces do not count: %s',
    async (list) => {
      const { ask, host } = await startRegistered();
      const answer = ask('0.01', '3303', { options: [acceptOption(40)] });
      const msgId = msgIdOf(await host.urc('+MIPLDISCOVER'));
      await host.must(`AT+MIPLDISCOVERRSP=0,${msgId},1,${list.length},"${list}"`);
      expect(resourcesOf(decodeText((await answer).payload))).toEqual(['5700', '5701']);
    },
  );

  test.each(['5700;5701;', ';5700;5701'])('announces them to China Mobile firmware: %s', async (list) => {
    const { ask, host } = await startRegistered(profiles.m5310a);
    await host.must(`AT+MIPLDISCOVERRSP=0,3303,1,${list.length},"${list}"`);
    const answer = await ask('0.01', '3303', { options: [acceptOption(40)] });
    expect(resourcesOf(decodeText(answer.payload))).toEqual(['5700', '5701']);
  });
});

const texts = [
  '{"F":"4","S":"5"}',
  '"',
  '""',
  'say "hi", again',
  'a","b',
  '",0,0',
  'D:\\10\\log',
  '温度 "20"',
  `{"list":[${Array.from({ length: 40 }, (_, id) => `{"id":${id}}`).join(',')}]}`,
];

describe('text of a driver with quotes inside', () => {
  test.each(texts)('reaches the server whole in a READRSP and a NOTIFY: %s', async (text) => {
    const { ask, host, observe, server } = await startRegistered();
    const length = Buffer.byteLength(text);
    const answer = ask('0.01', '3303/0/5701');
    const msgId = msgIdOf(await host.urc('+MIPLREAD'));
    await host.must(`AT+MIPLREADRSP=0,${msgId},1,3303,0,5701,1,${length},"${text}",0,0`);
    expect(decodeText((await answer).payload)).toBe(text);
    const observed = await observe('3303/0/5701');
    await host.must(`AT+MIPLNOTIFY=0,${observed},3303,0,5701,1,${length},"${text}",0,0,1`);
    expect(decodeText((await server.notifications.next('the notification')).payload)).toBe(text);
    expect(await host.urc('+MIPLEVENT')).toMatch(/,26,1$/);
  });

  test.each(profileNames)('does so with every family: %s', async (name) => {
    const text = '{"F":"4","S":"5"}';
    const profile = withHabit({ ...profiles[name], echo: false }, 'blanks=none');
    const { ask, host } = await startRegistered(profile);
    const answer = ask('0.01', '3303/0/5701');
    const msgId = msgIdOf(await host.urc('+MIPLREAD'));
    await host.must(`AT+MIPLREADRSP=0,${msgId},1,3303,0,5701,1,17,"${text}",0,0`);
    expect(decodeText((await answer).payload)).toBe(text);
  });

  test('is taken to its length where the spec client is inside', async () => {
    const { ask, host } = await startRegistered(seedProfile({}, { name: 'spec' }));
    const answer = ask('0.01', '3303/0/5701');
    const msgId = msgIdOf(await host.urc('+MIPLREAD'));
    await host.must(`AT+MIPLREADRSP=0,${msgId},1,3303,0,5701,1,6,"a","b"",0,0`);
    expect(decodeText((await answer).payload)).toBe('a","b"');
  });
});
