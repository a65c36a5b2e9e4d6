/**
 * Opens the built screen in a browser under the product's content policy, with a fake main process behind it, and takes
 * pictures of its states: `node test/renderer/harness/shots.ts [folder]`. Ends with 1 when the page broke the policy or
 * wrote an error to its console. The browser is the one of CHROMIUM, or /usr/bin/chromium.
 */
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import type { Page } from 'playwright';
import { buildFakeApi, buildPage, servePage } from './pages.ts';

const root = new URL('../../..', import.meta.url).pathname;
const folder = process.argv[2] ?? join(tmpdir(), 'mipl-shots');
const only = process.argv[3];
const work = await mkdtemp(join(tmpdir(), 'mipl-page-'));
await mkdir(folder, { recursive: true });
await buildPage(root, work);
const fake = await buildFakeApi(root, work);
const { server, url } = await servePage(work);

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
const complaints: string[] = [];

interface Shot {
  readonly name: string;
  readonly scenario: string;
  readonly language?: 'zh' | 'en';
  readonly theme?: 'dark' | 'light' | 'sunlight';
  readonly size?: readonly [number, number];
  readonly scale?: number;
  readonly act?: (page: Page) => Promise<unknown>;
}

async function select(page: Page): Promise<void> {
  await page.getByTestId('tree-row-/3303/0/5601').click();
  await page.getByTestId('log-row-35').click();
}

