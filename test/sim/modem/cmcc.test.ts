import { describe, expect, test } from 'vitest';
import {
  acceptOption,
  contentFormatOption,
  decodeText,
  encodeText,
  observe,
  observeOption,
  uriQueryOptions,
} from '../../../main/sim/coap/options.ts';
import { profiles } from '../../../main/sim/profiles.ts';
import { encodeTlv } from '../../../main/sim/tlv.ts';
import { msgIdOf, startBooted, startRegistered } from '../moduleAndServer.ts';

const m5310a = profiles.m5310a;
const registered = () => startRegistered(m5310a);

describe('observe, discover and write-attributes are answered by the module', () => {
  test('a discover with the resources that were announced', async () => {
    const { ask, host } = await registered();
    const answer = await ask('0.01', '3303', { options: [acceptOption(40)] });
    const instance = (id: number): string => `</3303/${id}>,</3303/${id}/5700>,</3303/${id}/5701>`;
    expect(decodeText(answer.payload)).toBe(`</3303>,${instance(0)},${instance(1)}`);
    expect(await host.urc('+MIPLDISCOVER:0,')).toMatch(/,3303$/);
  });

  test('a discover of an object nothing was announced for with its instances alone', async () => {
    const { ask } = await registered();
    const answer = await ask('0.01', '3306', { options: [acceptOption(40)] });
    expect(decodeText(answer.payload)).toBe('</3306>,</3306/0>');
  });

  test('an observe at once, shown with the bare message id', async () => {
    const { ask, host } = await registered();
    const answer = await ask('0.01', '3303/0', { options: [observeOption(0)] });
    expect([answer.code, observe(answer)]).toEqual(['2.05', 0]);
    expect(await host.urc('+MIPLOBSERVE:0,')).toBe(`+MIPLOBSERVE:0,${answer.messageId},1,3303,0,-1`);
  });

  test('attributes with 2.04, shown with the step spelt stp', async () => {
    const { ask, host } = await registered();
    const options = uriQueryOptions(['pmin=15', 'st=2']);
    expect((await ask('0.03', '3303/0/5700', { options })).code).toBe('2.04');
    expect(await host.urc('+MIPLPARAMETER:0,')).toMatch(/,3303,0,5700,15,"pmin=15;stp=2\.0"$/);
  });

  test('an answer of the host all the same is taken and means nothing', async () => {
    const { ask, host } = await registered();
    const { messageId } = await ask('0.01', '3303/0', { options: [observeOption(0)] });
    expect(await host.ask(`AT+MIPLOBSERVERSP=0,${messageId},13`)).toEqual(['OK']);
    expect(await host.ask('AT+MIPLNOTIFY=0,0,3303,0,5700,4,4,98,0,0')).toEqual(['OK']);
  });
});

describe('the announcement of resources', () => {
  test('is refused for an object that was not added', async () => {
    const { host } = await registered();
    expect(await host.ask('AT+MIPLDISCOVERRSP=0,3200,1,4,"5500"')).toEqual(['+CIS ERROR: 653']);
  });

  test.each([
    'AT+MIPLDISCOVERRSP=0,3303,11,4,"5700"',
    'AT+MIPLDISCOVERRSP=0,3303,1,5,"5700"',
    'AT+MIPLDISCOVERRSP=0,3303,1',
  ])('is refused when it is none: %s', async (line) => {
    const { host } = await registered();
    expect(await host.ask(line)).toEqual(['+CIS ERROR: 601']);
  });

  test('is gone with CLOSE', async () => {
    const { ask, host } = await registered();
    await host.must('AT+MIPLCLOSE=0');
    await host.urc('+MIPLEVENT:0,15');
    await host.must('AT+MIPLOPEN=0,3600,30');
    await host.urc('+MIPLEVENT:0,6');
    const answer = await ask('0.01', '3303', { options: [acceptOption(40)] });
    expect(decodeText(answer.payload)).toBe('</3303>,</3303/0>,</3303/1>');
  });
});

