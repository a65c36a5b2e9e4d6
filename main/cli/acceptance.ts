import { defined } from '../../shared/defined.ts';
import { virtualProfile } from '../../shared/virtualPort.ts';
import { isIPv4 } from 'node:net';
import { readHostPort } from '../../shared/hostPort.ts';
import { access, constants } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ranges } from '../../shared/settings.ts';
import { countVerdicts, reportLanguages } from '../../shared/acceptance.ts';
import type { AcceptancePlatform, AcceptanceProgress, CaseResult, ReportLanguage } from '../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../shared/acceptanceResult.ts';
import { faultOf } from '../../shared/errors.ts';
import type { LineSettings } from '../../shared/lineSettings.ts';
import { parsePlatformHost } from '../../shared/platform.ts';
import { documentPlan, notSelected, planFor, planOfOnly } from '../acceptance/plan/plan.ts';
import type { Plan } from '../acceptance/plan/plan.ts';
import { parsePlan } from '../acceptance/plan/planFile.ts';
import { writeReports } from '../acceptance/report/files.ts';
import { isAllPassed, maskedRows, summaryCsv } from '../acceptance/report/summaryCsv.ts';
import type { BatchRow } from '../acceptance/report/summaryCsv.ts';
import { Application } from '../program/application.ts';
import { unattendedRun } from '../program/unattendedRun.ts';
import { makeDirectory } from '../files/makeDirectory.ts';
import { visibleJson, visibleLines } from '../files/visible.ts';
import { writeNew } from '../files/writeWhole.ts';
import { Masker } from '../journal/masking.ts';
import { fileStamp } from '../../shared/localTime.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';
import { journalDirectoryOf } from './journalDirectory.ts';
import { ObjectStore } from '../lwm2m/objectStore.ts';
import { fileText, lineFrom, lineHelp, lineOptions, modelFrom, numberOf } from './options.ts';
import { systemClock } from '../time/clock.ts';
import { version } from './version.ts';

export const help = `mipl acceptance --port P [--port P …] [options]

Runs the acceptance plan: every criterion of the OneNET document, in its order, and what each other object
of --model can do. Progress goes to standard error, the verdicts to standard output.
  --port P          device path, tcp://, telnet:// or rfc2217://host:port, or sim:m5310-seed; several: one device after
                    the other
  --parallel        all devices at once
  --baud N          default 9600
${lineHelp}
  --model FILE      device model (*.model.json); default: the document's objects 3303 and 3306
  --dialect D       auto (default), cis or cmcc
  --lifetime S      seconds, default 3600
  --platform URL    the platform's API, such as https://api.heclouds.com. Without it a sim: port uses its simulated
                    platform, and at any other port a person makes the calls that are printed
  --api-key K       its key; better in the environment as ONENET_API_KEY, where no other user sees it
  --operator        a person makes the calls, for the platform of --platform or the one of the port
  --wait S          how long a person may take for a call; default 300 seconds
  --bootstrap       the module is configured for bootstrap: chapter 3.4 is run, as it is on sim:m5310-seed?bootstrap
  --udp IPV4:PORT   a UDP echo server; default: the document's test server
  --plan FILE       a plan of your own (JSON)
  --only ID,…       these cases; the others are skipped
  --report DIR      writes HTML, JUnit XML and JSON there, and a summary CSV for several devices
  --lang L          language of the report: zh, en or both (default)
  --mask            identities, addresses and keys become stand-ins in reports, summary and result; the progress, which
                    is for whoever runs it, keeps them
  --journal DIR     where journals go; default: the report's folder, else one of your own as in mipl run
  --json            prints the result as JSON, one line a device
Exit code: 0 all passed, 1 something failed or could not be judged, 2 could not run.

Cases: ${documentPlan.items.map(({ definition }) => definition.id).join(', ')}`;

interface Choices {
  readonly ports: readonly string[];
  readonly isParallel: boolean;
  readonly baudRate: number;
  readonly line: LineSettings;
  readonly model: DeviceModel;
  readonly dialect: 'auto' | 'cis' | 'cmcc';
  readonly lifetimeSeconds: number;
  readonly platformHost: string | undefined;
  readonly apiKey: string | undefined;
  readonly isByOperator: boolean;
  readonly operatorMs: number;
  readonly hasBootstrap: boolean;
  readonly udpServer: { readonly address: string; readonly port: number } | undefined;
  readonly plan: Plan;
  readonly reportDirectory: string | undefined;
  readonly language: ReportLanguage;
  readonly isMasked: boolean;
  readonly journalDirectory: string;
  readonly isJson: boolean;
}

