import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { knownLines } from '../../main/at/knownLines.ts';
import { readLine } from '../../main/at/lineReader.ts';
import type { HeardLine } from '../../main/at/lineReader.ts';
import type { AtLine } from '../../main/at/lineSplitter.ts';
import { splitHead, tokenize, wholeNumber } from '../../main/at/tokens.ts';
import { urcFrames } from '../../main/mipl/urcFrames.ts';
import { messageTable } from '../../main/mipl/messageTable.ts';
import { systemClock } from '../../main/time/clock.ts';
import { modelOf, oneOfEachType, registered, rig, settle } from './rig.ts';

/** A line that nobody asked for, as the channel hands it on. */
function heard(line: AtLine): HeardLine {
  return readLine(knownLines(messageTable).of(line.text), line, undefined);
}

const text = modelOf(oneOfEachType);

async function answersTo(lines: readonly string[], dialect: 'cis' | 'cmcc' = 'cis') {
  const station = await registered({ model: text, dialect, channel: { frames: urcFrames } });
  station.say(...lines);
  await settle();
  return station;
}

describe('a request as firmware prints it', () => {
  it.each([
    ['Xinyi and NB73: bare arguments', `+MIPLEXECUTE:0,5002,3303,0,5605,11,0='a',1='b'`, 'AT+MIPLEXECUTERSP=0,5002,2'],
    ['Xinyi: arguments with a comma', '+MIPLEXECUTE:0,5002,3303,0,5605,3,1,2', 'AT+MIPLEXECUTERSP=0,5002,2'],
    ['M5311: JSON and a flag', '+MIPLEXECUTE:0,5002,3303,0,5605,7,{"a":1},0', 'AT+MIPLEXECUTERSP=0,5002,2'],
    [
      'EC616: JSON in quotes',
      '+MIPLEXECUTE: 0,5002,3303,0,5605,21,"{"led":"on","pwm":12}"',
      'AT+MIPLEXECUTERSP=0,5002,2',
    ],
    ['arguments as hex', '+MIPLEXECUTE: 0,5002,3303,0,5605,5,"7265736574"', 'AT+MIPLEXECUTERSP=0,5002,2'],
  ])('executes: %s', async (_, line, answer) => {
    const { sent, requests } = await answersTo([line]);
    expect(sent).toEqual([answer]);
    expect(requests()).toMatchObject([{ status: 'answered', kind: 'execute' }]);
  });

  it.each([
    ['EC616: JSON in quotes', '1,21,"{"led":"on","pwm":12}",0,0', '/3306/0/5750', '{"led":"on","pwm":12}'],
    ['MT2625: text in quotes, blanks', ' 1, 15, "say "hi", again", 0, 0', '/3306/0/5750', 'say "hi", again'],
    ['text with backslashes', String.raw`1,9,"D:\10\log",0,0`, '/3306/0/5750', String.raw`D:\10\log`],
    ['text with a line break', '1,6,"a\r\nb,c",0,0', '/3306/0/5750', 'a\r\nb,c'],
    [
      'text that reads like lines',
      '1,32,"\r\n+MIPLEVENT: 0,9\r\nOK\r\nRDY\r\nok\r\n",0,0',
      '/3306/0/5750',
      '\r\n+MIPLEVENT: 0,9\r\nOK\r\nRDY\r\nok\r\n',
    ],
    ['MT2625: a number without length', ' 3, , 25, 0, 0', '/3306/0/5851', '25'],
    ['MT2625: a float without length', ' 4, , 25.500000, 0, 0', '/3303/0/5700', '25.500000'],
    ['MT2625: a boolean without length', ' 5, , 1, 0, 0', '/3306/0/5850', '1'],
    ['EC616: a number with length 1', '3,1,1234567,0,0', '/3306/0/5851', '1234567'],
  ])('writes: %s', async (_, tail, path, value) => {
    const place = path.slice(1).replaceAll('/', ',');
    const { sent, store, registrations } = await answersTo([`+MIPLWRITE: 0,8179,${place},${tail}`]);
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,8179,2']);
    expect(store.valueOf(path)).toBe(value);
    expect(registrations.at(-1)?.phase).toBe('registered');
  });

  it('leaves the OK of a running command to that command while a value reads OK', async () => {
    const { say, engine, store, sent } = await registered({
      model: text,
      channel: { frames: urcFrames },
      reply: (command) => (command === 'AT' ? undefined : ['OK']),
    });
    let isDone = false;
    const running = engine.sendLine('AT').then(() => (isDone = true));
    say('+MIPLWRITE: 0,8179,3306,0,5750,1,8,"a\r\nOK\r\nb",0,0');
    await settle();
    expect(isDone).toBe(false);
    say('OK');
    await running;
    await settle();
    expect(store.valueOf('/3306/0/5750')).toBe('a\r\nOK\r\nb');
    expect(sent).toEqual(['AT', 'AT+MIPLWRITERSP=0,8179,2']);
  });

  it('is read back with its line break, in hex, which a command line can carry', async () => {
    const lines = ['+MIPLWRITE: 0,1,3306,0,5750,1,6,"a\r\nb,c",0,0', '+MIPLREAD: 0,2,3306,0,5750'];
    expect((await answersTo(lines)).sent.at(-1)).toBe('AT+MIPLREADRSP=0,2,1,3306,0,5750,2,6,610D0A622C63,0,0');
    expect((await answersTo(lines, 'cmcc')).sent.at(-1)).toBe('AT+MIPLREADRSP=0,2,1,3306,0,5750,6,6,610D0A622C63,0,0');
  });

  it('is read back with its quotes as they are', async () => {
    const { sent } = await answersTo(['+MIPLWRITE: 0,1,3306,0,5750,1,9,"{"a":"b"}",0,0', '+MIPLREAD: 0,2,3306,0,5750']);
    expect(sent.at(-1)).toBe('AT+MIPLREADRSP=0,2,1,3306,0,5750,1,9,"{"a":"b"}",0,0');
  });

  it('is answered although the port woke with stray bytes before it', async () => {
    expect((await answersTo(['\0\0+MIPLREAD: 0,2,3306,0,5850'])).sent).toHaveLength(1);
    expect((await answersTo(['\f+MIPLREAD: 0,2,3306,0,5850'])).sent).toHaveLength(1);
  });

  it.each([
    ['=', '+MIPLREAD=0,2,3306,0,5850', 1],
    ['= and a text over two lines', '+MIPLWRITE=0,2,3306,0,5750,1,4,"a\r\nb",0', 1],
    ['no break behind a line of another vendor', '+QNBIOTEVENT: "ENTER PSM"+MIPLREAD: 0,2,3306,0,5850', 1],
    ['NUL in place of a break', '%XEVT: 1\0+MIPLREAD: 0,2,3306,0,5850', 1],
    ['its name in a text of another vendor', '+QNOTE: "+MIPLREAD: 0,2,3306,0,5850"', 0],
  ])('is answered where it is a request: %s', async (_, line, answers) => {
    expect((await answersTo([line])).sent).toHaveLength(answers);
  });
});

