import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EchoTally } from '../../main/udp/echoTally.ts';

/** A tally with datagrams 1 to `count`, sent at 0, 100, 200 … */
function tally(count: number): EchoTally {
  const made = new EchoTally();
  for (let number = 1; number <= count; number++) {
    made.begin(number);
    made.left(number, 100 * (number - 1));
    made.taken(number);
  }
  return made;
}

describe('the figures of an echo test', () => {
  it('are empty at first', () => {
    const made = new EchoTally();
    expect(made.figures()).toMatchObject({ sent: 0, answered: 0, lost: 0, samples: [] });
    expect(made.figures().p50Ms).toBeUndefined();
    expect(made.waiting).toBe(0);
  });

  it('count round trips from the last byte of the send to the answer', () => {
    const made = tally(4);
    for (const [number, time] of [
      [1, 50],
      [2, 30],
      [3, 90],
      [4, 10],
    ] as const)
      expect(made.answer(number, 100 * (number - 1) + time)).toBe('answered');
    expect(made.figures()).toMatchObject({
      sent: 4,
      answered: 4,
      lost: 0,
      bestMs: 10,
      p50Ms: 30,
      p95Ms: 90,
      worstMs: 90,
      lastMs: 10,
    });
  });

  it('tell loss, lateness, duplicates and reordering apart', () => {
    const made = tally(5);
    expect(made.answer(2, 500)).toBe('answered');
    expect(made.answer(1, 510)).toBe('answered');
    expect(made.answer(2, 520)).toBe('duplicate');
    made.expire(3);
    made.expire(4);
    expect(made.answer(4, 9000)).toBe('late');
    expect(made.answer(4, 9001)).toBe('duplicate');
    expect(made.figures()).toMatchObject({ sent: 5, answered: 2, lost: 2, late: 1, duplicates: 2, reordered: 1 });
    expect(made.figures().samples.map(({ status }) => status)).toEqual([
      'answered',
      'answered',
      'lost',
      'late',
      'waiting',
    ]);
    expect(made.waiting).toBe(1);
  });

  it('do not take an answer to what was refused or never sent', () => {
    const made = new EchoTally();
    made.begin(1);
    made.refused(1);
    expect([made.answer(1, 5), made.answer(7, 5)]).toEqual(['unknown', 'unknown']);
    made.left(9, 5);
    made.taken(9);
    made.expire(9);
    made.refused(9);
    made.damaged();
    expect(made.figures()).toMatchObject({ sent: 0, answered: 0, refused: 1, damaged: 1, duplicates: 0 });
  });

  it('count an answer that overtakes the OK of its own send from the last byte of that send, too', () => {
    const made = new EchoTally();
    made.begin(1);
    made.left(1, 10);
    expect(made.answer(1, 40)).toBe('answered');
    made.taken(1);
    made.refused(1);
    expect(made.figures()).toMatchObject({ sent: 1, answered: 1, worstMs: 30, refused: 0 });
  });

  it('take an answer that overtakes the last byte as one without delay', () => {
    const made = new EchoTally();
    made.begin(1);
    expect(made.answer(1, 40)).toBe('answered');
    expect(made.figures()).toMatchObject({ sent: 1, answered: 1, worstMs: 0 });
  });

  it('count as refused what was given up before the module said no', () => {
    const made = new EchoTally();
    made.begin(1);
    made.left(1, 0);
    made.expire(1);
    expect(made.figures()).toMatchObject({ sent: 1, lost: 1 });
    made.refused(1);
    expect(made.figures()).toMatchObject({ sent: 0, lost: 0, refused: 1 });
  });

  it('keep the newest 120 samples', () => {
    const { samples } = tally(200).figures();
    expect([samples.length, samples[0]?.number, samples.at(-1)?.number]).toEqual([120, 81, 200]);
  });
});

describe('whatever comes in whatever order', () => {
  const event = fc.record({
    kind: fc.constantFrom('begin', 'left', 'taken', 'refused', 'answer', 'expire', 'damaged'),
    number: fc.integer({ min: 1, max: 12 }),
    atMs: fc.nat(5000),
  });

  it('sent is answered and lost and waiting, and the times are in order', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        const made = new EchoTally();
        const begun = new Set<number>();
        const left = new Set<number>();
        const settled = new Set<number>();
        for (const { kind, number, atMs } of events) {
          // A number is begun once, and only what has left can be taken or refused; the rest is up to module and network.
          if (kind === 'begin' && !begun.has(number)) {
            begun.add(number);
            made.begin(number);
          } else if (kind === 'left' && begun.has(number) && !left.has(number)) {
            left.add(number);
            made.left(number, atMs);
          } else if ((kind === 'taken' || kind === 'refused') && left.has(number) && !settled.has(number)) {
            settled.add(number);
            made[kind](number);
          } else if (kind === 'expire' && left.has(number)) made.expire(number);
          else if (kind === 'answer') made.answer(number, atMs);
          else if (kind === 'damaged') made.damaged();
        }
        const figures = made.figures();
        const { sent, answered, lost, late, refused, samples } = figures;
        const waiting = samples.filter(({ status }) => status === 'waiting').length;
        expect(waiting).toBe(made.waiting);
        expect(samples).toHaveLength(answered + lost + refused + waiting);
        expect(sent).toBeLessThanOrEqual(answered + lost + waiting);
        expect(sent).toBeGreaterThanOrEqual(answered + lost);
        expect(late).toBeLessThanOrEqual(lost);
        const { bestMs = 0, p50Ms = 0, p95Ms = 0, worstMs = 0, lastMs = 0 } = figures;
        expect([bestMs, p50Ms, p95Ms, worstMs]).toEqual([bestMs, p50Ms, p95Ms, worstMs].sort((a, b) => a - b));
        expect(bestMs).toBeGreaterThanOrEqual(0);
        expect(lastMs).toBeLessThanOrEqual(worstMs);
        expect(figures.p50Ms === undefined).toBe(answered === 0);
      }),
    );
  });
});
