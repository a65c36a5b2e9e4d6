import { readFile, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogEntry } from '../../shared/log.ts';
import type { SessionRow } from '../../shared/sessions.ts';
import type { DeviceState } from '../../shared/state.ts';
import { en, zh } from '../../renderer/i18n/texts.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { cutWords, looks as usualLooks, picture, show, smallestLooks } from './pictures.ts';
import { ask, callPlatform, choose, connect, good, part, stateOf, until } from './screen.ts';

/** A visit whose session is looked at afterwards: what is kept is what was on the screen. */
let started: StartedElectron;
let live: { readonly rows: LogEntry[]; readonly state: DeviceState };
let journal: string;

/** Another tool's journal, torn, with lines that cannot be read. */
const damaged = [
  '{"format":"mipl-journal","version":2,"app":"0.1.0","started":"2026-11-20T15:02:00.000+08:00","startedMs":1795158120000,"port":"COM7","baudRate":9600,"site":"<b>Meter room</b>","monotonicNs":"0"}',
  ...Array.from({ length: 3000 }, (_, n) =>
    n % 1000 === 999
      ? 'damaged'
      : `{"t":"${n % 2 ? 'in' : 'out'}","n":${n * 1e7},"w":${1795158120000 + n * 10},"b":"${n % 2 ? '\\r\\nOK\\r\\n' : 'AT+CEREG?\\r'}"}`,
  ),
  '{"t":"in","n":1',
].join('\n');

beforeAll(async () => {
  started = await startElectron({
    prepare: ({ journals }) => writeFile(path.join(journals, 'meter_20261120-150200.mipl.ndjson'), damaged),
  });
});
afterAll(() => started?.close());

const page = () => started.page;

/** The session of this visit. */
const id = (): string => `window/${journal}`;

async function everyRow(): Promise<SessionRow[]> {
  const rows: SessionRow[] = [];
  for (;;) {
    const more = good(await ask(page(), 'readSession', { session: id(), from: rows.length + 1, count: 500 }));
    if (more.length === 0) return rows;
    rows.push(...more);
  }
}