describe('a write of several lines', () => {
  it('goes on where the flag says so, although every index is 0 (OneMO)', async () => {
    const { sent, store, requests } = await answersTo([
      '+MIPLWRITE: 0,8173,3306,0,5851,3,4,1860,1,0',
      '+MIPLWRITE: 0,8173,3306,0,5850,5,1,1,2,0',
      '+MIPLWRITE: 0,8173,3306,0,5750,1,4,test,0,0',
    ]);
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,8173,2']);
    expect(['5851', '5850', '5750'].map((id) => store.valueOf(`/3306/0/${id}`))).toEqual(['1860', '1', 'test']);
    expect(requests()).toMatchObject([{ path: '/3306/0', payload: '5851=1860 5850=1 5750=test', status: 'answered' }]);
  });

  it('counts the same line as a repeat, and another resource or value as a new request', async () => {
    const line = '+MIPLWRITE: 0,9,3306,0,5750,1,4,test,0,0';
    const { sent, requests, store } = await answersTo([
      line,
      line,
      line.replace('5750,1,4,test', '5851,3,4,7'),
      line.replace('test', 'lamp'),
      line,
    ]);
    expect(sent).toHaveLength(3);
    expect(requests().map(({ path, repeats }) => [path, repeats])).toEqual([
      ['/3306/0/5750', 1],
      ['/3306/0/5851', 0],
      ['/3306/0/5750', 1],
    ]);
    // The last is the first once more: it must not undo what came between.
    expect(store.valueOf('/3306/0/5750')).toBe('lamp');
  });
});

