import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { countVerdicts } from '../../shared/acceptance.ts';
import type { AcceptancePlatform } from '../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../shared/acceptanceResult.ts';
import { defined } from '../../shared/defined.ts';
import { CodedError } from '../../shared/errors.ts';
import type { LineSettings } from '../../shared/lineSettings.ts';
import { virtualProfile } from '../../shared/virtualPort.ts';
import { planFor, planOfOnly } from '../acceptance/plan/plan.ts';
import type { Plan } from '../acceptance/plan/plan.ts';
import { parsePlan } from '../acceptance/plan/planFile.ts';
import { isPractice } from '../acceptance/report/certificateFacts.ts';
import { writeReports } from '../acceptance/report/files.ts';
import { maskedResult } from '../acceptance/report/masked.ts';
import { isAllPassed } from '../acceptance/report/summaryCsv.ts';
import { tryPort } from '../detect/tryPort.ts';
import { openPortLink, portInfoOf } from '../device/ports.ts';
import { exportToFile } from '../journal/exporters.ts';
import { namelessFileName } from '../journal/fileNames.ts';
import { Masker } from '../journal/masking.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import { defaultModel, parseModel } from '../lwm2m/deviceModel.ts';
import { ObjectStore } from '../lwm2m/objectStore.ts';
import type { RunProgress, RunResult, StationParts } from '../stations/station.ts';
import { resultTextLimits } from '../stations/work.ts';
import type { Work } from '../stations/work.ts';
import { pause } from '../time/timers.ts';
import type { Link } from '../transport/link.ts';
import { listPorts } from '../transport/portList.ts';
import { Application } from './application.ts';
import { unattendedRun } from './unattendedRun.ts';

/** What a station knows that the work does not say. */
export interface StationRunOptions {
  /** Of the program. */
  readonly version: string;
  /** How a port is spoken to. */
  readonly lineOf: (port: string) => { readonly baudRate: number; readonly line: LineSettings };
  readonly platformHost?: string;
  readonly apiKey?: string;
  readonly operatorMs: number;
  readonly isMasked: boolean;
  /** Its name, for the report. */
  readonly station: string;
  /** Where journals stay, whatever is given to the queue. */
  readonly journalDirectory: string;
  /** The devices stay: one port tests the same one again and again. */
  readonly isStaying: boolean;
  /** How a port is looked at for a device, where somebody beside the station may want it; absent: at once. */
  readonly look?: (
    port: string,
    look: (signal: AbortSignal) => Promise<boolean>,
    signal: AbortSignal,
  ) => Promise<boolean>;
  readonly onPrompt: (port: string, text: string) => void;
  readonly onRemark: (port: string, text: string) => void;
}

const LOOK_AGAIN_MS = 3000;

/** How a device is tested for a station: what {@link StationParts} asks for. */
export function stationRuns(options: StationRunOptions): Pick<StationParts, 'run' | 'nextDevice'> {
  /** Tested last at each port, by IMEI. */
  const tested = new Map<string, string>();
  return {
    async run(work, port, directory, onProgress, signal) {
      const { result: bare, journalFile } = await tryWork(work, port, options, onProgress, signal);
      const result = { ...bare, details: { site: work.site, operator: '', notes: `${options.station}, ${work.id}` } };
      const { imei } = result.identity;
      if (imei !== undefined && result.isComplete) tested.set(port, imei);
      await keepFiles(work, result, journalFile, directory, options);
      return runResultOf(options.isMasked ? maskedResult(result) : result, options.isMasked);
    },
    async nextDevice(port, signal) {
      if (options.isStaying || virtualProfile(port) !== undefined) return;
      const isNext = (until: AbortSignal): Promise<boolean> => isNextAt(port, tested.get(port), options, until);
      while (!(await (options.look?.(port, isNext, signal) ?? isNext(signal)))) await pause(LOOK_AGAIN_MS, signal);
    },
  };
}

/** A device answers that was not tested last. A port that cannot be opened is let pass: the run says what is wrong with it. */
async function isNextAt(
  port: string,
  last: string | undefined,
  { lineOf }: StationRunOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const info = portInfoOf(port, await listPorts());
  const { baudRate, line } = lineOf(port);
  const open = async (rate: number): Promise<Link> => (await openPortLink(info, rate, line)).link;
  const { module, reason } = await tryPort(port, { open, rates: [baudRate], signal });
  // Whoever breaks it off has learnt nothing.
  if (signal.aborted) return false;
  return module ? module.imei === undefined || module.imei !== last : reason === 'failed';
}