describe('a session that was kept', () => {
  it('is in the list by itself, while it goes on and afterwards', async () => {
    await connect(page());
    await callPlatform(page(), '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700');
    await callPlatform(page(), '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=4711');
    await choose(page(), '/3303/0/5700');
    await part(page(), 'composer-value').fill('26.5');
    await part(page(), 'composer-send').click();
    await until(() => part(page(), 'outbox-last').getAttribute('data-status')).toBe('acknowledged');
    const name = (await readdir(started.folders.journals)).find(
      (one) => one.endsWith('.ndjson') && !one.startsWith('meter'),
    );
    journal = name ?? '';
    await part(page(), 'composer-confirm').uncheck();
    await page().keyboard.press('Control+6');
    await part(page(), `session-${journal}`).waitFor();
    expect(await part(page(), `session-${journal}`).locator('[data-chip="growing"]').count()).toBe(1);
    await page().keyboard.press('Control+1');
    // As it was left, whatever was on the screen meanwhile.
    await part(page(), 'composer-confirm').waitFor();
    expect(await part(page(), 'composer-confirm').isChecked()).toBe(false);
    await part(page(), 'disconnect-button').click();
    await until(async () => (await stateOf(page())).connection.phase).toBe('closed');
    expect(await part(page(), 'signal').textContent()).toMatch(/^ *last signal: RSRP/);
    live = { rows: good(await ask(page(), 'readLog', { from: 1, count: 2000 })), state: await stateOf(page()) };
    await part(page(), 'nav-sessions').click();
    await until(() => part(page(), `session-${journal}`).locator('.chip').allTextContents()).toContainEqual(
      expect.stringContaining(en.session.chip.noVerdict),
    );
  });

  it('shows the same rows, requests and values as the screen did', async () => {
    await part(page(), `session-${journal}`).click();
    await part(page(), 'session-log').waitFor();
    await until(() => part(page(), 'session-lines').textContent()).not.toContain('index');
    const rows = await everyRow();
    // Each speaker in its order: of bytes that came together the live log may show a command between two lines, the journal has them as they came.
    const isOfHost = ({ kind }: LogEntry): boolean => kind === 'engine' || kind === 'person';
    const said = (all: readonly LogEntry[]) => {
      const lines = all.filter(({ kind }) => kind !== 'note');
      const ordered = [...lines.filter(isOfHost), ...lines.filter((line) => !isOfHost(line))];
      return ordered.map(({ kind, text, problem }) => [kind, text, problem]);
    };
    expect(live.rows.some(({ kind }) => kind === 'person')).toBe(true);
    expect(said(rows)).toEqual(said(live.rows));
    const remarks = (all: readonly LogEntry[]) => all.flatMap(({ remark }) => (remark ? [remark] : []));
    expect(remarks(rows).length).toBeGreaterThan(0);
    for (const remark of remarks(rows)) expect(remarks(live.rows)).toContainEqual(remark);
    const state = good(await ask(page(), 'stateAt', { session: id(), seq: rows.length }));
    const { requests, resources, outbox, module } = live.state;
    expect(state).toMatchObject({ requests, resources, outbox, module });
    expect(Object.keys(state.requests).length).toBeGreaterThan(4);
    await until(() => part(page(), 'session-row-1').textContent()).toContain(rows[0]?.text ?? '');
  });

  it('finds in all of it, steps through the hits, and shows only these', async () => {
    await page().keyboard.press('Control+f');
    await part(page(), 'session-find').fill('miplread');
    await until(() => part(page(), 'session-find-told').textContent()).toMatch(/^1 of \d+ hits$/);
    const first = await page().locator('.row.current').getAttribute('data-testid');
    await page().keyboard.press('Enter');
    await until(() => part(page(), 'session-find-told').textContent()).toMatch(/^2 of/);
    expect(await page().locator('.row.current').getAttribute('data-testid')).not.toBe(first);
    await page().keyboard.press('Shift+Enter');
    await until(() => page().locator('.row.current').getAttribute('data-testid')).toBe(first);
    await part(page(), 'session-only-hits').click();
    await until(() => page().locator('.row mark').count()).toBeGreaterThan(2);
    expect(await part(page(), 'session-row-1').count()).toBe(0);
    await part(page(), 'session-only-hits').click();
    await part(page(), 'session-find-pattern').click();
    await part(page(), 'session-find').fill('(');
    await until(() => part(page(), 'session-find-told').textContent()).toContain('parsing');
    await part(page(), 'session-find').press('Escape');
    expect(await part(page(), 'session-find').count()).toBe(0);
    // What is selected in the lines is looked for.
    const selected = () => page().evaluate(() => getSelection()?.toString().trim() ?? '');
    // The rows move up where the bar of the search was: a click meanwhile falls between them.
    await until(async () => {
      // On its first word: the middle of a short line is empty. The first line may stand half above the list.
      await page()
        .locator('.row[data-kind="engine"] .text')
        .nth(2)
        .dblclick({ position: { x: 8, y: 8 } });
      return selected();
    }).not.toBe('');
    const marked = await selected();
    await page().keyboard.press('Control+f');
    expect(await part(page(), 'session-find').inputValue()).toBe(marked);
    await until(() => part(page(), 'session-find-told').textContent()).toMatch(/hits$/);
    await part(page(), 'session-find').press('Escape');
  });

  it('folds exchanges to a line each, opens one by key, and shows all lines of a msgid', async () => {
    const rows = await everyRow();
    const seq = rows.find(({ text }) => text.startsWith('+MIPLREAD'))?.seq ?? 0;
    await part(page(), 'session-fold').click();
    await until(() => page().locator('.row.folded').count()).toBeGreaterThan(2);
    await part(page(), 'session-go').fill(String(seq));
    await part(page(), 'session-go').press('Enter');
    await until(() => page().locator('.row.chosen').getAttribute('data-testid')).toBe(`session-row-${seq}`);
    expect(await part(page(), `session-row-${seq + 1}`).count()).toBe(0);
    await part(page(), 'session-log').focus();
    await page().keyboard.press('ArrowRight');
    await part(page(), `session-row-${seq + 1}`).waitFor();
    await page().keyboard.press('ArrowLeft');
    await until(() => part(page(), `session-row-${seq + 1}`).count()).toBe(0);
    await part(page(), 'session-thread').click();
    await until(() => page().locator('.row[data-kind="unasked"]').count()).toBe(1);
    await until(() => page().locator('.row .text').allTextContents()).toContainEqual(
      expect.stringContaining('AT+MIPLREADRSP'),
    );
    await part(page(), 'session-only-hits').click();
    await part(page(), 'session-find-close').click();
    // A line that is folded away is opened where somebody goes to it.
    await part(page(), 'session-go').fill(String(seq + 1));
    await part(page(), 'session-go').press('Enter');
    await until(() => page().locator('.row.chosen').getAttribute('data-testid')).toBe(`session-row-${seq + 1}`);
    await part(page(), 'session-fold').click();
    await until(() => part(page(), 'session-fold').getAttribute('aria-pressed')).toBe('false');
    await until(() => part(page(), 'session-lines').textContent()).toContain(`${rows.length} lines`);
  });

  it('keeps a bookmark with its note, a site and tags beside it, and the journal as it is', async () => {
    const file = path.join(started.folders.journals, journal);
    const before = await readFile(file);
    // By time first: a line of the second in which the session began.
    const [{ atMs } = { atMs: 0 }] = await everyRow();
    await part(page(), 'session-go').fill(new Date(atMs).toTimeString().slice(0, 8));
    await part(page(), 'session-go').press('Enter');
    await until(() => page().locator('.row.chosen').getAttribute('data-testid')).toBe('session-row-1');
    await part(page(), 'session-go').fill('12');
    await part(page(), 'session-go').press('Enter');
    await until(() => page().locator('.row.chosen').getAttribute('data-testid')).toBe('session-row-12');
    await part(page(), 'session-bytes').locator('summary').click();
    await until(() => part(page(), 'session-bytes').textContent()).toContain('0D');
    await part(page(), 'session-bytes').locator('summary').click();
    await part(page(), 'session-log').focus();
    await page().keyboard.press('F2');
    await page().locator('[data-bookmark="12"]').fill('told the customer');
    await page().keyboard.press('Enter');
    await part(page(), 'session-rename').click();
    await part(page(), 'session-site').fill('Pump station 3');
    await part(page(), 'session-tags').fill('golden, before');
    await part(page(), 'session-about-save').click();
    await until(() => part(page(), 'session-title').textContent()).toContain('Pump station 3');
    const about = async () => JSON.parse(await readFile(file.replace(/ndjson$/, 'about.json'), 'utf8')) as unknown;
    await until(about).toEqual({
      site: 'Pump station 3',
      tags: ['golden', 'before'],
      bookmarks: [{ seq: 12, note: 'told the customer' }],
    });
    expect(await readFile(file)).toEqual(before);
    await part(page(), 'sessions-search').fill('golden');
    await until(() => page().locator('[data-session]').count()).toBe(1);
    await part(page(), 'sessions-search').fill('');
  });

  it('says what its bytes come to, and is exported masked unless all is asked for', async () => {
    await part(page(), 'session-prove').click();
    await until(() => part(page(), 'session-proof').textContent()).toContain(en.session.proof.whole);
    await part(page(), 'session-export').click();
    await part(page(), 'session-export-txt').click();
    await until(() => readdir(started.folders.exports)).toContainEqual(expect.stringMatching(/-masked\.txt$/));
  });

  it('can be replayed: strip, objects and requests as they were, and nothing is sent', async () => {
    await part(page(), 'replay-slider').fill('5');
    await part(page(), 'replay-strip').waitFor();
    await until(() =>
      part(page(), 'replay-strip').locator('[data-testid="stage-onenet"]').getAttribute('data-status'),
    ).toBe('waiting');
    const rows = await everyRow();
    await part(page(), 'replay-slider').fill(String(rows.length - 4));
    await until(() =>
      part(page(), 'replay-strip').locator('[data-testid="stage-onenet"]').getAttribute('data-status'),
    ).toBe('done');
    await part(page(), 'replay-state-toggle').click();
    await until(() => page().locator('[data-testid^="ledger-row-"][data-kind="read"]').count()).toBe(2);
    const heights = await Promise.all(
      ['objects', 'ledger'].map((area) =>
        page().locator(`[data-testid="replay-state"] [data-area="${area}"]`).boundingBox(),
      ),
    );
    expect(heights[0]?.y).toBe(heights[1]?.y);
    const enabled = await page().locator('[data-testid="replay-state"] button:enabled').count();
    expect(enabled).toBe(0);
    await part(page(), 'replay-leave').click();
    await until(() => part(page(), 'replay-strip').count()).toBe(0);
  });
});

