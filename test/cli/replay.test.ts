import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { main } from '../../main/cli/mipl.ts';
import { FactRecord } from '../../main/facts/factRecord.ts';
import { StateHolder } from '../../main/facts/stateHolder.ts';
import { openJournal } from '../../main/journal/journalWriter.ts';
import { defaultSettings } from '../../shared/settings.ts';
import { initialDeviceState } from '../../shared/state.ts';
import type { DeviceState } from '../../shared/state.ts';
import { tempDirectory } from '../tempDirectory.ts';

const imei = '863703031234567';
/** 2026-11-22 21:13:05 on the clock of this machine. */
const startedMs = new Date(2026, 10, 22, 21, 13, 5).getTime();

async function mipl(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = ['', ''];
  stdout.on('data', (bytes: Buffer) => (texts[0] += bytes.toString()));
  stderr.on('data', (bytes: Buffer) => (texts[1] += bytes.toString()));
  const code = await main(args, { stdin: new PassThrough(), stdout, stderr, signal: new AbortController().signal });
  return { code, output: texts[0] ?? '', errors: texts[1] ?? '' };
}

/** A journal of four seconds: begun, module known, registered, a value told by somebody hostile. */
async function journalFile(): Promise<string> {
  let seconds = 0;
  const journal = await openJournal(
    await tempDirectory(),
    { appVersion: '1', port: '/dev/ttyUSB0', baudRate: 9600, site: 'Pump-3', identity: { imei } },
    { wallMs: () => startedMs + seconds * 1000, monotonicNs: () => BigInt(seconds) * 1_000_000_000n },
  );
  const facts = new FactRecord(new StateHolder(initialDeviceState()));
  const port = { path: '/dev/ttyUSB0', kind: 'serial' } as const;
  facts.tell({ fact: 'opening', port, baudRate: 9600, atMs: 1 });
  facts.settings({ ...defaultSettings, answerDeadlineMs: 2500 });
  facts.journal(journal.state());
  facts.beginJournal(journal);
  seconds = 1;
  facts.tell({ fact: 'identity', identity: { manufacturer: 'CMCC', model: 'M5310-A', imei } });
  seconds = 2;
  facts.tell({
    fact: 'registration',
    registration: { phase: 'registered', lifetimeSeconds: 3600, lastEvent: 6 },
    atMs: 2,
  });
  facts.tell({ fact: 'observations', ended: [], begun: [{ path: '/3303/0/5700', msgId: 45953, sinceMs: 1 }] });
  const request = { id: '1', kind: 'read', msgId: 7, path: '/3303', arrivedMs: 1, status: 'answered' } as const;
  facts.tell({ fact: 'request', id: '1', change: request });
  facts.tell({ fact: 'answerTimes', change: { count: 1, p50Ms: 41.26, p95Ms: 41.26, worstMs: 41.26 } });
  seconds = 3;
  facts.tell({ fact: 'value', path: '/3303/0/5750', value: `at Pump-3\n\u001b[2J ${imei}`, by: 'platform', atMs: 3 });
  facts.tell({ fact: 'acceptance', change: { details: { site: 'Pump-3', operator: 'Li Wei', notes: '' } } });
  facts.tell({
    fact: 'stage',
    name: 'sim',
    change: { fault: { code: 'SIM_NOT_READY', message: 'no card' } },
    atMs: 3,
  });
  await journal.close();
  return journal.file;
}

const rowOf = (output: string, name: string): string =>
  output
    .split('\n')
    .find((line) => line.startsWith(`${name} `))
    ?.slice(15) ?? '';

