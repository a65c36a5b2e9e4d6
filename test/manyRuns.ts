import type fastCheck from 'fast-check';
import { vi } from 'vitest';

/** How many times the runs that a test asks for, and how long one property may take with them. */
const { MIPL_PROPERTY_TIMES: times, MIPL_PROPERTY_LIMIT_MS: limitMs } = process.env;

/** What fast-check runs where a test says no number. */
const usualRuns = 100;

if (times !== undefined)
  vi.doMock('fast-check', async (original) => {
    const { default: fc } = await original<{ default: typeof fastCheck }>();
    const assert: typeof fc.assert = ((property, { numRuns = usualRuns, ...parameters } = {}) =>
      fc.assert(property as fastCheck.IRawProperty<unknown>, {
        interruptAfterTimeLimit: Number(limitMs),
        ...(parameters as fastCheck.Parameters<unknown>),
        numRuns: numRuns * Number(times),
      })) as typeof fc.assert;
    return { default: { ...fc, assert } };
  });
