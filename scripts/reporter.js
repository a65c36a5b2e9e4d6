// @ts-check

/**
 * @typedef {object} Reporter
 * @property {(text: string) => void} say one line
 * @property {(text: string, fraction: number) => void} progress a line that changes while a long step runs
 * @property {<T>(text: string, work: () => Promise<T>) => Promise<T>} step a long step without a measure of its own
 */

/**
 * Tells what is going on, on standard error, so that standard output stays free for the program that is prepared.
 * On a terminal progress rewrites one line; elsewhere it prints a line per quarter.
 * @param {{ write(text: string): unknown, isTTY?: boolean }} stream
 * @returns {Reporter}
 */
export function createReporter(stream = process.stderr, heartbeatMs = 10_000) {
  let shown = '';
  let open = false;

  /** @param {string} text */
  function say(text) {
    if (open) stream.write('\n');
    open = false;
    stream.write(`${text}\n`);
  }

  /** @param {string} text @param {number} fraction */
  function progress(text, fraction) {
    const percent = Math.max(0, Math.min(100, Math.floor(fraction * 100)));
    const line = `${text}: ${stream.isTTY ? percent : percent - (percent % 25)} %`;
    if (line === shown) return;
    shown = line;
    if (!stream.isTTY) return say(line);
    stream.write(`\r${line}`);
    open = percent < 100;
    if (!open) stream.write('\n');
  }

  /** @type {Reporter['step']} */
  async function step(text, work) {
    say(`${text} …`);
    const start = Date.now();
    const heartbeat = setInterval(() => say(`  … still at it (${seconds(Date.now() - start)})`), heartbeatMs);
    try {
      return await work();
    } finally {
      clearInterval(heartbeat);
    }
  }

  return { say, progress, step };
}

/** `1234` → `1.2 s`. @param {number} milliseconds */
export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
