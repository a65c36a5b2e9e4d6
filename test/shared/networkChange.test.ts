import { describe, expect, it } from 'vitest';
import { linesOf, lockOf, networkChange, undoOf } from '../../shared/networkChange.ts';
import type { NetworkChange, NetworkSetup } from '../../shared/networkChange.ts';
import { read } from '../../shared/schema.ts';

const apn: NetworkChange = { kind: 'apn', contextId: 0, type: 'IP', apn: 'cmnbiot' };

describe('the lines of a change', () => {
  it.each<readonly [NetworkChange, readonly string[]]>([
    [{ kind: 'lock', earfcn: 3738 }, ['AT+CFUN=0', 'AT+CFUN=1', 'AT+NEARFCN=0,3738']],
    [{ kind: 'lock', earfcn: 3738, pci: '5B' }, ['AT+CFUN=0', 'AT+CFUN=1', 'AT+NEARFCN=0,3738,5B']],
    [{ kind: 'clearLock' }, ['AT+CFUN=0', 'AT+NCSEARFCN', 'AT+CFUN=1']],
    [{ kind: 'carrier', carrier: '46000' }, ['AT+COPS=1,2,"46000"']],
    [{ kind: 'automaticCarrier' }, ['AT+COPS=0']],
    [apn, ['AT+CFUN=0', 'AT+CGDCONT=0,"IP","cmnbiot"', 'AT+CFUN=1']],
  ])('%j', (change, lines) => {
    expect(linesOf(change)).toEqual(lines);
  });
});

describe('what puts it back', () => {
  const lock = { earfcn: 3736, wasFound: true };
  it.each<readonly [NetworkChange['kind'], NetworkSetup, NetworkChange | undefined]>([
    ['clearLock', { lock }, { kind: 'lock', earfcn: 3736 }],
    ['clearLock', { lock: { ...lock, pci: '1A' } }, { kind: 'lock', earfcn: 3736, pci: '1A' }],
    ['lock', { lock: 'none' }, { kind: 'clearLock' }],
    ['lock', {}, undefined],
    ['carrier', { carrierSelection: { mode: 0, carrier: '46000' } }, { kind: 'automaticCarrier' }],
    ['automaticCarrier', { carrierSelection: { mode: 1, carrier: '46001' } }, { kind: 'carrier', carrier: '46001' }],
    ['automaticCarrier', { carrierSelection: { mode: 1 } }, undefined],
    ['carrier', {}, undefined],
    ['apn', { context: { contextId: 0, type: 'IP', apn: 'old' } }, { ...apn, apn: 'old' }],
    ['apn', {}, undefined],
  ])('%s, where %j stood: %j', (kind, setup, undo) => {
    expect(undoOf({ kind }, setup)).toEqual(undo);
  });
});

it('knows the lock that stands', () => {
  expect([lockOf({}), lockOf({ lock: 'none' })]).toEqual([undefined, undefined]);
  expect(lockOf({ lock: { earfcn: 1, wasFound: false } })?.earfcn).toBe(1);
});

it.each([
  { kind: 'apn', contextId: 0, type: 'IP', apn: 'a"\rAT+CFUN=0' },
  { kind: 'carrier', carrier: '46000"' },
  { kind: 'lock', earfcn: 262_144 },
  { kind: 'lock', earfcn: 1, pci: '1,2' },
])('takes nothing that would make another command of it: %j', (change) => {
  expect(() => read(networkChange, change)).toThrow('must be');
});
