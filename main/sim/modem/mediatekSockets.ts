import { isIPv4 } from 'node:net';
import { tokenize } from '../../at/tokens.ts';
import { CommandRefusal } from '../commandRefusal.ts';
import type { CommandAnswer, CommandHandler } from './commandHandler.ts';
import { printPlain } from './lines.ts';
import type { ModemContext } from './modemContext.ts';
import { addressOfName } from './networkCommands.ts';
import { openDatagramSocket, StreamSocket } from './virtualNetwork.ts';
import type { NetworkDatagram, DatagramSocket } from './virtualNetwork.ts';

const done: CommandAnswer = {};
/** Five sockets, numbers 0–4 (M5311 specification; ME3616 manual, chapter 13). */
const maximumSockets = 5;
/** Longest data of one command, in bytes. */
const maximumData = 1358;

type Kind = 'UDP' | 'TCP';

interface OpenSocket {
  readonly number: number;
  readonly datagrams: DatagramSocket | undefined;
  readonly stream: StreamSocket | undefined;
  /** Where data goes that names no address. */
  peer: { readonly address: string; readonly port: number } | undefined;
}

interface SocketListener {
  onArrival(number: number, arrival: NetworkDatagram): void;
  onClosed(number: number): void;
}

/** Sockets of modules on MediaTek chips, by number; the commands of each product stand below. */
class SocketTable {
  readonly #context: ModemContext;
  readonly #listener: SocketListener;
  readonly #sockets = new Map<number, OpenSocket>();

  constructor(context: ModemContext, listener: SocketListener) {
    this.#context = context;
    this.#listener = listener;
  }

