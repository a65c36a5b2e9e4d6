import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LineLog } from '../../main/log/lineLog.ts';
import { LogBook } from '../../main/log/logBook.ts';
import { CodedError } from '../../shared/errors.ts';
import type { LineTag, LogEntry } from '../../shared/log.ts';
import type { DeviceState } from '../../shared/state.ts';
import { startDevice, until } from '../device/rig.ts';
import { ScriptedModule } from '../device/scriptedModule.ts';
import { registered, rig, settle } from '../mipl/rig.ts';
import type { RigOptions } from '../mipl/rig.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const name = (tag: LineTag | undefined): string =>
  tag === undefined
    ? '–'
    : Object.entries(tag)
        .map(([what, id]) => `${what} ${id}`)
        .join();

/** A session with its log: what each line belongs to, from the moment on that it is registered. */
async function logged(options: RigOptions = {}, observations: readonly string[] = []) {
  const book = new LogBook();
  const station = await registered({ ...options, log: new LineLog(book) }, observations);
  await settle();
  const from = book.lastSeq + 1;
  const entries = (): readonly LogEntry[] => book.read(from, 1000);
  return {
    ...station,
    entries,
    /** `request 1: +MIPLREAD:…`, line by line. */
    told: () => entries().map(({ belongsTo, text }) => `${name(belongsTo)}: ${text}`),
    textsOf: (wanted: string) =>
      entries()
        .filter(({ belongsTo }) => name(belongsTo) === wanted)
        .map(({ text }) => text),
    seqOf: (text: string) => entries().find((entry) => entry.text === text)?.seq,
  };
}

const observe = '+MIPLOBSERVE:0,130839,1,3303,0,-1';
const cancel = '+MIPLOBSERVE:0,130839,0,3303,0,-1';

describe('the lines of a request', () => {
  it('are its own alone, although observe, observe anew, cancel and the notifications share one msgid', async () => {
    const { say, engine, told, requests, seqOf } = await logged();
    say(observe);
    await settle();
    await engine.notify({ path: '/3303/0/5700', value: '20.1', confirmed: true });
    say('+MIPLEVENT:0,26,1');
    await settle();
    say(observe);
    await settle();
    await engine.notify({ path: '/3303/0/5700', value: '20.2', confirmed: false });
    say(cancel);
    await settle();
    expect(told()).toEqual([
      `request 1: ${observe}`,
      'request 1: AT+MIPLOBSERVERSP=0,130839,1',
      'request 1: OK',
      'notification 1: AT+MIPLNOTIFY=0,130839,3303,0,5700,4,4,20.1,0,0,1',
      'notification 1: OK',
      'notification 1: +MIPLEVENT:0,26,1',
      `request 2: ${observe}`,
      'request 2: AT+MIPLOBSERVERSP=0,130839,1',
      'request 2: OK',
      'notification 2: AT+MIPLNOTIFY=0,130839,3303,0,5700,4,4,20.2,0,0',
      'notification 2: OK',
      `request 3: ${cancel}`,
      'request 3: AT+MIPLOBSERVERSP=0,130839,1',
      'request 3: OK',
    ]);
    expect(requests().map(({ id, kind, seq }) => [id, kind, seq])).toEqual([
      ['1', 'observe', seqOf(observe)],
      ['2', 'observe', (seqOf(observe) ?? 0) + 6],
      ['3', 'cancel', seqOf(cancel)],
    ]);
  });

  it('are told apart where the platform uses a msgid again, for the same path or another', async () => {
    const { say, textsOf } = await logged();
    say('+MIPLREAD:0,5,3303,0,5700');
    await settle();
    vi.advanceTimersByTime(1);
    say('+MIPLREAD:0,5,3306,0,5850');
    await settle();
    say('+MIPLEXECUTE:0,5,3303,0,5605,0,""');
    await settle();
    expect(textsOf('request 1')[0]).toBe('+MIPLREAD:0,5,3303,0,5700');
    expect(textsOf('request 2')[0]).toBe('+MIPLREAD:0,5,3306,0,5850');
    expect(textsOf('request 3')[0]).toBe('+MIPLEXECUTE:0,5,3303,0,5605,0,""');
    expect([1, 2, 3].map((id) => textsOf(`request ${id}`).length)).toEqual([3, 3, 3]);
  });

  it('are all lines of a write and of the answer to a read that comes between, with every OK', async () => {
    const { say, told } = await logged({ reply: () => undefined });
    say('+MIPLWRITE:0,64001,3306,0,5850,5,1,1,1,1', '+MIPLREAD:0,64002,3303,0,5700');
    say('+MIPLWRITE:0,64001,3306,0,5851,3,2,16,0,0', '+CSCON:1', 'OK', 'OK');
    await settle();
    expect(told()).toEqual([
      'request 1: +MIPLWRITE:0,64001,3306,0,5850,5,1,1,1,1',
      'request 2: +MIPLREAD:0,64002,3303,0,5700',
      expect.stringMatching(/^request 2: AT\+MIPLREADRSP=0,64002,1,/),
      'request 1: +MIPLWRITE:0,64001,3306,0,5851,3,2,16,0,0',
      '–: +CSCON:1',
      'request 2: OK',
      'request 1: AT+MIPLWRITERSP=0,64001,2',
      'request 1: OK',
    ]);
  });

  it('do not take in what a person types meanwhile, even if it names the msgid', async () => {
    const { say, engine, told } = await logged({ reply: () => undefined });
    const typed = engine.sendLine('AT+MIPLREADRSP=0,5,12');
    await settle();
    say('+MIPLREAD:0,5,3303,0,5605', 'ERROR');
    await expect(typed).rejects.toMatchObject({ code: 'AT_ERROR' });
    say('+CME ERROR: 50');
    await settle();
    expect(told()).toEqual([
      'task console: AT+MIPLREADRSP=0,5,12',
      'request 1: +MIPLREAD:0,5,3303,0,5605',
      'task console: ERROR',
      'request 1: AT+MIPLREADRSP=0,5,14',
      'request 1: +CME ERROR: 50',
    ]);
  });

  it('include a repeat that was counted, a line that cannot be read, one that is too long, and the event that it was lost', async () => {
    const { say, textsOf } = await logged();
    const lines = ['+MIPLREAD:0,5,3303,0,5700', '+MIPLREAD:0,5,3303,0,5700'];
    say(...lines);
    await settle();
    say('+MIPLEVENT:0,20,5', '+MIPLREAD:0,6,x', `+MIPLEXECUTE:0,7,3303,0,5605,9000,"${'1'.repeat(8200)}`);
    await settle();
    expect(textsOf('request 1').filter((text) => text.startsWith('+'))).toEqual([...lines, '+MIPLEVENT:0,20,5']);
    expect(textsOf('request 2')).toEqual(['+MIPLREAD:0,6,x', 'AT+MIPLREADRSP=0,6,11', 'OK']);
    expect(textsOf('request 3')[0]).toMatch(/^\+MIPLEXECUTE:0,7,/);
  });

  it('stand in the log before the first line of the answer, and the request knows its number at once', async () => {
    const { say, requests, seqOf } = await logged({ reply: () => undefined });
    say('+MIPLREAD:0,5,3303,0,5605');
    expect(requests()[0]?.seq).toBe(seqOf('+MIPLREAD:0,5,3303,0,5605'));
    expect(seqOf('AT+MIPLREADRSP=0,5,14')).toBe((requests()[0]?.seq ?? 0) + 1);
  });
});

