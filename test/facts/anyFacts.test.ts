import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeOf, changed } from '../../main/facts/change.ts';
import { FoldedState } from '../../main/facts/foldedState.ts';
import { changesOf, factsOf, fold } from '../../main/facts/fold.ts';
import { Replay } from '../../main/facts/replay.ts';
import { StateHolder } from '../../main/facts/stateHolder.ts';
import { initialDeviceState } from '../../shared/state.ts';
import { applyPatch } from '../../shared/statePatch.ts';
import type { DeviceState } from '../../shared/state.ts';
import type { Fact } from '../../main/facts/fact.ts';
import { anyFact, foldable } from './anyFact.ts';

/** The state after each of the facts that can be folded; as the program does it, one that cannot be is told nobody. */
function statesAfter(facts: readonly Fact[]): DeviceState[] {
  const replay = new Replay(() => undefined);
  return facts.map((fact) => {
    replay.fold(fact);
    return replay.state;
  });
}

const runs = { numRuns: 200 };

describe('whatever happens', () => {
  it('folding the same facts gives the same state, whichever prefix is folded first', () => {
    fc.assert(
      fc.property(foldable, (facts) => {
        const states = statesAfter(facts);
        let state = initialDeviceState();
        for (const [index, fact] of facts.entries()) {
          state = fold(state, fact);
          expect(state).toEqual(states[index]);
        }
      }),
      runs,
    );
  });

  it('facts that went through JSON fold to the same state', () => {
    fc.assert(
      fc.property(foldable, (facts) => {
        expect(statesAfter(JSON.parse(JSON.stringify(facts)) as Fact[])).toEqual(statesAfter(facts));
      }),
      runs,
    );
  });

  it('a screen that applies the patches has the same state', () => {
    fc.assert(
      fc.property(foldable, (facts) => {
        const holder = new StateHolder(initialDeviceState());
        let mirror = holder.snapshot().state;
        holder.onPatch(({ changes }) => (mirror = applyPatch(mirror, changes)));
        for (const fact of facts) holder.change(changesOf(holder, fact));
        holder.flush();
        expect(mirror).toEqual(facts.reduce(fold, initialDeviceState()));
      }),
      runs,
    );
  });

  it('the state told anew comes to itself, over whatever was before', () => {
    fc.assert(
      fc.property(foldable, foldable, (before, facts) => {
        const state = facts.reduce(fold, initialDeviceState());
        const folded = new FoldedState(before.reduce(fold, initialDeviceState()));
        for (const fact of factsOf(state)) folded.apply(changesOf(folded, fact));
        expect(folded.state).toEqual(state);
      }),
      runs,
    );
  });

  it('of what a burst brings the newest are kept', () => {
    const arrived = (id: number): Fact => ({
      fact: 'request',
      id: String(id),
      change: { id: String(id), kind: 'read', msgId: id, path: '/3303', arrivedMs: id },
    });
    const facts = Array.from({ length: 230 }, (_, index) => arrived(index + 1));
    const late: Fact = { fact: 'request', id: '3', change: { status: 'failed' } };
    const state = facts.reduce(fold, initialDeviceState());
    expect(Object.keys(state.requests)).toHaveLength(200);
    expect(Object.keys(fold(state, late).requests).map(Number)).toEqual(Object.keys(state.requests).map(Number));
  });

  it('a change is what makes the one out of the other', () => {
    const name = fc.string().filter((one) => one !== '__proto__');
    const thing = fc.dictionary(name, fc.oneof(fc.integer(), fc.constant(undefined)));
    fc.assert(
      fc.property(thing, thing, (before, after) => {
        expect(changed(before, changeOf(before, after) as never)).toEqual(after);
        expect(changed(undefined, changeOf(undefined, after) as never)).toEqual(after);
      }),
    );
  });
});

describe('what is no fact', () => {
  const told = (fact: unknown): string => {
    const problems: string[] = [];
    const replay = new Replay((message) => problems.push(message));
    replay.fold(fact);
    expect(replay.state).toEqual(initialDeviceState());
    return problems.join('; ');
  };

  it.each([
    [null, 'the fact  cannot be folded'],
    [7, 'there is no fact ""'],
    [{ fact: { toString: 1 } }, 'there is no fact ""'],
    [{ fact: 'weather' }, 'there is no fact "weather"'],
    [{ fact: 'settings', settings: { lifetimeSeconds: 'long' } }, 'the fact settings names no settings'],
    [{ fact: 'tooLong', of: 'request' }, 'a fact was too long to be kept'],
    [{ fact: 'stage', name: 'cellar', change: 'done', atMs: 1 }, 'the fact stage cannot be folded'],
    [{ fact: 'request', id: '5', change: { status: 'answered' } }, 'the fact request does not make a state'],
    [{ fact: 'request', id: '__proto__', change: {} }, 'the fact request'],
    [{ fact: 'part', part: '__proto__', value: {} }, 'the fact part does not make a state'],
    [{ fact: 'part', part: 'ports', value: [] }, 'the fact part does not make a state'],
    [{ fact: 'part', part: 'registration', value: { phase: 5 } }, 'the fact part does not make a state'],
    [{ fact: 'part', part: 'requests', value: null }, 'the fact part cannot be folded'],
    [{ fact: 'part', part: 'observations', value: 'none' }, 'the fact part does not make a state'],
    [{ fact: 'entry', part: 'resources', key: '/1', value: 7 }, 'the fact entry does not make a state'],
    [{ fact: 'executed', path: '/1/2/3', count: 1, atMs: 1 }, 'There is no resource /1/2/3'],
  ])('%j is told and changes nothing', (fact, message) => expect(told(fact)).toContain(message));

  it('any JSON at all is told or makes a whole state, and never throws', () => {
    const field = fc.jsonValue();
    const names = fc.oneof(
      anyFact.map(({ fact }) => fact),
      fc.string(),
    );
    const broken = fc.oneof(
      field,
      fc.dictionary(fc.constantFrom('id', 'change', 'part', 'key', 'value', 'path', 'from', 'port', 'echo'), field),
    );
    fc.assert(
      fc.property(names, broken, fc.array(anyFact, { maxLength: 5 }), (fact, rest, before) => {
        const replay = new Replay(() => undefined);
        for (const one of before) replay.fold(one);
        replay.fold(typeof rest === 'object' ? { ...rest, fact } : rest);
        const again = new Replay((message) => expect(message).toBe(''));
        for (const one of factsOf(replay.state)) again.fold(one);
        expect(again.state).toEqual(replay.state);
      }),
      { numRuns: 1000 },
    );
  });
});
