import { describe, expect, it, vi } from 'vitest';
import { commands } from '../../main/mipl/messages.ts';
import { modelOf, registered, rig, settle } from './rig.ts';

/** What the engine says to these lines of the module. */
async function answersTo(lines: readonly string[], options: Parameters<typeof rig>[0] = {}) {
  const station = rig(options);
  station.say(...lines);
  await settle();
  return station;
}

describe('a request the store refuses', () => {
  it.each([
    ['an unknown resource is read', '+MIPLREAD:0,7,3303,0,9999', 'AT+MIPLREADRSP=0,7,13'],
    ['an unknown instance is read', '+MIPLREAD:0,7,3303,9,-1', 'AT+MIPLREADRSP=0,7,13'],
    ['an unknown object is read', '+MIPLREAD:0,7,9999,-1,-1', 'AT+MIPLREADRSP=0,7,13'],
    ['an executable is read', '+MIPLREAD:0,7,3303,0,5605', 'AT+MIPLREADRSP=0,7,14'],
    ['an unknown resource is written', '+MIPLWRITE:0,7,3306,0,9999,2,1,01,0,0', 'AT+MIPLWRITERSP=0,7,13'],
    ['a read-only resource is written', '+MIPLWRITE:0,7,3303,0,5700,2,4,41A00000,0,0', 'AT+MIPLWRITERSP=0,7,14'],
    ['a value does not fit the type', '+MIPLWRITE:0,7,3306,0,5850,2,1,05,0,0', 'AT+MIPLWRITERSP=0,7,11'],
    ['raw bytes are no number', '+MIPLWRITE:0,7,3306,0,5851,2,5,12x45,0,0', 'AT+MIPLWRITERSP=0,7,11'],
    ['hex has a digit too few', '+MIPLWRITE:0,7,3306,0,5851,2,3,12345,0,0', 'AT+MIPLWRITERSP=0,7,11'],
    ['a number is no number', '+MIPLWRITE:0,7,3306,0,5851,3,4,HTGD,0,0', 'AT+MIPLWRITERSP=0,7,11'],
    ['a value is executed', '+MIPLEXECUTE:0,7,3303,0,5700', 'AT+MIPLEXECUTERSP=0,7,14'],
    ['an unknown resource is executed', '+MIPLEXECUTE:0,7,3303,0,1', 'AT+MIPLEXECUTERSP=0,7,13'],
    ['an unknown object is discovered', '+MIPLDISCOVER:0,7,1', 'AT+MIPLDISCOVERRSP=0,7,13'],
    ['an unknown instance is observed', '+MIPLOBSERVE:0,7,1,3303,9,-1', 'AT+MIPLOBSERVERSP=0,7,13'],
    ['an unknown object is observed', '+MIPLOBSERVE:0,7,1,1,-1,-1', 'AT+MIPLOBSERVERSP=0,7,13'],
    ['an unknown resource is observed', '+MIPLOBSERVE:0,7,1,3303,0,1', 'AT+MIPLOBSERVERSP=0,7,13'],
    ['an attribute is unknown', '+MIPLPARAMETER:0,7,3303,0,5700,5,"foo=1"', 'AT+MIPLPARAMETERRSP=0,7,11'],
    ['attributes are for nothing', '+MIPLPARAMETER:0,7,3303,9,-1,6,"pmin=1"', 'AT+MIPLPARAMETERRSP=0,7,13'],
  ])('is answered with a result number when %s', async (_, line, answer) => {
    const { sent, requests, notes, standings, attributes } = await answersTo([line]);
    expect(sent).toEqual([answer]);
    expect(requests()).toMatchObject([{ status: 'refused', result: Number(answer.split(',').at(-1)) }]);
    expect(notes[0]).toMatch(/^\+MIPL[A-Z]+ 7 refused: ./);
    expect([standings, attributes]).toEqual([[], []]);
  });

  it('changes nothing when one of several writes does not fit', async () => {
    const { sent, store } = await answersTo([
      '+MIPLWRITE:0,7,3306,0,5850,2,1,01,0,1',
      '+MIPLWRITE:0,7,3306,0,5851,3,3,abc,0,0',
    ]);
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,7,11']);
    expect(store.valueOf('/3306/0/5850')).toBe('0');
  });

  it('grants a cancel of what is gone: the platform only wants to hear no more of it', async () => {
    const { sent } = await answersTo(['+MIPLOBSERVE:0,7,0,9999,0,-1']);
    expect(sent).toEqual(['AT+MIPLOBSERVERSP=0,7,1']);
  });
});

