import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainingNames } from '../../shared/training.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { cutWords, looks, picture, show, smallestLooks } from './pictures.ts';
import { allDone, ask, good, part, stages, stateOf, until } from './screen.ts';

/** What goes wrong at sites, met on the virtual module first: chosen in the window, seen, and undone. */
let screen: StartedElectron;
beforeAll(async () => {
  screen = await startElectron();
});
afterAll(() => screen?.close());

async function open(): Promise<void> {
  const onStart = part(screen.page, 'training-open');
  // The start page makes way for a session while it is being reached for.
  const isOpened =
    (await onStart.isVisible()) &&
    (await onStart.click({ timeout: 2000 }).then(
      () => true,
      () => false,
    ));
  if (!isOpened) {
    // Where a session was, Help has it.
    await part(screen.page, 'nav-guide').click();
    await part(screen.page, 'guide-training').click();
    await part(screen.page, 'guide').waitFor({ state: 'hidden' });
  }
  await part(screen.page, 'training').waitFor();
}

async function start(name: (typeof trainingNames)[number]): Promise<void> {
  await open();
  await part(screen.page, `training-start-${name}`).click();
  await part(screen.page, 'training').waitFor({ state: 'hidden' });
}

async function disconnect(): Promise<void> {
  await part(screen.page, 'disconnect-button').click();
  await until(async () => (await stateOf(screen.page)).connection.phase).toBe('closed');
}

it.each([...smallestLooks, ...looks])('cuts nothing off: $language, $theme, $width × $height', async (look) => {
  await show(screen, look);
  await open();
  for (const name of trainingNames) await part(screen.page, `training-start-${name}`).waitFor();
  await picture(screen, `training-${look.language}-${look.theme}-${look.width}`);
  const cut = await cutWords(screen);
  await screen.page.keyboard.press('Escape');
  await part(screen.page, 'training').waitFor({ state: 'hidden' });
  expect(cut).toEqual([]);
});

const words = {
  en: { exercise: 'PRACTICE: No SIM card', plain: 'PRACTICE: simulated' },
  zh: { exercise: '练习：没有 SIM 卡', plain: '练习：模拟' },
} as const;

describe.each(['en', 'zh'] as const)('an exercise in %s', (language) => {
  it('says what it is, leads to the cause, and is undone by connecting again', async () => {
    const { page } = screen;
    good(await ask(page, 'changeSettings', { language }));
    await start('noSim');
    await until(() => part(page, 'practice').textContent()).toBe(words[language].exercise);
    await part(page, 'cause-noSim').waitFor();
    await disconnect();
    await part(page, 'connect-button').click();
    await until(() => part(page, 'practice').textContent()).toBe(words[language].plain);
    await until(() => stages(page)).toEqual(allDone);
    await disconnect();
  });
});

it('late OKs and a pulled cable show as what they are', async () => {
  const { page } = screen;
  await start('lateOk');
  await until(async () => (await stateOf(page)).answerTimes.lateCount).toBeGreaterThan(0);
  await disconnect();
  await start('unplug');
  // The cable goes at a command to come: those of a person hasten it. On a slow machine that may be before it is registered.
  await until(async () => {
    const { connection } = await stateOf(page);
    if (connection.phase === 'ready') await ask(page, 'sendCommand', { line: 'AT' });
    return connection.phase;
  }).toBe('lost');
});

it('has left nothing in the console of the window to complain of', () => {
  expect(screen.complaints).toEqual([]);
});
