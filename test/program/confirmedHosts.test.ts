import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ConfirmedHosts } from '../../main/program/confirmedHosts.ts';
import type { HostTarget } from '../../main/transport/hostGuard.ts';
import { defaultPlatformHost } from '../../shared/platform.ts';

async function hostsFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mipl-hosts-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'hosts.json');
}

const port = (address: string): HostTarget => ({ purpose: 'port', address });
const platform = (address: string): HostTarget => ({ purpose: 'platform', address });

/** A person who answers in turn, and what they were asked. */
function person(...answers: boolean[]) {
  const asked: string[] = [];
  const ask = ({ purpose, address }: HostTarget): Promise<boolean> => {
    asked.push(`${purpose} ${address}`);
    return Promise.resolve(answers[asked.length - 1] ?? false);
  };
  return { asked, ask };
}

const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'reached',
    (error: { code?: unknown }) => error.code,
  );

it('asks a person once, and remembers the answer beyond the end of the program', async () => {
  const file = await hostsFile();
  const { asked, ask } = person(true);
  const hosts = await ConfirmedHosts.open(file, ask);
  expect(await code(hosts.require(port('tcp://10.0.0.5:4001')))).toBe('reached');
  expect(await code(hosts.require(port('tcp://10.0.0.5:4001')))).toBe('reached');
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  const later = await ConfirmedHosts.open(file, () => Promise.reject(new Error('not to be asked')));
  expect(await code(later.require(port('TCP://10.0.0.5:4001')))).toBe('reached');
  expect(asked).toEqual(['port tcp://10.0.0.5:4001']);
});

it('confirms one port of one host for one purpose, in telnet too, and nothing beside it', async () => {
  const hosts = await ConfirmedHosts.open(await hostsFile(), person(true).ask);
  await hosts.require(port('tcp://10.0.0.5:4001'));
  const others = [
    port('tcp://10.0.0.5:4002'),
    port('tcp://10.0.0.6:4001'),
    platform('http://10.0.0.5:4001'),
    platform('tcp://10.0.0.5:4001'),
  ];
  expect(others.filter((one) => hosts.has(one))).toEqual([]);
  expect(hosts.has(port('telnet://10.0.0.5:4001'))).toBe(true);
});

it('knows the platform that the product is made for', async () => {
  const { asked, ask } = person();
  const hosts = await ConfirmedHosts.open(await hostsFile(), ask);
  expect(await code(hosts.require(platform(defaultPlatformHost)))).toBe('reached');
  expect(asked).toEqual([]);
});

it('refuses what a person refuses, and asks again the next time', async () => {
  const { asked, ask } = person(false, true);
  const hosts = await ConfirmedHosts.open(await hostsFile(), ask);
  expect(await code(hosts.require(platform('http://10.0.0.9')))).toBe('HOST_NOT_CONFIRMED');
  expect(hosts.has(platform('http://10.0.0.9'))).toBe(false);
  expect(await code(hosts.require(platform('http://10.0.0.9')))).toBe('reached');
  expect(asked).toHaveLength(2);
});

it('has one question open at a time, and none for what the question before confirmed', async () => {
  let open = 0;
  let most = 0;
  const answers: (() => void)[] = [];
  const hosts = await ConfirmedHosts.open(await hostsFile(), async () => {
    most = Math.max(most, ++open);
    await new Promise<void>((resolve) => answers.push(resolve));
    open--;
    return true;
  });
  const both = Promise.all([
    hosts.require(port('tcp://a:1')),
    hosts.require(port('tcp://a:1')),
    hosts.require(port('tcp://b:1')),
  ]);
  await expect.poll(() => answers.length).toBe(1);
  answers.shift()?.();
  await expect.poll(() => answers.length).toBe(1);
  answers.shift()?.();
  await both;
  expect(most).toBe(1);
});

it.each(['', '{"a":1}', '[1, null]', 'no JSON'])('asks again where its file holds %j', async (text) => {
  const file = await hostsFile();
  await writeFile(file, text);
  const hosts = await ConfirmedHosts.open(file, person(true).ask);
  expect(hosts.has(port('tcp://a:1'))).toBe(false);
  await hosts.require(port('tcp://a:1'));
  expect(JSON.parse(await readFile(file, 'utf8'))).toContain('port a:1');
});
