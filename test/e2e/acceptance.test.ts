import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { en } from '../../renderer/i18n/texts.ts';
import type { AcceptanceResult } from '../../shared/acceptanceResult.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { ask, connect, good, part, stateOf, until } from './screen.ts';

/** The document's whole plan on the screen, against the virtual module. The tests build on each other, in this order. */

/** What the issue promises for a virtual module. */
const runMs = 60_000;

let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
  await part(started.page, 'nav-acceptance').click();
});
afterAll(() => started?.close());

const at = (name: string) => part(started.page, name);
const text = (name: string) => at(name).textContent();
const phase = () => at('acceptance-run').getAttribute('data-phase');

describe('before a module is connected', () => {
  it('shows the plan, and says what must happen first', async () => {
    await until(() => at('acceptance-case-1').getAttribute('data-status')).toBe('waiting');
    expect(await text('acceptance-start')).toContain(en.acceptance.no.link.reason);
    expect(await at('acceptance-export-html').isDisabled()).toBe(true);
  });
});

describe('with the virtual module', () => {
  it('runs every case green in under a minute, and shows how far it is', async () => {
    await connect(started.page);
    await at('acceptance-site').fill('Pump 3');
    await at('acceptance-operator').fill('Li Hua');
    await at('acceptance-operator').press('Tab');
    await until(async () => (await stateOf(started.page)).acceptance.details.operator).toBe('Li Hua');
    await at('acceptance-start').click();
    await until(phase).toBe('running');
    await until(() => started.page.locator('[data-case][data-status="running"]').count()).toBe(1);
    await until(() => text('acceptance-progress')).toMatch(/^[1-9]\d* of \d+ · .* left$/);
    await vi.waitFor(async () => expect(await phase()).toBe('done'), { timeout: runMs, interval: 100 });
    const { acceptanceCases, acceptance } = await stateOf(started.page);
    const verdicts = Object.values(acceptanceCases).map(({ info, status }) => `${info.id} ${status}`);
    expect(verdicts.filter((one) => !one.endsWith(' passed'))).toEqual(['bootstrap skipped']);
    expect((acceptance.finishedMs ?? Infinity) - (acceptance.startedMs ?? 0)).toBeLessThan(runMs);
    expect(await text('acceptance-count-passed')).toContain(String(verdicts.length - 1));
    expect(Number(await at('acceptance-signal').getAttribute('data-count'))).toBeGreaterThan(20);
    expect(Number(await at('acceptance-answers').getAttribute('data-count'))).toBeGreaterThan(10);
  });

  it('shows the evidence of a case, takes a note, and runs the case again', async () => {
    const { acceptanceCases } = await stateOf(started.page);
    const version = Object.values(acceptanceCases).find(({ info }) => info.id === 'version');
    await at(`acceptance-case-${version?.position}`).click();
    await until(() => at('acceptance-lines').locator('.decisive').first().textContent()).toContain('MIPLVER');
    await at('acceptance-note').fill('as declared');
    await at('acceptance-retry').click();
    await until(async () => {
      const again = (await stateOf(started.page)).acceptanceCases[String(version?.position)];
      return again?.status === 'passed' && again.result?.startedMs !== version?.result?.startedMs;
    }).toBe(true);
    await until(phase).toBe('done');
    expect((await stateOf(started.page)).acceptanceCases[String(version?.position)]?.note).toBe('as declared');
  });

  it('writes the report, which opens without the program', async () => {
    const files: Record<string, string> = {};
    for (const format of ['html', 'junit', 'json', 'pdf'] as const) {
      const written = await ask(started.page, 'exportReport', { format, language: 'both', mask: false });
      files[format] = good(written)?.file ?? '';
    }
    expect(files['html']).toContain(join(started.folders.exports, 'PRACTICE-Pump-3_'));
    const result = JSON.parse(await readFile(files['json'] ?? '', 'utf8')) as AcceptanceResult;
    expect(result).toMatchObject({ isComplete: true, details: { operator: 'Li Hua' } });
    expect(await readFile(files['junit'] ?? '', 'utf8')).toContain('failures="0"');
    const pdf = (await readFile(files['pdf'] ?? '')).toString('latin1');
    expect(pdf.startsWith('%PDF-')).toBe(true);
    expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(3);
    const shown = await started.app.evaluate(async ({ BrowserWindow }, file) => {
      const opened = new BrowserWindow({ show: false, webPreferences: { partition: 'reader' } });
      await opened.loadFile(file);
      const seen = (await opened.webContents.executeJavaScript('document.body.innerText')) as string;
      opened.destroy();
      return seen;
    }, files['html'] ?? '');
    for (const expected of ['Pump 3', 'Li Hua', 'as declared', 'PRACTICE']) expect(shown).toContain(expected);
  });

  it('writes it from the page, full as it is at first, and share-safe where that is asked for', async () => {
    expect(await at('acceptance-full').isChecked()).toBe(true);
    await at('acceptance-mask').check();
    await at('acceptance-export-html').click();
    await started.page.getByText('.masked.html').waitFor();
    const { module } = await stateOf(started.page);
    const masked = await ask(started.page, 'exportReport', { format: 'html', language: 'en', mask: true });
    const page = await readFile(good(masked)?.file ?? '', 'utf8');
    for (const secret of ['Pump 3', 'Li Hua', module.imei ?? '?']) expect(page).not.toContain(secret);
  });

  it('leaves the console of the window clean', () => {
    expect(started.complaints).toEqual([]);
  });
});
