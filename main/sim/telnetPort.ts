import { Buffer } from 'node:buffer';
import { comPortCommands } from '../transport/comPort.ts';
import { TelnetReader, beginsWithTelnet, escapeTelnet, subnegotiationOf, telnetOptions } from '../transport/telnet.ts';
import type { TelnetEvent } from '../transport/telnet.ts';
import { TelnetOptions } from '../transport/telnetOptions.ts';

/** What a serial port behind a network works with. */
export interface TelnetPortParts {
  /** To the host that is connected. */
  readonly send: (bytes: Uint8Array) => void;
  /** To the module. */
  readonly onData: (bytes: Uint8Array) => void;
  /** Bits per second of the module's own line; 0 where any will do. */
  readonly baudRate: number;
  /** The host moved one of its lines. */
  readonly onLine: (line: 'dtr' | 'rts', isUp: boolean) => void;
  /** The host says what nobody can mean. */
  readonly onNonsense: () => void;
}

const { binary, echo, suppressGoAhead, comPort } = telnetOptions;
const allowed = [binary, suppressGoAhead, comPort];
/** Numbers of RFC 2217 §3 that only the server's side knows. */
const signature = 0;
const { setBaudRate, setDataSize, setParity, setStopSize, setControl, notifyModemState } = comPortCommands;
/** A server answers with the number of the command and so much more. */
const answering = 100;
/** Flow control, break, DTR, RTS and inbound flow control as they stand, by the number that asks for them. */
const controls = { flow: 0, break: 4, dtr: 7, rts: 10, inboundFlow: 13 } as const;
const dtrUp = 8;
const rtsUp = 11;
/** Clear to send, data set ready and carrier of a module that is on. */
const allUp = 0xb0;
/** Commands that say something and ask for nothing: what is not here is confirmed as it came. */
const withoutAnswer: readonly number[] = [6, 8, 9];
/** Eight bits, no parity; of stop bits a receiver needs one. */
const rightFrame: readonly (readonly [command: number, value: number])[] = [
  [setDataSize, 8],
  [setParity, 1],
];

/** Bits of a byte that was sent at another rate: no text that anybody knows. */
function garbled(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, place) => (((byte << 3) | (byte >> 5)) ^ (0x95 + place)) | 0x80);
}

function rateIn(value: readonly number[]): number {
  return value.slice(0, 4).reduce((rate, byte) => rate * 256 + byte, 0);
}

/**
 * The serial port of a module as a network reaches it: plain bytes, until the host begins with telnet; then telnet, and by RFC 2217
 * the settings of the port. At another rate or frame than the module's both sides hear rubbish, as on a wire.
 */
export class TelnetPort {
  readonly #parts: TelnetPortParts;
  readonly #reader = new TelnetReader();
  readonly #options = new TelnetOptions({ ours: [], theirs: [] }, { ours: [...allowed, echo], theirs: allowed });
  /** Numbers of the settings, as the host has set them. */
  readonly #settings = new Map<number, number>([
    [setDataSize, 8],
    [setParity, 1],
    [setStopSize, 1],
  ]);
  readonly #controls = new Map<number, number>([
    [controls.flow, 1],
    [controls.break, 6],
    [controls.dtr, dtrUp],
    [controls.rts, rtsUp],
    [controls.inboundFlow, 14],
  ]);
  #baudRate: number;
  /** Undefined until the host has said enough to tell. */
  #isTelnet: boolean | undefined;
  #first = new Uint8Array();

  constructor(parts: TelnetPortParts) {
    this.#parts = parts;
    this.#baudRate = parts.baudRate;
  }

  /** The module says something. */
  tell(bytes: Uint8Array): void {
    const heard = this.#isRight ? bytes : garbled(bytes);
    this.#parts.send(this.#isTelnet === true ? escapeTelnet(heard, this.#isBinary) : heard);
  }

  /** The host says something. */
  receive(bytes: Uint8Array): void {
    if (this.#isTelnet === undefined) {
      this.#first = Buffer.concat([this.#first, bytes]);
      // Three bytes tell; no host begins a command with the first of them.
      if (this.#first[0] === 0xff && this.#first.length < 3) return;
      this.#isTelnet = beginsWithTelnet(this.#first);
      return this.receive(this.#first);
    }
    if (!this.#isTelnet) return this.#parts.onData(bytes);
    for (const event of this.#reader.push(bytes)) this.#take(event);
  }

  /** pyserial asks for RFC 2217 and not for binary, and takes every byte all the same. */
  get #isBinary(): boolean {
    return this.#options.isOn('ours', binary) || this.#options.isOn('theirs', comPort);
  }

  get #isRight(): boolean {
    const { baudRate } = this.#parts;
    const isFrame = rightFrame.every(([command, value]) => this.#settings.get(command) === value);
    return isFrame && (baudRate === 0 || baudRate === this.#baudRate);
  }

  #take(event: TelnetEvent): void {
    switch (event.type) {
      case 'data':
        return this.#parts.onData(this.#isRight ? event.bytes : garbled(event.bytes));
      case 'negotiation': {
        const answer = this.#options.receive(event.verb, event.option);
        this.#reader.isBinary = this.#options.isOn('theirs', binary);
        if (answer) this.#parts.send(answer);
        // All lines are told until a host wants fewer (RFC 2217 §3, SET-MODEMSTATE-MASK).
        if (answer && event.option === comPort) this.#answer(notifyModemState, [allUp]);
        return undefined;
      }
      case 'subnegotiation':
        return event.option === comPort ? this.#set([...event.bytes]) : undefined;
      case 'endless':
        return this.#parts.onNonsense();
    }
  }

  #set([command, ...value]: readonly number[]): void {
    if (command === undefined || withoutAnswer.includes(command) || command >= answering) return;
    // How pyserial asks for the state of the lines.
    if (command === notifyModemState) return this.#answer(command, [allUp]);
    this.#answer(command, this.#valueOf(command, value));
    if (command === comPortCommands.setModemStateMask) this.#answer(notifyModemState, [allUp]);
  }

  #answer(command: number, value: readonly number[]): void {
    this.#parts.send(subnegotiationOf(comPort, Uint8Array.of(command + answering, ...value)));
  }

  /** What is set, or, where the host asks with 0, what stands. */
  #valueOf(command: number, value: readonly number[]): readonly number[] {
    const [first = 0] = value;
    if (command === signature) return [...Buffer.from('mipl sim')];
    if (command === setBaudRate) {
      const rate = rateIn(value);
      if (rate > 0) this.#baudRate = rate;
      return [24, 16, 8, 0].map((shift) => (this.#baudRate >>> shift) & 0xff);
    }
    if (command === setControl) return [this.#control(first)];
    const standing = this.#settings.get(command);
    if (standing === undefined) return value;
    if (first > 0) this.#settings.set(command, first);
    return [first > 0 ? first : standing];
  }

  #control(asked: number): number {
    const standing = this.#controls.get(asked);
    if (standing !== undefined) return standing;
    // From 17 on other kinds of flow control.
    const about =
      asked > 16 ? controls.flow : (Object.values(controls).findLast((number) => number < asked) ?? controls.flow);
    const before = this.#controls.get(about);
    this.#controls.set(about, asked);
    if (before !== asked && about === controls.dtr) this.#parts.onLine('dtr', asked === dtrUp);
    if (before !== asked && about === controls.rts) this.#parts.onLine('rts', asked === rtsUp);
    return asked;
  }
}
