import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replayJournal } from '../../main/facts/replayJournal.ts';
import type { Replayed, ReplayEnd } from '../../main/facts/replayJournal.ts';
import type { DeviceState } from '../../shared/state.ts';
import { tempDirectory } from '../tempDirectory.ts';

const startedMs = 1_795_353_185_123;

/** A record as the file has it, and how many milliseconds after the one before it came. */
type Row = string | { readonly t: string; readonly [field: string]: unknown };

/** `> text` to the module, `< text` from it, anything else a record as it is; each 100 ms after the one before. */
async function journalOf(
  rows: readonly Row[],
  { version = 1, port = '/dev/ttyUSB0', tail = '', ...more }: { [field: string]: unknown } = {},
): Promise<string> {
  const header = { format: 'mipl-journal', version, started: 'x', startedMs, port, baudRate: 9600, ...more };
  const records = rows.map((row, index) => {
    const time = { n: (index + 1) * 1e8, w: startedMs + (index + 1) * 100 };
    if (typeof row !== 'string') return { ...row, ...time };
    return { t: row.startsWith('>') ? 'out' : 'in', ...time, b: `${row.slice(2)}\r\n` };
  });
  const file = join(await tempDirectory(), 'session.mipl.ndjson');
  await writeFile(file, [header, ...records].map((record) => `${JSON.stringify(record)}\n`).join('') + String(tail));
  return file;
}

async function replayed(
  file: string,
  until?: ReplayEnd,
): Promise<Replayed & { readonly problems: readonly unknown[] }> {
  const problems: unknown[] = [];
  const onProblem = (problem: { readonly line: number; readonly message: string }): void => {
    problems.push(`${problem.line}: ${problem.message}`);
  };
  return { ...(await replayJournal(file, { ...(until ? { until } : {}), onProblem })), problems };
}

const stateOf = async (rows: readonly Row[], port?: string): Promise<DeviceState> => {
  const { state, problems, isFromLines } = await replayed(await journalOf(rows, port === undefined ? {} : { port }));
  expect([problems, isFromLines]).toEqual([[], true]);
  return state;
};

/** When the row with that number, from 1, came. */
const at = (row: number): number => startedMs + row * 100;

