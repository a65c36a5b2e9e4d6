import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inProject } from '../../scripts/project.js';
import type { StartedElectron } from './electron.ts';
import { askedAgain } from '../electron/askedAgain.ts';
import { ask, good } from './screen.ts';

/** Where pictures for a person to look at are kept. */
export const pictureFolder = inProject('test-output', 'screenshots');

/** By size first: another size costs the window most, another theme least. */
function looksIn(...sizes: readonly { readonly width: number; readonly height: number }[]) {
  return sizes.flatMap((size) =>
    (['en', 'zh'] as const).flatMap((language) =>
      (['dark', 'light', 'sunlight'] as const).map((theme) => ({ language, theme, ...size })),
    ),
  );
}

/** Every language and theme in the sizes a picture is taken in. */
export const looks = looksIn({ width: 1280, height: 720 }, { width: 1440, height: 900 });
/** The same in the least size the window can have. */
export const smallestLooks = looksIn({ width: 960, height: 600 });
export type Look = (typeof looks)[number];

/** Brings the window into a look; what it shows already is not asked for again, since each question costs as much as the change. */
export async function show({ app, page }: StartedElectron, { language, theme, width, height }: Look): Promise<void> {
  const lang = language === 'zh' ? 'zh-CN' : 'en';
  const shown = await page.evaluate(() => {
    const { dataset, lang } = document.documentElement;
    return { theme: dataset['theme'], lang, width: innerWidth, height: innerHeight };
  });
  if (shown.theme === theme && shown.lang === lang && shown.width === width && shown.height === height) return;
  if (shown.theme !== theme || shown.lang !== lang) good(await ask(page, 'changeSettings', { language, theme }));
  if (shown.width !== width || shown.height !== height)
    await askedAgain(() =>
      app.evaluate(
        ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size[0]!, size[1]!),
        [width, height],
      ),
    );
  await page.waitForFunction(
    ([width, height, theme, lang]) => {
      const { dataset, lang: shown } = document.documentElement;
      return innerWidth === width && innerHeight === height && dataset['theme'] === theme && shown === lang;
    },
    [width, height, theme, lang] as const,
  );
}

/** Lets the window settle: the layout follows the size, the log follows the layout, and what moves has arrived. */
function settle({ page }: StartedElectron): Promise<void> {
  return page.evaluate(async () => {
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    const moving = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    if (moving.length === 0) return;
    for (const one of moving) one.finish();
    await frame();
  });
}

/**
 * Takes a picture of the window for a person to look at; gives the file. It is what the window itself paints, also when it
 * is zoomed: that costs a quarter of what a picture by the inspector does, and the suite takes hundreds.
 */
export async function picture(started: StartedElectron, name: string): Promise<string> {
  await settle(started);
  const jpeg = await askedAgain(() =>
    started.app.evaluate(async ({ BrowserWindow }) => {
      const image = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage();
      return image?.toJPEG(80).toString('base64') ?? '';
    }),
  );
  await mkdir(pictureFolder, { recursive: true });
  const file = path.join(pictureFolder, `${name}.jpg`);
  await writeFile(file, Buffer.from(jpeg, 'base64'));
  return file;
}

/** Takes a picture of the page as the inspector paints it, the same each time: to be compared, and to be kept. */
export async function pictureOfPage(started: StartedElectron, name: string): Promise<string> {
  await settle(started);
  const file = path.join(pictureFolder, `${name}.jpg`);
  await started.page.screenshot({ path: file, animations: 'disabled', type: 'jpeg', quality: 50 });
  return file;
}

/** Words that are cut off although nothing says so: neither an ellipsis nor a way to scroll. */
export function cutWords({ page }: StartedElectron): Promise<string[]> {
  return page.evaluate(() => {
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
    for (const element of document.querySelectorAll<HTMLElement>('.area .body, .area .list'))
      if (element.scrollWidth > element.clientWidth) cut.push(`scrolls sideways: ${element.textContent?.slice(0, 40)}`);
    const { documentElement: page } = document;
    if (page.scrollWidth > page.clientWidth) cut.push('the page is wider than the window');
    if (page.scrollHeight > page.clientHeight) cut.push('the page is higher than the window');
    for (const element of document.querySelectorAll<HTMLElement>('button, input, select')) {
      const { left, right, top, bottom, width } = element.getBoundingClientRect();
      if (width === 0 || element.closest('.visually-hidden')) continue;
      const area = element.closest('.area')?.getBoundingClientRect();
      if (area && right > area.right + 1)
        cut.push(`outside its area: ${element.dataset['testid'] ?? element.textContent?.trim()}`);
      const scroller = element.closest<HTMLElement>('[class*="lines"], .body, .settings, .rows, .table, .list');
      if (!scroller && (left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1))
        cut.push(`outside: ${element.dataset['testid'] ?? element.textContent?.trim()}`);
    }
    return cut;
  });
}
