import { defined } from '../../shared/defined.ts';
import { isOnNetwork } from '../../shared/networkStatus.ts';
import { isLinkGone } from '../../shared/phases.ts';
import type { DeviceState } from '../../shared/state.ts';
import {
  datagramLimits,
  echoLimits,
  isIpAddress,
  localUdpPort,
  parsePayload,
  udpPort,
  udpSequence,
} from '../../shared/udp.ts';
import type { outgoingDatagram } from '../../shared/udp.ts';
import type {
  EchoFigures,
  EchoOptions,
  EchoSample,
  PayloadFormat,
  UdpDatagram,
  UdpFlag,
  UdpSocketState,
} from '../../shared/udp.ts';
import type { ValueOf } from '../../shared/schema.ts';
import { readWhole } from '../../shared/wholeRange.ts';
import type { WholeRange } from '../../shared/wholeRange.ts';
import type { Permission } from '../ui/obstacle.ts';
import type { Phrase } from '../../shared/phrase.ts';
import { phrase } from '../../shared/phrase.ts';

/** The test server of the document (chapter 2). */
export const documentServer = { address: '183.230.40.150', port: '36000' } as const;

/** Fields of the page as they were typed. */
export interface UdpDraft {
  readonly socket: number | undefined;
  readonly address: string;
  readonly port: string;
  readonly format: PayloadFormat;
  readonly payload: string;
  readonly flag: UdpFlag | '';
  readonly sequence: string;
}

/** Fields of the echo test as they were typed. */
export type EchoDraft = Readonly<Record<keyof typeof echoLimits, string>>;

type Line = Pick<DeviceState, 'connection' | 'network' | 'udp'>;

const no = (why: string, values: Phrase['values'] = {}): Permission<never> => ({
  allowed: false,
  reason: phrase(`udp.no.${why}.reason`, values),
  advice: phrase(`udp.no.${why}.advice`, values),
});

const span = ({ min, max }: WholeRange): Phrase['values'] => ({ min, max });

/** True while the socket can be used. */
export function isOpen(socket: UdpSocketState): boolean {
  return socket.ended === undefined;
}

/** The open socket of that number, else the first open one. */
export function chosenSocket(
  sockets: readonly UdpSocketState[],
  chosen: number | undefined,
): UdpSocketState | undefined {
  return sockets.find((socket) => socket.number === chosen && isOpen(socket)) ?? sockets.find(isOpen);
}

/** What has to happen before anything can be asked of the module. */
function lineVerdict({ connection, network }: Line): ReturnType<typeof no> | undefined {
  if (isLinkGone(connection.phase)) return no('link');
  if (connection.phase !== 'ready') return no('answer');
  const { registration } = network;
  // Unknown is no reason to refuse.
  return registration === undefined || isOnNetwork(registration) ? undefined : no('network');
}

/** May a socket be opened. */
export function openVerdict(state: Line, port: string): Permission<number> {
  const refused = lineVerdict(state);
  if (refused) return refused;
  const value = readWhole(port, localUdpPort);
  return value === undefined ? no('localPort', span(localUdpPort)) : { allowed: true, value };
}

/** Where to, when it is whole. */
function target(draft: Pick<UdpDraft, 'address' | 'port'>): Permission<{ address: string; port: number }> {
  const address = draft.address.trim();
  if (!isIpAddress(address)) return no('address', { address });
  const port = readWhole(draft.port, udpPort);
  return port === undefined ? no('port', span(udpPort)) : { allowed: true, value: { address, port } };
}

/** What `sendUdp` is called with. */
export type Sending = ValueOf<typeof outgoingDatagram>;

/** May the datagram be sent. */
export function sendVerdict(state: Line, draft: UdpDraft): Permission<Sending> {
  const refused = lineVerdict(state);
  if (refused) return refused;
  const socket = chosenSocket(state.udp.sockets, draft.socket);
  if (!socket) return no('socket');
  const to = target(draft);
  if (!to.allowed) return to;
  const payload = parsePayload(draft.format, draft.payload);
  if (!payload.ok) return no(payload.problem, { length: payload.length, limit: datagramLimits.most });
  const sequence = draft.sequence.trim() === '' ? undefined : readWhole(draft.sequence, udpSequence);
  if (sequence === undefined && draft.sequence.trim() !== '') return no('sequence', span(udpSequence));
  return {
    allowed: true,
    value: {
      socket: socket.number,
      ...to.value,
      format: draft.format,
      payload: draft.payload,
      ...(draft.flag === '' ? {} : { flag: draft.flag }),
      ...defined({ sequence }),
    },
  };
}

