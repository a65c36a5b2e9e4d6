import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { acceptanceRequests } from '../../shared/contract/acceptance.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/contract/contract.ts';
import { writeWhole } from '../files/writeWhole.ts';
import type { Device } from '../device/device.ts';
import { safeNamePart } from '../journal/fileNames.ts';
import type { Application } from './application.ts';
import type { Desktop } from './desktop.ts';

const MAX_PLAN_BYTES = 2_000_000;

type AcceptanceRequest = keyof typeof acceptanceRequests;

/** Text of a plan file. A large file is no plan, and would only fill the memory. */
async function planFileText(file: string): Promise<string> {
  try {
    const entry = await stat(file);
    if (entry.isFile() && entry.size <= MAX_PLAN_BYTES) return await readFile(file, 'utf8');
  } catch (error) {
    throw new CodedError('FILE_NOT_FOUND', faultOf(error).message, file, { cause: error });
  }
  const rule = `${basename(file)}:1: plan: a file of at most ${MAX_PLAN_BYTES} bytes is expected`;
  throw new CodedError('FILE_BAD_PLAN', rule, rule);
}

/** The acceptance page's part of the contract. */
export function acceptanceHandlers(
  application: Pick<Application, 'confirmPlatform' | 'batches'>,
  device: Device,
  desktop: Desktop,
): Pick<Handlers, AcceptanceRequest | 'recordTest'> {
  const acceptance = device.acceptance;
  return {
    async startAcceptance(options) {
      if (options.platform === 'host') await application.confirmPlatform();
      device.macros.stop();
      acceptance.start(options);
    },
    stopAcceptance: () => acceptance.stop(),
    resumeAcceptance: () => acceptance.resume(),
    retryCase: ({ key }) => acceptance.retry(key),
    selectCases: ({ keys }) => acceptance.select(keys),
    arrangeCases: ({ keys }) => acceptance.arrange(keys),
    undoPlan: () => acceptance.undo(),
    restorePlan: () => acceptance.restore(),
    async loadPlan() {
      acceptance.refuseWhileRunning();
      const file = await desktop.choosePlanFile();
      if (file === undefined) return null;
      const { parsePlan } = await import('../acceptance/plan/planFile.ts');
      const plan = parsePlan(
        await planFileText(file),
        basename(file),
        acceptance.wholePlan.items.map(({ definition }) => definition),
      );
      acceptance.open(plan);
      return { plan: plan.name, cases: plan.items.length };
    },
    async savePlan() {
      const plan = acceptance.plan();
      const name = safeNamePart(plan.name.replace(/(\.plan)?\.json$/i, ''));
      const file = await desktop.chooseExportFile(`${name}.plan.json`, 'plan');
      if (file === undefined) return null;
      const { planText } = await import('../acceptance/plan/planText.ts');
      await writeWhole(file, planText(plan));
      return { file };
    },
    recordTest: () => application.batches.record(device, (html) => desktop.printPdf(html)),
    setAcceptanceDetails: (details) => acceptance.setDetails(details),
    setCaseNote: ({ key, note }) => acceptance.setNote(key, note),
    async exportReport({ format, language, mask: isMasked }) {
      const result = await acceptance.report();
      const { reportExtensions, reportName, reportText } = await import('../acceptance/report/files.ts');
      const site = isMasked ? '' : (result.details?.site ?? '');
      const name = reportName(result, isMasked, site === '' ? 'acceptance' : site);
      const file = await desktop.chooseExportFile(`${name}.${reportExtensions[format]}`, format);
      if (file === undefined) return null;
      const written = reportText(result, { format, language, isMasked });
      await writeWhole(file, format === 'pdf' ? await desktop.printPdf(written) : written);
      return { file };
    },
  };
}