describe('a journal of version 1 gives what its lines tell', () => {
  const registered = [
    '> AT+MIPLCREATE',
    '< +MIPLCREATE:0',
    '< OK',
    '> AT+MIPLOPEN=0,3600,30',
    '< OK',
    '< +MIPLEVENT:0,6',
  ];

  it('the port, by the name it was opened under', async () => {
    expect((await stateOf([])).connection).toMatchObject({
      phase: 'probing',
      port: { path: '/dev/ttyUSB0', kind: 'serial' },
      baudRate: 9600,
    });
    expect((await stateOf([], 'sim:nb73')).connection.port?.kind).toBe('virtual');
    expect((await stateOf([], 'rfc2217://h:1')).connection.port?.kind).toBe('rfc2217');
  });

  it('no port where it was made of the log of another tool: the name of a file may tell the place', async () => {
    const file = await journalOf(['< OK'], { version: 2, port: 'pump-7.log', importedFrom: 'pump-7.log' });
    const { state, isFromLines } = await replayed(file);
    expect(isFromLines).toBe(true);
    expect(JSON.stringify(state)).not.toContain('pump-7');
    expect(state.connection.port?.path).toBe('imported');
  });

  it('that there is a module, who it is, and the network', async () => {
    const state = await stateOf([
      '> AT',
      '< OK',
      '> AT',
      '< OK',
      { t: 'identity', identity: { imei: '863703031234567' } },
      '> AT+CEREG?',
      '< +CEREG:1,2',
      '< OK',
      '> AT+CSQ',
      '< +CSQ:20,99',
      '< OK',
      '> AT+CSQ',
      '< +CSQ:99,99',
      '< OK',
      '< +CEREG:1',
      '< +CSCON:1',
      '< noise',
      '> noise',
      '< +MIPLNSMI:0,1',
    ]);
    expect(state.connection).toMatchObject({ phase: 'ready', sinceMs: at(2) });
    expect(state.stages.module).toMatchObject({ status: 'done', finishedMs: at(2) });
    expect(state.stages.network).toMatchObject({ status: 'done', finishedMs: at(15) });
    expect(state.module).toEqual({ imei: '863703031234567' });
    expect(state.network).toMatchObject({ registration: 1, rssiDbm: -73, radioConnected: true });
  });

  it('that the module sleeps, and that it is awake', async () => {
    expect((await stateOf(['< +NPSMR:1'])).network.asleep).toBe(true);
    expect((await stateOf(['< +NPSMR:1', '< +NPSMR:0'])).network.asleep).toBe(false);
  });

  it('the session with the platform, to its end', async () => {
    const open = await stateOf(registered);
    expect(open.registration).toMatchObject({
      phase: 'registered',
      ref: 0,
      lifetimeSeconds: 3600,
      registeredMs: at(6),
    });
    expect(open.stages).toMatchObject({ objects: { status: 'done' }, onenet: { status: 'done' } });
    const closed = await stateOf([...registered, '> AT+MIPLCLOSE=0', '< OK']);
    expect(closed.registration.phase).toBe('deregistered');
    const refused = await stateOf([...registered, '> AT+MIPLCLOSE=0', '< ERROR']);
    expect(refused.registration.phase).toBe('closing');
  });

  it('what is observed, until the platform cancels, the session ends, or a new one is opened', async () => {
    const observed = [...registered, '< +MIPLOBSERVE:0,7,1,3303,0,5700', '< +MIPLOBSERVE:0,8,1,3306,0,-1'];
    const paths = async (...more: Row[]) =>
      (await stateOf([...observed, ...more])).observations.map(({ path }) => path);
    expect(await paths()).toEqual(['/3303/0/5700', '/3306/0']);
    expect(await paths('< +MIPLOBSERVE:0,7,0,3303,0,5700')).toEqual(['/3306/0']);
    expect(await paths('< +MIPLEVENT:0,15')).toEqual([]);
    expect(await paths('> AT+MIPLOPEN=0,60,30')).toEqual([]);
    expect(await paths({ t: 'gap', reason: 'sleep' })).toHaveLength(2);
  });

  it('requests, what they were answered and when', async () => {
    const { requests, resources } = await stateOf([
      '< +MIPLREAD:0,7,3303,0,5700',
      '> AT+MIPLREADRSP=0,7,1,3303,0,5700,4,4,20.1,0,0',
      '< OK',
      '< +MIPLWRITE:0,8,3306,0,5850,5,1,1,0,0',
      '> AT+MIPLWRITERSP=0,8,2',
      '< +CME ERROR: 50',
      '< +MIPLEXECUTE:0,9,3303,0,5605,0,',
      '> AT+MIPLEXECUTERSP=0,9,14',
      '< OK',
      '< +MIPLREAD:0,10,3303,0,-1',
      '> AT+MIPLREADRSP=0,10,1,3303,0,5701,1,3,Cel,1,1',
      '< OK',
      '> AT+MIPLREADRSP=0,10,1,3303,0,5700,4,4,20.1,0,0',
      '< OK',
      '< +MIPLWRITE:0,11,3306,0,5850,5,1,2,0,0',
      '> AT+MIPLWRITERSP=0,11,15',
      '< OK',
      '> AT+MIPLREADRSP=0,99,1',
      '< OK',
      '> AT+MIPLOPEN=what',
      '< ERROR',
    ]);
    expect(Object.values(requests)).toMatchObject([
      { kind: 'read', path: '/3303/0/5700', msgId: 7, status: 'answered', result: 1, usedMs: 200, value: '20.1' },
      { kind: 'write', payload: '1', value: '1', status: 'failed', fault: { message: '+CME ERROR: 50' } },
      { kind: 'execute', status: 'refused', result: 14 },
      { kind: 'read', path: '/3303/0', status: 'answered', result: 1, value: '5701=Cel 5700=20.1' },
      { kind: 'write', payload: '2', status: 'refused', result: 15 },
    ]);
    // What was refused was not set.
    expect(Object.values(requests).at(-1)).not.toHaveProperty('value');
    expect(resources).toMatchObject({
      '/3303/0/5700': { value: '20.1', standing: 'readByPlatform' },
      '/3303/0/5701': { value: 'Cel' },
      '/3306/0/5850': { value: '1', standing: 'writtenByPlatform' },
    });
  });

  it('a write of several lines as one request, with all its values, also where a line comes again', async () => {
    const { requests, resources } = await stateOf([
      '< +MIPLWRITE:0,7,3306,0,5850,5,1,1,1,1',
      '< +MIPLWRITE:0,7,3306,0,5850,5,1,1,1,1',
      '< +MIPLWRITE:0,7,3306,0,5851,4,2,22,0,0',
      '> AT+MIPLWRITERSP=0,7,2',
      '< OK',
      '< +MIPLWRITE:0,7,3306,0,5850,5,1,0,0,0',
      '< +MIPLWRITE:0,7,3306,0,5850,5,1,0,0,0',
      '> AT+MIPLWRITERSP=0,7,2',
      '< OK',
    ]);
    expect(Object.values(requests)).toMatchObject([
      { path: '/3306/0', payload: '5850=1 5851=22', value: '5850=1 5851=22', status: 'answered', usedMs: 400 },
      { path: '/3306/0/5850', payload: '0', value: '0', status: 'answered', usedMs: 300 },
    ]);
    expect(resources).toMatchObject({ '/3306/0/5850': { value: '0' }, '/3306/0/5851': { value: '22' } });
  });

  it('writes of one msgid as several where they are of other instances, the answer has begun, or CoAP gives the number out anew', async () => {
    const write = (place: string): Row => `< +MIPLWRITE:0,7,${place},5,1,1,0,0`;
    const pathsOf = async (...rows: Row[]) => Object.values((await stateOf(rows)).requests).map(({ path }) => path);
    expect(await pathsOf(write('3306,0,5850'), write('3306,1,5850'))).toEqual(['/3306/0/5850', '/3306/1/5850']);
    expect(await pathsOf(write('3306,0,5850'), '> AT+MIPLWRITERSP=0,7,2', '< ERROR', write('3306,0,5851'))).toEqual([
      '/3306/0/5850',
      '/3306/0/5851',
    ]);
    expect(await pathsOf('< +MIPLREAD:0,7,3306,0,5850', write('3306,0,5851'))).toHaveLength(2);
    const later = Array.from({ length: 2470 }, () => '< noise');
    expect(await pathsOf(write('3306,0,5850'), ...later, write('3306,0,5851'))).toHaveLength(2);
  });

  it('of an answer what the module has taken: not what it refused, and not what was told before to that msgid', async () => {
    const answer = (value: string, places = '0,0') => `> AT+MIPLREADRSP=0,7,1,3303,0,5700,4,2,${value},${places}`;
    const { requests, resources } = await stateOf([
      '< +MIPLREAD:0,7,3303,0,5700',
      answer('21'),
      '< ERROR',
      answer('22'),
      '< OK',
      answer('23'),
      '< OK',
      '< +MIPLREAD:0,7,3303,0,5700',
      answer('24', '1,1'),
      '< OK',
      answer('25'),
      '< ERROR',
    ]);
    expect(Object.values(requests)).toMatchObject([
      { status: 'answered', value: '22', usedMs: 400 },
      { status: 'failed', value: '24' },
    ]);
    expect(resources['/3303/0/5700']?.value).toBe('24');
  });

  it('of an answer that never ends as much as a row shows', async () => {
    const lines = Array.from({ length: 3000 }, () => ['> AT+MIPLREADRSP=0,7,1,3303,0,5700,4,4,21.5,1,1', '< OK']);
    const { requests } = await stateOf(['< +MIPLREAD:0,7,3303,0,5700', ...lines.flat()]);
    const [request] = Object.values(requests);
    expect(request?.value).toMatch(/^(?:21\.5 ){200}…$/);
  });

  it('notifications, how far they came', async () => {
    const { outbox } = await stateOf([
      '> AT+MIPLNOTIFY=0,7,3303,0,5700,4,4,20.1,0,0,5',
      '< OK',
      '< +MIPLEVENT:0,26,5',
      '> AT+MIPLNOTIFY=0,7,3303,0,5700,4,4,20.2,0,0',
      '< OK',
      '> AT+MIPLNOTIFY=0,7,3303,0,5700,4,4,20.3,0,0,6',
      '< ERROR',
      '< +MIPLEVENT:0,26,77',
    ]);
    expect(Object.values(outbox)).toMatchObject([
      { path: '/3303/0/5700', value: '20.1', ackId: 5, status: 'acknowledged' },
      { value: '20.2', status: 'accepted' },
      { value: '20.3', status: 'failed' },
    ]);
  });

  it('restarts, and a cable that was pulled and put in again', async () => {
    const restarted = await stateOf([...registered, { t: 'gap', reason: 'restarted' }]);
    expect(restarted.registration.phase).toBe('idle');
    expect(restarted.stages).toMatchObject({ port: { status: 'done' }, module: { status: 'stale' } });
    const pulled = await stateOf([...registered, { t: 'gap', reason: 'unplugged', text: 'ENXIO' }]);
    expect(pulled.connection).toMatchObject({ phase: 'lost', fault: { message: 'ENXIO' } });
    const named = await stateOf([{ t: 'gap', reason: 'unplugged' }, { t: 'gap', reason: 'reconnected' }, '< OK']);
    expect(named.connection.phase).toBe('ready');
    expect((await stateOf([{ t: 'gap', reason: 'closed' }])).connection.phase).toBe('closed');
  });

  it('a line whose end did not come, too', async () => {
    const file = await journalOf(['< +MIPLREAD:0,7,3303,0,5700'], {
      tail: `{"t":"in","n":200000000,"w":${at(2)},"b":"+MIPLREAD:0,8,3303,0,5700"}\n`,
    });
    expect(Object.keys((await replayed(file)).state.requests)).toHaveLength(2);
  });
});

