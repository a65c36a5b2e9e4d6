import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { main } from '../../main/cli/mipl.ts';
import { subnegotiationOf } from '../../main/transport/telnet.ts';

/** Runs `mipl sim`; `lines` are what it printed, `stop` is the signal. */
function runSim(...args: string[]) {
  const abort = new AbortController();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  let out = '';
  let err = '';
  stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
  stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
  const ended = main(['sim', ...args], { stdin: new PassThrough(), stdout, stderr, signal: abort.signal });
  const stop = async (): Promise<number> => {
    abort.abort();
    return ended;
  };
  onTestFinished(() => void stop());
  const ready = async (): Promise<Record<string, string>> => {
    await expect.poll(() => out, { timeout: 10_000 }).toContain('\n');
    return JSON.parse(out) as Record<string, string>;
  };
  return { ended, stop, ready, output: () => out, errors: () => err };
}

/** A host at the AT stream of `mipl sim`. */
function hostAt(tcp = '') {
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(tcp) ?? [];
  const socket = connect({ host: host ?? '', port: Number(port) });
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('data', (bytes) => (text += bytes.toString()));
  return { say: (line: string | Uint8Array) => socket.write(line), heard: () => text };
}

test('one JSON line tells where everything is, and a signal ends it with 0', async () => {
  const { ready, stop, output } = runSim('--baud', '0', '--imei', '123456789012345');
  const places = await ready();
  expect(places).toEqual({
    tcp: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
    coap: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
    http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
    imei: '123456789012345',
    imsi: '460041234567899',
    pid: process.pid,
  });
  expect(output().trim().split('\n')).toHaveLength(1);
  expect(await stop()).toBe(0);
  await expect(fetch(places['http'] ?? '')).rejects.toThrow();
});

test('the module registers with the platform beside it', async () => {
  const { ready } = runSim('--baud', '0', '--radio-speed', '1000000');
  const host = hostAt((await ready())['tcp']);
  host.say('AT+MIPLCREATE\r\nAT+MIPLADDOBJ=0,3303,1,"1",6,1\r\nAT+MIPLOPEN=0,3600,30\r\n');
  await expect.poll(host.heard).toContain('+MIPLEVENT: 0,6');
});

test('with a bootstrap server the module is sent to the platform on the same port', async () => {
  const { ready } = runSim('--baud', '0', '--radio-speed', '1000000', '--bootstrap', '127.0.0.2:0');
  const places = await ready();
  expect(places['bootstrap']).toMatch(/^127\.0\.0\.2:\d{4}$/);
  expect(places['bootstrap']?.split(':')[1]).toBe(places['coap']?.split(':')[1]);
  const host = hostAt(places['tcp']);
  host.say('AT+MIPLCREATE\r\nAT+MIPLADDOBJ=0,3303,1,"1",6,1\r\nAT+MIPLOPEN=0,3600,30\r\n');
  await expect.poll(host.heard).toContain('+MIPLEVENT: 0,6');
  expect(host.heard()).toMatch(/\+MIPLEVENT: 0,1[^]*\+MIPLEVENT: 0,2[^]*\+MIPLEVENT: 0,6/);
});

test('a habit of the module is chosen by name', async () => {
  const { ready } = runSim('--baud', '0', '--radio-speed', '1000000', '--habit', 'echo');
  const host = hostAt((await ready())['tcp']);
  host.say('AT\r\n');
  await expect.poll(host.heard).toContain('AT\r\n\r\nOK');
});

test('without a platform the server is named', async () => {
  const { ready } = runSim('--no-platform', '--server', '127.0.0.1:5683');
  const places = await ready();
  expect(places['coap']).toBe('127.0.0.1:5683');
  expect(places).not.toHaveProperty('http');
});

test('without a platform a bootstrap server of others is enough: it says where to register', async () => {
  const far = runSim('--profile', 'm5310-seed?personality=spec', '--bootstrap', '127.0.0.1:0');
  const { bootstrap = '', http = '' } = await far.ready();
  const { ready } = runSim(
    ...['--baud', '0', '--radio-speed', '1000000', '--imei', '123456789012345'],
    ...['--profile', 'm5310-seed?personality=spec', '--no-platform', '--bootstrap', bootstrap],
  );
  const places = await ready();
  expect(places).toEqual({
    tcp: places['tcp'],
    bootstrap,
    imei: '123456789012345',
    imsi: '460041234567899',
    pid: process.pid,
  });
  const host = hostAt(places['tcp']);
  host.say('AT+MIPLCREATE\r\nAT+MIPLADDOBJ=0,3303,1,"1",6,1\r\nAT+MIPLOPEN=0,3600,30\r\n');
  await expect.poll(host.heard).toContain('+MIPLEVENT: 0,6');
  const answer = await fetch(`${http}/devices/getbyimei?imei=123456789012345`);
  expect(await answer.text()).toContain('"online":true');
});

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

// Some containers have no IPv6 at all.
test.skipIf(!hasIpv6)(
  'addresses of IPv6 stand in brackets, as options and URLs take them, and the module registers there',
  async () => {
    const { ready } = runSim(
      ...['--tcp', '[::1]:0', '--server', '[::1]:0', '--http', '[::1]:0', '--baud', '0', '--radio-speed', '1000000'],
    );
    const places = await ready();
    expect(places).toMatchObject({
      tcp: expect.stringMatching(/^\[::1\]:\d+$/) as string,
      coap: expect.stringMatching(/^\[::1\]:\d+$/) as string,
      http: expect.stringMatching(/^http:\/\/\[::1\]:\d+$/) as string,
    });
    const host = hostAt(places['tcp']);
    host.say('AT+MIPLCREATE\r\nAT+MIPLADDOBJ=0,3303,1,"1",6,1\r\nAT+MIPLOPEN=0,3600,30\r\n');
    await expect.poll(host.heard).toContain('+MIPLEVENT: 0,6');
    expect(await (await fetch(`${places['http']}/devices/getbyimei?imei=${places['imei']}`)).text()).toContain(
      '"online":true',
    );
  },
);

