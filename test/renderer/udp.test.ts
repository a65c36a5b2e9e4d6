import { createPinia, setActivePinia } from 'pinia';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { initialDeviceState } from '../../shared/state.ts';
import { applyPatch } from '../../shared/statePatch.ts';
import type { DeviceState, ConnectionPhase } from '../../shared/state.ts';
import type { EchoSample, UdpDatagram, UdpSocketState } from '../../shared/udp.ts';
import { endDeviceStores } from '../../renderer/mirror/deviceStores.ts';
import { useStateStore } from '../../renderer/mirror/stateStore.ts';
import { useUdpStore } from '../../renderer/udp/udpStore.ts';
import {
  barsOf,
  chosenSocket,
  datagramWords,
  documentServer,
  echoVerdict,
  hexLines,
  inOrder,
  lineTimeMs,
  lossOf,
  openVerdict,
  percent,
  roundTrip,
  sendVerdict,
} from '../../renderer/udp/udpForm.ts';
import type { UdpDraft } from '../../renderer/udp/udpForm.ts';
import { noFigures } from '../../shared/udp.ts';

const socket = (number: number, ended = false): UdpSocketState => ({
  number,
  openedMs: 0,
  sentCount: 0,
  sentBytes: 0,
  receivedCount: 0,
  receivedBytes: 0,
  waitingBytes: 0,
  ...(ended ? { ended: { why: 'closed', atMs: 0 } } : {}),
});

function stateWith(phase: ConnectionPhase, sockets: readonly UdpSocketState[] = [], registration = 1): DeviceState {
  const state = initialDeviceState();
  return applyPatch(state, {
    connection: { phase },
    network: { registration },
    udp: { ...state.udp, sockets },
  });
}

const ready = stateWith('ready', [socket(0)]);
const draft: UdpDraft = {
  socket: undefined,
  address: '183.230.40.150',
  port: '36000',
  format: 'hex',
  payload: '30 31',
  flag: '',
  sequence: '',
};
const fields = { count: '20', intervalMs: '1000', size: '32', timeoutMs: '15000' };
const why = (
  verdict: ReturnType<typeof sendVerdict> | ReturnType<typeof echoVerdict> | ReturnType<typeof openVerdict>,
) => (verdict.allowed ? 'allowed' : verdict.reason.key.replace(/^udp\.no\.|\.reason$/g, ''));

describe('what has to happen first', () => {
  it.each([
    ['closed', 1, 'link'],
    ['lost', 1, 'link'],
    ['waiting', 1, 'link'],
    ['opening', 1, 'answer'],
    ['probing', 1, 'answer'],
    ['ready', 2, 'network'],
    ['ready', 3, 'network'],
    ['ready', 5, 'socket'],
    ['ready', 1, 'socket'],
  ] as const)('with the port %s and +CEREG %i: %s', (phase, registration, reason) => {
    expect(why(sendVerdict(stateWith(phase, [], registration), draft))).toBe(reason);
  });

  it('is nothing more for a socket', () => {
    expect(openVerdict(stateWith('ready'), '2334')).toEqual({ allowed: true, value: 2334 });
    expect(why(openVerdict(stateWith('closed'), '0'))).toBe('link');
    for (const port of ['', '65536', '-1', 'x', '1.5']) expect(why(openVerdict(ready, port))).toBe('localPort');
  });

  it('is not a network of which nothing is known', () => {
    const state = applyPatch(ready, { network: {} });
    expect(sendVerdict(state, draft).allowed).toBe(true);
  });
});

