import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { afterEach, describe, expect, it } from 'vitest';
import type coapLibrary from 'coap';
import { requestWhole } from '../../../main/sim/coap/block.ts';
import { CoapEndpoint } from '../../../main/sim/coap/endpoint.ts';
import type { CoapPeer } from '../../../main/sim/coap/transmission.ts';
import type { CoapMessage } from '../../../main/sim/coap/message.ts';
import {
  decodeText,
  encodeText,
  observe,
  observeOption,
  uriPathOptions,
  uriQuery,
} from '../../../main/sim/coap/options.ts';

// Another implementation at the other end of the wire, in what it is known to do right.
const coap = createRequire(import.meta.url)('coap') as typeof coapLibrary;
const open: { close: () => unknown }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function openEndpoint(): Promise<CoapEndpoint> {
  const endpoint = await CoapEndpoint.open({ host: '127.0.0.1', port: 0 });
  open.push(endpoint);
  return endpoint;
}

type Handler = (request: coapLibrary.IncomingMessage, response: coapLibrary.OutgoingMessage) => void;

async function serve(handler: Handler): Promise<CoapPeer> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const server = coap.createServer(handler as never);
  await new Promise<void>((resolve) => server.listen(socket, () => resolve()));
  open.push(server);
  const { address, port } = socket.address();
  return { host: address, port };
}

describe('a foreign CoAP server', () => {
  it('answers our request', async () => {
    const peer = await serve((request, response) => response.end(`you asked ${request.method} ${request.url}`));
    const client = await openEndpoint();
    const answer = await client.request(peer, { code: '0.01', options: uriPathOptions('/3303/0') });
    expect([answer.code, decodeText(answer.payload)]).toEqual(['2.05', 'you asked GET /3303/0']);
  });

  it('gives us a long answer in blocks', async () => {
    const text = Array.from({ length: 700 }, (_, index) => index).join();
    const peer = await serve((_request, response) => response.end(text));
    const client = await openEndpoint();
    const answer = await requestWhole((one, limits) => client.request(peer, one, limits), { code: '0.01' }, {});
    expect(decodeText(answer.payload)).toBe(text);
  });

  it('notifies us', async () => {
    const peer = await serve((_request, response) => {
      const stream = response as unknown as { write: (text: string) => void };
      stream.write('first');
      setImmediate(() => stream.write('second'));
    });
    const client = await openEndpoint();
    const notified: CoapMessage[] = [];
    client.onNotification = (message) => notified.push(message) > 0;
    const first = await client.request(peer, { code: '0.01', options: [observeOption(0)] });
    await expect.poll(() => notified.map(({ payload }) => decodeText(payload))).toEqual(['second']);
    expect([decodeText(first.payload), observe(notified[0]!)! > observe(first)!]).toEqual(['first', true]);
  });
});

describe('a foreign CoAP client', () => {
  const ask = (port: number, change: object): Promise<{ code: string; payload: Buffer }> =>
    new Promise((resolve, reject) => {
      const request = coap.request({ hostname: '127.0.0.1', port, ...change });
      request.on('response', resolve as never);
      request.on('error', reject);
      request.end();
    });

  it('gets our piggybacked response', async () => {
    const server = await openEndpoint();
    server.onRequest = (request) => ({ code: '2.01', payload: encodeText(uriQuery(request).join()) });
    const answer = await ask(server.address.port, { method: 'POST', pathname: '/rd', query: 'ep=a;b&lt=60' });
    expect([answer.code, answer.payload.toString()]).toEqual(['2.01', 'ep=a;b,lt=60']);
  });

  it('gets our separate response', async () => {
    const server = await CoapEndpoint.open({ host: '127.0.0.1', port: 0, emptyAckAfterMs: 0 });
    open.push(server);
    let acknowledged: (() => void) | undefined;
    const emptyAck = new Promise<void>((resolve) => (acknowledged = resolve));
    server.onDatagram = (direction) => {
      if (direction === 'out') acknowledged?.();
    };
    server.onRequest = async () => {
      await emptyAck;
      return { code: '2.05', payload: encodeText('later') };
    };
    expect((await ask(server.address.port, { pathname: '/slow' })).payload.toString()).toBe('later');
  });
});
