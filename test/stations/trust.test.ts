import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { usualSetup } from '../../main/stations/queueConnection.ts';
import type { QueueOptions } from '../../main/stations/queueConnection.ts';
import { checkCredentials } from '../../main/stations/queueCredentials.ts';
import { WorkQueue } from '../../main/stations/workQueue.ts';
import { findCommand } from '../../scripts/systemPackages.js';
import { tempDirectory } from '../tempDirectory.ts';
import { Authority } from './certificates.ts';
import { Mipl } from '../tty/mipl.ts';
import { NatsServer, reasonAgainstQueue } from './natsServer.ts';
import { Company } from './natsUsers.ts';
import { stationAt, workOf } from './stationRoom.ts';

const isMissing = reasonAgainstQueue !== undefined || findCommand('openssl') === undefined;

async function server(config: string, host?: string): Promise<NatsServer> {
  const started = await NatsServer.start({ config, ...(host === undefined ? {} : { host }) });
  onTestFinished(() => started.close());
  return started;
}

async function queueOf(servers: string, options: Partial<QueueOptions> = {}): Promise<WorkQueue> {
  const queue = await WorkQueue.connect({ servers, clientName: 'test', isPatient: false, ...options }, usualSetup);
  onTestFinished(() => queue.close());
  return queue;
}

const codeOf = (queue: Promise<WorkQueue>): Promise<string> =>
  queue.then(
    () => 'connected',
    (error: { code: string }) => error.code,
  );

describe.skipIf(isMissing)('a server with a certificate', () => {
  async function authority(): Promise<Authority> {
    return Authority.make(await tempDirectory());
  }

  it('is believed by whoever was given the authority, and by nobody else', async () => {
    const [company, stranger] = [await authority(), await authority()];
    await company.sign('localhost');
    const { url } = await server(company.config, 'tls://localhost');
    const queue = await queueOf(url, { caFile: company.file });
    await queue.add(workOf('a'));
    expect((await queue.list()).waiting).toMatchObject([{ id: 'a' }]);
    expect(await codeOf(queueOf(url))).toBe('QUEUE_CERT_UNKNOWN');
    expect(await codeOf(queueOf(url, { caFile: stranger.file }))).toBe('QUEUE_CERT_UNKNOWN');
    // Also where the address does not ask for TLS: the server does.
    expect(await codeOf(queueOf(url.replace('tls:', 'nats:')))).toBe('QUEUE_CERT_UNKNOWN');
  });

  it('is not believed with the certificate of another host', async () => {
    const company = await authority();
    await company.sign('elsewhere.example');
    const { url } = await server(company.config, 'tls://localhost');
    expect(await codeOf(queueOf(url, { caFile: company.file }))).toBe('QUEUE_CERT_HOST');
  });

  it('is not believed after the last day of its certificate; a station that is at work says so and gives all when it is renewed', async () => {
    const company = await authority();
    await company.sign('localhost');
    const nats = await server(company.config, 'tls://localhost');
    const trusted = { caFile: company.file };
    const queue = await queueOf(nats.url, { ...trusted, isPatient: true });
    await queue.add(workOf('a'));
    const began = Promise.withResolvers<undefined>();
    const ended = Promise.withResolvers<undefined>();
    const { station, events } = await stationAt(nats.url, {
      queue,
      run: async (_work, _port, folder) => {
        began.resolve(undefined);
        await ended.promise;
        await writeFile(join(folder, 'report.html'), 'report');
        return {
          isComplete: true,
          outcome: 'passed',
          isPractice: false,
          isMasked: true,
          counts: counts,
          notPassed: [],
        };
      },
    });
    const stop = new AbortController();
    const running = station.run(stop.signal);
    await began.promise;
    await company.sign('localhost', -1);
    await nats.startAgain();
    expect(await codeOf(queueOf(nats.url, trusted))).toBe('QUEUE_CERT_EXPIRED');
    ended.resolve(undefined);
    const lost = (): unknown => events.find(({ type }) => type === 'queueLost');
    await vi.waitFor(() => expect(lost()).toMatchObject({ fault: { code: 'QUEUE_CERT_EXPIRED' } }), {
      timeout: 60_000,
    });
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain('waiting'), { timeout: 60_000 });
    await company.sign('localhost');
    await nats.startAgain();
    await vi.waitFor(() => expect(events).toContainEqual({ type: 'stored', id: 'a', delivery: 'stored' }), {
      timeout: 60_000,
    });
    stop.abort();
    await running;
    expect(await (await queueOf(nats.url, trusted)).results()).toMatchObject([{ id: 'a', outcome: 'passed' }]);
  });

  it('is told by the file that is no certificate, and by an address that wants TLS where there is none', async () => {
    const directory = await tempDirectory();
    const file = join(directory, 'ca.pem');
    await writeFile(file, 'no certificate');
    const { url } = await server('');
    expect(await codeOf(queueOf(url, { caFile: file }))).toBe('QUEUE_CA_FILE');
    expect(await codeOf(queueOf(url, { caFile: join(directory, 'none') }))).toBe('QUEUE_CA_FILE');
    expect(await codeOf(queueOf(url.replace('nats:', 'tls:')))).toBe('QUEUE_NO_TLS');
  });
});