describe('a datagram', () => {
  it('is sent as typed, main makes bytes of it', () => {
    expect(sendVerdict(ready, { ...draft, address: ' 183.230.40.150 ', flag: '0x200', sequence: '255' })).toEqual({
      allowed: true,
      value: {
        socket: 0,
        address: '183.230.40.150',
        port: 36000,
        format: 'hex',
        payload: '30 31',
        flag: '0x200',
        sequence: 255,
      },
    });
  });

  it.each([
    [{ address: 'iot.10086.cn' }, 'address'],
    [{ port: '0' }, 'port'],
    [{ payload: '' }, 'empty'],
    [{ payload: '3' }, 'oddHex'],
    [{ payload: 'zz' }, 'notHex'],
    [{ format: 'text', payload: '\ud800' }, 'notText'],
    [{ payload: '41'.repeat(1501) }, 'tooLong'],
    [{ sequence: '256' }, 'sequence'],
    [{ sequence: 'x' }, 'sequence'],
    [{ payload: '41'.repeat(1500) }, 'allowed'],
  ] as const)('with %j: %s', (change, reason) => {
    expect(why(sendVerdict(ready, { ...draft, ...change }))).toBe(reason);
  });
});

describe('the socket used', () => {
  it('is the chosen one while it is open, else the first that is', () => {
    const sockets = [socket(0, true), socket(1), socket(3)];
    expect(chosenSocket(sockets, 3)?.number).toBe(3);
    expect(chosenSocket(sockets, 0)?.number).toBe(1);
    expect(chosenSocket(sockets, undefined)?.number).toBe(1);
    expect(chosenSocket([socket(0, true)], 0)).toBeUndefined();
  });
});

describe('an echo test', () => {
  it('takes its numbers within their limits', () => {
    expect(echoVerdict(ready, draft, fields)).toEqual({
      allowed: true,
      value: {
        socket: 0,
        address: '183.230.40.150',
        port: 36000,
        count: 20,
        intervalMs: 1000,
        size: 32,
        timeoutMs: 15_000,
      },
    });
    expect(why(echoVerdict(ready, draft, { ...fields, count: '0' }))).toBe('echo.count');
    expect(why(echoVerdict(ready, draft, { ...fields, intervalMs: '-1' }))).toBe('echo.intervalMs');
    expect(why(echoVerdict(ready, draft, { ...fields, size: '513' }))).toBe('echo.size');
    expect(why(echoVerdict(ready, draft, { ...fields, timeoutMs: '999' }))).toBe('echo.timeoutMs');
    expect(why(echoVerdict(ready, { ...draft, address: '' }, fields))).toBe('address');
    expect(why(echoVerdict(stateWith('closed'), draft, fields))).toBe('link');
  });

  it('may begin without a socket: one is opened for it', () => {
    const verdict = echoVerdict(stateWith('ready'), draft, fields);
    expect(verdict.allowed && verdict.value.socket).toBeUndefined();
    expect(verdict.allowed).toBe(true);
  });

  it('has a loss once something is decided', () => {
    expect(lossOf(noFigures)).toBeUndefined();
    expect(lossOf({ ...noFigures, answered: 3, lost: 1 })).toBe(0.25);
  });
});

describe('figures in words', () => {
  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.25, '25 %'],
    [3 / 16, '18.8 %'],
    [0.0001, '<0.1 %'],
  ])('a loss of %d is %s', (share, text) => expect(percent(share)).toBe(text));

  it.each([
    [0, '<1 ms'],
    [0.4, '<1 ms'],
    [12.4, '12 ms'],
    [999.4, '999 ms'],
    [999.5, '1.00 s'],
    [4120, '4.12 s'],
  ])('%d ms is %s', (ms, text) => expect(roundTrip(ms)).toBe(text));

  it('counts the line time of a long datagram at 9600 baud in seconds', () => {
    expect(lineTimeMs(512, 9600)).toBeGreaterThan(1000);
    expect(lineTimeMs(10, 115_200)).toBeLessThan(10);
  });

  it('writes hex in lines of sixteen bytes', () => {
    expect(hexLines('')).toBe('');
    expect(hexLines('3031')).toBe('30 31');
    expect(hexLines('41'.repeat(17))).toBe(`${Array(16).fill('41').join(' ')}\n41`);
  });
});

