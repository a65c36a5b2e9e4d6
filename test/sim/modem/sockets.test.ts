import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ProfileName } from '../../../main/sim/profile.ts';
import { profiles } from '../../../main/sim/profiles.ts';
import { startBooted } from '../moduleAndServer.ts';

/** A module with a network, its echo off. */
async function attached(name: ProfileName) {
  const { host } = await startBooted({ profile: { ...profiles[name], echo: false } });
  await expect.poll(async () => (await host.ask('AT+CEREG?')).join()).toMatch(/\+CEREG: ?0,1/);
  await host.must('AT+CMEE=1');
  return host;
}

async function datagramEcho(): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, { address, port }) => socket.send(bytes, port, address));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return socket.address().port;
}

/** Sends back what comes; `hangUp` ends all connections. */
async function streamEcho(): Promise<{ port: number; hangUp: () => void }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hangUp = (): void => open.forEach((socket) => void socket.destroy());
  onTestFinished(() => {
    hangUp();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { port: (server.address() as AddressInfo).port, hangUp };
}

test('an M5311 opens a UDP socket, sends hex and text, and shows what comes back, with its sender where asked', async () => {
  const host = await attached('m5311');
  const port = await datagramEcho();
  await host.must('AT+IPRCFG=1,0,1');
  await host.must(`AT+IPSTART=0,"UDP",127.0.0.1,${port}`);
  expect(await host.must(`AT+IPSEND=0,3,414243,127.0.0.1,${port}`)).toEqual(['+IPSEND: 0,3']);
  expect(await host.urc('+IPRD')).toBe('+IPRD: 0,3,414243');
  await host.must('AT+IPRCFG=1,2,1');
  expect(await host.must(`AT+IPSEND=0,0,"hi","127.0.0.1",${port},1`)).toEqual(['+IPSEND: 0,2']);
  expect(await host.urc('+IPRD')).toBe(`+IPRD: 0,"127.0.0.1",${port},2,6869`);
  expect(await host.ask(`AT+IPSTART=0,"UDP",127.0.0.1,${port}`)).toEqual(['+CME ERROR: 3']);
  await host.must('AT+IPCLOSE=0');
  expect(await host.ask('AT+IPCLOSE=0')).toEqual(['+CME ERROR: 3']);
});

test('an M5311 connects over TCP, is told CONNECT OK, and +IPCLOSE when the far end hangs up', async () => {
  const host = await attached('m5311');
  const { port, hangUp } = await streamEcho();
  await host.must(`AT+IPSTART=1,"TCP","127.0.0.1",${port}`);
  await host.urc('CONNECT OK');
  expect(await host.must('AT+IPSEND=1,2,4142')).toEqual(['+IPSEND: 1,2']);
  expect(await host.urc('+IPRD')).toBe('+IPRD: 1,2,4142');
  hangUp();
  expect(await host.urc('+IPCLOSE')).toBe('+IPCLOSE: 1');
  await host.must('AT+IPSTART=1,"TCP","192.0.2.1",9');
  await host.urc('CONNECT FAIL');
});

test('an ME3616 does the same with ESOC, in its own spelling', async () => {
  const host = await attached('me3616');
  const port = await datagramEcho();
  expect(await host.must('AT+ESOC=1,2,1')).toEqual(['+ESOC=0']);
  await host.must(`AT+ESOCON=0,${port},"127.0.0.1"`);
  await host.must('AT+ESOSEND=0,3,414243');
  expect(await host.urc('+ESONMI')).toBe('+ESONMI=0,3,414243');
  expect(await host.ask('AT+ESOSEND=0,3,41')).toEqual(['+CME ERROR: 50']);
  const tcp = await streamEcho();
  expect(await host.must('AT+ESOC=1,1,1')).toEqual(['+ESOC=1']);
  await host.must(`AT+ESOCON=1,${tcp.port},"127.0.0.1"`);
  await host.must('AT+ESOSEND=1,1,5A');
  expect(await host.urc('+ESONMI')).toBe('+ESONMI=1,1,5A');
  tcp.hangUp();
  await host.urc('+ESOERR=1,-1');
  await host.must('AT+ESOCL=0');
  expect(await host.must('AT+EDNS="www.example.com"')).toEqual([expect.stringMatching(/^IPV4:198\.18\./)]);
});

test.each(['m5310a', 'bc28'] as const)(
  'an %s has TCP sockets: NSOCR=STREAM, NSOCO, NSOSD, NSORF, NSOCL',
  async (name) => {
    const host = await attached(name);
    const { port, hangUp } = await streamEcho();
    expect(await host.must('AT+NSOCR=STREAM,6,0,1')).toEqual(['0']);
    expect((await host.ask('AT+NSOSD=0,2,4142')).at(-1)).toBe('+CME ERROR: 3');
    await host.must(`AT+NSOCO=0,127.0.0.1,${port}`);
    if (name === 'm5310a') await host.urc('CONNECT OK');
    expect(await host.must('AT+NSOSD=0,2,4142')).toEqual(['0,2']);
    expect(await host.urc('+NSONMI')).toBe('+NSONMI:0,2');
    expect(await host.must('AT+NSORF=0,100')).toEqual([`0,127.0.0.1,${port},2,4142,0`]);
    hangUp();
    expect(await host.urc('+NSOCLI')).toBe('+NSOCLI:0');
    await host.must('AT+NSOCL=0');
    expect(await host.must('AT+NSOCR="STREAM",6,0,1')).toEqual(['0']);
    const answer = await host.ask('AT+NSOCO=0,192.0.2.1,9');
    if (name === 'm5310a') await host.urc('CONNECT FAIL');
    else expect(answer).toEqual(['+CME ERROR: 3']);
  },
);