describe('NOTIFY', () => {
  test('with msgid 0 finds the observation of the resource before that of its instance', async () => {
    const { observe: watch, host, server } = await registered();
    await watch('3303/0', Uint8Array.of(1));
    await watch('3303/0/5700', Uint8Array.of(2));
    await host.must('AT+MIPLNOTIFY=0,0,3303,0,5700,4,4,98,0,0');
    await host.must('AT+MIPLNOTIFY=0,0,3303,0,5701,1,3,"Cel",0,0');
    const tokens = [await server.notifications.next('one'), await server.notifications.next('other')];
    expect(tokens.map(({ token }) => [...token])).toEqual([[2], [1]]);
  });

  test('that nobody observes is +CIS ERROR: 100', async () => {
    const { host } = await registered();
    expect(await host.ask('AT+MIPLNOTIFY=0,0,3306,0,5850,5,1,1,0,0')).toEqual(['+CIS ERROR: 100']);
  });

  test('of several lines is sent with the one that has flag 0, whatever the index', async () => {
    const { observe: watch, host, server } = await registered();
    await watch('3303/0');
    await host.must('AT+MIPLNOTIFY=0,0,3303,0,5700,4,4,98,0,1');
    await host.must('AT+MIPLNOTIFY=0,0,3303,0,5601,4,4,88,0,2');
    expect(server.notifications.left).toEqual([]);
    await host.must('AT+MIPLNOTIFY=0,0,3303,0,5602,4,4,99,0,0,5');
    await host.urc('+MIPLEVENT:0,26,5');
    expect((await server.notifications.next('the notification')).payload.length).toBe(24);
  });

  test('takes release assistance in place of the flag', async () => {
    const { observe: watch, host } = await registered();
    await watch('3303/0');
    expect(await host.ask('AT+MIPLNOTIFY=0,0,3303,0,5700,4,4,98,0,0x200')).toEqual(['OK']);
    expect(await host.ask('AT+MIPLNOTIFY=0,0,3303,0,5700,4,4,98,0,7')).toEqual(['+CIS ERROR: 601']);
  });
});

describe('READ', () => {
  test('of an instance is shown with a count, of a resource without', async () => {
    const { ask, host } = await registered();
    void ask('0.01', '3303/0').catch(() => undefined);
    expect(await host.urc('+MIPLREAD')).toMatch(/^\+MIPLREAD:0,\d+,3303,0,-1,0$/);
    void ask('0.01', '3303/0/5700').catch(() => undefined);
    expect(await host.urc('+MIPLREAD')).toMatch(/^\+MIPLREAD:0,\d+,3303,0,5700$/);
  });

  test('is answered with the line that has flag 0', async () => {
    const { ask, host } = await registered();
    const answer = ask('0.01', '3303/0');
    const msgId = msgIdOf(await host.urc('+MIPLREAD'));
    await host.must(`AT+MIPLREADRSP=0,${msgId},1,3303,0,5700,4,4,20.5,0,1`);
    await host.must(`AT+MIPLREADRSP=0,${msgId},1,3303,0,5701,1,3,"Cel",0,0`);
    expect(Buffer.from((await answer).payload).toString('latin1')).toContain('Cel');
  });
});

