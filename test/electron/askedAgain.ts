/**
 * Asks main again where the inspector has lost its answer: now and then that is garbage before Playwright has it. Only
 * for what does no harm when it is done twice.
 */
export function askedAgain<T>(ask: () => Promise<T>): Promise<T> {
  return ask().catch((error: unknown) => {
    if (String(error).includes('garbage collected')) return ask();
    throw error;
  });
}
