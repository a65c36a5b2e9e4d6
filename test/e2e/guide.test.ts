import { chmodSync, realpathSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { pageAtHand } from '../../renderer/guide/pageAtHand.ts';
import { pages as pagesOfWindow } from '../../renderer/ui/pages.ts';
import { inProject } from '../../scripts/project.js';
import { picturesOfGuide } from '../guide/pictures.ts';
import { NatsServer, reasonAgainstQueue } from '../stations/natsServer.ts';
import { queueAt, workOf } from '../stations/stationRoom.ts';
import { moduleAt } from '../tty/rateModule.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { cutWords, looks, picture, pictureOfPage, show } from './pictures.ts';
import { ask, callPlatform, choose, connect, good, logRow, part, stateOf, until } from './screen.ts';

/** The guide in the window, and the pictures in it: each is taken from the window as it is now, in both languages. */

let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
});
afterAll(() => started?.close());

/** A theme that prints well, in the size in which pages are read. */
const lookOf = (language: 'en' | 'zh') => ({ language, theme: 'light', width: 1280, height: 720 }) as const;
/** `npm run pictures` sets it: what was taken takes the place of what the guide has. */
const renews = process.env['MIPL_RENEW_PICTURES'] === '1';
/** A page that is drawn anew has other pixels nearly everywhere; times, numbers and fonts change far fewer. */
const greatestDifference = 0.2;

/** The share of pixels that clearly differ; 1 where the sizes do. The window's user may not read where the project lies. */
async function differenceOf(one: string, other: string): Promise<number> {
  const pictures = await Promise.all([one, other].map((file) => readFile(file, 'base64')));
  return started.app.evaluate(({ nativeImage }, texts) => {
    const [left = Buffer.alloc(0), right = Buffer.alloc(0)] = texts.map((text) =>
      nativeImage.createFromBuffer(Buffer.from(text, 'base64')).toBitmap(),
    );
    if (left.length === 0 || left.length !== right.length) return 1;
    let differing = 0;
    for (let i = 0; i < left.length; i += 4) {
      const distance = [0, 1, 2].reduce((sum, c) => sum + Math.abs((left[i + c] ?? 0) - (right[i + c] ?? 0)), 0);
      if (distance > 120) differing += 1;
    }
    return differing / (left.length / 4);
  }, pictures);
}

/** Ports of one's own, as pairs of pseudo terminals. */
const hasTerminals = process.platform === 'linux';
const taken = new Set<string>();

/** `arrange` brings what the picture is of into sight; another language moves it. */
async function takes(
  name: (typeof picturesOfGuide)[number],
  arrange: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  taken.add(name);
  for (const language of ['en', 'zh'] as const) {
    await show(started, lookOf(language));
    await arrange();
    const file = await pictureOfPage(started, `guide-${name}-${language}`);
    const kept = inProject('docs', 'guide', 'pictures', `${name}-${language}.jpg`);
    if (renews) {
      await mkdir(path.dirname(kept), { recursive: true });
      await copyFile(file, kept);
    }
    expect(await differenceOf(file, kept), `${name}-${language}: renew it with npm run pictures`).toBeLessThan(
      greatestDifference,
    );
  }
}