describe('WRITE', () => {
  const write = async (id: number, bytes: Uint8Array, declare = '') => {
    const { ask, host, observe: watch } = await registered();
    await watch('3306/0');
    if (declare !== '') await host.must(`AT+MIPLNOTIFY=0,0,3306,0,${id},${declare},0,0`);
    void ask('0.02', '3306/0', {
      options: [contentFormatOption(11542)],
      payload: encodeTlv([{ kind: 'resource', id, value: bytes }]),
    }).catch(() => undefined);
    return (await host.urc('+MIPLWRITE')).replace(/^\+MIPLWRITE:0,\d+,3306,0,\d+,/, '');
  };

  test.each([
    ['hex while no type is known', Uint8Array.of(22), '', '2,1,16,0'],
    ['an integer', Uint8Array.of(22), '3,4,5', '3,4,22,0'],
    ['a float', Uint8Array.of(0x41, 0xac, 0, 0), '4,4,1.5', '4,4,21.5,0'],
    ['a boolean', Uint8Array.of(1), '5,1,0', '5,1,1,0'],
    ['a string', encodeText('on'), '1,3,"off"', '1,2,on,0'],
    ['a string with a comma, bare all the same', encodeText('a,b'), '1,3,"off"', '1,3,a,b,0'],
    ['opaque bytes', Uint8Array.of(1, 0xff), '2,1,00', '2,2,01FF,0'],
    ['hex where the bytes do not fit the type', encodeText('xyz'), '3,4,5', '2,3,78797A,0'],
    ['nothing at all', new Uint8Array(), '', '2,0,,0'],
  ])('shows %s', async (_, bytes, declare, expected) => {
    expect(await write(5851, bytes, declare)).toBe(expected);
  });

  test('of several resources is flagged 1, 2, 0 without an index', async () => {
    const { ask, host } = await registered();
    const payload = encodeTlv([5850, 5851, 5852].map((id) => ({ kind: 'resource', id, value: Uint8Array.of(1) })));
    void ask('0.02', '3306/0', { options: [contentFormatOption(11542)], payload }).catch(() => undefined);
    const lines = [await host.urc('+MIPLWRITE'), await host.urc('+MIPLWRITE'), await host.urc('+MIPLWRITE')];
    expect(lines.map((line) => line.split(',').slice(5).join())).toEqual(['2,1,01,1', '2,1,01,2', '2,1,01,0']);
  });
});

describe('OPEN, UPDATE and the end', () => {
  test('AT+MIPLOPEN? is OK and then event 6 in a session, an error without one', async () => {
    const { host } = await registered();
    expect(await host.ask('AT+MIPLOPEN?')).toEqual(['OK']);
    expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT:0,6');
    await host.must('AT+MIPLCLOSE=0');
    expect(await host.ask('AT+MIPLOPEN?')).toEqual(['+CIS ERROR: 602']);
  });

  test('an update below ten seconds sets a day', async () => {
    const { host, server } = await registered();
    await server.requests.next('the registration');
    await host.must('AT+MIPLUPDATE=0,9,0');
    await host.urc('+MIPLEVENT:0,11');
    const update = await server.requests.next('the update');
    expect(update.options.map(({ value }) => decodeText(value))).toContain('lt=86400');
  });

  test.each(['AT+MIPLDELETE=0', 'AT+MIPLDEL=0'])('%s ends everything', async (line) => {
    const { host } = await registered();
    await host.must(line);
    expect(await host.ask('AT+MIPLUPDATE=0,0,0')).toEqual(['+CIS ERROR: 602']);
  });
});

