import { afterEach, describe, expect, it, vi } from 'vitest';
import { takeArmed } from '../../shared/armedAnswer.ts';
import type { ArmedAnswer } from '../../shared/armedAnswer.ts';
import { errorResults } from '../../shared/handAnswer.ts';
import { registered, settle } from './rig.ts';
import type { RigOptions } from './rig.ts';

const READ = '+MIPLREAD:0,5,3303,0,5700';
const OTHER = '+MIPLREAD:0,6,3303,0,5701';

const one = (order: Partial<ArmedAnswer>): ArmedAnswer => ({
  id: '1',
  kind: 'read',
  path: '/3303/0/5700',
  times: 1,
  used: 0,
  answer: { kind: 'never' },
  ...order,
});

/** A session with these answers armed, after the module said the lines. */
async function armedWith(armed: readonly ArmedAnswer[], lines: readonly string[], options: RigOptions = {}) {
  let left = armed;
  const station = await registered({
    ...options,
    takeArmed: (kind, path) => {
      const found = takeArmed(left, kind, path);
      left = found.left;
      return found.taken;
    },
  });
  station.notes.length = 0;
  station.say(...lines);
  await settle();
  return { ...station, left: () => left };
}

afterEach(() => void vi.useRealTimers());

describe('which request takes an armed answer', () => {
  it('is the next of exactly its kind and path, so many times', () => {
    const armed = [one({ times: 2 }), one({ id: '2', kind: 'write' })];
    expect(takeArmed(armed, 'read', '/3303/0')).toEqual({ left: armed });
    expect(takeArmed(armed, 'observe', '/3303/0/5700')).toEqual({ left: armed });
    const first = takeArmed(armed, 'read', '/3303/0/5700');
    expect(first).toEqual({ taken: { kind: 'never' }, left: [one({ times: 1, used: 1 }), armed[1]] });
    expect(takeArmed(first.left, 'read', '/3303/0/5700').left).toEqual([armed[1]]);
  });

  it('is that of the answer armed first where two wait', () => {
    const armed = [one({ answer: { kind: 'error', result: 13 } }), one({ id: '2' })];
    const first = takeArmed(armed, 'read', '/3303/0/5700');
    expect(first.taken).toEqual({ kind: 'error', result: 13 });
    expect(takeArmed(first.left, 'read', '/3303/0/5700').taken).toEqual({ kind: 'never' });
  });

  it('never refuses a write with what firmware refuses there', () => {
    expect(errorResults('write')).not.toContain(15);
    expect(errorResults('execute')).not.toContain(15);
    for (const kind of ['read', 'observe', 'cancel', 'discover'] as const) expect(errorResults(kind)).toContain(15);
  });
});

