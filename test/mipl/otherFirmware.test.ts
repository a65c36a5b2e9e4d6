import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { urcFrames } from '../../main/mipl/urcFrames.ts';
import { modelOf, oneOfEachType, registered, settle } from './rig.ts';

/*
 * Lines as the sources of other firmware print them: Xinyi XY1100 (`at_onenet.c`), EC616 (`onenetWRITECALLBACK` and kin), MT2625
 * (`onenet_at_*_callback`), RDA/Unisoc 8910 (`cis_event_ind_process`) and 8909 (`mipl_server_ind_process`), NuttX's AT layer of CIS
 * (`cis_if_at.c`), AliOS (`onet_on_*_cb`), OneMO's manual; and what a line makes of them.
 */
const model = modelOf({
  ...oneOfEachType,
  '/3303/1/5700': ['float', 'RW', '21.5'],
  '/3200/0/5750': ['opaque', 'RW', '00'],
});

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

async function heard(text: string) {
  const station = await registered({ model, channel: { frames: urcFrames } });
  station.receive(Buffer.from(text));
  await settle();
  return station;
}

describe('a write', () => {
  it.each([
    ['AliOS: suite 1', '+MIPLWRITE: 1,7,3306,0,5851,3,4,25,0,0', '/3306/0/5851', '25', 1],
    [
      'NuttX: the length of a number is that of its digits',
      '+MIPLWRITE:0, 7, 3303, 0, 5700, 4, 5, 25.25, 0, 0',
      '/3303/0/5700',
      '25.25',
    ],
    ['RDA8909: every number in quotes', '+MIPLWRITE:0,7,3306,0,5851,3,4,"25",0,0', '/3306/0/5851', '25'],
    ['RDA8910: text in hex', '+MIPLWRITE:0,7,3306,0,5750,1,4,74657374,0,0', '/3306/0/5750', 'test'],
    ['RDA8910: an integer as text, in hex', '+MIPLWRITE:0,7,3306,0,5851,1,2,3235,0,0', '/3306/0/5851', '25'],
    ['RDA8910: a float as text, in hex', '+MIPLWRITE:0,7,3303,0,5700,1,4,32352E35,0,0', '/3303/0/5700', '25.5'],
    ['Xinyi: a float that came as text', '+MIPLWRITE:0,7,3303,0,5700,2,3,322E35,0,0', '/3303/0/5700', '2.5'],
    ['Xinyi: a boolean that came as text', '+MIPLWRITE:0,7,3306,0,5850,2,1,31,0,0', '/3306/0/5850', '1'],
    ['Xinyi: the same as a word', '+MIPLWRITE:0,7,3306,0,5850,2,4,74727565,0,0', '/3306/0/5850', '1'],
    ['Xinyi: an integer of a size that none has', '+MIPLWRITE:0,7,3306,0,5851,2,3,313233,0,0', '/3306/0/5851', '123'],
    ['Xinyi: one with a sign', '+MIPLWRITE:0,7,3306,0,5851,2,5,2D31323334,0,0', '/3306/0/5851', '-1234'],
    [
      'Xinyi: one of ten digits',
      '+MIPLWRITE:0,7,3306,0,5851,2,10,31373030303030303030,0,0',
      '/3306/0/5851',
      '1700000000',
    ],
    [
      'an integer of three bytes that are no digits',
      '+MIPLWRITE:0,7,3306,0,5851,2,3,011170,0,0',
      '/3306/0/5851',
      '70000',
    ],
    ['three bytes that are letters', '+MIPLWRITE:0,7,3306,0,5851,2,3,414243,0,0', '/3306/0/5851', '4276803'],
    ['digits of a size that integers have', '+MIPLWRITE:0,7,3306,0,5851,2,2,3132,0,0', '/3306/0/5851', '12594'],
    ['four digits', '+MIPLWRITE:0,7,3306,0,5851,2,4,32303233,0,0', '/3306/0/5851', '842019379'],
    [
      'OneMO: hex whose digits are counted',
      '+MIPLWRITE:0,7,3200,0,5750,2,16,050D0000050D0016,0',
      '/3200/0/5750',
      '050D0000050D0016',
    ],
    ['OneMO: the same for text', '+MIPLWRITE:0,7,3306,0,5750,2,8,74657374,0', '/3306/0/5750', 'test'],
    ['OneMO: the same for what is no text', '+MIPLWRITE:0,7,3306,0,5750,2,4,E309,0', '/3306/0/5750', 'E309'],
    ['OneMO: the same for a number', '+MIPLWRITE:0,7,3306,0,5851,2,4,0102,0', '/3306/0/5851', '258'],
    ['NB73: the same for a boolean', '+MIPLWRITE:0,7,3306,0,5850,2,2,01,0,0', '/3306/0/5850', '1'],
    ['Xinyi: raw digits', '+MIPLWRITE:0,7,3306,0,5851,2,2,12,0,0', '/3306/0/5851', '12'],
    ['small letters in hex', '+MIPLWRITE: 0,7,3306,0,5851,2,8,ffffffffffffffff,0,0', '/3306/0/5851', '-1'],
    ['hex in quotes', '+MIPLWRITE: 0,7,3303,0,5700,2,4,"42660000",0,0', '/3303/0/5700', '57.5'],
    ['a boolean of two bytes', '+MIPLWRITE: 0,7,3306,0,5850,2,2,0001,0,0', '/3306/0/5850', '1'],
    ['a boolean as a word', '+MIPLWRITE: 0,7,3306,0,5850,5,4,True,0,0', '/3306/0/5850', '1'],
    ['a number with an exponent', '+MIPLWRITE: 0, 7, 3303, 0, 5700, 4, , 1e+10, 0, 0', '/3303/0/5700', '1e+10'],
    ['quotes around every parameter', '+MIPLWRITE:0,7,3306,0,5750,1,"4","abcd","0","0"', '/3306/0/5750', 'abcd'],
    ['type 6 with the bytes as length', '+MIPLWRITE:0,7,3306,0,5750,6,4,"61626364",0,0', '/3306/0/5750', 'abcd'],
    ['type 6 with the digits as length', '+MIPLWRITE:0,7,3306,0,5750,6,8,"61626364",0,0', '/3306/0/5750', 'abcd'],
    ['a blank that is the value', '+MIPLWRITE: 0,7,3306,0,5750,1,1, ,0,0', '/3306/0/5750', ' '],
    ['a comma that is the value', '+MIPLWRITE: 0,7,3306,0,5750,1,1,,,0,0', '/3306/0/5750', ','],
    ['a quote that is the value', '+MIPLWRITE: 0,7,3306,0,5750,1,1,",0,0', '/3306/0/5750', '"'],
    ['two quotes that are the value', '+MIPLWRITE: 0,7,3306,0,5750,1,2,"",0,0', '/3306/0/5750', '""'],
    ['a break that is the value', '+MIPLWRITE: 0,7,3306,0,5750,1,2,\r\n,0,0', '/3306/0/5750', '\r\n'],
    ['a NUL in the value', '+MIPLWRITE: 0,7,3306,0,5750,1,3,a\0b,0,0', '/3306/0/5750', 'a\0b'],
    [
      'text that reads like the end of the line',
      '+MIPLWRITE: 0,7,3306,0,5750,1,7,a,0,0,0,0',
      '/3306/0/5750',
      'a,0,0,0',
    ],
    [
      'text of other letters, counted in characters',
      '+MIPLWRITE: 0,7,3306,0,5750,1,2,你好,0,0',
      '/3306/0/5750',
      '你好',
    ],
    ['an empty text in quotes', '+MIPLWRITE: 0,7,3306,0,5750,1,0,"",0', '/3306/0/5750', ''],
    ['MT2625: an empty opaque', '+MIPLWRITE: 0, 7, 3200, 0, 5750, 2, 0, , 0, 0', '/3200/0/5750', ''],
    ['its first letters lost', 'PLWRITE: 0,7,3306,0,5750,1,2,hi,0,0', '/3306/0/5750', 'hi'],
  ])('of %s', async (_, line, path, value, ref = 0) => {
    const { sent, store } = await heard(`\r\n${line}\r\n`);
    expect(sent).toEqual([`AT+MIPLWRITERSP=${ref},7,2`]);
    expect(store.valueOf(path)).toBe(value);
  });

  it.each([
    [
      'three lines, index counts (RDA8910)',
      [
        '+MIPLWRITE:0,7,3306,0,5851,2,1,19,0,2',
        '+MIPLWRITE:0,7,3306,0,5850,2,1,01,0,1',
        '+MIPLWRITE:0,7,3306,0,5750,2,4,74657374,0,0',
      ],
    ],
    [
      'three lines, flag and index (AliOS)',
      [
        '+MIPLWRITE: 0,7,3306,0,5851,3,4,25,1,2',
        '+MIPLWRITE: 0,7,3306,0,5850,5,1,1,2,1',
        '+MIPLWRITE: 0,7,3306,0,5750,1,4,test,0,0',
      ],
    ],
    [
      'each line twice, an event between',
      [
        '+MIPLWRITE: 0,7,3306,0,5851,3,4,25,0,2',
        '+MIPLWRITE: 0,7,3306,0,5851,3,4,25,0,2',
        '+MIPLEVENT: 0,11',
        '+MIPLWRITE: 0,7,3306,0,5850,5,1,1,0,1',
        '+MIPLWRITE: 0,7,3306,0,5850,5,1,1,0,1',
        '+MIPLWRITE: 0,7,3306,0,5750,1,4,test,0,0',
        '+MIPLWRITE: 0,7,3306,0,5750,1,4,test,0,0',
      ],
    ],
  ])('of %s', async (_, lines) => {
    const { sent, store } = await heard(lines.map((line) => `\r\n${line}\r\n`).join(''));
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,7,2']);
    expect(['5851', '5850', '5750'].map((id) => store.valueOf(`/3306/0/${id}`))).toEqual(['25', '1', 'test']);
  });

  it.each([
    ['EC616: text of an instance, whose resource it does not print', '+MIPLWRITE: 0,7,3306,0,65535,1,4,"test",0,0', 13],
    ['not a number', '+MIPLWRITE: 0, 7, 3303, 0, 5700, 4, , nan, 0, 0', 11],
    ['a boolean that is none', '+MIPLWRITE:0,7,3306,0,5850,2,1,02,0,0', 11],
    ['a float of one byte', '+MIPLWRITE:0,7,3303,0,5700,2,1,19,0,0', 11],
    ['a word that is no float', '+MIPLWRITE:0,7,3303,0,5700,2,3,616263,0,0', 11],
    ['hex with a prefix', '+MIPLWRITE: 0,7,3306,0,5851,2,1,0x16,0,0', 11],
    ['hex with blanks', '+MIPLWRITE: 0,7,3306,0,5851,2,4,00 00 00 16,0,0', 11],
    ['no flag', '+MIPLWRITE:0,7,3306,0,5750,1,4,abcd', 11],
    ['a flag that is none', '+MIPLWRITE:0,7,3306,0,5750,1,4,abcd,0x200', 11],
    ['an unknown type', '+MIPLWRITE: 0,7,3306,0,5750,7,5,hello,0,0', 11],
    ['a length below none', '+MIPLWRITE: 0,7,3306,0,5750,1,-5,hello,0,0', 11],
    ['a resource that is not there', '+MIPLWRITE: 0,7,3306,0,5605,1,3,abc,0,0', 13],
  ])('is refused: %s', async (_, line, result) => {
    const { sent, store } = await heard(`\r\n${line}\r\n`);
    expect(sent).toEqual([`AT+MIPLWRITERSP=0,7,${result}`]);
    expect(store.valueOf('/3306/0/5750')).toBe('lamp');
  });

  it('is refused in time where the first of its lines was lost', async () => {
    const { sent } = await heard(
      '+MIPLWRITE:0,7,3306,0,5750,1,4,abcd,2,0\r\n+MIPLWRITE:0,7,3306,0,5851,3,4,77,0,0\r\n',
    );
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    await settle();
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,7,11']);
  });
});