test.each([
  [['--bootstrap', 'nowhere'], '--bootstrap'],
  [['--bootstrap', '127.0.0.2:5700', '--server', '127.0.0.1:5701'], '--bootstrap'],
  [['--bootstrap', '127.0.0.2:0', '--bootstrap-style', 'huawei'], 'onenet'],
  [['--auth-code', 'not-a-code'], '--auth-code'],
  [['--habit', 'smoking'], 'echo'],
  [['--habit', 'repeat=9'], '1-3'],
  [['--personality', 'friendly'], 'spec'],
  [['--profile', 'm9999'], 'm5310-seed'],
  [['--tcp', 'nowhere'], 'HOST:PORT'],
  [['--tcp', '127.0.0.1:99999'], 'HOST:PORT'],
  [['--imei', '12'], '15 digits'],
  [['--baud', 'fast'], '--baud'],
  [['--fault', 'gremlins'], 'garble'],
  [['--no-platform'], '--server HOST:PORT or --bootstrap HOST:PORT'],
  [['--no-platform', '--bootstrap', 'none'], '--server HOST:PORT or --bootstrap HOST:PORT'],
  [['--no-platform', '--profile', 'bc28?bootstrap'], 'give its HOST:PORT'],
  [['--no-platform', '--bootstrap', '127.0.0.1:0'], 'give its HOST:PORT'],
  [['--no-platform', '--server', '127.0.0.1:0'], 'give its port'],
  [['--no-platform', '--bootstrap', '127.0.0.1:1', '--bootstrap-style', 'lwm2m'], 'leave it out'],
  [['--nonsense'], '--nonsense'],
  [['stray'], 'stray'],
])('%j is refused with exit code 2 and a word about %s', async (args, word) => {
  const { ended, output, errors } = runSim(...args);
  expect(await ended).toBe(2);
  expect(errors()).toContain(word);
  expect(output()).toBe('');
});

test('help names every fault and every habit', async () => {
  const { ended, output } = runSim('--help');
  expect(await ended).toBe(0);
  for (const name of ['delay', 'drop-ok', 'garble', 'urc-inside-answer', 'reboot-after', 'burst', 'personality']) {
    expect(output()).toContain(name);
  }
});

test('the reset line of the board is a call on the HTTP side and a signal, with the banner within a second', async () => {
  const { ready, stop } = runSim('--baud', '0', '--radio-speed', '1000000');
  const { tcp, http = '' } = await ready();
  const host = hostAt(tcp);
  host.say('AT\r');
  await expect.poll(host.heard).toContain('\r\nOK\r\n');
  const banners = (): number => host.heard().split('REBOOT_CAUSE_SECURITY_RESET_PIN\r\n\r\nOK').length - 1;
  const before = banners();
  const answer = await fetch(`${http}/module/reset`, { method: 'POST' });
  expect(await answer.text()).toBe('{"errno":0,"error":"succ"}');
  await expect.poll(banners).toBe(before + 1);
  expect((await fetch(`${http}/module/reset`)).status).toBe(405);
  await fetch(`${http}/module/power-off`, { method: 'POST' });
  host.say('AT+CGMM\r');
  await fetch(`${http}/module/power-on`, { method: 'POST' });
  await expect.poll(banners).toBe(before + 2);
  expect(host.heard()).not.toContain('M5310');
  if (process.platform === 'win32') return;
  process.kill(process.pid, 'SIGUSR2');
  await expect.poll(banners).toBe(before + 3);
  expect(await stop()).toBe(0);
});

test('a host resets the module by the line that --reset-line names', async () => {
  const { ready, errors } = runSim('--baud', '0', '--reset-line', 'rts');
  const host = hostAt((await ready())['tcp']);
  const content = [
    [5, 9],
    [5, 8],
    [5, 12],
  ].map((value) => subnegotiationOf(44, Uint8Array.from(value)));
  host.say(Buffer.concat([Buffer.from([255, 251, 44]), ...content]));
  await expect.poll(host.heard).toContain('REBOOT_CAUSE_SECURITY_RESET_PIN');
  expect(errors()).toBe('');
  const wrong = runSim('--reset-line', 'cts');
  expect(await wrong.ended).toBe(2);
  expect(wrong.errors()).toContain('--reset-line: "cts" is none of dtr, rts');
});

test.each([
  [[], '+MIPLDISCOVER'],
  [['--observe-first'], '+MIPLOBSERVE'],
  [['--profile', 'nb73'], '+MIPLOBSERVE'],
  [['--profile', 'nb73', '--discover-first'], '+MIPLDISCOVER'],
] as const)('with %j the platform begins with %s', async (options, first) => {
  const { ready } = runSim('--baud', '0', '--radio-speed', '1000000', ...options);
  const host = hostAt((await ready())['tcp']);
  host.say('AT+MIPLCREATE\rAT+MIPLADDOBJ=0,3303,1,"1",6,1\rAT+MIPLOPEN=0,3600,30\r');
  await expect.poll(() => /\+MIPL(?:DISCOVER|OBSERVE)/.exec(host.heard())?.[0]).toBe(first);
});
