import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { ask, good, part, programOf, stateOf, until } from './screen.ts';

/** A technician at a site: site, four steps for each device with Enter alone, the batch through a restart, and back. */
let screen: StartedElectron;
beforeAll(async () => {
  screen = await startElectron();
});
afterAll(() => screen?.close());

const shown = (name: string) => part(screen.page, name).waitFor();
const focused = () => screen.page.evaluate(() => document.activeElement?.getAttribute('data-testid'));
const batch = async () => (await programOf(screen.page)).batch;
const status = (step: string) => part(screen.page, `technician-step-${step}`).getAttribute('data-status');

/** Enter, once the button that is meant has the focus. */
async function enterAt(name: string): Promise<void> {
  await until(focused).toBe(name);
  await screen.page.keyboard.press('Enter');
}

/** Runs these cases only: the whole plan has tests of its own. */
async function choose(...ids: readonly string[]): Promise<void> {
  const { acceptanceCases } = await stateOf(screen.page);
  const keys = Object.values(acceptanceCases)
    .filter(({ info }) => ids.includes(info.id))
    .map(({ key }) => key);
  expect(keys).toHaveLength(ids.length);
  good(await ask(screen.page, 'selectCases', { keys }));
}

const words = {
  en: {
    site: 'Pump station 3',
    connect: 'Connect',
    passed: /2 of 32 passed, 30 skipped/,
    devices: 'No device is tested yet',
  },
  zh: { site: '3 号泵站', connect: '连接', passed: /32 项中 2 项通过，跳过 30|2 项通过/, devices: '还没有测完的设备' },
} as const;

describe.each(['en', 'zh'] as const)('a visit in %s', (language) => {
  it('begins with the name of the site, from the keyboard alone', async () => {
    const { page } = screen;
    good(await ask(page, 'changeSettings', { language }));
    await part(page, 'nav-technician').click();
    await until(focused).toBe('batch-site');
    expect(await part(page, 'batch-begin').getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.type(words[language].site);
    await page.keyboard.press('Tab');
    await page.keyboard.type('Li Hua');
    await page.keyboard.press('Tab');
    await page.keyboard.type('3');
    await page.keyboard.press('Enter');
    await until(batch).toMatchObject({ site: words[language].site, technician: 'Li Hua', planned: 3, tests: [] });
    expect((await programOf(page)).settings.mode).toBe('technician');
    await until(() => part(page, 'technician-step-connect').textContent()).toContain(words[language].connect);
    await until(focused).toBe('technician-find');
  });

  it('connects, tests and reports with Enter; what is simulated is called practice', async () => {
    const { page, folders } = screen;
    await part(page, 'technician-practise').click();
    await until(() => status('connect')).toBe('done');
    await choose('power-on', 'version');
    await part(page, 'technician-practice').waitFor();
    await enterAt('technician-test');
    await until(() => status('test')).toBe('running');
    await until(() => status('report'), 100_000).toBe('here');
    await until(() => part(page, 'technician-sentence').textContent()).toMatch(words[language].passed);
    await enterAt('technician-report');
    await shown('step-next');
    const { tests = [], folder = '' } = (await batch()) ?? {};
    expect(tests).toMatchObject([
      { outcome: 'passed', isPractice: true, counts: { passed: 2, failed: 0, skipped: 30 }, total: 32 },
    ]);
    expect(folder.startsWith(folders.exports)).toBe(true);
    const files = (await readdir(folder)).sort();
    expect(files).toEqual(expect.arrayContaining(['summary.csv', 'summary.html']));
    expect(files.filter((file) => /^PRACTICE-.*\.(pdf|html)$/.test(file))).toHaveLength(2);
    expect(await readFile(path.join(folder, 'summary.csv'), 'utf8')).toContain(words[language].site);
  });

  it('goes on to the next device, which has nothing of the one before', async () => {
    const { page } = screen;
    await enterAt('technician-next');
    await until(focused).toBe('technician-find');
    const { connection, acceptance, requests } = await stateOf(page);
    expect([connection.phase, acceptance.phase, requests]).toEqual(['closed', 'idle', {}]);
    expect((await programOf(page)).devices).toHaveLength(1);
    await until(() => part(page, 'batch-here').textContent()).toContain('2');
  });

  it('sums up honestly: practice is not counted', async () => {
    const { page } = screen;
    await part(page, 'batch-summary-open').click();
    await until(() => part(page, 'batch-sentence').textContent()).toBe(words[language].devices);
    await until(focused).toBe('batch-back');
    await page.keyboard.press('Escape');
    await until(focused).toBe('technician-find');
  });

  it('is left with Escape and taken up again at any time', async () => {
    const { page } = screen;
    await page.keyboard.press('Escape');
    await shown('nav-workbench');
    await part(page, 'nav-technician').click();
    await until(focused).toBe('technician-find');
    expect((await batch())?.tests).toHaveLength(1);
    if (language === 'zh') return;
    await part(page, 'batch-summary-open').click();
    await part(page, 'batch-finish').click();
    await until(batch).toBeNull();
    await page.keyboard.press('Escape');
    await shown('nav-workbench');
  });
});

it('asks before it is left in the middle of a test, which goes on all the same', async () => {
  const { page } = screen;
  await part(page, 'technician-practise').click();
  await until(() => status('connect')).toBe('done');
  await enterAt('technician-test');
  await until(() => status('test')).toBe('running');
  await page.keyboard.press('Escape');
  await shown('leave-question');
  await part(page, 'leave-no').click();
  await part(page, 'leave-question').waitFor({ state: 'hidden' });
  await page.keyboard.press('Escape');
  await part(page, 'leave-yes').click();
  await shown('nav-acceptance');
  expect((await stateOf(page)).acceptance.phase).toBe('running');
  await part(page, 'nav-technician').click();
  await enterAt('technician-stop');
  await until(() => part(page, 'step-test').getAttribute('data-phase')).toBe('stopped');
  await until(focused).toBe('technician-resume');
});

it('a stopped test is reported as such', async () => {
  const { page } = screen;
  await part(page, 'technician-report-stopped').click();
  await shown('step-next');
  expect((await batch())?.tests).toMatchObject([{ outcome: 'passed' }, { outcome: 'stopped', isPractice: true }]);
});

it('site, devices and mode are there after a restart', async () => {
  screen = await screen.again();
  await shown('technician');
  expect(await batch()).toMatchObject({ site: words.zh.site, planned: 3, tests: [{}, {}] });
  await until(() => part(screen.page, 'batch-here').textContent()).toContain('2');
});

it('says why it stands still, with the whole answer in place', async () => {
  const { page } = screen;
  good(await ask(page, 'openPort', { path: 'sim:m5310-seed?fault=no-sim', baudRate: 9600 }));
  await until(() => status('connect')).toBe('failed');
  await part(page, 'cause-noSim').waitFor();
  await until(focused).toBe('technician-start-over');
  expect(await part(page, 'why-close').count()).toBe(0);
});

it('has left nothing in the console of the window to complain of', () => {
  expect(screen.complaints).toEqual([]);
});
