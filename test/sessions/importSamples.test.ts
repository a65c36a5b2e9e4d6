import { readdirSync } from 'node:fs';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { patternLayout } from '../../main/capture/patternLayout.ts';
import { importLog } from '../../main/sessions/importLog.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { journalRows } from './journalRows.ts';

const folder = join(import.meta.dirname, '..', 'imports');

/** What everybody saw: who, what, and milliseconds since the first line. */
const session = [
  ['out', 'AT+CGSN', 0],
  ['in', '867000000000123', 40],
  ['in', 'OK', 45],
  ['out', 'AT+CSQ', 1200],
  ['in', '+CSQ:21,99', 1250],
  ['in', 'OK', 1255],
  ['out', 'AT+MIPLOPEN=0,3600,30', 2000],
  ['in', 'OK', 2100],
  ['in', '+MIPLEVENT:0,1', 3500],
  ['in', '+MIPLEVENT:0,6', 6750],
  ['in', '+MIPLREAD:0,4711,3303,0,5700', 9000],
  ['out', 'AT+MIPLREADRSP=0,4711,1,3303,0,5700,4,4,21.5,0,0', 9030],
  ['in', 'OK', 9080],
] as const;

/** `mark`: a mark of the tool has a time, no line has. */
type Clock = 'calendar' | 'date' | 'start' | 'mark' | 'none';

/** Whether the log tells who spoke, what kind of time it has, and to how many milliseconds. */
const samples: Readonly<Record<string, readonly [tellsSpeaker: boolean, clock: Clock, stepMs?: number]>> = {
  'coolterm.txt': [false, 'calendar'],
  'docklight.log': [true, 'calendar'],
  'gammu.log': [true, 'calendar', 1000],
  'grabserial.log': [false, 'start'],
  'gtkterm.log': [false, 'calendar'],
  'jpnevulator.log': [true, 'calendar'],
  'minicom-delta.log': [false, 'start'],
  'minicom.log': [false, 'calendar'],
  'modemmanager.log': [true, 'calendar'],
  'nordic.log': [true, 'calendar'],
  'plain.log': [false, 'none'],
  // 05/01/2026 may be of May as well.
  'port-monitor.txt': [true, 'date', 1000],
  'program.log': [true, 'date'],
  'putty.log': [false, 'mark'],
  'qcom.log': [false, 'calendar'],
  'realterm.log': [false, 'calendar'],
  'screen.log': [false, 'calendar', 1000],
  'ser2net.log': [true, 'calendar', 1000],
  'socat-hex.log': [true, 'calendar'],
  'socat.log': [true, 'calendar'],
  'sscom-hex.log': [true, 'date'],
  'sscom.log': [true, 'date'],
  'strace.log': [true, 'date'],
  'tera-term.log': [false, 'calendar'],
  'tio.log': [false, 'calendar'],
  'ts.log': [false, 'start'],
  'vscode.log': [false, 'none'],
  'xcom.log': [false, 'calendar'],
  'yat.log': [true, 'date'],
  'zephyr.log': [true, 'start'],
};

it('every sample is looked at', () => {
  const names = readdirSync(folder).filter((name) => name !== 'README.md');
  expect(names.toSorted()).toEqual(Object.keys(samples).toSorted());
});

it.each(Object.entries(samples))('%s becomes a journal with its lines, directions and times', async (name, sample) => {
  const [tellsSpeaker, clock, stepMs = 1] = sample;
  const directory = await tempDirectory();
  const log = join(directory, name);
  const before = await readFile(join(folder, name));
  await writeFile(log, before);
  // The evening of that day.
  const fileMs = new Date(2026, 0, 5, 20).getTime();
  await utimes(log, fileMs / 1000, fileMs / 1000);
  const pattern = String.raw`^(?<time>\S+) --->(?<direction>write|read) datalen:\d+ ?(?<text>.*)$`;
  const problems: unknown[] = [];
  const { file = '', findings } = await importLog(
    { file: log },
    { folder: directory },
    {
      app: 'test',
      onProblem: (problem) => problems.push(problem),
      ...(name === 'program.log' ? { layout: patternLayout(pattern) } : {}),
    },
  );
  expect(problems).toEqual([]);
  expect(await readFile(log)).toEqual(before);
  expect(file).toMatch(/session_0123_\d{8}-\d{6}\.mipl\.ndjson$/);

  const { header, lines, identity, notes } = await journalRows(file);
  expect(header).toMatchObject({ version: 2, importedFrom: name });
  expect(identity).toMatchObject({ imei: '867000000000123' });
  // Zephyr has cut what it did not know into its parts, and kept the blank behind the name.
  const textOf = (text: string): string => (name === 'zephyr.log' ? text.replace(': ', ':') : text);
  expect(lines.map(({ direction, text }) => [direction, textOf(text)])).toEqual(
    session.map(([who, what]) => [who, what]),
  );
  const first = clock === 'start' ? header.startedMs : (lines[0]?.atMs ?? 0);
  const times = lines.map(({ atMs, sinceStartMs }) => [atMs - first, sinceStartMs - (lines[0]?.sinceStartMs ?? 0)]);
  const hasNone = clock === 'none' || clock === 'mark';
  const told = session.map(([, , ms]) => (hasNone ? 0 : Math.floor(ms / stepMs) * stepMs));
  expect(times.map((pair) => pair.map(Math.round))).toEqual(told.map((ms) => [ms, ms]));
  expect(notes.slice(notes.length - findings.length)).toEqual(findings);
  expect(findings.some((finding) => finding.includes('does not say who spoke'))).toBe(!tellsSpeaker);
  expect(findings.some((finding) => finding.includes('lines have no times'))).toBe(hasNone);
  expect(findings.some((finding) => finding.includes('no date'))).toBe(clock === 'date');
  expect(findings.some((finding) => finding.includes('from the beginning'))).toBe(clock === 'start');
  // What has a date shows the day on which it was.
  if (clock === 'calendar') expect(new Date(lines[0]?.atMs ?? 0).toISOString().slice(0, 10)).toBe('2026-01-05');
  if (clock === 'date') expect(new Date(lines[0]?.atMs ?? 0).toDateString()).toBe('Mon Jan 05 2026');
});
