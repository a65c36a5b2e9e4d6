import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { acceptancePlatforms } from '../../shared/acceptance.ts';
import { defined } from '../../shared/defined.ts';
import { faultOf } from '../../shared/errors.ts';
import { fits } from '../../shared/schema.ts';
import { workName } from '../../shared/stations.ts';
import { parsePlan } from '../acceptance/plan/planFile.ts';
import { readBounded } from '../files/boundedFile.ts';
import { makeDirectory } from '../files/makeDirectory.ts';
import { visibleJson, visibleLine, visibleLines } from '../files/visible.ts';
import { parseModel } from '../lwm2m/deviceModel.ts';
import { addWorks } from '../stations/addWork.ts';
import { usualSetup } from '../stations/queueConnection.ts';
import { fetchFiles, isThere } from '../stations/storedFiles.ts';
import type { WantedFile } from '../stations/storedFiles.ts';
import { newName, workSchema } from '../stations/work.ts';
import type { Work, WorkResult } from '../stations/work.ts';
import { workOfTable } from '../stations/workTable.ts';
import type { TableWork } from '../stations/workTable.ts';
import { WorkQueue } from '../stations/workQueue.ts';
import { systemClock } from '../time/clock.ts';
import { pause } from '../time/timers.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';
import { fileText, numberOf } from './options.ts';
import { queueOptionHelp, queueOptionTypes, queueOptionsOf } from './queueOptions.ts';
import { listRows, resultRow, resultsCsv, stationRows, totals } from './queueRows.ts';

export const help = `mipl queue add|list|cancel|results|watch --queue URL [options]

The work of many stations and what came of it (docs/stations.md).
  add        puts work into the queue, one device each, and prints its id; sets the queue up where there is none
    --site S      where the device belongs      --id ID       default: one of the time
    --count N     as many of the same           --only ID,…   these cases
    --from FILE   a table (csv) with the columns site, id, only (cases with blanks between) and platform, a device a row; all or nothing.
                  Rows that are there already are not added again, without an id by what stands in them
    --anew        rows without an id are added also where the same table was added before
    --plan FILE   a plan of your own            --model FILE  a device model
    --platform P  who makes the calls: simulated, host (the station's --platform) or operator
    --again       the id has a result already: it is forgotten, and the work done again
    --replicas N  of a queue that is set up: 1 (default), 3 or 5, on as many servers of a cluster
  list       what waits and what runs
  cancel ID… takes work out; a station that is at it stops
  results    what came of it
    --save DIR    writes report, JUnit, JSON and journal of each there, checked by SHA-256; what is there already is left alone
    --csv         as a table
  watch      stations, work and results as they change, until stopped
  --json     one JSON object a line
${queueOptionHelp}
Exit code: results: 0 when all passed, 1 when something failed, was set aside or could not be run, or a file is missing; cancel: 1 when an id was not
in the queue; 2 when the queue could not be reached or does not let this user.`;

const options = {
  site: { type: 'string', default: '' },
  id: { type: 'string' },
  count: { type: 'string', default: '1' },
  from: { type: 'string' },
  only: { type: 'string' },
  plan: { type: 'string' },
  model: { type: 'string' },
  platform: { type: 'string' },
  again: { type: 'boolean', default: false },
  anew: { type: 'boolean', default: false },
  replicas: { type: 'string', default: '1' },
  save: { type: 'string' },
  csv: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  ...queueOptionTypes,
} as const;

const parsed = (args: readonly string[]) => parseArgs({ args: [...args], allowPositionals: true, options });
type Values = ReturnType<typeof parsed>['values'];