describe('the pictures of the guide show the window as it is', () => {
  it('before a module is connected', () => takes('start'));

  it('a registered session with its requests', async () => {
    await connect(started.page);
    await choose(started.page, '/3303/0/5700');
    await callPlatform(started.page, '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700');
    await callPlatform(started.page, '/nbiot/execute?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5605', {
      args: 'reset',
    });
    await takes('workbench');
  });

  it('the log, and what a line of it means', async () => {
    await logRow(started.page, '+MIPLREAD').click();
    await part(started.page, 'log-meaning').waitFor();
    await takes('log');
  });

  it('the identity card', async () => {
    await started.page.keyboard.press('Control+i');
    await part(started.page, 'identity-card').waitFor();
    await takes('identity');
    await started.page.keyboard.press('Escape');
  });

  it('an acceptance run', async () => {
    await part(started.page, 'nav-acceptance').click();
    const { acceptanceCases } = await stateOf(started.page);
    const keys = Object.values(acceptanceCases)
      .filter(({ info }) => ['version', 'read-resource', 'write-resource'].includes(info.id))
      .map(({ key }) => key);
    good(await ask(started.page, 'selectCases', { keys }));
    await part(started.page, 'acceptance-start').click();
    await until(async () => (await stateOf(started.page)).acceptance.phase, 100_000).toBe('done');
    await takes('acceptance');
    await part(started.page, 'nav-workbench').click();
  });

  it('why a module is not online', async () => {
    good(await ask(started.page, 'closePort'));
    good(await ask(started.page, 'openPort', { path: 'sim:m5310-seed?locked', baudRate: 115_200 }));
    await part(started.page, 'cause-frequencyLock').waitFor();
    await takes('why-not-online');
    // Requests of before keep a row between the causes and the composer.
    const [ledger, composer] = await Promise.all(
      ['ledger', 'composer'].map((area) => started.page.locator(`[data-area="${area}"]`).boundingBox()),
    );
    expect(ledger!.height).toBeGreaterThan(100);
    expect(composer!.y).toBeGreaterThanOrEqual(ledger!.y + ledger!.height);
  });

  it('newer versions, and About', async () => {
    await part(started.page, 'nav-settings').click();
    await part(started.page, 'updates-allowed').click();
    await part(started.page, 'updates-ask').waitFor();
    // What stands below are folders of this machine.
    const copy = part(started.page, 'about-copy');
    await takes('newer-versions', () => copy.evaluate((button) => button.scrollIntoView({ block: 'end' })));
    await part(started.page, 'nav-workbench').click();
  });

  it.runIf(hasTerminals)('how the line of a real port is set', async () => {
    const port = realpathSync(await moduleAt(9600, 'CRLF'));
    // The window runs as an ordinary user.
    chmodSync(port, 0o666);
    good(await ask(started.page, 'closePort'));
    good(await ask(started.page, 'openPort', { path: port, baudRate: 9600 }));
    await until(async () => (await stateOf(started.page)).module.imei).not.toBeUndefined();
    await started.page.locator('[data-testid="stage-port"][data-status="done"]').click();
    await part(started.page, 'port-line').waitFor();
    await takes('line');
    await started.page.keyboard.press('Escape');
  });

  it('a call of the platform beside what the module said', async () => {
    good(await ask(started.page, 'closePort'));
    good(await ask(started.page, 'openPort', { path: 'sim:m5310-seed', baudRate: 115_200 }));
    await until(async () => (await stateOf(started.page)).registration.phase).toBe('registered');
    await part(started.page, 'nav-platform').click();
    await part(started.page, 'platform-kind-read').check();
    await part(started.page, 'platform-send').click();
    await until(async () => Object.values((await stateOf(started.page)).platformCalls).at(-1)?.status).toBe('done');
    await takes('platform');
  });

  it('the device model', async () => {
    await part(started.page, 'nav-model').click();
    await part(started.page, 'model-tree-/3303').waitFor();
    await takes('model');
  });

  it.skipIf(reasonAgainstQueue !== undefined)('stations at one queue', async () => {
    const server = await NatsServer.start();
    onTestFinished(() => server.close());
    const queue = await queueAt(server.url);
    for (const id of ['meter-0018', 'meter-0019'])
      await queue.add({ ...workOf(id), site: 'Hall 3', addedMs: Date.now() });
    const port = { port: 'COM7', phase: 'testing', work: 'meter-0017', site: 'Hall 3', imei: '' };
    const told = { station: 'bench-1', version: '1.0.0', ports: [port], waiting: 0, wallMs: Date.now() };
    await queue.connection.stations.put('bench-1', JSON.stringify(told));
    const attempt = { attempt: 'x', station: 'bench-1', port: 'COM7', startedMs: Date.now() };
    const far = { site: 'Hall 3', attempts: [attempt], done: 21, count: 32, failed: 0, changedMs: Date.now() };
    await queue.connection.progress.put('meter-0017', JSON.stringify(far));
    good(
      await ask(started.page, 'changeSettings', {
        station: { address: server.url, name: 'bench-1', authorityFile: '', ports: [] },
      }),
    );
    await part(started.page, 'nav-stations').click();
    await part(started.page, 'work-list-work').check();
    await started.page.locator('[data-work="meter-0017"]').waitFor();
    await started.page.locator('[data-work="meter-0019"]').waitFor();
    await takes('stations');
    good(
      await ask(started.page, 'changeSettings', { station: { address: '', name: '', authorityFile: '', ports: [] } }),
    );
    await part(started.page, 'nav-workbench').click();
  });

  it('a technician before the test', async () => {
    good(await ask(started.page, 'changeSettings', { mode: 'technician' }));
    await part(started.page, 'batch-site').fill('Pump house 3');
    await part(started.page, 'batch-planned').fill('32');
    await part(started.page, 'batch-begin').click();
    await part(started.page, 'technician-test').waitFor();
    await takes('technician');
    good(await ask(started.page, 'changeSettings', { mode: 'workbench' }));
    await part(started.page, 'nav-workbench').waitFor();
  });

  it('and none is left out', () => {
    const missing = [...(reasonAgainstQueue === undefined ? [] : ['stations']), ...(hasTerminals ? [] : ['line'])];
    expect([...taken].toSorted()).toEqual(picturesOfGuide.filter((name) => !missing.includes(name)).toSorted());
  });
});

