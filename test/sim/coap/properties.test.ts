import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import fc from 'fast-check';
import coapPacket from 'coap-packet';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CoapEndpoint } from '../../../main/sim/coap/endpoint.ts';
import { decodeMessage, emptyMessage, encodeMessage } from '../../../main/sim/coap/message.ts';
import type { CoapMessage } from '../../../main/sim/coap/message.ts';
import { optionNumbers, unrecognizedCriticalOptions, uriPathOptions } from '../../../main/sim/coap/options.ts';
import { startRetransmission } from '../../../main/sim/coap/transmission.ts';
import { goldenDatagrams } from '../../golden.ts';

const open: { close: () => unknown }[] = [];

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** What the other implementation makes of bytes; undefined when it refuses them. */
function foreignReading(bytes: Uint8Array): ReturnType<typeof coapPacket.parse> | undefined {
  try {
    return coapPacket.parse(Buffer.from(bytes));
  } catch {
    return undefined;
  }
}

function ownReading(bytes: Uint8Array): CoapMessage | undefined {
  try {
    return decodeMessage(bytes);
  } catch {
    return undefined;
  }
}

describe('reading compared with another implementation', () => {
  /** Real datagrams with a byte changed or cut: near enough to messages that both read many. */
  const nearlyReal = fc
    .tuple(
      fc.constantFrom(...goldenDatagrams().map(({ bytes }) => bytes)),
      fc.nat({ max: 200 }),
      fc.nat({ max: 255 }),
      fc.boolean(),
    )
    .map(([bytes, position, value, isCut]) => {
      const at = position % bytes.length;
      return isCut ? bytes.slice(0, at) : bytes.with(at, value);
    });

  it('what we read, the other one reads alike', () => {
    fc.assert(
      fc.property(nearlyReal, (bytes) => {
        const own = ownReading(bytes);
        // An empty message, and what it calls too long, it reads its own way.
        if (!own || own.code === '0.00') return;
        const foreign = foreignReading(bytes);
        expect(foreign).toBeDefined();
        expect([foreign?.code, foreign?.messageId, foreign?.token.toString('hex')]).toEqual([
          own.code,
          own.messageId,
          Buffer.from(own.token).toString('hex'),
        ]);
        expect(foreign?.payload.toString('hex')).toBe(Buffer.from(own.payload).toString('hex'));
        expect(foreign?.options?.length).toBe(own.options.length);
      }),
      { numRuns: 500 },
    );
  });

  it('what the other one refuses, we refuse', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyReal, fc.uint8Array({ maxLength: 64 })), (bytes) => {
        if (foreignReading(bytes) === undefined) expect(ownReading(bytes)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});

describe('retransmission, whatever its parameters', () => {
  it('sends once and then as often as allowed, each pause twice the one before, RFC 7252 §4.2', () => {
    vi.useFakeTimers();
    const parameters = fc.record({
      ackTimeoutMs: fc.integer({ min: 1, max: 5000 }),
      ackRandomFactor: fc.constantFrom(1, 1.25, 1.5, 2),
      maxRetransmit: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(parameters, fc.double({ min: 0, max: 0.999, noNaN: true }), (given, chance) => {
        const startMs = Date.now();
        const sentMs: number[] = [];
        let givenUpMs = -1;
        startRetransmission(
          () => sentMs.push(Date.now() - startMs),
          () => (givenUpMs = Date.now() - startMs),
          given,
          () => chance,
        );
        vi.runAllTimers();
        expect(sentMs).toHaveLength(given.maxRetransmit + 1);
        const pauses = [...sentMs, givenUpMs].slice(1).map((atMs, index) => atMs - (sentMs[index] ?? 0));
        const first = given.ackTimeoutMs * (1 + chance * (given.ackRandomFactor - 1));
        for (const [index, pause] of pauses.entries()) {
          // Fake clocks know whole milliseconds.
          expect(Math.abs(pause - first * 2 ** index)).toBeLessThanOrEqual(2);
        }
      }),
    );
  });
});

/** An endpoint that answers everything with 2.05, and a socket that sends it bytes and waits for what comes back. */
async function openServer() {
  const handled: CoapMessage[] = [];
  const endpoint = await CoapEndpoint.open({ host: '127.0.0.1', port: 0 });
  open.push(endpoint);
  endpoint.onRequest = (message) => {
    handled.push(message);
    return { code: '2.05' };
  };
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  open.push(socket);
  const arrived: CoapMessage[] = [];
  socket.on('message', (bytes) => arrived.push(decodeMessage(bytes)));
  const { port, host } = endpoint.address;
  const pingId = 0xfffe;
  /** Sends datagrams and then a ping, whose reset tells that all before it has been dealt with. */
  const exchange = async (datagrams: readonly Uint8Array[]): Promise<CoapMessage[]> => {
    arrived.length = 0;
    for (const bytes of [...datagrams, encodeMessage(emptyMessage('CON', pingId))]) socket.send(bytes, port, host);
    const isReset = ({ type, messageId }: CoapMessage): boolean => type === 'RST' && messageId === pingId;
    while (!arrived.some(isReset)) await once(socket, 'message');
    return arrived.filter((message) => !isReset(message));
  };
  return { handled, exchange };
}

const request = (change: Partial<CoapMessage>): Uint8Array =>
  encodeMessage({ ...emptyMessage('CON', 1), code: '0.01', options: uriPathOptions('/a'), ...change });

describe('an endpoint', () => {
  it('answers each message once, and each repetition with the same, in whatever order they come', async () => {
    const { handled, exchange } = await openServer();
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 25 }), async (order) => {
        handled.length = 0;
        round += 1;
        const token = Uint8Array.of(round >> 8, round & 0xff);
        const answers = await exchange(order.map((id) => request({ messageId: id, token })));
        expect(handled.map(({ messageId }) => messageId)).toEqual([...new Set(order)]);
        expect(answers.map(({ messageId }) => messageId)).toEqual(order);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses critical options nobody knows and overlooks elective ones, RFC 7252 §5.4.1', async () => {
    const known: readonly number[] = Object.values(optionNumbers);
    const unknown = fc.integer({ min: 1, max: 65_535 }).filter((number) => !known.includes(number));
    const { exchange } = await openServer();
    let messageId = 0;
    await fc.assert(
      fc.asyncProperty(unknown, fc.uint8Array({ maxLength: 8 }), fc.boolean(), async (number, value, isCon) => {
        messageId += 1;
        const type = isCon ? 'CON' : 'NON';
        const options = [...uriPathOptions('/a'), { number, value }];
        const answers = await exchange([request({ type, messageId, options })]);
        const isCritical = number % 2 === 1;
        expect(unrecognizedCriticalOptions({ options })).toEqual(isCritical ? [number] : []);
        const refused = isCon ? ['4.02'] : [];
        expect(answers.map((answer) => answer.code)).toEqual(isCritical ? refused : ['2.05']);
      }),
      { numRuns: 60 },
    );
  });

  it('rejects malformed confirmable datagrams of version 1 and says nothing to any other', async () => {
    const { exchange } = await openServer();
    const malformed = fc.uint8Array({ minLength: 1, maxLength: 40 }).filter((bytes) => {
      const isPing = bytes[2] === 0xff && bytes[3] === 0xfe;
      return ownReading(bytes) === undefined && !isPing;
    });
    await fc.assert(
      fc.asyncProperty(malformed, async (bytes) => {
        const [first = 0] = bytes;
        const isRejectable = bytes.length >= 4 && first >> 6 === 1 && ((first >> 4) & 3) === 0;
        const answers = await exchange([bytes]);
        expect(answers.map(({ type }) => type)).toEqual(isRejectable ? ['RST'] : []);
      }),
      { numRuns: 100 },
    );
  });

  it('answers a ping with a reset', async () => {
    const { exchange } = await openServer();
    const answers = await exchange([encodeMessage(emptyMessage('CON', 77))]);
    expect(answers.map(({ type, messageId }) => [type, messageId])).toEqual([['RST', 77]]);
  });
});
