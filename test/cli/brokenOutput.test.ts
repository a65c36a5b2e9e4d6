import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSample, say } from '../journal/samples.ts';
import { makeTurns } from '../turns.ts';

const program = fileURLToPath(new URL('../../main/cli/mipl.ts', import.meta.url));

/** A module that takes everything and says nothing. */
let silent: Server;
const connections = new Set<Socket>();
let folder: string;
let journal: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mipl-broken-'));
  silent = createServer((socket) => connections.add(socket.on('error', () => undefined).resume()));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const writer = await openSample(folder);
  for (let count = 0; count < 5000; count++) say(writer, 'in', `+LINE:${count}\r\n`, count);
  await writer.close();
  journal = writer.file;
  writeFileSync(join(folder, 'log.txt'), 'OK\n'.repeat(20_000));
  const cases = [{ id: 'own', steps: [{ send: 'AT+NONSENSE' }] }];
  writeFileSync(join(folder, 'plan.json'), JSON.stringify({ format: 'mipl-acceptance-plan', version: 1, cases }));
});

afterAll(async () => {
  for (const socket of connections) socket.destroy();
  silent.close();
  await rm(folder, { recursive: true });
});

const turn = makeTurns(6);
/** The wait for a turn counts, too; what hangs is ended after 90 s. */
const turnMs = 300_000;

interface Ended {
  readonly code: number;
  readonly errors: string;
}

/** Runs a shell line in which `mipl` is the command line; the exit code is that of `mipl`, wherever it stands in a pipe. */
function shell(line: string): Promise<Ended> {
  const script = `mipl() { "$NODE" "$PROGRAM" "$@"; }\n${line}\nexit "\${PIPESTATUS[0]}"`;
  const env = { ...process.env, NODE: process.execPath, PROGRAM: program, D: folder, J: journal };
  return turn(
    () =>
      new Promise((resolve) => {
        execFile('bash', ['-c', script], { env, timeout: 90_000 }, (error, _stdout, errors) =>
          resolve({ code: error === null ? 0 : Number(error.code), errors }),
        );
      }),
  );
}

/** Each command with what it ends with when its output is whole. */
const commands = {
  'decode a log': { line: () => 'mipl decode "$D/log.txt"', code: 0 },
  'export a journal': { line: () => 'mipl export "$J"', code: 0 },
  'print the help': { line: () => 'mipl sim --help', code: 0 },
  'run acceptance that fails': {
    line: () => 'mipl acceptance --port sim:m5310-seed --baud 921600 --plan "$D/plan.json" --journal "$D/j$$"',
    code: 1,
  },
  'run on a module that never registers': {
    line: () => `mipl run --port tcp://127.0.0.1:${(silent.address() as AddressInfo).port} --for 1 --journal "$D/j$$"`,
    code: 1,
  },
} as const;

/** Each way an output breaks with what becomes of the exit code. */
const breakages = {
  'the reader goes at once': { end: '| true', code: (own: number) => own },
  'the reader goes after a line': { end: '| head -1', code: (own: number) => own },
  'standard output is closed': { end: '>&-', code: (own: number) => own },
  'the disk is full': { end: '>/dev/full', code: () => 2 },
  'standard error is closed': { end: '2>&- | cat >/dev/null', code: (own: number) => own },
  'nobody reads standard error': { end: '2> >(true) >/dev/null', code: (own: number) => own },
  'standard error is a full disk': { end: '2>/dev/full | cat >/dev/null', code: (own: number) => own },
} as const;

describe.skipIf(process.platform === 'win32').concurrent('the exit code holds when', () => {
  for (const [breakage, { end, code: codeOf }] of Object.entries(breakages)) {
    for (const [command, { line, code }] of Object.entries(commands)) {
      // /dev/full is Linux'.
      it.skipIf(end.includes('/dev/full') && process.platform !== 'linux')(
        `${breakage}: ${command} ends with ${codeOf(code)}`,
        { timeout: turnMs },
        async () => {
          const { code: ended, errors } = await shell(`${line()} ${end}`);
          expect({ code: ended, errors }).toMatchObject({ code: codeOf(code) });
          expect(errors).not.toMatch(/Unhandled|at Socket|node:internal/);
        },
      );
    }
  }

  it('a disk is full: it says so and what to do', { timeout: turnMs }, async () => {
    const { errors } = await shell('mipl decode "$D/log.txt" >/dev/full');
    expect(errors).toMatch(/could not be written: .*ENOSPC/);
    expect(errors).toContain('make room');
  });

  it.each(['-o /dev/full', '-o "$D/none/out"', '-o "$D"'])('export %s: 2', { timeout: turnMs }, async (to) => {
    expect(await shell(`mipl export "$J" ${to}`)).toMatchObject({ code: 2 });
  });

  it('a disk becomes full within the last write: no part passes for the whole', { timeout: turnMs }, async () => {
    // The system takes 64 KiB of a single write, as a disk does that has so much room left.
    const { code } = await shell('trap "" XFSZ; ulimit -f 64; mipl decode "$D/log.txt" > "$D/short"; exit $?');
    expect(code).toBe(2);
  });

  it('virtual module whose ready line nobody reads: it ends in order', { timeout: turnMs }, async () => {
    expect(await shell('mipl sim | true')).toMatchObject({ code: 0 });
    expect(await shell('mipl sim > /dev/full')).toMatchObject({ code: 2 });
  });

  it('an acceptance run without standard error writes its report all the same', { timeout: turnMs }, async () => {
    const { line } = commands['run acceptance that fails'];
    for (const [name, end] of Object.entries({ closed: '2>&-', unread: '2> >(true)' })) {
      const { code } = await shell(`${line()} --report "$D/report-${name}" ${end}`);
      expect(code).toBe(1);
      const files = await readdir(join(folder, `report-${name}`));
      expect(files.filter((file) => file.endsWith('.html'))).toHaveLength(1);
      expect(
        await readFile(join(folder, `report-${name}`, files.find((file) => file.endsWith('.junit.xml')) ?? ''), 'utf8'),
      ).toContain('<failure');
    }
  });
});