describe('the picture of round trips', () => {
  const sample = (number: number, roundTripMs?: number): EchoSample =>
    roundTripMs === undefined ? { number, status: 'lost' } : { number, status: 'answered', roundTripMs };

  it.each([
    [[], 1],
    [[0.2], 1],
    [[12], 20],
    [[20], 20],
    [[480, 21], 500],
    [[999], 1000],
  ])('of %j reaches to %d ms', (times, top) => {
    expect(barsOf(times.map((time, i) => sample(i, time))).topMs).toBe(top);
  });

  it('has heights as shares of the top; what was lost has none of its own', () => {
    const { bars } = barsOf([sample(1, 10), sample(2), sample(3, 2)]);
    expect(bars.map(({ height }) => height)).toEqual([1, 1, 0.2]);
    expect(bars[1]?.status).toBe('lost');
  });
});

describe('datagrams', () => {
  const datagram = (id: string, rest: Partial<UdpDatagram> = {}): UdpDatagram => ({
    id,
    direction: 'out',
    socket: 0,
    length: 1,
    hex: '41',
    atMs: 0,
    status: 'accepted',
    ...rest,
  });

  it('stand in the order of their times, then of their ids', () => {
    const all = { 10: datagram('10'), 9: datagram('9'), 100: datagram('100'), 101: datagram('101', { atMs: -1 }) };
    expect(inOrder(all).map(({ id }) => id)).toEqual(['101', '9', '10', '100']);
  });

  it.each([
    [{}, '✓', 'udp.status.accepted.word', 'dim'],
    [{ status: 'sending' }, '…', 'udp.status.sending.word', 'dim'],
    [{ status: 'sent' }, '✓', 'udp.status.sent.word', 'ok'],
    [{ status: 'notSent' }, '✕', 'udp.status.notSent.word', 'error'],
    [{ status: 'failed' }, '✕', 'udp.status.failed.word', 'error'],
    [{ status: 'received' }, '✓', 'udp.status.received.word', 'ok'],
    [{ status: 'damaged', problem: 'cut' }, '▲', 'udp.problem.cut.word', 'warn'],
  ] as const)('%j are marked %s', (rest, mark, key, tone) => {
    const shown = datagramWords(datagram('1', rest));
    expect([shown.mark, shown.words.key, shown.tone]).toEqual([mark, key, tone]);
  });
});

describe('what the page keeps', () => {
  /** The page of a main process in that state. */
  async function page(state: Partial<DeviceState>) {
    const snapshot = { revision: 1, state: { ...initialDeviceState(), ...state } };
    vi.stubGlobal('window', {
      api: { on: () => () => undefined, getSnapshot: async () => ({ ok: true, value: snapshot }) },
    });
    onTestFinished(() => {
      endDeviceStores('1');
      vi.unstubAllGlobals();
    });
    setActivePinia(createPinia());
    await useStateStore('1').start();
    return useUdpStore('1');
  }
  const simulator = { http: '', coap: '', echo: '127.0.0.1:40003', imei: '', imsi: '' };

  it('aims at the test server of the document', async () => {
    expect((await page({})).draft).toMatchObject({ ...documentServer, socket: undefined });
  });

  it('aims at the echo server of a virtual module, until something is typed', async () => {
    const udp = await page({ simulator });
    expect(udp.draft).toMatchObject({ address: '127.0.0.1', port: '40003' });
    udp.port = '9';
    expect(udp.draft).toMatchObject({ address: '127.0.0.1', port: '9' });
    udp.aim('document');
    expect(udp.draft).toMatchObject(documentServer);
    udp.aim('simulated');
    expect(udp.draft).toMatchObject({ address: '127.0.0.1', port: '40003' });
  });

  it('shows datagrams of the echo test only when asked to', async () => {
    const [plain, echoed] = [
      { id: '1', direction: 'out', socket: 0, length: 1, hex: '41', atMs: 0, status: 'accepted' },
      { id: '2', direction: 'in', socket: 0, length: 1, hex: '41', atMs: 0, status: 'received', echo: 1 },
    ] as const;
    const udp = await page({ datagrams: { 1: plain, 2: echoed } });
    expect(udp.datagrams).toEqual([plain, echoed]);
    udp.isEchoShown = false;
    expect(udp.datagrams).toEqual([plain]);
  });
});