describe('a journal with facts', () => {
  const value = (text: string) => ({ fact: 'value', path: '/3303/0/5700', value: text, by: 'person', atMs: 1 });
  const rows = (...lists: unknown[][]): Row[] => lists.map((facts) => ({ t: 'facts', facts }));
  const valueIn = ({ state }: Replayed): string | undefined => state.resources['/3303/0/5700']?.value;
  const told = rows([{ fact: 'anew' }, value('1')], [value('2')], [value('3')]);

  it('is folded up to a line, a time after its beginning, or a time of day', async () => {
    const file = await journalOf(told, { version: 2 });
    expect(valueIn(await replayed(file))).toBe('3');
    expect(valueIn(await replayed(file, { line: 3 }))).toBe('2');
    expect(valueIn(await replayed(file, { sinceStartNs: 1e8 }))).toBe('1');
    expect(valueIn(await replayed(file, { wallMs: at(2) + 50 }))).toBe('2');
    const before = await replayed(file, { line: 1 });
    expect([valueIn(before), before.last]).toEqual([undefined, undefined]);
  });

  it('tells what each fact changes and where it stands; what its lines tell before the first of them, at the header', async () => {
    const changesOf = async (file: string) => {
      const heard: (readonly [number, readonly string[]])[] = [];
      await replayJournal(file, {
        onProblem: ({ message }) => expect.unreachable(message),
        onChange: (changes, _happened, { line }) => heard.push([line, Object.keys(changes)]),
      });
      return heard;
    };
    expect((await changesOf(await journalOf(told, { version: 2 }))).slice(-2)).toEqual([
      [3, ['resources']],
      [4, ['resources']],
    ]);
    const ofLines = await changesOf(await journalOf(['< +CSCON:1']));
    expect(ofLines[0]?.[0]).toBe(1);
    expect(ofLines.at(-1)).toEqual([2, ['network']]);
  });

  it('that is torn, damaged or of a later version is read as far as it can be, and that is said with the line', async () => {
    const facts = [...told, ...rows([{ fact: 'weather' }, value('4')]), { t: 'weather' }];
    const file = await journalOf(facts, { version: 9, tail: 'damage\n{"t":"facts","n":1,"w":1,"facts":[{"fa' });
    const { problems, ...rest } = await replayed(file);
    expect(valueIn(rest)).toBe('4');
    const upTo = await replayed(file, { line: 4 });
    expect(upTo.problems).toEqual(problems.slice(0, 1));
    expect(problems).toEqual([
      '1: version 9 is later than this program: read as far as it is known',
      '5: there is no fact "weather"',
      '7: not JSON',
      '8: not JSON',
    ]);
  });

  it('cut off anywhere gives the state of the last whole record, and says which line is torn', async () => {
    const whole = await readFile(await journalOf([...told, '< OK'], { version: 2 }));
    const file = join(await tempDirectory(), 'cut');
    for (let cut = whole.indexOf(0x0a) + 1; cut < whole.length; cut++) {
      await writeFile(file, whole.subarray(0, cut));
      const lines = whole.subarray(0, cut).toString('utf8').split('\n');
      // The last line may be whole but for its end.
      const isWhole = lines.at(-1) === '' || whole[cut] === 0x0a;
      const records = lines.length - 1 - (isWhole && lines.at(-1) !== '' ? 0 : 1);
      const { problems, ...rest } = await replayed(file);
      expect(valueIn(rest)).toBe([undefined, '1', '2', '3', '3'][records]);
      expect(problems).toEqual(isWhole ? [] : [`${lines.length}: not JSON`]);
    }
  });

  it('is folded from where it begins: facts in front speak of a file that is gone', async () => {
    const file = await journalOf(rows([{ fact: 'standing', path: '/1/2/3' }], [{ fact: 'anew' }, value('5')]), {
      version: 2,
    });
    const { problems, ...rest } = await replayed(file);
    expect([valueIn(rest), problems]).toEqual(['5', []]);
  });

  it('ends when it is asked to', async () => {
    const file = await journalOf(told, { version: 2 });
    const replaying = replayJournal(file, { onProblem: () => undefined, signal: AbortSignal.abort() });
    await expect(replaying).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