describe('-1 for all instances or resources', () => {
  it.each([
    ['+MIPLWRITE: 0,7,3306,-1,5750,1,4,test,0,0', 'AT+MIPLWRITERSP=0,7,14'],
    ['+MIPLWRITE: 0,7,3306,0,-1,1,4,test,0,0', 'AT+MIPLWRITERSP=0,7,14'],
    ['+MIPLWRITE: 0,7,3306,-1,-1,2,1,01,0', 'AT+MIPLWRITERSP=0,7,14'],
    ['+MIPLEXECUTE: 0,7,3303,-1,5605', 'AT+MIPLEXECUTERSP=0,7,14'],
    ['+MIPLEXECUTE: 0,7,3303,0,-1,2,on', 'AT+MIPLEXECUTERSP=0,7,14'],
    ['+MIPLEXECUTE: 0,7,3303,-1,-1', 'AT+MIPLEXECUTERSP=0,7,14'],
  ])('is refused in a write and an execute: %s', async (line, answer) => {
    const { sent, requests, store } = await answersTo([line]);
    expect(sent).toEqual([answer]);
    expect(requests()).toMatchObject([{ status: 'refused', fault: { code: 'LWM2M_NOT_ALLOWED' } }]);
    expect(store.valueOf('/3306/0/5750')).toBe('lamp');
  });

  it('is refused for a block of a long value, too', async () => {
    const { sent } = await answersTo([`+MIPLWRITE:0,7,3306,0,-1,2,1024,${'00'.repeat(1024)},1`], 'cmcc');
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,7,14']);
  });
});

