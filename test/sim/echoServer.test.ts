import { createSocket } from 'node:dgram';
import { expect, onTestFinished, test } from 'vitest';
import { openEchoServer } from '../../main/sim/echoServer.ts';
import type { EchoServerOptions } from '../../main/sim/echoServer.ts';
import { Arrivals } from './host.ts';

async function start(options: EchoServerOptions = {}) {
  const server = await openEchoServer(options);
  onTestFinished(() => server.close());
  const socket = createSocket('udp4');
  const answers = new Arrivals<string>();
  socket.on('message', (bytes) => answers.push(bytes.toString()));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  const send = (text: string): void => void socket.send(text, server.port, '127.0.0.1');
  return { server, answers, send, ownPort: socket.address().port };
}

test('answers as the test server of the document does', async () => {
  const { server, answers, send, ownPort } = await start();
  send('0123456789');
  expect(await answers.next('the answer')).toBe(`[127.0.0.1:${ownPort}]0123456789`);
  expect(server).toMatchObject({ address: `127.0.0.1:${server.port}`, received: 1 });
});

test('answers with the payload alone where it is plain', async () => {
  const { answers, send } = await start({ isPlain: true });
  send('Hi');
  expect(await answers.next('the answer')).toBe('Hi');
});

test('loses, doubles and delays what it is told to', async () => {
  const fates = [{ copies: 0 }, { delayMs: 60 }, { copies: 2 }];
  const { answers, send } = await start({ isPlain: true, fate: (index) => fates[index] ?? {} });
  for (const text of ['lost', 'late', 'twice']) send(text);
  for (const text of ['twice', 'twice', 'late']) expect(await answers.next(text)).toBe(text);
});

test('closes while an answer waits', async () => {
  const { server, answers, send } = await start({ fate: () => ({ delayMs: 60_000 }) });
  send('Hi');
  await expect.poll(() => server.received).toBe(1);
  await server.close();
  await server.close();
  expect(answers.left).toEqual([]);
});
