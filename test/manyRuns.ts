import type fastCheck from 'fast-check';
import { vi } from 'vitest';

/** How many rounds of the runs that a test asks for, and after what time no other round of a property begins. */
const { MIPL_PROPERTY_TIMES: times, MIPL_PROPERTY_LIMIT_MS: limitMs } = process.env;

if (times !== undefined)
  vi.doMock('fast-check', async (original) => {
    const { default: fc } = await original<{ default: typeof fastCheck }>();
    const assert = (property: fastCheck.IRawProperty<unknown>, parameters: fastCheck.Parameters<unknown> = {}) => {
      const end = Date.now() + Number(limitMs);
      const first = parameters.seed ?? fc.readConfigureGlobal().seed ?? 0;
      const isOver = (round: number): boolean => round >= Number(times) || Date.now() >= end;
      const run = (round: number) => fc.assert(property, { ...parameters, seed: first + round });
      if (!property.isAsync()) {
        for (let round = 0; round === 0 || !isOver(round); round++) void run(round);
        return undefined;
      }
      return (async () => {
        for (let round = 0; round === 0 || !isOver(round); round++) await run(round);
      })();
    };
    return { default: { ...fc, assert } };
  });