describe('a write-attributes', () => {
  it.each([
    ['unsets what has no value', 'pmin=;pmax=60', { pmin: null, pmax: 60 }],
    ['unsets what is only named', 'pmin', { pmin: null }],
    ['names nothing and changes nothing', '', {}],
  ])('%s, and is answered 2.04', async (_, list, changes) => {
    const { sent, attributes } = await answersTo([`+MIPLPARAMETER:0,7,3303,0,5700,${list.length},"${list}"`]);
    expect(sent).toEqual(['AT+MIPLPARAMETERRSP=0,7,2']);
    expect(attributes).toEqual([['/3303/0/5700', changes]]);
  });
});

describe('requests of other firmware', () => {
  it('reads the spaces ME3616 prints', async () => {
    const { sent } = await answersTo([
      '+MIPLREAD: 0, 638, 3303, 0, 5700',
      '+MIPLWRITE: 0, 65316, 3306, 0, 5851, 2, 1, 01, 0, 0',
      '+MIPLOBSERVE: 0, 130839, 1, 3303, 0, -1',
    ]);
    expect(sent).toEqual([
      'AT+MIPLREADRSP=0,638,1,3303,0,5700,4,4,20.123,0,0',
      'AT+MIPLWRITERSP=0,65316,2',
      'AT+MIPLOBSERVERSP=0,130839,1',
    ]);
  });

  it('takes a write of 9 numbers, which ends with the flag', async () => {
    const { sent, store } = await answersTo(['+MIPLWRITE:0,321,3306,0,5853,1,3,123,0'], { dialect: 'cmcc' });
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,321,2']);
    expect(store.valueOf('/3306/0/5853')).toBe('123');
  });

  it('joins writes of 9 numbers by their flags 1, 2 and 0', async () => {
    const { sent, store } = await answersTo(
      [
        '+MIPLWRITE:0,9,3306,0,5850,5,1,1,1',
        '+MIPLWRITE:0,9,3306,0,5851,3,4,7,2',
        '+MIPLWRITE:0,9,3306,0,5853,1,2,"ab",0',
      ],
      { dialect: 'cmcc' },
    );
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,9,2']);
    expect(['5850', '5851', '5853'].map((id) => store.valueOf(`/3306/0/${id}`))).toEqual(['1', '7', 'ab']);
  });

  it('takes an empty value as a value', async () => {
    const { sent, store } = await answersTo([
      '+MIPLWRITE:0,17507,3306,0,5853,2,0,,0',
      '+MIPLWRITE:0,8,3306,0,5750,1,0,"",0,0',
    ]);
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,17507,2', 'AT+MIPLWRITERSP=0,8,2']);
    expect([store.valueOf('/3306/0/5853'), store.valueOf('/3306/0/5750')]).toEqual(['', '']);
  });

  it('executes with arguments in quotes, bare, empty, or none at all', async () => {
    const { store, say, sent } = rig();
    const executed: string[] = [];
    store.onExecute((_, args) => executed.push(args));
    say(
      '+MIPLEXECUTE:0,1,3303,0,5605,5, "reset"',
      '+MIPLEXECUTE:0,2,3303,0,5605,5,reset,0',
      '+MIPLEXECUTE:0,3,3303,0,5605,0,""',
      '+MIPLEXECUTE:0,4,3303,0,5605',
    );
    await settle();
    expect(executed).toEqual(['reset', 'reset', '', '']);
    expect(sent).toHaveLength(4);
  });

  it('keeps observe ids above 65535', async () => {
    const { sent, observed } = await answersTo(['+MIPLOBSERVE:0,4294967295,1,3303,0']);
    expect(sent).toEqual(['AT+MIPLOBSERVERSP=0,4294967295,1']);
    expect(observed()).toEqual(['/3303/0 4294967295']);
  });
});

