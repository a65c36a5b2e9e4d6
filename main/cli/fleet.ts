import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { identityNumber } from '../../shared/identity.ts';
import { ranges, readServer } from '../../shared/settings.ts';
import { Fleet } from '../fleet/fleet.ts';
import { SpreadFleet } from '../fleet/spreadFleet.ts';
import type { FleetFigures, TimeFigures } from '../fleet/fleetFigures.ts';
import { visibleJson } from '../files/visible.ts';
import { systemClock } from '../time/clock.ts';
import { startTicks, startTimer } from '../time/timers.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';
import { journalDirectoryOf } from './journalDirectory.ts';
import { modelFrom, numberOf } from './options.ts';
import { version } from './version.ts';

export const help = `mipl fleet --modules N [options]

Many virtual modules at once, each with an engine of its own, at our simulated platform or at another LwM2M server: real clients on
real sockets, without hardware. Says now and then, and at the end, what the server did and how long it took.
  --modules N       1 to 1000, with --spread 10,000
  --spread N        over so many processes of this machine, all at one server; 2 to 64
  --profile P       as in mipl sim, with habits and faults, such as m5310a?fault=late-ok=4000; default m5310a
  --baud N          of each line, default 9600; 0: no waiting
  --ramp N          modules begun in a second, default 4
  --read-every S    our platform reads an instance of each module so often, default 10 seconds; 0: never
  --report-every S  a value of each module changes so often and is reported where it is observed, default 30; 0: never
  --lifetime S      seconds, default 3600: a short one shows updates
  --model FILE      device model (*.model.json)
  --server H:P      another LwM2M server; which then does what it does
  --imei N          of the first module, 15 digits; the others count on from it
  --every S         says figures so often, default 10 seconds
  --for S           ends after S seconds; default: by Ctrl+C
  --journal DIR     where journals go; default: a folder of your own
  --json            prints figures as JSON, one line each time; with --times also how long each registration took
Exit code: 0 when every module was registered at once and no answer was late, 1 when not, 2 when it could not run.`;

/** `mipl fleet`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      modules: { type: 'string' },
      profile: { type: 'string', default: 'm5310a' },
      baud: { type: 'string', default: '9600' },
      ramp: { type: 'string', default: '4' },
      'read-every': { type: 'string', default: '10' },
      'report-every': { type: 'string', default: '30' },
      lifetime: { type: 'string', default: '3600' },
      model: { type: 'string' },
      server: { type: 'string' },
      imei: { type: 'string', default: '867725030000001' },
      every: { type: 'string', default: '10' },
      for: { type: 'string' },
      journal: { type: 'string' },
      json: { type: 'boolean', default: false },
      times: { type: 'boolean', default: false },
      spread: { type: 'string' },
    },
  });
  if (values.modules === undefined) throw new UsageError('--modules is missing');
  const server = values.server === undefined ? undefined : readServer(values.server);
  if (values.server !== undefined && !server) throw new UsageError(`--server: "${values.server}" is not host:port`);
  if (!identityNumber.test(values.imei)) throw new UsageError('--imei is of 15 digits');
  const forSeconds = values.for === undefined ? undefined : numberOf('--for', values.for, { min: 1, max: 10_000_000 });
  const everyMs = numberOf('--every', values.every, { min: 1, max: 86_400 }) * 1000;
  const processes = values.spread === undefined ? 1 : numberOf('--spread', values.spread, { min: 2, max: 64 });
  const modules = numberOf('--modules', values.modules, { min: processes, max: processes > 1 ? 10_000 : 1000 });
  const common = {
    modules,
    profile: values.profile,
    rampPerSecond: numberOf('--ramp', values.ramp, { min: 1, max: 1000 }),
    readEveryMs: numberOf('--read-every', values['read-every'], { min: 0, max: 86_400 }) * 1000,
    firstImei: values.imei,
    clock: systemClock,
    ...(server ? { server } : {}),
  };
  const alone = {
    ...common,
    model: await modelFrom(values.model),
    baudRate: values.baud === '0' ? 0 : numberOf('--baud', values.baud, ranges.baudRate),
    reportEverySeconds: numberOf('--report-every', values['report-every'], { min: 0, max: 86_400 }),
    lifetimeSeconds: numberOf('--lifetime', values.lifetime, ranges.lifetimeSeconds),
    version,
    journalDirectory: await journalDirectoryOf(values.journal, io),
  };
  const fleet: Fleet | SpreadFleet =
    processes === 1
      ? await Fleet.start(alone)
      : await SpreadFleet.start({
          ...common,
          processes,
          command: ownCommand(),
          shared: [
            ...['--baud', values.baud, '--report-every', values['report-every'], '--lifetime', values.lifetime],
            ...['--journal', alone.journalDirectory],
            ...(values.model === undefined ? [] : ['--model', values.model]),
          ],
        });
  const ended = new AbortController();
  const timer = forSeconds === undefined ? undefined : startTimer(() => ended.abort(), forSeconds * 1000);
  const figuresNow = (): object =>
    values.times && fleet instanceof Fleet
      ? { ...fleet.figures(), registrationMs: fleet.registrationMs }
      : fleet.figures();
  const say = (): Promise<void> =>
    writeLine(io.stdout, values.json ? visibleJson(figuresNow()) : sentenceOf(fleet.figures()));
  const ticks = startTicks(() => void say(), everyMs);
  const signal = AbortSignal.any([io.signal, ended.signal]);
  try {
    if (fleet.http !== undefined) await writeLine(io.stderr, `the platform's API: ${fleet.http}`);
    await fleet.run(signal);
    // Without reads of ours nothing else keeps it running.
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    const figures = fleet.figures();
    await say();
    return figures.mostRegistered === figures.modules && figures.answers.lateCount === 0 ? exit.ok : exit.failed;
  } finally {
    timer?.stop();
    ticks.stop();
    await fleet.close();
  }
}

/** How this program is started again, unbuilt in Node or as the packaged command, whose switches let it run without a display. */
function ownCommand(): readonly [string, ...string[]] {
  const isPackaged = process.versions['electron'] !== undefined;
  const { argv } = process;
  const before = isPackaged ? argv.slice(1, argv.indexOf('--') + 1) : [join(import.meta.dirname, 'mipl.ts')];
  return [process.execPath, ...before, 'fleet'];
}

const timesText = ({ p50Ms, p95Ms, worstMs }: TimeFigures): string =>
  p50Ms === undefined || p95Ms === undefined || worstMs === undefined
    ? ''
    : ` (p50 ${Math.round(p50Ms)}, p95 ${Math.round(p95Ms)}, worst ${Math.round(worstMs)} ms)`;

function sentenceOf(figures: FleetFigures): string {
  const { modules, registered, registration, requests, answers, reads, platform, coreShare, megabytes, seconds } =
    figures;
  const kinds = Object.entries(requests).map(([kind, count]) => `${count} ${kind}`);
  const parts = [
    `${seconds.toFixed(0)} s: ${registered} of ${modules} registered${timesText(registration)}`,
    `requests: ${kinds.join(', ') || 'none'}`,
    `answers: ${answers.count}, ${answers.lateCount} late, worst ${(answers.worstMs ?? 0).toFixed(1)} ms`,
    ...(reads ? [`reads: ${reads.count}, ${reads.failed} failed${timesText(reads)}`] : []),
    ...(platform
      ? [`${platform.notifications} notifications, ${platform.updates} updates, ${platform.offline} went offline`]
      : []),
    `${Math.round(coreShare * 100)} % of a core, ${Math.round(megabytes)} MB`,
  ];
  return parts.join('; ');
}