describe('an armed answer', () => {
  it('tells another value at once, once, and is marked; the store keeps its own', async () => {
    const answer = { kind: 'value', values: { '/3303/0/5700': '99.5' } } as const;
    const { sent, requests, store, standings, answerTimes, notes, say, left } = await armedWith(
      [one({ answer })],
      [READ],
    );
    expect(sent).toEqual(['AT+MIPLREADRSP=0,5,1,3303,0,5700,4,4,99.5,0,0']);
    expect(requests()).toMatchObject([
      { status: 'answered', deliberate: { kind: 'value', otherValues: true, isArmed: true } },
    ]);
    expect([store.valueOf('/3303/0/5700'), standings, answerTimes(), left()]).toEqual(['20.123', [], undefined, []]);
    expect(notes).toEqual([
      'The read of /3303/0/5700 (msgid 5) is answered as was set beforehand (value): 2.05 Content.',
    ]);
    say('+MIPLREAD:0,7,3303,0,5700');
    await settle();
    expect(sent[1]).toContain('20.123');
  });

  it('is not used by another path, nor by a repeat of its request', async () => {
    const { requests, left } = await armedWith([one({ times: 2 })], [OTHER, READ, READ]);
    expect(requests()).toMatchObject([{ status: 'answered' }, { status: 'dropped', repeats: 1 }]);
    expect(left()).toMatchObject([{ times: 1, used: 1 }]);
  });

  it('may be none at all, which the ledger and the log say', async () => {
    const { sent, requests, notes } = await armedWith([one({})], [READ]);
    expect(sent).toEqual([]);
    expect(requests()).toMatchObject([{ status: 'dropped', deliberate: { kind: 'never', isArmed: true } }]);
    expect(notes).toEqual(['The read of /3303/0/5700 (msgid 5) is never answered, as was set beforehand.']);
  });

  it('goes before a kind on hold: nobody need be quicker than the platform', async () => {
    const { requests } = await armedWith([one({ answer: { kind: 'error', result: 13 } })], [READ, OTHER], {
      holdKinds: () => ['read'],
    });
    expect(requests()).toMatchObject([{ status: 'refused', result: 13 }, { status: 'held' }]);
  });

  it('leaves later where it is late; until then a person may still answer, and a lost link drops it', async () => {
    const answer = { kind: 'value', afterMs: 5000 } as const;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] });
    const station = await armedWith([one({ answer }), one({ id: '2', path: '/3303/0/5701', answer })], [READ, OTHER]);
    expect(station.requests()).toMatchObject([
      { status: 'held', deliberate: { kind: 'late', isArmed: true, dueMs: expect.any(Number) } },
      { status: 'held' },
    ]);
    station.engine.answerRequest({ id: '2', kind: 'error', result: 13 });
    await vi.advanceTimersByTimeAsync(4999);
    expect(station.sent).toEqual(['AT+MIPLREADRSP=0,6,13']);
    await vi.advanceTimersByTimeAsync(1);
    expect(station.sent[1]).toBe('AT+MIPLREADRSP=0,5,1,3303,0,5700,4,4,20.123,0,0');
    station.say('+MIPLREAD:0,9,3303,0,5700');
    await vi.advanceTimersByTimeAsync(10);
    expect(station.requests().at(-1)).toMatchObject({ status: 'answered' });
  });

  it('is dropped with the link', async () => {
    const { engine, requests } = await armedWith([one({ answer: { kind: 'value', afterMs: 5000 } })], [READ]);
    engine.reset('PORT_LOST');
    expect(requests()).toMatchObject([{ status: 'dropped', fault: { code: 'PORT_LOST' } }]);
  });

  it.each([
    ['observe', '/3303/0', '+MIPLOBSERVE:0,5,1,3303,0,-1', 'AT+MIPLOBSERVERSP=0,5,14'],
    ['write', '/3306/0/5851', '+MIPLWRITE:0,5,3306,0,5851,2,1,16,0,0', 'AT+MIPLWRITERSP=0,5,14'],
    ['execute', '/3303/0/5605', '+MIPLEXECUTE:0,5,3303,0,5605', 'AT+MIPLEXECUTERSP=0,5,14'],
    ['parameter', '/3303/0/5700', '+MIPLPARAMETER:0,5,3303,0,5700,6,"pmin=1"', 'AT+MIPLPARAMETERRSP=0,5,14'],
    ['discover', '/3303', '+MIPLDISCOVER:0,5,3303', 'AT+MIPLDISCOVERRSP=0,5,14'],
  ] as const)('refuses a %s of %s, and nothing takes effect', async (kind, path, line, answer) => {
    const armed = one({ kind, path, answer: { kind: 'error', result: 14 } });
    const station = await armedWith([armed], [line]);
    expect(station.sent).toEqual([answer]);
    expect(station.requests()).toMatchObject([{ status: 'refused', deliberate: { kind: 'error', isArmed: true } }]);
    expect([station.observed(), station.attributes, station.standings]).toEqual([[], [], []]);
  });

  it('of a write of several resources stands at their instance', async () => {
    const armed = one({ kind: 'write', path: '/3306/0' });
    const lines = ['+MIPLWRITE:0,6,3306,0,5850,2,1,01,0,1', '+MIPLWRITE:0,6,3306,0,5851,2,1,16,0,0'];
    const { requests, sent } = await armedWith([armed], lines);
    expect([sent, requests()]).toMatchObject([[], [{ status: 'dropped', path: '/3306/0' }]]);
  });

  it('whose value does not fit any more is answered with why', async () => {
    const { requests } = await armedWith(
      [one({ answer: { kind: 'value', values: { '/3303/0/5700': 'warm' } } })],
      [READ],
    );
    expect(requests()).toMatchObject([{ status: 'refused', fault: { code: 'LWM2M_BAD_VALUE' } }]);
  });
});
