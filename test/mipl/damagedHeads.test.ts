import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { damagedHead, lettersBetween } from '../../main/mipl/damagedHead.ts';
import { decodeLine } from '../../main/mipl/decode.ts';
import { urcFrames } from '../../main/mipl/urcFrames.ts';
import { modelOf, registered, settle } from './rig.ts';

const model = modelOf({
  '/3303/0/5700': ['float', 'RW', '20.5'],
  '/3303/0/5605': ['none', 'E'],
  '/3306/0/5750': ['string', 'RW', 'lamp'],
});
const content = 'AT+MIPLREADRSP=0,5003,1,3303,0,5700,4,4,20.5,0,0';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

async function sentFor(line: string): Promise<readonly string[]> {
  const { receive, sent } = await registered({ model, channel: { frames: urcFrames } });
  receive(Buffer.from(`\r\n${line}\r\n`, 'latin1'));
  await settle();
  return sent;
}

describe('a request whose head did not come whole is answered', () => {
  it.each([
    ['a letter of the name is lost', '+MIPREAD: 0,5003,3303,0,5700', content],
    ['a letter of the kind is lost', '+MIPLRAD: 0,5003,3303,0,5700', content],
    ['two letters are lost', '+MPLRAD: 0,5003,3303,0,5700', content],
    ['a letter is another', '+MIPLSEAD:0,5003,3303,0,5700', content],
    ['a byte is none of ASCII', '+MIPLR\xffAD: 0,5003,3303,0,5700', content],
    ['noise in the middle', '+MIPL\xff\0READ: 0,5003,3303,0,5700', content],
    ['noise behind the colon', '+MIPLREAD: \x000,5003,3303,0,5700', content],
    ['the colon is lost', '+MIPLREAD 0,5003,3303,0,5700', content],
    ['colon and blank are lost', '+MIPLREAD0,5003,3303,0,5700', content],
    ['the kind alone is left', 'READ: 0,5003,3303,0,5700', content],
    ['the end of the kind is left', 'EAD: 0,5003,3303,0,5700', content],
    ['a write', '+MIPLWITE: 0,5003,3306,0,5750,1,4,test,0,0', 'AT+MIPLWRITERSP=0,5003,2'],
    ['an execute', '+MIPLEXCUTE: 0,5003,3303,0,5605', 'AT+MIPLEXECUTERSP=0,5003,2'],
    ['an observe', '+MIPLOBSRVE: 0,5003,1,3303,0,-1', 'AT+MIPLOBSERVERSP=0,5003,1'],
    ['a discover', '+MIPLDISCVER: 0,5003,3303', 'AT+MIPLDISCOVERRSP=0,5003,1,9,"5700;5605"'],
    ['attributes', '+MIPLPARAMETR: 0,5003,3303,0,5700,15,"pmin=1;pmax=60"', 'AT+MIPLPARAMETERRSP=0,5003,2'],
    ['one that cannot be read', '+MIPLRED: 0,5003,3303', 'AT+MIPLREADRSP=0,5003,11'],
  ])('%s', async (_, line, answer) => {
    expect(await sentFor(line)).toEqual([answer]);
  });

  it.each([
    ['the number of the suite is not there', '+MIPLREAD: 5003,3303,0,5700', content],
    ['the same: observe', '+MIPLOBSERVE: 5003,1,3303,0,-1', 'AT+MIPLOBSERVERSP=0,5003,1'],
    ['the same: write', '+MIPLWRITE: 5003,3306,0,5750,1,4,test,0', 'AT+MIPLWRITERSP=0,5003,2'],
    ['the same: execute', '+MIPLEXECUTE: 5003,3303,0,5605,5,reset', 'AT+MIPLEXECUTERSP=0,5003,2'],
    ['the same: no arguments', '+MIPLEXECUTE: 5003,3303,0,5605,0,', 'AT+MIPLEXECUTERSP=0,5003,2'],
    ['the same: discover', '+MIPLDISCOVER: 5003,3303', 'AT+MIPLDISCOVERRSP=0,5003,1,9,"5700;5605"'],
    ['the same: attributes', '+MIPLPARAMETER: 5003,3303,0,5700,14,pmin=1;pmax=60', 'AT+MIPLPARAMETERRSP=0,5003,2'],
    ['the number of the suite is there, but wrong', '+MIPLREAD: 5002,5003,3303,0,5700', 'AT+MIPLREADRSP=0,5003,11'],
  ])('%s', async (_, line, answer) => {
    expect(await sentFor(line)).toEqual([answer]);
  });

  it('says what is odd about it', () => {
    expect(decodeLine('+MIPRED: 0,5003,3303,0,5700')).toMatchObject({
      kind: 'urc',
      note: 'its head is damaged: +MIPLREAD',
    });
    expect(decodeLine('EAD: 0,5003,3303,0,5700')).toMatchObject({ note: 'its beginning is missing: +MIPLREAD' });
    expect(decodeLine('+MIPLREAD: 5003,3303,0,5700')).toMatchObject({
      kind: 'urc',
      params: { ref: 0, msgId: 5003 },
      note: 'no number of a suite',
    });
    expect(decodeLine('+MIPLREAD: 5003,3303,0,5700,1,9')).toMatchObject({
      note: expect.stringMatching(/^no number of a suite; /),
    });
  });

  it.each(['AT+NUESTATS', 'AT+NSORF=0,10', 'AT+CGMR', 'AT+CLAC', 'AT+CSQ'])(
    'is no information text of %s',
    async (command) => {
      const { engine, say, sent } = await registered({
        model,
        reply: (line) => (line === command ? undefined : ['OK']),
      });
      const asked = engine.sendLine(command);
      say('PLREAD: 0,5003,3303,0,5700', 'OK');
      expect((await asked).lines).toEqual([]);
      await settle();
      expect(sent).toEqual([command, content]);
    },
  );

  it.each(['+MIPLVENT: 0,15', 'LEVENT: 0,15', 'EVENT: 0,15', 'EVENT:0,15,0'])(
    '%j counts as event, too',
    async (line) => {
      const { say, registrations } = await registered({ model });
      say(line);
      await settle();
      expect(registrations.at(-1)?.phase).toBe('deregistered');
    },
  );
});

