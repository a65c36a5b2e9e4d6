import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { paced } from '../../main/sim/pacing.ts';
import { loopback } from '../../main/transport/loopback.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function cable(baudRate: number, cut?: () => number) {
  const [near, far] = loopback();
  const wire = paced(near, { baudRate, ...(cut ? { cut } : {}) });
  const atHost: number[] = [];
  const atModule: number[] = [];
  const sizes: number[] = [];
  far.onData = (bytes) => {
    sizes.push(bytes.length);
    atHost.push(...bytes);
  };
  wire.onData = (bytes) => atModule.push(...bytes);
  return { wire, far, atHost, atModule, sizes };
}
const line = Uint8Array.from({ length: 40 }, (_, index) => index);

test('at 9600 baud a line of 40 bytes takes 42 ms towards the host', async () => {
  const { wire, atHost } = cable(9600);
  await wire.write(line);
  await vi.advanceTimersByTimeAsync(41);
  expect(atHost.length).toBeLessThan(40);
  await vi.advanceTimersByTimeAsync(2);
  expect(atHost).toEqual([...line]);
});

test('towards the module it takes as long', async () => {
  const { far, atModule } = cable(9600);
  await far.write(line);
  await vi.advanceTimersByTimeAsync(41);
  expect(atModule.length).toBeLessThan(40);
  await vi.advanceTimersByTimeAsync(2);
  expect(atModule).toEqual([...line]);
});

test('bytes trickle: half of the time brings about half of them', async () => {
  const { wire, atHost } = cable(9600);
  await wire.write(Uint8Array.from({ length: 960 }));
  await vi.advanceTimersByTimeAsync(500);
  expect(atHost.length).toBeGreaterThan(455);
  expect(atHost.length).toBeLessThanOrEqual(480);
});

test('what waits behind other bytes comes after them, and the wire does not save up time while idle', async () => {
  const { wire, atHost } = cable(9600);
  await vi.advanceTimersByTimeAsync(1000);
  await wire.write(line);
  await wire.write(line);
  await vi.advanceTimersByTimeAsync(82);
  expect(atHost.length).toBeLessThan(80);
  await vi.advanceTimersByTimeAsync(3);
  expect(atHost).toEqual([...line, ...line]);
});

test('baud 0 waits for nothing', async () => {
  const { wire, atHost } = cable(0);
  await wire.write(line);
  await vi.advanceTimersByTimeAsync(0);
  expect(atHost).toEqual([...line]);
});

test('pieces are cut by chance and lose nothing', async () => {
  let turn = 0;
  const { wire, atHost, sizes } = cable(0, () => (turn++ % 3) / 3);
  await wire.write(line);
  await vi.advanceTimersByTimeAsync(0);
  expect(atHost).toEqual([...line]);
  expect(new Set(sizes).size).toBeGreaterThan(1);
});

test('closing leaves no timer', async () => {
  const { wire, far } = cable(9600);
  await wire.write(line);
  await far.write(line);
  const closed = wire.close();
  await vi.advanceTimersByTimeAsync(2000);
  await closed;
  expect(vi.getTimerCount()).toBe(0);
});

test('bytes come evenly: no silence within a line that a driver would take for its end (10 ms)', async () => {
  const { wire, far } = cable(9600);
  const times: number[] = [];
  const onData = far.onData;
  far.onData = (bytes) => {
    times.push(performance.now());
    onData?.(bytes);
  };
  await wire.write(Uint8Array.from({ length: 200 }));
  await vi.advanceTimersByTimeAsync(300);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(3);
  expect(times.length).toBeGreaterThan(60);
});
