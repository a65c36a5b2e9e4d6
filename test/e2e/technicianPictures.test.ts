import { afterAll, beforeAll, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { cutWords, looks, picture, show, smallestLooks } from './pictures.ts';
import type { Look } from './pictures.ts';
import { askedAgain } from '../electron/askedAgain.ts';
import { ask, good, part, stateOf, until } from './screen.ts';

/** The four steps in every look, and in a window of 853 × 480 points, which is 1280 × 720 at 150 %. */
let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
  good(await ask(started.page, 'changeSettings', { mode: 'technician' }));
  await part(started.page, 'batch-start').waitFor();
});
afterAll(() => started?.close());

const chosen = [...smallestLooks, ...looks].filter(
  ({ width, theme, language }) => width !== 1440 || (theme === 'sunlight' && language === 'zh'),
);
const least = { width: 853, height: 480 };

async function zoom(factor: number): Promise<void> {
  await askedAgain(() =>
    started.app.evaluate(({ BrowserWindow }, by) => {
      const window = BrowserWindow.getAllWindows()[0];
      window?.setContentSize(1280, 720);
      window?.webContents.setZoomFactor(by);
    }, factor),
  );
}

/** Whether all of a button is in sight, or can be scrolled to. */
async function inEveryLook(name: string): Promise<void> {
  for (const look of chosen) {
    await show(started, look);
    await picture(started, `technician-${name}-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started), `${name} ${JSON.stringify(look)}`).toEqual([]);
    await expectAct(look);
  }
  for (const language of ['en', 'zh'] as const) {
    good(await ask(started.page, 'changeSettings', { language, theme: 'light' }));
    await zoom(1.5);
    await until(() =>
      started.page.evaluate(() => [innerWidth, innerHeight, document.documentElement.lang.slice(0, 2)]),
    ).toEqual([least.width, least.height, language]);
    await picture(started, `technician-${name}-${language}-853`);
    expect(await cutWords(started), `${name} ${language} at 150 %`).toEqual([]);
    await expectAct({ language, theme: 'light', ...least });
    await zoom(1);
  }
}

/** The button that Enter presses is in sight without scrolling. */
async function expectAct(look: Look | (typeof least & Pick<Look, 'language' | 'theme'>)): Promise<void> {
  const act = started.page.locator('[data-act], [data-testid="batch-begin"], [data-testid="batch-back"]').first();
  await act.scrollIntoViewIfNeeded();
  const box = await act.boundingBox();
  expect(box, JSON.stringify(look)).not.toBeNull();
}

it('before the first device', () => inEveryLook('1-start'), 120_000);

it('before the cable', async () => {
  await part(started.page, 'batch-site').fill('Pump station 3, basement, behind the second door on the left');
  await part(started.page, 'batch-planned').fill('32');
  await part(started.page, 'batch-begin').click();
  await part(started.page, 'technician-find').waitFor();
  await inEveryLook('2-connect');
}, 120_000);

it('where it stands still', async () => {
  good(await ask(started.page, 'openPort', { path: 'sim:m5310-seed?fault=denied', baudRate: 9600 }));
  await part(started.page, 'cause-registrationDenied').waitFor();
  await inEveryLook('3-why');
  good(await ask(started.page, 'closePort'));
}, 120_000);

it('before and during a test', async () => {
  const { page } = started;
  good(await ask(page, 'openPort', { path: 'sim:m5310-seed', baudRate: 9600 }));
  await part(page, 'technician-test').waitFor();
  await inEveryLook('4-ready');
  // A read that is never answered would end the case; nobody asks here, so the case of a person goes on.
  await page.keyboard.press('Enter');
  await part(page, 'technician-stop').waitFor();
  await until(async () =>
    Object.values((await stateOf(page)).acceptanceCases).some(({ status }) => status === 'passed'),
  );
  for (const [language, theme] of [
    ['en', 'dark'],
    ['zh', 'sunlight'],
  ] as const) {
    await show(started, { language, theme, width: 1280, height: 720 });
    await picture(started, `technician-5-running-${language}-${theme}`);
  }
  expect(await cutWords(started)).toEqual([]);
  await part(page, 'technician-stop').click();
  await part(page, 'technician-resume').waitFor();
  await inEveryLook('5-stopped');
}, 150_000);

it('after the report, and the batch', async () => {
  const { page } = started;
  await part(page, 'technician-report-stopped').click();
  await part(page, 'step-next').waitFor();
  await inEveryLook('6-next');
  await part(page, 'batch-summary-open').click();
  await inEveryLook('7-summary');
}, 150_000);

it('has left nothing in the console of the window to complain of', () => {
  expect(started.complaints).toEqual([]);
});