describe('mipl replay', () => {
  it('says what the tool knew at the end, a row for each thing there is to say', async () => {
    const { code, output, errors } = await mipl('replay', await journalFile());
    expect([code, errors]).toEqual([0, '']);
    expect(rowOf(output, 'port')).toBe('/dev/ttyUSB0, 9600 baud, opening');
    expect(rowOf(output, 'module')).toBe('CMCC, M5310-A');
    expect(rowOf(output, 'settings')).toContain('answerDeadlineMs 2500');
    expect(rowOf(output, 'identity')).toBe(`IMEI ${imei}`);
    expect(rowOf(output, 'stages')).toContain('sim failed (SIM_NOT_READY no card)');
    expect(rowOf(output, 'session')).toBe('registered, lifetime 3600, last event 6');
    expect(rowOf(output, 'observed')).toBe('/3303/0/5700 (msgid 45953)');
    expect(rowOf(output, 'requests')).toBe('1: 1 answered');
    expect(rowOf(output, 'answers')).toBe('1, 0 late, median 41.3 ms, p95 41.3 ms, worst 41.3 ms');
    expect(output).not.toContain('datagrams');
  });

  it('lets nothing in a journal steer the terminal', async () => {
    const { output } = await mipl('replay', await journalFile());
    expect(output).not.toContain('\u001b');
    expect(rowOf(output, 'value')).toBe(`/3303/0/5750 = at Pump-3␊␛[2J ${imei} (writtenByPlatform)`);
  });

  it('stops at a line, some seconds after the beginning, a time of day, or a date and time', async () => {
    const file = await journalFile();
    const phaseAt = async (until: string): Promise<string> =>
      rowOf((await mipl('replay', file, '--until', until)).output, 'session').split(',')[0] ?? '';
    expect(await phaseAt('2')).toBe('idle');
    expect(await phaseAt('999')).toBe('registered');
    expect(await phaseAt('+1.5')).toBe('idle');
    expect(await phaseAt('+2')).toBe('registered');
    expect(await phaseAt('21:13:06')).toBe('idle');
    expect(await phaseAt('21:13:07.001')).toBe('registered');
    expect(await phaseAt('21:14')).toBe('registered');
    // Of the next day: the journal had not begun then.
    expect(await phaseAt('21:12')).toBe('registered');
    expect(await phaseAt(new Date(startedMs + 1999).toISOString())).toBe('idle');
    for (const until of ['yesterday', '-1', '1.5', '25h', '0', '00']) {
      expect(await mipl('replay', file, '--until', until)).toMatchObject({ code: 2, output: '' });
    }
  });

  it('gives the state as JSON, as the window has it', async () => {
    const { code, output } = await mipl('replay', await journalFile(), '--json');
    const state = JSON.parse(output) as DeviceState;
    expect(code).toBe(0);
    expect(Object.keys(state).sort()).toEqual(Object.keys(initialDeviceState()).sort());
    expect(state.registration.phase).toBe('registered');
    expect(output.trimEnd()).not.toContain('\n');
  });

  it('with --mask tells neither module nor place nor person', async () => {
    const file = await journalFile();
    const [plain, rows, json] = [
      await mipl('replay', file),
      await mipl('replay', file, '--mask'),
      await mipl('replay', file, '--mask', '--json'),
    ];
    const secrets = [imei, 'Pump-3', '4567_'];
    for (const secret of secrets) expect(plain.output).toContain(secret);
    for (const secret of [...secrets, 'Li Wei']) expect(rows.output + json.output).not.toContain(secret);
    expect((JSON.parse(json.output) as DeviceState).module.imei).toBe('000000000000001');
  });

  it('reads what is torn or damaged as far as it can be, and says the lines', async () => {
    const file = await journalFile();
    const text = await readFile(file, 'utf8');
    const broken = join(await tempDirectory(), 'torn.mipl.ndjson');
    const lines = text.trimEnd().split('\n');
    await writeFile(
      broken,
      [
        ...lines.slice(0, 3),
        '{"t":"facts","n":5,"w":5,"facts":[{"fact":"x"}]}',
        ...lines.slice(3, -1),
        lines.at(-1)?.slice(0, 40),
      ].join('\n'),
    );
    const { code, output, errors } = await mipl('replay', broken);
    expect(code).toBe(0);
    expect(rowOf(output, 'session')).toContain('registered');
    expect(errors).toBe(`line 4: there is no fact "x"\nline ${lines.length + 1}: not JSON\n`);
  });

  it('says that a journal of version 1 has no facts', async () => {
    const file = join(await tempDirectory(), 'old.mipl.ndjson');
    const header = '{"format":"mipl-journal","version":1,"started":"x","startedMs":5,"port":"COM3","baudRate":9600}';
    await writeFile(file, `${header}\n{"t":"in","n":1,"w":2,"b":"+CEREG:1\\r\\n"}\n`);
    const { code, output, errors } = await mipl('replay', file);
    expect([code, rowOf(output, 'network')]).toEqual([0, '+CEREG 1']);
    expect(errors).toContain('the journal has no facts');
  });

  it('refuses what is no journal, and more than one', async () => {
    const folder = await tempDirectory();
    const file = join(folder, 'other');
    await writeFile(file, 'AT\r\nOK\r\n');
    expect(await readdir(folder)).toHaveLength(1);
    expect(await mipl('replay', file)).toMatchObject({ code: 2, output: '' });
    expect(await mipl('replay', join(folder, 'missing'))).toMatchObject({ code: 2, output: '' });
    expect(await mipl('replay', file, file)).toMatchObject({ code: 2 });
    expect(await mipl('replay')).toMatchObject({ code: 2 });
  });
});