describe('two sessions', () => {
  it('stand side by side by step, and the first result that differs is opened', async () => {
    await part(page(), 'session-compare').click();
    await part(page(), 'compare-b').selectOption('window/meter_20261120-150200.mipl.ndjson');
    await until(() => part(page(), 'compare-verdict').textContent()).toMatch(/kinds of steps differ/);
    const read = part(page(), 'compare-step-request read');
    expect(await read.getAttribute('data-verdict')).toBe('missing');
    const selected = page().locator('[data-testid^="compare-step-"].selected');
    const before = await selected.getAttribute('data-testid');
    await page().keyboard.press('F8');
    await until(() => selected.getAttribute('data-testid')).not.toBe(before);
    await picture(started, 'sessions-compare-en');
    await part(page(), 'compare-b').selectOption(id());
    await until(() => part(page(), 'compare-verdict').textContent()).toMatch(/No result differs/);
    await read.click();
    await until(() => part(page(), 'compare-lines').locator('section').count()).toBe(2);
    await until(() => part(page(), 'compare-lines').textContent()).toContain('AT+MIPLREADRSP');
    expect(await part(page(), 'compare-lines').locator('mark').count()).toBe(0);
    await part(page(), 'compare-detail').locator('button').first().click();
    await until(() => page().locator('.row.chosen').count()).toBe(1);
    expect(await part(page(), 'compare-verdict').count()).toBe(0);
  });
});