describe('an execute', () => {
  it.each([
    ['RDA8910: in quotes', '5,"reset"', 'reset'],
    ['NuttX: bare behind a blank', ' 5, reset', 'reset'],
    ['NuttX: with commas and blanks of its own', ' 7, 1, 2, 3', '1, 2, 3'],
    ['MT2625: no arguments', ' 0, ""', ''],
    ['empty length and arguments', ',,0', undefined],
    ['a length alone', '0', undefined],
    ['a comma behind the path', '', undefined],
    ['tabs', '\t5,\treset', 'reset'],
    ['quotes of its own', '8,"say "hi""', 'say "hi"'],
    ['breaks at its end', '6,"a\r\nb\r\n"', 'a\r\nb\r\n'],
    ['other letters', '6,重启', '重启'],
    ['Lierda: a key', '38,1400130000AC0F01002C5D37F7303C00000001', '1400130000AC0F01002C5D37F7303C00000001'],
    ['flag and index', '3,1,2,0,0', '1,2'],
  ])('of %s', async (_, tail, payload) => {
    const { sent, requests } = await heard(`\r\n+MIPLEXECUTE: 0,7,3303,0,5605,${tail}\r\n`);
    expect(sent).toEqual(['AT+MIPLEXECUTERSP=0,7,2']);
    expect(requests()[0]?.payload).toBe(payload);
  });

  it.each([
    ['a pointer to nothing', '0,(null)'],
    ['a length that is none', 'NULL'],
    ['arguments without a length', '"reset"'],
    ['another length', '7,"say "hi""'],
    ['other quotes', "5,'reset'"],
  ])('is refused: %s', async (_, tail) => {
    expect((await heard(`\r\n+MIPLEXECUTE: 0,7,3303,0,5605,${tail}\r\n`)).sent).toEqual(['AT+MIPLEXECUTERSP=0,7,11']);
  });
});