describe('what is no request stays none', () => {
  it.each([
    '+MIPLREADRSP=0,5003,1,3303,0,5700,4,4,20.5,0,0',
    'T+MIPLREADRSP=0,5003,1,3303,0,5700,4,4,20.5,0,0',
    'IPLREADRSP=0,5003,1,3303,0,5700,4,4,20.5,0,0',
    'REDRSP: 0,5003,3303,0,5700',
    '+MIPLWRITERSP=0,5003,2',
    'PLNOTIFY=0,5003,3303,0,5700,4,4,20.5,0,0',
    '+QIURC: 0,12,3',
    '"+MIPLREAD: 0,5003,3303,0,5700"',
    '+LWM2MREAD: 0,5003,3303,0,5700',
    '+MIPLNSM: 0,1,12',
    '+MIPLNM: 0,1,1',
    'AD: 0,5003,3303,0,5700',
    'E: 0,5003,3303',
    'REMARK: 0,5003,3303',
    'WRITER: 0,1,2',
    '+MIPLREAD: 0,50\xff03,3303,0,5700',
    '+MRD: 0,5003,3303,0,5700',
    '+CREAD: 0,5003',
    'Read: 0,5003,3303,0,5700',
    'mipl_read: 0,5003,3303,0,5700',
    'mipl read 0,5003,3303,0,5700',
    '+MIPREAD: 1,0',
    '+MIPREAD: 1,50,"ab"',
    '+IPWRITE: 0,512',
    'WRITE: 0, 512, 1',
    'METER: 0,220',
    'VER: 1,2,3',
    'OVER: 1,2,3',
    'CUTE: 1,2',
  ])('%j', async (line) => {
    expect(await sentFor(line)).toEqual([]);
  });

  it.each([
    ...['Event: 0,15', 'event 0,15', 'mipl event 0,15', 'mipl_event: 0,15', 'ent: 0,15', 'ip event: 0,15'],
    ...[
      'EVENT: 1,2',
      'EVENT: 1,15',
      'LEVENT: 1,15',
      'EVENT: 3,15',
      'EVENT: 0,16',
      'EVENT: 0,150',
      'EVENT: 0,15,door',
      'EVENT: 0,15,3,7',
    ],
  ])('nor is %j an event', async (line) => {
    const { say, registrations } = await registered({ model });
    const before = registrations.length;
    say(line);
    await settle();
    expect(registrations.slice(before)).toEqual([]);
  });

  it('nor does any line of the names of commands', () => {
    for (const name of ['MIPLREADRSP', 'MIPLWRITERSP', 'MIPLEXECUTERSP', 'MIPLOBSERVERSP', 'MIPLNOTIFY', 'MIPLUPDATE'])
      for (let lost = 0; lost < name.length; lost++)
        expect(damagedHead(`+${name.slice(0, lost)}${name.slice(lost + 1)}: 0,5003,2`)).toBeUndefined();
  });
});

