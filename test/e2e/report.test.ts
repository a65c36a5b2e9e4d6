import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { texts as words } from '../../main/acceptance/report/texts.ts';
import { HostPorts } from '../../main/sim/hostPorts.ts';
import type { HostAccess } from '../../main/sim/hostPorts.ts';
import { openPlatform } from '../../main/sim/platform/platform.ts';
import { platformWithDefinitions, readName } from '../../main/sim/simulator.ts';
import { openVirtualModule } from '../../main/sim/virtualModule.ts';
import { inProject } from '../../scripts/project.js';
import { reportFormats, reportLanguages, verdicts } from '../../shared/acceptance.ts';
import type { AcceptanceCase, ReportLanguage } from '../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../shared/acceptanceResult.ts';
import type { BilingualName } from '../../shared/lwm2m.ts';
import type { DeviceState } from '../../shared/state.ts';
import { awkwardPlan, hostile, longTitle } from './awkwardPlan.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { activeParts, certificateHeight, openReport, unreadable } from './reportWindow.ts';
import { ask, good, part, patienceMs, stateOf, until } from './screen.ts';

/** The report of a real run at a TCP port, read in a real window and page by page. The tests build on each other. */

const folder = inProject('test-output', 'reports');
const model = `移远 BC35-G 窄带模组（现场定制版）${hostile}`;
const variants = reportLanguages.flatMap((language) => [true, false].map((mask) => ({ language, mask })));
/** Long enough for a real radio's patience; the run takes a third of it. */
const runMs = 60_000;

let started: StartedElectron;
let hosts: HostPorts;
/** What the module hangs on. */
let cable: HostAccess;
const endings: (() => Promise<unknown>)[] = [];
const files = new Map<string, string>();
const nameOf = (format: string, { language, mask }: (typeof variants)[number]): string =>
  `${format}-${language}-${mask ? 'masked' : 'full'}`;
/** What the report of a variant is made of. */
const resultOf = async (variant: (typeof variants)[number]): Promise<AcceptanceResult> =>
  JSON.parse(await readFile(files.get(nameOf('json', variant)) ?? '', 'utf8')) as AcceptanceResult;

/** A module with a name in Chinese and hostile letters, and the platform it registers with. */
async function farEnds(): Promise<{ readonly port: string; readonly http: string }> {
  const { profile } = readName('m5310-seed');
  const platform = await openPlatform(platformWithDefinitions());
  endings.push(() => platform.close());
  const named = { ...profile, identity: { ...profile.identity, model } };
  const module = openVirtualModule({ profile: named, server: platform.coap, baudRate: 0, radioSpeed: 1000 });
  endings.push(() => module.close());
  hosts = new HostPorts(module.link);
  cable = await hosts.listen('127.0.0.1', 0);
  endings.push(() => cable.close());
  return { port: `tcp://${cable.address}`, http: platform.http };
}

beforeAll(async () => {
  started = await startElectron();
  const { page } = started;
  const { port, http } = await farEnds();
  good(await ask(page, 'changeSettings', { platformHost: http, registerOnConnect: false }));
  good(await ask(page, 'setApiKey', { key: 'any' }));
  good(await ask(page, 'openPort', { path: port, baudRate: 9600 }));
  const isQuiet = async (): Promise<void> => {
    const { connection, stages } = await stateOf(page);
    expect(connection.phase).toBe('ready');
    expect(Object.values(stages).map(({ status }) => status)).not.toContain('running');
  };
  await vi.waitFor(isQuiet, { timeout: patienceMs, interval: 50 });
  const plan = join(started.folders.exports, 'site.json');
  await writeFile(plan, awkwardPlan);
  await started.electron.handOver(plan);
  await started.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, plan);
  good(await ask(page, 'loadPlan'));
  good(
    await ask(page, 'setAcceptanceDetails', {
      site: '上海市浦东新区 3 号泵站',
      operator: 'Li Hua 李华',
      notes: `天线换过。${longTitle.zh} ${hostile} ${'unbroken'.repeat(40)}`,
    }),
  );
  good(await ask(page, 'startAcceptance', { platform: 'host', hasBootstrap: false }));
  await vi.waitFor(async () => expect(waitingCase(await stateOf(page))?.status).toBe('running'), {
    timeout: runMs,
    interval: 100,
  });
  good(await ask(page, 'stopAcceptance'));
  await vi.waitFor(async () => expect((await stateOf(page)).acceptance.phase).toBe('stopped'), {
    timeout: runMs,
    interval: 100,
  });
  good(await ask(page, 'setCaseNote', { key: failedKey(await stateOf(page)), note: `${longTitle.en} ${hostile}` }));
  await mkdir(folder, { recursive: true });
});
afterAll(async () => {
  await started?.close();
  for (const end of endings.reverse()) await end();
});