describe('the log of another tool', () => {
  it('becomes a session where it is dropped onto the window; what the page makes up itself has no path', async () => {
    const log = path.join(started.folders.exports, 'minicom.cap');
    await writeFile(log, 'AT+CSQ\r\n+CSQ: 18,99\r\n\r\nOK\r\n');
    await part(page(), 'nav-workbench').click();
    await page().evaluate(() => {
      const input = document.createElement('input');
      Object.assign(input, { type: 'file', id: 'chosen' });
      document.body.append(input);
    });
    await page().locator('#chosen').setInputFiles(log);
    const drop = (isOfPage: boolean): Promise<void> =>
      page().evaluate((made) => {
        const [chosen] = document.querySelector<HTMLInputElement>('#chosen')?.files ?? [];
        const file = made ? new File(['AT\r\nOK\r\n'], '/etc/passwd') : chosen;
        const dataTransfer = new DataTransfer();
        if (file) dataTransfer.items.add(file);
        window.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }));
        window.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      }, isOfPage);
    await drop(true);
    await part(page(), 'toast-BAD_ARGUMENT').waitFor();
    await drop(false);
    await until(() => part(page(), 'session-log').textContent()).toContain('+CSQ: 18,99');
    await page().evaluate(() => document.querySelector('#chosen')?.remove());
  });
});