/** `mipl acceptance`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const choices = await readChoices(args, io);
  await makeReportDirectory(choices.reportDirectory);
  const application = await startApplication(choices);
  const rows: BatchRow[] = [];
  const masker = choices.isMasked ? new Masker() : undefined;
  const test = async (port: string, index: number): Promise<void> => {
    if (io.signal.aborted) rows[index] = { port, problem: 'stopped before it' };
    else rows[index] = await testDevice(application, port, index, choices, io, masker);
  };
  try {
    if (choices.isParallel) await Promise.all(choices.ports.map(test));
    else for (const [index, port] of choices.ports.entries()) await test(port, index);
  } finally {
    await application.close();
  }
  const shown = masker ? maskedRows(rows, masker) : rows;
  if (choices.reportDirectory !== undefined && rows.length > 1) {
    const stamp = fileStamp(systemClock.wallMs());
    const nameOf = (count: number): string => `summary_${stamp}${count === 1 ? '' : `-${count}`}.csv`;
    const [file = ''] = await writeNew(choices.reportDirectory, [{ nameOf, content: summaryCsv(shown) }]);
    await writeLine(io.stderr, `summary: ${file}`);
  }
  for (const row of shown)
    if (row.result)
      await writeLine(io.stdout, choices.isJson ? json(row) : visibleLines(table(row.result, choices.plan)));
  if (rows.some(({ problem }) => problem !== undefined)) return exit.cannotRun;
  return rows.every(({ result }) => result && isAllPassed(result)) ? exit.ok : exit.failed;
}

/** Before the run: who learns of it after an hour has lost the hour. */
async function makeReportDirectory(directory: string | undefined): Promise<void> {
  if (directory === undefined) return;
  try {
    await makeDirectory(directory);
    await access(directory, constants.W_OK);
  } catch (error) {
    throw new UsageError(`--report: ${faultOf(error).message}`);
  }
}

const json = ({ result }: BatchRow): string => visibleJson(result);

async function testDevice(
  application: Application,
  port: string,
  index: number,
  choices: Choices,
  io: CliIo,
  masker: Masker | undefined,
): Promise<BatchRow> {
  const tell = (text: string): void => {
    io.stderr.write(`${visibleLines(choices.ports.length > 1 ? `${port}: ${text}` : text)}\n`);
  };
  let result: AcceptanceResult | undefined;
  try {
    ({ result } = await unattendedRun(application, port, {
      baudRate: choices.baudRate,
      line: choices.line,
      plan: choices.plan,
      platform: platformOf(choices, virtualProfile(port) !== undefined),
      hasBootstrap: choices.hasBootstrap,
      operatorMs: choices.operatorMs,
      ...defined({ apiKey: choices.apiKey, udpServer: choices.udpServer }),
      signal: io.signal,
      onProgress: (progress) => tellProgress(progress, choices.plan, tell),
      onRemark: tell,
    }));
    const open = result.cases.filter(({ isUnfinished }) => isUnfinished).map(({ id }) => id);
    if (open.length > 0) tell(`to go on: --only ${[...new Set(open)].join(',')}`);
    if (choices.reportDirectory === undefined) return { port, result };
    const files = await writeReports(result, {
      directory: choices.reportDirectory,
      language: choices.language,
      isMasked: choices.isMasked,
      // Two virtual modules may have the same IMEI and begin in the same second.
      ...(choices.ports.length > 1 ? { site: masker ? `device-${index + 1}` : `${index + 1}-${port}` } : {}),
      ...(masker ? { masker } : {}),
    });
    tell(`report: ${files.html}`);
    return { port, result, report: files.html };
  } catch (error) {
    const { code, message } = faultOf(error);
    tell(`mipl acceptance: ${code}: ${message}`);
    return { port, ...(result ? { result } : {}), problem: `${code}: ${message}` };
  }
}

/** The program around all devices of the batch. */
function startApplication({
  model,
  journalDirectory,
  lifetimeSeconds,
  platformHost,
  dialect,
}: Choices): Promise<Application> {
  return Application.start({
    version,
    systemLanguage: 'en',
    model,
    journalDirectory,
    settings: {
      lifetimeSeconds,
      registerOnConnect: false,
      automaticNotifications: 'never',
      ...defined({ platformHost }),
    },
    session: dialect === 'auto' ? {} : { dialect },
  });
}

function platformOf({ isByOperator, platformHost }: Choices, isSimulated: boolean): AcceptancePlatform {
  if (isByOperator) return 'operator';
  if (platformHost !== undefined) return 'host';
  return isSimulated ? 'simulated' : 'operator';
}

/** Neither progress nor table need to tell the operator what was not asked for. */
const isUnchosen = ({ items }: Plan, { position }: CaseResult): boolean =>
  items[position - 1]?.skip?.reason === notSelected;