describe('the value in the ledger', () => {
  it.each([
    ['a read', ['+MIPLREAD:0,5,3303,0,5700'], '20.123'],
    [
      'a read of several, each below the path that was asked',
      ['+MIPLREAD:0,5,3306,0,-1'],
      '5850=0 5851=0 5852=0 5853=idle 5750=lamp',
    ],
    ['a write, as it was understood', ['+MIPLWRITE:0,6,3306,0,5851,2,1,16,0,0'], '22'],
    [
      'a write of several',
      ['+MIPLWRITE:0,6,3306,0,5850,2,1,01,0,1', '+MIPLWRITE:0,6,3306,0,5851,2,1,16,0,0'],
      '5850=1 5851=22',
    ],
    ['no other request', ['+MIPLOBSERVE:0,7,1,3303,0,-1'], undefined],
    ['nothing that was refused', ['+MIPLWRITE:0,7,3306,0,5850,2,1,05,0,0'], undefined],
  ])('is that of %s', async (_, lines, value) => {
    const { requests } = await answersTo(lines);
    expect(requests()).toHaveLength(1);
    expect(requests()[0]?.value).toBe(value);
  });

  it('is kept no longer than a message carries, however long the write was', async () => {
    const long = 'x'.repeat(2000);
    const { requests, store } = await answersTo([`+MIPLWRITE:0,6,3306,0,5750,1,2000,"${long}",0,0`]);
    expect(store.valueOf('/3306/0/5750')).toBe(long);
    expect(requests()[0]?.value).toBe(`${long.slice(0, 1000)}…`);
  });
});

describe('a request that comes again', () => {
  it('is answered once, and its repeats are counted', async () => {
    const { sent, requests } = await answersTo([
      '+MIPLREAD:0,5,3303,0,5700',
      '+MIPLREAD:0,5,3303,0,5700',
      '+MIPLREAD:0,5,3303,0,5700',
    ]);
    expect(sent).toHaveLength(1);
    expect(requests()).toMatchObject([{ repeats: 2, status: 'answered' }]);
  });

  it('is answered once also when it is a write, each of whose lines comes twice', async () => {
    const { sent, store, requests } = await answersTo([
      '+MIPLWRITE:0,6,3306,0,5850,2,1,01,0,1',
      '+MIPLWRITE:0,6,3306,0,5850,2,1,01,0,1',
      '+MIPLWRITE:0,6,3306,0,5851,2,1,16,0,0',
      '+MIPLWRITE:0,6,3306,0,5851,2,1,16,0,0',
    ]);
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,6,2']);
    expect(store.valueOf('/3306/0/5851')).toBe('22');
    expect(requests()).toMatchObject([{ payload: '5850=01 5851=16' }]);
  });

  it('is another request when another object is meant, since a msgid may come again', async () => {
    const { sent } = await answersTo(['+MIPLDISCOVER:0,5,3303', '+MIPLDISCOVER:0,5,3306']);
    expect(sent).toHaveLength(2);
  });

  it('is answered again when our answer had failed', async () => {
    let isFirst = true;
    const reply = (): string[] => {
      const words = isFirst ? ['+CIS ERROR:652'] : ['OK'];
      isFirst = false;
      return words;
    };
    const { sent, requests, say } = rig({ reply });
    say('+MIPLREAD:0,5,3303,0,5700');
    await settle();
    expect(requests()).toMatchObject([{ status: 'failed', fault: { code: 'AT_CIS', detail: '652' } }]);
    say('+MIPLREAD:0,5,3303,0,5700');
    await settle();
    expect(sent).toHaveLength(2);
    expect(requests()[1]).toMatchObject({ status: 'answered' });
  });

  it('is answered again after the module started anew', async () => {
    const { sent, say, engine } = rig();
    say('+MIPLREAD:0,5,3303,0,5700');
    await settle();
    engine.reset();
    say('+MIPLREAD:0,5,3303,0,5700');
    await settle();
    expect(sent).toHaveLength(2);
  });
});

