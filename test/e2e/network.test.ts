import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastWords } from '../../main/lastWords.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { filled, languages, lookIn, looksIn, wordsIn } from './languages.ts';
import { cutWords, picture, show } from './pictures.ts';
import { ask, good, part, stateOf, until } from './screen.ts';

let started: StartedElectron;

const lock = async (): Promise<unknown> => (await stateOf(started.page)).network.lock;
const isOnline = async (): Promise<boolean> => {
  const { stages, observations } = await stateOf(started.page);
  return stages.onenet.status === 'done' && stages.network.status === 'done' && observations.length === 3;
};

describe.each(languages)('the network in %s', (language) => {
  const words = wordsIn[language];
  beforeAll(async () => {
    started = await startElectron();
    await show(started, lookIn(language));
  });
  afterAll(() => started?.close());

  it('a module that somebody has locked wears a badge, and its diagnosis says what clearing sends, costs and how to undo it', async () => {
    const { page } = started;
    good(await ask(page, 'openPort', { path: 'sim:m5310-seed?locked', baudRate: 115_200 }));
    await until(() => part(page, 'lock-badge').innerText()).toContain('3736');
    await part(page, 'cause-frequencyLock').waitFor();
    const told = await part(page, 'cause-frequencyLock').getByTestId('change-clearLock').innerText();
    expect(told).toContain('AT+CFUN=0 · AT+NCSEARFCN · AT+CFUN=1');
    const { sends, costs, undoName, clearLock, lock: locking } = words.change;
    for (const word of [sends, costs, undoName, clearLock.costs]) expect(told).toContain(word);
    expect(told).toContain(filled(locking.title, { earfcn: 3736 }));
  });

  it.each(looksIn(language))('cuts nothing off in the diagnosis: $theme, $width', async (look) => {
    await show(started, look);
    await picture(started, `lock-why-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
  });

  it('asks before it disconnects: the lock stays in the module', async () => {
    const { page } = started;
    await show(started, lookIn(language, 'light'));
    await part(page, 'disconnect-button').click();
    await until(() => part(page, 'lock-question').innerText()).toContain(words.network.leave.text);
    await picture(started, `lock-question-${language}`);
    await page.keyboard.press('Escape');
    await part(page, 'lock-question').waitFor({ state: 'hidden' });
    await part(page, 'disconnect-button').click();
    await until(() => part(page, 'lock-question').innerText()).toContain(words.network.leave.text);
    await part(page, 'lock-stay').click();
    await part(page, 'lock-question').waitFor({ state: 'hidden' });
    expect((await stateOf(page)).connection.phase).toBe('ready');
  });

  it('asks before the tab is closed, and before the window is', async () => {
    const { app, page } = started;
    await page.keyboard.press('Control+w');
    await until(() => part(page, 'close-tab-locked').innerText()).toContain('3736');
    await part(page, 'close-tab-no').click();
    await app.evaluate(({ BrowserWindow, dialog }) => {
      const asked = (globalThis as unknown as { asked: string[] }).asked ?? [];
      (globalThis as unknown as { asked: string[] }).asked = asked;
      dialog.showMessageBox = (...given: unknown[]) => {
        asked.push((given.at(-1) as { message: string }).message);
        return Promise.resolve({ response: 2, checkboxChecked: false });
      };
      BrowserWindow.getAllWindows()[0]?.close();
    });
    const asked = () => app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
    await until(asked).toEqual([filled(lastWords[language].locked, { earfcns: 3736 })]);
    expect((await stateOf(page)).connection.phase).toBe('ready');
  });

  it('clears the lock from the diagnosis, comes online, and the badge is gone', async () => {
    const { page } = started;
    await part(page, 'cause-frequencyLock').getByTestId('change-press-clearLock').click();
    await until(lock).toBe('none');
    await part(page, 'lock-badge').waitFor({ state: 'hidden' });
    await until(isOnline).toBe(true);
  });

  it('puts it back as it stood, and clears it again, in the panel of the network stage', async () => {
    const { page } = started;
    await part(page, 'stage-network').click();
    await part(page, 'open-network').click();
    await part(page, 'change-undo').click();
    await until(lock).toEqual({ earfcn: 3736, wasFound: false });
    await until(() => part(page, 'network-lock').innerText()).toBe(filled(words.network.lock.set, { earfcn: 3736 }));
    await part(page, 'network-panel').getByTestId('change-press-clearLock').click();
    await until(lock).toBe('none');
    await until(isOnline).toBe(true);
  });

  it('says what is no channel, and locks to one that is heard', async () => {
    const { page } = started;
    await part(page, 'network-earfcn').fill('999999');
    await until(() => part(page, 'network-panel').innerText()).toContain(
      filled(words.network.lock.wrong, { max: 262_143 }),
    );
    expect(await part(page, 'change-press-lock').count()).toBe(0);
    await part(page, 'network-earfcn').fill('3555');
    await part(page, 'change-press-lock').click();
    await until(lock).toEqual({ earfcn: 3555, wasFound: false });
    await until(isOnline).toBe(true);
    await part(page, 'change-press-clearLock').first().click();
    await until(lock).toBe('none');
    await until(isOnline).toBe(true);
  });

  it('looks for carriers, chooses one, and leaves it to the module again', async () => {
    const { page } = started;
    await part(page, 'network-scan').click();
    await part(page, 'network-carriers').getByText('46000').click();
    expect(await part(page, 'network-carrier-input').inputValue()).toBe('46000');
    await part(page, 'change-press-carrier').click();
    await until(() => part(page, 'network-carrier').innerText()).toBe(
      filled(words.network.carrier.byHand, { carrier: 46000 }),
    );
    await until(isOnline).toBe(true);
    await part(page, 'change-press-automaticCarrier').first().click();
    await until(() => part(page, 'network-carrier').innerText()).toBe(
      filled(words.network.carrier.automatic, { carrier: 46000 }),
    );
    await until(isOnline).toBe(true);
  });

  it('sets another APN and takes it back', async () => {
    const { page } = started;
    const before = (await stateOf(page)).network.context?.apn ?? '';
    await part(page, 'network-apn').fill('cm"nbiot');
    await until(() => part(page, 'network-panel').innerText()).toContain(words.network.apn.wrong);
    await part(page, 'network-apn').fill('cmnbiot');
    await part(page, 'change-press-apn').click();
    await until(async () => (await stateOf(page)).network.context?.apn).toBe('cmnbiot');
    await until(isOnline).toBe(true);
    await part(page, 'change-undo').click();
    await until(async () => (await stateOf(page)).network.context?.apn).toBe(before);
    await until(isOnline).toBe(true);
  });

  it.each(looksIn(language))('cuts nothing off in the panel: $theme, $width', async (look) => {
    await show(started, look);
    await started.page.getByTestId('network-last').scrollIntoViewIfNeeded();
    await picture(started, `network-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
  });

  it('is left by Escape, and refused while an acceptance run goes on', async () => {
    const { page, complaints } = started;
    await show(started, lookIn(language));
    await page.keyboard.press('Escape');
    await part(page, 'network-panel').waitFor({ state: 'hidden' });
    good(await ask(page, 'startAcceptance', { platform: 'simulated', hasBootstrap: false }));
    const refused = await ask(page, 'changeNetwork', { kind: 'clearLock' });
    expect(refused).toMatchObject({ ok: false, error: { code: 'ACCEPTANCE_RUNNING' } });
    good(await ask(page, 'stopAcceptance'));
    expect(complaints).toEqual([]);
  });
});
