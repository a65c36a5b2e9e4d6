import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeTurns } from '../../main/transport/turns.ts';

/** Waits for the next turn of the event loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

function hall() {
  const handed: Uint8Array[] = [];
  const steps: string[] = [];
  const turns = makeTurns({
    hand: (bytes) => void (handed.push(bytes), steps.push(`${bytes.length}`)),
    pause: () => steps.push('pause'),
    resume: () => steps.push('resume'),
  });
  return { handed, steps, turns };
}

describe('bytes that come without pause', () => {
  it('are handed on at once when they are few', () => {
    const { steps, turns } = hall();
    turns.take(new Uint8Array(4096));
    turns.take(new Uint8Array(1));
    expect(steps).toEqual(['4096', '1']);
  });

  it('are handed on a piece a turn when they are many, and no more is fetched meanwhile', async () => {
    const { steps, turns } = hall();
    turns.take(new Uint8Array(9000));
    expect(steps).toEqual(['pause', '4096']);
    await turn();
    expect(steps).toEqual(['pause', '4096', '4096']);
    await turn();
    expect(steps).toEqual(['pause', '4096', '4096', '808', 'resume']);
  });

  it('let something else have its turn between two pieces', async () => {
    const { steps, turns } = hall();
    turns.take(new Uint8Array(12_288));
    setImmediate(() => steps.push('another device'));
    await turn();
    await turn();
    expect(steps.slice(0, 4)).toEqual(['pause', '4096', '4096', 'another device']);
  });

  it('are all handed on before the end is told, once', async () => {
    const { steps, turns } = hall();
    turns.take(new Uint8Array(5000));
    turns.afterwards(() => steps.push('error'));
    turns.afterwards(() => steps.push('close'));
    await turn();
    expect(steps).toEqual(['pause', '4096', '904', 'resume', 'error']);
    turns.afterwards(() => steps.push('later'));
    expect(steps.at(-1)).toBe('later');
  });

  it('come out as they went in, whatever the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.boolean()), { maxLength: 8 }),
        async (chunks) => {
          const { handed, turns } = hall();
          let byte = 0;
          const sent: Uint8Array[] = [];
          for (const [length, waits] of chunks) {
            const bytes = Uint8Array.from({ length }, () => byte++ % 251);
            sent.push(bytes);
            turns.take(bytes);
            if (waits) await turn();
          }
          await new Promise<void>((resolve) => turns.afterwards(resolve));
          expect(Buffer.concat(handed).equals(Buffer.concat(sent))).toBe(true);
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });
});
