import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { callPlatform, connect, part, showsNewestLine, until } from './screen.ts';

/** So much slower than this machine is a computer on which frames and events of the window come late. */
const TIMES_SLOWER = 4;

/** The log of a module that is asked much, on a slow computer. */
let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
  await connect(started.page);
  await read(40);
  const inspector = await started.page.context().newCDPSession(started.page);
  await inspector.send('Emulation.setCPUThrottlingRate', { rate: TIMES_SLOWER });
});
afterAll(() => started?.close());
beforeEach(async () => {
  await part(page(), 'log').focus();
  await page().keyboard.press('End');
  await until(() => showsNewestLine(page())).toBe(true);
});
const page = () => started.page;
const log = () => part(page(), 'log');
const pill = () => part(page(), 'log-follow-pill');

/** The platform reads a value so often; each time three lines or more. */
async function read(times: number): Promise<void> {
  for (let count = 0; count < times; count++)
    await callPlatform(page(), '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700');
}

/** The platform goes on reading until `deed` is done. */
async function busyWhile(deed: () => Promise<void>): Promise<void> {
  let isDone = false;
  const reading = (async () => {
    while (!isDone) await read(1);
  })();
  try {
    await deed();
  } finally {
    isDone = true;
    await reading;
  }
}

/** How far the list is from its end, in pixels. */
const below = (): Promise<number> =>
  log().evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight);

it('draws the newest line before the browser tells that the list was scrolled', async () => {
  await page().evaluate(() => {
    const swallow = (event: Event): void => event.stopImmediatePropagation();
    window.addEventListener('scroll', swallow, { capture: true });
    Object.assign(window, { hearAgain: () => window.removeEventListener('scroll', swallow, { capture: true }) });
  });
  try {
    await read(20);
    await until(() => showsNewestLine(page())).toBe(true);
  } finally {
    await page().evaluate(() => (window as unknown as { hearAgain: () => void }).hearAgain());
  }
});

it('goes on following although the program moves the list up right after a row was clicked', async () => {
  const row = page().locator('[data-testid^="log-row-"]').last();
  await row.click();
  await log().evaluate((element) => (element.scrollTop -= 300));
  await row.click();
  await read(2);
  await until(() => showsNewestLine(page())).toBe(true);
  expect(await pill().count()).toBe(0);
});

it('lets go of the end with the wheel however much comes, and follows again whoever comes back', async () => {
  await log().hover();
  await busyWhile(async () => {
    await page().mouse.wheel(0, -400);
    await pill().waitFor();
    const first = page().locator('[data-testid^="log-row-"]').first();
    const seq = await first.getAttribute('data-testid');
    await until(() => pill().textContent()).toMatch(/[1-9]/);
    expect(await first.getAttribute('data-testid')).toBe(seq);
    await page().mouse.wheel(0, 100_000);
    await pill().waitFor({ state: 'detached' });
  });
  await until(() => showsNewestLine(page())).toBe(true);
});

it('lets go of the end by the scroll bar, and is held no longer once that is let go', async () => {
  const box = (await log().boundingBox())!;
  await busyWhile(async () => {
    await page().mouse.move(box.x + box.width - 4, box.y + box.height - 12);
    await page().mouse.down();
    await page().mouse.move(box.x + box.width - 4, box.y + box.height - 60, { steps: 6 });
    await page().mouse.up();
    await pill().waitFor();
  });
  expect(await below()).toBeGreaterThan(20);
  await pill().click();
  await read(2);
  await until(() => showsNewestLine(page())).toBe(true);
});

it('lies still below a pressed pointer, so that the line below it is the one that is clicked', async () => {
  const row = page().locator('[data-testid^="log-row-"]').last();
  const name = (await row.getAttribute('data-testid'))!;
  const box = (await row.boundingBox())!;
  await page().mouse.move(box.x + 200, box.y + 8);
  await page().mouse.down();
  await read(3);
  await until(below).toBeGreaterThan(20);
  expect(await part(page(), name).boundingBox()).toEqual(box);
  await page().mouse.up();
  await until(() => part(page(), name).getAttribute('aria-selected')).toBe('true');
  await until(() => showsNewestLine(page())).toBe(true);
  expect(started.complaints).toEqual([]);
});
