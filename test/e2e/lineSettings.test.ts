import { chmodSync, realpathSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usualLine } from '../../shared/lineSettings.ts';
import { moduleAt } from '../tty/rateModule.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { languages, lookIn, looksIn, wordsIn } from './languages.ts';
import { cutWords, picture, show } from './pictures.ts';
import { ask, good, part, programOf, stateOf, until } from './screen.ts';

let started: StartedElectron;
const line = async (): Promise<unknown> => (await stateOf(started.page)).connection.line;

describe.each(languages)('the line of a port in %s', (language) => {
  const words = wordsIn[language].port;
  beforeAll(async () => {
    started = await startElectron();
    await show(started, lookIn(language));
  });
  afterAll(() => started?.close());

  it('the port that is chosen is opened as its details say, and keeps that', async () => {
    const { page } = started;
    await part(page, 'stage-port').click();
    await part(page, 'line-lineEnding-CR').check();
    await until(async () => (await programOf(page)).settings.portLines).toEqual({
      'sim:m5310-seed': { ...usualLine, lineEnding: 'CR' },
    });
    expect(await part(page, 'line-absent').innerText()).toBe(words.line.absent.virtual);
    expect(await part(page, 'line-dtr').count()).toBe(0);
    await page.keyboard.press('Escape');
    await part(page, 'connect-button').click();
    await until(line).toEqual({ ...usualLine, lineEnding: 'CR' });
    await until(async () => (await stateOf(page)).connection.phase).toBe('ready');
    await part(page, 'disconnect-button').click();
    await until(async () => (await stateOf(page)).connection.phase).toBe('closed');
  });

  it.runIf(process.platform === 'linux')(
    'a module answers once rate and line ending are set while the port is open',
    async () => {
      const { page } = started;
      const port = realpathSync(await moduleAt(57_600, 'CRLF'));
      // The window runs as an ordinary user.
      chmodSync(port, 0o666);
      good(await ask(page, 'openPort', { path: port, baudRate: 9600 }));
      await page.locator('[data-testid="stage-port"][data-status="done"]').click();
      await part(page, 'line-lineEnding-CR').check();
      await until(line).toMatchObject({ lineEnding: 'CR' });
      await part(page, 'line-rate').fill('57600');
      await part(page, 'line-rate').press('Enter');
      await until(async () => (await stateOf(page)).connection.baudRate).toBe(57_600);
      const { journal } = await stateOf(page);
      await part(page, 'line-lineEnding-CRLF').check();
      await until(async () => (await stateOf(page)).module.imei).toBe('490154203237518');
      expect((await stateOf(page)).journal?.file).toBe(journal?.file);
      expect(await part(page, 'line-heard').innerText()).toBe(words.line.none);
      // A pseudo terminal has no such line.
      await part(page, 'line-rts').click();
      await part(page, 'toast-LINE_NOT_SET').waitFor();
      expect(await part(page, 'toast-LINE_NOT_SET').innerText()).toContain('Inappropriate ioctl');
      expect(await line()).toEqual(usualLine);
      await until(() => part(page, 'line-rts').isChecked()).toBe(true);
    },
  );

  it.each(looksIn(language).filter(({ width }) => width === 960))('cuts nothing off: $theme', async (look) => {
    await show(started, look);
    if (!(await part(started.page, 'port-line').isVisible())) await part(started.page, 'stage-port').click();
    await part(started.page, 'port-line').waitFor();
    await picture(started, `port-line-${look.language}-${look.theme}`);
    expect(await cutWords(started)).toEqual([]);
    expect(await part(started.page, 'port-line').innerText()).toContain(words.line.heard);
  });
});