describe('a request that cannot be read', () => {
  it.each([
    ['+MIPLREAD: 0,5,70000,0,5700', 'AT+MIPLREADRSP=0,5,11', '/', 'objectId: 70000 is outside 0..65535'],
    ['+MIPLREAD: 0,5,3303,-2,-1', 'AT+MIPLREADRSP=0,5,11', '/3303', 'instanceId: -2 is outside -1..65535'],
    ['+MIPLREAD: 0,5,3303,0', 'AT+MIPLREADRSP=0,5,11', '/3303/0', 'resourceId: is missing'],
    ['+MIPLREAD: 0,5', 'AT+MIPLREADRSP=0,5,11', '/', 'objectId: is missing'],
    [
      '+MIPLWRITE: 0,5,3306,0,5750,1,2,abc,0,0',
      'AT+MIPLWRITERSP=0,5,11',
      '/3306/0/5750',
      'value: the length says 2 bytes, the text has 3',
    ],
    [
      '+MIPLWRITE: 0,5,3306,0,5750,1,3,abc,7,0',
      'AT+MIPLWRITERSP=0,5,11',
      '/3306/0/5750',
      'value: the length says 3 bytes, the text has 5',
    ],
    [
      '+MIPLEXECUTE: 0,5,3303,0,5605,2,abc',
      'AT+MIPLEXECUTERSP=0,5,11',
      '/3303/0/5605',
      'arguments: the length says 2 bytes, the text has 3',
    ],
    ['+MIPLOBSERVE: 0,131072,2,3303,0,-1', 'AT+MIPLOBSERVERSP=0,131072,11', '/3303/0', 'flag: 2 is outside 0..1'],
    [
      '+MIPLOBSERVE: 0,131072,0,33o3,0,-1',
      'AT+MIPLOBSERVERSP=0,131072,11',
      '/',
      'objectId: "33o3" is not a whole number',
    ],
    ['+MIPLDISCOVER: 0,5,', 'AT+MIPLDISCOVERRSP=0,5,11', '/', 'objectId: "" is not a whole number'],
    ['+MIPLPARAMETER: 0,5,3303,0,5700', 'AT+MIPLPARAMETERRSP=0,5,11', '/3303/0/5700', 'attributes: is missing'],
  ])('is refused with 4.00, told and noted: %s', async (line, answer, path, reason) => {
    const { sent, requests, notes, store } = await answersTo([line]);
    expect(sent).toEqual([answer]);
    const fault = { code: 'MIPL_UNREADABLE', message: `The request could not be read: ${reason}`, detail: reason };
    expect(requests()).toMatchObject([{ status: 'refused', result: 11, path, payload: reason, fault }]);
    expect(notes.at(-1)).toContain(`refused: The request could not be read: ${reason}`);
    expect(store.valueOf('/3306/0/5750')).toBe('lamp');
  });

  it('is refused once, as one line, where its length is off by one and a break in its text is followed by OK or an event', async () => {
    const station = await registered({ model: text, channel: { frames: urcFrames } });
    for (const [msgId, inside] of [
      [5, 'OK'],
      [6, '+MIPLEVENT: 0,9'],
      [7, 'REBOOTING'],
    ] as const) {
      for (const wrong of [1, -1]) {
        const value = `a\n${inside}`;
        station.say(`+MIPLWRITE: 0,${msgId + 10 * wrong + 10},3306,0,5750,1,${value.length + wrong},"${value}",0,0`);
      }
    }
    await settle();
    expect(station.sent).toEqual([25, 5, 26, 6, 27, 7].map((msgId) => `AT+MIPLWRITERSP=0,${msgId},11`));
    expect(station.requests().map(({ status, path }) => `${status} ${path}`)).toEqual(
      Array.from({ length: 6 }, () => 'refused /3306/0/5750'),
    );
    expect(station.phases().at(-1)).toBe('registered');
  });

  it('is refused where its text holds bytes that are no UTF-8', async () => {
    const station = await registered({ model: text, channel: { frames: urcFrames } });
    const line = Buffer.from('\r\n+MIPLWRITE: 0,5,3306,0,5750,1,4,"....",0,0\r\n');
    line.set([0xce, 0xc2, 0xb6, 0xc8], line.indexOf('....'));
    station.receive(line);
    await settle();
    expect(station.sent).toEqual(['AT+MIPLWRITERSP=0,5,11']);
    expect(station.requests()).toMatchObject([
      { kind: 'write', path: '/3306/0/5750', fault: { code: 'MIPL_UNREADABLE' } },
    ]);
  });

  it('is shown with the reason where the module answers by itself', async () => {
    const { sent, requests } = await answersTo(['+MIPLOBSERVE: 0,5,1,x,0,-1', '+MIPLREAD: 0,6,x,0,1'], 'cmcc');
    expect(sent).toEqual(['AT+MIPLREADRSP=0,6,11']);
    expect(requests()).toMatchObject([{ status: 'shown', fault: { code: 'MIPL_UNREADABLE' } }, { status: 'refused' }]);
  });

  it('is refused once, however often it comes', async () => {
    const { sent, requests } = await answersTo([
      '+MIPLREAD: 0,5,x,0,1',
      '+MIPLREAD: 0,5,x,0,1',
      '+MIPLREAD: 0,5,y,0,1',
    ]);
    expect(sent).toHaveLength(2);
    expect(requests().map(({ repeats }) => repeats)).toEqual([1, 0]);
  });

  it('is answered when it comes again and can be read', async () => {
    const { sent } = await answersTo(['+MIPLREAD: 0,5,33', '+MIPLREAD: 0,5,3306,0,5850']);
    expect(sent).toEqual(['AT+MIPLREADRSP=0,5,11', 'AT+MIPLREADRSP=0,5,1,3306,0,5850,5,1,0,0,0']);
  });

  const lines = ['5850,5,1,1,1,2', '5851,3,4,7,2,1', '5750,1,4,test,0,0'].map(
    (tail) => `+MIPLWRITE: 0,9,3306,0,${tail}`,
  );
  it.each([0, 1, 2])('spoils the write it is line %d of, which is refused once', async (broken) => {
    const told = lines.map((line, position) => (position === broken ? line.replace('3306,0,', '3306,0,x') : line));
    const { sent, requests, store } = await answersTo([...told, ...told]);
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,9,11']);
    expect(requests()).toMatchObject([{ status: 'refused', fault: { code: 'MIPL_UNREADABLE' } }]);
    expect(['5850', '5851', '5750'].map((id) => store.valueOf(`/3306/0/${id}`))).toEqual(['0', '0', 'lamp']);
  });

  it('spoils a write of which not even the object can be read', async () => {
    const { sent, requests } = await answersTo([`${lines[0]}`, '+MIPLWRITE: 0,9,x', `${lines[2]}`]);
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,9,11']);
    expect(requests()).toHaveLength(1);
  });

  it('does not spoil the next write of that msgid when its answer was lost', async () => {
    const { sent, say, requests } = await answersTo(['+MIPLWRITE: 0,9,x']);
    say('+MIPLEVENT: 0,20,9', `${lines[2]}`);
    await settle();
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,9,11', 'AT+MIPLWRITERSP=0,9,2']);
    expect(requests().map(({ status }) => status)).toEqual(['failed', 'answered']);
  });

  it('falls out of the ledger like any other', async () => {
    const { say, sent } = await answersTo(['+MIPLWRITE: 0,9,x']);
    for (let msgId = 100; msgId <= 10_100; msgId++) say(`+MIPLREAD: 0,${msgId},3306,0,5850`);
    await settle();
    sent.length = 0;
    say('+MIPLWRITE: 0,9,x');
    await settle();
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,9,11']);
  });
});

