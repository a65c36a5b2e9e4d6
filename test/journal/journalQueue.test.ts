import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JournalQueue } from '../../main/journal/journalQueue.ts';

interface WrittenRecord {
  readonly t: string;
  readonly n: number;
  readonly facts?: readonly unknown[];
}

const recordsOf = (text: string): WrittenRecord[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as WrittenRecord);

/** A fact that tells when it is made into text. */
const watched = (name: number, made: number[]): unknown => ({
  toJSON: () => {
    made.push(name);
    return name;
  },
});

describe('what waits to be written', () => {
  it('is written in its order, whenever facts became text', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('fact' as const), laterNs: fc.nat(2_000_000) }),
      fc.record({ kind: fc.constant('line' as const), laterNs: fc.nat(2_000_000) }),
      fc.constant({ kind: 'turn' as const, laterNs: 0 }),
      fc.constant({ kind: 'take' as const, laterNs: 0 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 400, size: 'max' }), async (steps) => {
        const queue = new JournalQueue();
        const told: unknown[] = [];
        let [text, nowNs] = ['', 0];
        for (const [at, { kind, laterNs }] of steps.entries()) {
          nowNs += laterNs;
          if (kind === 'turn') await nextTurn();
          else if (kind === 'take') text += queue.take();
          else if (kind === 'fact') queue.addFact(at, nowNs, 0);
          else queue.add(JSON.stringify({ t: 'note', n: nowNs, facts: [at] }));
          if (kind === 'fact' || kind === 'line') told.push(at);
        }
        text += queue.take();
        expect(queue.isEmpty).toBe(true);
        const records = recordsOf(text);
        expect(records.flatMap(({ facts = [] }) => facts)).toEqual(told);
        expect(records.map(({ n }) => n)).toEqual(records.map(({ n }) => n).toSorted((a, b) => a - b));
      }),
      { numRuns: 30 },
    );
  });

  it('makes no text of a fact while it is told, and of few in a turn', async () => {
    const queue = new JournalQueue();
    const made: number[] = [];
    for (let name = 0; name < 100; name++) queue.addFact(watched(name, made), name * 1_000_000, 0);
    expect(made).toEqual([]);
    let turns = 0;
    for (let before = 0; made.length < 100; before = made.length, turns++) {
      await nextTurn();
      expect(made.length - before).toBeLessThanOrEqual(32);
    }
    expect(turns).toBeGreaterThan(2);
    expect(recordsOf(queue.take())).toHaveLength(100);
    expect(made).toEqual(Array.from({ length: 100 }, (_, name) => name));
  });

  it('says about how long it is, and exactly once all is text', async () => {
    const queue = new JournalQueue();
    queue.addFact({ fact: 'x'.repeat(1000) }, 0, 0);
    queue.add('{}');
    expect(queue.length).toBe(203);
    await nextTurn();
    await nextTurn();
    const { length } = queue;
    expect(queue.take()).toHaveLength(length);
  });
});
