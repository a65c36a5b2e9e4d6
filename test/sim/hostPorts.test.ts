import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { faultOfText } from '../../main/sim/faults.ts';
import { HostPorts } from '../../main/sim/hostPorts.ts';
import type { LineWatcher } from '../../main/transport/link.ts';
import { loopback } from '../../main/transport/loopback.ts';
import { Host } from './host.ts';
import { startModule } from './moduleAndServer.ts';

async function startServed(options = {}) {
  const { module, host } = await startModule(options);
  await host.urc('OK');
  const ports = new HostPorts(module.link);
  const port = await ports.listen('127.0.0.1', 0);
  onTestFinished(() => port.close());
  return { module, ports, port };
}

async function call(address: string): Promise<{ socket: Socket; received: () => string; ended: Promise<void> }> {
  const [host = '', port = ''] = address.split(':');
  const socket = connect({ host, port: Number(port) });
  let text = '';
  socket.on('data', (bytes) => (text += bytes.toString()));
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  onTestFinished(() => void socket.destroy());
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return { socket, received: () => text, ended };
}

test('a TCP connection carries the raw byte stream', async () => {
  const { port } = await startServed();
  const { socket, received } = await call(port.address);
  socket.write('AT+CG');
  socket.write('MM\r');
  await expect.poll(received).toBe('\r\nM5310\r\n\r\nOK\r\n');
});

test('the module lives on between two connections', async () => {
  const { port } = await startServed();
  const first = await call(port.address);
  first.socket.write('AT+MIPLCREATE\r\n');
  await expect.poll(first.received).toContain('OK');
  first.socket.destroy();
  await first.ended;
  const second = await call(port.address);
  second.socket.write('AT+MIPLCREATE\r\n');
  await expect.poll(second.received).toContain('+CIS ERROR:602');
});

test('a second connection is hung up on while the first goes on', async () => {
  const { port } = await startServed();
  const first = await call(port.address);
  const second = await call(port.address);
  await second.ended;
  first.socket.write('AT\r\n');
  await expect.poll(first.received).toContain('OK');
});

test('a module whose cable is pulled hangs up', async () => {
  const { port } = await startServed({ faults: [faultOfText('unplug-after=1')] });
  const { socket, ended } = await call(port.address);
  socket.write('AT\r\n');
  await ended;
});

test('another link can be joined to the module', async () => {
  const { ports } = await startServed();
  const [near, far] = loopback();
  const port = ports.join(far, '/dev/ttyX');
  const host = new Host(near);
  expect(port.address).toBe('/dev/ttyX');
  expect(await host.ask('AT+CGMM')).toEqual(['M5310', 'OK']);
  await port.close();
});

test('a tty tells what its host does with its lines, crossed by the cable', async () => {
  const { module } = await startModule();
  const moved: string[] = [];
  const onLine = (line: string, isUp: boolean): unknown => moved.push(`${line} ${isUp}`);
  const ports = new HostPorts(module.link, { baudRate: 9600, onLine });
  const [, far] = loopback();
  let watcher: LineWatcher | undefined;
  const line = {
    set: () => Promise.resolve(),
    watch: (given: LineWatcher) => {
      watcher = given;
      return { stop: () => undefined };
    },
  };
  const port = ports.join(Object.assign(far, { line }), '/dev/ttyS0');
  const lines = { cts: true, dsr: true, dcd: true, ri: false };
  watcher?.onLines(lines);
  watcher?.onLines({ ...lines, dsr: false });
  watcher?.onReturn(['dsr']);
  watcher?.onLines({ ...lines, cts: false });
  expect(moved).toEqual(['dtr false', 'dtr true', 'rts false']);
  await port.close();
});

test('a port that is taken is refused', async () => {
  const { ports, port } = await startServed();
  const [host = '', number = ''] = port.address.split(':');
  await expect(ports.listen(host, Number(number))).rejects.toThrow('EADDRINUSE');
});
