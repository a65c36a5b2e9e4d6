import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { chmodSync, existsSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openSerial } from '../../main/transport/serialLink.ts';
import { Cable } from '../tty/cable.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { ask, good, part, stateOf, until } from './screen.ts';

/** The address of a server of this machine; what it does with a client is the test's. */
async function serve(onClient: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onClient(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A telnet server with a module that says OK to every line. */
function telnetModule(socket: Socket): void {
  // WILL and DO for binary and suppress go ahead: the very answers to what a client asks.
  socket.write(Buffer.from([255, 251, 3, 255, 253, 3, 255, 251, 0, 255, 253, 0]));
  socket.on('data', (bytes) => {
    const lines = bytes.toString('latin1').match(/AT[^\r\n]*[\r\n]/g) ?? [];
    for (let line = 0; line < lines.length; line++) socket.write('\r\nOK\r\n');
  });
}

async function start(): Promise<StartedElectron> {
  const started = await startElectron({});
  onTestFinished(started.close);
  return started;
}

it('where tcp:// meets telnet, the window says so and opens the right address at a press', async () => {
  const host = await serve(telnetModule);
  const { page, complaints } = await start();
  good(await ask(page, 'openPort', { path: `tcp://${host}`, baudRate: 9600 }));
  await part(page, 'notice-suggestion').waitFor();
  expect(await part(page, 'notice-suggestion').textContent()).toContain(`telnet://${host}`);
  await part(page, 'open-suggested').click();
  await until(async () => (await stateOf(page)).connection).toMatchObject({
    phase: 'ready',
    port: { path: `telnet://${host}`, kind: 'telnet' },
  });
  await until(() => part(page, 'notice-suggestion').count()).toBe(0);
  expect(complaints).toEqual([]);
});

it('shows the sentence of a server that has no room, and no way round it', async () => {
  const host = await serve((socket) => socket.end('Port already in use <b>\r\n'));
  const { page, complaints } = await start();
  expect(await ask(page, 'openPort', { path: `telnet://${host}`, baudRate: 9600 })).toMatchObject({
    ok: false,
    error: { code: 'PORT_BUSY' },
  });
  await part(page, 'notice-PORT_BUSY').waitFor();
  expect(await part(page, 'notice-PORT_BUSY').textContent()).toContain('Port already in use <b>');
  expect((await stateOf(page)).connection.phase).toBe('closed');
  expect(complaints).toEqual([]);
});

it.runIf(process.platform === 'linux')('has a serial port to itself, and leaves nothing locked behind', async () => {
  const cable = await Cable.plugged();
  onTestFinished(() => cable.close());
  const module = await openSerial(cable.far, { baudRate: 115_200 });
  onTestFinished(() => module.close());
  module.onData = () => void module.write(Buffer.from('\r\nOK\r\n'));
  const device = realpathSync(cable.near);
  // The window runs as an ordinary user.
  chmodSync(device, 0o666);
  const { page, complaints } = await start();
  good(await ask(page, 'openPort', { path: device, baudRate: 115_200 }));
  await until(async () => (await stateOf(page)).connection.phase).toBe('ready');
  const lock = path.join('/run/lock', `LCK..${path.basename(device)}`);
  expect(existsSync(lock)).toBe(true);
  await expect(openSerial(device, { baudRate: 115_200 })).rejects.toMatchObject({
    code: 'PORT_BUSY',
    holder: expect.stringMatching(/\(\d+\)$/) as string,
  });
  good(await ask(page, 'closePort'));
  expect(existsSync(lock)).toBe(false);
  const link = await openSerial(device, { baudRate: 115_200 });
  await link.close();
  expect(complaints).toEqual([]);
});
