import { Buffer } from 'node:buffer';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { NetworkAddress } from '../../shared/networkAddress.ts';
import { openTcp } from '../../main/transport/tcpLink.ts';

let server: Server | undefined;
const sockets: Socket[] = [];

/** A server on a free port; what it does with a connection is the test's. */
async function serve(onConnection: (socket: Socket) => void, host = '127.0.0.1'): Promise<number> {
  const listening = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, host, resolve));
  return (listening.address() as AddressInfo).port;
}

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
  server = undefined;
});

const at = (port: number, host = '127.0.0.1'): NetworkAddress => ({ scheme: 'tcp', host, port });

describe('openTcp', () => {
  const options = { connectTimeoutMs: 2000 };

  it('carries bytes both ways', async () => {
    const port = await serve((socket) => socket.pipe(socket));
    const link = await openTcp(at(port), options);
    const heard = new Promise<string>((resolve) => {
      link.onData = (bytes) => resolve(Buffer.from(bytes).toString());
    });
    await link.write(Buffer.from('AT\r\n'));
    expect(await heard).toBe('AT\r\n');
    await link.close();
  });

  it('rejects with PORT_NOT_FOUND when nobody listens', async () => {
    const port = await serve(() => undefined);
    await new Promise((resolve) => server?.close(resolve));
    await expect(openTcp(at(port), options)).rejects.toMatchObject({
      code: 'PORT_NOT_FOUND',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it('rejects with PORT_NOT_FOUND when nobody answers in time', async () => {
    // TEST-NET-1, RFC 5737: nobody is there, or the system says at once that there is no way to it.
    await expect(openTcp(at(9, '192.0.2.1'), { connectTimeoutMs: 20 })).rejects.toMatchObject({
      code: 'PORT_NOT_FOUND',
    });
  });

  it('carries the text of every address behind a name', async () => {
    const port = await serve(() => undefined);
    await new Promise((resolve) => server?.close(resolve));
    await expect(openTcp(at(port, 'localhost'), options)).rejects.toMatchObject({
      code: 'PORT_NOT_FOUND',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it('tells PORT_LOST when the far end closes', async () => {
    const port = await serve((socket) => socket.end('bye'));
    const link = await openTcp(at(port), options);
    const heard: string[] = [];
    link.onData = (bytes) => heard.push(Buffer.from(bytes).toString());
    const reason = await new Promise<Error | undefined>((resolve) => {
      link.onClose = resolve;
    });
    expect(heard).toEqual(['bye']);
    expect(reason).toMatchObject({ code: 'PORT_LOST' });
    await expect(link.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'PORT_NOT_OPEN' });
  });

  it('tells PORT_LOST with the text of the system when the connection breaks', async () => {
    const port = await serve((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const link = await openTcp(at(port), options);
    const lost = new Promise<Error | undefined>((resolve) => {
      link.onClose = resolve;
    });
    await link.write(Buffer.from('x'));
    const reason = await lost;
    expect(reason).toMatchObject({ code: 'PORT_LOST', message: expect.stringContaining('ECONNRESET') as string });
  });

  it('closes from our side without reason', async () => {
    const port = await serve((socket) => socket.resume());
    const link = await openTcp(at(port), options);
    const heard: unknown[][] = [];
    link.onClose = (...reason) => heard.push(reason);
    await link.close();
    expect(heard).toEqual([[]]);
  });

  it('lets what was written go out before it closes', async () => {
    let heard = '';
    const done = new Promise<void>((resolve) => {
      void serve((socket) => socket.on('data', (bytes) => (heard += bytes.toString())).on('end', resolve)).then(
        async (port) => {
          const link = await openTcp(at(port), options);
          void link.write(Buffer.from('last words'));
          await link.close();
        },
      );
    });
    await done;
    expect(heard).toBe('last words');
  });

  it('can be closed after it was lost', async () => {
    const port = await serve((socket) => socket.destroy());
    const link = await openTcp(at(port), options);
    await new Promise((resolve) => {
      link.onClose = resolve;
    });
    await expect(link.close()).resolves.toBeUndefined();
  });
});
