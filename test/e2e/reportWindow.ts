import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright';
import type { StartedElectron } from './electron.ts';
import { patienceMs } from './screen.ts';

/** A report opened as a customer opens it, in a window that runs no script. */
export interface ReportWindow {
  readonly page: Page;
  readonly file: string;
  /** Every address the page asked for. */
  requests(): Promise<string[]>;
  close(): Promise<void>;
}

let count = 0;

/** Opens a report in a window of its own, from where the application's account may read: the project may be closed to it. */
export async function openReport({ app, electron }: StartedElectron, report: string): Promise<ReportWindow> {
  const partition = `report-reader-${++count}`;
  const file = join(await electron.makeDirectory('reader'), basename(report));
  await copyFile(report, file);
  await electron.handOver(file);
  const opening = app.waitForEvent('window', { timeout: patienceMs });
  const id = await app.evaluate(
    async ({ BrowserWindow, session }, [name, path]) => {
      const asked: string[] = [];
      const own = session.fromPartition(name!, { cache: false });
      own.webRequest.onBeforeRequest(({ url }, answer) => {
        asked.push(url);
        answer({});
      });
      const opened = new BrowserWindow({
        width: 1200,
        height: 900,
        webPreferences: { session: own, sandbox: true, contextIsolation: true, javascript: false },
      });
      Object.assign(opened, { asked });
      await opened.loadFile(path!);
      return opened.id;
    },
    [partition, file],
  );
  const page = await opening;
  return {
    page,
    file: pathToFileURL(file).href,
    requests: () =>
      app.evaluate(({ BrowserWindow }, one) => (BrowserWindow.fromId(one) as unknown as { asked: string[] }).asked, id),
    close: () => app.evaluate(({ BrowserWindow }, one) => BrowserWindow.fromId(one)?.destroy(), id),
  };
}

/** What of the page cannot be read as it stands: cut off, beyond the page, outside its cell, or over something else. */
export function unreadable(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const named = (element: Element | null): string =>
      `${element?.tagName} "${element?.textContent?.trim().replace(/\s+/g, ' ').slice(0, 50)}"`;
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) found.push('the page is wider than the window');
    for (const one of document.querySelectorAll<HTMLElement>('body *')) {
      const { overflowX, overflowY, display } = getComputedStyle(one);
      if (overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1)
        found.push(`cut off sideways: ${named(one)}`);
      if (overflowY !== 'visible' && one.scrollHeight > one.clientHeight + 1)
        found.push(`cut off below: ${named(one)}`);
      const box = one.getBoundingClientRect();
      if (display !== 'none' && (box.right > width + 1 || box.left < -1)) found.push(`beyond the page: ${named(one)}`);
    }
    const lines: { readonly box: DOMRect; readonly parent: Element }[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const parent = text.parentElement;
      // What is folded keeps an old place nobody sees.
      if (!parent?.checkVisibility() || text.textContent?.trim() === '') continue;
      range.selectNodeContents(text);
      const place = parent
        .closest('td, th, dd, dt, figcaption, summary, li, .boxes > div, svg')
        ?.getBoundingClientRect();
      for (const box of range.getClientRects()) {
        if (box.width === 0) continue;
        lines.push({ box, parent });
        const isOut =
          place && (box.left < place.left - 1 || box.right > place.right + 1 || box.bottom > place.bottom + 2);
        if (isOut) found.push(`outside its place: ${named(parent)}`);
      }
    }
    lines.sort((one, other) => one.box.top - other.box.top);
    for (const [index, { box, parent }] of lines.entries()) {
      for (let next = index + 1; next < lines.length; next++) {
        const { box: other, parent: otherParent } = lines[next] as (typeof lines)[number];
        if (other.top > box.bottom - 3) break;
        const isOver = Math.min(box.right, other.right) - Math.max(box.left, other.left) > 2;
        if (isOver && !parent.contains(otherParent) && !otherParent.contains(parent))
          found.push(`over each other: ${named(parent)} and ${named(otherParent)}`);
      }
    }
    return [...new Set(found)].slice(0, 20);
  });
}

/** Height of the first page, in pixels of 1/96 inch. */
export function certificateHeight(page: Page): Promise<number> {
  return page.evaluate(() => document.querySelector('.certificate')?.getBoundingClientRect().height ?? Infinity);
}

/** What has no place in a report. */
export function activeParts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const elements = [...document.querySelectorAll('script, img, link, iframe, object, embed, form, base')];
    const handlers = [...document.querySelectorAll('*')].flatMap(({ attributes }) =>
      [...attributes].filter(({ name, value }) => /^on/i.test(name) || /^\s*javascript:/i.test(value)),
    );
    return [...elements.map(({ tagName }) => tagName), ...handlers.map(({ name }) => name)];
  });
}