describe('the guide in the window', () => {
  it('F1 opens it at the page for what has the focus, and Escape leaves it', async () => {
    const { page } = started;
    await page.locator('[data-area="console"] input').focus();
    await page.keyboard.press('F1');
    await part(page, 'guide-3-reading-the-log').waitFor();
    expect(await part(page, 'guide-3-reading-the-log').getAttribute('aria-current')).toBe('page');
    await page.keyboard.press('Escape');
    await part(page, 'guide').waitFor({ state: 'hidden' });
  });

  it('F1 opens it from every page of the window, at the page for that', async () => {
    const { page } = started;
    for (const shown of pagesOfWindow) {
      await part(page, `nav-${shown}`).click();
      await page.keyboard.press('F1');
      const own = part(page, `guide-${pageAtHand(shown, undefined)}`);
      await until(() => own.getAttribute('aria-current')).toBe('page');
      await page.keyboard.press('Escape');
      await part(page, 'guide').waitFor({ state: 'hidden' });
    }
    await part(page, 'nav-workbench').click();
  });

  it('finds a word on any page and shows the place', async () => {
    const { page } = started;
    await part(page, 'nav-guide').click();
    await part(page, 'guide-search').fill('ModemManager');
    await part(page, 'guide-hit').first().click();
    await until(() => page.locator('.article > div:focus').innerText()).toContain('ModemManager');
    await part(page, 'guide-search').fill('');
  });

  it('a link leads to the page it names, and its pictures are there', async () => {
    const { page } = started;
    await part(page, 'guide-1-first-report').click();
    for (const image of await page.locator('.article img').all()) {
      await image.scrollIntoViewIfNeeded();
      await until(() => image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
    }
    await page.locator('.article .link').first().click();
    await until(() => part(page, 'guide-4-wiring').getAttribute('aria-current')).toBe('page');
  });

  it.each(looks)('cuts nothing off: $language, $theme, $width × $height', async (look) => {
    await show(started, look);
    await part(started.page, 'guide-4-wiring').click();
    await picture(started, `guide-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
    const title = await part(started.page, 'guide-text').locator('h2').innerText();
    const text = await readFile(inProject('docs', 'guide', look.language, '4-wiring.md'), 'utf8');
    expect(text).toContain(`# ${title}`);
    expect(started.complaints).toEqual([]);
  });
});
