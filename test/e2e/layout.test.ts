import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layoutFaults } from './layout.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { show } from './pictures.ts';
import { ask, good, part, until } from './screen.ts';
import { asTechnician, beforeConnecting, openSurface, whileConnected } from './surfaces.ts';
import type { Surface } from './surfaces.ts';

/**
 * Everything that the window shows, in the sizes it may have: 853×480 is a screen of 1280×720 at 150 %, 960×540 one of 1920×1080 at
 * 200 %. Each is opened once, and the window changes its size and language around it.
 */
const sizes = [
  { width: 853, height: 480 },
  { width: 960, height: 540 },
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
];
const usual = { language: 'en', theme: 'light', width: 1440, height: 900 } as const;
/** Each size in both languages, and from one look to the next only one of them changes: both cost the window much. */
const looks = sizes.flatMap((size, index) =>
  (index % 2 === 0 ? (['en', 'zh'] as const) : (['zh', 'en'] as const)).map((language) => ({
    ...usual,
    language,
    ...size,
  })),
);

let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
  await started.page.emulateMedia({ reducedMotion: 'reduce' });
});
afterAll(() => started?.close());

const all: readonly Surface[] = [...beforeConnecting, ...whileConnected, ...asTechnician];

/** What is still so once the window has settled: charts follow its size a little later. */
async function settledFaults(): Promise<string[]> {
  let found: string[] = [];
  await until(async () => (found = await layoutFaults(started.page)), 5000)
    .toEqual([])
    .catch(() => undefined);
  return found;
}

/** A window that changed its layout has made some things anew, which open in their first state. */
async function leave({ isLeft, shows }: Surface): Promise<void> {
  if (!isLeft) return;
  await until(async () => {
    const isThere = await part(started.page, shows).isVisible();
    if (isThere) await started.page.keyboard.press('Escape');
    return isThere;
  }).toBe(false);
}

describe.each(all)('$name', (surface) => {
  it('can be read and reached in every size and both languages', async () => {
    await openSurface(started, surface);
    const faults: string[] = [];
    for (const look of looks) {
      await show(started, look);
      const found = await settledFaults();
      faults.push(...found.map((fault) => `${look.width}×${look.height} ${look.language}: ${fault}`));
    }
    await show(started, usual);
    await leave(surface);
    await surface.after?.(started);
    expect(faults).toEqual([]);
  });
});

describe('the size of everything', () => {
  const width = () => started.page.evaluate(() => innerWidth);

  it('goes up and down by keys, and nothing is out of reach at 200 %', async () => {
    const { app, page } = started;
    const send = (keyCode: string) =>
      app.evaluate(({ BrowserWindow }, code) => {
        const { webContents } = BrowserWindow.getAllWindows()[0]!;
        webContents.sendInputEvent({ type: 'keyDown', keyCode: code, modifiers: ['control'] });
        webContents.sendInputEvent({ type: 'keyUp', keyCode: code, modifiers: ['control'] });
      }, keyCode);
    good(await ask(page, 'changeSettings', { mode: 'workbench' }));
    await part(page, 'nav-workbench').waitFor();
    await show(started, { ...usual, width: 1280, height: 720 });
    for (const shown of [1164, 1024, 853, 731, 640]) {
      await send('+');
      await until(width).toBe(shown);
    }
    // Less than the window needs: it scrolls, and what is at its end can be reached.
    const reach = await page.evaluate(() => {
      const app = document.querySelector('#app')!;
      app.scrollTo(app.scrollWidth, app.scrollHeight);
      const { right, bottom } = document.querySelector('[data-testid="shortcuts"]')!.getBoundingClientRect();
      app.scrollTo(0, 0);
      return right <= innerWidth && bottom <= innerHeight;
    });
    expect(reach).toBe(true);
    await send('-');
    await until(width).toBe(731);
    await send('0');
    await until(width).toBe(1280);
  });
});
