import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf, isRefusal } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { initialUdp } from '../../shared/udp.ts';
import type {
  EchoOptions,
  UdpDatagram,
  UdpEnding,
  UdpFlag,
  UdpReport,
  UdpReportMode,
  UdpSocketState,
  UdpState,
} from '../../shared/udp.ts';
import type { LineTag } from '../../shared/log.ts';
import type { CommandOrder } from '../mipl/commandOrder.ts';
import { commands } from '../mipl/messages.ts';
import type { Urc, UrcOf } from '../mipl/messages.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import { EchoTest } from './echoTest.ts';
import { printableText } from './payload.ts';
import { SocketReader, arrivalOf, udpTag } from './socketReader.ts';
import type { ReadDatagram, Exec } from './socketReader.ts';

export type { Exec } from './socketReader.ts';

/** What the tool tells; all are facts that have happened. */
export interface UdpListener {
  onState(state: UdpState): void;
  onDatagram(datagram: UdpDatagram): void;
}

/** What a tool starts from. */
export interface UdpToolOptions {
  /** What was known before the link was opened; its sockets have ended. */
  readonly state?: UdpState;
  /** Ids of datagrams go on after this one. */
  readonly lastId?: number;
  /** Most bytes asked for in one read. */
  readonly readLimit?: number;
  /** Monotonic clock, milliseconds. */
  readonly clock?: Clock;
}

/** What AT+NSOST and AT+NSOSTF are to send. */
export interface OutgoingDatagram {
  readonly socket: number;
  readonly address: string;
  readonly port: number;
  /** Digits in pairs. */
  readonly hex: string;
  readonly flag?: UdpFlag;
  /** 1–255: +NSOSTR tells when it has left. */
  readonly sequence?: number;
}

/** A datagram of an echo test. */
interface EchoProbe {
  readonly number: number;
  readonly onLeaving: (leavingMs: number) => void;
}

/** What a person asks for. */
const userOrder: CommandOrder = { priority: 'user', tag: udpTag };

/** Protocol number of UDP (RFC 768), as AT+NSOCR wants it. */
const udpProtocol = 17;
/** What every module gives in one read (mipl-at.md §13). */
const usualReadLimit = 512;

/** Why sockets ended together, and what waits for them is told. */
const endings: Readonly<Record<'restarted' | 'portLost' | 'disconnected', ErrorCode>> = {
  restarted: 'AT_RESTARTED',
  portLost: 'PORT_LOST',
  disconnected: 'PORT_NOT_OPEN',
};

/**
 * Chapter 2 of the document as a tool: sockets, datagrams out and in, echo test. Its commands are of the classes session
 * (reads), user (all a person asks for) and poll; answers to the platform go before all of them.
 */
export class UdpTool {
  readonly #exec: Exec;
  readonly #listener: UdpListener;
  readonly #clock: Clock;
  readonly #reader: SocketReader;
  /** Outgoing datagrams with a sequence number, by socket and number, until the module says what became of them. */
  readonly #unsettled = new Map<string, UdpDatagram>();
  #state: UdpState;
  #lastId: number;
  #echo: EchoTest | undefined;

