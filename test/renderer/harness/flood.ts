/**
 * Measures the screen under a saturated line: `node test/renderer/harness/flood.ts [lines per second] [seconds]`.
 * Prints the time from a key press to the next picture, the longest task, and how far the newest line on screen is
 * behind, as JSON.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { buildFakeApi, buildPage, servePage } from './pages.ts';

declare global {
  interface Window {
    readonly fakeMain: {
      flood(perSecond: number, forMs: number): Promise<number>;
      log: { entries: { length: number } };
    };
    measured: { inputs: number[]; tasks: number[]; behind: number[] };
  }
}

const perSecond = Number(process.argv[2] ?? 2304);
const forMs = Number(process.argv[3] ?? 8) * 1000;
const root = new URL('../../..', import.meta.url).pathname;
const work = await mkdtemp(join(tmpdir(), 'mipl-flood-'));
await buildPage(root, work);
const fake = await buildFakeApi(root, work);
const { server, url } = await servePage(work);
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.addInitScript({ path: fake });
await page.goto(`${url}?scenario=flood&theme=dark`);
await page.waitForTimeout(500);
await page.evaluate(() => {
  window.measured = { inputs: [], tasks: [], behind: [] };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.measured.tasks.push(entry.duration);
  }).observe({ type: 'longtask' });
  window.addEventListener(
    'keydown',
    (event) => {
      requestAnimationFrame(() => setTimeout(() => window.measured.inputs.push(performance.now() - event.timeStamp)));
    },
    true,
  );
  setInterval(() => {
    const rows = [...document.querySelectorAll('[data-testid^="log-row-"]')];
    const newest = Math.max(0, ...rows.map((row) => Number(row.getAttribute('data-testid')?.slice('log-row-'.length))));
    window.measured.behind.push(window.fakeMain.log.entries.length - newest);
  }, 200);
});
const flood = page.evaluate(([rate, time]) => window.fakeMain.flood(rate ?? 0, time ?? 0), [perSecond, forMs]);
await page.getByTestId('console-input').focus();
const end = Date.now() + forMs - 300;
while (Date.now() < end) {
  await page.keyboard.press('A');
  await page.waitForTimeout(90);
}
const sent = await flood;
const { inputs, tasks, behind } = await page.evaluate(() => window.measured);
const sorted = inputs.sort((a, b) => a - b);
const at = (share: number): number => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
console.log(
  JSON.stringify({
    linesPerSecond: perSecond,
    sent,
    presses: sorted.length,
    inputToPaintMs: { p50: at(0.5), p95: at(0.95), worst: at(0.999) },
    longTasks: tasks.length,
    longestTaskMs: Math.round(Math.max(0, ...tasks)),
    linesBehindWorst: Math.max(0, ...behind),
  }),
);
await browser.close();
server.close();
