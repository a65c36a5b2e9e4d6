// @ts-check

/** Something a person has to put right. Printed without a stack; `remedy` says what to do. */
export class SetupError extends Error {
  /** @param {string} message @param {string} [remedy] */
  constructor(message, remedy = '') {
    super(message);
    this.name = 'SetupError';
    this.remedy = remedy;
  }
}

/**
 * Runs the main function of a script: its value becomes the exit code, a {@link SetupError} becomes plain text.
 * @param {() => Promise<number | void>} main
 */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (error instanceof SetupError) console.error(`\n${error.message}${error.remedy ? `\n\n${error.remedy}` : ''}\n`);
    else console.error(error);
    process.exitCode = 1;
  }
}
