import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { htmlReport } from '../../main/acceptance/report/html.ts';
import { hostileText, sampleResult } from './sampleResult.ts';

/** A browser of the system; the project does not download one. */
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

describe.runIf(executablePath !== undefined)('in a real browser', () => {
  let browser: Browser;
  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'mipl-report-'));
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test.each([
    ['zh', 1200],
    ['en', 1200],
    ['both', 1200],
    ['zh', 720],
    ['en', 720],
    ['both', 480],
  ] as const)('the report in %s at %d pixels cuts off no text and asks for nothing', async (language, width) => {
    const file = join(directory, `${language}-${width}.html`);
    writeFileSync(file, htmlReport(sampleResult(hostileText), { language }));
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const requests: string[] = [];
    const dialogs: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const address = pathToFileURL(file).href;
    await page.goto(address);
    expect(await page.locator('h1').innerText()).toContain('OneNET');
    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
    const cut = await page.evaluate(() => {
      const clipped = [...document.querySelectorAll('body *')].filter((one) => {
        const { overflowX } = getComputedStyle(one);
        return one instanceof HTMLElement && overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1;
      });
      const beyond = [...document.querySelectorAll('body *')].filter(
        (one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1,
      );
      return [...clipped, ...beyond].map((one) => `${one.tagName} ${one.textContent?.slice(0, 40)}`);
    });
    expect(cut).toEqual([]);
    expect(await page.evaluate(() => document.querySelectorAll('script, img, link, iframe').length)).toBe(0);
    expect(requests).toEqual([address]);
    expect(dialogs).toEqual([]);
    await page.close();
  });
});