/** May an echo test be started. Without a socket it may, too: one is opened for it, and `socket` is undefined. */
export function echoVerdict(
  state: Line,
  draft: Pick<UdpDraft, 'socket' | 'address' | 'port'>,
  fields: EchoDraft,
): Permission<Omit<EchoOptions, 'socket'> & { readonly socket: number | undefined }> {
  const refused = lineVerdict(state);
  if (refused) return refused;
  const to = target(draft);
  if (!to.allowed) return to;
  const numbers: Record<string, number> = {};
  for (const [name, range] of Object.entries(echoLimits)) {
    const value = readWhole(fields[name as keyof EchoDraft], range);
    if (value === undefined) return no(`echo.${name}`, { least: range.min, most: range.max });
    numbers[name] = value;
  }
  const socket = chosenSocket(state.udp.sockets, draft.socket)?.number;
  return { allowed: true, value: { socket, ...to.value, ...(numbers as Record<keyof EchoDraft, number>) } };
}

/** Share of those that were decided and did not come back in time, 0 to 1; undefined before any was. */
export function lossOf({ answered, lost }: EchoFigures): number | undefined {
  return answered + lost === 0 ? undefined : lost / (answered + lost);
}

/** `12 ms`, `2.31 s`. */
export function roundTrip(ms: number): string {
  if (ms < 1) return '<1 ms';
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** `0 %`, `4.3 %`; a loss is never rounded away. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return '<0.1 %';
  return `${Number.isInteger(value) ? value : value.toFixed(1)} %`;
}

/** How long a command with a payload of that many bytes keeps a serial line busy, milliseconds: ten bits a character. */
export function lineTimeMs(payloadBytes: number, baudRate: number): number {
  const head = 'AT+NSOST=0,255.255.255.255,65535,512,'.length + 2;
  return ((head + 2 * payloadBytes) * 10_000) / baudRate;
}

/** One bar of the picture of round trips; lengths from 0 to 1. */
export interface Bar {
  readonly number: number;
  readonly status: EchoSample['status'];
  readonly height: number;
}

/** The bars, and what a full one stands for: the next round number of milliseconds. */
export function barsOf(samples: readonly EchoSample[]): { readonly topMs: number; readonly bars: readonly Bar[] } {
  const worst = Math.max(1, ...samples.map(({ roundTripMs }) => roundTripMs ?? 0));
  const power = 10 ** Math.floor(Math.log10(worst));
  const topMs = ([1, 2, 5, 10].find((step) => step * power >= worst) ?? 10) * power;
  const bars = samples.map(({ number, status, roundTripMs }) => ({
    number,
    status,
    height: roundTripMs === undefined ? 1 : roundTripMs / topMs,
  }));
  return { topMs, bars };
}

/** Datagrams in the order of their times: what came in is read, and entered, later than it was announced. */
export function inOrder(datagrams: DeviceState['datagrams']): UdpDatagram[] {
  return Object.values(datagrams).sort((a, b) => a.atMs - b.atMs || Number(a.id) - Number(b.id));
}

/** What became of a datagram: mark, words and tone. */
export function datagramWords({ status, problem, fault }: UdpDatagram): {
  readonly mark: string;
  readonly words: Phrase;
  /** The same in a sentence. */
  readonly hint: Phrase;
  readonly tone: 'ok' | 'warn' | 'error' | 'dim';
} {
  const key = problem === undefined ? `udp.status.${status}` : `udp.problem.${problem}`;
  const words = { words: phrase(`${key}.word`), hint: phrase(`${key}.hint`) };
  if (fault || status === 'failed' || status === 'notSent') return { mark: '✕', ...words, tone: 'error' };
  if (status === 'damaged') return { mark: '▲', ...words, tone: 'warn' };
  if (status === 'sending') return { mark: '…', ...words, tone: 'dim' };
  return { mark: '✓', ...words, tone: status === 'accepted' ? 'dim' : 'ok' };
}

/** Hex in groups of two digits, sixteen to a line. */
export function hexLines(hex: string): string {
  const pairs = hex.match(/.{1,2}/gu) ?? [];
  return pairs
    .map((pair, i) => (i % 16 === 0 ? '\n' : ' ') + pair)
    .join('')
    .slice(1);
}
