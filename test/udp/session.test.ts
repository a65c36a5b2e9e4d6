import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Application } from '../../main/program/application.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { openSimulator } from '../../main/sim/simulator.ts';
import { nobodysDesktop, served } from '../program/served.ts';

/** The device as the window sees it: requests of the contract in, state out. */
async function start() {
  const journalDirectory = mkdtempSync(path.join(tmpdir(), 'mipl-udp-'));
  onTestFinished(() => rmSync(journalDirectory, { recursive: true, force: true, maxRetries: 3 }));
  const application = await Application.start({
    version: '1.2.3',
    systemLanguage: 'en',
    model: defaultModel,
    journalDirectory,
    settings: { registerOnConnect: false },
    // Nothing waits for a radio or a slow line.
    session: { openLink: () => openSimulator({ profile: 'm5310-seed', baudRate: 0, radioSpeed: Infinity }) },
  });
  const device = application.openDevice();
  onTestFinished(() => application.close());
  const notHere = (): Promise<never> => Promise.reject(new Error('There is no desktop'));
  const desktop = {
    ...nobodysDesktop,
  };
  const handlers = served(device, application, desktop, notHere);
  const state = () => device.state.state;
  return { device, handlers, state };
}

async function startConnected() {
  const started = await start();
  await started.device.openPort('sim:m5310-seed', 115_200);
  await expect.poll(() => started.state().stages.network.status, { timeout: 10_000 }).toBe('done');
  const [address = '', port = ''] = started.state().simulator?.echo.split(':') ?? [];
  return { ...started, echo: { address, port: Number(port) } };
}

test('a datagram goes to the echo server of the virtual module and comes back into the state', async () => {
  const { handlers, state, echo } = await startConnected();
  const { socket } = await handlers.openUdpSocket({ port: 0, report: 1 });
  const { id } = await handlers.sendUdp({ socket, ...echo, format: 'text', payload: '温度 20.1', sequence: 7 });
  expect(state().datagrams[id]).toMatchObject({ direction: 'out', text: '温度 20.1', length: 11, sequence: 7 });
  const answers = () => Object.values(state().datagrams).filter(({ direction }) => direction === 'in');
  await expect.poll(() => answers().length).toBe(1);
  expect(answers()[0]?.text).toMatch(/^\[127\.0\.0\.1:\d+\]温度 20\.1$/);
  expect(state().udp.sockets).toMatchObject([{ number: 0, sentCount: 1, receivedCount: 1, waitingBytes: 0 }]);
  await expect.poll(() => state().datagrams[id]?.status).toBe('sent');
  await handlers.closeUdpSocket({ socket });
  expect(state().udp.sockets[0]?.ended?.why).toBe('closed');
});

test('an echo test runs through the contract, can be stopped, and ends with the connection', async () => {
  const { device, handlers, state, echo } = await startConnected();
  const { socket } = await handlers.openUdpSocket({ port: 0, report: 1 });
  const options = { socket, ...echo, count: 3, intervalMs: 0, size: 32, timeoutMs: 5000 };
  handlers.startEcho(options);
  await expect.poll(() => state().udp.echo.phase, { timeout: 10_000 }).toBe('done');
  expect(state().udp.echo.figures).toMatchObject({ sent: 3, answered: 3, lost: 0 });
  handlers.startEcho({ ...options, intervalMs: 60_000 });
  handlers.stopEcho();
  expect(state().udp.echo.phase).toBe('stopped');
  await expect.poll(() => state().udp.echo.figures.sent).toBeLessThanOrEqual(1);
  handlers.startEcho({ ...options, intervalMs: 60_000 });
  await device.closePort();
  expect(state().udp.echo).toMatchObject({ phase: 'failed', fault: { code: 'PORT_NOT_OPEN' } });
  expect(state().udp.sockets[0]?.ended?.why).toBe('disconnected');
});

test('datagrams of an earlier connection stay, under their own ids', async () => {
  const { device, handlers, state, echo } = await startConnected();
  const { socket } = await handlers.openUdpSocket({ port: 0, report: 1 });
  const first = await handlers.sendUdp({ socket, ...echo, format: 'hex', payload: '41' });
  await device.openPort('sim:m5310-seed', 115_200);
  await expect.poll(() => state().stages.network.status, { timeout: 10_000 }).toBe('done');
  expect(state().udp.sockets[0]?.ended?.why).toBe('disconnected');
  await handlers.openUdpSocket({ port: 0, report: 1 });
  const second = await handlers.sendUdp({ socket, ...echo, format: 'hex', payload: '42' });
  expect(Number(second.id)).toBeGreaterThan(Number(first.id));
  expect(state().datagrams[first.id]?.text).toBe('A');
  expect(state().udp.sockets[0]?.ended).toBeUndefined();
});

describe('what the window may not ask', () => {
  test('without a port', async () => {
    const { handlers } = await start();
    const port = { code: 'PORT_NOT_OPEN' };
    await expect(handlers.openUdpSocket({ port: 0, report: 1 })).rejects.toMatchObject(port);
    await expect(handlers.readUdp({ socket: 0 })).rejects.toMatchObject(port);
    expect(() => handlers.stopEcho()).toThrowError(expect.objectContaining(port));
  });

  const good = { socket: 0, address: '10.0.0.1', port: 7, format: 'hex', payload: '41' };
  const echo = { socket: 0, address: '10.0.0.1', port: 7, count: 1, intervalMs: 0, size: 16, timeoutMs: 1000 };
  test.each([
    ['openUdpSocket', { port: 65_536, report: 1 }],
    ['openUdpSocket', { port: 0, report: 3 }],
    ['openUdpSocket', undefined],
    ['closeUdpSocket', { socket: 7 }],
    ['closeUdpSocket', { socket: '0' }],
    ['readUdp', { socket: -1 }],
    ['setUdpReportMode', { mode: 4 }],
    ['sendUdp', { ...good, socket: 0.5 }],
    ['sendUdp', { ...good, address: '10.0.0.1,7,1,41\r\nAT+NRB' }],
    ['sendUdp', { ...good, address: 'example.org' }],
    ['sendUdp', { ...good, port: 0 }],
    ['sendUdp', { ...good, format: 'octal' }],
    ['sendUdp', { ...good, payload: '4' }],
    ['sendUdp', { ...good, payload: 'x'.repeat(10_000) }],
    ['sendUdp', { ...good, flag: '0x800' }],
    ['sendUdp', { ...good, sequence: 256 }],
    ['sendUdp', { ...good, sequence: 0 }],
    ['sendUdp', { ...good, more: 1 }],
    ['startEcho', { ...echo, count: 0 }],
    ['startEcho', { ...echo, count: 1001 }],
    ['startEcho', { ...echo, intervalMs: -1 }],
    ['startEcho', { ...echo, size: 15 }],
    ['startEcho', { ...echo, timeoutMs: Infinity }],
    ['startEcho', { ...echo, address: '' }],
  ] as const)('%s with argument %#', async (name, argument) => {
    const { handlers } = await start();
    const handler = handlers[name] as (argument: unknown) => unknown;
    await expect((async () => handler(argument))()).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });
});
