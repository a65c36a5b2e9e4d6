import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineTexts } from '../../shared/lineTexts.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { cutWords, looks, picture, show, smallestLooks } from './pictures.ts';
import { ask, callPlatform, connect, good, part, stateOf, until } from './screen.ts';

/** Answers set before their requests come, so that nobody has to be quicker than the platform. */
let screen: StartedElectron;
beforeAll(async () => {
  screen = await startElectron();
  await connect(screen.page);
});
afterAll(() => screen?.close());

const READ = '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700';
const armed = async () => (await stateOf(screen.page)).armedAnswers;

async function openForm(): Promise<void> {
  await part(screen.page, 'arm-button').click();
  await part(screen.page, 'arm-form').waitFor();
}

async function closeForm(): Promise<void> {
  await part(screen.page, 'arm-button').click();
  await part(screen.page, 'arm-form').waitFor({ state: 'hidden' });
}

const words = {
  en: { button: 'Preset answer', on: 'Preset answers: 2', told: 'preset answer: ', never: 'preset: no answer' },
  zh: { button: '预设应答', on: '预设应答：2', told: '预设应答：', never: '预设：不应答' },
} as const;

describe.each(['en', 'zh'] as const)('in %s', (language) => {
  it('a value and an error are set, from the keyboard alone, and stand on the button', async () => {
    const { page } = screen;
    good(await ask(page, 'changeSettings', { language }));
    await until(() => part(page, 'arm-button').textContent()).toContain(words[language].button);
    await openForm();
    await part(page, 'arm-path').fill('/3303/0/5700');
    await part(page, 'arm-way-value').check();
    await part(page, 'arm-value').fill('warm');
    await until(() => part(page, 'arm-send').getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Enter');
    expect(await armed()).toEqual([]);
    await part(page, 'arm-value').fill('-7.5');
    await page.keyboard.press('Enter');
    await until(armed).toMatchObject([{ answer: { values: { '/3303/0/5700': '-7.5' } } }]);
    await part(page, 'arm-way-error').check();
    await part(page, 'arm-result').selectOption('13');
    await part(page, 'arm-send').click();
    await until(armed).toHaveLength(2);
    await until(() => part(page, 'arm-button').textContent()).toContain(words[language].on);
    await closeForm();
  });

  it('the next two reads get them in their order, marked as what they are, and the third is as ever', async () => {
    const { page } = screen;
    expect(await callPlatform(page, READ)).toContain('"val":-7.5');
    expect(await callPlatform(page, READ)).toMatch(/"errno":\d{2,}/);
    expect(await callPlatform(page, READ)).toContain('"val":20.123');
    const row = page.locator('[data-testid^="ledger-row-"][data-deliberate="error"]').last();
    await until(() => row.textContent()).toContain(words[language].told + lineTexts[language].result['13']);
    await until(() => part(page, 'arm-button').textContent()).toContain(words[language].button);
  });
});

it('no answer at all is marked, too, and what is no longer wanted is removed', async () => {
  const { page } = screen;
  await openForm();
  await part(page, 'arm-way-never').check();
  await part(page, 'arm-times').fill('2');
  await part(page, 'arm-send').click();
  await until(armed).toMatchObject([{ times: 2 }]);
  await closeForm();
  // The platform waits for 25 s, which nobody does here.
  void callPlatform(page, READ).catch(() => undefined);
  const row = page.locator('[data-testid^="ledger-row-"][data-deliberate="never"]').last();
  await until(() => row.textContent()).toContain(words.zh.never);
  await openForm();
  const [left] = await armed();
  expect(left?.times).toBe(1);
  await part(page, `disarm-${left?.id}`).click();
  await until(armed).toEqual([]);
  await part(page, 'arm-way-value').check();
  await part(page, 'arm-times').fill('1');
  await closeForm();
});

it.each([...smallestLooks, ...looks])('cuts nothing off: $language, $theme, $width × $height', async (look) => {
  await show(screen, look);
  await openForm();
  if ((await armed()).length === 0) await part(screen.page, 'arm-send').click();
  await part(screen.page, 'arm-list').waitFor();
  await picture(screen, `armed-${look.language}-${look.theme}-${look.width}`);
  expect(await cutWords(screen)).toEqual([]);
  await closeForm();
});

it('has left nothing in the console of the window to complain of', () => {
  expect(screen.complaints).toEqual([]);
});