  async open(kind: Kind, wanted?: number): Promise<OpenSocket> {
    const numbers = Array.from({ length: maximumSockets }, (_, number) => number);
    const number = wanted ?? numbers.find((candidate) => !this.#sockets.has(candidate));
    if (number === undefined || this.#sockets.has(number)) throw new CommandRefusal('state', 'the socket is in use');
    if (number >= maximumSockets) throw new CommandRefusal('parameter', `socket ${number}`);
    const arrive = (arrival: NetworkDatagram): void => {
      if (!this.#sockets.has(number)) return;
      this.#context.radio.use();
      this.#listener.onArrival(number, arrival);
    };
    const closed = (): void => {
      this.#sockets.delete(number);
      this.#listener.onClosed(number);
    };
    const stream: StreamSocket | undefined =
      kind === 'TCP' ? new StreamSocket((bytes) => arrive({ ...streamPeer(), bytes }), closed) : undefined;
    const streamPeer = (): { readonly address: string; readonly port: number } =>
      stream?.peer ?? { address: '0.0.0.0', port: 0 };
    const socket: OpenSocket = {
      number,
      datagrams: stream ? undefined : await openDatagramSocket(0, arrive),
      stream,
      peer: undefined,
    };
    this.#sockets.set(number, socket);
    return socket;
  }

  of(number: number): OpenSocket {
    const socket = this.#sockets.get(number);
    if (!socket) throw new CommandRefusal('missing', `there is no socket ${number}`);
    return socket;
  }

  /** Resolves with false when nobody is there; UDP is connected at once, as nobody is asked. */
  async connect(socket: OpenSocket, address: string, port: number): Promise<boolean> {
    if (!isIPv4(address) || !(port > 0 && port <= 65535)) throw new CommandRefusal('parameter', `${address}:${port}`);
    if (!this.#context.radio.isRegistered) throw new CommandRefusal('radio', 'there is no network');
    socket.peer = { address, port };
    this.#context.radio.use();
    return socket.stream ? socket.stream.connect(address, port) : true;
  }

  send({ datagrams, stream, peer }: OpenSocket, bytes: Buffer, to = peer): void {
    if (bytes.length === 0 || bytes.length > maximumData)
      throw new CommandRefusal('parameter', `${bytes.length} bytes`);
    if (!this.#context.radio.isRegistered) throw new CommandRefusal('radio', 'there is no network');
    if (stream && !stream.isConnected) throw new CommandRefusal('state', 'it is not connected');
    if (!to) throw new CommandRefusal('parameter', 'an address is missing');
    this.#context.radio.use();
    stream?.send(bytes);
    datagrams?.send(bytes, to.address, to.port);
  }

  async close({ number, datagrams, stream }: OpenSocket): Promise<void> {
    this.#sockets.delete(number);
    stream?.close();
    await datagrams?.close();
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#sockets.values()].map((socket) => this.close(socket)));
  }
}

/** Commands of sockets, and what ends them with the power. */
export interface SocketCommands {
  readonly handlers: readonly CommandHandler[];
  close(): Promise<void>;
}

/** The sockets of a module on a MediaTek chip; none for another. */
export function mediatekSockets(context: ModemContext): SocketCommands {
  if (context.profile.name === 'm5311') return m5311Sockets(context);
  if (context.profile.name === 'me3616') return me3616Sockets(context);
  return { handlers: [], close: () => Promise.resolve() };
}

const textsOf = (list: string): string[] => tokenize(list).map(({ text }) => text);
const write = (
  name: string,
  run: (fields: string[], list: string) => CommandAnswer | Promise<CommandAnswer>,
): CommandHandler => ({
  name,
  form: 'write',
  run: (list) => run(textsOf(list), list),
});

/** A whole number of a field; refused when it is none. */
function numberOf(text: string | undefined): number {
  if (text === undefined || !/^\d{1,5}$/.test(text)) throw new CommandRefusal('parameter', `"${text}" is no number`);
  return Number(text);
}

/** Bytes of hex that are as many as the length says. */
function hexOf(text: string, length: number): Buffer {
  if (!/^([0-9a-f]{2})*$/i.test(text) || text.length !== 2 * length) {
    throw new CommandRefusal('parameter', `${text.length} hex digits are not ${length} bytes`);
  }
  return Buffer.from(text, 'hex');
}

const upperHex = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();

/**
 * M5311: IPSTART, IPSEND, IPCLOSE, IPRCFG as its specification v2.4 and two RTOS drivers have them. `CONNECT OK` or
 * `CONNECT FAIL` follows the OK of a TCP connection; data comes as hex in `+IPRD:`, with its sender where IPRCFG asks.
 */
function m5311Sockets(context: ModemContext): SocketCommands {
  const { profile } = context;
  let withSender = false;
  const say = (head: string, fields: (string | number)[]): void => context.say(printPlain(profile, head, fields));
  const table = new SocketTable(context, {
    onArrival: (number, { address, port, bytes }) =>
      say('+IPRD', [number, ...(withSender ? [`"${address}"`, port] : []), bytes.length, upperHex(bytes)]),
    onClosed: (number) => say('+IPCLOSE', [number]),
  });
  const handlers = [
    write('+IPSTART', async ([id, kind, address = '', port]) => {
      const upper = kind?.toUpperCase();
      if (upper !== 'UDP' && upper !== 'TCP') throw new CommandRefusal('parameter', 'UDP or TCP');
      const socket = await table.open(upper, numberOf(id));
      const giveUp = async (error: unknown): Promise<never> => {
        await table.close(socket);
        throw error;
      };
      const isConnected = await table.connect(socket, address, numberOf(port)).catch(giveUp);
      if (upper === 'UDP') return done;
      if (!isConnected) await table.close(socket);
      return { afterwards: () => context.say(isConnected ? 'CONNECT OK' : 'CONNECT FAIL') };
    }),
    write('+IPSEND', ([id, lengthText = '', data = '', address, port]) => {
      const socket = table.of(numberOf(id));
      const length = lengthText === '' ? 0 : numberOf(lengthText);
      // Without a length the text between the quotes is meant, with one its hex.
      const bytes = length === 0 ? Buffer.from(data) : hexOf(data, length);
      const to = address === undefined || !isIPv4(address) ? undefined : { address, port: numberOf(port) };
      table.send(socket, bytes, to);
      return { lines: [printPlain(profile, '+IPSEND', [socket.number, bytes.length])] };
    }),
    write('+IPCLOSE', async ([id]) => {
      await table.close(table.of(numberOf(id)));
      return done;
    }),
    write('+IPRCFG', (fields, list) => {
      if (!/^[01](,[0-2]){0,2}$/.test(list)) throw new CommandRefusal('parameter', '+IPRCFG does not take that');
      withSender = fields[1] === '2';
      return done;
    }),
  ];
  return { handlers, close: () => table.closeAll() };
}

/**
 * ME3616: ESOC, ESOCON, ESOSEND, ESOCL, EDNS as the manual V1.5, chapter 13, and its drivers have them: answers with an
 * equals sign in place of the colon.
 */
function me3616Sockets(context: ModemContext): SocketCommands {
  const table = new SocketTable(context, {
    onArrival: (number, { bytes }) => context.say(`+ESONMI=${number},${bytes.length},${upperHex(bytes)}`),
    onClosed: (number) => context.say(`+ESOERR=${number},-1`),
  });
  const handlers = [
    write('+ESOC', async ([domain, type]) => {
      if (domain !== '1' || (type !== '1' && type !== '2'))
        throw new CommandRefusal('parameter', 'IPv4, and 1 TCP or 2 UDP');
      const { number } = await table.open(type === '1' ? 'TCP' : 'UDP');
      return { lines: [`+ESOC=${number}`] };
    }),
    write('+ESOCON', async ([id, port, address = '']) => {
      const isConnected = await table.connect(table.of(numberOf(id)), address, numberOf(port));
      if (!isConnected) throw new CommandRefusal('state', 'nobody answers there');
      return done;
    }),
    write('+ESOSEND', ([id, length, data = '']) => {
      table.send(table.of(numberOf(id)), hexOf(data, numberOf(length)));
      return done;
    }),
    write('+ESOCL', async ([id]) => {
      await table.close(table.of(numberOf(id)));
      return done;
    }),
    write('+EDNS', ([host = '']) => {
      if (!/^[\w.-]{1,100}$/.test(host)) throw new CommandRefusal('parameter', 'a name is missing');
      if (!context.radio.isRegistered) throw new CommandRefusal('radio', 'there is no network');
      return { lines: [`IPV4:${addressOfName(host)}`] };
    }),
  ];
  return { handlers, close: () => table.closeAll() };
}
