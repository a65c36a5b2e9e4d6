import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../main/cli/decode.ts';
import type { CliIo } from '../../main/cli/io.ts';
import { maximumRowBytes, textRows } from '../../main/capture/textRows.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mipl-decode-'));
});
afterEach(() => rm(folder, { recursive: true }));

function collector(): { readonly stream: Writable; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

/** Runs `mipl decode` in this process. */
async function decode(input: string | Uint8Array | Readable, args: string[] = [], signal?: AbortSignal) {
  const [out, err] = [collector(), collector()];
  const io: CliIo = {
    stdin: input instanceof Readable ? input : Readable.from([Buffer.from(input as Uint8Array)]),
    stdout: out.stream,
    stderr: err.stream,
    signal: signal ?? new AbortController().signal,
  };
  const code = await run(args, io);
  const rows = out.text().split('\n').filter(Boolean);
  return { code, rows: rows.map((row) => JSON.parse(row) as Record<string, unknown>) };
}

describe('mipl decode', () => {
  it('prints line number, raw text, kind, name and parameters of each line', async () => {
    const { code, rows } = await decode('+MIPLREAD: 0, 638, 3300, 0, 5750\n');
    expect(code).toBe(0);
    expect(rows).toEqual([
      {
        line: 1,
        raw: '+MIPLREAD: 0, 638, 3300, 0, 5750',
        kind: 'urc',
        name: '+MIPLREAD',
        params: { ref: 0, msgId: 638, objectId: 3300, instanceId: 0, resourceId: 5750 },
      },
    ]);
  });

  it('names a command without AT and tells its form', async () => {
    const { rows } = await decode('AT+MIPLOPEN=0,3600,30\nAT+MIPLVER?\nAT+MIPLCREATEEX=?\nAT+MIPLCREATE\nATE0\nAT\n');
    expect(rows.map(({ kind, name, form }) => [kind, name, form])).toEqual([
      ['command', '+MIPLOPEN', 'write'],
      ['command', '+MIPLVER', 'read'],
      ['command', '+MIPLCREATEEX', 'test'],
      ['command', '+MIPLCREATE', 'execute'],
      ['command', 'E0', 'execute'],
      ['command', 'AT', 'execute'],
    ]);
  });

  it('skips comments and empty lines and counts them', async () => {
    const { rows } = await decode('# a note\n\nOK\n   \n  # another\nERROR');
    expect(rows.map(({ line, name }) => [line, name])).toEqual([
      [3, 'OK'],
      [6, 'ERROR'],
    ]);
  });

  it('prints an object also for a line of marks or a remark alone', async () => {
    const { rows } = await decode('>[Tx ->][17:21:06:364][Asc]\nAT+CGATT?\n// later\n');
    expect(rows.map(({ kind, note }) => [kind, note])).toEqual([
      ['mark', 'nothing but marks or a remark'],
      ['command', undefined],
      ['mark', 'nothing but marks or a remark'],
    ]);
  });

  it('knows which command a bare line answers', async () => {
    const { rows } = await decode('460040000000001\nAT+CIMI\n460040000000001\nOK\n460040000000001\n');
    expect(rows.map(({ kind, name, note }) => [kind, name, note])).toEqual([
      ['data', undefined, 'could be the IMEI (AT+CGSN) or the IMSI (AT+CIMI)'],
      ['command', '+CIMI', undefined],
      ['response', '+CIMI', undefined],
      ['final', 'OK', undefined],
      ['data', undefined, 'could be the IMEI (AT+CGSN) or the IMSI (AT+CIMI)'],
    ]);
  });

  it('knows the model printed as an answer from the model printed at a restart', async () => {
    const { rows } = await decode('AT+CGMM\nM5310-A\nOK\nREBOOT_CAUSE_APPLICATION_AT\nM5310-A\nOK\n');
    expect(rows.map(({ kind }) => kind)).toEqual(['command', 'response', 'final', 'banner', 'banner', 'final']);
  });

  it('takes the word that a restart puts in the place of OK for the end of the exchange', async () => {
    const { rows } = await decode('AT+NRB\nREBOOTING\n0,10\nAT+CMRB\nOK\nREBOOTING..\n');
    expect(rows.map(({ kind, name }) => [kind, name])).toEqual([
      ['command', '+NRB'],
      ['final', 'REBOOTING'],
      ['data', undefined],
      ['command', '+CMRB'],
      ['final', 'OK'],
      ['final', 'REBOOTING'],
    ]);
  });

  it('reads a value that holds // itself', async () => {
    const { rows } = await decode('+MIPLWRITE:0,1,3306,0,5750,1,6,ab//cd,0 \n+MIPLWRITE:0,1,3306 // cut // off\n');
    expect(rows[0]?.['params']).toMatchObject({ value: 'ab//cd', flag: 0 });
    expect(rows[1]).toMatchObject({ kind: 'unknown', note: 'instanceId: is missing' });
  });

  it('divides a line at carriage returns, as a raw capture has them', async () => {
    const { rows } = await decode('AT\r\r\nOK\r\n');
    expect(rows.map(({ line, raw }) => [line, raw])).toEqual([
      [1, 'AT'],
      [2, 'OK'],
    ]);
  });

  it('reads a file, with or without byte order mark', async () => {
    const file = join(folder, 'log.txt');
    await writeFile(file, '\uFEFFOK');
    const { code, rows } = await decode('', [file]);
    expect(code).toBe(0);
    expect(rows).toEqual([{ line: 1, raw: 'OK', kind: 'final', name: 'OK' }]);
  });

  it('reads the marks of Chinese tools also in GB 18030', async () => {
    const { rows } = await decode(
      Buffer.concat([
        Buffer.from('[09:41:24.870]'),
        Buffer.from('cad5a1fba1f4', 'hex'),
        Buffer.from('+MIPLEVENT:0,6\n'),
      ]),
      ['-'],
    );
    expect(rows[0]).toMatchObject({ raw: '[09:41:24.870]收←◆+MIPLEVENT:0,6', kind: 'urc' });
  });

  it('shows bytes that are no text at all as unknown', async () => {
    const { code, rows } = await decode(Uint8Array.of(0xff, 0xfe, 0x80, 0x00, 0x41, 0x0a));
    expect(code).toBe(0);
    expect(rows).toEqual([
      {
        line: 1,
        raw: '\ufffd\ufffd\ufffd\0A',
        kind: 'unknown',
        note: 'neither command, URC, answer nor result',
      },
    ]);
  });

  it('prints what is there while the input is still open', async () => {
    const input = new Readable({ read: () => undefined });
    const stop = new AbortController();
    const out = collector();
    const running = run([], { stdin: input, stdout: out.stream, stderr: out.stream, signal: stop.signal });
    input.push('OK\nERR');
    await expect.poll(() => out.text()).toContain('"name":"OK"');
    expect(out.text()).not.toContain('ERR');
    stop.abort();
    expect(await running).toBe(0);
  });

  it('cuts a line without end into pieces and says so', async () => {
    const { rows } = await decode(`${'A'.repeat(maximumRowBytes + 5)}\nOK\n`);
    expect(rows.map(({ line, kind, note }) => [line, kind, note])).toEqual([
      [1, 'unknown', 'part of a line that is too long'],
      [1, 'unknown', 'part of a line that is too long'],
      [2, 'final', undefined],
    ]);
  });

  it('takes a hostile megabyte in little time', async () => {
    const started = performance.now();
    const { code } = await decode(`+MIPLWRITE:${'"'.repeat(300_000)}${','.repeat(300_000)}${' '.repeat(300_000)}x\n`);
    expect(code).toBe(0);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('refuses a file that is not there, a folder, and two files', async () => {
    await expect(decode('', [join(folder, 'none.txt')])).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(decode('', [folder])).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(decode('', ['a', 'b'])).rejects.toThrow('One file is expected');
  });

  it('finds lines at any cut of the input', async () => {
    const text = 'AT+CSQ\r\n+CSQ:20,99\r\n\r\nOK';
    const rows = await Readable.from(
      textRows(Readable.from([...text].map((character) => Buffer.from(character)))),
    ).toArray();
    expect(rows.flat()).toEqual([
      { line: 1, text: 'AT+CSQ\r', isPiece: false, offset: 0 },
      { line: 2, text: '+CSQ:20,99\r', isPiece: false, offset: 8 },
      { line: 3, text: '\r', isPiece: false, offset: 20 },
      { line: 4, text: 'OK', isPiece: false, offset: 22, isOpen: true },
    ]);
  });
});

describe('mipl decode as a process', () => {
  const program = fileURLToPath(new URL('../../main/cli/mipl.ts', import.meta.url));

  async function mipl(args: string[], input = '') {
    const child = spawn(process.execPath, [program, ...args], { stdio: 'pipe' });
    child.stdin.end(input);
    const [out, err] = await Promise.all([child.stdout.toArray(), child.stderr.toArray()]);
    const code = child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)));
    return { code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
  }

  it('decodes a transcript of the document from standard input and ends with 0, also where lines are unknown', async () => {
    const { code, out, err } = await mipl(['decode'], '+MIPLEVENT: 0,6\n+WHAT:1\n');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n').filter(Boolean)).toHaveLength(2);
  });

  it('ends with 2 and a message on stderr when the file is missing', async () => {
    const { code, out, err } = await mipl(['decode', join(folder, 'none.txt')]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('none.txt');
  });
});
