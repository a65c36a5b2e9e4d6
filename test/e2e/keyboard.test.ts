import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { ask, good, part, programOf, stateOf, until } from './screen.ts';

/** From the start page to a signed-off report without a mouse, in both languages; whatever has the focus shows it. */

let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
});
afterAll(() => started?.close());

const press = (keys: string) => started.page.keyboard.press(keys);
const focused = () => started.page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? '');

/** Whether a person sees where the focus is: a ring around it, or around what stands for it. */
const isRinged = () =>
  started.page.evaluate(() => {
    const at = document.activeElement;
    const places = [at, at?.closest('label'), at?.closest('.el-select__wrapper'), at?.closest('.el-tree-node')];
    return places.some((place) => {
      if (!place) return false;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(place);
      return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0) || /inset|px/.test(boxShadow);
    });
  });

/** Goes there by Tab alone; everything on the way shows that it has the focus. */
async function tabTo(name: string): Promise<void> {
  const way: string[] = [];
  const unseen: string[] = [];
  while (way.length < 120) {
    await press('Tab');
    const at = await focused();
    if (!(await isRinged())) unseen.push(at);
    if (at === name) {
      expect(unseen).toEqual([]);
      return;
    }
    way.push(at);
  }
  expect(way).toContain(name);
}

describe.each(['en', 'zh'] as const)('a visit in %s', (language) => {
  it('begins at the start page and comes online', async () => {
    const { page } = started;
    good(await ask(page, 'changeSettings', { language }));
    await until(() => page.evaluate(() => document.documentElement.lang)).toBe(language === 'zh' ? 'zh-CN' : 'en');
    await press('Control+1');
    await part(page, 'try-virtual').waitFor();
    await tabTo('try-virtual');
    await press('Enter');
    await until(async () => (await stateOf(page)).registration.phase).toBe('registered');
    await until(async () => (await stateOf(page)).observations.length).toBe(3);
  });

  it('reports a value from the object tree', async () => {
    const { page } = started;
    await tabTo('objects-tree');
    await press('ArrowDown');
    await press('ArrowDown');
    await press('ArrowDown');
    await until(() => page.locator('[data-area="composer"] .path').textContent()).toMatch(/^\/3303\/0\/\d+$/);
    await tabTo('composer-value');
    await press('Control+Enter');
    await until(() => part(page, 'outbox-last').getAttribute('data-status')).toBe('acknowledged');
  });

  it('asks the module at the console, and is back where it was', async () => {
    const { page } = started;
    await press('Control+l');
    await until(focused).toBe('console-input');
    await page.keyboard.type('AT+CGMM');
    await press('Enter');
    await until(async () => (await stateOf(page)).module.model).toBe('M5310');
    await press('Control+i');
    await part(page, 'identity-card').waitFor();
    await press('Escape');
    await part(page, 'identity-card').waitFor({ state: 'hidden' });
    await until(focused).toBe('console-input');
  });

  it('tests two cases, and leaves with the report', async () => {
    const { page, folders } = started;
    await press('Control+5');
    await part(page, 'acceptance-page').waitFor();
    await tabTo('acceptance-select-none');
    await press('Enter');
    await until(async () => Object.values((await stateOf(page)).acceptanceCases).some((one) => one.isSelected)).toBe(
      false,
    );
    // The list stands before the buttons below it.
    while ((await focused()) !== 'acceptance-list') await press('Shift+Tab');
    await press('Home');
    await press('Space');
    await press('ArrowDown');
    await press('Space');
    await until(
      async () => Object.values((await stateOf(page)).acceptanceCases).filter((one) => one.isSelected).length,
    ).toBe(2);
    await press('Control+Enter');
    await until(async () => (await stateOf(page)).acceptance.phase, 100_000).toBe('done');
    await tabTo('acceptance-site');
    await page.keyboard.type('Pump station 3');
    const reports = async (): Promise<number> =>
      (await readdir(folders.exports)).filter((name) => /^PRACTICE-.*\.html$/.test(name)).length;
    const before = await reports();
    await tabTo('acceptance-export-html');
    await press('Enter');
    await until(reports).toBe(before + 1);
    await press('Control+1');
    await tabTo('disconnect-button');
    await press('Enter');
    await until(async () => (await stateOf(page)).connection.phase).toBe('closed');
    await press('Control+t');
    await until(async () => (await programOf(page)).devices.length).toBeGreaterThan(1);
  });
});

it('complains of nothing', () => expect(started.complaints).toEqual([]));
