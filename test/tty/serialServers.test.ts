import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { DeviceState } from '../../shared/state.ts';
import { freePort } from './freePort.ts';
import { Mipl } from './mipl.ts';
import type { Ready, RunEvent } from './mipl.ts';
import { isInstalled } from './otherProgram.ts';
import { Ser2net } from './ser2net.ts';
import type { ServedPort } from './ser2net.ts';
import { device, site } from './site.ts';
import { baudRate, untilOnline, untilState } from './wire.ts';

/** Another client, as the technician's colleague has it open. */
async function client(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  onTestFinished(() => void socket.destroy());
  return socket;
}

const readOf = async ({ http, imei }: Ready): Promise<string> =>
  (await fetch(`${http}/nbiot?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5700`)).text();

describe('a serial server that opens its device only after it has accepted', () => {
  it.each(['tcp', 'telnet'])('ends mipl run with 2 and its sentence over %s://, be it late', async (scheme) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      if (scheme === 'telnet') socket.write(Buffer.from([255, 253, 3, 255, 251, 3, 255, 253, 0, 255, 251, 0]));
      setTimeout(() => socket.end('Device open failure: Value or file not found\r\n'), 1200);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const run = new Mipl(['run', '--port', address, '--for', '30']);
    expect(await run.exit).toBe(2);
    expect(run.errors).toContain(
      `mipl run: PORT_FAILED: ${address}: the server says “Device open failure: Value or file not found”`,
    );
  });
});

describe('a serial server that asks for a login', () => {
  it.each(['tcp', 'telnet', 'rfc2217'])(
    'is told by mipl detect and mipl run over %s://, with what to do',
    async (scheme) => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.write('\r\nlogin: ');
        socket.on('data', (bytes) => bytes.includes(13) && socket.write('\r\nPassword: '));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      const port = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const found = new Mipl(['detect', '--port', port]);
      expect(await found.exit).toBe(1);
      expect(found.lines.join()).toMatch(
        /PORT_LOGIN .*the server asks “.*: have the server serve this port without a login/,
      );
      const run = new Mipl(['run', '--port', port, '--for', '20']);
      expect(await run.exit).toBe(2);
      expect(run.errors).toMatch(/PORT_LOGIN: .*the server asks “.*\nhave the server serve this port without a login/);
    },
  );
});

describe.skipIf(!isInstalled('ser2net'))('ser2net', () => {
  it.each([
    ['tcp', undefined],
    ['telnet', 'telnet'],
    ['telnet', 'telnet(rfc2217)'],
    ['rfc2217', 'telnet(rfc2217)'],
  ])('brings a module online over %s:// where its port is %s', async (scheme, layers) => {
    const { cable, ready, address } = await site(layers === undefined ? {} : { layers });
    const tool = await device(cable);
    await tool.openPort(address(scheme), baudRate);
    await untilOnline(tool);
    expect(await readOf(ready)).toContain('"val":20.123');
    expect(tool.state.state.connection.port).toEqual({ path: address(scheme), kind: scheme });
  });

  it('says that the port is in use, and mipl run ends with 2 and that sentence', async () => {
    const { ports, address } = await site({}, { layers: 'telnet(rfc2217)' });
    await client(ports[0]?.port ?? 0);
    for (const [index, scheme, sentence] of [
      [0, 'tcp', 'Port already in use'],
      [1, 'telnet', "Port's device already in use"],
      [1, 'rfc2217', "Port's device already in use"],
    ] as const) {
      const run = new Mipl(['run', '--port', address(scheme, index), '--for', '20']);
      expect(await run.exit).toBe(2);
      expect(run.errors).toContain(`mipl run: PORT_BUSY: ${address(scheme, index)}: the server says “${sentence}”`);
    }
  });

  it('says that its device is not there, and mipl run ends with 2 and that sentence', async () => {
    const port = await freePort();
    const server = await Ser2net.started([{ port, device: '/dev/there-is-no-such-port' }]);
    onTestFinished(() => server.close());
    const run = new Mipl(['run', '--port', `tcp://127.0.0.1:${port}`, '--for', '20']);
    expect(await run.exit).toBe(2);
    expect(run.errors).toMatch(/PORT_FAILED: .* the server says “Device open failure: Value or file not found”/);
  });

  it('is asked again after growing pauses while its port is in use, and had again when it is free', async () => {
    const { cable, ports, server, address } = await site({});
    const tool = await device(cable);
    await tool.openPort(address('tcp'), baudRate);
    await untilOnline(tool);
    await server.stop();
    await untilState(tool, 'the loss', ({ connection }) => connection.phase === 'waiting');
    // The colleague is faster than the tool.
    const [{ port }] = ports as [ServedPort];
    let colleague: Socket | undefined;
    const trying = setInterval(() => {
      if (colleague && !colleague.destroyed) return;
      colleague = connect(port, '127.0.0.1').on('error', () => colleague?.destroy());
    }, 2);
    onTestFinished(() => clearInterval(trying));
    // Where the tool was faster all the same, both try again.
    let wins = 0;
    const settled = ({ connection }: DeviceState): boolean =>
      connection.fault?.code === 'PORT_BUSY' || connection.phase === 'ready';
    let state: DeviceState;
    for (;;) {
      await server.start(ports);
      state = await untilState(tool, 'one of them has it', settled);
      if (state.connection.phase !== 'ready') break;
      expect(++wins).toBeLessThan(5);
      await server.stop();
      await untilState(tool, 'the loss again', ({ connection }) => connection.phase === 'waiting');
    }
    clearInterval(trying);
    expect(state.connection).toMatchObject({
      phase: 'waiting',
      fault: { message: `${address('tcp')}: the server says “Port already in use”` },
    });
    colleague?.destroy();
    await untilOnline(tool);
    // It never seemed to be back while it was not.
    expect(tool.log.read(0, 50_000).filter(({ text }) => text === 'The port is back.')).toHaveLength(1 + wins);
  });

  it('with telnet on a tcp:// port is recognised, and the address that is right is named', async () => {
    const { address } = await site({ layers: 'telnet(rfc2217)' });
    const run = new Mipl(['run', '--port', address('tcp')]);
    onTestFinished(async () => void (await run.stop()));
    await run.event<RunEvent>(({ event, value }) => event === 'connection' && value.phase === 'probing');
    await vi.waitFor(() => expect(run.errors).toContain(`open it as ${address('telnet')}`), { timeout: 10_000 });
  });

  it('with a raw port or without RFC 2217 is told apart, and the address that would do is named', async () => {
    const { address } = await site({}, { layers: 'telnet' });
    const raw = new Mipl(['run', '--port', address('telnet', 0), '--for', '20']);
    expect(await raw.exit).toBe(2);
    expect(raw.errors).toMatch(/PORT_FAILED: .*no answer in telnet within 5000 ms; if it is a raw port, use tcp:\/\//);
    const plain = new Mipl(['run', '--port', address('rfc2217', 1), '--for', '20']);
    expect(await plain.exit).toBe(2);
    expect(plain.errors).toMatch(/PORT_FAILED: .*refuses RFC 2217; use telnet:\/\//);
  });
});
