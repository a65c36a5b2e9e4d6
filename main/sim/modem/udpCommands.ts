import { isIPv4 } from 'node:net';
import { tokenize } from '../../at/tokens.ts';
import { commands, urcs } from '../../mipl/messages.ts';
import { CommandRefusal } from '../commandRefusal.ts';
import { handle } from './commandHandler.ts';
import type { CommandAnswer, CommandHandler } from './commandHandler.ts';
import { printAnswer, printLine } from './lines.ts';
import type { ModemContext } from './modemContext.ts';
import { openDatagramSocket, StreamSocket } from './virtualNetwork.ts';
import type { DatagramSocket } from './virtualNetwork.ts';

const done: CommandAnswer = {};
/** Seven sockets, numbers 0–6 (OneNET document, 2.1). */
const maximumSockets = 7;
/** Longest datagram to send, bytes (mipl-at.md §13, BC95). */
const maximumDatagram = 512;
/** Datagrams a socket keeps for the host; later ones are lost. */
const maximumWaiting = 16;
const udpProtocol = 17;
const tcpProtocol = 6;
/** The document's test server: answers `[address:port]` and what it got. It lives inside the virtual network. */
const testServer = { address: '183.230.40.150', port: 36000, sees: '[117.169.36.15:2179]', delayMs: 400 } as const;
/** `<flag>` of AT+NSOSTF: release the connection after sending, or after the reply. */
const releaseAfter = { sending: '0x200', reply: '0x400' } as const;
const knownFlags: readonly string[] = ['0', '0x100', releaseAfter.sending, releaseAfter.reply];

interface Packet {
  readonly address: string;
  readonly port: number;
  bytes: Buffer;
}

interface UdpSocket {
  readonly number: number;
  /** As asked for; 0 is any. */
  readonly port: number;
  /** Sends and receives datagrams; none for a stream. */
  socket: DatagramSocket | undefined;
  /** A TCP connection, or what may become one. */
  readonly stream: StreamSocket | undefined;
  /** How data is told of: not at all, by a hint, or unasked as it is (M5310-A). */
  readonly report: 0 | 1 | 2;
  readonly waiting: Packet[];
  releasesAfterReply: boolean;
}

/** What AT+NSOST and AT+NSOSTF send. */
interface Outgoing {
  readonly socket: number;
  readonly address: string;
  readonly port: number;
  readonly length: number;
  readonly data: string;
  readonly sequence?: number | undefined;
  readonly flag?: string | undefined;
}

/**
 * The UDP sockets of chapter 2 of the document, over real ones on the loopback interface: what goes to 127.0.0.0/8 is
 * sent, the document's test server answers from inside, everything else is lost as datagrams may be.
 */
export class UdpSockets {
  readonly #context: ModemContext;
  readonly #sockets = new Map<number, UdpSocket>();

  constructor(context: ModemContext) {
    this.#context = context;
  }

