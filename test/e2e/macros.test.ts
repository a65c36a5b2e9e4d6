import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { filled, languages, lookIn, looksIn, wordsIn } from './languages.ts';
import { cutWords, picture, show } from './pictures.ts';
import { ask, connect, good, part, programOf, stateOf, until } from './screen.ts';

let started: StartedElectron;

const macro = async () => (await stateOf(started.page)).macro;
const own = async () => (await programOf(started.page)).macros;

/** The file that the next question for one is answered with. */
async function choose(file: string): Promise<void> {
  await started.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, file);
}

describe.each(languages)('macros in %s', (language) => {
  const words = wordsIn[language].macro;
  beforeAll(async () => {
    started = await startElectron();
    await show(started, lookIn(language));
  });
  afterAll(() => started?.close());

  it('a macro of the document runs from the window, step by step, and says that it is done', async () => {
    const { page } = started;
    await part(page, 'open-macros').click();
    await part(page, 'macro-shipped-identity').click();
    // Nothing is connected yet: the button says so and can still be reached.
    expect(await part(page, 'macro-run').innerText()).toContain(words.obstacle.closed);
    await page.keyboard.press('Escape');
    await part(page, 'macros').waitFor({ state: 'hidden' });
    await connect(page);
    await part(page, 'open-macros').click();
    await part(page, 'macro-run').click();
    await until(async () => (await macro())?.phase).toBe('done');
    await until(() => part(page, 'macro-step-6').getAttribute('data-mark')).toBe('done');
    expect(await part(page, 'macro-progress').innerText()).toMatch(
      new RegExp(filled(words.ended.done, { name: '.+', seconds: '[\\d.]+' })),
    );
  });

  it('one of a person’s own is copied, edited, undone, and kept', async () => {
    const { page } = started;
    await part(page, 'macro-copy').click();
    await part(page, 'macro-name').fill('Mine');
    await part(page, 'macro-name').press('Enter');
    await part(page, 'macro-line-1').fill('AT+CSQ');
    await part(page, 'macro-line-1').press('Enter');
    await until(async () => (await own())[0]).toMatchObject({ name: 'Mine', steps: expect.any(Array) as unknown[] });
    await until(async () => (await own())[0]?.steps[0]).toMatchObject({ line: 'AT+CSQ' });
    await part(page, 'macro-undo').click();
    await until(async () => (await own())[0]?.steps[0]).toMatchObject({ line: 'AT+CGMI' });
    await part(page, 'macro-redo').click();
    await until(async () => (await own())[0]?.steps[0]).toMatchObject({ line: 'AT+CSQ' });
    await part(page, 'macro-add-wait').click();
    await part(page, 'macro-sought-7').fill('(');
    await part(page, 'macro-pattern-7').check();
    await part(page, 'macro-wrong-7').waitFor();
    expect(await part(page, 'macro-run').innerText()).toContain(filled(words.obstacle.wrong, { count: 1 }));
    expect((await own())[0]?.steps).toHaveLength(7);
    await part(page, 'macro-sought-7').fill('^never$');
    await part(page, 'macro-sought-7').press('Enter');
    await part(page, 'macro-wrong-7').waitFor({ state: 'detached' });
    await until(async () => (await own())[0]?.steps[6]).toMatchObject({ sought: { text: '^never$', isPattern: true } });
  });

  it('Escape leaves the longest wait at once, in the dialog and anywhere else', async () => {
    const { page } = started;
    await part(page, 'macro-within-7').fill('3600');
    await part(page, 'macro-within-7').press('Enter');
    await part(page, 'macro-run').click();
    await until(() => part(page, 'macro-step-7').getAttribute('data-mark')).toBe('running');
    await page.keyboard.press('Escape');
    await until(async () => (await macro())?.phase).toBe('stopped');
    expect(await part(page, 'macros').isVisible()).toBe(true);
    await part(page, 'macro-run').click();
    await until(async () => (await macro())?.step).toBe(6);
    // Without its dialog, on another page.
    await started.app.evaluate(() => undefined);
    await page.locator('.el-dialog__headerbtn').click();
    await part(page, 'nav-udp').click();
    await until(() => part(page, 'macro-bar').innerText()).toContain(
      filled(words.at, { name: 'Mine', step: 7, count: 7 }),
    );
    await page.keyboard.press('Escape');
    await until(async () => (await macro())?.phase).toBe('stopped');
    await part(page, 'macro-bar-away').click();
    await part(page, 'macro-bar').waitFor({ state: 'detached' });
    await part(page, 'nav-workbench').click();
  });

  it('goes out into a file and comes back from it; a hostile file says where it is wrong, and nothing is lost', async () => {
    const { page, folders } = started;
    await part(page, 'open-macros').click();
    await part(page, 'macro-export').click();
    const file = path.join(folders.exports, 'macros.json');
    await until(() => Promise.resolve(readFileSync(file, 'utf8'))).toContain('"mipl-macros"');
    await choose(file);
    await part(page, 'macro-import').click();
    await until(async () => (await own()).map(({ name }) => name)).toEqual(['Mine', 'Mine 2']);
    const hostile = path.join(folders.exports, 'hostile.json');
    writeFileSync(
      hostile,
      '{"format":"mipl-macros","version":1,"macros":[\n{"name":"<b>x","steps":[\n{"waitFor":"never","withinSeconds":1e99}]}]}',
    );
    await choose(hostile);
    await part(page, 'macro-import').click();
    await part(page, 'toast-FILE_BAD_MACROS').waitFor();
    expect(await part(page, 'toast-FILE_BAD_MACROS').innerText()).toContain(
      'hostile.json:3: macros[0].steps[0].withinSeconds',
    );
    expect(await own()).toHaveLength(2);
  });

  it.each(looksIn(language).filter(({ width }) => width <= 1280))('cuts nothing off: $theme, $width', async (look) => {
    await show(started, look);
    await part(started.page, 'macros').waitFor();
    await picture(started, `macros-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
    expect(await part(started.page, 'macros').innerText()).toContain(words.shipped);
  });

  it('is there again after a restart', async () => {
    good(await ask(started.page, 'closePort'));
    started = await started.again();
    expect((await own()).map(({ name }) => name)).toEqual(['Mine', 'Mine 2']);
    expect(started.complaints).toEqual([]);
  });
});