describe('a line of the log', () => {
  it('that answers is about what its command is about, whatever comes in between', async () => {
    const { say, entries } = await logged({ reply: () => undefined });
    say('+MIPLREAD:0,5,3303,0,5605', '+MIPLEVENT:0,9', 'OK');
    await settle();
    expect(entries().map(({ text, msgId, path }) => [text, msgId, path])).toEqual([
      ['+MIPLREAD:0,5,3303,0,5605', 5, '/3303/0/5605'],
      ['AT+MIPLREADRSP=0,5,14', 5, undefined],
      ['+MIPLEVENT:0,9', undefined, undefined],
      ['OK', 5, undefined],
    ]);
  });

  it('belongs to the session where it is one of its events, to nothing where nobody knows it', async () => {
    const { say, told } = await logged();
    say('+MIPLEVENT:0,9', '+MIPLEVENT:0,20', '+MIPLEVENT:0,25,77', 'RING');
    expect(told()).toEqual([
      'task session: +MIPLEVENT:0,9',
      'task session: +MIPLEVENT:0,20',
      'task session: +MIPLEVENT:0,25,77',
      '–: RING',
    ]);
  });

  it('that finds back into step belongs to that, also the answer to a question that was asked for it', async () => {
    const book = new LogBook();
    const { engine } = rig({
      log: new LineLog(book),
      channel: { startsInStep: false },
      reply: (command) => (command === 'AT+CMEE?' ? ['+CMEE: 1', 'OK'] : ['OK']),
    });
    const typed = engine.sendLine('AT+CGATT?');
    await settle();
    await vi.advanceTimersByTimeAsync(500);
    await typed;
    expect(book.read(1, 100).map(({ text, kind, belongsTo }) => `${kind}, ${name(belongsTo)}: ${text}`)).toEqual([
      'engine, task resync: AT',
      'answer, task resync: OK',
      'engine, task resync: AT+CMEE?',
      'answer, task resync: +CMEE: 1',
      'answer, task resync: OK',
      'person, task console: AT+CGATT?',
      'answer, task console: OK',
    ]);
  });
});

it('an exchange is one in the whole log, also after the port was lost and came back', async () => {
  vi.useRealTimers();
  const modules: ScriptedModule[] = [];
  const device = await startDevice({
    session: {
      openLink: () => {
        modules.push(new ScriptedModule());
        return Promise.resolve({ link: (modules.at(-1) as ScriptedModule).link });
      },
      reopenMs: 5,
    },
    settings: { commandGapMs: 0, registerOnConnect: false },
  });
  const isUp = ({ stages }: DeviceState): boolean => stages.network.status === 'done';
  await device.openPort('/dev/ttyTest', 9600);
  await until(device, 'the network', isUp);
  modules[0]?.lose(new CodedError('PORT_LOST', 'pulled'));
  await until(device, 'the network again', (state) => modules.length === 2 && isUp(state));
  const commands = device.log.read(1, 10_000).filter(({ kind }) => kind === 'engine' || kind === 'person');
  expect(commands.length).toBeGreaterThan(20);
  expect(new Set(commands.map(({ exchange }) => exchange)).size).toBe(commands.length);
});
