import type { AppState } from '../../../shared/state.ts';
import { noFigures } from '../../../shared/udp.ts';
import type { EchoSample, UdpDatagram } from '../../../shared/udp.ts';
import { moment, sessionState } from './sampleState.ts';

const hexOf = (text: string): string =>
  [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');

const server = { address: '183.230.40.150', port: 36000 } as const;

function textDatagram(
  id: number,
  direction: UdpDatagram['direction'],
  text: string,
  rest: Partial<UdpDatagram> = {},
): UdpDatagram {
  const hex = hexOf(text);
  const status = direction === 'out' ? 'accepted' : 'received';
  return {
    id: String(id),
    direction,
    socket: 0,
    ...server,
    length: hex.length / 2,
    hex,
    text,
    atMs: moment + 400 * id,
    status,
    ...rest,
  };
}

/** Round trips of a cell at the edge: the first wakes the radio, some are lost. */
const times = [4120, 610, 540, 0, 720, 580, 1310, 560, 0, 2240, 640, 590, 530, 770, 0, 610];

function samples(): EchoSample[] {
  const known = times.map((roundTripMs, i): EchoSample =>
    roundTripMs === 0
      ? { number: i + 1, status: i === 8 ? 'late' : 'lost' }
      : { number: i + 1, status: 'answered', roundTripMs },
  );
  return [...known, { number: known.length + 1, status: 'waiting' }];
}

/** In the middle of an echo test, with sockets of every kind and datagrams of every fate. */
export function udpState(now: number): AppState {
  const state = sessionState(now);
  const counters = { sentCount: 0, sentBytes: 0, receivedCount: 0, receivedBytes: 0, waitingBytes: 0 };
  const datagrams = [
    textDatagram(1, 'out', '0123456789', { sequence: 7, flag: '0x400', status: 'sent' }),
    textDatagram(2, 'in', '[117.169.36.15:2179]0123456789'),
    textDatagram(3, 'out', '温度 20.123 ℃'),
    textDatagram(4, 'in', '[117.169.36.15:2179]温度 20.123 ℃', { pieces: 2 }),
    textDatagram(5, 'out', 'x'.repeat(20), {
      status: 'failed',
      fault: { code: 'AT_CME', message: 'AT+NSOST=0,183.230.40.150,36000,20,78…: +CME ERROR: 50', detail: '50' },
    }),
    { ...textDatagram(6, 'in', ''), hex: '00FF8090A1', length: 5 },
    textDatagram(7, 'in', '', { hex: '0011zz', length: 3, status: 'damaged', problem: 'notHex' }),
    textDatagram(8, 'out', 'mipl3fa20001.0123456789012345678', { echo: 1 }),
    textDatagram(9, 'in', '[117.169.36.15:2179]mipl3fa20001.0123456789012345678', { echo: 1 }),
  ].map((datagram) => {
    const { text, ...rest } = datagram;
    return text === '' || text === undefined ? rest : datagram;
  });
  return {
    ...state,
    udp: {
      reportMode: 1,
      sockets: [
        {
          number: 0,
          localPort: 2334,
          report: 1,
          openedMs: now,
          ...counters,
          sentCount: 20,
          sentBytes: 584,
          receivedCount: 16,
          receivedBytes: 812,
        },
        { number: 1, localPort: 0, report: 0, openedMs: now, ...counters, waitingBytes: 30 },
        { number: 2, localPort: 0, report: 1, openedMs: now, ...counters, ended: { why: 'restarted', atMs: moment } },
        { number: 4, openedMs: now, ...counters, receivedCount: 1, receivedBytes: 1024 },
      ],
      echo: {
        phase: 'running',
        options: { socket: 0, ...server, count: 20, intervalMs: 1000, size: 32, timeoutMs: 15_000 },
        startedMs: now - 24_000,
        figures: {
          ...noFigures,
          sent: 17,
          answered: 13,
          lost: 3,
          late: 1,
          reordered: 1,
          lastMs: 610,
          bestMs: 530,
          p50Ms: 610,
          p95Ms: 4120,
          worstMs: 4120,
          samples: samples(),
        },
      },
    },
    datagrams: Object.fromEntries(datagrams.map((datagram) => [datagram.id, datagram])),
  };
}
