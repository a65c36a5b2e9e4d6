import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RequestKind } from '../../shared/requestKinds.ts';
import { systemClock } from '../../main/time/clock.ts';
import { modelOf, registered, settle } from './rig.ts';
import type { RigOptions } from './rig.ts';

const READ = '+MIPLREAD:0,5,3303,0,5700';

/** A session that holds these kinds, after the module said the lines. */
async function holding(kinds: readonly RequestKind[], lines: readonly string[], options: RigOptions = {}) {
  const station = await registered({ ...options, holdKinds: () => kinds });
  station.notes.length = 0;
  station.say(...lines);
  await settle();
  return station;
}
const codeOf = (work: () => void): string => {
  try {
    work();
    return 'done';
  } catch (error) {
    return String((error as { code?: string }).code);
  }
};

afterEach(() => void vi.useRealTimers());

describe('a request on hold', () => {
  it('waits, and only its kind', async () => {
    const { sent, requests, notes } = await holding(['read'], [READ, '+MIPLDISCOVER:0,6,3303']);
    expect(sent).toEqual(['AT+MIPLDISCOVERRSP=0,6,1,34,"5700;5701;5601;5602;5603;5604;5605"']);
    expect(requests()).toMatchObject([{ status: 'held', kind: 'read' }, { status: 'answered' }]);
    expect(notes).toEqual(['The read of /3303/0/5700 (msgid 5) waits for an answer by hand.']);
  });

  it('is counted when it comes again', async () => {
    const { sent, requests } = await holding(['read'], [READ, READ]);
    expect(requests()).toMatchObject([{ status: 'held', repeats: 1 }]);
    expect(sent).toEqual([]);
  });

  it('is counted also when it is an observe, whose msgid may stand for a new request later', async () => {
    const line = '+MIPLOBSERVE:0,5,1,3303,0,-1';
    const { requests } = await holding(['observe'], [line, line]);
    expect(requests()).toMatchObject([{ status: 'held', repeats: 1 }]);
  });

  it('shows all lines of a write as one, and changes nothing until it is answered', async () => {
    const { engine, store, sent, requests } = await holding(
      ['write'],
      ['+MIPLWRITE:0,6,3306,0,5850,2,1,01,0,1', '+MIPLWRITE:0,6,3306,0,5851,2,1,16,0,0'],
    );
    expect(requests()).toMatchObject([{ status: 'held', path: '/3306/0', payload: '5850=01 5851=16' }]);
    expect(store.valueOf('/3306/0/5851')).not.toBe('22');
    engine.answerRequest({ id: '1', kind: 'value' });
    await settle();
    expect(store.valueOf('/3306/0/5851')).toBe('22');
    expect(sent).toEqual(['AT+MIPLWRITERSP=0,6,2']);
  });

  it('is not held where the module answers for itself', async () => {
    const { requests } = await holding(['observe'], ['+MIPLOBSERVE:0,5,1,3303,0,-1'], { dialect: 'cmcc' });
    expect(requests()).toMatchObject([{ status: 'shown' }]);
  });

  it('is dropped with the reason when the link ends', async () => {
    const { engine, requests, sent } = await holding(['read'], [READ]);
    engine.answerRequest({ id: '1', kind: 'value', afterMs: 5 });
    engine.reset('PORT_LOST');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(requests()).toMatchObject([{ status: 'dropped', fault: { code: 'PORT_LOST' } }]);
    expect(sent).toEqual([]);
  });
});

