import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import type { AcceptanceResult } from '../../shared/acceptance.ts';
import { main } from '../../main/cli/mipl.ts';

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'mipl-cli-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function collected(stream: PassThrough): () => string {
  let text = '';
  stream.on('data', (bytes: Buffer) => (text += bytes.toString()));
  return () => text;
}

/** Runs `mipl acceptance`; `onMessage` sees what goes to stderr. */
async function run(args: readonly string[], onMessage?: (text: string, stop: () => void) => void) {
  const abort = new AbortController();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [output, errors] = [collected(stdout), collected(stderr)];
  stderr.on('data', () => onMessage?.(errors(), () => abort.abort()));
  const code = await main(['acceptance', ...args], { stdin: new PassThrough(), stdout, stderr, signal: abort.signal });
  return { code, output: output(), errors: errors() };
}

const files = (path: string, ending: string): string[] => readdirSync(path).filter((name) => name.endsWith(ending));

test(
  'all passed: exit 0, the result on stdout, three reports, and the checksum of the journal',
  { timeout: 60_000 },
  async () => {
    const path = directory();
    const { code, output, errors } = await run([
      ...['--port', 'sim:m5310-seed', '--only', 'version,read-resource', '--report', path, '--json'],
    ]);
    expect(errors).toContain('read-resource: passed');
    expect(code).toBe(0);
    const result = JSON.parse(output) as AcceptanceResult;
    expect(result.cases.filter(({ verdict }) => verdict === 'passed').map(({ id }) => id)).toEqual([
      'version',
      'read-resource',
    ]);
    expect(result.identity.imei).toBe('869334030000010');
    for (const ending of ['.html', '.junit.xml', '.json']) {
      expect(files(path, ending).filter((name) => !name.endsWith('.mipl.ndjson'))).toHaveLength(1);
    }
    const journal = readFileSync(join(path, result.journal?.name ?? ''));
    expect(result.journal?.sha256).toBe(createHash('sha256').update(journal).digest('hex'));
    expect(result.journal?.bytes).toBeGreaterThan(0);
  },
);

test('something failed: exit 1, and the masked report has no identity', { timeout: 60_000 }, async () => {
  const path = directory();
  const plan = join(path, 'own.plan.json');
  writeFileSync(
    plan,
    '{"format":"mipl-acceptance-plan","version":1,"cases":[{"id":"own","steps":[{"send":"AT+NONSENSE"}]}]}',
  );
  const { code, output } = await run(['--port', 'sim:m5310-seed', '--plan', plan, '--report', path, '--mask']);
  expect(code).toBe(1);
  expect(output).toContain('failed       own');
  const [page = ''] = files(path, '.masked.html');
  expect(readFileSync(join(path, page), 'utf8')).not.toContain('869334030000010');
});

test('several devices at once: one report each and a summary', { timeout: 60_000 }, async () => {
  const path = directory();
  const { code, output } = await run([
    ...[
      '--port',
      'sim:m5310-seed',
      '--port',
      'sim:nb73',
      '--parallel',
      '--only',
      'version',
      '--report',
      path,
      '--lang',
      'en',
    ],
  ]);
  expect(code).toBe(0);
  expect(output).toContain('sim:nb73 WH-NB73');
  expect(files(path, '.html')).toHaveLength(2);
  const [summary = ''] = files(path, '.csv');
  const lines = readFileSync(join(path, summary), 'utf8').trimEnd().split('\r\n');
  expect(lines.map((line) => line.split(',')[0])).toEqual(['port', 'sim:m5310-seed', 'sim:nb73']);
});

test(
  'one device of several that cannot be opened: exit 2, the others are tested all the same',
  { timeout: 60_000 },
  async () => {
    const path = directory();
    const { code, output, errors } = await run([
      ...['--port', 'tcp://127.0.0.1:1', '--port', 'sim:m5310-seed', '--only', 'version', '--report', path],
    ]);
    expect(code).toBe(2);
    expect(errors).toContain('tcp://127.0.0.1:1: mipl acceptance: PORT_');
    expect(output).toContain('passed       version');
    const [summary = ''] = files(path, '.csv');
    expect(readFileSync(join(path, summary), 'utf8')).toContain('not run');
  },
);

test(
  'a signal in the middle: the report still appears and says that it is not complete',
  { timeout: 60_000 },
  async () => {
    const path = directory();
    const { code, errors } = await run(['--port', 'sim:m5310-seed', '--report', path], (text, stop) => {
      if (text.includes('] power-on:')) stop();
    });
    expect(code).toBe(1);
    expect(errors).toContain('the run was stopped');
    const [page = ''] = files(path, '.html');
    expect(readFileSync(join(path, page), 'utf8')).toContain('the report is not complete');
  },
);

test.each([
  [[], '--port is missing'],
  [['--port', 'sim:m9999'], 'm5310-seed'],
  [['--port', 'tcp://127.0.0.1:1'], 'PORT_'],
  [['--port', 'sim:m5310-seed', '--only', 'nonsense'], '--only'],
  [['--port', 'sim:m5310-seed', '--platform', 'ftp://x'], '--platform'],
  [['--port', 'sim:m5310-seed', '--lang', 'fr'], '--lang'],
  [['--port', 'sim:m5310-seed', '--udp', 'localhost'], '--udp'],
  [['--port', 'sim:m5310-seed', '--dialect', 'x'], '--dialect'],
  [['--port', 'sim:m5310-seed', '--plan', '/nowhere/a.json'], '--plan'],
  [['--port', '/dev/ttyUSB0', '--port', '/dev/ttyUSB0'], 'twice'],
])('%j cannot be run: exit 2 and a word about %s', async (args, word) => {
  const { code, output, errors } = await run([...args, '--journal', directory()]);
  expect(code).toBe(2);
  expect(errors).toContain(word);
  expect(output).toBe('');
});

test('help names every case', async () => {
  const { code, output } = await run(['--help']);
  expect(code).toBe(0);
  for (const id of ['power-on', 'udp-receive', 'bootstrap', 'write-attributes', 'delete-object'])
    expect(output).toContain(id);
});