describe('a list of attributes', () => {
  it.each([
    ['RDA8910: all five, bare', '56,pmin=10; pmax=60; gt=0.000000; lt=0.000000; stp=0.000000', { pmin: 10, pmax: 60 }],
    ['AliOS: those that were written', '28,"pmin=1;pmax=2;lt=0.0;gt=50.0"', { pmin: 1, pmax: 2, lt: 0, gt: 50 }],
    ['EC616: all five', '37,"pmin=1;pmax=2;gt=9.0;lt=1.0;st=0.0"', { pmin: 1, pmax: 2, gt: 9, lt: 1, st: 0 }],
    ['no length', ',"pmin=15"', { pmin: 15 }],
    ['a length that is wrong', '22,"pmin=60;pmax=15"', { pmin: 60, pmax: 15 }],
    ['nothing', '0,""', {}],
    ['more behind it', '7,"pmin=10",0,0', { pmin: 10 }],
    ['blanks', '9,"pmin = 15"', { pmin: 15 }],
  ])('of %s', async (_, tail, changes) => {
    const { sent, attributes } = await heard(`\r\n+MIPLPARAMETER: 0,7,3303,0,5700,${tail}\r\n`);
    expect(sent).toEqual(['AT+MIPLPARAMETERRSP=0,7,2']);
    expect(attributes).toEqual([['/3303/0/5700', changes]]);
  });

  it('of NuttX, which forgets the comma behind the resource', async () => {
    const { sent, attributes } = await heard('\r\n+MIPLPARAMETER:0, 7, 3303, 0, 5700 16, pmin=15;pmax=60;\r\n');
    expect(sent).toEqual(['AT+MIPLPARAMETERRSP=0,7,2']);
    expect(attributes).toEqual([['/3303/0/5700', { pmin: 15, pmax: 60 }]]);
  });

  it.each(['20,pmin=15&pmax=60&gt=5', '6,"cancel"', '8,"pmin=-15"', '7,"step=2"', '15,"pmin=1;pmin=2;x"'])(
    'is refused: %s',
    async (tail) => {
      const { sent } = await heard(`\r\n+MIPLPARAMETER: 0,7,3303,0,5700,${tail}\r\n`);
      expect(sent).toEqual(['AT+MIPLPARAMETERRSP=0,7,11']);
    },
  );
});

