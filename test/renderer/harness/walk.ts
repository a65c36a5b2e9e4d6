/**
 * Walks through the screen by mouse and keyboard in a browser, with a fake main process behind it and the product's
 * content policy in front of it: `node test/renderer/harness/walk.ts`. Ends with 1 when a step does not hold, when the
 * policy was broken, or when the console got an error.
 */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import type { Page } from 'playwright';
import { buildFakeApi, buildPage, servePage } from './pages.ts';

const root = new URL('../../..', import.meta.url).pathname;
const work = await mkdtemp(join(tmpdir(), 'mipl-walk-'));
await buildPage(root, work);
const fake = await buildFakeApi(root, work);
const { server, url } = await servePage(work);
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
const complaints: string[] = [];

async function open(scenario: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript({ path: fake });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective}`),
    );
  });
  await page.goto(`${url}?scenario=${scenario}&language=en&theme=light`);
  await page.getByTestId('signal').waitFor();
  return page;
}

const text = async (page: Page, id: string): Promise<string> =>
  ((await page.getByTestId(id).textContent()) ?? '').replace(/\s+/g, ' ').trim();
const status = (page: Page, id: string): Promise<string | null> => page.getByTestId(id).getAttribute('data-status');
const focused = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-area]')?.dataset['area']);
const clipboard = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
/** Waits until it holds. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 60; i += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(what);
}

const walks: Readonly<Record<string, () => Promise<void>>> = {
  async 'an adapter that is plugged in is chosen, unless someone chose before'() {
    const page = await open('fresh');
    const chosen = (): Promise<string> => text(page, 'port-picker');
    assert.match(await chosen(), /Virtual M5310/);
    const plug = (path: string): Promise<void> =>
      page.evaluate(
        (name) =>
          (window as never as { fakeMain: { change(changes: object): void } }).fakeMain.change({
            ports: [
              { path: name, kind: 'serial', usbId: '10c4:ea60' },
              { path: 'sim:m5310-seed', kind: 'virtual' },
            ],
          }),
        path,
      );
    await plug('/dev/ttyUSB3');
    await until('the adapter is chosen', async () => /ttyUSB3/.test(await chosen()));
    await page.getByTestId('port-picker').click();
    await page.getByTestId('port-option-sim:m5310-seed').click();
    await plug('/dev/ttyUSB4');
    await page.waitForTimeout(100);
    assert.match(await chosen(), /Virtual M5310/);
  },

  async 'a typed address is taken, a typing error is named'() {
    const page = await open('fresh');
    const input = page.getByTestId('port-picker').locator('input');
    await input.fill('tcp://10.0.0.5:4001');
    await page.keyboard.press('Enter');
    assert.equal(await page.getByTestId('baud-input').count(), 0);
    await page.getByTestId('port-picker').click();
    await page.keyboard.type('99.1.2.3', { delay: 20 });
    await page.keyboard.press('Enter');
    assert.match((await page.locator('#port-problem').textContent()) ?? '', /tcp:\/\/host:port/);
  },

  async 'the button of the empty state connects, and the picker gives way to Disconnect'() {
    const page = await open('fresh');
    assert.equal(await status(page, 'stage-port'), 'waiting');
    await page.getByTestId('try-virtual').click();
    await until('the network is searched', async () => (await status(page, 'stage-network')) === 'running');
    await until('registered', async () => (await status(page, 'stage-onenet')) === 'done');
    await page.getByTestId('disconnect-button').click();
    await page.getByTestId('connect-button').waitFor();
  },

  async 'a port that may not be opened names the group and the command'() {
    const page = await open('denied');
    assert.match(await text(page, 'notice-PORT_DENIED'), /dialout/);
    assert.equal(await text(page, 'denied-command'), 'sudo usermod -aG dialout $USER');
    await page.getByTestId('connect-button').click();
    await page.getByTestId('toast-PORT_DENIED').waitFor();
  },

  async 'a resource fills the composer, which sends and follows the notification'() {
    const page = await open('session');
    assert.match(await text(page, 'composer-reason'), /No resource selected/);
    await page.getByTestId('tree-row-/3303/0/5700').click();
    assert.equal(await page.getByTestId('composer-value').inputValue(), '20.123');
    await page.getByTestId('composer-value').fill('warm');
    assert.match(await text(page, 'composer-reason'), /Not a number/);
    await page.getByTestId('composer-value').fill('21.5');
    await page.keyboard.press('Control+Enter');
    await until('accepted', async () => (await status(page, 'outbox-last')) === 'accepted');
    await until('acknowledged', async () => (await status(page, 'outbox-last')) === 'acknowledged');
    assert.match(await text(page, 'value-standing'), /acknowledged/);
    await page.getByTestId('tree-row-/3306/0/5851').click();
    assert.match(await text(page, 'composer-reason'), /Not observed by the platform/);
  },

  async 'a value is edited in place by keyboard'() {
    const page = await open('session');
    await page.getByTestId('tree-row-/3306/0/5850').click();
    await page.keyboard.press('F6');
    assert.equal(await focused(page), 'ledger');
    await page.keyboard.press('F6');
    assert.equal(await focused(page), 'composer');
    await page.keyboard.press('Shift+F6');
    await page.keyboard.press('Shift+F6');
    assert.equal(await focused(page), 'objects');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByTestId('tree-edit').fill('55');
    await page.keyboard.press('Enter');
    await until('changed', async () => /55/.test(await text(page, 'tree-row-/3306/0/5851')));
    await page.keyboard.press('Enter');
    await page.getByTestId('tree-edit').fill('99');
    await page.keyboard.press('Escape');
    assert.match(await text(page, 'tree-row-/3306/0/5851'), /55/);
    assert.match(await text(page, 'value-standing'), /set here/);
  },

  async 'request, lines and resources are linked'() {
    const page = await open('session');
    await page.getByTestId('ledger-row-64431').click();
    await until('lines stand out', async () => (await page.locator('[data-testid^="log-row-"].linked').count()) === 3);
    assert.equal(await page.locator('.resource.linked').count(), 1);
    await page.locator('[data-testid^="log-row-"]', { hasText: '+MIPLPARAMETER:' }).click();
    assert.match(await text(page, 'log-meaning'), /writes attributes to \/3303\/0\/5700/);
    assert.equal(await page.getByTestId('ledger-row-64432').getAttribute('aria-selected'), 'true');
  },

  async 'the log filters by class, msgid, path and text'() {
    const page = await open('session');
    await page.getByTestId('log-filter').click();
    await page.getByTestId('log-filter-msgid').fill('64431');
    await until('three lines', async () => (await page.locator('[data-testid^="log-row-"]').count()) === 3);
    await page.getByTestId('log-filter-msgid').fill('');
    await page.getByTestId('log-filter-problems').check();
    await until('problems', async () => (await page.locator('[data-testid^="log-row-"]').count()) === 2);
    assert.match(await page.locator('[data-testid^="log-row-"]').nth(1).innerHTML(), /&lt;script&gt;/);
  },

  async 'follow ends on scroll-up, counts, and comes back by the pill'() {
    const page = await open('session');
    const flood = (ms: number): Promise<number> => page.evaluate((time) => window.fakeMain.flood(300, time), ms);
    await flood(1500);
    assert.equal(await page.getByTestId('log-follow-pill').count(), 0);
    await page.getByTestId('log').hover();
    await page.mouse.wheel(0, -400);
    await page.getByTestId('log-follow-pill').waitFor();
    const top = await page.getByTestId('log').evaluate((element) => element.scrollTop);
    await flood(500);
    assert.equal(await page.getByTestId('log').evaluate((element) => element.scrollTop), top);
    assert.match(await text(page, 'log-follow-pill'), /↓ \d+ new/);
    await page.getByTestId('log-follow-pill').click();
    await until('at the end', () =>
      page
        .getByTestId('log')
        .evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight < 2),
    );
    assert.equal(await page.getByTestId('log-follow-pill').count(), 0);
  },

  async 'a long log stays in one piece'() {
    const page = await open('session');
    await page.evaluate(() => window.fakeMain.flood(9000, 1500));
    await until('the newest line is there', async () => {
      const total = await page.evaluate(() => window.fakeMain.log.entries.length);
      return (await page.getByTestId(`log-row-${total}`).count()) === 1;
    });
    await page.getByTestId('log').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    assert.equal(await page.getByTestId('log-meaning').count(), 1);
    const overlap = await page.evaluate(() => {
      const rows = [...document.querySelectorAll<HTMLElement>('[data-testid^="log-row-"]')]
        .map((row) => row.getBoundingClientRect())
        .sort((a, b) => a.top - b.top);
      return rows.slice(1).some((row, i) => Math.abs(row.top - (rows[i]?.bottom ?? 0)) > 1);
    });
    assert.equal(overlap, false);
  },

  async 'lines are copied with times and without'() {
    const page = await open('session');
    await page.locator('[data-testid^="log-row-"]', { hasText: '+MIPLEXECUTE:' }).click();
    await page.getByTestId('log').press('Shift+ArrowDown');
    await page.getByTestId('log').press('Control+c');
    await until('copied', async () =>
      /^\d\d:\d\d:\d\d\.\d{3} ◀ \+MIPLEXECUTE.*\n.*▶ AT\+MIPLEXECUTERSP/.test(await clipboard(page)),
    );
    await page.getByTestId('log').press('Control+Shift+c');
    await until('without times', async () => (await clipboard(page)).startsWith('+MIPLEXECUTE'));
  },

  async 'the console completes, helps, sends and remembers'() {
    const page = await open('session');
    await page.keyboard.press('Control+k');
    await until('focus', async () => (await focused(page)) === 'console');
    await page.keyboard.type('AT+MIPLVE');
    await page.keyboard.press('Tab');
    const input = page.getByTestId('console-input');
    assert.equal(await input.inputValue(), 'AT+MIPLVER?');
    await page.keyboard.press('Enter');
    await page.locator('[data-kind="person"]', { hasText: 'AT+MIPLVER?' }).waitFor();
    await page.keyboard.press('ArrowUp');
    assert.equal(await input.inputValue(), 'AT+MIPLVER?');
    await input.fill('AT+MIPLOPEN=0,');
    assert.match(await text(page, 'console-help'), /lifetime/);
  },

  async 'the platform asks, and the answer is shown'() {
    const page = await open('session');
    await page.getByTestId('tree-row-/3303/0/5700').click();
    await page.getByTestId('ask-platform').click();
    await page.getByTestId('ask-send').click();
    await page.getByTestId('ask-answer').waitFor();
    assert.match(await text(page, 'ask-answer'), /HTTP 200.*20\.123/);
  },

  async 'language and theme change at once'() {
    const page = await open('session');
    await page.getByTestId('language-switch').click();
    await until('Chinese', async () => /工作台/.test(await text(page, 'nav-workbench')));
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN');
    await page.getByTestId('theme-select').selectOption('sunlight');
    await until('sunlight', async () => (await page.locator('html').getAttribute('data-theme')) === 'sunlight');
    await page.getByTestId('nav-settings').click();
    await page.getByTestId('setting-lifetimeSeconds').fill('5');
    await page.keyboard.press('Tab');
    assert.match((await page.locator('#hint-lifetimeSeconds').textContent()) ?? '', /16/);
    await page.getByTestId('language-en').check();
    await until('English', async () => /Workbench/.test(await text(page, 'nav-workbench')));
  },

  async 'export opens by keyboard, the list of shortcuts by ?'() {
    const page = await open('session');
    await page.keyboard.press('Control+e');
    await page.getByTestId('export-txt').click();
    await until('told', async () =>
      /1,284 lines written to \/home\/li\/site-0010\.txt/.test(await text(page, 'toast')),
    );
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    assert.match((await page.getByRole('dialog').textContent()) ?? '', /F6/);
  },

  async 'a chip opens and offers what can be done'() {
    const page = await open('session');
    await page.getByTestId('stage-onenet').click();
    await page.getByTestId('deregister-button').click();
    await page.getByTestId('stage-onenet').click();
    await page.getByTestId('register-button').waitFor();
    const lost = await open('lost');
    assert.equal(await status(lost, 'stage-module'), 'stale');
    assert.equal(await status(lost, 'stage-port'), 'failed');
  },

  async 'everything can be reached by Tab, and the focus is seen'() {
    const page = await open('session');
    await page.getByTestId('tree-row-/3303/0/5700').click();
    const seen = new Set<string>();
    for (let i = 0; i < 70; i += 1) {
      await page.keyboard.press('Tab');
      const where = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        const style = getComputedStyle(element);
        const parent = element.closest('.el-select, .el-checkbox, .el-switch');
        const isSeen = style.outlineStyle !== 'none' || parent !== null;
        return {
          id:
            element.dataset['testid'] ??
            element.closest<HTMLElement>('[data-area]')?.dataset['area'] ??
            element.tagName,
          isSeen,
        };
      });
      if (where.id === 'BODY') continue;
      assert.ok(where.isSeen, `focus is not seen on ${where.id}`);
      seen.add(where.id);
    }
    for (const id of [
      'disconnect-button',
      'theme-select',
      'language-switch',
      'nav-settings',
      'stage-port',
      'stage-onenet',
      'log-filter',
      'log',
      'console-input',
      'export-menu',
      'dialect',
      'composer-value',
      'composer-send',
      'objects',
      'ledger',
    ]) {
      assert.ok(seen.has(id), `${id} is not reached by Tab`);
    }
  },
};

let failed = 0;
const only = process.argv[2];
for (const [name, walk] of Object.entries(walks)) {
  if (only !== undefined && !name.includes(only)) continue;
  try {
    await walk();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(
      `FAILED  ${name}\n        ${error instanceof Error ? error.message.split('\n').slice(0, 6).join('\n        ') : String(error)}`,
    );
  }
  for (const context of browser.contexts()) await context.close();
}
for (const complaint of complaints) console.error(complaint);
await browser.close();
server.close();
process.exitCode = failed + complaints.length > 0 ? 1 : 0;
