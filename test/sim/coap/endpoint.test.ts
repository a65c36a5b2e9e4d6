import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { resolvePeer } from '../../../main/sim/coap/airSocket.ts';
import { CoapEndpoint, type CoapEndpointOptions } from '../../../main/sim/coap/endpoint.ts';
import { CoapError } from '../../../main/sim/coap/exchange.ts';
import { decodeMessage, emptyMessage, encodeMessage, type CoapMessage } from '../../../main/sim/coap/message.ts';
import {
  contentFormatOption,
  encodeText,
  decodeText,
  observe,
  observeOption,
  uriPath,
  uriPathOptions,
  uriQueryOptions,
} from '../../../main/sim/coap/options.ts';
import type { CoapPeer } from '../../../main/sim/coap/transmission.ts';
import { bytesOfHex, goldenDatagrams, hexOfBytes } from '../../golden.ts';

const fast = { ackTimeoutMs: 20, ackRandomFactor: 1, maxRetransmit: 2 };
const open: { close: () => unknown }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function openEndpoint(options: Partial<CoapEndpointOptions> = {}): Promise<CoapEndpoint> {
  const endpoint = await CoapEndpoint.open({ host: '127.0.0.1', port: 0, transmission: fast, ...options });
  open.push(endpoint);
  return endpoint;
}

/** One that repeats nothing while the test answers, however busy the machine is: with the times of RFC 7252 §4.8. */
const openPatient = (): Promise<CoapEndpoint> => openEndpoint({ transmission: {} });

/** A peer without any protocol of its own: sends bytes, hands out what arrives, one by one. */
async function openBare() {
  const socket = createSocket('udp4');
  const arrived: Uint8Array[] = [];
  const waiting: ((bytes: Uint8Array) => void)[] = [];
  socket.on('message', (bytes) => {
    const waiter = waiting.shift();
    if (waiter) waiter(bytes);
    else arrived.push(bytes);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  open.push(socket);
  const { address, port } = socket.address();
  return {
    peer: { host: address, port },
    arrived,
    send: (message: CoapMessage | Uint8Array, to: CoapPeer): void =>
      socket.send(message instanceof Uint8Array ? message : encodeMessage(message), to.port, to.host),
    next: async (): Promise<CoapMessage> =>
      decodeMessage(arrived.shift() ?? (await new Promise<Uint8Array>((resolve) => waiting.push(resolve)))),
  };
}

const request = (change: Partial<CoapMessage> = {}): CoapMessage => ({
  ...emptyMessage('CON', 7),
  code: '0.01',
  token: bytesOfHex('aa'),
  options: uriPathOptions('/3303/0/5700'),
  ...change,
});

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof CoapError ? error.code : error),
  );