describe('requests that wait for the host', () => {
  const hinted = async (mode: number) => {
    const session = await registered();
    await session.host.must(`AT+MIPLNMI=0,${mode},1`);
    return session;
  };

  test('are hinted at, fetched one at a time, and answered as ever', async () => {
    const { host, ask } = await hinted(1);
    const answers = [ask('0.01', '3303/0/5700'), ask('0.01', '3303/0/5701')];
    expect([await host.urc('+MIPLNMI'), await host.urc('+MIPLNMI')]).toEqual(['+MIPLNMI:0', '+MIPLNMI:0']);
    const [first = ''] = await host.must('AT+MIPLMGR=0');
    expect(first).toMatch(/^\+MIPLREAD:0,/);
    expect(await host.must('AT+MIPLMGR=0')).toEqual([first]);
    await host.must(`AT+MIPLREADRSP=0,${msgIdOf(first)},1,3303,0,5700,4,4,20.5,0,0`);
    const [second = ''] = await host.must('AT+MIPLMGR=0');
    expect(second).not.toBe(first);
    await host.must(`AT+MIPLREADRSP=0,${msgIdOf(second)},13`);
    expect(await host.must('AT+MIPLMGR=0')).toEqual([]);
    expect((await Promise.all(answers)).map(({ code }) => code)).toEqual(['2.05', '4.04']);
  });

  test('wait in silence in mode 2, and there may be none', async () => {
    const { host, ask } = await hinted(2);
    expect(await host.must('AT+MIPLMGR=0')).toEqual([]);
    const answer = ask('0.01', '3303/0/5700');
    await expect.poll(() => host.must('AT+MIPLQMGR=0')).toEqual(['+MIPLQMGR:0,QUEUES=1,DROPPED=0,BUFFERS=12']);
    expect(host.urcs.left).toEqual([]);
    const [line = ''] = await host.must('AT+MIPLMGR=0');
    expect(await host.must('AT+MIPLQMGR=0')).toEqual(['+MIPLQMGR:0,QUEUES=1,DROPPED=0,BUFFERS=12']);
    await host.must(`AT+MIPLREADRSP=0,${msgIdOf(line)},13`);
    expect(await host.must('AT+MIPLQMGR=0')).toEqual(['+MIPLQMGR:0,QUEUES=0,DROPPED=0,BUFFERS=0']);
    expect((await answer).code).toBe('4.04');
  });

  test('are fetched all lines at once, before the OK, and not at all in mode 0', async () => {
    const { host, ask } = await hinted(2);
    ask('0.02', '3303/0', {
      payload: encodeTlv([
        { kind: 'resource', id: 5601, value: Uint8Array.of(1) },
        { kind: 'resource', id: 5602, value: Uint8Array.of(2) },
      ]),
      options: [contentFormatOption(11542)],
    }).catch(() => undefined);
    await expect.poll(() => host.must('AT+MIPLQMGR=0')).toEqual(['+MIPLQMGR:0,QUEUES=1,DROPPED=0,BUFFERS=14']);
    host.received = '';
    await host.must('AT+MIPLMGR=0');
    expect(host.received).toMatch(/^\r\n\+MIPLWRITE:.*,5601,.*\r\n\r\n\+MIPLWRITE:.*,5602,.*\r\n\r\nOK\r\n$/);
    await host.must('AT+MIPLNMI=0,0,0');
    expect(await host.must('AT+MIPLMGR=0')).toEqual([]);
  });

  test('do not concern observe and discover', async () => {
    const { host, ask } = await hinted(1);
    await ask('0.01', '3303/0', { options: [observeOption(0)] });
    expect(await host.urc('+MIPL')).toMatch(/^\+MIPLOBSERVE/);
  });

  test('give way to later ones beyond forty', async () => {
    const { host, ask } = await hinted(2);
    for (let count = 0; count < 41; count++) void ask('0.01', '3303/0/5700').catch(() => undefined);
    const state = async (): Promise<string> => (await host.must('AT+MIPLQMGR=0')).join();
    await expect.poll(state).toMatch(/^\+MIPLQMGR:0,QUEUES=40,DROPPED=[1-9]\d*,BUFFERS=480$/);
  });

  test('a notification on the air is told where that was asked for', async () => {
    const { host, observe: watch } = await hinted(0);
    await watch('3303/0');
    await host.must('AT+MIPLNOTIFY=0,0,3303,0,5700,4,4,98,0,0,7');
    expect(await host.urc('+MIPLNSMI')).toBe('+MIPLNSMI:0,1,0');
    expect(await host.must('AT+MIPLNMI?')).toEqual(['+MIPLNMI:0,0,1']);
  });

  test('so is the answer to a write, with the last seven bits of its msgid', async () => {
    const { host, ask } = await hinted(0);
    const written = ask('0.03', '3303/0/5700', { options: [contentFormatOption(0)], payload: encodeText('20.5') });
    const msgId = msgIdOf(await host.urc('+MIPLWRITE'));
    await host.must(`AT+MIPLWRITERSP=0,${msgId},2`);
    expect(await host.urc('+MIPLNSMI')).toBe(`+MIPLNSMI:0,1,${Number(msgId) & 0x7f}`);
    expect((await written).code).toBe('2.04');
  });
});

