import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pages } from '../../renderer/ui/pages.ts';
import { seriousFindings } from './axe.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { part, until } from './screen.ts';
import { asTechnician, beforeConnecting, openSurface, openers, whileConnected } from './surfaces.ts';
import type { Surface } from './surfaces.ts';

/** Everything that the window shows, one after the other: axe finds nothing serious, and Escape leaves what lies over a page. */

let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
  await started.page.emulateMedia({ reducedMotion: 'reduce' });
});
afterAll(() => started?.close());

const all: readonly Surface[] = [...beforeConnecting, ...whileConnected, ...asTechnician];

it('walks every page, and every component that opens something over one', () => {
  expect([...new Set(all.map(({ of }) => of).filter((file) => file !== undefined))].sort()).toEqual(openers());
  for (const page of pages) expect(all.map(({ name }) => name)).toContain(`${page}, connected`);
});

describe.each(all)('$name', (surface) => {
  it('has nothing serious that axe would find', async () => {
    await openSurface(started, surface);
    // A page that is still being filled may be looked at once more.
    await until(() => seriousFindings(started.page), 10_000).toEqual([]);
  });

  it('is left', async () => {
    const { page } = started;
    if (surface.isLeft) {
      await page.keyboard.press('Escape');
      await part(page, surface.shows).waitFor({ state: 'hidden' });
      // Whoever has no mouse goes on where the way began.
      await until(() => page.evaluate(() => document.activeElement !== document.body)).toBe(true);
      if (typeof surface.by === 'string')
        await until(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe(surface.by);
    }
    await surface.after?.(started);
  });
});

it('complains of nothing', () => expect(started.complaints).toEqual([]));
