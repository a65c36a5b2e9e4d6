import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startDevice, until } from './rig.ts';

const usual: Readonly<Record<string, string>> = {
  'AT+CGMI': 'CMCC',
  'AT+CGMM': 'M5310',
  'AT+CGMR': 'V100',
  'AT+CGSN=1': '+CGSN:869334030000010',
  'AT+CIMI': '460041234567899',
  'AT+NCCID': '+NCCID:89860469334030000010',
  'AT+CEREG?': '+CEREG:1,1',
  'AT+CSQ': '+CSQ:20,99',
};
const LAST = 60_000;
/** The storm alone takes half a minute of a machine that gives this process a twentieth of its time; what is promised comes after it. */
const stormPatienceMs = 90_000;

/** A module behind a serial server that takes `answerMs` for each answer, as one at 9600 baud does. */
async function slowModule(answerMs: number) {
  let socket: Socket | undefined;
  const answered = new Map<number, number>();
  const server = createServer((connected) => {
    socket = connected;
    let rest = '';
    connected.setEncoding('latin1');
    connected.on('error', () => undefined);
    connected.on('data', (text: string) => {
      const lines = (rest + text).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [, msgId] = /^AT\+MIPL[A-Z]+RSP=0,(\d+),/.exec(line) ?? [];
        if (msgId === undefined) {
          const text = usual[line];
          connected.write(text === undefined ? '\r\nOK\r\n' : `\r\n${text}\r\n\r\nOK\r\n`);
          continue;
        }
        answered.set(Number(msgId), performance.now());
        setTimeout(() => connected.write('\r\nOK\r\n'), answerMs);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    socket?.destroy();
    server.close();
  });
  return {
    path: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered,
    /** The cable is pulled; the server takes the next connection. */
    pull: (): void => void socket?.destroy(),
    say: (lines: readonly string[]): void => {
      socket?.write(lines.map((line) => `\r\n${line}\r\n`).join(''), 'latin1');
    },
  };
}

const kinds: readonly ((msgId: number) => string)[] = [
  (msgId) => `+MIPLREAD:0,${msgId},3303,0,5700`,
  (msgId) => `+MIPLEXECUTE:0,${msgId},3303,0,5605,5,"reset"`,
  (msgId) => `+MIPLOBSERVE:0,${msgId},1,3303,0,-1`,
  (msgId) => `+MIPLPARAMETER:0,${msgId},3303,0,5700,7,"pmax=60"`,
];

it(
  'answers a read in time that comes after 10,000 requests which the line cannot answer',
  async () => {
    const module = await slowModule(20);
    const device = await startDevice({ settings: { registerOnConnect: false } });
    const remarks: string[] = [];
    device.log.onBatch((entries) => remarks.push(...entries.flatMap(({ remark }) => (remark ? [remark.code] : []))));
    await device.openPort(module.path, 9600);
    await until(device, 'the network', ({ stages }) => stages.network.status === 'done');
    const storm = Array.from({ length: 10_000 }, (_, at) => kinds[at % kinds.length]?.(at + 1) ?? '');
    module.say(storm);
    await vi.waitFor(() => expect(remarks).toContain('newestFirst'), { timeout: stormPatienceMs, interval: 20 });
    const askedMs = performance.now();
    module.say([`+MIPLREAD:0,${LAST},3303,0,5700`]);
    await vi.waitFor(() => expect(module.answered.has(LAST)).toBe(true), { timeout: 10_000, interval: 5 });
    expect((module.answered.get(LAST) ?? Infinity) - askedMs).toBeLessThan(3000);
    await until(device, 'the ledger says so', ({ requests }) =>
      Object.values(requests).some(({ msgId, status, late }) => msgId === LAST && status === 'answered' && !late),
    );
    // The answer after it has left already, and may wait for its OK.
    await until(device, 'each answer is counted', ({ answerTimes }) => module.answered.size - answerTimes.count <= 1);
  },
  2 * stormPatienceMs,
);

it('counts the answers of a session on, when the cable was pulled meanwhile', async () => {
  const module = await slowModule(0);
  const device = await startDevice({ session: { reopenMs: 5 }, settings: { registerOnConnect: false } });
  await device.openPort(module.path, 9600);
  await until(device, 'the network', ({ stages }) => stages.network.status === 'done');
  module.say(Array.from({ length: 300 }, (_, at) => `+MIPLREAD:0,${at + 1},3303,0,5700`));
  await until(device, '300 answers', ({ answerTimes }) => answerTimes.count === 300);
  module.pull();
  await until(device, 'the port is gone', ({ connection }) => connection.phase !== 'ready');
  await until(device, 'the port is back', ({ connection }) => connection.phase === 'ready');
  expect(device.state.state.answerTimes.count).toBe(300);
  module.say(['+MIPLREAD:0,400,3303,0,5700']);
  await until(device, 'one more', ({ answerTimes }) => answerTimes.count === 301);
  await device.closePort();
  await device.openPort(module.path, 9600);
  expect(device.state.state.answerTimes.count).toBe(0);
}, 60_000);
