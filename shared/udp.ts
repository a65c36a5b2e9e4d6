import type { Fault } from './errors.ts';
import { object, optional, text, trimmed, whole, word } from './schema.ts';
import type { ValueOf } from './schema.ts';

/** The UDP tool: what its page shows and what both sides check. */

/** `<report>` of AT+NSOCR: 1 a hint on arrival, 0 silent, 2 (M5310-A) the data itself as +NSORF. */
export const udpReports = [1, 0, 2] as const;
export type UdpReport = (typeof udpReports)[number];
/** `AT+NSONMI`: 0 silent, 1 a hint, 2 data with its sender, 3 data alone. */
export const udpReportModes = [0, 1, 2, 3] as const;
export type UdpReportMode = (typeof udpReportModes)[number];
/** `<flag>` of AT+NSOSTF: high priority; release the connection after this one; release it after the reply. */
export const udpFlags = ['0x100', '0x200', '0x400'] as const;
export type UdpFlag = (typeof udpFlags)[number];
/** How a payload is typed. */
export const payloadFormats = ['hex', 'text'] as const;
export type PayloadFormat = (typeof payloadFormats)[number];

/** Bytes of a datagram: what every module takes (BC95), and what the command can say at all. */
export const datagramLimits = { usual: 512, most: 1500 } as const;

/** Why a socket cannot be used any more; `gone`: the module did not know it when it was to be closed. */
export type UdpEnding = 'closed' | 'gone' | 'restarted' | 'portLost' | 'disconnected';

/** A socket of the module. */
export interface UdpSocketState {
  readonly number: number;
  /** As it was asked for, 0 any; absent when the socket was opened by somebody else and told of itself. */
  readonly localPort?: number;
  readonly report?: UdpReport;
  readonly openedMs: number;
  readonly ended?: { readonly why: UdpEnding; readonly atMs: number };
  readonly sentCount: number;
  readonly sentBytes: number;
  readonly receivedCount: number;
  readonly receivedBytes: number;
  /** Announced by the module and not read yet. */
  readonly waitingBytes: number;
  /** Why the last read failed. */
  readonly fault?: Fault;
}

/** `accepted`: OK. `sent`, `notSent`: what +NSOSTR said about its sequence number. `damaged`: not what its length says. */
export type UdpDatagramStatus = 'sending' | 'accepted' | 'sent' | 'notSent' | 'failed' | 'received' | 'damaged';

/** A datagram that went out or came in. */
export interface UdpDatagram {
  readonly id: string;
  readonly direction: 'out' | 'in';
  readonly socket: number;
  /** Absent where the module prints the data alone. */
  readonly address?: string;
  readonly port?: number;
  readonly length: number;
  /** As the module printed it when it is `damaged`. */
  readonly hex: string;
  /** Set when the bytes are printable UTF-8. */
  readonly text?: string;
  readonly atMs: number;
  readonly status: UdpDatagramStatus;
  readonly flag?: UdpFlag;
  readonly sequence?: number;
  readonly problem?: 'notHex' | 'wrongLength' | 'cut';
  /** Reads it took, when more than one. */
  readonly pieces?: number;
  /** Its number in an echo test. */
  readonly echo?: number;
  readonly fault?: Fault;
}

/** A socket of the module by its number: the document has seven. */
export const udpSocket = whole(0, 6);
/** A port at the far end. */
export const udpPort = whole(1, 65_535);
/** A number by which the module tells that a datagram has left. */
export const udpSequence = whole(1, 255);
/** A port of the module, 0 any. */
export const localUdpPort = whole(0, udpPort.max);
/** The far end, without the blanks around it. */
export const udpAddress = trimmed(64, {
  must: 'must be an IP address',
  holds: isIpAddress,
  example: '183.230.40.150',
  counterexample: 'echo.example',
});

/** A datagram to be sent, its payload as it was typed. */
export const outgoingDatagram = object({
  socket: udpSocket,
  address: udpAddress,
  port: udpPort,
  format: word(payloadFormats),
  /** Two digits a byte and a blank between; more cannot be sent anyway. */
  payload: text(8192),
  flag: optional(word(udpFlags)),
  /** +NSOSTR tells when it has left. */
  sequence: optional(udpSequence),
});