/** @throws CodedError also `FILE_BAD_PLAN`, `FILE_BAD_MODEL`, `QUEUE_BAD_WORK` for what the work asks and cannot be. */
async function tryWork(
  work: Work,
  port: string,
  options: StationRunOptions,
  onProgress: (progress: RunProgress) => void,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<typeof unattendedRun>>> {
  const plan = planOf(work);
  const platform = platformOf(work, port, options);
  const application = await Application.start({
    version: options.version,
    systemLanguage: 'en',
    model: modelOf(work),
    journalDirectory: options.journalDirectory,
    settings: {
      registerOnConnect: false,
      automaticNotifications: 'never',
      ...(platform === 'host' ? defined({ platformHost: options.platformHost }) : {}),
    },
  });
  let [done, failed] = [0, 0];
  try {
    return await unattendedRun(application, port, {
      ...options.lineOf(port),
      plan,
      platform,
      hasBootstrap: false,
      operatorMs: options.operatorMs,
      ...(platform === 'host' ? defined({ apiKey: options.apiKey }) : {}),
      signal,
      onProgress: (progress) => {
        if (progress.type === 'prompt') options.onPrompt(port, `${progress.text.en}\n${progress.curl}`);
        if (progress.type !== 'ended') return;
        done = progress.result.position;
        if (progress.result.verdict === 'failed') failed++;
        onProgress({ done, count: progress.count, failed });
      },
      onRemark: (text) => options.onRemark(port, text),
    });
  } finally {
    await application.close();
  }
}

const modelOf = ({ model }: Work): DeviceModel => (model ? parseModel(model.text, model.name) : defaultModel);

function planOf(work: Work): Plan {
  const { plan: file, only } = work;
  const whole = planFor(new ObjectStore(modelOf(work)).view());
  const known = whole.items.map(({ definition }) => definition);
  const plan = file ? parsePlan(file.text, file.name, known) : whole;
  if (!only) return plan;
  const chosen = planOfOnly(plan, only);
  if (chosen) return chosen;
  throw new CodedError('QUEUE_BAD_WORK', `It names a case that the plan has not: ${only.join(', ')}`, 'only');
}

function platformOf({ platform }: Work, port: string, { platformHost }: StationRunOptions): AcceptancePlatform {
  const isVirtual = virtualProfile(port) !== undefined;
  const chosen = platform ?? (isVirtual ? 'simulated' : 'operator');
  if (chosen === 'simulated' && !isVirtual)
    throw new CodedError(
      'QUEUE_BAD_WORK',
      'It wants the simulated platform, which a real module cannot reach',
      'platform',
    );
  if (chosen === 'host' && platformHost === undefined)
    throw new CodedError(
      'QUEUE_BAD_WORK',
      'It wants a platform, and this station was given none: --platform',
      'platform',
    );
  return chosen;
}

/** Reports and journal; where identities are hidden the journal goes as an export that hides them, too. */
async function keepFiles(
  { site }: Work,
  result: AcceptanceResult,
  journalFile: string | undefined,
  directory: string,
  { isMasked }: StationRunOptions,
): Promise<void> {
  const masker = isMasked ? new Masker() : undefined;
  await writeReports(result, {
    directory,
    language: 'both',
    isMasked,
    ...(masker ? { masker } : { site: site === '' ? 'station' : site }),
  });
  if (journalFile === undefined) return;
  const name = basename(journalFile);
  if (!isMasked) await copyFile(journalFile, join(directory, name));
  else {
    const masked = namelessFileName(name).replace(/\.mipl\.ndjson$/, '.masked.ndjson');
    await exportToFile(journalFile, join(directory, masked), { format: 'ndjson', language: 'en', mask: true });
  }
}

function runResultOf(result: AcceptanceResult, isMasked: boolean): RunResult {
  const { identity, cases, isComplete, answerTimes } = result;
  const { p50Ms, p95Ms, worstMs } = answerTimes;
  const { imei, model, firmware } = identity;
  return {
    isComplete,
    outcome: isAllPassed(result) ? 'passed' : 'failed',
    isPractice: isPractice(result),
    isMasked,
    ...defined({
      imei: imei?.slice(0, resultTextLimits.imei),
      model: model?.slice(0, resultTextLimits.model),
      firmware: firmware?.slice(0, resultTextLimits.firmware),
    }),
    counts: countVerdicts(cases),
    notPassed: cases.filter(({ verdict }) => verdict === 'failed' || verdict === 'inconclusive').map(({ id }) => id),
    answerTimes: defined({ p50Ms, p95Ms, worstMs }),
  };
}
