import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../main/cli/mipl.ts';
import { openPlatform } from '../../main/sim/platform/platform.ts';
import { tempDirectory } from '../tempDirectory.ts';

interface Ended {
  readonly code: number;
  readonly events: readonly Record<string, unknown>[];
  readonly messages: string;
}

/** Runs `mipl run` until an event of that kind satisfies the test, then stops it as SIGTERM would. */
async function run(
  args: readonly string[],
  isEnough: (event: Record<string, unknown>) => boolean,
  prepare?: (journals: string) => Promise<void>,
  input = '',
): Promise<Ended> {
  const abort = new AbortController();
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(input);
  const events: Record<string, unknown>[] = [];
  let messages = '';
  let rest = '';
  stdout.on('data', (chunk) => {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = JSON.parse(line) as Record<string, unknown>;
      events.push(event);
      if (isEnough(event)) abort.abort();
    }
  });
  stderr.on('data', (chunk) => (messages += String(chunk)));
  const journal = await tempDirectory();
  await prepare?.(journal);
  const code = await main(['run', '--journal', journal, ...args], { stdin, stdout, stderr, signal: abort.signal });
  return { code, events, messages };
}

const isRegistered = (event: Record<string, unknown>): boolean =>
  event['event'] === 'registration' && (event['value'] as { phase: string }).phase === 'registered';

