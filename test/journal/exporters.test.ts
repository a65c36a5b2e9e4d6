import { execFile } from 'node:child_process';
import { link, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { exportToFile, exportToStream } from '../../main/journal/exporters.ts';
import type { ExportOptions } from '../../main/journal/exporters.ts';
import { exportFormats } from '../../shared/contract/log.ts';
import { isoWithZone, localTime } from '../../shared/localTime.ts';
import { baseNs, openSample, say, startedMs } from './samples.ts';
import { tempDirectory } from '../tempDirectory.ts';

const plain = (format: ExportOptions['format']): ExportOptions => ({ format, mask: false });

/** A journal with a bit of everything. */
async function sampleIn(directory: string): Promise<string> {
  const journal = await openSample(directory, {}, { site: 'pump 3' });
  say(journal, 'out', 'AT+CGSN=1\r', 0);
  say(journal, 'in', '\r\n+CGSN:863703031234567\r\n\r\nOK\r\n', 20);
  journal.identify({ model: 'M5310-A', imei: '863703031234567' });
  say(journal, 'in', '=1+1,"a"\u001b[2J\r\n', 1500);
  await journal.close();
  return journal.file;
}

async function exported(options: ExportOptions): Promise<string> {
  const directory = await tempDirectory();
  const target = join(directory, 'out');
  await exportToFile(await sampleIn(directory), target, options);
  return readFile(target, 'utf8');
}

const at = (afterMs: number): { date: string; time: string; zone: string } => localTime(startedMs + afterMs);

test('txt has head lines with the identity, then time, zone, delta, direction and text of each line', async () => {
  const [first, second, last] = [at(0), at(20), at(1500)];
  expect((await exported(plain('txt'))).split('\n')).toEqual([
    '# MIPL Field Tool 0.1.0, session log',
    `# started ${isoWithZone(startedMs)}`,
    '# port /dev/ttyUSB0, 9600 baud',
    '# site pump 3',
    '# model M5310-A',
    '# imei 863703031234567',
    '# date time zone, seconds since the line before, > to the module or < from it or # note, text',
    `${first.date} ${first.time} ${first.zone}    +0.000 > AT+CGSN=1`,
    `${second.date} ${second.time} ${second.zone}    +0.020 < +CGSN:863703031234567`,
    `${second.date} ${second.time} ${second.zone}    +0.000 < OK`,
    `${first.date} ${first.time} ${first.zone}    -0.020 # identity: model M5310-A, imei 863703031234567`,
    `${last.date} ${last.time} ${last.zone}    +1.500 < =1+1,"a"␛[2J`,
    '',
  ]);
});

test('csv is UTF-8 with byte order mark, CR LF, quoted texts, and guarded formulas', async () => {
  const [second, last] = [at(20), at(1500)];
  const rows = (await exported(plain('csv'))).split('\r\n');
  expect(rows[0]).toBe('\ufeffseq,date,time,delta_s,direction,text');
  expect(rows[1]).toBe('0,,,,head,"MIPL Field Tool 0.1.0, session log"');
  expect(rows).toContain(`2,${second.date},${second.time}${second.zone},0.020,in,"'+CGSN:863703031234567"`);
  expect(rows.at(-2)).toBe(`5,${last.date},${last.time}${last.zone},1.500,in,"'=1+1,""a""␛[2J"`);
  expect(rows.at(-1)).toBe('');
});

test('csv keeps numbers of modules and cards whole for whoever opens it in a spreadsheet', async () => {
  const directory = await tempDirectory();
  const journal = await openSample(directory);
  say(journal, 'in', '863703031234567\r\n89860411112222333344\r\n007\r\n20.10\r\n42\r\n', 1);
  await journal.close();
  const target = join(directory, 'out');
  await exportToFile(journal.file, target, plain('csv'));
  const texts = (await readFile(target, 'utf8')).split('\r\n').flatMap((row) => /,in,(.*)$/.exec(row)?.[1] ?? []);
  expect(texts).toEqual([`"'863703031234567"`, `"'89860411112222333344"`, `"'007"`, `"'20.10"`, '"42"']);
});

test('ndjson has the exact text and both forms of the time', async () => {
  const lines = (await exported(plain('ndjson')))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(lines[0]).toMatchObject({ type: 'head', identity: { imei: '863703031234567' }, isMasked: false });
  expect(lines.at(-1)).toEqual({
    seq: 5,
    at: isoWithZone(startedMs + 1500),
    atMs: startedMs + 1500,
    deltaMs: 1500,
    direction: 'in',
    text: '=1+1,"a"\u001b[2J',
  });
});

test('every format says how many lines it has, and where it is', async () => {
  const directory = await tempDirectory();
  const journal = await sampleIn(directory);
  for (const format of exportFormats) {
    const target = join(directory, format);
    expect(await exportToFile(journal, target, plain(format))).toEqual({ file: target, lines: 5 });
  }
});

test.each(exportFormats)('a %s shows no facts: it is the same with and without them', async (format) => {
  const directory = await tempDirectory();
  const withFacts = await sampleIn(directory);
  const text = await readFile(withFacts, 'utf8');
  const facts = `{"t":"facts","n":2,"w":${startedMs},"facts":[{"fact":"identity","identity":{"imei":"863703039999999"}}]}`;
  await writeFile(withFacts, text.replaceAll('\n', `\n${facts}\n`));
  const without = join(directory, 'without');
  await writeFile(without, text);
  const outputs = await Promise.all(
    [withFacts, without].map(async (journal, index) => {
      const target = join(directory, `${format}${index}`);
      await exportToFile(journal, target, { format, mask: true });
      return readFile(target, 'utf8');
    }),
  );
  expect(outputs[0]).toBe(outputs[1]);
});

test.each(exportFormats)('a masked %s shows the IMEI nowhere, not even in its head', async (format) => {
  const text = await exported({ format, mask: true });
  expect(text).not.toContain('863703031234567');
  // A page also says what the line with the IMEI means.
  expect(text.match(/000000000000001/g)).toHaveLength(format === 'html' ? 4 : 3);
  expect(text).toMatch(/masked|"isMasked":true/);
});

test('an identity that was known at the start is in the head and is masked', async () => {
  const directory = await tempDirectory();
  const journal = await openSample(directory, {}, { identity: { imei: '863703031234567' }, port: 'tcp://10.1.2.3:23' });
  say(journal, 'in', 'x863703031234567y\r\n', 1);
  await journal.close();
  const target = join(directory, 'out');
  await exportToFile(journal.file, target, { format: 'txt', mask: true });
  const text = await readFile(target, 'utf8');
  expect(text).toContain('# imei 000000000000001');
  expect(text).toContain('# port tcp://00.0.0.2:23');
  expect(text).toContain('x000000000000001y');
});

test('an old file of the same name is replaced, and nothing else is left', async () => {
  const directory = await tempDirectory();
  const journal = await sampleIn(directory);
  const target = join(directory, 'log.txt');
  await writeFile(target, 'old');
  await exportToFile(journal, target, plain('txt'));
  expect(await readFile(target, 'utf8')).not.toContain('old');
  expect((await readdir(directory)).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('an export never takes the place of the journal it is made from', async () => {
  const directory = await tempDirectory();
  const journal = await sampleIn(directory);
  const before = await readFile(journal, 'utf8');
  const secondName = join(directory, 'second name');
  await link(journal, secondName);
  for (const target of [journal, join(directory, '.', 'x', '..', basename(journal)), secondName]) {
    await expect(exportToFile(journal, target, plain('ndjson'))).rejects.toMatchObject({
      code: 'FILE_NOT_WRITTEN',
      detail: target,
    });
  }
  expect(await readFile(journal, 'utf8')).toBe(before);
  expect((await readdir(directory)).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('a cancelled export leaves the old file and nothing new', async () => {
  const directory = await tempDirectory();
  const journal = await sampleIn(directory);
  const target = join(directory, 'log.txt');
  await writeFile(target, 'old');
  await expect(exportToFile(journal, target, { ...plain('txt'), signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'CANCELLED',
  });
  expect(await readFile(target, 'utf8')).toBe('old');
  expect((await readdir(directory)).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('a place that cannot be written is FILE_NOT_WRITTEN, a file that is no journal FILE_BAD_JOURNAL', async () => {
  const directory = await tempDirectory();
  const journal = await sampleIn(directory);
  const nowhere = join(directory, 'none', 'log.txt');
  await expect(exportToFile(journal, nowhere, plain('txt'))).rejects.toMatchObject({ code: 'FILE_NOT_WRITTEN' });
  const other = join(directory, 'other');
  await writeFile(other, 'AT\n');
  await expect(exportToFile(other, join(directory, 'o'), plain('txt'))).rejects.toMatchObject({
    code: 'FILE_BAD_JOURNAL',
  });
});

test('a journal that cannot be read is FILE_NOT_FOUND with the text of the system, not a failure to write', async () => {
  const directory = await tempDirectory();
  await expect(exportToFile(directory, join(directory, 'o'), plain('txt'))).rejects.toMatchObject({
    code: 'FILE_NOT_FOUND',
    message: expect.stringContaining('EISDIR') as string,
    detail: directory,
  });
});

test('damage in the journal is told, the rest is exported', async () => {
  const directory = await tempDirectory();
  const journal = await sampleIn(directory);
  await writeFile(journal, 'garbage', { flag: 'a' });
  const problems: unknown[] = [];
  const result = await exportToFile(journal, join(directory, 'out'), {
    ...plain('txt'),
    onProblem: (problem) => problems.push(problem),
  });
  expect([result.lines, problems]).toEqual([5, [expect.objectContaining({ isTorn: true })]]);
});

test('progress rises to 1', async () => {
  const directory = await tempDirectory();
  const told: number[] = [];
  await exportToFile(await sampleIn(directory), join(directory, 'out'), {
    ...plain('txt'),
    onProgress: (done) => told.push(done),
  });
  expect(told.at(-1)).toBe(1);
  expect(told).toEqual([...told].sort((one, other) => one - other));
});

test('a slow stream gets everything and never holds more than a block', async () => {
  const directory = await tempDirectory();
  const journal = await openSample(directory);
  for (let count = 0; count < 5000; count++) say(journal, 'in', `+LINE:${count}\r\n`, count);
  await journal.close();
  let text = '';
  let longestQueue = 0;
  const slow = new Writable({
    highWaterMark: 100,
    write(chunk: Buffer, _encoding, done) {
      longestQueue = Math.max(longestQueue, slow.writableLength - chunk.length);
      text += chunk.toString('utf8');
      setImmediate(done);
    },
  });
  expect(await exportToStream(journal.file, slow, plain('txt'))).toEqual({ file: journal.file, lines: 5000 });
  expect(text).toContain('+LINE:4999');
  expect(longestQueue).toBe(0);
});

test('a reader that goes away is FILE_NOT_WRITTEN', async () => {
  const journal = await sampleIn(await tempDirectory());
  const broken = new Writable({
    highWaterMark: 1,
    write(_chunk, _encoding, done) {
      done(new Error('EPIPE'));
    },
  });
  await expect(exportToStream(journal, broken, plain('txt'))).rejects.toMatchObject({
    code: 'FILE_NOT_WRITTEN',
    message: 'EPIPE',
  });
  await expect(exportToStream(journal, broken, plain('txt'))).rejects.toMatchObject({ code: 'FILE_NOT_WRITTEN' });
});

test('a stream that fails with its last piece is FILE_NOT_WRITTEN', async () => {
  const journal = await openSample(await tempDirectory());
  for (let index = 0; index < 6000; index++) say(journal, 'in', `+CSQ: ${index},99\r\n`, index);
  await journal.close();
  let pieces = 0;
  const stream = (broken: number): Writable =>
    new Writable({
      highWaterMark: 1_000_000,
      write(_chunk, _encoding, done) {
        pieces += 1;
        done(pieces === broken ? new Error('EPIPE') : undefined);
      },
    });
  await exportToStream(journal.file, stream(Infinity), plain('txt'));
  const last = pieces;
  expect(last).toBeGreaterThan(1);
  pieces = 0;
  const failure = { code: 'FILE_NOT_WRITTEN' };
  await expect(exportToStream(journal.file, stream(last), plain('txt'))).rejects.toMatchObject(failure);
});

test('the time of a line is the moment it names, in any zone', async () => {
  const script = `import { isoWithZone } from ${JSON.stringify(new URL('../../shared/localTime.ts', import.meta.url).href)};
    console.log(JSON.stringify([0, ${startedMs}, 1e12].map((ms) => isoWithZone(ms))));`;
  for (const [zone, ending] of [
    ['Asia/Shanghai', '+08:00'],
    ['America/St_Johns', '-03:30'],
    ['UTC', '+00:00'],
  ] as const) {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TZ: zone },
    });
    const texts = JSON.parse(stdout) as string[];
    expect(texts.map((text) => Date.parse(text))).toEqual([0, startedMs, 1e12]);
    expect(texts[1]!.endsWith(ending)).toBe(true);
  }
});

test('ndjson gives every text back exactly, yet holds nothing a terminal obeys', async () => {
  const directory = await tempDirectory();
  const journal = await openSample(directory);
  const text = 'a\u001b[31m\u007f\u0085\u202eb\u2028中\ufeff';
  say(journal, 'in', `${text}\r\nhalf`, 1);
  await journal.close();
  const target = join(directory, 'out');
  await exportToFile(journal.file, target, plain('ndjson'));
  const content = await readFile(target, 'utf8');
  expect(content).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e\ufeff]/);
  const lines = content.split('\n');
  expect(JSON.parse(lines[1]!)).toMatchObject({ text });
  expect(JSON.parse(lines[2]!)).toMatchObject({ text: 'half', isFragment: true });
});

test.each(['txt', 'csv', 'ndjson'] as const)(
  'somebody sets the clock back and forth in the middle: %s tells the seconds since the line before as they passed',
  async (format) => {
    const directory = await tempDirectory();
    const journal = await openSample(directory);
    const said = (text: string, afterMs: number, setMs: number): void =>
      journal.onBytes('in', Buffer.from(text), baseNs + BigInt(afterMs) * 1_000_000n, startedMs + afterMs + setMs);
    said('+A:1\r\n', 0, 0);
    said('+B:1\r\n', 500, -7_200_000);
    said('+C:1\r\n', 1500, 0);
    said('+D:1\r\n', 1750, 7_200_000);
    await journal.close();
    const target = join(directory, 'out');
    await exportToFile(journal.file, target, plain(format));
    const rows = (await readFile(target, 'utf8')).split(/\r?\n/);
    const row = (text: string): string => rows.find((one) => one.includes(text)) ?? '';
    const seconds = { txt: / ([+-]\d+\.\d{3}) /, csv: /,(-?\d+\.\d{3}),in/, ndjson: /"deltaMs":(-?[\d.]+)/ }[format];
    const scale = format === 'ndjson' ? 1 : 1000;
    const deltas = ['+A:1', '+B:1', '+C:1', '+D:1'].map((text) => Number(seconds.exec(row(text))?.[1]) * scale);
    expect(deltas).toEqual([0, 500, 1000, 250]);
  },
);
