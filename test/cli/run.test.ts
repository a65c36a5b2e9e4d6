import { PassThrough } from 'node:stream';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../main/cli/mipl.ts';
import { openPlatform } from '../../main/sim/platform/platform.ts';

interface Ended {
  readonly code: number;
  readonly events: readonly Record<string, unknown>[];
  readonly messages: string;
}

/** Runs `mipl run` until an event of that kind satisfies the test, then stops it as SIGTERM would. */
async function run(args: readonly string[], isEnough: (event: Record<string, unknown>) => boolean): Promise<Ended> {
  const abort = new AbortController();
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
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
  const journal = await mkdtemp(join(tmpdir(), 'mipl-run-'));
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

  it.each([
    [[], '--port is missing'],
    [['--port', 'sim:m5310-seed', '--create', 'odd'], '--create is one of'],
    [['--port', 'sim:m5310-seed', '--bootstrap', 'nowhere'], '--bootstrap and --server are HOST:PORT'],
    [['--port', 'sim:m5310-seed', '--server', 'host:70000'], '--bootstrap and --server are HOST:PORT'],
    [['--port', 'sim:m5310-seed', '--dialect', 'x'], '--dialect is auto, cis or cmcc'],
    [['--port', 'sim:no-such-module'], 'BAD_ARGUMENT'],
  ])('refuses %o with 2', async (args, message) => {
    const { code, messages } = await run(args, () => false);
    expect(code).toBe(2);
    expect(messages).toContain(message);
  });
});