const shots: readonly Shot[] = [
  { name: 'session-light-en-1440', scenario: 'session', act: select },
  { name: 'session-dark-zh-1440', scenario: 'session', language: 'zh', theme: 'dark', act: select },
  { name: 'session-light-en-1280', scenario: 'session', size: [1280, 720], act: select },
  {
    name: 'session-sunlight-zh-1280',
    scenario: 'session',
    language: 'zh',
    theme: 'sunlight',
    size: [1280, 720],
    act: select,
  },
  { name: 'session-dark-en-1100', scenario: 'session', theme: 'dark', size: [1100, 720], act: select },
  { name: 'fresh-light-en-1280', scenario: 'fresh', size: [1280, 720] },
  { name: 'fresh-dark-zh-1440', scenario: 'fresh', language: 'zh', theme: 'dark' },
  { name: 'denied-light-zh-1280', scenario: 'denied', language: 'zh', size: [1280, 720] },
  { name: 'connecting-dark-en-1280', scenario: 'connecting', theme: 'dark', size: [1280, 720] },
  {
    name: 'failing-light-en-1440',
    scenario: 'failing',
    act: (page) => page.getByTestId('stage-network').click(),
  },
  { name: 'lost-dark-zh-1280', scenario: 'lost', language: 'zh', theme: 'dark', size: [1280, 720] },
  {
    name: 'settings-light-zh-1280',
    scenario: 'session',
    language: 'zh',
    size: [1280, 720],
    act: (page) => page.getByTestId('nav-settings').click(),
  },
  {
    name: 'ask-light-en-1440',
    scenario: 'session',
    act: async (page) => {
      await page.getByTestId('tree-row-/3303/0/5700').click();
      await page.getByTestId('ask-platform').click();
      await page.getByTestId('ask-send').click();
      await page.getByTestId('ask-answer').waitFor();
    },
  },
  {
    name: 'menus-dark-en-1440',
    scenario: 'session',
    theme: 'dark',
    act: async (page) => {
      await page.getByTestId('console-input').fill('AT+MIPLNOTIFY=0,130839,');
      await page.getByTestId('log-filter').click();
      await page.getByTestId('stage-onenet').click();
    },
  },
  {
    name: 'export-light-zh-1440',
    scenario: 'session',
    language: 'zh',
    act: async (page) => {
      await page.getByTestId('console-input').fill('AT+MIPL');
      await page.getByTestId('ledger-row-64438').click();
      await page.keyboard.press('Control+e');
    },
  },
  {
    name: 'held-light-en-1280',
    scenario: 'held',
    size: [1280, 720],
    act: async (page) => {
      await page.locator('[data-area="ledger"] [data-area-focus]').focus();
      await page.keyboard.press('End');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      await page.getByTestId('hand-value-/3303/0/5700').fill('warm');
    },
  },
  {
    name: 'held-dark-zh-1280',
    scenario: 'held',
    language: 'zh',
    theme: 'dark',
    size: [1280, 720],
    act: (page) => page.getByTestId('hold-button').click(),
  },
  {
    name: 'hand-dark-zh-1440',
    scenario: 'held',
    language: 'zh',
    theme: 'dark',
    act: async (page) => {
      await page.getByTestId('ledger-answer-64452').click();
      await page.getByTestId('hand-kind-error').check();
      await page.getByTestId('hand-after').fill('5');
    },
  },
  {
    name: 'suite-light-en-1280',
    scenario: 'session',
    size: [1280, 720],
    act: async (page) => {
      await page.getByTestId('stage-onenet').click();
      await page.getByTestId('update-lifetime').fill('0');
    },
  },
  {
    name: 'suite-dark-zh-1280',
    scenario: 'session',
    language: 'zh',
    theme: 'dark',
    size: [1280, 720],
    act: async (page) => {
      await page.getByTestId('stage-onenet').click();
      await page.getByTestId('delete-object-button').click();
    },
  },
  ...(['udp', 'session', 'fresh'] as const).flatMap((scenario) =>
    (['en', 'zh'] as const).map((language): Shot => {
      const theme = (scenario === 'session') === (language === 'en') ? 'dark' : 'light';
      return {
        name: `udp-${scenario}-${theme}-${language}-1280`,
        scenario,
        language,
        theme,
        size: [1280, 720],
        act: (page) => page.getByTestId('nav-udp').click(),
      };
    }),
  ),
  {
    name: 'udp-details-sunlight-zh-1280',
    scenario: 'udp',
    language: 'zh',
    theme: 'sunlight',
    size: [1280, 720],
    act: async (page) => {
      await page.getByTestId('nav-udp').click();
      await page.getByTestId('udp-payload').fill('温'.repeat(200));
      await page.getByTestId('udp-datagram-5').click();
    },
  },
  {
    name: 'udp-details-dark-en-1440',
    scenario: 'udp',
    theme: 'dark',
    act: async (page) => {
      await page.getByTestId('nav-udp').click();
      await page.getByTestId('udp-format-hex').click();
      await page.getByTestId('udp-payload').fill('30 3');
      await page.getByTestId('udp-datagram-4').click();
    },
  },
  ...(['acceptance', 'accepted', 'plan'] as const).flatMap((scenario) =>
    (['en', 'zh'] as const).map((language): Shot => {
      const theme = (scenario === 'accepted') === (language === 'en') ? 'dark' : 'light';
      return {
        name: `acceptance-${scenario}-${theme}-${language}-1280`,
        scenario,
        language,
        theme,
        size: [1280, 720],
        act: async (page) => {
          await page.getByTestId('nav-acceptance').click();
          if (scenario === 'accepted') await page.getByTestId('acceptance-case-18').click();
        },
      };
    }),
  ),
  {
    name: 'drive-light-en-1280',
    scenario: 'session',
    size: [1280, 720],
    act: async (page) => {
      await page.getByTestId('tree-row-/3303/0/5602').click();
      await page.getByTestId('generator-open').click();
      await page.getByTestId('generator-start').click();
      await page.getByTestId('tree-row-/3303/0/5700').click();
      await page.getByTestId('generator-open').click();
      await page.getByTestId('generator-kind').selectOption('randomWalk');
      await page.getByTestId('generator-max').fill('-5');
    },
  },
  {
    name: 'drive-dark-zh-1280',
    scenario: 'session',
    language: 'zh',
    theme: 'dark',
    size: [1280, 720],
    act: async (page) => {
      await page.getByTestId('tree-row-/3303/0/5701').click();
      await page.getByTestId('generator-open').click();
      await page.getByTestId('generator-kind').selectOption('csv');
    },
  },
  { name: 'scaled-light-en-150', scenario: 'session', size: [1280, 720], scale: 1.5, act: select },
];

for (const shot of shots) {
  if (only !== undefined && !shot.name.includes(only)) continue;
  const [width, height] = shot.size ?? [1440, 900];
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: shot.scale ?? 1 });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${shot.name}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`${shot.name}: ${String(error)}`));
  await page.addInitScript({ path: fake });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await page.goto(`${url}?scenario=${shot.scenario}&language=${shot.language ?? 'en'}&theme=${shot.theme ?? 'light'}`);
  await page.waitForTimeout(400);
  try {
    await shot.act?.(page);
  } catch (error) {
    complaints.push(`${shot.name}: ${String(error)}`);
  }
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(folder, `${shot.name}.png`) });
  await context.close();
}

await browser.close();
server.close();
console.log(`pictures: ${folder}`);
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length > 0 ? 1 : 0;