describe('what is made up to look like a damaged head', () => {
  it.each([
    ['a name with a letter too many or too few', (n: number) => `MIPLREAX${n % 100},${n},3303,0,5700`],
    ['another sign before it', (n: number) => `*MIPLWRITF:0,${n},3303`],
    ['twenty capitals', (n: number) => `ABCDEFGHIJKLMNOPQRST${n % 100},${n},5`],
    ['the answer to a request', (n: number) => `MIPLOBSERVERSP${n % 100},${n},5`],
  ])('costs little, however much of it comes: %s', (_, lineOf) => {
    const lines = Array.from({ length: 20_000 }, (_unused, index) => lineOf(index));
    const started = process.cpuUsage();
    for (const line of lines) damagedHead(line);
    // Microseconds; at 921,600 baud such a line takes 250.
    expect(process.cpuUsage(started).user / lines.length).toBeLessThan(30);
  });

  it('is told apart by lengths and letters as it would be by comparing it with every name', () => {
    const names = ['READ', 'WRITE', 'EXECUTE', 'OBSERVE', 'DISCOVER', 'PARAMETER'].map((kind) => `MIPL${kind}`);
    const mutation = fc.tuple(fc.nat(13), fc.constantFrom('', 'X', 'E', 'RS'), fc.nat(1));
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(mutation, { maxLength: 3 }), (name, mutations) => {
        const letters = mutations.reduce(
          (text, [at, put, cut]) => text.slice(0, at) + put + text.slice(at + cut),
          name,
        );
        const found = damagedHead(`+${letters}: 0,5003,3303,0,5700,0,0`);
        if (found) expect(lettersBetween(letters, found.name.slice(1))).toBeLessThanOrEqual(2);
        const isNear = letters.startsWith('MIPL') && lettersBetween(letters, name) <= 1;
        if (isNear) expect(found?.name).toBe(`+${name}`);
      }),
    );
  });
});

describe('the count of letters between two words', () => {
  it('is the same both ways, and nought for the same word', () => {
    const word = fc.stringMatching(/^[A-D]{0,7}$/);
    fc.assert(
      fc.property(word, word, word, (one, other, third) => {
        expect(lettersBetween(one, other)).toBe(lettersBetween(other, one));
        expect(lettersBetween(one, one)).toBe(0);
        expect(lettersBetween(one, third)).toBeLessThanOrEqual(
          lettersBetween(one, other) + lettersBetween(other, third),
        );
        expect(lettersBetween(one, '')).toBe(one.length);
      }),
    );
  });
});
