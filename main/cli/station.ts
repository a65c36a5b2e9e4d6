import { dirname, isAbsolute, join } from 'node:path';
import { parseArgs } from 'node:util';
import { faultOf } from '../../shared/errors.ts';
import { parsePlatformHost } from '../../shared/platform.ts';
import { ranges } from '../../shared/settings.ts';
import { commandLineJournals } from '../files/ownDirectory.ts';
import { visibleJson, visibleLines } from '../files/visible.ts';
import { stationRuns } from '../program/stationRuns.ts';
import { Outbox } from '../stations/outbox.ts';
import { usualSetup } from '../stations/queueConnection.ts';
import type { QueueOptions } from '../stations/queueConnection.ts';
import { fits } from '../../shared/schema.ts';
import { workName } from '../../shared/stations.ts';
import { Station } from '../stations/station.ts';
import { nameOfMachine, sentenceOf } from '../stations/stationWords.ts';
import { WorkQueue } from '../stations/workQueue.ts';
import { systemClock } from '../time/clock.ts';
import { pause, startTimer } from '../time/timers.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';
import { lineFrom, lineHelp, lineOptions, numberOf } from './options.ts';
import { queueOptionHelp, queueOptionTypes, queueOptionsOf } from './queueOptions.ts';
import { version } from './version.ts';

export const help = `mipl station --port P [--port P …] --queue URL [options]

Takes work from a queue, one device each, runs the acceptance plan on the next free port and gives report, JUnit, JSON and journal
to the queue. Ends by Ctrl+C; what it was at is then given back. Results that cannot be given away wait in a folder and go out as
soon as the server is there, also after a restart.
  --port P         as in mipl acceptance; several: as many devices at once. At a real port the next work waits until another
                   device answers there, by its IMEI
  --stay           the devices stay: the next work is run on the same one
  --name N         of this station: letters, digits, "-" and "_"; default: the name of this machine
  --directory DIR  for the outbox and for journals, which stay here; default: a folder of your own
  --baud N         default 9600
${lineHelp}
  --platform URL   the platform's API, for work that wants one; its key in the environment as ONENET_API_KEY
  --wait S         how long a person may take for a call; default 300 seconds
  --identities     reports and journals go to the queue with identities, addresses and keys as they are. Without it they are
                   hidden, the same value always by the same mask within a report
  --until-empty    ends once the queue is empty and nobody is at anything
  --json           prints events as JSON, one a line
${queueOptionHelp}
Exit code: 0 when all it ran has passed, 1 when something failed or could not be run, 2 when it could not work.`;

/** `mipl station`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', multiple: true, default: [] },
      stay: { type: 'boolean', default: false },
      name: { type: 'string' },
      directory: { type: 'string' },
      baud: { type: 'string', default: '9600' },
      platform: { type: 'string' },
      wait: { type: 'string', default: '300' },
      identities: { type: 'boolean', default: false },
      'until-empty': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      ...lineOptions,
      ...queueOptionTypes,
    },
  });
  if (values.port.length === 0) throw new UsageError('--port is missing');
  if (new Set(values.port).size !== values.port.length) throw new UsageError('--port names one port twice');
  const platformHost = values.platform === undefined ? undefined : parsePlatformHost(values.platform)?.origin;
  if (values.platform !== undefined && platformHost === undefined)
    throw new UsageError(`--platform: "${values.platform}" is not http(s)://host[:port]`);
  const name = stationName(values.name);
  const directory = values.directory ?? ownDirectory();
  const apiKey = process.env['ONENET_API_KEY'];
  const options = queueOptionsOf(values, true);
  const line = { baudRate: numberOf('--baud', values.baud, ranges.baudRate), line: lineFrom(values) };
  const runs = stationRuns({
    version,
    lineOf: () => line,
    operatorMs: numberOf('--wait', values.wait, { min: 1, max: 86_400 }) * 1000,
    station: name,
    isMasked: !values.identities,
    isStaying: values.stay,
    journalDirectory: join(directory, 'journals'),
    onPrompt: (port, text) => void io.stderr.write(`${visibleLines(`${port}: ${text}`)}\n`),
    onRemark: (port, text) => void io.stderr.write(`${visibleLines(`${port}: ${text}`)}\n`),
    ...(platformHost === undefined ? {} : { platformHost }),
    ...(apiKey === undefined || apiKey === '' ? {} : { apiKey }),
  });
  const outbox = await Outbox.open(join(directory, 'outbox'));
  const queue = await connected(options, io);
  if (!queue) return exit.cannotRun;
  try {
    const station = new Station({
      name,
      version,
      ports: values.port,
      queue,
      outbox,
      clock: systemClock,
      silenceMs: queue.connection.silenceMs,
      isUntilEmpty: values['until-empty'],
      ...runs,
      tell: (event) => void io.stdout.write(`${values.json ? visibleJson(event) : visibleLines(sentenceOf(event))}\n`),
    });
    const results = await station.run(io.signal);
    if (queue.isClosed) {
      await writeLine(
        io.stderr,
        'mipl station: the queue turned this user away for good; results wait here for the next start',
      );
      return exit.cannotRun;
    }
    const passed = results.filter(({ outcome }) => outcome === 'passed').length;
    await writeLine(io.stderr, `${passed} of ${results.length} passed`);
    return passed === results.length ? exit.ok : exit.failed;
  } finally {
    await queue.close();
  }
}

/** Beside the journals of the command line, which this user alone may change. */
function ownDirectory(): string {
  const directory = join(dirname(commandLineJournals()), 'station');
  if (!isAbsolute(directory)) throw new UsageError('There is no home to keep results in: --directory names a folder');
  return directory;
}

function stationName(asked: string | undefined): string {
  const name = asked ?? nameOfMachine();
  if (!fits(workName, name)) throw new UsageError('--name is of letters, digits, "-" and "_", at most 64');
  return name;
}

/** A server that is not there yet is waited for, until somebody ends the program. */
async function connected(options: QueueOptions, io: CliIo): Promise<WorkQueue | undefined> {
  const waits = startTimer(() => void io.stderr.write(`waiting for ${options.servers}\n`), SAY_WAITING_MS);
  const { promise: ended, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => resolve(undefined);
  io.signal.addEventListener('abort', end);
  try {
    return await Promise.race([patiently(options, io.signal), ended]);
  } finally {
    waits.stop();
    io.signal.removeEventListener('abort', end);
  }
}

const SAY_WAITING_MS = 3000;
const CONNECT_AGAIN_MS = 1000;

/** A server that listens and does not answer yet, as a cluster that has chosen no leader, is asked again. */
async function patiently(options: QueueOptions, signal: AbortSignal): Promise<WorkQueue> {
  for (;;) {
    try {
      return await WorkQueue.connect(options, usualSetup);
    } catch (error) {
      if (signal.aborted || faultOf(error).code !== 'QUEUE_UNREACHABLE') throw error;
      await pause(CONNECT_AGAIN_MS, signal);
    }
  }
}