describe('an answer on the line', () => {
  it('stays whole when a URC comes in the middle of it', async () => {
    const { sent, say, requests } = rig({ reply: () => undefined });
    say('+MIPLREAD:0,5,3303,0,-1');
    say('OK', '+MIPLREAD:0,6,3303,1,5700', '+CSCON:1', 'OK', 'OK', '+MIPLEVENT:0,26,3', 'OK', 'OK', 'OK', 'OK');
    await settle();
    expect(sent.map((line) => line.split(',')[1])).toEqual(['5', '5', '5', '5', '5', '5', '6']);
    expect(requests().map((request) => request.status)).toEqual(['answered', 'answered']);
  });

  it('goes before everything a person has queued', async () => {
    const { engine, sent, say } = rig({ reply: () => undefined });
    const macro = ['AT+CSQ', 'AT+CIMI', 'AT+CGMR'].map((line) => engine.sendLine(line));
    say('+MIPLREAD:0,5,3303,0,5700');
    say('OK', 'OK', 'OK', 'OK');
    await Promise.all(macro);
    expect(sent).toEqual(['AT+CSQ', 'AT+MIPLREADRSP=0,5,1,3303,0,5700,4,4,20.123,0,0', 'AT+CIMI', 'AT+CGMR']);
  });

  it('counts its lines as their OK comes', async () => {
    const { say, requests } = rig({ reply: () => undefined });
    say('+MIPLREAD:0,5,3303,0,-1');
    expect(requests()).toMatchObject([{ status: 'answering', totalLines: 6, acknowledgedLines: 0 }]);
    say('OK', 'OK');
    expect(requests()).toMatchObject([{ status: 'answering', acknowledgedLines: 2 }]);
    say('OK', 'OK', 'OK', 'OK');
    await settle();
    expect(requests()).toMatchObject([{ status: 'answered', acknowledgedLines: 6, late: false }]);
    expect(requests()[0]?.usedMs).toBeGreaterThanOrEqual(requests()[0]?.firstByteMs ?? NaN);
  });

  it('stops at the line the module refuses, and says why', async () => {
    const replies = ['OK', '+CIS ERROR: 601'];
    const { say, sent, requests, answerTimes } = rig({ reply: () => [replies.shift() ?? 'OK'] });
    say('+MIPLREAD:0,5,3303,0,-1');
    await settle();
    expect(sent).toHaveLength(2);
    expect(requests()).toMatchObject([
      { status: 'failed', acknowledgedLines: 1, fault: { code: 'AT_CIS', detail: '601' } },
    ]);
    expect(answerTimes()).toBeUndefined();
  });

  it('is late beyond the deadline, which can be changed', async () => {
    const { say, engine, requests, answerTimes } = rig({ reply: () => undefined });
    engine.setAnswerDeadline(0);
    say('+MIPLREAD:0,5,3303,0,5700');
    await new Promise((resolve) => setTimeout(resolve, 5));
    say('OK');
    await settle();
    expect(requests()).toMatchObject([{ status: 'answered', late: true }]);
    expect(answerTimes()).toMatchObject({ count: 1, lateCount: 1 });
  });

  it('fails when the module says it could not send it (event 20)', async () => {
    const { requests } = await answersTo([
      '+MIPLREAD:0,5,3303,0,5700',
      '+MIPLEVENT:0,20,5',
      '+MIPLEVENT:0,20,99',
      '+MIPLEVENT:0,20',
    ]);
    expect(requests()[0]?.fault).toMatchObject({ code: 'MIPL_REFUSED', detail: '20' });
  });

  it('is sent and counted also when hundreds of newer requests came before it left', async () => {
    const { say, sent, answerTimes } = rig({ reply: () => undefined });
    for (let msgId = 1; msgId <= 201; msgId++) say(`+MIPLREAD:0,${msgId},3303,0,5700`);
    for (let count = 0; count < 201; count++) say('OK');
    await settle();
    expect(sent).toHaveLength(201);
    expect(answerTimes()).toMatchObject({ count: 201 });
  });

  it('never leaves when the link is lost, and the request fails', async () => {
    const { say, lose, requests } = rig({ reply: () => undefined });
    say('+MIPLREAD:0,5,3303,0,-1');
    lose(new Error('unplugged'));
    await settle();
    expect(requests()).toMatchObject([{ status: 'failed', fault: { code: 'PORT_LOST' } }]);
  });
});