describe('objects of the module in dialect cmcc', () => {
  it('are answered for where one of their resources is asked for, as in the flow of a firmware update', async () => {
    const { sent, requests } = await answersTo(
      [
        '+MIPLEXECUTE:0,54077,5,0,26550,0,""',
        '+MIPLREAD:0,54078,3,0,26261',
        '+MIPLWRITE:0,17507,5,0,0,2,0,,0',
        '+MIPLREAD: 0,39123,3,0,-1,0',
        '+MIPLOBSERVE:0,200588,1,4,0,-1',
      ],
      'cmcc',
    );
    expect(sent).toEqual(['AT+MIPLEXECUTERSP=0,54077,13', 'AT+MIPLREADRSP=0,54078,13', 'AT+MIPLWRITERSP=0,17507,13']);
    expect(requests().map(({ status }) => status)).toEqual(['refused', 'refused', 'refused', 'shown', 'shown']);
  });

  it('are answered with what the model has', async () => {
    const model = modelOf({ '/5/0/26550': ['none', 'E'], '/3/0/26261': ['integer', 'R', '256'] });
    const station = await registered({ model, dialect: 'cmcc' });
    station.say('+MIPLEXECUTE:0,54077,5,0,26550,0,""', '+MIPLREAD:0,54078,3,0,26261', '+MIPLREAD: 0,39123,3,0,-1,0');
    await settle();
    expect(station.sent).toEqual([
      'AT+MIPLEXECUTERSP=0,54077,2',
      'AT+MIPLREADRSP=0,54078,1,3,0,26261,3,4,256,0,0',
      'AT+MIPLREADRSP=0,39123,1,3,0,26261,3,4,256,0,0',
    ]);
  });
});

describe('whatever happens to the line of a request', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  const originals = [
    '+MIPLREAD: 0,4711,3306,0,-1',
    '+MIPLREAD:0,4711,3303,0,5700,0',
    '+MIPLWRITE: 0,4711,3306,0,5750,1,15,"say "hi", again",0,0',
    '+MIPLWRITE:0,4711,3306,0,5750,1,4,abcd,0',
    '+MIPLWRITE: 0, 4711, 3306, 0, 5851, 3, , 25, 0, 0',
    '+MIPLWRITE: 0,4711,3306,0,5851,2,1,16,1,1',
    '+MIPLEXECUTE:0,4711,3303,0,5605,3,1,2',
    '+MIPLEXECUTE: 0,4711,3303,0,5605,5, "reset"',
    '+MIPLOBSERVE: 0,4711,1,3303,0,-1',
    '+MIPLDISCOVER: 0,4711,3306',
    '+MIPLPARAMETER: 0,4711,3303,0,5700,14,"pmin=1;pmax=60"',
  ];
  const pieces = ['', ',', '"', '-', '1', '9', 'x', ' ', '\r\n', '温', '\uFFFD', ',,', '70000', '\0'];
  const mutated = fc
    .tuple(
      fc.constantFrom(...originals),
      fc.array(fc.tuple(fc.nat({ max: 70 }), fc.nat({ max: 6 }), fc.constantFrom(...pieces)), { maxLength: 4 }),
    )
    .map(([line, changes]) =>
      changes.reduce((text, [place, count, piece]) => {
        // The head, ref and msgid stand in the first 20 characters; changes come behind them, but may be anything.
        const at = Math.min(20 + place, text.length);
        return text.slice(0, at) + piece + text.slice(at + count);
      }, line),
    );

  const commandOf: Readonly<Record<string, string>> = {
    '+MIPLREAD': 'AT+MIPLREADRSP',
    '+MIPLWRITE': 'AT+MIPLWRITERSP',
    '+MIPLEXECUTE': 'AT+MIPLEXECUTERSP',
    '+MIPLOBSERVE': 'AT+MIPLOBSERVERSP',
    '+MIPLDISCOVER': 'AT+MIPLDISCOVERRSP',
    '+MIPLPARAMETER': 'AT+MIPLPARAMETERRSP',
  };

  it('there is exactly one answer, by the right command, while ref and msgid can be read', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async (line) => {
        const head = splitHead(line);
        const [ref, msgId] = tokenize(head?.list ?? '').map((token) => wholeNumber(token.text));
        fc.pre(head !== undefined && ref === 0 && msgId !== undefined && msgId >= 0 && msgId <= 0xffffffff);
        const { engine, sent, requests, faults } = rig({ model: text });
        const arrived = { ...lineOf(line), damaged: line.includes('\uFFFD') };
        engine.receive(heard(arrived));
        await settle();
        await vi.advanceTimersByTimeAsync(10_000);
        await settle();
        expect(faults).toEqual([]);
        expect(requests()).toHaveLength(1);
        expect(['answered', 'refused']).toContain(requests()[0]?.status);
        const answer = `${commandOf[head?.name ?? ''] ?? ''}=0,${msgId},`;
        expect(sent.length).toBeGreaterThan(0);
        for (const [position, command] of sent.entries()) {
          expect(command.startsWith(answer)).toBe(true);
          // Several lines are one answer of a read; its index counts down to 0.
          if (sent.length > 1) expect(command).toMatch(new RegExp(`,${sent.length - 1 - position},0$`));
        }
      }),
      { numRuns: 500 },
    );
  }, 60_000);
});