describe('mipl run', () => {
  it('registers, tells it as an event, and ends with 0 when it is stopped', async () => {
    const { code, events } = await run(['--port', 'sim:m5310-seed', '--baud', '921600'], isRegistered);
    expect(code).toBe(0);
    expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining(['connection', 'stages', 'module']));
  });

  it('creates the suite with the server it is given, and registers there', async () => {
    const platform = await openPlatform();
    try {
      const server = `${platform.coap.host}:${platform.coap.port}`;
      const { code } = await run(['--port', 'sim:m5310-seed', '--baud', '921600', '--server', server], isRegistered);
      expect(code).toBe(0);
      expect(platform.devices.map(({ identity }) => identity.imei)).toEqual(['869334030000010']);
    } finally {
      await platform.close();
    }
  });

  it('sends the lines of standard input once the module is up, and tells each answer', async () => {
    const { code, events } = await run(
      ['--port', 'sim:m5310-seed', '--baud', '921600', '--console'],
      ({ event, value }) => event === 'command' && (value as { line: string }).line === 'AT+MIPLCLOSE=0',
      undefined,
      'AT+CIMI\r\n\nAT+NONSENSE\nAT+MIPLUPDATE=0,3600,1\nAT+MIPLCLOSE=0\n',
    );
    expect(code).toBe(0);
    const typed = events.filter(({ event }) => event === 'command').map(({ value }) => value);
    expect(typed).toMatchObject([
      { line: 'AT+CIMI', answer: ['460041234567899'] },
      { line: 'AT+NONSENSE', fault: { code: 'AT_CME' } },
      { line: 'AT+MIPLUPDATE=0,3600,1', answer: [] },
      { line: 'AT+MIPLCLOSE=0', answer: [] },
    ]);
    const phases = events.flatMap(({ event, value }) =>
      event === 'registration' ? [(value as { phase: string }).phase] : [],
    );
    expect(phases.indexOf('registered')).toBeLessThan(phases.lastIndexOf('deregistered'));
  });

  it('answers as it was told beforehand, and says what is armed and what became of it', async () => {
    const isRefused = ({ event, value }: Record<string, unknown>): boolean =>
      event === 'request' && (value as { kind: string; status: string }).status === 'refused';
    const { events } = await run(
      ['--port', 'sim:m5310-seed', '--baud', '921600', '--arm', 'discover /3303 error 4.05'],
      isRefused,
    );
    const armed = events.filter(({ event }) => event === 'armedAnswers').map(({ value }) => value);
    expect(armed).toMatchObject([[{ kind: 'discover', path: '/3303', times: 1 }], []]);
    expect(events.findLast(isRefused)).toMatchObject({
      value: { kind: 'discover', result: 14, deliberate: { kind: 'error', isArmed: true } },
    });
  });

  it.each([
    ['the network denies it', 'denied', 'network', 'NETWORK_DENIED'],
    ['the link is lost', 'unplug-after=12', 'port', 'PORT_LOST'],
  ])('says at its end which stage has failed, and how: %s', async (_, fault, stage, errorCode) => {
    const hasFault = ({ event, value }: Record<string, unknown>): boolean =>
      ['stages', 'connection'].includes(String(event)) && JSON.stringify(value).includes(errorCode);
    const { code, messages } = await run(['--port', `sim:m5310-seed?fault=${fault}`, '--baud', '921600'], hasFault);
    expect(code).toBe(1);
    expect(messages).toMatch(new RegExp(`^mipl run: not registered: ${stage} has failed: ${errorCode}`, 'm'));
  });

  it('leaves standard input alone unless it is asked to read it', async () => {
    const { events } = await run(['--port', 'sim:m5310-seed', '--baud', '921600'], isRegistered, undefined, 'AT\n');
    expect(events.some(({ event }) => event === 'command')).toBe(false);
  });

  it('says on standard error what happened to a journal, since no event does', async () => {
    const { messages } = await run(['--port', 'sim:m5310-seed', '--baud', '921600'], isRegistered, async (journals) => {
      const file = join(journals, 'earlier.mipl.ndjson');
      const header = { format: 'mipl-journal', version: 1, started: '2026-11-22T08:00:00Z', startedMs: 0 };
      await writeFile(file, `${JSON.stringify(header)}\n{"t":"in","n":1,"w":1,"b":"cut o`);
      await utimes(file, 1_000_000, 1_000_000);
    });
    expect(messages).toMatch(/^mipl run: .*earlier\.mipl\.ndjson was torn: 32 bytes/m);
  });

  it.each([
    [[], '--port is missing'],
    [['--port', 'sim:m5310-seed', '--create', 'odd'], '--create is one of'],
    [['--port', 'sim:m5310-seed', '--bootstrap', 'nowhere'], '--bootstrap and --server are HOST:PORT'],
    [['--port', 'sim:m5310-seed', '--server', 'host:70000'], '--bootstrap and --server are HOST:PORT'],
    [['--port', 'sim:m5310-seed', '--dialect', 'x'], '--dialect is auto, cis or cmcc'],
    [['--port', 'sim:no-such-module'], 'BAD_ARGUMENT'],
    [['--port', 'sim:m5310-seed', '--arm', 'read /3303 later'], '--arm: "read /3303 later": expected [Nx] KIND PATH'],
    [['--port', 'sim:m5310-seed', '--arm', 'read /3303/0/4711 value 1'], 'LWM2M_NOT_FOUND'],
  ])('refuses %o with 2', async (args, message) => {
    const { code, messages } = await run(args, () => false);
    expect(code).toBe(2);
    expect(messages).toContain(message);
  });
});

/** `mipl run` as a process of its own, as a shell starts it. */
function runProcess(journals: string) {
  const script = fileURLToPath(new URL('../../main/cli/mipl.ts', import.meta.url));
  const args = [script, 'run', '--port', 'sim:m5310-seed', '--baud', '921600', '--journal', journals];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

it('ends in order, its journal whole, when nobody reads its output any more', async () => {
  const journals = await tempDirectory();
  const child = runProcess(journals);
  const exited = once(child, 'exit');
  // As `grep -m1` does: reads as far as it needs to, then goes.
  for await (const line of createInterface(child.stdout)) if (line.includes('"phase":"registered"')) break;
  child.stdout.destroy();
  expect(await exited).toEqual([0, null]);
  const [name = ''] = await readdir(journals);
  const lines = (await readFile(join(journals, name), 'utf8')).trimEnd().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ t: 'gap', reason: 'closed' });
});
