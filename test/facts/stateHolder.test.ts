import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { StateHolder } from '../../main/facts/stateHolder.ts';
import { initialDeviceState } from '../../shared/state.ts';
import { applyPatch } from '../../shared/statePatch.ts';
import type { DeviceState, PlatformRequest } from '../../shared/state.ts';
import type { Patch, StateChanges } from '../../shared/statePatch.ts';

const request = (id: string): PlatformRequest => ({
  id,
  kind: 'read',
  msgId: Number(id),
  path: '/3303/0/5700',
  arrivedMs: 0,
  status: 'answering',
  acknowledgedLines: 0,
  totalLines: 1,
  late: false,
  repeats: 0,
});

const start = (): StateHolder => new StateHolder(initialDeviceState());

describe('the state holder', () => {
  it('joins the changes of a moment into one patch', () => {
    const holder = start();
    const patches: Patch[] = [];
    holder.onPatch((patch) => patches.push(patch));
    holder.change({ module: { firmware: '2' } });
    holder.change({ network: { registration: 1 } });
    holder.flush();
    expect(patches).toEqual([{ revision: 1, changes: { module: { firmware: '2' }, network: { registration: 1 } } }]);
  });

  it('tells the patch by itself within the twentieth of a second', () => {
    vi.useFakeTimers();
    try {
      const holder = start();
      const told = vi.fn();
      holder.onPatch(told);
      holder.change({ module: { firmware: '2' } });
      expect(told).not.toHaveBeenCalled();
      vi.advanceTimersByTime(50);
      expect(told).toHaveBeenCalledOnce();
    } finally {
      vi.useRealTimers();
    }
  });

  it('gives a snapshot that the next patch builds on', () => {
    const holder = start();
    holder.change({ module: { firmware: '2' } });
    const { revision, state } = holder.snapshot();
    let patch: Patch | undefined;
    holder.onPatch((told) => (patch = told));
    holder.change({ module: { firmware: '3' } });
    holder.flush();
    expect(state.module.firmware).toBe('2');
    expect(patch?.revision).toBe(revision + 1);
  });

  it('keeps the last 200 requests', () => {
    const holder = start();
    for (let id = 1; id <= 250; id++) holder.change({ requests: { [id]: request(String(id)) } });
    const kept = Object.keys(holder.state.requests).map(Number);
    expect(kept).toHaveLength(200);
    expect(Math.min(...kept)).toBe(51);
  });

  it('tells after a burst of thousands no more than what is kept, so that each request costs the same', () => {
    const holder = start();
    const sizes: number[] = [];
    holder.onPatch(({ changes }) => sizes.push(Object.keys(changes.requests ?? {}).length));
    for (let id = 1; id <= 200; id++) holder.change({ requests: { [id]: request(String(id)) } });
    holder.flush();
    for (let id = 201; id <= 3000; id++) {
      holder.change({ requests: { [id]: request(String(id)) } });
      holder.change({ requests: { [id]: { ...request(String(id)), status: 'answered' } } });
    }
    holder.flush();
    // 200 that are new, and 200 that the listener knew and that are gone.
    expect(sizes).toEqual([200, 400]);
    expect(Object.keys(holder.state.requests).map(Number)).toEqual(Array.from({ length: 200 }, (_, at) => 2801 + at));
  });

  it('keeps the newest whatever order they come in, and takes nothing that is too old', () => {
    const ids = fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 700, size: 'max' });
    fc.assert(
      fc.property(ids, (order) => {
        const holder = start();
        let mirror: DeviceState = holder.snapshot().state;
        holder.onPatch((patch) => (mirror = applyPatch(mirror, patch.changes)));
        const seen = new Set<number>();
        for (const id of order) {
          holder.change({ requests: { [id]: request(String(id)) } });
          seen.add(id);
        }
        const newest = [...seen].sort((a, b) => b - a).slice(0, 200);
        // What had to give way does not come back: of the ids seen the highest are there.
        const there = Object.keys(holder.state.requests).map(Number);
        expect(there).toHaveLength(newest.length);
        expect(there.every((id) => newest.includes(id))).toBe(true);
        holder.flush();
        expect(mirror).toEqual(holder.state);
      }),
      { numRuns: 30 },
    );
  });

  it('gives a single request and the facts without putting the whole together', () => {
    const holder = start();
    holder.change({ requests: { 1: request('1') }, module: { firmware: '2' } });
    expect(holder.entry('requests', '1')).toMatchObject({ msgId: 1 });
    expect(holder.entry('requests', '2')).toBeUndefined();
    expect(holder.facts.module.firmware).toBe('2');
    expect(holder.state).toMatchObject({ module: { firmware: '2' }, requests: { 1: { msgId: 1 } } });
  });

  it('passes over parts that are there but undefined', () => {
    const holder = start();
    const told = vi.fn();
    holder.onPatch(told);
    holder.change({ network: undefined } as never);
    holder.flush();
    expect(told).not.toHaveBeenCalled();
  });

  it('tells every change at once to those who ask for it, until they stop', () => {
    const holder = start();
    const heard: StateChanges[] = [];
    const stop = holder.onChange((changes) => heard.push(changes));
    holder.change({ module: { firmware: '2' } });
    stop();
    holder.change({ module: { firmware: '3' } });
    expect(heard).toEqual([{ module: { firmware: '2' } }]);
  });

  it('tells no patch to who has stopped listening', () => {
    const holder = start();
    const told = vi.fn();
    holder.onPatch(told)();
    holder.change({ module: { firmware: '2' } });
    holder.flush();
    expect(told).not.toHaveBeenCalled();
  });

  it('gives a mirror that applied all patches the same state, whatever was changed', () => {
    const change = fc.oneof(
      fc.record({ version: fc.string() }),
      fc.record({ requests: fc.dictionary(fc.stringMatching(/^[1-9]$/), fc.constantFrom(null, request('1'))) }),
      fc.record({ network: fc.record({ registration: fc.nat(5) }) }),
      fc.constant('flush' as const),
    );
    fc.assert(
      fc.property(fc.array(change), (steps) => {
        const holder = start();
        let mirror: DeviceState = holder.snapshot().state;
        holder.onPatch((patch) => (mirror = applyPatch(mirror, patch.changes)));
        for (const step of steps) {
          if (step === 'flush') holder.flush();
          else holder.change(step as StateChanges);
        }
        holder.flush();
        expect(mirror).toEqual(holder.state);
      }),
    );
  });
});
