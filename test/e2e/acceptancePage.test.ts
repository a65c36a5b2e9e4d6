import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en, zh } from '../../renderer/i18n/texts.ts';
import { awaited, awkwardPlan } from './awkwardPlan.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { cutWords, looks, picture, show } from './pictures.ts';
import type { Look } from './pictures.ts';
import { ask, callPlatform, connect, good, part, stateOf, until } from './screen.ts';

/** The plan as a person arranges it, and the page before, during and after a run. The tests build on each other. */

let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
  await part(started.page, 'nav-acceptance').click();
  await at('acceptance-case-1').waitFor();
});
afterAll(() => started?.close());

const at = (name: string) => part(started.page, name);
const phase = () => at('acceptance-run').getAttribute('data-phase');
const list = () => started.page.locator('[data-area="acceptance-cases"] [role="grid"]');
const idsOf = () =>
  started.page
    .locator('[data-area="acceptance-cases"] [data-case]')
    .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['case']));

/** What the person chooses in the system's dialog for opening, which no program can click. */
const chooses = (file: string) =>
  started.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, file);

async function planFile(name: string, text: string): Promise<string> {
  const file = join(started.folders.exports, name);
  await writeFile(file, text);
  await started.electron.handOver(file);
  return file;
}

async function looksGood(look: Look, name: string): Promise<void> {
  await show(started, look);
  await picture(started, `${name}-${look.language}-${look.theme}-${look.width}`);
  expect(await cutWords(started)).toEqual([]);
}

describe('the plan', () => {
  it('is put into another order with the mouse, and back with Ctrl+Z', async () => {
    const before = await idsOf();
    await at('acceptance-case-4').dragTo(at('acceptance-case-1'), { targetPosition: { x: 60, y: 3 } });
    const [first, second, third, fourth, ...others] = before;
    await until(idsOf).toEqual([fourth, first, second, third, ...others]);
    await list().focus();
    await started.page.keyboard.press('Control+z');
    await until(idsOf).toEqual(before);
    expect(await at('acceptance-undo').isDisabled()).toBe(true);
  });

  it('is put into another order with the keyboard alone, and the document’s order comes back with a button', async () => {
    const before = await idsOf();
    await list().focus();
    await started.page.keyboard.press('Home');
    await started.page.keyboard.press('ArrowDown');
    await started.page.keyboard.press('Alt+ArrowDown');
    const [first, second, third, ...others] = before;
    await until(idsOf).toEqual([first, third, second, ...others]);
    await until(() => at('acceptance-case-3').getAttribute('aria-selected')).toBe('true');
    await started.page.keyboard.press('Alt+End');
    await until(idsOf).toEqual([first, third, ...others, second]);
    expect(await at('acceptance-plan').textContent()).toContain(en.acceptance.arranged);
    await at('acceptance-restore').click();
    await until(idsOf).toEqual(before);
    expect(await at('acceptance-restore').isDisabled()).toBe(true);
  });

  it('has a case as often as it is said', async () => {
    const before = await idsOf();
    await at('acceptance-case-2').click();
    await at('acceptance-times').fill('3');
    await at('acceptance-times').press('Enter');
    await until(idsOf).toEqual([before[0], before[1], before[1], before[1], ...before.slice(2)]);
    expect(await at('acceptance-case-3').textContent()).toContain('2 of 3');
    await at('acceptance-times').fill('1');
    await at('acceptance-times').press('Enter');
    await until(idsOf).toEqual(before);
  });

  it('is kept in a file, ticks and all, and read from it', async () => {
    const [first, second, third, ...others] = await idsOf();
    const arranged = [first, third, second, ...others];
    await at('acceptance-select-2').uncheck();
    await at('acceptance-down').click();
    await until(idsOf).toEqual(arranged);
    await at('acceptance-save').click();
    const file = join(started.folders.exports, 'OneNET-M5310-LwM2M.plan.json');
    await until(() => readFile(file, 'utf8').then(JSON.parse, () => undefined)).toMatchObject({ version: 1 });
    await at('acceptance-restore').click();
    await at('acceptance-select-all').click();
    await chooses(file);
    await at('acceptance-load').click();
    await until(idsOf).toEqual(arranged);
    const { acceptanceCases } = await stateOf(started.page);
    expect(Object.values(acceptanceCases).filter(({ isSelected }) => !isSelected)).toHaveLength(1);
  });

  it('stays as it is when a file is no plan; the message names line and field', async () => {
    const before = await idsOf();
    await chooses(await planFile('bad.json', '{"format":"mipl-acceptance-plan",\n"version":1,\n"cases":["nonsense"]}'));
    await at('acceptance-load').click();
    await at('toast-FILE_BAD_PLAN').waitFor();
    expect(await at('toast-FILE_BAD_PLAN').textContent()).toContain('bad.json:3: plan.cases[0]: "nonsense" is none of');
    expect(await idsOf()).toEqual(before);
    await at('toast-FILE_BAD_PLAN').getByRole('button').last().click();
    await at('acceptance-restore').click();
    await at('acceptance-select-all').click();
  });
});

