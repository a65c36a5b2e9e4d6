import { readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { countVerdicts } from '../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../shared/acceptanceResult.ts';
import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { fileStamp } from '../../shared/localTime.ts';
import { read } from '../../shared/schema.ts';
import { runOf, siteBatch } from '../../shared/siteBatch.ts';
import type { BatchBeginning, BatchOutcome, BatchTest, SiteBatch } from '../../shared/siteBatch.ts';
import type * as certificateFacts from '../acceptance/report/certificateFacts.ts';
import type { Device } from '../device/device.ts';
import { makeDirectoryFor, writeNew, writeWhole } from '../files/writeWhole.ts';
import { safeNamePart } from '../journal/fileNames.ts';
import type { ProgramHolder } from './programHolder.ts';

/** What it works with. */
export interface SiteBatchesParts {
  readonly state: ProgramHolder;
  /** Where the batch that goes on is kept; absent: it is not. */
  readonly file: string | undefined;
  /** Batches get folders of their own in it. */
  readonly reportDirectory: string;
  readonly wallMs: () => number;
}

const outcomes: Readonly<Record<ReturnType<typeof certificateFacts.outcomeOf>, BatchOutcome>> = {
  passed: 'passed',
  failed: 'failed',
  unfinished: 'stopped',
};

/** The batch of a site: which devices were tested, and where their reports are. It outlives the program. */
export class SiteBatches {
  readonly #parts: SiteBatchesParts;
  #changing: Promise<void> = Promise.resolve();

  constructor(parts: SiteBatchesParts) {
    this.#parts = parts;
  }

  /** Takes up the batch of before; a damaged file is set aside, never deleted, and told. */
  async load(): Promise<Fault | undefined> {
    const { file } = this.#parts;
    if (file === undefined) return undefined;
    try {
      this.#parts.state.change({ batch: read(siteBatch, JSON.parse(await readFile(file, 'utf8')), 'batch') });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      const aside = `${file}.damaged-${this.#parts.wallMs()}`;
      await rename(file, aside).catch(() => undefined);
      return { code: 'FILE_BAD_SETTINGS', message: faultOf(error).message, detail: aside };
    }
    return undefined;
  }

  /** Begins a batch, and puts the one of before away. @throws CodedError `FILE_NOT_WRITTEN`. */
  async begin(beginning: BatchBeginning): Promise<void> {
    const { reportDirectory, wallMs } = this.#parts;
    const beganMs = Math.floor(wallMs());
    const folder = join(reportDirectory, `${safeNamePart(beginning.site)}_${fileStamp(beganMs)}`);
    await this.end();
    await this.#inTurn(() => this.#keep({ ...beginning, site: beginning.site.trim(), beganMs, folder, tests: [] }));
  }

  /** Puts the batch away. Its summaries are there since its last test, and whatever became of their folder holds nobody up. */
  async end(): Promise<void> {
    const { file, state } = this.#parts;
    await this.#inTurn(async () => {
      if (!state.state.batch) return;
      if (file !== undefined) await rename(file, `${file}.last`).catch(() => undefined);
      state.change({ batch: null });
    });
  }

  /** @throws CodedError `ACCEPTANCE_NO_BATCH`. */
  get current(): SiteBatch {
    const { batch } = this.#parts.state.state;
    if (!batch) throw new CodedError('ACCEPTANCE_NO_BATCH', 'No batch of a site has begun');
    return batch;
  }

  /**
   * Writes the report of a device's last run, page and paper, and enters the test; the same run reported again takes the place of
   * what was entered. @throws CodedError `ACCEPTANCE_NO_BATCH`, `ACCEPTANCE_NONE`, `FILE_NOT_WRITTEN`, `INTERNAL`.
   */
  async record(device: Device, printPdf: (html: string) => Promise<Uint8Array>): Promise<BatchTest> {
    const { site, technician, folder } = this.current;
    const { acceptance } = device.state.state;
    device.acceptance.setDetails({ ...acceptance.details, site, operator: technician });
    const result = await device.acceptance.report();
    const { reportName, reportText } = await import('../acceptance/report/files.ts');
    const form = { language: 'both', isMasked: false } as const;
    const pdf = await printPdf(reportText(result, { ...form, format: 'pdf' }));
    const name = reportName(result, false, site);
    const inFolder = join(folder, name);
    await makeDirectoryFor(inFolder);
    const named = (ending: string) => (count: number) => `${name}${count === 1 ? '' : `-${count}`}.${ending}`;
    const written = await writeNew(folder, [
      { nameOf: named('pdf'), content: pdf },
      { nameOf: named('html'), content: reportText(result, { ...form, format: 'html' }) },
    ]);
    const [pdfName = '', htmlName = ''] = written.map((file) => basename(file));
    const { startedMs = result.startedMs, finishedMs = result.finishedMs } = acceptance;
    const facts = await import('../acceptance/report/certificateFacts.ts');
    const test = testOf(result, facts, startedMs, finishedMs, { pdf: pdfName, html: htmlName });
    await this.#inTurn(() => this.#enter(test));
    await this.#nameSession(device, site);
    return test;
  }

  /** Another tab may have entered a test of its own meanwhile. */
  async #enter(test: BatchTest): Promise<void> {
    const batch = this.current;
    const tests = [...batch.tests.filter(({ runMs }) => runMs !== test.runMs), test];
    await this.#keep({ ...batch, tests });
    await this.#writeFiles({ ...batch, tests });
  }

  /** One change of the batch after the other: each begins with what the one before has left. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  async #keep(batch: SiteBatch): Promise<void> {
    const { file } = this.#parts;
    if (file !== undefined) {
      await makeDirectoryFor(file);
      await writeWhole(file, `${JSON.stringify(batch, null, 2)}\n`, { mode: 0o600 });
    }
    this.#parts.state.change({ batch });
  }

  async #writeFiles(batch: SiteBatch): Promise<void> {
    const { siteBatchCsv, siteBatchHtml } = await import('../acceptance/report/siteBatchFiles.ts');
    await writeWhole(join(batch.folder, 'summary.csv'), siteBatchCsv(batch));
    await writeWhole(join(batch.folder, 'summary.html'), siteBatchHtml(batch));
  }

  /** The session is found by its site; what a person has said of it already stays. */
  async #nameSession({ journal }: Device, site: string): Promise<void> {
    if (!journal) return;
    const { saveAbout, sessionAboutOf } = await import('../sessions/sessionFiles.ts');
    const about = await sessionAboutOf(journal.file);
    if (about.site === undefined) await saveAbout(journal.file, { ...about, site });
  }
}

function testOf(
  result: AcceptanceResult,
  { isPractice, outcomeOf }: typeof certificateFacts,
  startedMs: number,
  finishedMs: number,
  reports: Readonly<Record<string, string>>,
): BatchTest {
  const { identity, cases, port, journal } = result;
  const bad = cases.filter(({ verdict }) => verdict === 'failed' || verdict === 'inconclusive');
  return {
    ...runOf({ startedMs, finishedMs }),
    port,
    ...defined({ imei: identity.imei, imsi: identity.imsi, model: identity.model }),
    outcome: outcomes[outcomeOf(result)],
    isPractice: isPractice(result),
    counts: countVerdicts(cases.filter(({ isUnfinished }) => !isUnfinished)),
    total: cases.length,
    notPassed: bad.filter(({ isUnfinished }) => !isUnfinished).map(({ id }) => id),
    reports,
    journal: journal?.name ?? '',
  };
}