/** `mipl queue`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parsed(args);
  const [action = '', ...ids] = positionals;
  const wanted = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!wanted) throw new UsageError('What is to be done: add, list, cancel, results or watch');
  if (ids.length > 0 && action !== 'cancel') throw new UsageError(`queue ${action} takes no "${ids[0]}"`);
  return wanted(values, io, ids);
}

const actions: Readonly<Record<string, (values: Values, io: CliIo, ids: readonly string[]) => Promise<number>>> = {
  add,
  list: (values, io) =>
    withQueue(values, async (queue) => {
      const list = await queue.list();
      const count = list.waiting.length + list.running.length + list.unreadable.length;
      if (values.json) await writeLine(io.stdout, visibleJson(list));
      else for (const row of listRows(list)) await writeLine(io.stdout, visibleLine(row));
      if (count === 0 && !values.json) await writeLine(io.stderr, 'nothing waits and nothing runs');
      return exit.ok;
    }),
  cancel: (values, io, ids) =>
    withQueue(values, async (queue) => {
      if (ids.length === 0) throw new UsageError('Which work? mipl queue list tells ids');
      let isAll = true;
      for (const id of ids) {
        const isGone = fits(workName, id) && (await queue.cancel(id, systemClock.wallMs(), clientName()));
        if (!isGone) await writeLine(io.stderr, visibleLine(`${id}: is not in the queue`));
        isAll &&= isGone;
      }
      return isAll ? exit.ok : exit.failed;
    }),
  results: (values, io) =>
    withQueue(values, async (queue) => {
      const results = await queue.results();
      if (values.csv) io.stdout.write(resultsCsv(results));
      else
        for (const result of results)
          await writeLine(io.stdout, values.json ? visibleJson(result) : visibleLine(resultRow(result)));
      const isSaved = values.save === undefined || (await save(queue, results, values.save, io));
      await writeLine(io.stderr, totals(results));
      const isGood = ({ outcome }: WorkResult): boolean => outcome === 'passed' || outcome === 'cancelled';
      return isSaved && results.every(isGood) ? exit.ok : exit.failed;
    }),
  watch,
};

const clientName = (): string => hostname().slice(0, 64);

async function withQueue(values: Values, action: (queue: WorkQueue) => Promise<number>): Promise<number> {
  const queue = await WorkQueue.connect(queueOptionsOf(values, false));
  try {
    return await action(queue);
  } finally {
    await queue.close();
  }
}

async function add(values: Values, io: CliIo): Promise<number> {
  const count = numberOf('--count', values.count, { min: 1, max: 10_000 });
  if (values.id !== undefined && count > 1) throw new UsageError('--id names one piece of work, --count asks for more');
  const replicas = numberOf('--replicas', values.replicas, { min: 1, max: 5 });
  if (values.anew && values.from === undefined) throw new UsageError('--anew is for the rows of --from');
  const { works, made } =
    values.from === undefined
      ? { works: await Promise.all(Array.from({ length: count }, () => workOf(values))) }
      : await worksIn(values.from, await workOf(values), values.anew);
  const queue = await WorkQueue.connect(queueOptionsOf(values, false), { ...usualSetup, replicas });
  try {
    const say = (work: Work): Promise<void> => writeLine(io.stdout, values.json ? visibleJson(work) : work.id);
    if (!values.again) {
      const { already } = await addWorks(queue, works, defined({ made, onAdded: say }));
      const hint = made && made.size > 0 ? '; --anew adds rows without an id once more' : '';
      if (already > 0) await writeLine(io.stderr, `${already} of ${works.length} are there already or done${hint}`);
    } else
      for (const work of works) {
        await queue.forget(work.id);
        await queue.add(work);
        await say(work);
      }
    return exit.ok;
  } finally {
    await queue.close();
  }
}

/** @throws UsageError for a file that cannot be read, CodedError `QUEUE_BAD_WORK` for a row that is no work. */
async function worksIn(file: string, { plan, model, platform }: Work, isAnew: boolean): Promise<TableWork> {
  let bytes: Uint8Array;
  try {
    bytes = await readBounded(file);
  } catch (error) {
    throw new UsageError(`--from: ${faultOf(error).message}`);
  }
  return workOfTable(bytes, defined({ plan, model, platform }), { nowMs: systemClock.wallMs(), isAnew });
}

