import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandQueue } from '../../main/at/commandQueue.ts';
import type { Job } from '../../main/at/commandQueue.ts';
import { priorities } from '../../main/at/exchange.ts';
import type { DueTime, Priority } from '../../main/at/exchange.ts';

const job = (name: string, priority: Priority = 'answer', due?: DueTime): Job => ({
  commands: [{ command: name, options: { priority, timeoutMs: 1, ...(due ? { due } : {}) } }],
  priority,
  done: [],
  resolve: () => undefined,
  reject: () => undefined,
});
const nameOf = (one: Job | undefined): string | undefined => one?.commands[0]?.command;
/** Late 3 after it came, useless 25 after it came. */
const arrived = (at: number): DueTime => ({ lateNs: BigInt(at + 3), uselessNs: BigInt(at + 25) });

function takeAll(queue: CommandQueue, nowNs = 0n): (string | undefined)[] {
  const names: (string | undefined)[] = [];
  for (let one = queue.first(nowNs); one; one = queue.first(nowNs)) {
    queue.begin(one);
    queue.finish();
    names.push(nameOf(one));
  }
  return names;
}

describe('what waits for the line', () => {
  it('goes by class, and within a class in the order it came', () => {
    const queue = new CommandQueue();
    expect(queue.isEmpty).toBe(true);
    for (const priority of priorities.toReversed())
      for (const at of [1, 2]) queue.push(job(`${priority} ${at}`, priority));
    expect(queue.isEmpty).toBe(false);
    expect(takeAll(queue)).toEqual(priorities.flatMap((priority) => [`${priority} 1`, `${priority} 2`]));
  });

  it('is what was begun, whatever comes', () => {
    const queue = new CommandQueue();
    const begun = job('begun', 'poll');
    queue.push(begun);
    queue.begin(begun);
    queue.push(job('answer'));
    queue.begin(job('another'));
    expect([nameOf(queue.first(0n)), queue.passedBy(begun), queue.isEmpty]).toEqual(['begun', 0, false]);
    expect(queue.drain().map(nameOf)).toEqual(['begun', 'answer']);
  });

  it('is the newest answer, once the oldest can no longer be in time', () => {
    const queue = new CommandQueue();
    for (const at of [1, 2, 3]) queue.push(job(String(at), 'answer', arrived(at)));
    const first = queue.first(4n);
    expect([nameOf(first), queue.passedBy(first as Job)]).toEqual(['1', 0]);
    const newest = queue.first(5n);
    expect([nameOf(newest), queue.passedBy(newest as Job)]).toEqual(['3', 2]);
    expect(takeAll(queue, 5n)).toEqual(['3', '2', '1']);
  });

  it('is nothing that nobody waits for any more', () => {
    const queue = new CommandQueue();
    for (const at of [1, 2, 3]) queue.push(job(String(at), 'answer', arrived(at)));
    queue.push(job('poll', 'poll'));
    expect(queue.expire(26n).map(nameOf)).toEqual([]);
    expect(queue.expire(27n).map(nameOf)).toEqual(['1']);
    expect(queue.expire(100n).map(nameOf)).toEqual(['2', '3']);
    expect(takeAll(queue)).toEqual(['poll']);
  });

  it('is as much as comes, in its order, and is forgotten when it has left', () => {
    const queue = new CommandQueue();
    const names = Array.from({ length: 2000 }, (_, at) => String(at));
    for (const name of names) queue.push(job(name));
    expect(takeAll(queue)).toEqual(names);
    expect([queue.isEmpty, queue.drain()]).toEqual([true, []]);
  });

  it('leaves or is taken out exactly once, in every order of coming, leaving and time passing', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), priority: fc.constantFrom(...priorities), isDue: fc.boolean() }),
      fc.constant({ kind: 'take' as const }),
      fc.record({ kind: fc.constant('pass' as const), by: fc.nat(10) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
        const queue = new CommandQueue();
        const seen: (string | undefined)[] = [];
        let [now, pushed] = [0, 0];
        for (const one of steps) {
          if (one.kind === 'push') {
            const due = one.isDue ? arrived(now) : undefined;
            queue.push(job(String(pushed++), one.priority, due));
          } else if (one.kind === 'pass') {
            now += one.by;
            seen.push(...queue.expire(BigInt(now)).map(nameOf));
          } else {
            const first = queue.first(BigInt(now));
            if (!first) continue;
            queue.begin(first);
            queue.finish();
            seen.push(nameOf(first));
          }
        }
        seen.push(...queue.drain().map(nameOf));
        expect(seen.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: pushed }, (_, at) => at));
        expect(queue.isEmpty).toBe(true);
      }),
    );
  });
});