describe('dialect cmcc', () => {
  it('shows observe, discover and parameter and says nothing to them', async () => {
    const { sent, requests, observed } = await answersTo(
      [
        '+MIPLOBSERVE: 0,39121,1,3303,0,-1',
        '+MIPLDISCOVER: 0,39122,3303',
        '+MIPLPARAMETER: 0,39124,3303,0,5700,6,"pmin=1"',
      ],
      { dialect: 'cmcc' },
    );
    expect(sent).toEqual([]);
    expect(requests().map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'observe shown',
      'discover shown',
      'parameter shown',
    ]);
    expect(observed()).toEqual(['/3303/0 39121']);
  });

  it('counts nobody as an observer of what is not in the model, however much the module names', async () => {
    const { say, observed, requests, attributes } = rig({ dialect: 'cmcc' });
    for (let instance = 2; instance < 50; instance++) {
      say(`+MIPLOBSERVE: 0,${instance},1,3303,${instance},-1`);
      say(`+MIPLPARAMETER: 0,${100 + instance},4,0,${instance},6,"pmin=1"`);
    }
    await settle();
    expect([observed(), attributes]).toEqual([[], []]);
    expect(new Set(requests().map(({ status }) => status))).toEqual(new Set(['shown']));
  });

  it('forgets an observation that is cancelled', async () => {
    const { observed } = await answersTo(['+MIPLOBSERVE: 0,39121,1,3303,0,-1', '+MIPLOBSERVE: 0,39125,0,3303,0,-1'], {
      dialect: 'cmcc',
    });
    expect(observed()).toEqual([]);
  });

  it('flags the lines of an answer 1, 2, 0', async () => {
    const { sent } = await answersTo(['+MIPLREAD:0,5,3303,0,-1'], { dialect: 'cmcc' });
    expect(sent.map((line) => line.split(',').slice(-2).join())).toEqual(['5,1', '4,2', '3,2', '2,2', '1,2', '0,0']);
  });

  it('notifies with msgId 0', async () => {
    const { engine, sent } = await registered({ dialect: 'cmcc' }, ['+MIPLOBSERVE: 0,39121,1,3303,0,-1']);
    await engine.notify({ path: '/3303/0/5701', value: 'K', confirmed: true });
    expect(sent).toEqual(['AT+MIPLNOTIFY=0,0,3303,0,5701,1,1,"K",0,0,1']);
  });

  const announcements = [
    'AT+MIPLDISCOVERRSP=0,3303,1,34,"5700;5701;5601;5602;5603;5604;5605"',
    'AT+MIPLDISCOVERRSP=0,3306,1,24,"5850;5851;5852;5853;5750"',
  ];

  it('announces the resources of each object before the session is opened', async () => {
    const { engine, sent, say } = rig({ dialect: 'cmcc' });
    await engine.prepareSuite();
    const registering = engine.register({ lifetimeSeconds: 3600, timeoutSeconds: 30 });
    await settle();
    say('+MIPLEVENT:0,6');
    await registering;
    expect(sent).toEqual([
      'AT+MIPLCREATE',
      'AT+MIPLADDOBJ=0,3303,2,"11",6,1',
      'AT+MIPLADDOBJ=0,3306,1,"1",5,0',
      ...announcements,
      'AT+MIPLOPEN=0,3600,30',
    ]);
  });

  it('announces them again for the session after a CLOSE, which took them away', async () => {
    const { engine, sent, say } = await registered({
      dialect: 'cmcc',
      reply: (line) => (line.includes('CLOSE') ? ['OK', '+MIPLEVENT:0,15'] : ['OK']),
    });
    await engine.deregister();
    const registering = engine.register({ lifetimeSeconds: 3600, timeoutSeconds: 30 });
    await settle();
    say('+MIPLEVENT:0,6');
    await registering;
    expect(sent).toEqual(['AT+MIPLCLOSE=0', ...announcements, 'AT+MIPLOPEN=0,3600,30']);
  });

  it('names the bootstrap server of OneNET where a bare create is refused', async () => {
    const { engine, sent } = rig({
      dialect: 'cmcc',
      reply: (command) =>
        command === 'AT+MIPLCREATE'
          ? ['+CIS ERROR: 601']
          : ['+MIPLCREATEEX: 0', 'OK'].slice(command.includes('EX') ? 0 : 1),
    });
    await engine.prepareSuite();
    expect(sent.slice(0, 2)).toEqual(['AT+MIPLCREATE', 'AT+MIPLCREATEEX="183.230.40.39:5683",1']);
    expect(engine.registration.ref).toBe(0);
  });

  it('names another server, directly, where the dialect says so', async () => {
    const { cmcc } = await import('../../main/mipl/dialects.ts');
    const { engine, sent } = rig({ reply: (command) => [command === 'AT+MIPLCREATE' ? 'ERROR' : 'OK'] });
    engine.setDialect({ ...cmcc, createServer: { address: '127.0.0.1:5700', isBootstrap: false } });
    await engine.prepareSuite();
    expect(sent[1]).toBe('AT+MIPLCREATEEX="127.0.0.1:5700",0');
  });

  it('deletes a suite that is left over when neither way of creating is granted', async () => {
    let creations = 0;
    const { engine, sent } = rig({
      dialect: 'cmcc',
      reply: (command) => [command.startsWith('AT+MIPLCREATE') && creations++ < 3 ? '+CIS ERROR: 602' : 'OK'],
    });
    await engine.prepareSuite();
    expect(sent.slice(0, 5).map((line) => line.split('=')[0])).toEqual([
      'AT+MIPLCREATE',
      'AT+MIPLCREATEEX',
      'AT+MIPLDELETE',
      'AT+MIPLCREATE',
      'AT+MIPLCREATEEX',
    ]);
  });

  it('can be found out after the engine was made', async () => {
    const { engine, sent, say } = rig();
    engine.setDialect({ ...(await import('../../main/mipl/dialects.ts')).cmcc });
    say('+MIPLDISCOVER: 0,39122,3303');
    await settle();
    expect(sent).toEqual([]);
  });
});

