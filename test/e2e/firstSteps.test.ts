import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { languages, lookIn, looksIn, wordsIn } from './languages.ts';
import { cutWords, picture, show } from './pictures.ts';
import { ask, good, part, stateOf, until } from './screen.ts';

/** What a person does who has never seen the program: one button after the other. */

let started: StartedElectron;
const step = () => part(started.page, 'first-steps').getAttribute('data-step');

describe.each(languages)('the first steps in %s', (language) => {
  beforeAll(async () => {
    started = await startElectron();
    await show(started, lookIn(language));
  });
  afterAll(() => started?.close());

  it('can be skipped, and taken up again where one was', async () => {
    const { page } = started;
    await part(page, 'first-steps-open').click();
    await part(page, 'first-steps-skip').click();
    await part(page, 'first-steps').waitFor({ state: 'hidden' });
  });

  it('leads from the start page to a proved device, by its own buttons', async () => {
    const { page, complaints } = started;
    await part(page, 'first-steps-open').click();
    expect(await step()).toBe('connect');
    expect(await part(page, 'first-steps').innerText()).toContain(wordsIn[language].firstSteps.connect);
    await part(page, 'first-steps-act').click();
    await until(step).toBe('ask');
    await part(page, 'first-steps-act').click();
    await until(step).toBe('prove');
    await part(page, 'first-steps-act').click();
    const { acceptanceCases } = await stateOf(page);
    const keys = Object.values(acceptanceCases)
      .filter(({ info }) => info.id === 'version')
      .map(({ key }) => key);
    good(await ask(page, 'selectCases', { keys }));
    await part(page, 'acceptance-start').click();
    await until(step, 100_000).toBe('done');
    expect(complaints).toEqual([]);
  });

  it.each(looksIn(language))('cuts nothing off: $theme, $width × $height', async (look) => {
    await show(started, look);
    await picture(started, `first-steps-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
  });

  it('is put away at its end, and offered again in Help', async () => {
    const { page } = started;
    await part(page, 'first-steps-act').click();
    await part(page, 'first-steps').waitFor({ state: 'hidden' });
    await part(page, 'nav-guide').click();
    await part(page, 'guide-first-steps').click();
    await part(page, 'first-steps').waitFor();
    await part(page, 'guide').waitFor({ state: 'hidden' });
    await part(page, 'first-steps-act').click();
    await part(page, 'first-steps').waitFor({ state: 'hidden' });
  });
});