describe('CoAP endpoint as client', () => {
  it('gets the piggybacked response of a server', async () => {
    const [client, server] = [await openPatient(), await openEndpoint()];
    server.onRequest = (message) => ({ code: '2.05', payload: encodeText(uriPath(message).join()) });
    const response = await client.request(server.address, { code: '0.01', options: uriPathOptions('/a/b') });
    expect([response.type, response.code, decodeText(response.payload)]).toEqual(['ACK', '2.05', 'a,b']);
  });

  it('repeats an unanswered request with the same bytes, then gives up', async () => {
    const [client, silent] = [await openEndpoint(), await openBare()];
    expect(await codeOf(client.request(silent.peer, { code: '0.01' }))).toBe('TIMEOUT');
    expect(new Set(silent.arrived.map(hexOfBytes)).size).toBe(1);
    expect(silent.arrived).toHaveLength(3);
  });

  it('waits for its own time limit although the repetitions are over', async () => {
    const [client, slow, silent] = [await openEndpoint(), await openBare(), await openBare()];
    const response = client.request(slow.peer, { code: '0.01' }, { timeoutMs: 10_000 });
    // Started later, so when this one is given up the repetitions of the other are over too.
    expect(await codeOf(client.ping(silent.peer))).toBe('TIMEOUT');
    slow.send({ ...(await slow.next()), type: 'ACK', code: '2.05' }, client.address);
    expect((await response).code).toBe('2.05');
  });

  it('fails when the time limit is over', async () => {
    const [client, silent] = [await openEndpoint(), await openBare()];
    expect(await codeOf(client.request(silent.peer, { code: '0.01' }, { timeoutMs: 15 }))).toBe('TIMEOUT');
  });

  it('waits for a separate response after an empty acknowledgement, and acknowledges it', async () => {
    const [client, server] = [await openPatient(), await openBare()];
    const response = client.request(server.peer, { code: '0.01' });
    const { messageId, token } = await server.next();
    server.send(emptyMessage('ACK', messageId), client.address);
    server.send({ ...emptyMessage('CON', 99), code: '2.05', token }, client.address);
    expect(await server.next()).toEqual(emptyMessage('ACK', 99));
    expect((await response).messageId).toBe(99);
  });

  it('takes an answer in an acknowledgement once, though it comes again as a repeated request asks for', async () => {
    const client = await openPatient();
    const told: CoapMessage[] = [];
    client.onNotification = (message) => told.push(message) > 0;
    const bare = await openBare();
    const answer = client.request(bare.peer, { code: '0.01', options: [observeOption(0)], token: Uint8Array.of(9) });
    const asked = await bare.next();
    const answered = {
      ...asked,
      type: 'ACK' as const,
      code: '2.05',
      options: [observeOption(1)],
      payload: new Uint8Array(),
    };
    bare.send(answered, client.address);
    await answer;
    bare.send(answered, client.address);
    await expect.poll(() => client.counters.repeated).toBe(1);
    // Firmware that types its notifications ACK numbers them by itself.
    bare.send({ ...answered, messageId: asked.messageId + 100, payload: encodeText('21.5') }, client.address);
    await expect.poll(() => told.map(({ payload }) => decodeText(payload))).toEqual(['21.5']);
  });

  it('acknowledges a repeated separate response again', async () => {
    const [client, server] = [await openPatient(), await openBare()];
    const response = client.request(server.peer, { code: '0.01' });
    const separate = { ...emptyMessage('CON', 99), code: '2.05', token: (await server.next()).token };
    server.send(separate, client.address);
    server.send(separate, client.address);
    expect([await server.next(), await server.next()]).toEqual([emptyMessage('ACK', 99), emptyMessage('ACK', 99)]);
    await response;
  });

  it('fails when the peer rejects the request', async () => {
    const [client, server] = [await openPatient(), await openBare()];
    const response = codeOf(client.request(server.peer, { code: '0.01' }));
    server.send(emptyMessage('RST', (await server.next()).messageId), client.address);
    expect(await response).toBe('RESET');
  });

  it('sends a non-confirmable request once and takes a non-confirmable response', async () => {
    const [client, server] = [await openPatient(), await openBare()];
    const response = client.request(server.peer, { type: 'NON', code: '0.01' });
    const { type, token } = await server.next();
    server.send({ ...emptyMessage('NON', 5), code: '2.05', token }, client.address);
    expect([type, (await response).type]).toEqual(['NON', 'NON']);
  });

  it('ignores a piggybacked response whose token is not that of the request', async () => {
    const [client, server] = [await openPatient(), await openBare()];
    const response = client.request(server.peer, { code: '0.01' });
    const { messageId, token } = await server.next();
    server.send({ ...emptyMessage('ACK', messageId), code: '4.04', token: bytesOfHex('00') }, client.address);
    server.send({ ...emptyMessage('ACK', messageId), code: '2.05', token }, client.address);
    expect((await response).code).toBe('2.05');
  });

  it('ignores a response from an address it did not ask', async () => {
    const [client, server, stranger] = [await openPatient(), await openBare(), await openBare()];
    const response = client.request(server.peer, { code: '0.01' });
    const asked = await server.next();
    stranger.send({ ...asked, type: 'NON', code: '4.04' }, client.address);
    expect((await stranger.next()).type).toBe('RST');
    server.send({ ...asked, type: 'ACK', code: '2.05' }, client.address);
    expect((await response).code).toBe('2.05');
  });

  it('does not use a response with a critical option it does not understand', async () => {
    const [client, server] = [await openPatient(), await openBare()];
    const response = codeOf(client.request(server.peer, { code: '0.01' }));
    const asked = await server.next();
    const options = [{ number: 2049, value: new Uint8Array() }];
    server.send({ ...asked, type: 'ACK', code: '2.05', options }, client.address);
    expect(await response).toBe('BAD_RESPONSE');
  });

  it('ends a request when its signal is aborted', async () => {
    const [client, silent] = [await openPatient(), await openBare()];
    const controller = new AbortController();
    const response = codeOf(client.request(silent.peer, { code: '0.01' }, { signal: controller.signal }));
    await silent.next();
    controller.abort();
    expect(await response).toBe('CANCELLED');
  });

  it('ends a request with the reason of its signal, when that is an error of ours', async () => {
    const [client, silent] = [await openEndpoint(), await openBare()];
    const signal = AbortSignal.abort(new CoapError('TIMEOUT', 'the whole session took too long'));
    expect(await codeOf(client.request(silent.peer, { code: '0.01' }, { signal }))).toBe('TIMEOUT');
  });

  it('does not send a request whose signal is aborted already', async () => {
    const client = await openEndpoint();
    const sent: string[] = [];
    client.onDatagram = (direction) => sent.push(direction);
    const limits = { signal: AbortSignal.abort() };
    expect(await codeOf(client.request(client.address, { code: '0.01' }, limits))).toBe('CANCELLED');
    expect(sent).toEqual([]);
  });

  it('fails at once with a request that cannot be put into bytes', async () => {
    const client = await openEndpoint();
    await expect(client.request(client.address, { code: 'GET' })).rejects.toThrow('No CoAP code');
  });

  it('fails when the system refuses the datagram', async () => {
    const client = await openEndpoint();
    const payload = new Uint8Array(70_000);
    expect(await codeOf(client.request(client.address, { code: '0.02', payload }))).toBe('NETWORK');
  });

  it('ends open requests when it is closed', async () => {
    const [client, silent] = [await openEndpoint(), await openBare()];
    const response = codeOf(client.request(silent.peer, { code: '0.01' }));
    await client.close();
    expect(await response).toBe('CLOSED');
    expect(await codeOf(client.request(silent.peer, { code: '0.01' }))).toBe('CLOSED');
  });

  it('takes a rejected ping for a sign of life', async () => {
    const [client, server] = [await openPatient(), await openEndpoint()];
    await expect(client.ping(server.address)).resolves.toBeUndefined();
  });

  it('fails a ping nobody rejects', async () => {
    const [client, silent] = [await openEndpoint(), await openBare()];
    expect(await codeOf(client.ping(silent.peer))).toBe('TIMEOUT');
  });

  it('cannot open a port that is taken', async () => {
    const { host, port } = (await openEndpoint()).address;
    expect(await codeOf(CoapEndpoint.open({ host, port }))).toBe('NETWORK');
  });

  it('turns a host name into a numeric address', async () => {
    expect(await resolvePeer('localhost', 5683)).toEqual({ host: '127.0.0.1', port: 5683 });
  });
});