describe('a read, an observe, a discover', () => {
  const value = '3303,0,5700,4,4,20.5,0,0';
  it.each([
    ['msgid of 32 bits', '+MIPLREAD: 0,4294967295,3303,0,5700', `AT+MIPLREADRSP=0,4294967295,1,${value}`],
    ['the same as a signed number', '+MIPLREAD: 0,-2147400000,3303,0,5700', `AT+MIPLREADRSP=0,-2147400000,1,${value}`],
    ['zeros before the msgid', '+MIPLREAD: 0,05003,3303,0,5700', `AT+MIPLREADRSP=0,5003,1,${value}`],
    ['AliOS: suite 1', '+MIPLREAD: 1,7,3303,0,5700', `AT+MIPLREADRSP=1,7,1,${value}`],
    ['an empty count', '+MIPLREAD: 0,7,3303,0,5700,', `AT+MIPLREADRSP=0,7,1,${value}`],
    ['more counts', '+MIPLREAD: 0,7,3303,0,5700,0,0,0', `AT+MIPLREADRSP=0,7,1,${value}`],
    ['small letters', '+miplread: 0,7,3303,0,5700', `AT+MIPLREADRSP=0,7,1,${value}`],
    ['a NUL at its end', '+MIPLREAD: 0,7,3303,0,5700\0', `AT+MIPLREADRSP=0,7,1,${value}`],
    ['a prompt before it', '> +MIPLREAD: 0,7,3303,0,5700', `AT+MIPLREADRSP=0,7,1,${value}`],
    ['its first letters lost', 'IPLREAD: 0,7,3303,0,5700', `AT+MIPLREADRSP=0,7,1,${value}`],
    ['65535 for a resource', '+MIPLREAD: 0,7,3303,0,65535', 'AT+MIPLREADRSP=0,7,13'],
    ['observe without a resource', '+MIPLOBSERVE: 0,81895,1,3303,0', 'AT+MIPLOBSERVERSP=0,81895,1'],
    ['observe of all instances', '+MIPLOBSERVE: 0,81895,1,3303,-1', 'AT+MIPLOBSERVERSP=0,81895,1'],
    ['observe with more behind it', '+MIPLOBSERVE: 0,81895,1,3303,0,-1,0', 'AT+MIPLOBSERVERSP=0,81895,1'],
    ['a flag that is none', '+MIPLOBSERVE: 0,81895,2,3303,0,-1', 'AT+MIPLOBSERVERSP=0,81895,11'],
    ['discover of an instance', '+MIPLDISCOVER: 0,7,3303,0', 'AT+MIPLDISCOVERRSP=0,7,1,9,"5700;5605"'],
    ['discover with a large msgid', '+MIPLDISCOVER: 0, 78162, 3303', 'AT+MIPLDISCOVERRSP=0,78162,1,9,"5700;5605"'],
  ])('with %s', async (_, line, answer) => {
    for (const [before, behind] of [
      ['\r\n', '\r\n'],
      ['\r', '\r'],
      ['\n', '\n'],
      ['', '\r\r\n'],
    ] as const) {
      expect((await heard(`${before}${line}${behind}`)).sent).toEqual([answer]);
    }
  });
});

describe('an event', () => {
  it.each([
    ['nothing behind it', '+MIPLEVENT: 0,9'],
    ['a signed number', '+MIPLEVENT: 0,9,-5'],
    ['words', '+MIPLEVENT: 0,9,abc,def'],
    ['hex', '+MIPLEVENT: 0,9,0x5,7'],
    ['suite 1', '+MIPLEVENT: 1,9'],
    ['its first letters lost', 'MIPLEVENT: 0,9'],
    ['a result behind it', '+MIPLEVENT: 0,9OK'],
  ])('is heard with %s', async (_, line) => {
    expect((await heard(`\r\n${line}\r\n`)).phases().at(-1)).toBe('failed');
  });
});