describe('lines of the module that are no request', () => {
  it('go to the listener when they are of the network', async () => {
    const { network } = await answersTo(['+CEREG:1,19E6,94,7', '+CSCON:1']);
    expect(network).toMatchObject([
      { name: '+CEREG', params: { status: 1, tac: '19E6', cellId: '94', accessTechnology: 7 } },
      { name: '+CSCON', params: { connected: 1 } },
    ]);
  });

  it.each([
    '+MIPLREAD:',
    '+MIPLREAD:0,99999999999,3303,0,5700',
    '+MIPLREAD:0,-5,3303,0,5700',
    '+MIPLREAD:0,5,3303,-2,-1',
    '+MIPLREAD:0,5,70000,0,5700',
    `+MIPLREAD:${','.repeat(4000)}`,
    `+MIPLEXECUTE:0,5,3303,0,5605,5,"${'"a,'.repeat(1300)}`,
    '+MIPLWRITE:0,5,3306,0,5853,1,5,"never closed,1',
    '+MIPLWRITE:0,5,3306,0,5853,1,5,a\u0000b\u0007,0,9',
    '+MIPLEVENT: 0,999',
    '+MIPLEVENT',
    '+MIPLFOO: 1',
    '\u0000\u0001\u0002',
    'garbage',
    '+MIPLOBSERVE:0,5,2,3303,0,-1',
  ])('never throw, never stall: %j', async (line) => {
    const { say, sent, faults, store } = rig();
    const changed: string[] = [];
    store.onChange((path) => changed.push(path));
    say(line, '+MIPLREAD:0,77,3303,0,5700');
    await settle();
    expect(faults).toEqual([]);
    expect(sent.at(-1)).toBe('AT+MIPLREADRSP=0,77,1,3303,0,5700,4,4,20.123,0,0');
    expect(changed).toEqual([]);
  });

  it('that hold a hostile value are answered, and the value is kept as it came', async () => {
    const { store, sent } = await answersTo([
      '+MIPLWRITE:0,5,3306,0,5853,1,6,"a\u0001,"b"",0,0',
      '+MIPLWRITE:0,6,3306,0,5750,2,2,0D0A,0,0',
      '+MIPLREAD:0,7,3306,0,5750',
    ]);
    expect(store.valueOf('/3306/0/5853')).toBe('a\u0001,"b"');
    expect(sent.at(-1)).toBe('AT+MIPLREADRSP=0,7,1,3306,0,5750,2,2,0D0A,0,0');
  });
});