describe('the log of a program of one’s own', () => {
  const arrows = String.raw`^--->(?<direction>write|read) datalen:\d+ ?(?<text>.*)$`;

  it('is tried by a pattern while that is typed, kept by its name, and becomes a session by it', async () => {
    const log = path.join(started.folders.exports, 'gateway.log');
    const lines = ['up <b>2</b> s', '--->write datalen:7 AT+CSQ', '--->read datalen:12', '+CSQ: 17,99', 'OK'];
    await writeFile(log, `${lines.join('\n')}\n`);
    await started.app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    }, log);
    const told = (text: string | RegExp) => until(() => part(page(), 'pattern-told').textContent()).toMatch(text);
    await part(page(), 'session-import-pattern').click();
    await part(page(), 'pattern-choose').click();
    await until(() => part(page(), 'pattern-log').textContent()).toBe('gateway.log');
    await part(page(), 'pattern-source').fill('^(?<text>.*');
    await told('A bracket ( is not closed');
    expect(await part(page(), 'pattern-import').textContent()).toContain(en.session.pattern.why.fault);
    await part(page(), 'pattern-source').fill('^(?<who>.*)');
    await told('The pattern has a group "who"');
    await part(page(), 'pattern-source').fill(arrows);
    await told(/^Lines of the wire among the first 5 rows: 3; 1 sent, 2 received, 0 with a time\.$/);
    const preview = part(page(), 'pattern-preview');
    expect(await preview.locator('[data-is="note"]').textContent()).toContain('<b>2</b>');
    expect(await preview.locator('b').count()).toBe(0);
    await part(page(), 'pattern-name').fill('Gateway');
    await part(page(), 'pattern-keep').click();
    await until(() => part(page(), 'pattern-keep').textContent()).toContain(en.session.pattern.isKept);
    await picture(started, 'import-pattern-en');
    expect(await cutWords(started)).toEqual([]);
    await part(page(), 'pattern-source').press('Enter');
    await until(() => part(page(), 'import-pattern').count()).toBe(0);
    await until(() => part(page(), 'session-log').textContent()).toContain('+CSQ: 17,99');
    await part(page(), 'session-import-pattern').click();
    expect(await part(page(), 'pattern-source').inputValue()).toBe(arrows);
    await part(page(), 'pattern-kept').selectOption('');
    await until(() => part(page(), 'pattern-name').inputValue()).toBe('');
    expect(await part(page(), 'pattern-source').inputValue()).toBe(arrows);
    expect(await part(page(), 'pattern-forget').isDisabled()).toBe(true);
    await part(page(), 'pattern-kept').selectOption('Gateway');
    await until(() => part(page(), 'pattern-name').inputValue()).toBe('Gateway');
    await part(page(), 'pattern-forget').click();
    await until(() => part(page(), 'pattern-kept').isDisabled()).toBe(true);
    await page().keyboard.press('Escape');
    await until(() => part(page(), 'import-pattern').count()).toBe(0);
  });
});

describe('a journal that is torn and damaged', () => {
  it('is shown as far as it can be, with line and byte, and never as markup', async () => {
    const row = part(page(), 'session-meter_20261120-150200.mipl.ndjson');
    await until(() => row.locator('[data-chip="torn"]').count()).toBe(1);
    await until(() => row.locator('[data-chip="damaged"]').textContent()).toContain('3');
    await row.click();
    await until(() => part(page(), 'session-title').textContent()).toContain('<b>Meter room</b>');
    await part(page(), 'session-problems').locator('button').nth(0).click();
    await until(() => part(page(), 'session-damage').first().textContent()).toContain('file line 1,001');
  });
});

describe('a journal that goes away while it is looked at', () => {
  it('what was read stays, and it goes on when the file is back', async () => {
    const file = path.join(started.folders.journals, 'meter_20261120-150200.mipl.ndjson');
    await part(page(), 'session-go').fill('1');
    await part(page(), 'session-go').press('Enter');
    await part(page(), 'session-row-1').waitFor();
    await rename(file, `${file}.away`);
    await part(page(), 'session-gone').waitFor();
    expect(await part(page(), 'session-row-1').count()).toBe(1);
    await rename(`${file}.away`, file);
    await part(page(), 'session-gone').locator('.plain-button').last().click();
    await until(() => part(page(), 'session-gone').count()).toBe(0);
  });
});