  constructor(exec: Exec, listener: UdpListener, options: UdpToolOptions = {}) {
    this.#exec = exec;
    this.#listener = listener;
    this.#clock = options.clock ?? systemClock;
    this.#state = options.state ?? initialUdp;
    this.#lastId = options.lastId ?? 0;
    this.#reader = new SocketReader(
      exec,
      {
        onArrival: (arrival) => this.#onArrival(arrival),
        onWaiting: (socket, waitingBytes) => this.#onRead(socket, { waitingBytes }),
        onFault: (socket, error) => this.#onRead(socket, { fault: faultOf(error) }),
      },
      options.readLimit ?? usualReadLimit,
      () => this.#clock.steadyMs(),
    );
  }

  /** Everything as it stands. */
  get state(): UdpState {
    return this.#state;
  }

  // ---- what a person asks for ----

  /** Creates a socket (2.1); resolves with its number. @throws AtFailure; CodedError `AT_PARSE`. */
  async open({ port, report }: { port: number; report: UdpReport }): Promise<{ socket: number }> {
    const [answer] = await this.#exec(
      commands.socketCreate,
      { type: 'DGRAM', protocol: udpProtocol, port, report },
      userOrder,
    );
    if (!answer) throw new CodedError('AT_PARSE', 'AT+NSOCR was answered without the number of a socket');
    const { socket } = answer;
    // It may have told of data before this OK was read.
    const { waitingBytes = 0 } = this.#isOpen(socket) ? (this.#socket(socket) ?? {}) : {};
    this.#putSocket({ ...freshSocket(socket, this.#clock.steadyMs()), localPort: port, report, waitingBytes });
    return { socket };
  }

  /** Closes a socket (2.4). @throws AtFailure; CodedError `UDP_NO_SOCKET`. */
  async close(socket: number): Promise<void> {
    this.#requireOpen(socket);
    try {
      await this.#exec(commands.socketClose, { socket }, userOrder);
    } catch (error) {
      // A module that refuses to close a socket has none of that number.
      if (isRefusal(error)) this.#endSocket(socket, 'gone');
      throw error;
    }
    this.#endSocket(socket, 'closed');
  }

  /** Sends a datagram (2.2); resolves with its id when the module took it. @throws AtFailure; CodedError `UDP_NO_SOCKET`. */
  send(datagram: OutgoingDatagram): Promise<{ id: string }> {
    return this.#send(datagram);
  }

  /** Reads what waits in a socket (2.3), announced or not. */
  async read(socket: number): Promise<void> {
    this.#requireOpen(socket);
    await this.#reader.read(socket, undefined, 'user');
    const fault = this.#socket(socket)?.fault;
    if (fault) throw new CodedError(fault.code, fault.message, fault.detail);
  }

  /** Sets how arrivals are told of, for all sockets (AT+NSONMI). @throws AtFailure. */
  async setReportMode(mode: UdpReportMode): Promise<void> {
    await this.#exec(commands.socketReport, { mode }, userOrder);
    this.#change({ reportMode: mode });
  }

  /** Starts an echo test; it goes on by itself. @throws CodedError `UDP_NO_SOCKET`, `UDP_ECHO_RUNNING`. */
  startEcho(options: EchoOptions): void {
    this.#requireOpen(options.socket);
    if (this.#echo?.isRunning) throw new CodedError('UDP_ECHO_RUNNING', 'An echo test is running');
    const { socket, address, port } = options;
    const isSilent = this.#socket(socket)?.report === 0 || this.#state.reportMode === 0;
    const echo: EchoTest = new EchoTest(options, {
      send: async (hex, number, onLeaving) => {
        await this.#send({ socket, address, port, hex }, { number, onLeaving });
      },
      ...(isSilent ? { poll: () => this.#reader.read(socket, undefined, 'poll') } : {}),
      onChange: (state) => this.#change({ echo: state }),
      now: () => this.#clock.steadyMs(),
    });
    this.#echo = echo;
    void echo.run();
  }

  /** Ends the echo test; nothing happens when none runs. */
  stopEcho(): void {
    this.#echo?.stop();
  }

  /** The module restarted, or the link ended: all sockets are gone. */
  end(why: keyof typeof endings): void {
    this.#reader.clear();
    this.#unsettled.clear();
    for (const { number } of this.#state.sockets) this.#endSocket(number, why);
    this.#change({ reportMode: initialUdp.reportMode });
    this.#echo?.fail({ code: endings[why], message: 'The sockets of the module are gone' });
  }

  // ---- from the module ----

  /** What a URC belongs to: the datagram it brings or tells of, or the sockets; undefined for one that is not about them. */
  tagOf(urc: Urc): LineTag | undefined {
    switch (urc.name) {
      case '+NSONMI':
        return 'data' in urc.params ? { datagram: String(this.#lastId + 1) } : udpTag;
      case '+NSORF':
        return { datagram: String(this.#lastId + 1) };
      case '+NSOSTR': {
        const datagram = this.#unsettled.get(keyOf(urc.params))?.id;
        return datagram === undefined ? udpTag : { datagram };
      }
      case '+NSOCLI':
        return udpTag;
      default:
        return undefined;
    }
  }

  /** Takes a URC; those that are not about sockets are nobody's business here. */
  receive(urc: Urc): void {
    switch (urc.name) {
      case '+NSONMI':
        if ('data' in urc.params) this.#onArrival(arrivalOf(urc.params, this.#clock.steadyMs()));
        else this.#onWaiting(urc.params);
        break;
      case '+NSORF':
        this.#onArrival(arrivalOf(urc.params, this.#clock.steadyMs()));
        if (urc.params.remaining) this.#onWaiting({ socket: urc.params.socket, length: urc.params.remaining });
        break;
      case '+NSOSTR':
        this.#onSent(urc.params);
        break;
      case '+NSOCLI':
        this.#endSocket(urc.params.socket, 'closed');
        break;
    }
  }

  #onWaiting({ socket, length }: { socket: number; length: number }): void {
    const known = this.#openOrFound(socket);
    // Told again, by many modules until it is read.
    if (known !== this.#socket(socket) || known.waitingBytes !== length)
      this.#putSocket({ ...known, waitingBytes: length });
    void this.#reader.read(socket, length);
  }

  #onArrival(arrival: ReadDatagram): void {
    const { socket, address, port, length, hex, text, problem, pieces, atMs } = arrival;
    const known = this.#openOrFound(socket);
    this.#putSocket({
      ...known,
      receivedCount: known.receivedCount + 1,
      receivedBytes: known.receivedBytes + length,
    });
    const number = problem === undefined && this.#echo?.socket === socket ? this.#echo.hear(hex, atMs) : undefined;
    this.#listener.onDatagram({
      id: this.#nextId(),
      direction: 'in',
      socket,
      ...defined({ address, port }),
      length,
      hex,
      ...defined({ text }),
      // Of the announcement, not of the read.
      atMs,
      status: problem === undefined ? 'received' : 'damaged',
      ...defined({ problem }),
      ...(pieces > 1 ? { pieces } : {}),
      ...defined({ echo: number }),
    });
  }

  #onSent(params: UrcOf<'+NSOSTR'>['params']): void {
    const key = keyOf(params);
    const datagram = this.#unsettled.get(key);
    if (!datagram) return;
    this.#unsettled.delete(key);
    this.#listener.onDatagram({ ...datagram, status: params.status === 0 ? 'notSent' : 'sent' });
  }

  /** How a read ended; the socket may have ended before it. */
  #onRead(
    number: number,
    outcome: Pick<UdpSocketState, 'waitingBytes'> | Required<Pick<UdpSocketState, 'fault'>>,
  ): void {
    const socket = this.#socket(number);
    if (!socket || socket.ended) return;
    const { fault: _, ...rest } = socket;
    this.#putSocket({ ...rest, ...outcome });
  }

  async #send(outgoing: OutgoingDatagram, echo?: EchoProbe): Promise<{ id: string }> {
    const { socket, address, port, hex, flag, sequence } = outgoing;
    this.#requireOpen(socket);
    const length = hex.length / 2;
    const text = printableText(hex);
    const datagram: UdpDatagram = {
      id: this.#nextId(),
      direction: 'out',
      socket,
      address,
      port,
      length,
      hex,
      ...defined({ text }),
      atMs: this.#clock.steadyMs(),
      status: 'sending',
      ...defined({ flag, sequence }),
      ...(echo === undefined ? {} : { echo: echo.number }),
    };
    const { id } = datagram;
    this.#listener.onDatagram(datagram);
    const key = keyOf(outgoing);
    const accepted: UdpDatagram = { ...datagram, status: 'accepted' };
    // Before the command leaves: the report may stand in the same line of bytes as the OK.
    if (sequence !== undefined) this.#unsettled.set(key, accepted);
    try {
      await this.#execSend({ socket, address, port, length, data: hex, ...defined({ sequence }) }, flag, {
        priority: 'user',
        tag: { datagram: id },
        ...(echo && { onLeaving: echo.onLeaving }),
      });
    } catch (error) {
      if (this.#unsettled.get(key) === accepted) this.#unsettled.delete(key);
      this.#listener.onDatagram({ ...datagram, status: 'failed', fault: faultOf(error) });
      throw error;
    }
    // Told already what became of it?
    if (sequence === undefined || this.#unsettled.get(key) === accepted) this.#listener.onDatagram(accepted);
    const known = this.#socket(socket);
    if (known) this.#putSocket({ ...known, sentCount: known.sentCount + 1, sentBytes: known.sentBytes + length });
    return { id };
  }

  async #execSend(
    params: { socket: number; address: string; port: number; length: number; data: string; sequence?: number },
    flag: UdpFlag | undefined,
    order: CommandOrder,
  ): Promise<void> {
    if (flag === undefined) await this.#exec(commands.socketSend, params, order);
    else await this.#exec(commands.socketSendWithFlag, { ...params, flag }, order);
  }

  // ---- sockets ----

  #socket(number: number): UdpSocketState | undefined {
    return this.#state.sockets.find((socket) => socket.number === number);
  }

  #isOpen(number: number): boolean {
    const socket = this.#socket(number);
    return socket !== undefined && socket.ended === undefined;
  }

  #requireOpen(number: number): void {
    if (!this.#isOpen(number)) throw new CodedError('UDP_NO_SOCKET', `Socket ${number} is not open`, String(number));
  }

  /** A socket that speaks is open, whoever opened it. */
  #openOrFound(number: number): UdpSocketState {
    const known = this.#socket(number);
    return known && known.ended === undefined ? known : freshSocket(number, this.#clock.steadyMs());
  }

  #endSocket(number: number, why: UdpEnding): void {
    const socket = this.#socket(number);
    if (!socket || socket.ended) return;
    this.#putSocket({ ...socket, waitingBytes: 0, ended: { why, atMs: this.#clock.steadyMs() } });
  }

  #putSocket(socket: UdpSocketState): void {
    const others = this.#state.sockets.filter(({ number }) => number !== socket.number);
    this.#change({ sockets: [...others, socket].sort((a, b) => a.number - b.number) });
  }

  #change(change: Partial<UdpState>): void {
    this.#state = { ...this.#state, ...change };
    this.#listener.onState(this.#state);
  }

  #nextId(): string {
    return String(++this.#lastId);
  }
}

/** A datagram with a sequence number, until the module says what became of it. */
function keyOf({ socket, sequence }: { readonly socket: number; readonly sequence?: number | undefined }): string {
  return `${socket} ${sequence ?? ''}`;
}

function freshSocket(number: number, openedMs: number): UdpSocketState {
  return {
    number,
    openedMs,
    sentCount: 0,
    sentBytes: 0,
    receivedCount: 0,
    receivedBytes: 0,
    waitingBytes: 0,
  };
}
