import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogEntry } from '../../shared/log.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { languages, lookIn, looksIn } from './languages.ts';
import { cutWords, picture, show } from './pictures.ts';
import { ask, callPlatform, connect, good, part, until } from './screen.ts';

/** The log while the session goes on: what a kept session has, it has as well. */
let started: StartedElectron;
const page = () => started.page;

async function lines(): Promise<LogEntry[]> {
  return good(await ask(page(), 'readLog', { from: 1, count: 2000 }));
}

/** Which hit of a search is shown, and of how many, as the bar says it in either language. */
const told = async (): Promise<number[]> =>
  [...((await part(page(), 'session-find-told').textContent()) ?? '').matchAll(/\d+/g)].map(Number);
const hits = async (): Promise<number> => (await told())[1] ?? 0;

/** Brings a line into sight and chooses it. */
async function chooseLine(isWanted: (entry: LogEntry) => boolean): Promise<LogEntry> {
  const found = (await lines()).findLast(isWanted);
  if (!found) throw new Error('There is no such line');
  await part(page(), 'log').focus();
  const row = part(page(), `log-row-${found.seq}`);
  if ((await row.getAttribute('aria-selected')) !== 'true') await row.click();
  await until(() => row.getAttribute('aria-selected')).toBe('true');
  return found;
}

describe.each(languages)('the log of a session that goes on, in %s', (language) => {
  beforeAll(async () => {
    started = await startElectron();
    await show(started, lookIn(language, 'dark', 1440, 900));
    await connect(started.page);
    await callPlatform(started.page, '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700');
  });
  afterAll(() => started?.close());

  it('shows the bytes of a line as the journal keeps them', async () => {
    const { seq } = await chooseLine(({ text }) => text.startsWith('+MIPLREAD'));
    const row = part(page(), `log-row-${seq}`);
    await row.getByTestId('line-bytes').click();
    await until(() => row.locator('pre').textContent()).toContain('2B 4D 49 50 4C 52 45 41 44');
  });

  it('shows all lines of a msgid, and a line of them among all others again', async () => {
    const { seq, msgId } = await chooseLine(({ text }) => text.startsWith('+MIPLREAD'));
    await part(page(), `log-row-${seq}`).getByTestId('line-thread').click();
    await until(() => part(page(), 'log-filter').textContent()).toContain(`msgid ${msgId}`);
    const shown = await page().locator('[data-testid^="log-row-"]').count();
    expect(shown).toBeGreaterThan(2);
    await part(page(), `log-row-${seq}`).getByTestId('line-context').click();
    await until(() => part(page(), 'log-filter').textContent()).not.toContain('msgid');
    await until(() => page().locator('[data-testid^="log-row-"]').count()).toBeGreaterThan(shown);
    expect(await part(page(), `log-row-${seq}`).isVisible()).toBe(true);
  });

  it('folds exchanges and polling to a line each; → opens one, ← closes it', async () => {
    await part(page(), 'log-fold-toggle').click();
    await part(page(), 'log-fold').first().waitFor();
    const before = await page().locator('[data-testid^="log-row-"][data-kind="answer"]').count();
    await chooseLine(({ text }) => text.startsWith('+MIPLREAD'));
    await page().keyboard.press('ArrowRight');
    await until(() => page().locator('[data-testid^="log-row-"][data-kind="answer"]').count()).toBeGreaterThan(before);
    await picture(started, 'log-folded');
    await page().keyboard.press('ArrowLeft');
    await until(() => page().locator('[data-testid^="log-row-"][data-kind="answer"]').count()).toBe(before);
    await part(page(), 'log-fold-toggle').click();
  });

  it('keeps a bookmark with its note in log and journal (F2)', async () => {
    const { seq, text } = await chooseLine((entry) => entry.text.startsWith('+MIPLREAD'));
    await page().keyboard.press('F2');
    await part(page(), 'log-bookmark-note').fill('the <b>first</b> read');
    await page().keyboard.press('Enter');
    await part(page(), 'log-bookmark').waitFor({ state: 'detached' });
    await until(async () => (await lines()).at(-1)?.mark ?? '').toContain('the <b>first</b> read · ');
    expect((await lines()).find(({ mark }) => mark !== undefined)?.mark).toContain(text);
    expect(seq).toBeGreaterThan(0);
  });

  it('finds in the whole journal while the session goes on, and goes back (Ctrl+F, Escape)', async () => {
    await page().keyboard.press('Control+f');
    await part(page(), 'session-find').fill('first</b> read');
    await until(told).toEqual([1, 1]);
    await until(() => page().locator('.row.current').textContent()).toContain('⚑ the <b>first</b> read');
    const before = Number((await part(page(), 'live-lines').textContent())?.replace(/\D/g, ''));
    await callPlatform(page(), '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700');
    await until(async () =>
      Number((await part(page(), 'live-lines').textContent())?.replace(/\D/g, '')),
    ).toBeGreaterThan(before);
    await part(page(), 'session-find').fill('+MIPLREAD');
    await until(hits).toBeGreaterThan(1);
    expect((await told())[0]).toBe(1);
    // What comes is found, too, without another key.
    const known = await hits();
    await callPlatform(page(), '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700');
    await until(hits).toBeGreaterThan(known);
    await part(page(), 'session-bytes').locator('summary').click();
    await picture(started, 'log-whole-bytes');
    await until(() => part(page(), 'session-bytes').textContent()).toContain('2B 4D 49 50 4C');
    await part(page(), 'session-find').focus();
    await page().keyboard.press('Escape');
    await part(page(), 'session-find').waitFor({ state: 'detached' });
    await page().locator('[data-area="log"]').focus();
    await page().keyboard.press('Escape');
    await part(page(), 'log').waitFor();
  });

  it.each(looksIn(language).filter(({ width }) => width === 960))('nothing is cut in $theme', async (look) => {
    await show(started, look);
    await part(page(), 'log-whole').click();
    await part(page(), 'session-find').waitFor();
    await until(() => cutWords(started)).toEqual([]);
    await picture(started, `log-whole-${look.theme}-${look.language}`);
    await part(page(), 'live-leave').click();
    await part(page(), 'log').waitFor();
    expect(started.complaints).toEqual([]);
  });
});