const looks = [...smallestLooks, ...usualLooks];
describe('the page', () => {
  it.each(looks)('nothing is cut off: $language, $theme, $width × $height', async (look) => {
    await show(started, look);
    await part(page(), `session-${journal}`).click();
    await until(() => part(page(), 'session-title').textContent()).toContain('Pump station 3');
    const words = look.language === 'zh' ? zh : en;
    if ((await part(page(), 'session-find').count()) === 0) await part(page(), 'session-find-open').click();
    await part(page(), 'session-find').fill('MIPLREAD');
    await until(() => part(page(), 'session-find-told').textContent()).toMatch(/\d/);
    await part(page(), 'replay-slider').fill('60');
    await until(() => part(page(), 'replay-strip').textContent()).toContain(words.session.replay.tag);
    await picture(started, `sessions-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
  });
});

/** In which the words of the screen are looked for. */
const inEnglish = usualLooks.find(({ language, theme }) => language === 'en' && theme === 'dark')!;

describe('the folder for journals', () => {
  it('is chosen and reset in the settings, sessions of both are in the list, and little room is said everywhere', async () => {
    await show(started, inEnglish);
    const other = path.join(started.folders.exports, 'other journals');
    await started.app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
      const files = process.getBuiltinModule('node:fs/promises');
      const { statfs } = files;
      // The disk of that folder is nearly full.
      files.statfs = (async (of: string) => ({
        ...(await statfs(of)),
        ...(of === chosen ? { bavail: 312, bsize: 1_000_000 } : {}),
      })) as typeof statfs;
    }, other);
    const usual = await part(page(), 'sessions-folder').textContent();
    await part(page(), 'nav-settings').click();
    expect(await part(page(), 'journal-folder').textContent()).toBe(usual);
    await part(page(), 'journal-folder-choose').click();
    await until(() => part(page(), 'journal-folder').textContent()).toBe(other);
    await until(() => part(page(), 'low-space').textContent()).toContain('312.0 MB left');
    await until(() => part(page(), 'about-place-journals').textContent()).toBe(other);
    await picture(started, 'settings-journals-en');
    expect(await cutWords(started)).toEqual([]);
    await writeFile(path.join(other, 'cellar_20261121-150200.mipl.ndjson'), damaged);
    await part(page(), 'nav-workbench').click();
    await part(page(), 'low-space').click();
    await part(page(), 'journal-folder-low').waitFor();
    await part(page(), 'nav-sessions').click();
    await until(() => part(page(), 'sessions-folder').textContent()).toBe(other);
    await part(page(), 'session-cellar_20261121-150200.mipl.ndjson').waitFor();
    await part(page(), `session-${journal}`).waitFor();
    await part(page(), 'nav-settings').click();
    await part(page(), 'journal-folder-reset').click();
    await until(() => part(page(), 'journal-folder').textContent()).toBe(usual);
    await until(() => part(page(), 'low-space').count()).toBe(0);
    await part(page(), 'nav-sessions').click();
    await part(page(), 'session-cellar_20261121-150200.mipl.ndjson').waitFor();
  });
});

describe('a session that is deleted', () => {
  it('can be had back until the program ends', async () => {
    await show(started, inEnglish);
    const row = () => part(page(), `session-${journal}`);
    const remove = async (): Promise<void> => {
      await row().focus();
      await page().keyboard.press('Delete');
      await part(page(), 'session-delete-yes').click();
      await until(() => row().count()).toBe(0);
    };
    await remove();
    expect(await readdir(started.folders.journals)).not.toContain(journal);
    await part(page(), 'session-undo').click();
    await row().waitFor();
    await remove();
    started = await started.again();
    await page().keyboard.press('Control+6');
    await part(page(), 'session-meter_20261120-150200.mipl.ndjson').waitFor();
    expect(await row().count()).toBe(0);
    expect((await readdir(started.folders.journals)).filter((name) => name.endsWith('.ndjson'))).toHaveLength(3);
    expect(started.complaints).toEqual([]);
  });
});