describe('one read in one line', () => {
  it('carries every type of value with its length', async () => {
    const model = modelOf({
      '/3200/0/1': ['string', 'R', '温度'],
      '/3200/0/2': ['opaque', 'R', '0aff'],
      '/3200/0/3': ['integer', 'R', '-5'],
      '/3200/0/4': ['integer', 'R', '5000000000'],
      '/3200/0/5': ['float', 'R', '0.1'],
      '/3200/0/6': ['boolean', 'R', 'true'],
      '/3200/0/7': ['time', 'R', '1700000000'],
      '/3200/0/8': ['objlnk', 'R', '3303:1'],
    });
    const { sent } = await answersTo(['+MIPLREAD:0,5,3200,-1,-1'], { model });
    expect(sent.map((line) => line.split(',').slice(5, -2).join())).toEqual([
      '1,1,6,"温度"',
      '2,2,2,0AFF',
      '3,3,4,-5',
      '4,3,8,5000000000',
      '5,4,4,0.1',
      '6,5,1,1',
      '7,3,4,1700000000',
      '8,1,6,"3303:1"',
    ]);
  });
});

describe('a programming error in a listener of the store', () => {
  it('does not stop the engine', async () => {
    const { store, say, sent, faults } = rig();
    store.onExecute(() => {
      throw new Error('listener');
    });
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    say('+MIPLEXECUTE:0,5,3303,0,5605', '+MIPLREAD:0,6,3303,0,5700');
    await settle();
    expect(faults).toHaveLength(1);
    expect(sent).toHaveLength(1);
    vi.restoreAllMocks();
  });

  it('is told by exec as no answer when a line does not fit', async () => {
    const { engine } = rig({ reply: () => ['+CSQ: x,99', '+CSQ: 20,99', 'OK'] });
    expect(await engine.exec(commands.signalQuality, {})).toEqual([{ rssi: 20, bitErrorRate: 99 }]);
  });
});