/** A curl line in a reason goes over several, which the shell reads as one. */
const onOneLine = (text: string): string => text.replace(/\s*[\\`]\n\s*/g, ' ');

function tellProgress(progress: AcceptanceProgress, plan: Plan, tell: (text: string) => void): void {
  if (progress.type === 'prompt') tell(`${progress.text.en}\n${progress.curl}\n`);
  if (progress.type !== 'ended' || isUnchosen(plan, progress.result)) return;
  const { position, id, verdict, durationMs, reason } = progress.result;
  const place = `[${String(position).padStart(2)}/${progress.count}]`;
  const seconds = verdict === 'skipped' ? '' : ` ${(durationMs / 1000).toFixed(1)} s`;
  tell(`${place} ${id}: ${verdict}${seconds}${reason ? ` — ${onOneLine(reason.en)}` : ''}`);
}

function table({ port, identity, cases, isComplete }: AcceptanceResult, plan: Plan): string {
  const rows = cases
    .filter((one) => !isUnchosen(plan, one))
    .map(({ id, verdict, reason }) =>
      `${verdict.padEnd(12)} ${id.padEnd(18)} ${onOneLine(reason?.en ?? '')}`.trimEnd(),
    );
  const counts = Object.entries(countVerdicts(cases)).map(([verdict, count]) => `${count} ${verdict}`);
  const stopped = isComplete ? '' : ' (stopped)';
  return `${port} ${identity.model ?? ''} ${identity.imei ?? ''}${stopped}\n${rows.join('\n')}\n${counts.join(', ')}`;
}

async function readChoices(args: readonly string[], io: CliIo): Promise<Choices> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', multiple: true, default: [] },
      parallel: { type: 'boolean', default: false },
      baud: { type: 'string', default: '9600' },
      ...lineOptions,
      model: { type: 'string' },
      dialect: { type: 'string', default: 'auto' },
      lifetime: { type: 'string', default: '3600' },
      platform: { type: 'string' },
      'api-key': { type: 'string' },
      operator: { type: 'boolean', default: false },
      wait: { type: 'string', default: '300' },
      bootstrap: { type: 'boolean', default: false },
      udp: { type: 'string' },
      plan: { type: 'string' },
      only: { type: 'string' },
      report: { type: 'string' },
      lang: { type: 'string', default: 'both' },
      mask: { type: 'boolean', default: false },
      journal: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.port.length === 0) throw new UsageError('--port is missing');
  if (
    new Set(values.port).size !== values.port.length &&
    values.port.some((port) => virtualProfile(port) === undefined)
  ) {
    throw new UsageError('--port names one port twice');
  }
  const { dialect } = values;
  if (dialect !== 'auto' && dialect !== 'cis' && dialect !== 'cmcc') {
    throw new UsageError('--dialect is auto, cis or cmcc');
  }
  const platformHost = values.platform === undefined ? undefined : parsePlatformHost(values.platform)?.origin;
  if (values.platform !== undefined && platformHost === undefined) {
    throw new UsageError(`--platform: "${values.platform}" is not http(s)://host[:port]`);
  }
  const apiKey = values['api-key'] ?? process.env['ONENET_API_KEY'];
  const isKeySent = apiKey !== undefined && apiKey !== '' && !values.operator;
  if (isKeySent && platformHost !== undefined && parsePlatformHost(platformHost)?.isOpen === true) {
    await writeLine(io.stderr, openWarning);
  }
  const isOwnHost = platformHost === undefined || parsePlatformHost(platformHost)?.isLoopback === true;
  if (!isOwnHost && !values.operator && (apiKey === undefined || apiKey === '')) {
    throw new UsageError('--platform needs a key: --api-key or ONENET_API_KEY; or --operator, where a person has it');
  }
  const language = reportLanguages.find((known) => known === values.lang);
  if (!language) throw new UsageError(`--lang is one of ${reportLanguages.join(', ')}`);
  const model = await modelFrom(values.model);
  return {
    ports: values.port,
    isParallel: values.parallel,
    baudRate: numberOf('--baud', values.baud, ranges.baudRate),
    line: lineFrom(values),
    model,
    dialect,
    lifetimeSeconds: numberOf('--lifetime', values.lifetime, ranges.lifetimeSeconds),
    platformHost,
    apiKey: platformHost === undefined || values.operator ? undefined : apiKey,
    isByOperator: values.operator,
    operatorMs: numberOf('--wait', values.wait, { min: 1, max: 86_400 }) * 1000,
    hasBootstrap: values.bootstrap,
    udpServer: values.udp === undefined ? undefined : udpServerOf(values.udp),
    plan: await planFrom(values.plan, values.only, planFor(new ObjectStore(model).view())),
    reportDirectory: values.report,
    language,
    isMasked: values.mask,
    journalDirectory: await journalDirectoryOf(values.journal ?? values.report, io),
    isJson: values.json,
  };
}

const openWarning =
  'mipl acceptance: over http the api-key travels openly: everyone on the way can read it. Use https where the host offers it';

async function planFrom(file: string | undefined, only: string | undefined, whole: Plan): Promise<Plan> {
  const known = whole.items.map(({ definition }) => definition);
  const plan = file === undefined ? whole : parsePlan(await fileText('--plan', file), file, known);
  if (only === undefined) return plan;
  const chosen = planOfOnly(
    plan,
    only.split(',').map((id) => id.trim()),
  );
  if (chosen) return chosen;
  const ids = [...new Set(plan.items.map(({ definition }) => definition.id))].join(', ');
  throw new UsageError(`--only: "${only}" names a case that is none of ${ids}`);
}

/** AT+NSOST takes an address, not a name. */
function udpServerOf(text: string): { readonly address: string; readonly port: number } {
  const { host, port } = readHostPort(text) ?? {};
  if (host === undefined || !isIPv4(host) || !port)
    throw new UsageError(`--udp: "${text}" is not an IPv4 address with a port, such as 192.0.2.7:7777`);
  return { address: host, port };
}
