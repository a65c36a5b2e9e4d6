/** A start is mostly garbage: on a busy machine a question was lost twice in a row in one of four. */
const attempts = 10;

/**
 * Asks main again where the inspector has lost its answer: now and then that is garbage before Playwright has it. Only
 * for what does no harm when it is done twice.
 */
export async function askedAgain<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === attempts || !String(error).includes('garbage collected')) throw error;
    }
  }
}
