import { describe, expect, test } from 'vitest';
import {
  blockOption,
  contentFormatOption,
  decodeText,
  observeOption,
  uriQueryOptions,
} from '../../main/sim/coap/options.ts';
import { printEvent } from '../../main/sim/modem/lines.ts';
import { profileNames } from '../../main/sim/profile.ts';
import { readName } from '../../main/sim/simulator.ts';
import { encodeTlv } from '../../main/sim/tlv.ts';
import { msgIdOf, startBooted, startRegistered } from './moduleAndServer.ts';

/** Every option of public-drivers.md §3 on every module, asked for by name as a port or `mipl sim --profile` names it. */
describe.each([...profileNames])('sim:%s', (name) => {
  const profileWith = (option: string) => readName(`${name}?${option}`).profile;
  const registered = (option: string) => startRegistered(profileWith(option));
  const bare = (line: string): string => line.replace(/(?<=[:,]) /g, '');
  const ignore = (): undefined => undefined;

  test('?repeat=3 prints a request nobody has answered three times', async () => {
    const { ask, host } = await registered('repeat=3');
    ask('0.01', '3303/0/5700').catch(ignore);
    const lines = [await host.urc('+MIPLREAD'), await host.urc('+MIPLREAD'), await host.urc('+MIPLREAD')];
    expect(new Set(lines).size).toBe(1);
  });

  test('?burst=30 says two requests in one write', async () => {
    const { ask, host, module } = await registered('burst=30');
    const chunks: string[] = [];
    const { onData } = module.link;
    module.link.onData = (bytes) => {
      chunks.push(Buffer.from(bytes).toString());
      onData?.(bytes);
    };
    ask('0.01', '3303/0/5700').catch(ignore);
    ask('0.01', '3303/0/5701').catch(ignore);
    await host.urc('+MIPLREAD');
    await host.urc('+MIPLREAD');
    expect(chunks.map((chunk) => chunk.split('+MIPLREAD').length - 1)).toContain(2);
  });

  test('?deregistered=before says event 15 between CLOSE and its OK', async () => {
    const { host } = await registered('deregistered=before');
    expect((await host.must('AT+MIPLCLOSE=0')).map(bare)).toContain(bare(printEvent(profileWith(''), 15)));
  });

  test.each([
    ['on', /^AT\r/],
    ['off', /^\r\nOK/],
  ])('?echo=%s', async (value, beginning) => {
    const { host } = await startBooted({ profile: profileWith(`echo=${value}`) });
    host.received = '';
    await host.ask('AT');
    expect(host.received).toMatch(beginning);
  });

  test('?observe-ids=counted gives an observation an id above 65535', async () => {
    const { observe } = await registered('observe-ids=counted');
    expect(Number(await observe('3303/0'))).toBeGreaterThan(65535);
  });

  test('?read-count=always prints a count behind +MIPLREAD', async () => {
    const { ask, host } = await registered('read-count=always');
    ask('0.01', '3303/0/5700').catch(ignore);
    expect(bare(await host.urc('+MIPLREAD'))).toMatch(/^\+MIPLREAD:0,\d+,3303,0,5700,\d+$/);
  });

  test('an empty write is a line of length 0', async () => {
    const { ask, host } = await registered('');
    const payload = encodeTlv([{ kind: 'resource', id: 5750, value: new Uint8Array() }]);
    const answer = ask('0.02', '3306/0', { options: [contentFormatOption(11542)], payload });
    const urc = await host.urc('+MIPLWRITE');
    expect(bare(urc)).toMatch(/^\+MIPLWRITE:0,\d+,3306,0,5750,\d,0,(""|),0(,0)?$/);
    await host.must(`AT+MIPLWRITERSP=0,${msgIdOf(urc).trim()},2`);
    expect((await answer).code).toBe('2.04');
  });

  test('?long-write=blocks shows 1500 bytes as 1024 and 476, flags first and last', async () => {
    const { ask, host } = await registered('long-write=blocks');
    const payload = encodeTlv([{ kind: 'resource', id: 5750, value: new Uint8Array(1500).fill(0x61) }]);
    const send = (number: number) =>
      ask('0.02', '3306/0', {
        options: [contentFormatOption(11542), blockOption('block1', { number, more: number === 0, size: 1024 })],
        payload: payload.subarray(number * 1024, (number + 1) * 1024),
      });
    expect((await send(0)).code).toBe('2.31');
    const answer = send(1);
    for (const [length, result] of [
      [1024, 16],
      [476, 2],
    ]) {
      const urc = bare(await host.urc('+MIPLWRITE'));
      expect(urc).toMatch(new RegExp(`^\\+MIPLWRITE:0,\\d+,3306,0,5750,\\d,${length},`));
      await host.must(`AT+MIPLWRITERSP=0,${msgIdOf(urc)},${result}`);
    }
    expect((await answer).code).toBe('2.04');
  });

  test('?unobserved=event says OK to a notification nobody wants, and then event 25', async () => {
    const { host } = await registered('unobserved=event');
    await host.must('AT+MIPLNOTIFY=0,666,3303,0,5700,4,4,98,0,0');
    await host.urcs.find((line) => bare(line) === '+MIPLEVENT:0,25,666', 'event 25');
  });

  test.each([
    [0, /^ERROR$/],
    [1, /^\+CME ERROR: ?\d+$/],
    [2, /^\+CME ERROR: ?[a-z ]+$/],
  ])('?cmee=%i', async (value, error) => {
    const { host } = await startBooted({ profile: { ...profileWith(`cmee=${value}`), echo: false } });
    expect((await host.ask('AT+CFUN=3')).at(-1)).toMatch(error);
  });

  test.each(['st', 'stp'])('?step=%s names the step in +MIPLPARAMETER', async (step) => {
    const { ask, host } = await registered(`step=${step}`);
    ask('0.03', '3303/0/5700', { options: uriQueryOptions(['gt=5', 'st=2']) }).catch(ignore);
    expect(await host.urc('+MIPLPARAMETER')).toMatch(new RegExp(`gt=5\\.0+;.*;? ?${step}=2\\.0+"$`));
  });

  test('?standard-objects reads and observes the objects 3 and 4 without the host', async () => {
    const { ask } = await registered('standard-objects');
    expect(decodeText((await ask('0.01', '3/0/2')).payload)).toBe('869334030000010');
    expect((await ask('0.01', '3', { options: [observeOption(0)] })).code).toBe('2.05');
    expect((await ask('0.01', '4/0')).payload.length).toBeGreaterThan(20);
    expect((await ask('0.01', '4/0', { options: [observeOption(0)] })).code).toBe('2.05');
  });
});