describe('CoAP endpoint as server', () => {
  it('answers a repeated request from memory, without asking the handler again', async () => {
    const [server, client] = [await openEndpoint(), await openBare()];
    let asked = 0;
    server.onRequest = () => ({ code: '2.05', payload: encodeText(String((asked += 1))) });
    client.send(request(), server.address);
    const first = await client.next();
    client.send(request(), server.address);
    expect(await client.next()).toEqual(first);
    expect(asked).toBe(1);
  });

  it('takes the same message id with another token for a new request', async () => {
    const [server, client] = [await openEndpoint(), await openBare()];
    let asked = 0;
    server.onRequest = () => ({ code: '2.05', payload: encodeText(String((asked += 1))) });
    client.send(request(), server.address);
    await client.next();
    client.send(request({ token: bytesOfHex('bb') }), server.address);
    expect(decodeText((await client.next()).payload)).toBe('2');
  });

  it('forgets a message after the exchange lifetime', async () => {
    const [server, client] = [await openEndpoint({ exchangeLifetimeMs: 0 }), await openBare()];
    let asked = 0;
    server.onRequest = () => ({ code: '2.05', payload: encodeText(String((asked += 1))) });
    client.send(request(), server.address);
    await client.next();
    client.send(request(), server.address);
    expect(decodeText((await client.next()).payload)).toBe('2');
  });

  it('keeps silent about a repetition while the handler thinks, when told to answer piggybacked', async () => {
    const [server, client] = [await openEndpoint({ emptyAckAfterMs: Infinity }), await openBare()];
    let answer: (() => void) | undefined;
    server.onRequest = () => new Promise((resolve) => (answer = () => resolve({ code: '2.05' })));
    client.send(request(), server.address);
    client.send(request(), server.address);
    await expect.poll(() => server.counters.repeated).toBe(1);
    answer?.();
    expect(await client.next()).toMatchObject({ type: 'ACK', code: '2.05', messageId: 7 });
    expect(client.arrived).toEqual([]);
  });

  it('acknowledges empty and answers separately when the handler is slow', async () => {
    const [server, client] = [await openEndpoint({ emptyAckAfterMs: 5 }), await openBare()];
    let answer: (() => void) | undefined;
    server.onRequest = () => new Promise((resolve) => (answer = () => resolve({ code: '2.05' })));
    client.send(request(), server.address);
    expect(await client.next()).toEqual(emptyMessage('ACK', 7));
    answer?.();
    const separate = await client.next();
    expect([separate.type, separate.code, hexOfBytes(separate.token)]).toEqual(['CON', '2.05', 'aa']);
    // Not acknowledged, so it comes again.
    expect(await client.next()).toEqual(separate);
    client.send(emptyMessage('ACK', separate.messageId), server.address);
  });

  it('answers a non-confirmable request with a non-confirmable response', async () => {
    const [server, client] = [await openEndpoint(), await openBare()];
    server.onRequest = () => ({ code: '2.05' });
    client.send(request({ type: 'NON' }), server.address);
    expect(await client.next()).toMatchObject({ type: 'NON', code: '2.05', token: bytesOfHex('aa') });
  });

  it('says nothing when the handler says nothing', async () => {
    const [server, client] = [await openEndpoint(), await openBare()];
    server.onRequest = () => undefined;
    client.send(request(), server.address);
    client.send(emptyMessage('CON', 8), server.address);
    expect(await client.next()).toEqual(emptyMessage('RST', 8));
  });

  it('answers 5.00 without a word when the handler throws', async () => {
    const [server, client] = [await openEndpoint(), await openBare()];
    server.onRequest = () => {
      throw new Error('private matters');
    };
    client.send(request(), server.address);
    expect(await client.next()).toMatchObject({ code: '5.00', payload: new Uint8Array() });
  });

  it('rejects the request when the handler makes what cannot be sent', async () => {
    const [server, client] = [await openEndpoint(), await openBare()];
    server.onRequest = () => ({ code: 'fine' });
    client.send(request(), server.address);
    expect(await client.next()).toEqual(emptyMessage('RST', 7));
  });

  it('rejects requests while nobody handles them', async () => {
    const [server, client] = [await openEndpoint(), await openBare()];
    client.send(request(), server.address);
    expect(await client.next()).toEqual(emptyMessage('RST', 7));
  });

  it.each([
    [2049, '4.02'],
    [5, '4.02'],
    [35, '5.05'],
  ])('refuses a request with option %d: %s', async (number, code) => {
    const [server, client] = [await openEndpoint(), await openBare()];
    server.onRequest = () => ({ code: '2.05' });
    client.send(request({ options: [{ number, value: new Uint8Array() }] }), server.address);
    expect((await client.next()).code).toBe(code);
  });

  it('answers a ping with a reset', async () => {
    const [server, client] = [await openEndpoint(), await openBare()];
    client.send(bytesOfHex('40001234'), server.address);
    expect(await client.next()).toEqual(emptyMessage('RST', 0x1234));
  });

  it.each(['40011234ff', '49011234010203040506070809', '40001234ff00', '40211234'])(
    'rejects the malformed confirmable message %s',
    async (hex) => {
      const [server, client] = [await openEndpoint(), await openBare()];
      server.onRequest = () => ({ code: '2.05' });
      client.send(bytesOfHex(hex), server.address);
      expect(await client.next()).toEqual(emptyMessage('RST', 0x1234));
      expect(server.counters.malformed).toBe(1);
    },
  );

  it.each(['00', '8001123400', '50011234ff', '6001123400', '704512340055', '600112341000'])(
    'drops %s without an answer',
    async (hex) => {
      const [server, client] = [await openEndpoint(), await openBare()];
      server.onRequest = () => ({ code: '2.05' });
      client.send(bytesOfHex(hex), server.address);
      client.send(emptyMessage('CON', 8), server.address);
      expect(await client.next()).toEqual(emptyMessage('RST', 8));
    },
  );
});

