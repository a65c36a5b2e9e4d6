import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { acceptancePlatforms, reportFormats, reportLanguages } from '../../shared/acceptance.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/ipc.ts';
import { planText } from '../acceptance/plan/planText.ts';
import { reportExtensions, reportName, reportText } from '../acceptance/report/files.ts';
import { writeWhole } from '../files/writeWhole.ts';
import type { Device } from '../device/device.ts';
import { safeNamePart } from '../journal/fileNames.ts';
import type { Application } from './application.ts';
import { record, text, truth, whole, word } from './arguments.ts';
import type { Desktop } from './handlers.ts';
import { maxEntries } from '../acceptance/plan/pagePlan.ts';

/** Copies get keys of their own, and a window may be open for long. */
const MAX_KEY = 1_000_000_000;
const MAX_NAME = 120;
const MAX_NOTE = 4000;
const MAX_PLAN_BYTES = 2_000_000;

type AcceptanceRequest =
  | 'startAcceptance'
  | 'stopAcceptance'
  | 'resumeAcceptance'
  | 'retryCase'
  | 'selectCases'
  | 'arrangeCases'
  | 'undoPlan'
  | 'restorePlan'
  | 'loadPlan'
  | 'savePlan'
  | 'setAcceptanceDetails'
  | 'setCaseNote'
  | 'exportReport';

const keyOf = (value: unknown): number => whole(value, 'key', 1, MAX_KEY);

function keysOf(options: unknown): number[] {
  const { keys } = record(options, ['keys']);
  if (!Array.isArray(keys) || keys.length > maxEntries) throw new CodedError('BAD_ARGUMENT', 'keys must be a list');
  return keys.map(keyOf);
}

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
  application: Pick<Application, 'confirmPlatform'>,
  device: Device,
  desktop: Desktop,
): Pick<Handlers, AcceptanceRequest> {
  const desk = device.acceptance;
  return {
    async startAcceptance(options) {
      const given = record(options, ['platform', 'hasBootstrap']);
      const platform = word(given['platform'], 'platform', acceptancePlatforms);
      const hasBootstrap = truth(given['hasBootstrap'], 'hasBootstrap');
      if (platform === 'host') await application.confirmPlatform();
      desk.start({ platform, hasBootstrap });
    },
    stopAcceptance: () => desk.stop(),
    resumeAcceptance: () => desk.resume(),
    retryCase: (options) => desk.retry(keyOf(record(options, ['key'])['key'])),
    selectCases: (options) => desk.select(keysOf(options)),
    arrangeCases: (options) => desk.arrange(keysOf(options)),
    undoPlan: () => desk.undo(),
    restorePlan: () => desk.restore(),
    async loadPlan() {
      desk.refuseWhileRunning();
      const file = await desktop.choosePlanFile();
      if (file === undefined) return null;
      const { parsePlan } = await import('../acceptance/plan/planFile.ts');
      const plan = parsePlan(await planFileText(file), basename(file));
      desk.open(plan);
      return { plan: plan.name, cases: plan.items.length };
    },
    async savePlan() {
      const plan = desk.plan();
      const name = safeNamePart(plan.name.replace(/(\.plan)?\.json$/i, ''));
      const file = await desktop.chooseExportFile(`${name}.plan.json`, 'plan');
      if (file === undefined) return null;
      await writeWhole(file, planText(plan));
      return { file };
    },
    setAcceptanceDetails(details) {
      const { site, operator, notes } = record(details, ['site', 'operator', 'notes']);
      desk.setDetails({
        site: text(site, 'site', MAX_NAME),
        operator: text(operator, 'operator', MAX_NAME),
        notes: text(notes, 'notes', MAX_NOTE),
      });
    },
    setCaseNote(options) {
      const { key, note } = record(options, ['key', 'note']);
      desk.setNote(keyOf(key), text(note, 'note', MAX_NOTE));
    },
    async exportReport(options) {
      const given = record(options, ['format', 'language', 'mask']);
      const format = word(given['format'], 'format', reportFormats);
      const language = word(given['language'], 'language', reportLanguages);
      const isMasked = truth(given['mask'], 'mask');
      const result = await desk.report();
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

/** What would come between the steps of a run. */
const disturbing = [
  'register',
  'updateRegistration',
  'deregister',
  'deleteSuite',
  'deleteObject',
  'notify',
  'setValue',
  'setGenerator',
  'clearGenerator',
  'holdRequests',
  'sendCommand',
  'openUdpSocket',
  'closeUdpSocket',
  'sendUdp',
  'readUdp',
  'setUdpReportMode',
  'startEcho',
  'chooseDialect',
] as const satisfies readonly (keyof Handlers)[];

/** The same handlers; while a run goes on, those that would disturb it refuse with `ACCEPTANCE_RUNNING`. */
export function refusedDuringRun(handlers: Handlers, isRunning: () => boolean): Handlers {
  const guarded = disturbing.map((name) => {
    const handle = handlers[name] as (...args: unknown[]) => unknown;
    return [
      name,
      (...args: unknown[]): unknown => {
        if (isRunning()) throw new CodedError('ACCEPTANCE_RUNNING', `${name} would disturb the acceptance run`, name);
        return handle(...args);
      },
    ];
  });
  return { ...handlers, ...(Object.fromEntries(guarded) as Partial<Handlers>) };
}