describe('what is told of the instance', () => {
  test('is its server, with what it signs on by, and the lifetime that is left', async () => {
    const { host } = await startBooted({ profile: m5310a });
    expect(await host.ask('AT+MIPLDEVINFO?')).toEqual(['+CIS ERROR: 602']);
    expect(await host.must('AT+MIPLLTRDP')).toEqual(['+MIPLLTRDP:0']);
    await host.must('AT+MIPLCREATEEX="127.0.0.1:5683",1,"cmiot"');
    expect(await host.must('AT+MIPLDEVINFO?')).toEqual(['+MIPLDEVINFO:"127.0.0.1:5683",1,"cmiot"']);
    expect(await host.must('AT+MIPLLTRDP')).toEqual(['+MIPLLTRDP:0']);
  });

  test('is the server it is registered with, until it is closed', async () => {
    const { host, server } = await registered();
    expect(await host.must('AT+MIPLDEVINFO?')).toEqual([`+MIPLDEVINFO:"127.0.0.1:${server.endpoint.address.port}",0`]);
    expect((await host.must('AT+MIPLLTRDP')).join()).toMatch(/^\+MIPLLTRDP:(?:3600|35\d\d)$/);
    await host.must('AT+MIPLCLOSE=0');
    await host.urc('+MIPLEVENT:0,15');
    expect(await host.must('AT+MIPLLTRDP')).toEqual(['+MIPLLTRDP:0']);
  });

  test('has no lifetime on an M5311, which does not know the command', async () => {
    const { host } = await startBooted({ profile: profiles.m5311 });
    await host.ask('ATE0');
    expect(await host.ask('AT+MIPLLTRDP')).toEqual(['+CME ERROR: 50']);
  });

  test('steps of a firmware update of the host are taken', async () => {
    const { host } = await startBooted({ profile: m5310a });
    expect(await host.ask('AT+MIPLSOTA=3')).toEqual(['OK']);
    expect(await host.ask('AT+MIPLSOTA=2')).toEqual(['+CIS ERROR: 601']);
  });
});

describe('creation', () => {
  test.each([
    ['AT+MIPLCREATE', '601'],
    ['AT+MIPLCREATEEX="no such host!",1', '601'],
    ['AT+MIPLCREATEEX="183.230.40.40:99999",0', '601'],
    ['AT+MIPLCREATEEX="183.230.40.40",0,"not a code"', '601'],
  ])('%s is refused', async (line, number) => {
    const { host } = await startBooted({ profile: m5310a });
    expect(await host.ask(line)).toEqual([`+CIS ERROR: ${number}`]);
  });

  test('the second one is a wrong state', async () => {
    const { host } = await startBooted({ profile: m5310a });
    await host.must('AT+MIPLCREATEEX="183.230.40.40",0,"abc","secret123"');
    expect(await host.ask('AT+MIPLCREATEEX="183.230.40.40",0')).toEqual(['+CIS ERROR: 602']);
  });

  test('the test form tells that the module knows CREATEEX', async () => {
    const { host } = await startBooted({ profile: m5310a });
    expect(await host.ask('AT+MIPLCREATEEX=?')).toEqual([expect.stringMatching(/^\+MIPLCREATEEX:/), 'OK']);
    expect(await host.ask('AT+MIPLNMI=?')).toEqual([expect.stringMatching(/^\+MIPLNMI:/), 'OK']);
  });
});

test('a device deleted on the platform is told as event 31, and may be opened again', async () => {
  const { ask, host } = await registered();
  expect((await ask('0.04', '1/0')).code).toBe('2.02');
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT:0,31');
  expect(await host.ask('AT+MIPLUPDATE=0,0,0')).toEqual(['+CIS ERROR: 602']);
  await host.must('AT+MIPLOPEN=0,3600,30');
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT:0,6');
});

test('other modules know no such deletion', async () => {
  const { ask, host } = await startRegistered();
  expect((await ask('0.04', '1/0')).code).toBe('4.05');
  expect(host.urcs.left).toEqual([]);
});