describe('CoAP notifications', () => {
  const token = bytesOfHex('cb4b');
  const notification = (type: 'CON' | 'NON' | 'ACK', messageId: number): CoapMessage => ({
    ...emptyMessage(type, messageId),
    code: '2.05',
    token,
    options: [observeOption(3), contentFormatOption(0)],
    payload: encodeText('21.5'),
  });

  async function openObserver() {
    const [server, module] = [await openEndpoint(), await openBare()];
    const notified: CoapMessage[] = [];
    server.onNotification = (message) => {
      const known = hexOfBytes(message.token) === 'cb4b';
      if (known) notified.push(message);
      return known;
    };
    return { server, module, notified };
  }

  it.each(['CON', 'NON', 'ACK'] as const)('arrive by token when typed %s', async (type) => {
    const { server, module, notified } = await openObserver();
    module.send(notification(type, 20013), server.address);
    await expect.poll(() => notified.map(observe)).toEqual([3]);
  });

  it('are acknowledged when confirmable, and told once when repeated', async () => {
    const { server, module, notified } = await openObserver();
    module.send(notification('CON', 20013), server.address);
    module.send(notification('CON', 20013), server.address);
    expect([await module.next(), await module.next()]).toEqual([
      emptyMessage('ACK', 20013),
      emptyMessage('ACK', 20013),
    ]);
    expect(notified).toHaveLength(1);
  });

  it.each(['CON', 'NON'] as const)('are rejected when nobody knows the token of a %s', async (type) => {
    const { server, module } = await openObserver();
    module.send({ ...notification(type, 20013), token: bytesOfHex('00') }, server.address);
    expect(await module.next()).toEqual(emptyMessage('RST', 20013));
  });

  it('typed ACK cannot be rejected, only counted', async () => {
    const { server, module } = await openObserver();
    module.send({ ...notification('ACK', 20013), token: bytesOfHex('00') }, server.address);
    await expect.poll(() => server.counters.unmatched).toBe(1);
    expect(module.arrived).toEqual([]);
  });

  it.each(['CON', 'NON', 'ACK'] as const)(
    'typed %s are not taken for the response to the cancellation with the same token',
    async (type) => {
      const { server, module, notified } = await openObserver();
      const response = server.request(module.peer, { code: '0.01', token, options: [observeOption(1)] });
      const { messageId } = await module.next();
      module.send(notification(type, messageId + 1), server.address);
      await expect.poll(() => notified.length).toBe(1);
      module.send({ ...emptyMessage('ACK', messageId), code: '2.05', token }, server.address);
      expect((await response).payload).toHaveLength(0);
    },
  );

  it('tell the sender when the observer rejects them', async () => {
    const [module, server] = [await openEndpoint(), await openBare()];
    const rejected: number[] = [];
    module.onReset = (messageId) => rejected.push(messageId);
    await module.send(notification('NON', 20013), server.peer);
    await server.next();
    server.send(emptyMessage('RST', 20013), module.address);
    await expect.poll(() => rejected).toEqual([20013]);
  });

  it('sent confirmable resolve when they are acknowledged', async () => {
    const [module, server] = [await openEndpoint(), await openBare()];
    const confirmed = module.confirm(notification('CON', 5), server.peer);
    await server.next();
    server.send(emptyMessage('ACK', 5), module.address);
    await expect(confirmed).resolves.toBeUndefined();
  });
});

describe('CoAP endpoint with the habits of a CIS module', () => {
  it('sends the very datagrams of the captured session', async () => {
    const captured = goldenDatagrams().filter((step) => decodeMessage(step.bytes).code.startsWith('0.'));
    const own = captured.filter((step) => step.from === 'module').map((step) => step.bytes);
    let counter = 9;
    const module = await openEndpoint({
      firstMessageId: 20012,
      // The token is the message id, low byte first, then a counter.
      nextToken: (messageId) => Uint8Array.of(messageId & 0xff, messageId >> 8, (counter += 1), 0),
    });
    const server = await openBare();
    const registration = module.request(server.peer, {
      code: '0.02',
      options: [
        ...uriPathOptions('/rd'),
        contentFormatOption(40),
        ...uriQueryOptions(['ep=869334030000010;460041234567899', 'b=U', 'lt=3600']),
      ],
      payload: encodeText('</>;rt="oma.lwm2m",</0/0>,</3303/0>,</3303/1>,</3306/0>'),
    });
    expect(hexOfBytes(encodeMessage(await server.next()))).toBe(hexOfBytes(own[0]!));
    server.send(goldenDatagrams()[1]!.bytes, module.address);
    expect((await registration).code).toBe('2.01');
  });
});