const counts = { passed: 1, failed: 0, inconclusive: 0, skipped: 0 };

describe.skipIf(reasonAgainstQueue !== undefined)('credentials of a company', () => {
  it('let in until they expire, which is said, also at the door', async () => {
    const company = new Company();
    const { url } = await server(company.config);
    const good = company.credentials(Date.parse('2100-01-01'));
    await (await queueOf(url, { caller: () => ({ credentials: good }) })).add(workOf('a'));
    const ofNotepad = good.trimEnd().replaceAll('\n', '\r\n');
    expect(await codeOf(queueOf(url, { caller: () => ({ credentials: ofNotepad }) }))).toBe('connected');
    const old = company.credentials(Date.parse('2020-01-01'));
    const failing = queueOf(url, { caller: () => ({ credentials: old }) });
    await expect(failing).rejects.toMatchObject({ code: 'QUEUE_EXPIRED', detail: '2020-01-01T00:00:00.000Z' });
    const others = new Company().credentials();
    expect(await codeOf(queueOf(url, { caller: () => ({ credentials: others }) }))).toBe('QUEUE_DENIED');
    expect(await codeOf(queueOf(url))).toBe('QUEUE_DENIED');
  });

  it('that expire while a station works are said, and the renewed ones of the same file count without a start', async () => {
    const company = new Company();
    const { url } = await server(company.config);
    let credentials = company.credentials();
    await (await queueOf(url, { caller: () => ({ credentials: credentials }) })).add(workOf('a'));
    const expiresMs = Date.now() + 3000;
    credentials = company.credentials(expiresMs);
    const queue = await queueOf(url, { isPatient: true, caller: () => ({ credentials: credentials }) });
    const { station, events } = await stationAt(url, {
      queue,
      run: async () => {
        // Whoever comes anew is turned away a moment before who is there already.
        await vi.waitFor(() => expect(queue.isAway).toBe(true), { timeout: 30_000 });
        await vi.waitFor(async () => expect((await queue.whyAway())?.code).toBe('QUEUE_EXPIRED'), { timeout: 30_000 });
        return { isComplete: true, outcome: 'passed', isPractice: false, isMasked: true, counts, notPassed: [] };
      },
    });
    const stop = new AbortController();
    const running = station.run(stop.signal);
    const lost = (): unknown => events.find(({ type }) => type === 'queueLost');
    await vi.waitFor(() => expect(lost()).toMatchObject({ fault: { code: 'QUEUE_EXPIRED' } }), { timeout: 60_000 });
    expect(events.map(({ type }) => type)).not.toContain('stored');
    expect(queue.isClosed).toBe(false);
    credentials = company.credentials();
    await vi.waitFor(() => expect(events).toContainEqual({ type: 'stored', id: 'a', delivery: 'stored' }), {
      timeout: 60_000,
    });
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain('queueBack'), { timeout: 60_000 });
    stop.abort();
    await running;
  });

  it.each([
    ['nothing', ''],
    ['a password', 'change-me'],
    ['half a file', '-----BEGIN NATS USER JWT-----\nabc\n------END NATS USER JWT------\n'],
    ['a damaged seed', 'SUABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWX'],
  ])('are refused before anything is sent where they are %s', (_, text) => {
    expect(() => checkCredentials(text)).toThrow(expect.objectContaining({ code: 'QUEUE_CREDENTIALS' }));
  });
});

/** A server that says nothing but this, to whoever comes. */
async function strangerAt(greeting: string): Promise<string> {
  const strange = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(greeting);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void strange.close());
  await once(strange, 'listening');
  return `nats://127.0.0.1:${(strange.address() as AddressInfo).port}`;
}

const nonsense = 'INFO {"version":7,"max_payload":"x","headers":"?"}\r\n-WHAT\r\nMSG \u0000\r\n';

describe('a server that is none', () => {
  it('brings nothing into the output of a command, whatever a library has to say of it', async () => {
    const command = new Mipl(['queue', 'list', '--json', '--queue', await strangerAt(nonsense)]);
    expect(await command.exit).toBe(2);
    expect(command.errors).toContain('QUEUE_UNREACHABLE');
    expect(command.lines).toEqual([]);
  });

  it.each([
    ['says nothing', ''],
    ['greets as something else', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['greets with what is no JSON', 'INFO {"server_id":\r\n'],
    ['greets with nonsense in JSON', nonsense],
    ['sends without an end', `INFO ${'x'.repeat(1_000_000)}`],
  ])('and %s is unreachable within seconds', async (_, greeting) => {
    expect(await codeOf(queueOf(await strangerAt(greeting)))).toBe('QUEUE_UNREACHABLE');
  });
});
