import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LineReceiver } from '../../main/at/lineReceiver.ts';
import { testClock } from '../clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('what waits until bytes that came together are read', () => {
  it('is done once behind all of their lines, and in the order in which it was asked for', () => {
    const told: string[] = [];
    const action = (): void => void told.push('first');
    const receiver: LineReceiver = new LineReceiver(({ text }) => {
      told.push(text);
      receiver.afterwards(action);
      if (text === 'A') receiver.afterwards(() => told.push('second'));
    }, testClock());
    receiver.push(Buffer.from('A\r\nB\r\n'));
    expect(told).toEqual(['A', 'B', 'first', 'second']);
  });

  it('is done where a line goes wrong, and nothing waits for ever after that', () => {
    const told: string[] = [];
    const receiver: LineReceiver = new LineReceiver(({ text }) => {
      receiver.afterwards(() => told.push(`after ${text}`));
      if (text === 'bad') throw new Error('a line went wrong');
      told.push(text);
    }, testClock());
    expect(() => receiver.push(Buffer.from('bad\r\n'))).toThrow('a line went wrong');
    expect(told).toEqual(['after bad']);
    expect(receiver.isReading).toBe(false);
    receiver.push(Buffer.from('good\r\n'));
    expect(told).toEqual(['after bad', 'good', 'after good']);
  });

  it('waits behind what comes meanwhile, too, and goes with the end of the line', () => {
    const told: string[] = [];
    const receiver: LineReceiver = new LineReceiver(({ text }) => {
      told.push(text);
      receiver.afterwards(() => told.push(`after ${text}`));
      if (text === 'A') receiver.push(Buffer.from('B\r\n'));
      if (text === 'C') receiver.end();
    }, testClock());
    receiver.push(Buffer.from('A\r\n'));
    expect(told).toEqual(['A', 'B', 'after A', 'after B']);
    receiver.push(Buffer.from('C\r\n'));
    expect(told).toEqual(['A', 'B', 'after A', 'after B', 'C']);
  });
});
