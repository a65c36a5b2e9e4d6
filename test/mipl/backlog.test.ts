import { describe, expect, it, vi } from 'vitest';
import { Backlog } from '../../main/mipl/backlog.ts';
import { remarkText } from '../../shared/remarks.ts';
import { testClock } from '../clock.ts';
import { rig, settle } from './rig.ts';

const read = (msgId: number): string => `+MIPLREAD:0,${msgId},3303,0,5700`;
const msgIds = (sent: readonly string[]): number[] => sent.map((line) => Number(line.split(',')[1]));

/** An engine whose module takes answers when the test says so, on a clock of the test. */
function slowModule() {
  const clock = testClock();
  const station = rig({ clock, channel: { clock }, answerDeadlineMs: 3000, reply: () => undefined });
  const accept = async (): Promise<void> => {
    station.say('OK');
    await settle();
  };
  return { ...station, clock, accept };
}

describe('requests that come faster than they can be answered', () => {
  it('are answered in their order as long as the oldest can still be in time', async () => {
    const { say, sent, clock, accept, notes } = slowModule();
    say(read(1), read(2), read(3));
    clock.pass(2900);
    for (let count = 0; count < 3; count++) await accept();
    expect(msgIds(sent)).toEqual([1, 2, 3]);
    expect(notes).toEqual([]);
  });

  it('are answered from the newest on, once the oldest cannot, and it is said once', async () => {
    const { say, sent, clock, accept, notes, requests } = slowModule();
    say(...[1, 2, 3, 4].map(read));
    clock.pass(5000);
    say(read(5));
    for (let count = 0; count < 2; count++) await accept();
    expect(msgIds(sent)).toEqual([1, 5, 4]);
    expect(notes).toEqual([
      'Requests come faster than they can be answered: the newest is answered first, 3 older ones wait.',
    ]);
    expect(requests().find(({ msgId }) => msgId === 5)).toMatchObject({ status: 'answered', late: false });
    for (let count = 0; count < 3; count++) await accept();
    expect(msgIds(sent)).toEqual([1, 5, 4, 3, 2]);
    expect(notes.at(-1)).toBe('Requests are answered in their order again.');
    expect(requests().map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'answered'));
  });

  it('are given up when neither module nor platform waits any more; asked again they are answered', async () => {
    const { say, sent, clock, accept, notes, requests, engine } = slowModule();
    say(...[1, 2, 3].map(read));
    clock.pass(25_001);
    say(read(4));
    await accept();
    expect(msgIds(sent)).toEqual([1, 4]);
    expect(requests().map(({ msgId, status, fault }) => [msgId, status, fault?.code])).toEqual([
      [1, 'answered', undefined],
      [2, 'failed', 'AT_TOO_LATE'],
      [3, 'failed', 'AT_TOO_LATE'],
      [4, 'answering', undefined],
    ]);
    say(read(3));
    await accept();
    expect(msgIds(sent)).toEqual([1, 4, 3]);
    engine.reset();
    expect(notes).toContain(
      '2 requests were not answered: after 25 s neither module nor platform waits for them any more.',
    );
  });

  it('hold up nothing that a person answers late on purpose', async () => {
    const clock = testClock();
    const holding = rig({ clock, channel: { clock }, reply: () => undefined, holdKinds: () => ['read'] });
    holding.say(read(1));
    clock.pass(60_000);
    holding.engine.answerRequest({ id: '1', kind: 'value' });
    holding.say('OK');
    await settle();
    expect(holding.requests()).toMatchObject([{ status: 'answered', deliberate: { kind: 'value' } }]);
  });

  it('are counted with the first line of a write, however many lines it has', async () => {
    const { say, clock, accept, requests } = slowModule();
    say('+MIPLWRITE:0,5,3306,0,5850,2,1,01,1,1');
    clock.pass(2000);
    say('+MIPLWRITE:0,5,3306,0,5851,2,1,16,0,0');
    clock.pass(500);
    await accept();
    expect(requests()).toMatchObject([{ status: 'answered', usedMs: 2500, late: false }]);
  });

  it('are all counted in the answer times, also those that the ledger no longer has', async () => {
    const { say, answerTimes, requests } = rig();
    say(...Array.from({ length: 12_000 }, (_, at) => read(at + 1)));
    await vi.waitFor(() => expect(answerTimes()).toMatchObject({ count: 12_000 }), { timeout: 30_000 });
    expect(requests().at(-1)).toMatchObject({ status: 'answered' });
  });
});

describe('what is said of them', () => {
  it('is how many were given up, every five seconds at most', () => {
    vi.useFakeTimers();
    try {
      const told: string[] = [];
      const backlog = new Backlog((one) => told.push(remarkText(one)));
      for (let count = 0; count < 1000; count++) backlog.givenUp();
      vi.advanceTimersByTime(4999);
      expect(told).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(told).toHaveLength(1);
      expect(told[0]).toMatch(/^1000 requests were not answered/);
      backlog.end();
      vi.advanceTimersByTime(60_000);
      expect(told).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
