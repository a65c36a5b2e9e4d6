import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openVirtualModule } from '../../main/sim/virtualModule.ts';
import { bytesOf, oddRequests, unlisted } from './cisOddRequests.ts';
import type { Datagram, OddAnswer } from './cisOddRequests.ts';
import { Arrivals, Host } from './host.ts';
import { seedProfile } from './moduleAndServer.ts';
import { SampleApplication } from './sampleApplication.ts';

const ping: Datagram = { code: '0.00', token: '' };

/** A server made of nothing but a socket, so that the datagrams are those of the table and no others. */
class BareServer {
  readonly #socket: Socket = createSocket('udp4');
  readonly #arrived = new Arrivals<[Uint8Array, RemoteInfo]>();
  #module: RemoteInfo | undefined;
  #messageId = 1000;

  async open(): Promise<number> {
    this.#socket.on('message', (bytes, from) => this.#arrived.push([bytes, from]));
    await new Promise<void>((resolve) => this.#socket.bind(0, '127.0.0.1', resolve));
    return this.#socket.address().port;
  }

  close(): void {
    this.#socket.close();
  }

  /** Answers the registration with 2.01 and a location. */
  async register(): Promise<void> {
    const [bytes, from] = await this.#arrived.next('the registration');
    this.#module = from;
    const created = Buffer.from('827264026131', 'hex');
    this.#send(Buffer.concat([Uint8Array.of(0x64, 0x41), bytes.subarray(2, 8), created]));
  }

  /** Sends a datagram; resolves with what comes back under its message id. */
  async ask(datagram: Datagram): Promise<Uint8Array> {
    this.#messageId += 1;
    const asked = this.#messageId;
    this.#send(bytesOf(datagram, asked));
    // Of an id that was cut off the module knows the half that came.
    const mask = datagram.cutAt === 3 ? 0xff00 : 0xffff;
    const isForIt = ([bytes]: [Uint8Array, RemoteInfo]): boolean => idOf(bytes) === (asked & mask);
    return (await this.#arrived.find(isForIt, 'the answer'))[0];
  }

  /** True when nothing comes before the answer to a ping sent behind the datagram. */
  async isSilentTo(datagram: Datagram): Promise<boolean> {
    this.#messageId += 2;
    const pinged = this.#messageId;
    this.#send(bytesOf(datagram, pinged - 1));
    this.#send(bytesOf(ping, pinged));
    const [bytes] = await this.#arrived.next('the answer to the ping');
    return idOf(bytes) === pinged && this.#arrived.left.length === 0;
  }

  #send(bytes: Uint8Array): void {
    if (this.#module) this.#socket.send(bytes, this.#module.port, this.#module.address);
  }
}

const idOf = (bytes: Uint8Array): number => (bytes[2] ?? 0) * 256 + (bytes[3] ?? 0);

/** Type, code, token, options in hex and payload of what a module sent. */
function read(bytes: Uint8Array) {
  const [first = 0, code = 0] = bytes;
  const tokenLength = first & 15;
  const options: [number, string][] = [];
  let number = 0;
  let offset = 4 + tokenLength;
  while (offset < bytes.length && bytes[offset] !== 0xff) {
    const head = bytes[offset] ?? 0;
    offset += 1;
    const delta = head >> 4 === 13 ? 13 + (bytes[offset++] ?? 0) : head >> 4;
    number += delta;
    options.push([number, Buffer.from(bytes.subarray(offset, offset + (head & 15))).toString('hex')]);
    offset += head & 15;
  }
  return {
    type: (first >> 4) & 3,
    code: `${code >> 5}.${String(code & 31).padStart(2, '0')}`,
    token: Buffer.from(bytes.subarray(4, 4 + tokenLength)).toString('hex'),
    options,
    payload: Buffer.from(bytes.subarray(offset + 1)).toString('latin1'),
  };
}

const ack = 2;

function expected(request: Datagram, answer: Exclude<OddAnswer, 'nothing'>) {
  const { code, hasToken, options = [], payload = '' } = answer;
  // The core keeps eight bytes of a token.
  const token = (request.token ?? 'a1b2c3d4').slice(0, 16);
  return { type: ack, code, token: hasToken ? token : '', options, payload };
}

const server = new BareServer();
const endings: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
});

beforeAll(async () => {
  const port = await server.open();
  endings.push(() => server.close());
  const module = openVirtualModule({
    profile: seedProfile(),
    server: { host: '127.0.0.1', port },
    baudRate: 0,
    radioSpeed: Infinity,
  });
  endings.push(() => module.close());
  const host = new Host(module.link);
  await host.urc('OK');
  await host.must('AT+MIPLCREATE');
  await host.must('AT+MIPLADDOBJ=0,3303,1,"1",6,1');
  await host.must('AT+MIPLADDOBJ=0,3306,1,"1",5,0');
  await host.must('AT+MIPLOPEN=0,3600,30');
  await server.register();
  await host.urc('+MIPLEVENT: 0,6');
  new SampleApplication(module.link);
});

test('the table has all 110 requests of the capture', () => {
  expect(oddRequests).toHaveLength(110);
  expect([...unlisted.keys()].every((name) => oddRequests.some((row) => row.name === name))).toBe(true);
});

// In order: what one leaves behind the next one finds.
test.each(oddRequests)('the module answers as the real CIS core: $name', async ({ name, request, answer }) => {
  const before = unlisted.get(name);
  if (before) expect(await server.ask(before)).toBeDefined();
  if (answer === 'nothing') {
    expect(await server.isSilentTo(request)).toBe(true);
    return;
  }
  expect(read(await server.ask(request))).toEqual(expected(request, answer));
});
