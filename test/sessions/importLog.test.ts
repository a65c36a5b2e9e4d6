import { Buffer } from 'node:buffer';
import { appendFileSync, truncateSync } from 'node:fs';
import { link, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { main } from '../../main/cli/mipl.ts';
import { DecodedLog } from '../../main/capture/decodedLog.ts';
import { SerialLogReader } from '../../main/capture/serialLog.ts';
import { replayJournal } from '../../main/facts/replayJournal.ts';
import { importLog } from '../../main/sessions/importLog.ts';
import { verifyJournal } from '../../main/sessions/verifyJournal.ts';
import type { ImportProblem } from '../../main/sessions/importedJournal.ts';
import { sessions } from '../capture/session.ts';
import { writers } from '../capture/writers.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { journalRows } from './journalRows.ts';

async function imported(log: string | Uint8Array, whileRead?: (file: string) => void) {
  const folder = await tempDirectory();
  const file = join(folder, 'any.log');
  await writeFile(file, log);
  const problems: ImportProblem[] = [];
  let isFirst = true;
  const onProgress = (): void => {
    if (isFirst) whileRead?.(file);
    isFirst = false;
  };
  const result = await importLog(
    { file },
    { file: join(folder, 'any.mipl.ndjson') },
    { app: 'test', onProblem: (problem) => problems.push(problem), onProgress },
  );
  return { ...result, problems, ...(await journalRows(result.file ?? '')) };
}

async function mipl(args: readonly string[], input = '') {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let [output, errors] = ['', ''];
  stdout.on('data', (bytes) => (output += String(bytes)));
  stderr.on('data', (bytes) => (errors += String(bytes)));
  stdin.end(input);
  const code = await main(args, { stdin, stdout, stderr, signal: new AbortController().signal });
  return { code, output, errors };
}

describe('a log that is read exactly', () => {
  it.each(writers)('$tool: its rows together have every byte of each speaker, at any cut', ({ write }) => {
    fc.assert(
      fc.property(sessions, fc.integer({ min: 20, max: 600 }), (said, cut) => {
        const log = Buffer.from(write(said) as Uint8Array);
        const [reader, decoded] = [new SerialLogReader({ isExact: true }), new DecodedLog({ isExact: true })];
        const [wire, rows] = [new Map<unknown, Uint8Array[]>(), new Map<unknown, Uint8Array[]>()];
        const add = (to: typeof wire, from: unknown, bytes: Uint8Array): void =>
          void to.set(from, [...(to.get(from) ?? []), bytes]);
        for (let from = 0; from <= log.length; from += cut) {
          const chunk = log.subarray(from, from + cut);
          const isEnd = from + cut > log.length;
          for (const item of [...reader.push(chunk), ...(isEnd ? reader.end() : [])])
            if (item.kind === 'wire') add(wire, item.from, item.bytes);
          for (const row of [...decoded.push(chunk), ...(isEnd ? decoded.end() : [])])
            if (row.exact) add(rows, row.from, row.exact.bytes);
        }
        for (const [speaker, bytes] of wire)
          expect(Buffer.concat(rows.get(speaker) ?? []).toString()).toBe(Buffer.concat(bytes).toString());
      }),
      { numRuns: 4 },
    );
  });

  it('tells at which byte of the file each row begins, in UTF-16, too', () => {
    const text = 'AT+CSQ\r\n+CSQ:20,99\r\n温\r\nOK';
    const offsets = (log: Uint8Array): (number | undefined)[] => {
      const decoded = new DecodedLog({ isExact: true });
      const rows = [...decoded.push(log), ...decoded.end()].filter(({ kind }) => kind !== 'blank');
      return rows.map(({ exact }) => exact?.offset);
    };
    expect(offsets(Buffer.from(text))).toEqual([0, 8, 20, 25]);
    expect(offsets(Buffer.from(`\ufeff${text}`))).toEqual([3, 11, 23, 28]);
    expect(offsets(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual([2, 18, 42, 48]);
  });
});

describe('mipl import', () => {
  it('what was imported is folded as a session of our own', async () => {
    const folder = await tempDirectory();
    const file = join(folder, 'socat.mipl.ndjson');
    expect((await mipl(['import', join(import.meta.dirname, '..', 'imports', 'socat.log'), '-o', file])).code).toBe(0);
    const { state, isFromLines } = await replayJournal(file, { onProblem: () => undefined });
    expect(isFromLines).toBe(true);
    expect(state.module.imei).toBe('867000000000123');
    expect(state.registration).toMatchObject({ phase: 'registered', lifetimeSeconds: 3600 });
    expect(Object.values(state.requests)).toMatchObject([{ kind: 'read', msgId: 4711, status: 'answered', result: 1 }]);
    // There was no port, and the name of a file may tell the place.
    expect((await mipl(['replay', file])).output).toMatch(/^port +imported, ready$/m);
    const exported = await mipl(['export', file, '--mask']);
    expect(exported.output).toContain('# made of the log of another tool\n# imei 000000000000001\n');
    expect(exported.output).not.toMatch(/socat|867000000000123/);
  });

  it('what the tool or a person wrote beside the lines does not leave in a masked export', async () => {
    const folder = await tempDirectory();
    const [log, file] = [join(folder, 'a.log'), join(folder, 'a.mipl.ndjson')];
    await writeFile(log, '# at Bob’s well\n[-- bob attached -- Mon Jan  5 14:03:09 2026]\nAT // Bob typed\nOK\n');
    expect((await mipl(['import', log, '-o', file])).code).toBe(0);
    const plain = (await mipl(['export', file])).output;
    expect(plain.match(/bob/gi)).toHaveLength(3);
    const masked = (await mipl(['export', file, '--mask'])).output;
    expect(masked).not.toMatch(/bob/i);
    expect(masked.match(/# a note of the other tool, left out/g)).toHaveLength(3);
  });

  it('takes a remark off a line of a transcript and keeps it as a note; an address is none', async () => {
    const { lines, notes } = await imported(
      '# made by hand\nAT+MIPLVER? // which one\n+MIPLVER:2.2.0\nOK\nAT+HTTP="http://a.b/c"\nERROR\n',
    );
    expect(lines.map(({ text }) => text)).toEqual([
      'AT+MIPLVER?',
      '+MIPLVER:2.2.0',
      'OK',
      'AT+HTTP="http://a.b/c"',
      'ERROR',
    ]);
    expect(notes).toEqual(expect.arrayContaining(['# made by hand', '// which one']));
    expect(lines.map(({ direction }) => direction)).toEqual(['out', 'in', 'in', 'out', 'in']);
  });

  it('makes a whole journal of whatever a file holds, as long as one line is of a module', async () => {
    const folder = await tempDirectory();
    const [file, target] = [join(folder, 'hostile.log'), join(folder, 'hostile.mipl.ndjson')];
    const noise = fc.uint8Array({ maxLength: 3000 });
    const hit = fc.tuple(fc.nat(), fc.nat({ max: 255 }));
    const written = fc.tuple(sessions, fc.constantFrom(...writers), fc.array(hit, { maxLength: 20 }));
    const damaged = written.map(([said, { write }, hits]) => {
      const bytes = Uint8Array.from(Buffer.from(write(said) as Uint8Array));
      for (const [place, value] of hits) bytes[place % bytes.length] = value;
      return bytes;
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(noise, damaged), async (bytes) => {
        await writeFile(file, Buffer.concat([bytes, Buffer.from('\r\nAT+CSQ\r\n+CSQ:18,99\r\nOK\r\n')]));
        const problems: unknown[] = [];
        const options = { app: 'test', onProblem: (problem: unknown) => void problems.push(problem) };
        await importLog({ file }, { file: target }, options).catch((error: unknown) => {
          // What looks like the dump or the frames of a tool may swallow the three lines, too.
          expect(error).toMatchObject({ code: 'FILE_BAD_LOG' });
          return writeFile(target, '');
        });
        if ((await readFile(target)).length > 0) expect(await verifyJournal(target)).toMatchObject({ isWhole: true });
      }),
      { numRuns: 60 },
    );
  });

  it('keeps what is no text and a row that is too long, and tells line and byte', async () => {
    const long = 'x'.repeat(3 << 20);
    const log = Buffer.concat([
      Buffer.from('AT\r\nOK\r\n'),
      Buffer.from([0x2b, 0x58, 0x81, 0x30, 0xff, 0x0d, 0x0a]),
      Buffer.from(`${long}\r\nAT\r\nOK`),
    ]);
    const { problems, lines, in: bytesIn } = await imported(log);
    expect(problems[0]).toEqual({ line: 3, byte: 8, message: 'bytes that are no text: each stands as U+FFFD' });
    const pieces = problems.filter(({ message }) => message.includes('too long'));
    expect(pieces.map(({ line }) => line)).toEqual([4, 4, 4]);
    expect(pieces[0]?.byte).toBe(15);
    expect(problems.at(-1)).toEqual({
      line: 6,
      byte: 15 + long.length + 2 + 4,
      message: 'the last row has no end: more of it may have been lost',
    });
    expect(lines.filter(({ text }) => /^x+$/.test(text)).reduce((sum, { text }) => sum + text.length, 0)).toBe(
      long.length,
    );
    expect(bytesIn).toBeGreaterThan(long.length);
  });

  it('reads a log that is being written as far as it went, and one that is cut short as far as it goes', async () => {
    const row = 'AT+CSQ\r\n+CSQ:20,99\r\nOK\r\n';
    const log = row.repeat(4_000);
    const grown = await imported(log, (file) => appendFileSync(file, row));
    expect(grown.lines).toHaveLength(12_000);
    expect(grown.findings).toContain(`the file is being written: it was read up to byte ${log.length}`);
    const cut = await imported(log, (file) => truncateSync(file, 70_000));
    expect(cut.findings.join()).toMatch(/cut short while it was read: \d+ of 96000 bytes/);
    expect(cut.lines.length).toBeGreaterThanOrEqual(7000);
  });

  it('says of a file that is no log at all what it is not, and leaves nothing behind', async () => {
    const folder = await tempDirectory();
    const file = join(folder, 'photo.log');
    await writeFile(file, Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * index * 31) % 251)));
    const { code, errors } = await mipl(['import', file, '-o', join(folder, 'out.mipl.ndjson')]);
    expect(code).toBe(2);
    expect(errors).toContain('FILE_BAD_LOG');
    expect(errors).toContain('photo.log: none of its');
    expect(await readdir(folder)).toEqual(['photo.log']);
    expect((await mipl(['import', join(folder, 'none.log')])).errors).toContain('FILE_NOT_FOUND');
    expect((await mipl(['import', folder, '-o', join(folder, 'x')])).code).toBe(2);
    const empty = join(folder, 'empty.log');
    await writeFile(empty, '');
    expect((await mipl(['import', empty, '-o', join(folder, 'x')])).errors).toContain('none of its 0 lines');
  });

  it('says that the folder for journals cannot be one where a file has its name', async () => {
    const folder = await tempDirectory();
    const file = join(folder, 'a.log');
    await writeFile(file, 'AT\r\nOK\r\n');
    const { code, errors } = await mipl(['import', file, '--journal', file]);
    expect(code).toBe(2);
    expect(errors).toContain('FILE_NOT_WRITTEN: ');
    expect(errors).toContain('choose a folder that can be written to');
  });

  it('never replaces the log it reads, under no name, and takes no journal for a log', async () => {
    const folder = await tempDirectory();
    const [file, other] = [join(folder, 'a.log'), join(folder, 'b.log')];
    await writeFile(file, 'AT\r\nOK\r\n');
    await link(file, other);
    for (const target of [file, other]) {
      const { code, errors } = await mipl(['import', file, '-o', target]);
      expect([code, errors]).toEqual([2, expect.stringContaining('would replace the log')]);
    }
    expect(await readFile(other, 'utf8')).toBe('AT\r\nOK\r\n');
    const journal = join(folder, 'a.mipl.ndjson');
    expect((await mipl(['import', file, '-o', journal])).code).toBe(0);
    expect((await mipl(['import', journal])).errors).toContain('a.mipl.ndjson is a journal already');
  });

  it('that is stopped leaves nothing behind', async () => {
    const folder = await tempDirectory();
    const file = join(folder, 'a.log');
    await writeFile(file, 'AT\r\nOK\r\n'.repeat(30_000));
    const abort = new AbortController();
    const stopped = importLog(
      { file },
      { folder: join(folder, 'journals') },
      { app: 'test', onProblem: () => undefined, onProgress: () => abort.abort(), signal: abort.signal },
    );
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await readdir(join(folder, 'journals'))).toEqual([]);
  });

  it('without -o makes a file named after time and IMEI in the folder for journals, and replaces none', async () => {
    const folder = await tempDirectory();
    const sample = join(import.meta.dirname, '..', 'imports', 'nordic.log');
    const names = [];
    for (let count = 0; count < 2; count++) {
      const { code, output } = await mipl(['import', sample, '--journal', folder]);
      expect(code).toBe(0);
      names.push((JSON.parse(output) as { file: string }).file);
    }
    expect(names[0]).toMatch(/session_0123_2026\d{4}-\d{6}\.mipl\.ndjson$/);
    expect(names[1]).toBe(names[0]?.replace('.mipl.', '-2.mipl.'));
    expect((await stat(names[0] ?? '')).mode & 0o777).toBe(0o600);
  });

  it('reads standard input, and writes to standard output what can be read back', async () => {
    const { code, output, errors } = await mipl(['import', '-', '-o', '-'], 'AT+CSQ\r\n+CSQ:20,99\r\nOK\r\n');
    expect(code).toBe(0);
    const file = join(await tempDirectory(), 'piped.mipl.ndjson');
    await writeFile(file, output);
    expect((await journalRows(file)).lines.map(({ text }) => text)).toEqual(['AT+CSQ', '+CSQ:20,99', 'OK']);
    expect(JSON.parse(errors.trim().split('\n').at(-1) ?? '')).toMatchObject({ lines: 3, out: 8, in: 16 });
  });

  it('a clock that is set back is told, and the time line goes on', async () => {
    const rows = ['[2026-01-05 10:00:00.000] AT', '[2026-01-05 10:00:05.000] OK', '[2026-01-05 09:00:06.000] AT'];
    const { problems, lines } = await imported(`${rows.join('\r\n')}\r\n[2026-01-05 09:00:07.000] OK\r\n`);
    expect(problems).toEqual([{ line: 3, byte: 60, message: 'the time runs back by 3599 s' }]);
    expect(lines.map(({ sinceStartMs }) => sinceStartMs)).toEqual([0, 5000, 5000, 6000]);
  });

  it.each([
    ['with a date', '2026-01-05 ', '2026-01-06 '],
    ['without one', '', ''],
  ])(
    'a clock of twelve hours that does not say which half it means, %s, goes on over one and over twelve',
    async (_, day, next) => {
      const times = [`${day}12:59:58`, `${day}01:00:01`, `${day}11:59:59`, `${next}12:00:02`, `${next}01:00:02`];
      const { lines, findings, problems } = await imported(times.map((at) => `[${at}.000] AT\r\n`).join(''));
      expect(problems).toEqual([]);
      expect(lines.map(({ sinceStartMs }) => sinceStartMs / 1000)).toEqual([0, 3, 39_601, 39_604, 43_204]);
      expect(findings.join('\n')).toContain('which half of the day');
    },
  );

  it('a clock of 24 hours that rests from noon to one at night is none of twelve', async () => {
    const { lines } = await imported('[00:10:00.000] AT\r\n[12:59:58.000] OK\r\n[01:00:01.000] AT\r\n');
    expect(lines.map(({ sinceStartMs }) => sinceStartMs / 1000)).toEqual([0, 46_198, 89_401]);
  });

  it('a stamp of screen with twelve hours is read', async () => {
    const stamp = (time: string): string => `-- 0:modem -- time-stamp -- Jan/05/26 ${time} --\n`;
    const { lines } = await imported(`${stamp('11:59:58 AM')}AT+CSQ\n${stamp('12:00:01 PM')}+CSQ:20,99\nOK\n`);
    expect(lines.map(({ text, sinceStartMs }) => [text, sinceStartMs])).toEqual([
      ['AT+CSQ', 0],
      ['+CSQ:20,99', 3000],
      ['OK', 3000],
    ]);
  });

  it('a time of day goes on over midnight, and there is no 31st of April', async () => {
    const night = await imported(
      '[23:59:58.000] AT\r\n[23:59:59.500] OK\r\n[00:00:01.000] AT\r\n[00:00:02.000] OK\r\n',
    );
    expect(night.lines.map(({ sinceStartMs }) => sinceStartMs)).toEqual([0, 1500, 3000, 4000]);
    const april = await imported('[2026-04-30 10:00:00] AT\r\n[2026-04-31 10:00:01] OK\r\n');
    expect(april.problems).toEqual([{ line: 2, byte: 26, message: 'there is no such time: 2026-04-31T10:00:01' }]);
    expect(april.lines).toHaveLength(2);
  });

  it.each([
    ['(?<text>.*', /--pattern: /],
    ['(?<line>.*)', /text, not line|direction, text, not line/],
    ['.*', /lacks the group/],
    ['(a)\\1(?<text>.*)', /--pattern: /],
  ])('refuses the pattern %s with the reason', async (pattern, reason) => {
    const { code, errors } = await mipl(['import', '-', '--pattern', pattern], 'OK\n');
    expect(code).toBe(2);
    expect(errors).toMatch(reason);
  });

  it('reads, makes and writes block by block: no more than three blocks are ever held', async () => {
    const block = Buffer.from(
      '[2026-01-05 14:03:09.867] AT+CSQ\r\n[2026-01-05 14:03:09.871] +CSQ:20,99\r\n'.repeat(1000),
    );
    let [made, written, most] = [0, 0, 0];
    const log = Readable.from(
      (function* () {
        for (let index = 0; index < 10; index++) {
          made += 2000;
          yield block;
        }
      })(),
      { highWaterMark: 1 },
    );
    const { lines } = await importLog(
      { stream: log, nowMs: 0 },
      {
        write: async (piece) => {
          await setImmediate();
          written += String(piece).match(/"b":/g)?.length ?? 0;
          most = Math.max(most, made - written);
        },
      },
      { app: 'test', onProblem: () => undefined },
    );
    expect([lines, written]).toEqual([20_000, 20_000]);
    expect(most).toBeLessThanOrEqual(3 * 2000);
  });
});