describe('a request in a line that is not as it should be', () => {
  const answer = 'AT+MIPLREADRSP=0,301,1,3303,0,5700,4,4,20.5,0,0';
  const read = '+MIPLREAD:0,301,3303,0,5700';

  it.each([
    ['the module lost the break behind its OK', `OK${read}`],
    ['the module says it in the middle of an echo', `AT+CS${read}`],
    ['a port that wakes makes up letters, too', `\uFFFDp${read}`],
  ])('is answered where %s', async (_, line) => {
    const { sent, engine } = await answersTo([line]);
    expect(sent).toEqual([answer]);
    engine.reset();
  });

  it('is none where only a word of it stands there', async () => {
    const { sent } = await answersTo(['TEXT +MIPLREAD', 'TEXT +MIPLREADING:1', '+READ:0,301,3303,0,5700']);
    expect(sent).toEqual([]);
  });

  it.each(['300', '', '-1', 'x'])('is refused by the module’s own instance where the line says "%s"', async (ref) => {
    const { sent, requests } = await answersTo([`+MIPLREAD:${ref},302,3303,0,5700`]);
    expect(sent).toEqual(['AT+MIPLREADRSP=0,302,11']);
    expect(requests()).toMatchObject([{ msgId: 302, status: 'refused', fault: { code: 'MIPL_UNREADABLE' } }]);
  });

  it('is refused once where the value is longer than any line, and its pieces pass for nothing', async () => {
    const value = `${'OK'.repeat(9000)}`;
    const { sent, requests } = await answersTo([`+MIPLWRITE: 0,303,3306,0,5750,1,18000,"${value}",0,0`, read]);
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,303,11', answer]);
    expect(requests()[0]).toMatchObject({ status: 'refused', payload: 'the line is too long' });
  });

  it.each([
    ['+MIPLREAD:0,304,3303,0,5700', ['AT+MIPLREADRSP=0,304,11']],
    ['+MIPLREAD:0,304,33', ['AT+MIPLREADRSP=0,304,11']],
    ['+MIPLDISCOVER:0,304,3303', ['AT+MIPLDISCOVERRSP=0,304,11']],
    ['+MIPLREAD:0,304', []],
    ['+MIPLEVENT:0,9,', []],
    ['+MIPLEVENT:0,9,1', []],
  ])('is refused where %s never ends, if its msgid is whole', async (line, expected) => {
    const { sent, engine, registrations } = await registered({ model: text, channel: { frames: urcFrames } });
    engine.receive(heard({ ...lineOf(line), partial: true }));
    await settle();
    expect(sent).toEqual(expected);
    expect(registrations.at(-1)?.phase).toBe('registered');
  });
});

function lineOf(text: string): AtLine {
  const atNs = systemClock.monotonicNs();
  const known = {
    startedNs: atNs,
    finishedNs: atNs,
    offset: 0,
    length: text.length,
    strayBytes: 0,
    strayBytesBehind: 0,
  };
  return { text, ...known, damaged: false, cut: false, partial: false };
}
