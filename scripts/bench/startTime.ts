import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createPackage } from '@electron/asar';
import { chromium } from 'playwright';
import type { Page } from 'playwright';
import { defined } from '../../shared/defined.ts';
import { electronForTests, packagedExecutable } from '../../test/electron/electronForTests.js';
import { median, rounded } from './figures.ts';
import type { Measurement } from './figures.ts';

const RUNS = 5;
/** From the third start in a folder on Chromium has the page's compiled code. */
const STARTS_BEFORE = 3;
const SETTLE_MS = 3000;

interface Start {
  /** From spawn to the moment the page says it can be used. */
  readonly milliseconds: number;
  /** Proportional set size of all processes: shared pages count once. */
  readonly megabytes: number;
}

type Electron = Awaited<ReturnType<typeof electronForTests>>;

async function descendants(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    const parent = /^PPid:\s*(\d+)$/m.exec(status)?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isBelow = (pid: number): boolean => {
    for (let current: number | undefined = pid; current !== undefined && current > 1; current = parents.get(current)) {
      if (current === root) return true;
    }
    return false;
  };
  return [...parents.keys()].filter(isBelow);
}

async function proportionalMegabytes(root: number): Promise<number> {
  let kilobytes = 0;
  for (const pid of await descendants(root)) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    kilobytes += Number(/^Pss:\s*(\d+) kB$/m.exec(rollup)?.[1] ?? 0);
  }
  return kilobytes / 1024;
}

/** When the page could be used, on the wall clock: our mark, or for the empty page its first paint. */
async function usableAt(page: Page, mark: string | undefined): Promise<number> {
  const handle = await page.waitForFunction((name) => {
    const entry = name === undefined ? performance.getEntriesByType('paint')[0] : performance.getEntriesByName(name)[0];
    return entry ? performance.timeOrigin + entry.startTime : undefined;
  }, mark);
  return (await handle.jsonValue()) ?? Number.NaN;
}

async function start(electron: Electron, directory: string, mark?: string): Promise<Start> {
  const { executablePath, args, env, cwd } = electron.launch;
  const spawned = Date.now();
  const child = spawn(
    executablePath,
    [
      ...args,
      '--remote-debugging-port=0',
      `--user-data-dir=${directory}`,
      `--journal-directory=${join(directory, 'j')}`,
    ],
    { env, cwd, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    const endpoint = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stderr.on('data', (chunk) => {
        text += chunk;
        const match = /DevTools listening on (ws:\S+)/.exec(text);
        if (match?.[1] !== undefined) resolve(match[1]);
      });
      child.once('close', () => reject(new Error(`Electron ended: ${text}`)));
    });
    const browser = await chromium.connectOverCDP(endpoint);
    const [context] = browser.contexts();
    const page = context?.pages()[0] ?? (await context?.waitForEvent('page'));
    if (!page) throw new Error('There is no window');
    const milliseconds = (await usableAt(page, mark)) - spawned;
    await pause(SETTLE_MS);
    const megabytes = await proportionalMegabytes(child.pid ?? 0);
    await browser.close();
    return { milliseconds, megabytes };
  } finally {
    child.kill();
    await ended;
  }
}

/**
 * A packaged program that shows an empty window: a copy of ours with another application in it, since what processes share counts
 * for each in part, and whatever else runs of the same Electron would make the empty window smaller than it is.
 */
async function emptyProgram(): Promise<{ readonly directory: string; readonly executable: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'mipl-empty-'));
  await chmod(directory, 0o755);
  const ours = packagedExecutable();
  const [program, application] = [join(directory, 'program'), join(directory, 'application')];
  await cp(dirname(ours), program, { recursive: true });
  await mkdir(application);
  await writeFile(join(application, 'package.json'), '{"name":"empty","version":"1.0.0","main":"main.cjs"}');
  await writeFile(
    join(application, 'main.cjs'),
    `const { app, BrowserWindow } = require('electron');
const folder = app.commandLine.getSwitchValue('user-data-dir');
app.setPath('userData', folder);
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1440, height: 900, webPreferences: { sandbox: true } });
  window.loadFile(require('node:path').join(process.resourcesPath, 'empty.html'));
});`,
  );
  await writeFile(join(program, 'resources/empty.html'), '<!doctype html><title>empty</title><p>empty</p>');
  await createPackage(application, join(program, 'resources/app.asar'));
  return { directory, executable: join(program, basename(ours)) };
}

/** A program that is measured, with the folder in which it was started before. */
interface Measured {
  readonly electron: Electron;
  readonly mark?: string;
  readonly used: string;
  readonly first: Start[];
  readonly later: Start[];
}

/** One start in a new folder, one where there were some before. */
async function startTwice({ electron, mark, used, first, later }: Measured, isCounted: boolean): Promise<void> {
  const anew = await start(electron, await electron.makeDirectory('start'), mark);
  const again = await start(electron, used, mark);
  if (!isCounted) return;
  first.push(anew);
  later.push(again);
}

const typical = (starts: readonly Start[], part: keyof Start): number => median(starts.map((one) => one[part]));

/** P8: the packaged program against an empty window of the same Electron, alternating. */
export async function measureStart(): Promise<Measurement> {
  const empty = await emptyProgram();
  const programs = [
    await electronForTests({ packaged: true }),
    await electronForTests({ packaged: empty.executable }),
  ] as const;
  const measured = async (electron: Electron, mark?: string): Promise<Measured> => ({
    electron,
    used: await electron.makeDirectory('used'),
    first: [],
    later: [],
    ...defined({ mark }),
  });
  const [ours, reference] = [await measured(programs[0], 'usable'), await measured(programs[1])];
  try {
    for (let run = -STARTS_BEFORE; run < RUNS; run++)
      for (const one of [ours, reference]) await startTwice(one, run >= 0);
  } finally {
    for (const electron of programs) await electron.cleanup();
    await rm(empty.directory, { recursive: true, force: true });
  }
  const ratio = (kind: 'first' | 'later', part: keyof Start): number =>
    typical(ours[kind], part) / typical(reference[kind], part);
  const [time, memory] = [ratio('first', 'milliseconds'), ratio('first', 'megabytes')];
  return {
    id: 'P8',
    what: 'packaged program, start → usable window ÷ an empty window; memory ÷ same',
    bar: 'time ≤ 1.15, memory ≤ 1.10',
    reached: time <= 1.15 && memory <= 1.1,
    figures: {
      'time ratio': rounded(time),
      'ours ms': rounded(typical(ours.first, 'milliseconds')),
      'empty window ms': rounded(typical(reference.first, 'milliseconds')),
      'time ratio where it was started before': rounded(ratio('later', 'milliseconds')),
      'ours ms where it was started before': rounded(typical(ours.later, 'milliseconds')),
      'memory ratio': rounded(memory),
      'ours MB (PSS)': rounded(typical(ours.first, 'megabytes')),
      'empty window MB (PSS)': rounded(typical(reference.first, 'megabytes')),
      electron: programs[0].version,
    },
  };
}
