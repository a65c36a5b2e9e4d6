import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { _electron } from 'playwright';
import type { Page } from 'playwright';
import { askedAgain } from '../../test/electron/askedAgain.ts';
import { electronForTests } from '../../test/electron/electronForTests.js';
import { percentile, rounded } from './figures.ts';
import type { Measurement } from './figures.ts';
import { openModuleProcess } from './moduleProcess.ts';

const PER_SECOND = 330;
const SETTLE_MS = 3000;
const MEASURED_MS = 10_000;
const INPUT_EVERY_MS = 100;

/** How a window fared while the line was saturated. */
interface ScreenFigures {
  readonly framesPerSecond: number;
  readonly inputs: number;
  /** Input to the paint after it, by the Event Timing API; what is quicker than 16 ms it does not tell, and counts as that. */
  readonly inputMs: readonly number[];
  readonly longestTaskMs: number;
  /** So many lines later the newest one on the screen was: a screen that stands still is quick for nothing. */
  readonly linesShown: number;
}

/** Begins to count in the page; the result of `take` is what came meanwhile. */
const counting = `(() => {
  const seen = { frames: 0, inputs: [], longest: 0, since: performance.now() };
  const frame = () => { seen.frames++; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => {
    for (const { name, duration, interactionId } of list.getEntries())
      if (name === 'keydown' || name === 'pointerdown') seen.inputs.push(duration);
  }).observe({ type: 'event', durationThreshold: 16 });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
  }).observe({ type: 'longtask' });
  globalThis.counted = () => ({ ...seen, ms: performance.now() - seen.since });
})()`;

/** Presses Tab, which every screen answers with a mark that moves, ten times a second. */
async function press(page: Page, endMs: number): Promise<number> {
  let count = 0;
  while (performance.now() < endMs) {
    await page.keyboard.press('Tab');
    count++;
    await pause(INPUT_EVERY_MS);
  }
  return count;
}

/** Number of the newest line on the screen. */
function newestLine(page: Page): Promise<number> {
  return page.evaluate(() =>
    Math.max(
      ...Array.from(document.querySelectorAll('[data-testid^="log-row-"]'), (row) =>
        Number(row.getAttribute('data-testid')?.slice('log-row-'.length)),
      ),
    ),
  );
}

/** The window of one checkout, built before. */
async function measure(application: string | undefined): Promise<ScreenFigures> {
  const module = await openModuleProcess();
  const electron = await electronForTests(application === undefined ? {} : { application });
  try {
    const directory = await electron.makeDirectory('bench');
    const program = await _electron.launch({
      ...electron.launch,
      args: [
        ...electron.launch.args,
        `--user-data-dir=${directory}`,
        `--journal-directory=${join(directory, 'journals')}`,
      ],
    });
    await askedAgain(() =>
      program.evaluate(({ dialog }) => {
        dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
      }),
    );
    const page = await program.firstWindow();
    await page.getByTestId('connect-button').waitFor();
    await page.evaluate(async (path) => {
      const { api } = globalThis as unknown as { api: Record<string, (...given: unknown[]) => Promise<unknown>> };
      await api['changeSettings']?.({ registerOnConnect: false });
      const port = { path, baudRate: 921_600 };
      // Before there were tabs a call named no device.
      await (api['openDevice'] ? api['openPort']?.('1', port) : api['openPort']?.(port));
    }, `tcp://127.0.0.1:${module.port}`);
    await page.locator('[data-testid=stage-network][data-status=done]').waitFor({ timeout: 60_000 });
    const seconds = (SETTLE_MS + MEASURED_MS) / 1000;
    const flooded = module.flood(Math.round(PER_SECOND * seconds), PER_SECOND);
    await pause(SETTLE_MS);
    const before = await newestLine(page);
    await page.evaluate(counting);
    const inputs = await press(page, performance.now() + MEASURED_MS);
    const counted = await page.evaluate(() =>
      (
        globalThis as unknown as {
          counted: () => { frames: number; inputs: number[]; longest: number; ms: number };
        }
      ).counted(),
    );
    const linesShown = (await newestLine(page)) - before;
    await flooded;
    await program.close();
    const quick = Math.max(0, inputs - counted.inputs.length);
    return {
      framesPerSecond: counted.frames / (counted.ms / 1000),
      inputs,
      inputMs: [...counted.inputs, ...Array.from({ length: quick }, () => 16)],
      longestTaskMs: counted.longest,
      linesShown,
    };
  } finally {
    await module.close();
    await electron.cleanup();
  }
}

const rows = (who: string, { framesPerSecond, inputs, inputMs, longestTaskMs, linesShown }: ScreenFigures) => ({
  [`${who} frames a second`]: rounded(framesPerSecond),
  [`${who} input to paint p95 ms`]: rounded(percentile(inputMs, 0.95)),
  [`${who} longest task ms`]: rounded(longestTaskMs),
  [`${who} lines shown meanwhile`]: linesShown,
  [`${who} keys pressed in ${MEASURED_MS / 1000} s`]: inputs,
});

/** P7: what a person sees and presses while the line is saturated and 330 requests come each second. */
export async function measureScreen(beside: string | undefined): Promise<Measurement> {
  const ours = await measure(undefined);
  const theirs = beside === undefined ? undefined : await measure(beside);
  return {
    id: 'P7',
    what: `a saturated line of 921,600 baud with ${PER_SECOND} requests a second: input to paint, frames`,
    bar: 'input to paint p95 ≤ 50 ms, ≥ 30 frames a second',
    reached: percentile(ours.inputMs, 0.95) <= 50 && ours.framesPerSecond >= 30,
    figures: { ...rows('ours', ours), ...(theirs ? rows('other checkout', theirs) : {}) },
  };
}
