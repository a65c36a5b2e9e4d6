import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProject } from '../../scripts/project.js';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { ask, callPlatform, choose, connect, good, part, stateOf, until } from './screen.ts';

const folder = inProject('test-output', 'screenshots');
const sizes = [
  { width: 1280, height: 720 },
  { width: 1440, height: 900 },
] as const;
const looks = (['en', 'zh'] as const).flatMap((language) =>
  (['dark', 'light', 'sunlight'] as const).flatMap((theme) => sizes.map((size) => ({ language, theme, ...size }))),
);

/** Pictures of the window for a person to look at, and what a program can tell of them. */
let started: StartedElectron;
beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  started = await startElectron();
});
afterAll(() => started?.close());

async function show({ language, theme, width, height }: (typeof looks)[number]): Promise<void> {
  good(await ask(started.page, 'changeSettings', { language, theme }));
  await started.app.evaluate(
    ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size[0]!, size[1]!),
    [width, height],
  );
  await until(() =>
    started.page.evaluate(() => [
      innerWidth,
      innerHeight,
      document.documentElement.dataset['theme'],
      document.documentElement.lang,
    ]),
  ).toEqual([width, height, theme, language === 'zh' ? 'zh-CN' : 'en']);
}

async function picture(name: string): Promise<void> {
  // Two frames: the layout follows the size, and the log follows the layout.
  await started.page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  await started.page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
}

/** Words that are cut off although nothing says so: neither an ellipsis nor a way to scroll. */
function cutWords(): Promise<string[]> {
  return started.page.evaluate(() => {
    const cut: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('button, label, h2, h3, td, th, summary')) {
      const style = getComputedStyle(element);
      if (style.overflowX === 'visible' || style.textOverflow === 'ellipsis' || element.offsetParent === null) continue;
      if (element.scrollWidth > element.clientWidth + 1) cut.push(element.textContent?.trim() ?? '');
    }
    for (const element of document.querySelectorAll<HTMLElement>(
      '.meter, .meter *, .chip, .area-head, footer, header',
    )) {
      if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).textOverflow !== 'ellipsis')
        if (getComputedStyle(element).display !== 'inline') cut.push(`wider than its place: ${element.className}`);
    }
    const { documentElement: page } = document;
    if (page.scrollWidth > page.clientWidth) cut.push('the page is wider than the window');
    if (page.scrollHeight > page.clientHeight) cut.push('the page is higher than the window');
    for (const element of document.querySelectorAll<HTMLElement>('button, input, select')) {
      const { left, right, top, bottom, width } = element.getBoundingClientRect();
      if (width === 0 || element.closest('.visually-hidden')) continue;
      const scroller = element.closest<HTMLElement>('[class*="lines"], .body, .settings, .rows, .table');
      if (!scroller && (left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1))
        cut.push(`outside: ${element.dataset['testid'] ?? element.textContent?.trim()}`);
    }
    return cut;
  });
}

describe('before anything is connected', () => {
  it.each(looks)('nothing is cut off: $language, $theme, $width × $height', async (look) => {
    await show(look);
    await picture(`1-start-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords()).toEqual([]);
  });
});

describe('at work', () => {
  it('shows a session with requests of every kind', async () => {
    await connect(started.page);
    await callPlatform(started.page, '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700');
    await callPlatform(started.page, '/nbiot?imei=IMEI&obj_id=3306&obj_inst_id=0&mode=2', {
      data: [{ res_id: 5850, val: 1 }],
    });
    await callPlatform(started.page, '/nbiot/execute?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5605', {
      args: 'reset',
    });
    await callPlatform(started.page, '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=4711');
    await choose(started.page, '/3303/0/5700');
    await part(started.page, 'composer-value').fill('26.5');
    await part(started.page, 'composer-send').click();
    await until(() => part(started.page, 'outbox-last').getAttribute('data-status')).toBe('acknowledged');
    expect(Object.keys((await stateOf(started.page)).requests).length).toBeGreaterThan(8);
  });

  it.each(looks)('nothing is cut off: $language, $theme, $width × $height', async (look) => {
    await show(look);
    await picture(`2-work-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords()).toEqual([]);
  });

  it.each(looks.filter(({ width }) => width === 1280))('a stage tells its details: $language, $theme', async (look) => {
    await show(look);
    await part(started.page, 'stage-onenet').click();
    await part(started.page, 'deregister-button').waitFor();
    await picture(`3-stage-${look.language}-${look.theme}`);
    await started.page.keyboard.press('Escape');
    await part(started.page, 'deregister-button').waitFor({ state: 'hidden' });
  });

  it.each(looks.filter(({ width }) => width === 1280))(
    'a failure tells what to do: $language, $theme',
    async (look) => {
      await show(look);
      await ask(started.page, 'openPort', { path: '/dev/ttyUSB9', baudRate: 9600 });
      await part(started.page, 'notice-PORT_NOT_FOUND').waitFor();
      await picture(`4-failure-${look.language}-${look.theme}`);
      expect(await cutWords()).toEqual([]);
    },
  );

  it.each(looks.filter(({ theme }) => theme === 'light'))(
    'nothing is cut off in the settings: $language, $width × $height',
    async (look) => {
      await show(look);
      await part(started.page, 'nav-settings').click();
      await part(started.page, 'setting-lifetimeSeconds').waitFor();
      await picture(`5-settings-${look.language}-${look.width}`);
      expect(await cutWords()).toEqual([]);
      await part(started.page, 'nav-workbench').click();
    },
  );
});