describe('before a run', () => {
  it('has told what it did, and then shows itself', async () => {
    await until(() => at('toast').count()).toBe(0);
  });

  it.each(looks)('nothing is cut off: $language, $theme, $width × $height', async (look) => {
    await looksGood(look, '6-acceptance-before');
  });
});

describe('during a run', () => {
  it('shows the case under way, and no way to disturb it', async () => {
    await show(started, looks[0] as Look);
    // As slow as real modules are, so that an answer of twelve lines takes its time.
    await connect(started.page, 9600);
    await part(started.page, 'nav-acceptance').click();
    await chooses(await planFile('site.json', awkwardPlan));
    await at('acceptance-load').click();
    await until(async () => (await idsOf()).includes('wait-for-read')).toBe(true);
    await at('acceptance-site').fill('3 号泵站');
    await at('acceptance-operator').fill('Li Hua 李华');
    await at('acceptance-operator').press('Tab');
    await at('acceptance-start').click();
    const waiting = started.page.locator('[data-case="wait-for-read"]').first();
    await until(() => waiting.getAttribute('data-status'), 40_000).toBe('running');
    expect(await at('acceptance-undo').count()).toBe(0);
    expect(await waiting.getAttribute('draggable')).toBe('false');
  });

  it('draws the signal no wider than its place, and says in words what it shows', async () => {
    const plot = at('acceptance-signal-plot');
    const words = (await plot.getAttribute('aria-label')) ?? '';
    expect(words).toMatch(/RSSI from −\d+ to −\d+ dBm, last −\d+ dBm\./);
    for (const width of [1440, 1280]) {
      await show(started, looks.find((look) => look.width === width) as Look);
      await until(() =>
        plot.evaluate((box) => {
          const canvas = box.querySelector('canvas')?.getBoundingClientRect();
          const place = box.getBoundingClientRect();
          return canvas !== undefined && canvas.width > 100 && canvas.right <= place.right + 1;
        }),
      ).toBe(true);
    }
  });

  it.each(looks)('nothing is cut off: $language, $theme, $width × $height', async (look) => {
    await looksGood(look, '7-acceptance-during');
  });

  it('stops, lets the order be changed, and resumes the case it was stopped in', async () => {
    const waiting = started.page.locator('[data-case="wait-for-read"]').first();
    await at('acceptance-stop').click();
    await until(phase).toBe('stopped');
    expect(await waiting.getAttribute('data-status')).toBe('waiting');
    await started.page.locator('[data-case="power-on"]').first().click();
    await at('acceptance-down').click();
    await until(async () => (await idsOf())[0]).toBe('version');
    await at('acceptance-resume').click();
    await until(() => waiting.getAttribute('data-status'), 40_000).toBe('running');
    expect(await started.page.locator('[data-case="power-on"]').first().getAttribute('data-status')).toBe('passed');
  });

  it('counts an answer that came too late, and goes on when what it waits for comes', async () => {
    await show(started, looks[0] as Look);
    good(await ask(started.page, 'changeSettings', { answerDeadlineMs: 500 }));
    await callPlatform(started.page, '/nbiot?imei=IMEI&obj_id=3303');
    good(await ask(started.page, 'changeSettings', { answerDeadlineMs: 3000 }));
    const [, objectId, instanceId, resourceId] = awaited.split('/');
    await callPlatform(
      started.page,
      `/nbiot?imei=IMEI&obj_id=${objectId}&obj_inst_id=${instanceId}&res_id=${resourceId}`,
    );
    await until(phase, 40_000).toBe('done');
    expect(
      Number(
        await at('acceptance-late')
          .textContent()
          .then((text) => text?.replace('▲', '')),
      ),
    ).toBe(1);
  });
});

describe('after a run', () => {
  it('tells what the program noted in the language of the window', async () => {
    await started.page.locator('[data-case="power-on"]').first().click();
    for (const { language, words } of [
      { language: 'zh', words: zh.remark.moduleRestarted },
      { language: 'en', words: en.remark.moduleRestarted },
    ] as const) {
      await show(started, looks.find((look) => look.language === language) as Look);
      await until(() => at('acceptance-lines').textContent()).toContain(words);
    }
  });

  it('shows a case that failed with its reason', async () => {
    await started.page.locator('[data-case="long-name"]').first().click();
    await until(() => at('acceptance-reason').count()).toBe(1);
  });

  it.each(looks)('nothing is cut off: $language, $theme, $width × $height', async (look) => {
    await looksGood(look, '8-acceptance-after');
  });

  it('leaves the console of the window clean', () => {
    expect(started.complaints).toEqual([]);
  });
});