const waitingCase = ({ acceptanceCases }: DeviceState): AcceptanceCase | undefined =>
  Object.values(acceptanceCases).find(({ info }) => info.id === 'wait-for-read');
const failedKey = ({ acceptanceCases }: DeviceState): number =>
  Object.values(acceptanceCases).find(({ status }) => status === 'failed')?.key ?? 0;

/** The journal goes on while reports are written one after the other; each says how much of it its checksum covers. */
async function expectTrueChecksum(text: string, journal = ''): Promise<void> {
  // The first page has it, too, without the number of bytes.
  const [, checksum, bytes] = [...text.matchAll(/([0-9a-f]{64})\D+(\d+)/g)].at(-1) ?? [];
  const covered = (await readFile(join(started.folders.journals, journal))).subarray(0, Number(bytes));
  expect(covered.length).toBe(Number(bytes));
  expect(createHash('sha256').update(covered).digest('hex')).toBe(checksum);
}

/** Text of each page of a PDF, where the system has a program for that; undefined otherwise. */
async function pageTexts(file: string): Promise<string[] | undefined> {
  try {
    const { stdout } = await promisify(execFile)('pdftotext', ['-layout', file, '-'], { maxBuffer: 1e8 });
    return stdout.split('\f').slice(0, -1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

describe('the report of a run with every verdict', () => {
  it('is written in every form, language and variant', async () => {
    for (const variant of variants) {
      for (const format of reportFormats) {
        const written = good(await ask(started.page, 'exportReport', { format, ...variant }))?.file ?? '';
        const kept = join(folder, `${nameOf(format, variant)}.${format === 'junit' ? 'xml' : format}`);
        await writeFile(kept, await readFile(written));
        files.set(nameOf(format, variant), kept);
      }
    }
    const { identity, cases, isComplete } = await resultOf({ language: 'both', mask: false });
    expect(identity.model).toContain('移远');
    expect(new Set(cases.map(({ verdict }) => verdict))).toEqual(new Set(verdicts));
    expect(isComplete).toBe(false);
    expect(files.size).toBe(variants.length * reportFormats.length);
  });
});

describe.each(variants)('as a page, $language, masked: $mask', (variant) => {
  it('can be read at every width, folded and unfolded, and printed', async () => {
    const report = await openReport(started, files.get(nameOf('html', variant)) ?? '');
    const widths = [1200, 720, 480, 360];
    for (const width of widths) {
      await report.page.setViewportSize({ width, height: 900 });
      expect([width, await unreadable(report.page)]).toEqual([width, []]);
    }
    await report.page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
    for (const width of widths) {
      await report.page.setViewportSize({ width, height: 900 });
      expect([width, 'unfolded', await unreadable(report.page)]).toEqual([width, 'unfolded', []]);
    }
    // A4 without the margins of the printer, in pixels of 1/96 inch.
    await report.page.setViewportSize({ width: 698, height: 1016 });
    await report.page.emulateMedia({ media: 'print' });
    expect(await unreadable(report.page)).toEqual([]);
    expect(await certificateHeight(report.page)).toBeLessThanOrEqual(1016);
    await report.close();
  });

  it('is kept as a picture for a person to look at', async () => {
    const report = await openReport(started, files.get(nameOf('html', variant)) ?? '');
    for (const width of [1200, 480]) {
      await report.page.setViewportSize({ width, height: 900 });
      const picture = join(folder, `${nameOf('html', variant)}-${width}.png`);
      await report.page.screenshot({ path: picture, fullPage: true });
      expect((await stat(picture)).size).toBeGreaterThan(20_000);
    }
    await report.close();
  });

  it('runs nothing, asks for nothing, and holds what a report must', async () => {
    const report = await openReport(started, files.get(nameOf('html', variant)) ?? '');
    expect(await activeParts(report.page)).toEqual([]);
    const text = await report.page.locator('body').innerText();
    const { journal, cases } = await resultOf(variant);
    const { imei = '?' } = (await stateOf(started.page)).module;
    for (const one of cases) expect(text).toContain(variant.language === 'en' ? one.title.en : one.title.zh);
    await expectTrueChecksum(text, journal?.name);
    expect(text).toContain('移远');
    expect(text.includes(imei)).toBe(!variant.mask);
    expect(text.includes('3 号泵站')).toBe(!variant.mask);
    expect(await report.page.locator('svg.qr').count()).toBe(variant.mask ? 0 : 1);
    expect(await report.page.locator('svg.chart polyline').count()).toBeGreaterThan(1);
    expect(await report.requests()).toEqual([report.file]);
    await report.close();
  });
});

const said = ({ zh, en }: BilingualName, language: ReportLanguage): string =>
  ({ both: `${zh} ${en}`, zh, en })[language];
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();
const lastLine = (text: string): string => plain(text.split('\n').at(-1) ?? '');
/** Lines that must not stand alone at the foot of a page. */
const headings = (language: ReportLanguage): string[] =>
  [
    ...[words.device, words.notes, words.verdicts, words.network, words.signal, words.answerTimes],
    ...[words.details, words.deviations, words.journal, words.lines, words.calls, words.steps],
  ].map((name) => said(name, language));

/** The pages from one heading to the next. */
function pagesOf(texts: readonly string[], from: BilingualName, to: BilingualName, language: ReportLanguage): string[] {
  const has = (name: BilingualName) => (text: string) =>
    text.split('\n').some((line) => plain(line) === said(name, language));
  return texts.slice(texts.findIndex(has(from)), texts.findIndex(has(to)) + 1);
}

describe.each(variants)('as PDF, $language, masked: $mask', (variant) => {
  it('has A4 pages with text and numbers on each of them', async () => {
    const file = files.get(nameOf('pdf', variant)) ?? '';
    const pdf = (await readFile(file)).toString('latin1');
    const pages = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(3);
    const boxes = [...pdf.matchAll(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/g)];
    expect(boxes).toHaveLength(pages);
    for (const [, width, height] of boxes) {
      // A4 in points, to a pixel.
      expect(Math.abs(Number(width) - 595.28)).toBeLessThan(1);
      expect(Math.abs(Number(height) - 841.89)).toBeLessThan(1);
    }
    const texts = await pageTexts(file);
    if (!texts) return;
    expect(texts).toHaveLength(pages);
    for (const [index, text] of texts.entries()) {
      expect(text).toMatch(new RegExp(`${index + 1} ?/ ?${pages}\\s*$`));
      // The last one may have the signatures alone; an empty one would have its foot alone.
      const aboveFoot = text.trimEnd().split('\n').slice(0, -1).join('');
      expect(aboveFoot.replace(/\s/g, '').length).toBeGreaterThan(10);
    }
    const all = texts.join('').replace(/\s/g, '');
    const { cases, journal } = await resultOf(variant);
    const headed = texts.map((text) => text.trimEnd().split('\n').slice(0, -1).join('\n').trimEnd());
    for (const text of headed) expect(headings(variant.language)).not.toContain(lastLine(text));
    const table = pagesOf(headed, words.verdicts, words.device, variant.language);
    expect(table.length).toBeGreaterThan(1);
    for (const text of table.slice(1)) expect(text.split('\n').slice(0, 3).join(' ')).toMatch(/Verdict|结果/);
    for (const { title, verdict } of cases) {
      const name = variant.language === 'en' ? title.en : title.zh;
      if (verdict !== 'skipped' && name.length < 100) expect(all).toContain(name.replace(/\s/g, ''));
    }
    await expectTrueChecksum(all, journal?.name);
  });
});

describe('the certificate of a run at a module and a platform that are not simulated', () => {
  it('is the first page of a full report, for installer and customer to sign, and the evidence begins on the second', async () => {
    const { page, folders } = started;
    good(await ask(page, 'restorePlan'));
    const { acceptanceCases } = await stateOf(page);
    const keys = Object.values(acceptanceCases)
      .filter(({ info }) => ['version', 'network'].includes(info.id))
      .map(({ key }) => key);
    good(await ask(page, 'selectCases', { keys }));
    // A person at the platform: these two cases need nobody there.
    good(await ask(page, 'startAcceptance', { platform: 'operator', hasBootstrap: false }));
    await vi.waitFor(async () => expect((await stateOf(page)).acceptance.phase).toBe('done'), {
      timeout: runMs,
      interval: 100,
    });
    for (const language of reportLanguages) {
      const options = { language, mask: false } as const;
      const html = good(await ask(page, 'exportReport', { format: 'html', ...options }))?.file ?? '';
      expect(html.slice(folders.exports.length)).not.toContain('PRACTICE');
      const report = await openReport(started, html);
      await report.page.setViewportSize({ width: 698, height: 1016 });
      await report.page.emulateMedia({ media: 'print' });
      const first = report.page.locator('.certificate');
      const text = await first.innerText();
      expect(text).toContain(
        language === 'en' ? '2 of 32 passed, 30 skipped, none failed' : '2 / 32 项通过，30 项跳过',
      );
      expect(text).toContain('Li Hua 李华');
      expect(text).toContain((await stateOf(page)).module.imei);
      expect(await first.locator('.signatures > div').count()).toBe(2);
      expect(await first.locator('svg.qr').count()).toBe(1);
      expect(await report.page.locator('.band').count()).toBe(0);
      expect(await certificateHeight(report.page)).toBeLessThanOrEqual(1016);
      const picture = join(folder, `certificate-${language}.png`);
      await report.page.screenshot({ path: picture });
      expect((await stat(picture)).size).toBeGreaterThan(20_000);
      await report.close();
      const written = good(await ask(page, 'exportReport', { format: 'pdf', ...options }))?.file ?? '';
      await writeFile(join(folder, `certificate-${language}.pdf`), await readFile(written));
      const texts = await pageTexts(written);
      if (!texts) continue;
      expect(texts[0]).toContain('SHA-256');
      expect(texts[1]).toMatch(/用例|Cases/);
    }
  });
});

describe('a cable that is lost in the middle of a case', () => {
  it('stops the run there, says so in both languages, and the run goes on from there', async () => {
    const { page } = started;
    await part(page, 'nav-acceptance').click();
    good(await ask(page, 'loadPlan'));
    const { acceptanceCases } = await stateOf(page);
    const keys = Object.values(acceptanceCases)
      .filter(({ info }) => ['version', 'wait-for-read'].includes(info.id))
      .map(({ key }) => key);
    good(await ask(page, 'selectCases', { keys }));
    good(await ask(page, 'startAcceptance', { platform: 'operator', hasBootstrap: false }));
    const waiting = async (): Promise<string | undefined> => waitingCase(await stateOf(page))?.status;
    await vi.waitFor(async () => expect(await waiting()).toBe('running'), { timeout: runMs, interval: 100 });
    const [host = '', port = ''] = cable.address.split(':');
    await cable.close();
    await until(async () => (await stateOf(page)).acceptance.phase).toBe('stopped');
    expect(await waiting()).toBe('waiting');
    const { position } = waitingCase(await stateOf(page)) ?? {};
    for (const [language, words] of [
      ['zh', `第 ${position} 项（等待平台读取）执行时串口连接丢失`],
      ['en', `The connection was lost at case ${position}, Wait for a read`],
    ] as const) {
      good(await ask(page, 'changeSettings', { language }));
      await until(() => part(page, 'acceptance-lost').textContent()).toContain(words);
      await page.screenshot({ path: join(folder, `cable-lost-${language}.png`) });
    }
    expect(await part(page, 'acceptance-resume').count()).toBe(0);
    cable = await hosts.listen(host, Number(port));
    await part(page, 'acceptance-resume').click();
    await vi.waitFor(async () => expect(await waiting()).toBe('running'), { timeout: runMs, interval: 100 });
    expect(await part(page, 'acceptance-lost').count()).toBe(0);
    good(await ask(page, 'stopAcceptance'));
    await until(async () => (await stateOf(page)).acceptance.phase).toBe('stopped');
  });
});
