import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import type { AcceptanceResult } from '../../shared/acceptanceResult.ts';
import { main } from '../../main/cli/mipl.ts';
import { HostPorts } from '../../main/sim/hostPorts.ts';
import { readName } from '../../main/sim/simulator.ts';
import { openVirtualModule } from '../../main/sim/virtualModule.ts';

function directory({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): string {
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

test.concurrent(
  'all passed: exit 0, the result on stdout, three reports, and the checksum of the journal',
  { timeout: 60_000 },
  async (context) => {
    const path = directory(context);
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

test.concurrent(
  'something failed: exit 1, and the masked report has no identity',
  { timeout: 60_000 },
  async (context) => {
    const path = directory(context);
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
  },
);

test.concurrent('several devices at once: one report each and a summary', { timeout: 60_000 }, async (context) => {
  const path = directory(context);
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

test.concurrent(
  'one device of several that cannot be opened: exit 2, the others are tested all the same',
  { timeout: 60_000 },
  async (context) => {
    const path = directory(context);
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

test.concurrent(
  'a signal in the middle: the report still appears and says that it is not complete',
  { timeout: 60_000 },
  async (context) => {
    const path = directory(context);
    const { code, errors } = await run(['--port', 'sim:m5310-seed', '--report', path], (text, stop) => {
      if (text.includes('] power-on:')) stop();
    });
    expect(code).toBe(1);
    expect(errors).toContain('the run was stopped');
    expect(errors).toMatch(/to go on: --only (power-on,)?network,udp-create,.*,delete-object\n/);
    const [page = ''] = files(path, '.html');
    expect(readFileSync(join(path, page), 'utf8')).toContain('run stopped at case');
  },
);

test.concurrent(
  'a cable that is lost and plugged in again: the run goes on from that case, and all pass',
  { timeout: 60_000 },
  async (context) => {
    const module = openVirtualModule({
      profile: readName('m5310-seed').profile,
      server: { host: '127.0.0.1', port: 9 },
      baudRate: 0,
      radioSpeed: 1000,
    });
    const hosts = new HostPorts(module.link);
    let cable = await hosts.listen('127.0.0.1', 0);
    context.onTestFinished(async () => {
      await cable.close();
      await module.close();
    });
    const [host = '', port = ''] = cable.address.split(':');
    const pulled: Promise<void>[] = [];
    const pull = async (): Promise<void> => {
      await cable.close();
      cable = await hosts.listen(host, Number(port));
    };
    const args = ['--port', `tcp://${cable.address}`, '--operator', '--only', 'version,network,power-on'];
    const { code, output, errors } = await run([...args, '--journal', directory(context)], (text) => {
      if (text.includes('] power-on: passed') && pulled.length === 0) pulled.push(pull());
    });
    await Promise.all(pulled);
    expect(pulled).toHaveLength(1);
    expect(errors).toMatch(/the connection was lost at case \d+: waiting up to 60 s for it/);
    expect(output).toContain('3 passed, 0 failed, 0 inconclusive, 29 skipped');
    expect(code).toBe(0);
  },
);

test.concurrent(
  'by an operator: the curl line is printed, and the case passes once the call is made',
  { timeout: 60_000 },
  async () => {
    let asked: Promise<Response> | undefined;
    const { code, output } = await run(['--port', 'sim:m5310-seed', '--operator', '--only', 'execute'], (text) => {
      const [, address] = /curl -sS -m 30 -X POST '([^']+)'/.exec(text) ?? [];
      const [, body] = /--data-raw '([^']*)'/.exec(text) ?? [];
      // The prompt ends with an empty line: before that the body may be missing.
      if (address === undefined || !text.includes('\n\n')) return;
      asked ??= fetch(address, { method: 'POST', ...(body === undefined ? {} : { body }) });
    });
    await expect((await asked)?.json()).resolves.toMatchObject({ errno: 0 });
    expect(output).toContain('passed       execute');
    expect(code).toBe(0);
  },
);

test.concurrent('an operator who makes no call in time: inconclusive, exit 1', { timeout: 60_000 }, async () => {
  const args = ['--port', 'sim:m5310-seed', '--operator', '--wait', '1', '--only', 'register,execute'];
  const { code, output } = await run(args);
  expect(code).toBe(1);
  expect(output).toMatch(/^inconclusive register .*not seen on the platform: check it in the OneNET console$/m);
  expect(output).toMatch(/^inconclusive execute .*nobody made the call on the platform/m);
});

test.concurrent('what was not chosen is counted and not listed', { timeout: 60_000 }, async () => {
  const { output, errors } = await run(['--port', 'sim:m5310-seed', '--only', 'version']);
  expect(output.trimEnd().split('\n').slice(1)).toEqual([
    'passed       version',
    '1 passed, 0 failed, 0 inconclusive, 31 skipped',
  ]);
  expect(errors).not.toContain('power-on');
});

test.concurrent(
  'a signal during a batch: the devices that are left are not opened',
  { timeout: 60_000 },
  async (context) => {
    const path = directory(context);
    const args = ['--port', 'sim:m5310-seed', '--port', 'sim:nb73', '--report', path];
    const { code, output } = await run(args, (text, stop) => {
      if (text.includes('] power-on:')) stop();
    });
    expect(code).toBe(2);
    expect(output).toContain('(stopped)');
    expect(output).not.toContain('sim:nb73');
    const [summary = ''] = files(path, '.csv');
    expect(readFileSync(join(path, summary), 'utf8')).toMatch(/sim:nb73,.*not run.*stopped before it/);
  },
);

test.concurrent.for([
  [[], '--port is missing'],
  [['--port', 'tcp://127.0.0.1:1', '--platform', 'https://onenet.invalid'], 'ONENET_API_KEY'],
  [['--port', 'sim:m5310-seed', '--wait', '0'], '--wait'],
  [['--port', 'sim:m5310-seed', '--report', '/dev/null/reports'], '--report'],
  [['--port', 'sim:m9999'], 'm5310-seed'],
  [['--port', 'tcp://127.0.0.1:1'], 'PORT_'],
  [['--port', 'sim:m5310-seed', '--only', 'nonsense'], '--only'],
  [['--port', 'sim:m5310-seed', '--platform', 'ftp://x'], '--platform'],
  [['--port', 'sim:m5310-seed', '--lang', 'fr'], '--lang'],
  [['--port', 'sim:m5310-seed', '--udp', 'localhost'], '--udp'],
  [['--port', 'sim:m5310-seed', '--dialect', 'x'], '--dialect'],
  [['--port', 'sim:m5310-seed', '--plan', '/nowhere/a.json'], '--plan'],
  [['--port', '/dev/ttyUSB0', '--port', '/dev/ttyUSB0'], 'twice'],
] as const)('%j cannot be run: exit 2 and a word about %s', async ([args, word], context) => {
  const { code, output, errors } = await run([...args, '--journal', directory(context)]);
  expect(code).toBe(2);
  expect(errors).toContain(word);
  expect(output).toBe('');
});

test.concurrent('help names every case', async () => {
  const { code, output } = await run(['--help']);
  expect(code).toBe(0);
  for (const id of ['power-on', 'udp-receive', 'bootstrap', 'write-attributes', 'delete-object'])
    expect(output).toContain(id);
});
