import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../renderer/i18n/texts.ts';
import { queueNames } from '../../main/stations/queueConnection.ts';
import type { WorkQueue } from '../../main/stations/workQueue.ts';
import { NatsServer, reasonAgainstQueue } from '../stations/natsServer.ts';
import { queueOf, workOf } from '../stations/stationRoom.ts';
import { seriousFindings } from './axe.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { cutWords, looks as usualLooks, picture, show, smallestLooks } from './pictures.ts';
import { part, programOf, until } from './screen.ts';

const looks = [...smallestLooks, ...usualLooks.filter(({ width }) => width === 1280)];
const markup = '<img src=x onerror=alert(1)>\u0007\u202e';

/** A window at a real queue, from the settings to a report that another station could have made. */
describe.skipIf(reasonAgainstQueue !== undefined)('the Stations page', () => {
  let server: NatsServer;
  let started: StartedElectron;
  let queue: WorkQueue;
  beforeAll(async () => {
    server = await NatsServer.start();
    started = await startElectron();
  });
  afterAll(async () => {
    await queue?.close();
    await started?.close();
    await server?.close();
  });
  const page = () => started.page;
  const stations = async () => (await programOf(page())).stations;

  it('says what it is for where no queue is set, and leads to the settings', async () => {
    await part(page(), 'nav-stations').click();
    await part(page(), 'queue-no-address').waitFor();
    await picture(started, 'stations-1-none');
    await part(page(), 'queue-settings').click();
    await part(page(), 'station-address').fill('http://elsewhere');
    await part(page(), 'station-address').press('Enter');
    await until(() => part(page(), 'station-address').getAttribute('aria-invalid')).toBe('true');
    await part(page(), 'station-address').fill(server.url);
    await part(page(), 'station-address').press('Enter');
    await part(page(), 'station-name').fill('bench-1');
    await part(page(), 'station-name').press('Enter');
    await part(page(), 'station-port-sim:m5310a').check();
    await until(async () => (await programOf(page())).settings.station).toEqual({
      address: server.url,
      name: 'bench-1',
      authorityFile: '',
      ports: ['sim:m5310a'],
    });
  });

  it('connects by itself, says that no queue is set up there and sets it up by a button', async () => {
    await page().keyboard.press('Control+7');
    await until(() => part(page(), 'queue-fault').textContent()).toContain(en.error.QUEUE_NOT_SET_UP.what);
    await part(page(), 'queue-set-up').click();
    await until(() => part(page(), 'queue-phase').getAttribute('data-phase')).toBe('connected');
    await part(page(), 'queue-figures').waitFor();
    queue = await queueOf(server.url);
  });

  it('adds work by a form and by a table, and takes it out after a question', async () => {
    await part(page(), 'work-add').click();
    await part(page(), 'work-site').fill('Hall 3');
    await part(page(), 'work-id').fill('not/plain');
    expect(await part(page(), 'work-submit').isDisabled()).toBe(true);
    await part(page(), 'work-id').fill('board-1');
    await part(page(), 'work-submit').click();
    await until(async () => (await stations()).view?.waiting.map(({ id }) => id)).toEqual(['board-1']);
    const table = path.join(started.folders.exports, 'work.csv');
    await writeFile(table, 'id,site,only\nboard-2,Hall 4,version create\n');
    await started.app.evaluate(({ dialog }, file) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [file] });
    }, table);
    await part(page(), 'work-add').click();
    await part(page(), 'work-table').click();
    await until(async () => (await stations()).view?.waitingCount).toBe(2);
    await page().locator('[data-work="board-1"]').getByRole('button').click();
    await part(page(), 'work-cancel-yes').click();
    await until(async () => (await stations()).view?.counts.real.cancelled).toBe(1);
    await until(() => page().locator('[data-work="board-1"]').count()).toBe(0);
  });

  it('is a station, and opens report, session and file of what it did', async () => {
    await part(page(), 'own-start').click();
    await until(async () => (await stations()).view?.results.map(({ id }) => id)).toContain('board-2');
    await part(page(), 'work-list-results').check();
    await page().locator('[data-result="board-2"]').click();
    const file = (end: string) => part(page(), 'result-file').filter({ hasText: end });
    const opened = started.app.waitForEvent('window');
    await file('.html').click();
    const report = await opened;
    await report.waitForLoadState();
    expect(await report.locator('h1').first().textContent()).toBeTruthy();
    await report.close();
    const saved = path.join(started.folders.exports, 'saved.json');
    await started.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, saved);
    await file('.masked.json').click();
    await until(() => readFile(saved, 'utf8').catch(() => '')).toContain('"cases"');
    await file('.ndjson').click();
    await part(page(), 'session-log').waitFor();
    await part(page(), 'nav-stations').click();
    await part(page(), 'own-stop').click();
    await until(() => part(page(), 'own-station').getAttribute('data-phase')).toBe('off');
  });

  it('shows what strangers put there as text, whatever it is', async () => {
    const { stations: bucket, results, progress, client } = queue.connection;
    const told = { version: markup, waiting: 3, wallMs: 0 };
    const ports = [{ port: 'COM7', phase: 'testing', work: 'board-9', site: markup, imei: '' }];
    await bucket.put('evil', JSON.stringify({ station: markup, ports, ...told }));
    await results.put('evil', '{"no":"result"');
    const attempt = { attempt: 'x', station: markup, port: markup, startedMs: 1 };
    const far = { done: 3, count: 32, failed: 1, changedMs: 1 };
    await progress.put('board-9', JSON.stringify({ site: markup, attempts: [attempt], ...far }));
    await client.publish(queueNames.workSubject('evil-work'), markup);
    await queue.add({ ...workOf('board-8'), site: markup });
    const counts = { passed: 30, failed: 1, inconclusive: 1, skipped: 0 };
    const dates = { startedMs: 1, finishedMs: Number.MAX_SAFE_INTEGER };
    const who = { station: markup, port: markup, model: markup, firmware: markup, imei: markup };
    const outcome = { outcome: 'failed', isPractice: false, isMasked: false, counts, notPassed: [markup] };
    const result = { format: 'mipl-work-result', version: 1, id: 'board-7', attempt: 'x', site: markup, files: [] };
    await results.put('board-7', JSON.stringify({ ...result, ...outcome, ...who, ...dates, problem: markup }));
    await until(async () => (await stations()).view?.failures.map(({ id }) => id)).toEqual(['board-7']);
    await until(async () => (await stations()).view?.running.map(({ id }) => id)).toEqual(['board-9']);
    await part(page(), 'work-list-work').check();
    await page().locator('[data-work="evil-work"]').waitFor();
    expect(await page().locator('img').count()).toBe(0);
    expect(await part(page(), 'stations').textContent()).toContain('<img src=x onerror=alert(1)>␇⟨202E⟩');
  });

  it.each(looks)('nothing is cut off: $language, $theme, $width × $height', async (look) => {
    await show(started, look);
    await part(page(), 'nav-stations').click();
    await part(page(), 'work-list-work').check();
    await picture(started, `stations-2-work-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
    await part(page(), 'work-list-failures').check();
    await page().locator('[data-result="board-7"]').click();
    await part(page(), 'result-detail').waitFor();
    await picture(started, `stations-3-failures-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
  });

  it('has nothing serious that axe would find, and what opens over it is left by Escape', async () => {
    await show(started, { language: 'en', theme: 'dark', width: 1280, height: 720 });
    await started.page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await seriousFindings(page())).toEqual([]);
    await part(page(), 'work-list-work').check();
    expect(await seriousFindings(page())).toEqual([]);
    await part(page(), 'work-add').focus();
    await page().keyboard.press('Enter');
    await part(page(), 'work-site').waitFor();
    await picture(started, 'stations-5-add');
    expect(await seriousFindings(page())).toEqual([]);
    await page().keyboard.press('Escape');
    await part(page(), 'work-site').waitFor({ state: 'hidden' });
    expect(await page().evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('work-add');
    await page().locator('[data-work="board-8"]').getByRole('button').focus();
    await page().keyboard.press('Enter');
    await part(page(), 'work-cancel-yes').waitFor();
    expect(await seriousFindings(page())).toEqual([]);
    await page().keyboard.press('Escape');
    await part(page(), 'work-cancel-yes').waitFor({ state: 'hidden' });
    await part(page(), 'nav-settings').click();
    await part(page(), 'station-section').scrollIntoViewIfNeeded();
    await picture(started, 'stations-6-settings');
    expect(await seriousFindings(page())).toEqual([]);
    expect(await cutWords(started)).toEqual([]);
    await part(page(), 'nav-stations').click();
  });

  it('says that the server is away, and is there again by itself', async () => {
    await server.kill();
    await until(() => part(page(), 'queue-phase').getAttribute('data-phase')).toBe('lost');
    await until(() => part(page(), 'queue-fault').textContent()).toContain(en.error.QUEUE_UNREACHABLE.what);
    await picture(started, 'stations-4-lost');
    await server.startAgain();
    await until(() => part(page(), 'queue-phase').getAttribute('data-phase')).toBe('connected');
    await part(page(), 'queue-fault').waitFor({ state: 'detached' });
  });

  it('is reached by the keyboard: areas by F6, rows by arrows', async () => {
    await part(page(), 'work-list-failures').check();
    await page().locator('[data-result="board-7"]').focus();
    await page().keyboard.press('ArrowDown');
    expect(await page().evaluate(() => document.activeElement?.getAttribute('data-result'))).toBe('board-7');
    const areas = new Set<string | undefined>();
    for (let step = 0; step < 4; step++) {
      await page().keyboard.press('F6');
      areas.add(
        await page().evaluate(() => document.activeElement?.closest<HTMLElement>('[data-area]')?.dataset['area']),
      );
    }
    expect([...areas]).toEqual(expect.arrayContaining(['stations', 'station-work']));
  });

  it('the console of the window complains of nothing', () => {
    expect(started.complaints).toEqual([]);
  });

  it('a report that is still open ends with the window, and the program with both', async () => {
    await part(page(), 'work-list-results').check();
    await page().locator('[data-result="board-2"]').click();
    const opened = started.app.waitForEvent('window');
    await part(page(), 'result-file').filter({ hasText: '.html' }).click();
    await (await opened).waitForLoadState();
    const ended = started.app.waitForEvent('close');
    const window = await started.app.browserWindow(page());
    await window.evaluate((main) => setImmediate(() => main.close()));
    await ended;
  });
});
