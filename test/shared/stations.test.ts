import { describe, expect, it } from 'vitest';
import { fits } from '../../shared/schema.ts';
import { clockOffMs, noStation, passRate, readQueueAddress, stationSettings, workName } from '../../shared/stations.ts';

describe('the address of a queue', () => {
  it.each([
    ['nats://a', ['a:4222'], false, 'nats://a'],
    ['nats://a:1, TLS://[::1]:2/', ['a:1', '[::1]:2'], true, 'nats://a:1,tls://[::1]:2'],
    [' tls://nats.factory.example ', ['nats.factory.example:4222'], true, 'tls://nats.factory.example'],
  ])('%s', (text, servers, isEncrypted, address) => {
    expect(readQueueAddress(text)).toEqual({ servers, isEncrypted, address });
    expect(readQueueAddress(address)).toEqual({ servers, isEncrypted, address });
  });

  it.each([
    ...['', 'a:4222', 'http://a', 'nats://', 'nats://a,,nats://b', 'ws://a', 'nats://a:0', 'nats://a:99999'],
    ...['nats://me:secret@a', 'nats://me@a', 'nats://a/b', 'nats://[zz:1]', 'nats://a b', 'nats://a\nb'],
  ])('is none: %j', (text) => {
    expect(readQueueAddress(text)).toBeUndefined();
  });
});

describe('settings of a station', () => {
  it('of a first start name no queue, and are settings', () => {
    expect(fits(stationSettings, noStation)).toBe(true);
  });

  it.each([
    ['an address as it is kept', { address: 'nats://a,tls://b:1' }, true],
    ['an address with blanks', { address: ' nats://a' }, false],
    ['a name', { name: 'line-1' }, true],
    ['a name with a control character', { name: 'line\u0007' }, false],
    ['a name with a wildcard', { name: 'line.*' }, false],
  ])('may have %s: %j', (_, change, isGood) => {
    expect(fits(stationSettings, { ...noStation, ...change })).toBe(isGood);
  });

  it('know a name of work from none', () => {
    expect(['a', 'A-1_b', 'x'.repeat(64)].every((name) => fits(workName, name))).toBe(true);
    expect(['', '.', '../x', 'a b', '>', '*', 'x'.repeat(65), '泵'].some((name) => fits(workName, name))).toBe(false);
  });
});

it('the share that passed is of those that came to a verdict, and of none where none did', () => {
  const none = { passed: 0, failed: 0, notRun: 3, setAside: 1, cancelled: 7 };
  expect(passRate(none)).toBeUndefined();
  expect(passRate({ ...none, passed: 31, failed: 1 })).toBe(31 / 32);
});

it.each([
  [0, undefined],
  [-30_000, undefined],
  [30_001, 30_001],
  [-3_600_000, -3_600_000],
])('a station that says a time %i ms off has a clock that is wrong by %s', (offMs, wrongMs) => {
  expect(clockOffMs(1_800_000_000_000 + offMs, 1_800_000_000_000)).toBe(wrongMs);
});