describe('an answer by hand', () => {
  it('tells the store’s value, is marked, and says nothing about the times of module and tool', async () => {
    const { engine, sent, requests, standings, answerTimes, notes } = await holding(['read'], [READ]);
    engine.answerRequest({ id: '1', kind: 'value' });
    await settle();
    expect(sent).toEqual(['AT+MIPLREADRSP=0,5,1,3303,0,5700,4,4,20.123,0,0']);
    expect(requests()).toMatchObject([{ status: 'answered', deliberate: { kind: 'value' } }]);
    expect(standings).toEqual(['/3303/0/5700 readByPlatform']);
    expect(answerTimes()).toBeUndefined();
    expect(notes.at(-1)).toBe('The read of /3303/0/5700 (msgid 5) is answered by hand (value): 2.05 Content.');
  });

  it('tells another value, which the store does not take and nobody has read', async () => {
    const { engine, sent, store, standings, requests } = await holding(['read'], ['+MIPLREAD:0,5,3303,1,-1']);
    engine.answerRequest({ id: '1', kind: 'value', values: { '/3303/1/5700': '99.5' } });
    await settle();
    expect(sent[0]).toBe('AT+MIPLREADRSP=0,5,1,3303,1,5700,4,4,99.5,5,0');
    expect(store.valueOf('/3303/1/5700')).not.toBe('99.5');
    expect(standings).toHaveLength(5);
    expect(requests()[0]?.deliberate).toEqual({ kind: 'value', otherValues: true });
  });

  it.each([
    [READ, 13, 'AT+MIPLREADRSP=0,5,13'],
    ['+MIPLOBSERVE:0,5,1,3303,0,-1', 12, 'AT+MIPLOBSERVERSP=0,5,12'],
    ['+MIPLWRITE:0,5,3306,0,5851,2,1,16,0,0', 14, 'AT+MIPLWRITERSP=0,5,14'],
    ['+MIPLEXECUTE:0,5,3303,0,5605', 11, 'AT+MIPLEXECUTERSP=0,5,11'],
    ['+MIPLPARAMETER:0,5,3303,0,5700,6,"pmin=1"', 11, 'AT+MIPLPARAMETERRSP=0,5,11'],
    ['+MIPLDISCOVER:0,5,3303', 15, 'AT+MIPLDISCOVERRSP=0,5,15'],
  ])('refuses %s with result %i, and nothing takes effect', async (line, result, answer) => {
    const kinds = ['read', 'observe', 'write', 'execute', 'parameter', 'discover'] as const;
    const station = await holding(kinds, [line]);
    station.engine.answerRequest({ id: '1', kind: 'error', result });
    await settle();
    expect(station.sent).toEqual([answer]);
    expect(station.requests()).toMatchObject([{ status: 'refused', result, deliberate: { kind: 'error' } }]);
    expect([station.observed(), station.attributes, station.standings]).toEqual([[], [], []]);
  });

  it('is sent later, and the last plan counts', async () => {
    const { engine, sent, requests } = await holding(['read'], [READ]);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] });
    engine.answerRequest({ id: '1', kind: 'error', result: 13, afterMs: 1000 });
    engine.answerRequest({ id: '1', kind: 'value', afterMs: 5000 });
    expect(requests()).toMatchObject([
      { status: 'held', deliberate: { kind: 'late', dueMs: systemClock.steadyMs() + 5000 } },
    ]);
    await vi.advanceTimersByTimeAsync(4999);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual(['AT+MIPLREADRSP=0,5,1,3303,0,5700,4,4,20.123,0,0']);
  });

  it('never comes when a person wants it so', async () => {
    const { engine, sent, requests, notes } = await holding(['read'], [READ]);
    engine.answerRequest({ id: '1', kind: 'error', result: 13, afterMs: 1000 });
    engine.answerRequest({ id: '1', kind: 'never', afterMs: 50 });
    expect(requests()).toMatchObject([{ status: 'dropped', deliberate: { kind: 'never' } }]);
    expect(notes.at(-1)).toBe('The read of /3303/0/5700 (msgid 5) is never answered, on purpose.');
    expect(codeOf(() => engine.answerRequest({ id: '1', kind: 'value' }))).toBe('MIPL_NOT_HELD');
    expect(sent).toEqual([]);
  });

  it.each([
    ['it has the wrong type', { '/3303/0/5700': 'warm' }, 'LWM2M_BAD_VALUE'],
    ['it was not asked for', { '/3303/0/5701': 'K' }, 'LWM2M_NOT_FOUND'],
  ])('is refused before anything is planned when %s', async (_, values, code) => {
    const { engine, sent, requests } = await holding(['read'], [READ]);
    expect(codeOf(() => engine.answerRequest({ id: '1', kind: 'value', values }))).toBe(code);
    expect(requests()).toMatchObject([{ status: 'held' }]);
    expect(requests()[0]).not.toHaveProperty('deliberate');
    expect(sent).toEqual([]);
  });

  it('leaves values out of account where the request is no read', async () => {
    const { engine, sent } = await holding(['execute'], ['+MIPLEXECUTE:0,5,3303,0,5605']);
    engine.answerRequest({ id: '1', kind: 'value', values: {} });
    await settle();
    expect(sent).toEqual(['AT+MIPLEXECUTERSP=0,5,2']);
  });
});

describe('an answer that is too large for the module', () => {
  const holdingText = async (bytes: number) => {
    const station = await holding([], [], { model: modelOf({ '/3200/0/5750': ['string', 'RW', ''] }) });
    station.store.write('/3200/0/5750', 'x'.repeat(bytes), { by: 'platform' });
    return station;
  };

  // Alone a resource goes as text; its instance has an entry of 5 bytes for the text and one of 4 around it.
  it.each([
    ['the resource', '0,5750', 480],
    ['its instance', '0,-1', 471],
    ['its object', '-1,-1', 471],
  ])('is refused with 4.06 beyond 480 bytes as %s is sent', async (_, below, most) => {
    for (const bytes of [most - 1, most]) {
      const { sent, say } = await holdingText(bytes);
      say(`+MIPLREAD:0,5,3200,${below}`);
      await settle();
      expect(sent[0]).toMatch(new RegExp(`^AT\\+MIPLREADRSP=0,5,1,3200,0,5750,1,${bytes},`));
    }
    const { sent, say, requests } = await holdingText(most + 1);
    say(`+MIPLREAD:0,5,3200,${below}`);
    await settle();
    expect(sent).toEqual(['AT+MIPLREADRSP=0,5,15']);
    expect(requests()).toMatchObject([
      { status: 'refused', result: 15, fault: { code: 'MIPL_TOO_LONG', detail: '481' } },
    ]);
  });

  it('is none where the platform reads the 480 bytes that it wrote', async () => {
    const { sent, say } = await holdingText(0);
    say(`+MIPLWRITE:0,5,3200,0,5750,1,480,"${'温'.repeat(160)}",0,0`, '+MIPLREAD:0,6,3200,0,5750');
    await settle();
    expect(sent[0]).toBe('AT+MIPLWRITERSP=0,5,2');
    expect(sent[1]).toMatch(/^AT\+MIPLREADRSP=0,6,1,3200,0,5750,1,480,/);
  });
});

describe('an answer of many lines', () => {
  it('carries the least time it can take', async () => {
    const { requests } = await holding([], ['+MIPLREAD:0,5,3303,0,-1', '+MIPLREAD:0,6,3303,0,5700'], {
      baudRate: 9600,
    });
    expect(requests()[0]?.smallestMs).toBeGreaterThan(6 * 100);
    expect(requests()[1]).not.toHaveProperty('smallestMs');
  });

  it('is noted beforehand when it cannot be in time', async () => {
    const { notes } = await holding([], ['+MIPLREAD:0,5,3303,-1,-1'], { baudRate: 9600, answerDeadlineMs: 1000 });
    expect(notes[0]).toMatch(
      /^\+MIPLREAD 5 cannot be answered in time: 12 lines take at least 1\.\d s at this baud rate\.$/,
    );
  });
});