/** Numbers of an echo test. */
export const echoLimits = {
  count: whole(1, 1000),
  /** From one datagram to the next. */
  intervalMs: whole(0, 600_000),
  /** Bytes of each datagram. */
  size: whole(16, datagramLimits.usual),
  /** From the last byte of the send to the announcement of the answer; later is lost. */
  timeoutMs: whole(1000, 120_000),
} as const;

/** An echo test as it is asked for. */
export const echoOptions = object({ socket: udpSocket, address: udpAddress, port: udpPort, ...echoLimits });
export type EchoOptions = ValueOf<typeof echoOptions>;

/** One datagram of an echo test; the time is there once it was answered in time. */
export interface EchoSample {
  readonly number: number;
  readonly status: 'waiting' | 'answered' | 'lost' | 'late' | 'refused';
  readonly roundTripMs?: number;
}

/** What an echo test has found. `lost` holds those that came too late; `late` says how many those are. */
export interface EchoFigures {
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  readonly late: number;
  readonly duplicates: number;
  /** Came after one that was sent later. */
  readonly reordered: number;
  /** Ours, but not whole. */
  readonly damaged: number;
  /** The module did not take it. */
  readonly refused: number;
  readonly lastMs?: number;
  readonly bestMs?: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly worstMs?: number;
  /** The newest ones, in the order they were sent. */
  readonly samples: readonly EchoSample[];
}

export interface EchoState {
  readonly phase: 'idle' | 'running' | 'done' | 'stopped' | 'failed';
  readonly options?: EchoOptions;
  readonly startedMs?: number;
  readonly finishedMs?: number;
  readonly figures: EchoFigures;
  readonly fault?: Fault;
}

export interface UdpState {
  /** By number; also those that ended, until their number is used again. */
  readonly sockets: readonly UdpSocketState[];
  /** Last AT+NSONMI that was accepted; a module starts with 1. */
  readonly reportMode: UdpReportMode;
  readonly echo: EchoState;
}

/** Before anything was sent. */
export const noFigures: EchoFigures = {
  sent: 0,
  answered: 0,
  lost: 0,
  late: 0,
  duplicates: 0,
  reordered: 0,
  damaged: 0,
  refused: 0,
  samples: [],
};

/** Before anything was opened. */
export const initialUdp: UdpState = { sockets: [], reportMode: 1, echo: { phase: 'idle', figures: noFigures } };

/** A payload as AT+NSOST wants it, or why it cannot be sent. */
export type DatagramPayload =
  | { readonly ok: true; readonly hex: string; readonly length: number }
  | {
      readonly ok: false;
      readonly problem: 'empty' | 'notHex' | 'oddHex' | 'notText' | 'tooLong';
      readonly length: number;
    };

/** UTF-8 as hex. `encodeURIComponent` is the one encoder that main, window and this folder share. */
function utf8Hex(text: string): string {
  return encodeURIComponent(text).replace(/%(..)|[^%]/g, (character, hex?: string) =>
    hex === undefined ? character.charCodeAt(0).toString(16).toUpperCase() : hex,
  );
}

/** Reads what a person typed: hex with any blanks between digits, or text to be sent as UTF-8. */
export function parsePayload(format: PayloadFormat, typed: string): DatagramPayload {
  if (format === 'text' && !typed.isWellFormed()) return { ok: false, problem: 'notText', length: 0 };
  const hex = format === 'text' ? utf8Hex(typed) : typed.replace(/\s+/g, '').toUpperCase();
  const length = Math.ceil(hex.length / 2);
  if (length === 0) return { ok: false, problem: 'empty', length };
  if (/[^0-9A-F]/.test(hex)) return { ok: false, problem: 'notHex', length };
  if (hex.length % 2 === 1) return { ok: false, problem: 'oddHex', length };
  if (length > datagramLimits.most) return { ok: false, problem: 'tooLong', length };
  return { ok: true, hex, length };
}

/** True for an IPv4 address, and for what may be an IPv6 one. Names have to be resolved before. */
export function isIpAddress(text: string): boolean {
  const parts = text.split('.');
  if (parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return true;
  return text.length <= 45 && /^[0-9a-f:.]+$/i.test(text) && text.split(':').length > 2;
}
