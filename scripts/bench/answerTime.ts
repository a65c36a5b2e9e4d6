import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setApart } from './apart.ts';
import type { Apart } from './apart.ts';
import { percentile, rounded } from './figures.ts';
import type { Measurement } from './figures.ts';
import type { AnswerTime } from './moduleMain.ts';
import { openModuleProcess } from './moduleProcess.ts';
import { withOpenedModule } from './openedModule.ts';
import type { OpenedModule } from './openedModule.ts';
import { watchThreads } from './threadTimes.ts';
import type { ThreadRow } from './threadTimes.ts';

const REQUESTS = 10_000;
const PER_SECOND = 250;
const HANG_MS = 5000;
const BUSY = 2;

/** The answers of one side, and what the threads of its processes did meanwhile. */
interface Answered {
  readonly answers: AnswerTime[];
  readonly rows: ThreadRow[];
}

/** Beside what one side is measured, from the moment on at which it can answer. */
interface Surroundings {
  readonly apart: Apart;
  readonly busy: number;
}

/** Wants a processor all the time, as long as whoever has started it is there. */
const busyProgram = `const parent = process.ppid;
while (process.ppid === parent) for (let count = 0; count < 1e9; count++);`;

/** Programs that want a processor all the time, each in a session of its own. The returned function ends them. */
function busyPrograms(count: number, apart: Apart): () => void {
  const busy = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', busyProgram], { stdio: 'ignore', detached: true }),
  );
  if (apart === 'weight') setApart(apart, undefined, ...busy.map(({ pid }) => pid));
  return () => {
    for (const program of busy) program.kill('SIGKILL');
  };
}

type Ours = Answered & { readonly electron: string; readonly hasPrecedence: boolean };

/** @param checkout another one in place of ours */
async function oursTimes({ apart, busy }: Surroundings, checkout?: string): Promise<Ours> {
  const module = await openModuleProcess();
  const measured = async ({ application, page, version }: OpenedModule): Promise<Ours> => {
    const processes = await application.evaluate(({ app }) =>
      app.getAppMetrics().map(({ type, pid, name }) => [name ?? type, pid] as const),
    );
    setApart(apart, Object.fromEntries(processes)['Browser'], ...processes.map(([, pid]) => pid));
    const endBusy = busyPrograms(busy, apart);
    const endWatch = watchThreads({ ...Object.fromEntries(processes), module: module.pid, bench: process.pid });
    const flooded = module.flood(REQUESTS, PER_SECOND);
    await pause(5000);
    // The window hangs while the engine must go on.
    const hung = page.evaluate((ms) => {
      const end = performance.now() + ms;
      while (performance.now() < end);
    }, HANG_MS);
    const [answers] = await Promise.all([flooded, hung]).finally(endBusy);
    return { answers, rows: endWatch(), electron: version, hasPrecedence: module.hasPrecedence };
  };
  try {
    return await withOpenedModule(module.port, measured, checkout);
  } finally {
    await module.close();
  }
}

async function bareTimes({ apart, busy }: Surroundings, ...more: readonly string[]): Promise<Answered> {
  const module = await openModuleProcess();
  const script = fileURLToPath(new URL('bareResponder.ts', import.meta.url));
  // In a session of its own, as the program is: Linux shares the processors among sessions first.
  const child = spawn(process.execPath, [script, String(module.port), ...more], { stdio: 'inherit', detached: true });
  const ended = once(child, 'close');
  await module.isConnected;
  setApart(apart, child.pid);
  const endBusy = busyPrograms(busy, apart);
  const endWatch = watchThreads({ bare: child.pid ?? 0, module: module.pid, bench: process.pid });
  const answers = await module.flood(REQUESTS, PER_SECOND).finally(endBusy);
  const rows = endWatch();
  await module.close();
  await ended;
  return { answers, rows };
}

/** One row a second: the answers to what was asked in it, and what the threads did that did anything. */
function seconds({ answers, rows }: Answered): unknown[] {
  return rows.map(({ atMs, threads }, at) => {
    const sinceMs = rows[at - 1]?.atMs ?? 0;
    const took = answers.filter(({ askedMs }) => askedMs > sinceMs && askedMs <= atMs).map(({ tookMs }) => tookMs);
    const active = Object.entries(threads).filter(([, { ran, waited }]) => ran + waited >= 1);
    return {
      second: at + 1,
      answers: took.length,
      p50: rounded(percentile(took, 0.5)),
      worst: rounded(Math.max(0, ...took)),
      threads: Object.fromEntries(
        active.map(([who, { ran, waited }]) => [who, `${rounded(ran)} + ${rounded(waited)}`]),
      ),
    };
  });
}

/** How P1 and P1b are measured. */
export interface AnswerTimeOptions {
  /** P1b. */
  readonly isBesideBusy: boolean;
  /** What others do on the machine is to count as little as it can. */
  readonly isApart: boolean;
  /** Another checkout, built before, in the same run. */
  readonly beside?: string | undefined;
}

/**
 * P1: 10,000 requests in a flood of 921,600 baud, the window hung for 5 s; beside it the least that could answer. P1b: the
 * same beside two programs that are busy all the time. Second by second it goes to a file of its own.
 */
export async function measureAnswerTime({ isBesideBusy, isApart, beside }: AnswerTimeOptions): Promise<Measurement> {
  const id = isBesideBusy ? 'P1b' : 'P1';
  // Precedence would leave the busy programs nothing to be in the way of.
  const how = isBesideBusy ? 'weight' : 'precedence';
  const around: Surroundings = { apart: isApart ? how : undefined, busy: isBesideBusy ? BUSY : 0 };
  const sides = {
    ours: await oursTimes(around),
    ...(beside !== undefined && { 'other checkout': await oursTimes(around, beside) }),
    'bare responder': await bareTimes(around),
    'in step': await bareTimes(around, 'in-step'),
  };
  const told = Object.entries(sides).map(([who, side]) => [who, seconds(side)] as const);
  await mkdir('test-output', { recursive: true });
  await writeFile(`test-output/bench-${id}-seconds.json`, JSON.stringify(Object.fromEntries(told), null, 1));
  return measurementOf(id, sides);
}

const timeAt = (share: number, { answers }: Answered): number =>
  percentile(
    answers.map(({ tookMs }) => tookMs),
    share,
  );

function measurementOf(
  id: 'P1' | 'P1b',
  sides: { readonly ours: Ours; readonly 'bare responder': Answered; readonly [who: string]: Answered },
): Measurement {
  const [most, mostMs] = id === 'P1b' ? [20, 100] : [8, 30];
  const { ours, 'bare responder': bare } = sides;
  const ratio = timeAt(0.99, ours) / timeAt(0.99, bare);
  const beside = id === 'P1b' ? `, beside ${BUSY} busy programs` : '';
  const figures = Object.entries(sides).flatMap(([who, side]) =>
    (
      [
        ['p50', 0.5],
        ['p99', 0.99],
        ['worst', 1],
      ] as const
    ).map(([what, share]) => [`${who} ${what} ms`, rounded(timeAt(share, side))] as const),
  );
  return {
    id,
    what: `request line out of the module → its answer in the module, log flooded, window hung 5 s${beside}`,
    bar: `p99 ≤ ${most} × bare, worst ≤ ${mostMs} ms`,
    reached: ours.answers.length === REQUESTS && ratio <= most && timeAt(1, ours) <= mostMs,
    figures: {
      'p99 ÷ bare responder': rounded(ratio),
      ...Object.fromEntries(figures),
      'answers found': ours.answers.length,
      'module has precedence': String(ours.hasPrecedence),
      electron: ours.electron,
    },
  };
}