  handlers(): CommandHandler[] {
    const { settings } = this.#context;
    return [
      handle(commands.socketCreate, async ({ type, protocol, port, report }) => {
        const isStream = type.toUpperCase() === 'STREAM';
        const hasStreams = !this.#context.profile.unknownCommands.includes('+NSOCO');
        const isKnown = isStream
          ? hasStreams && protocol === tcpProtocol
          : type === 'DGRAM' && protocol === udpProtocol;
        if (!isKnown) throw new CommandRefusal('parameter', 'DGRAM and 17, or STREAM and 6');
        return this.#create(port, report === 0 || report === 2 ? report : 1, isStream);
      }),
      ...this.#streamHandlers(),
      handle(commands.socketSend, (params) => this.#send(params)),
      handle(commands.socketSendWithFlag, (params) => {
        if (!knownFlags.includes(params.flag.toLowerCase()))
          throw new CommandRefusal('parameter', `flag ${params.flag}`);
        return this.#send(params);
      }),
      handle(commands.socketReceive, ({ socket, length }) => this.#receive(this.#of(socket), length)),
      handle(commands.socketClose, async ({ socket }) => {
        await this.#close(this.#of(socket));
        const { profile } = this.#context;
        if (!profile.tellsSocketClosed) return done;
        return { afterwards: () => this.#context.say(printLine(profile, urcs.socketClosed, { socket })) };
      }),
      handle(commands.socketReport, ({ mode }) => {
        settings.socketReport = mode;
        return done;
      }),
    ];
  }

  /** Power off. */
  async close(): Promise<void> {
    await Promise.all([...this.#sockets.values()].map((socket) => this.#close(socket)));
  }

  /** TCP as M5310-A and BC28 have it: NSOCO connects, NSOSD sends, data is fetched like that of UDP. */
  #streamHandlers(): CommandHandler[] {
    const number = (text: string | undefined): number => Number(/^\d{1,5}$/.exec(text ?? '')?.[0] ?? NaN);
    return [
      {
        name: '+NSOCO',
        form: 'write',
        run: async (list) => {
          const [socket, address = '', port] = tokenize(list).map(({ text }) => text);
          const { stream } = this.#of(number(socket));
          if (!stream || !isIPv4(address) || !(number(port) > 0))
            throw new CommandRefusal('parameter', 'socket, address, port');
          if (!this.#context.radio.isRegistered) throw new CommandRefusal('radio', 'there is no network');
          this.#context.radio.use();
          const isConnected = await stream.connect(address, number(port));
          // China Mobile's firmware says OK at once, and then how it went (OneOS driver of the M5310-A).
          if (!this.#context.profile.tellsSocketClosed && !isConnected)
            throw new CommandRefusal('state', 'nobody answers there');
          if (!this.#context.profile.tellsSocketClosed) return done;
          return { afterwards: () => this.#context.say(isConnected ? 'CONNECT OK' : 'CONNECT FAIL') };
        },
      },
      {
        name: '+NSOSD',
        form: 'write',
        run: (list) => {
          const [socket, lengthText, data = ''] = tokenize(list).map(({ text }) => text);
          const sender = this.#of(number(socket));
          const length = number(lengthText);
          if (!/^([0-9a-f]{2})+$/i.test(data) || data.length !== 2 * length)
            throw new CommandRefusal('parameter', 'length and hex');
          if (sender.stream?.isConnected !== true) throw new CommandRefusal('state', 'it is not connected');
          sender.stream.send(Buffer.from(data, 'hex'));
          this.#context.radio.use();
          return {
            lines: [printAnswer(this.#context.profile, commands.socketSend, { socket: sender.number, length })],
          };
        },
      },
    ];
  }

  async #create(port: number, report: UdpSocket['report'], isStream: boolean): Promise<CommandAnswer> {
    const numbers = Array.from({ length: maximumSockets }, (_, number) => number);
    const number = numbers.find((candidate) => !this.#sockets.has(candidate));
    if (number === undefined) throw new CommandRefusal('state', 'all sockets are in use');
    if (port !== 0 && [...this.#sockets.values()].some((other) => other.port === port)) {
      throw new CommandRefusal('state', `port ${port} is in use`);
    }
    const stream = isStream ? this.#openStream(number) : undefined;
    const created: UdpSocket = {
      number,
      port,
      socket: undefined,
      stream,
      report,
      waiting: [],
      releasesAfterReply: false,
    };
    this.#sockets.set(number, created);
    if (!stream) {
      created.socket = await openDatagramSocket(port, (arrival) => this.#arrive(created, arrival));
      // Power may have gone meanwhile.
      if (this.#sockets.get(number) !== created) await created.socket.close();
    }
    return { lines: [printAnswer(this.#context.profile, commands.socketCreate, { socket: number })] };
  }

  #openStream(number: number): StreamSocket {
    const stream: StreamSocket = new StreamSocket(
      (bytes) => {
        const socket = this.#sockets.get(number);
        if (socket) this.#arrive(socket, { ...stream.peer, bytes });
      },
      () => this.#context.say(printLine(this.#context.profile, urcs.socketClosed, { socket: number })),
    );
    return stream;
  }

  #send(outgoing: Outgoing): CommandAnswer {
    const { address, port, length, data, sequence } = outgoing;
    const { profile, radio } = this.#context;
    const sender = this.#of(outgoing.socket);
    if (sender.stream) throw new CommandRefusal('parameter', 'a stream sends with NSOSD');
    if (!/^([0-9a-f]{2})*$/i.test(data) || data.length !== 2 * length) {
      throw new CommandRefusal('parameter', `${data.length} hex digits are not ${length} bytes`);
    }
    if (length === 0 || length > maximumDatagram) throw new CommandRefusal('parameter', `${length} bytes`);
    if (!isIPv4(address)) throw new CommandRefusal('parameter', `${address} is no IPv4 address`);
    if (port === 0) throw new CommandRefusal('parameter', 'port 0 is nobody');
    if (!radio.isRegistered) throw new CommandRefusal('radio', 'there is no network');
    const flag = outgoing.flag?.toLowerCase();
    return {
      lines: [printAnswer(profile, commands.socketSend, { socket: sender.number, length })],
      afterwards: () => {
        radio.use();
        sender.releasesAfterReply = flag === releaseAfter.reply;
        this.#transmit(sender, address, port, Buffer.from(data, 'hex'));
        if (sequence !== undefined && sequence > 0) {
          this.#context.say(printLine(profile, urcs.dataSent, { socket: sender.number, sequence, status: 1 }));
        }
        if (flag === releaseAfter.sending) radio.release();
      },
    };
  }

  #transmit(sender: UdpSocket, address: string, port: number, bytes: Buffer): void {
    const { radio } = this.#context;
    if (address === testServer.address && port === testServer.port) {
      const answer = Buffer.concat([Buffer.from(testServer.sees), bytes]);
      this.#context.later(radio.scaled(testServer.delayMs), () =>
        this.#arrive(sender, { address, port, bytes: answer }),
      );
    } else {
      sender.socket?.send(bytes, address, port);
    }
  }

  #arrive(receiver: UdpSocket, packet: Packet): void {
    if (this.#sockets.get(receiver.number) !== receiver || receiver.waiting.length >= maximumWaiting) return;
    this.#context.radio.use();
    const whole = this.#wholeLine(receiver, packet);
    if (whole !== undefined) this.#context.say(whole);
    else if (receiver.waiting.push(packet) === 1) this.#hint(receiver);
    if (receiver.releasesAfterReply) {
      receiver.releasesAfterReply = false;
      this.#context.radio.release();
    }
  }

  /** The line that carries the data itself, where the host asked for that. */
  #wholeLine({ number, report }: UdpSocket, { address, port, bytes }: Packet): string | undefined {
    const { profile, settings } = this.#context;
    const data = { socket: number, length: bytes.length, data: bytes.toString('hex').toUpperCase() };
    if (report === 2) return printLine(profile, urcs.dataArrived, { ...data, address, port });
    if (report === 0) return undefined;
    if (settings.socketReport === 2) return printLine(profile, urcs.dataAlongFrom, { ...data, address, port });
    return settings.socketReport === 3 ? printLine(profile, urcs.dataAlong, data) : undefined;
  }

  /** Tells of the first packet that waits; of a further one only once that has been read (mipl-at.md §13). */
  #hint({ number, report, waiting }: UdpSocket): void {
    const { profile, settings } = this.#context;
    const [first] = waiting;
    if (!first || report === 0 || settings.socketReport === 0) return;
    this.#context.say(printLine(profile, urcs.dataWaiting, { socket: number, length: first.bytes.length }));
  }

  #receive(receiver: UdpSocket, length: number): CommandAnswer {
    const [first] = receiver.waiting;
    if (!first) return done;
    const { address, port } = first;
    const part = first.bytes.subarray(0, length);
    first.bytes = first.bytes.subarray(length);
    const remaining = first.bytes.length;
    const isRead = remaining === 0;
    if (isRead) receiver.waiting.shift();
    const line = printAnswer(this.#context.profile, commands.socketReceive, {
      socket: receiver.number,
      address,
      port,
      length: part.length,
      data: part.toString('hex').toUpperCase(),
      remaining,
    });
    return isRead ? { lines: [line], afterwards: () => this.#hint(receiver) } : { lines: [line] };
  }

  #of(number: number): UdpSocket {
    const socket = this.#sockets.get(number);
    if (!socket) throw new CommandRefusal('missing', `there is no socket ${number}`);
    return socket;
  }

  async #close({ number, socket, stream }: UdpSocket): Promise<void> {
    this.#sockets.delete(number);
    stream?.close();
    await socket?.close();
  }
}
