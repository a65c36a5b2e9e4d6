import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WindowTeller, tellingOfSessions } from '../../main/program/windowTeller.ts';
import type { SessionSummary } from '../../shared/sessions.ts';

/** A page at the end of a pipe: what is told waits until it reads. */
function station() {
  let nowMs = 0;
  const pipe: (string | number)[] = [];
  const read: string[] = [];
  let isThere = true;
  const said: number[] = [];
  const teller = new WindowTeller(
    {
      tell(event, payload) {
        if (!isThere) return false;
        if (event === 'heldUp') said.push((payload as { milliseconds: number }).milliseconds);
        else pipe.push(`${event} ${JSON.stringify(payload)}`);
        return true;
      },
      ask: (number) => pipe.push(number),
    },
    () => nowMs,
  );
  return {
    teller,
    read,
    /** How long it stood still, each time it was told. */
    said,
    unread: () => pipe.length,
    pass: (milliseconds: number) => (nowMs += milliseconds),
    leave: () => (isThere = false),
    begin() {
      isThere = true;
      pipe.length = 0;
      teller.begin();
    },
    /** Reads all that waits, also what is told because of that. */
    catchUp() {
      for (let one = pipe.shift(); one !== undefined; one = pipe.shift()) {
        if (typeof one === 'number') teller.heard(one);
        else read.push(one);
      }
    },
  };
}
const program = (revision: number) => ({ event: 'program', payload: { revision, changes: {} } }) as const;
const steps = (read: readonly string[]): number[] =>
  read.map((told) => Number((JSON.parse(told.replace(/^\w+ /, '')) as { revision: number }).revision));

describe('a window', () => {
  it('that hears is told everything in its order', () => {
    const { teller, read, pass, catchUp } = station();
    for (let revision = 1; revision <= 300; revision++) {
      teller.tell(program(revision));
      pass(34);
      catchUp();
    }
    expect(steps(read)).toEqual(Array.from({ length: 300 }, (_, at) => at + 1));
  });

  it('that stands still is told nothing more after a second, however much happens', () => {
    const { teller, unread, pass } = station();
    for (let revision = 1; revision <= 100_000; revision++) {
      teller.tell(program(revision));
      pass(34);
    }
    expect(unread()).toBeLessThan(40);
  });

  it('that reads again is told the newest of each, and how long it stood still', () => {
    const { teller, read, said, unread, pass, catchUp } = station();
    let revision = 0;
    const step = (): void => {
      const now = ++revision;
      teller.tell({ ...program(now), newest: () => ({ revision, changes: {} }) });
      teller.tell({ event: 'session', about: now % 2 === 0 ? 'even' : 'odd', payload: { revision: now } as never });
      pass(100);
    };
    for (let count = 0; count < 100; count++) step();
    const before = unread();
    catchUp();
    expect(read.slice(before - 1)).toEqual([
      'session {"revision":99}',
      'program {"revision":100,"changes":{}}',
      'session {"revision":100}',
    ]);
    expect(said).toEqual([10_000]);
    read.length = 0;
    step();
    catchUp();
    expect(read).toHaveLength(2);
  });

  it('that reads again is told what was found out of each session meanwhile, and last what is being read now', () => {
    const { teller, read, pass, catchUp } = station();
    const found = (id: string): void => {
      teller.tell(tellingOfSessions({ changed: [], reading: { id, done: 0.5 }, waiting: 1 }));
      teller.tell(tellingOfSessions({ changed: [{ id } as SessionSummary], waiting: 0 }));
    };
    teller.tell(program(1));
    pass(2000);
    for (const id of ['a', 'b', 'c', 'a']) found(id);
    catchUp();
    const of = (id: string): string => `sessions {"changed":[{"id":"${id}"}],"waiting":0}`;
    const reading = 'sessions {"changed":[],"reading":{"id":"a","done":0.5},"waiting":1}';
    expect(read.slice(1)).toEqual([of('b'), of('c'), reading, of('a')]);
  });

  it('that stood still for less than five seconds is not told so', () => {
    const { teller, said, pass, catchUp, read } = station();
    teller.tell(program(1));
    pass(4999);
    teller.tell(program(2));
    catchUp();
    expect([steps(read), said]).toEqual([[1, 2], []]);
  });

  it('that is not there is told nothing, and asked nothing', () => {
    const { teller, unread, pass, leave } = station();
    leave();
    for (let revision = 1; revision <= 100; revision++) {
      teller.tell(program(revision));
      pass(1000);
    }
    expect(unread()).toBe(0);
  });

  it('whose page begins anew is told what happens from then on', () => {
    const { teller, read, pass, begin, catchUp } = station();
    teller.tell(program(1));
    pass(5000);
    teller.tell(program(2));
    begin();
    teller.tell(program(3));
    catchUp();
    expect(steps(read)).toEqual([3]);
  });

  it('that answers a question which nobody has asked changes nothing', () => {
    const { teller, unread, pass, said } = station();
    teller.tell(program(1));
    pass(6000);
    teller.tell(program(2));
    for (const number of [0, 2, NaN, -1]) teller.heard(number);
    expect([unread(), said]).toEqual([2, []]);
  });

  it('ends with the newest whenever it stands still and reads again', () => {
    const deed = fc.constantFrom('tell', 'tell', 'read', 'wait', 'wait', 'begin');
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 200 }), (deeds) => {
        const { teller, read, pass, begin, catchUp, unread } = station();
        let revision = 0;
        for (const one of [...deeds, 'tell'] as const) {
          if (one === 'tell') teller.tell({ ...program(++revision), newest: () => ({ revision, changes: {} }) });
          else if (one === 'read') catchUp();
          else if (one === 'wait') pass(400);
          else begin();
        }
        catchUp();
        expect(steps(read).at(-1)).toBe(revision);
        expect(unread()).toBe(0);
      }),
    );
  });
});