/** Files are read and checked here, where a person sees what is wrong with them. @throws UsageError, CodedError `FILE_…`. */
async function workOf(values: Values): Promise<Work> {
  const { site, only, platform } = values;
  const nowMs = systemClock.wallMs();
  const chosen = acceptancePlatforms.find((known) => known === platform);
  if (platform !== undefined && !chosen)
    throw new UsageError(
      `--platform is one of ${acceptancePlatforms.join(', ')}; the address of host is the station's`,
    );
  const work = {
    format: 'mipl-work' as const,
    version: 1,
    id: values.id ?? newName(nowMs),
    site,
    addedMs: nowMs,
    ...(values.plan === undefined ? {} : { plan: await checkedFile('--plan', values.plan, parsePlan) }),
    ...(values.model === undefined ? {} : { model: await checkedFile('--model', values.model, parseModel) }),
    ...(only === undefined ? {} : { only: only.split(',').map((id) => id.trim()) }),
    ...(chosen ? { platform: chosen } : {}),
  };
  if (!fits(workName, work.id)) throw new UsageError('--id is of letters, digits, "-" and "_", at most 64');
  if (!fits(workSchema, work))
    throw new UsageError('That is too much for a piece of work: site 200 characters, plan and model 400,000 each');
  return work;
}

async function checkedFile(
  option: string,
  file: string,
  check: (text: string, name: string) => unknown,
): Promise<{ readonly name: string; readonly text: string }> {
  const text = await fileText(option, file);
  check(text, file);
  return { name: basename(file), text };
}

/**
 * Fetches the files of results, those of them that are not there yet; false where one is missing on the server. Names were checked
 * when the result was read: each is that of a file and of nothing else.
 */
async function save(queue: WorkQueue, results: readonly WorkResult[], directory: string, io: CliIo): Promise<boolean> {
  const all = results.flatMap((result) =>
    result.files.map((stored) => ({ result, stored, target: join(directory, result.id, stored.name) })),
  );
  const wanted: WantedFile[] = [];
  for (const one of all) {
    await makeDirectory(dirname(one.target));
    if (await isThere(one)) await sayThere(one, io);
    else wanted.push(one);
  }
  const missing = await fetchFiles(queue, wanted, { signal: io.signal, onFetched: (one) => sayThere(one, io) });
  for (const { message } of missing) await writeLine(io.stderr, visibleLines(message));
  if (missing.length > 0)
    await writeLine(
      io.stderr,
      `${missing.length} of ${all.length} files are missing; the same command again fetches these alone`,
    );
  return missing.length === 0;
}

const sayThere = ({ target, stored }: WantedFile, io: CliIo): Promise<void> =>
  writeLine(io.stderr, visibleLines(`${target} ${stored.sha256}`));

const WATCH_MS = 1000;

/** Asks each second: what changed since is drawn, on a terminal in place. */
async function watch(values: Values, io: CliIo): Promise<number> {
  return withQueue(values, async (queue) => {
    let shown = '';
    while (!io.signal.aborted) {
      const [stations, list, results] = [await queue.stations(), await queue.list(), await queue.results()];
      const now = values.json
        ? visibleJson({ stations, ...list, totals: totals(results) })
        : [
            ...stationRows(stations, systemClock.wallMs()),
            ...listRows(list).slice(0, 20),
            ...results.slice(-5).map(resultRow),
            totals(results),
          ]
            .map(visibleLine)
            .join('\n');
      if (now !== shown) {
        const isTerminal = 'isTTY' in io.stdout && io.stdout.isTTY === true;
        await writeLine(io.stdout, isTerminal && !values.json ? `\u001b[2J\u001b[H${now}` : now);
        shown = now;
      }
      await pause(WATCH_MS, io.signal).catch(() => undefined);
    }
    return exit.ok;
  });
}
