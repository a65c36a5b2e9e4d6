import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright';
import type { Page } from 'playwright';
import { electronForTests } from '../../test/electron/electronForTests.js';
import { median, rounded } from './figures.ts';
import type { Measurement } from './figures.ts';

const RUNS = 5;
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

async function start(electron: Electron, mark?: string): Promise<Start> {
  const directory = await electron.makeDirectory('start');
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

async function emptyApplication(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'mipl-empty-'));
  await mkdir(join(directory, 'out'));
  await writeFile(join(directory, 'package.json'), '{"name":"empty","version":"1.0.0","main":"out/main.cjs"}');
  await writeFile(
    join(directory, 'out/main.cjs'),
    `const { app, BrowserWindow } = require('electron');
const folder = app.commandLine.getSwitchValue('user-data-dir');
app.setPath('userData', folder);
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1440, height: 900, webPreferences: { sandbox: true } });
  window.loadFile(require('node:path').join(__dirname, 'empty.html'));
});`,
  );
  await writeFile(join(directory, 'out/empty.html'), '<!doctype html><title>empty</title><p>empty</p>');
  return directory;
}

/** P8: the packaged program against an empty window of the same Electron, alternating. */
export async function measureStart(): Promise<Measurement> {
  const directory = await emptyApplication();
  const [packaged, empty] = [
    await electronForTests({ packaged: true }),
    await electronForTests({ application: directory }),
  ];
  const ours: Start[] = [];
  const reference: Start[] = [];
  try {
    for (let run = 0; run < RUNS + 1; run++) {
      const [one, other] = [await start(packaged, 'usable'), await start(empty)];
      // The first of each warms the disk cache.
      if (run === 0) continue;
      ours.push(one);
      reference.push(other);
    }
  } finally {
    await packaged.cleanup();
    await empty.cleanup();
    await rm(directory, { recursive: true, force: true });
  }
  const times = [ours, reference].map((starts) => median(starts.map(({ milliseconds }) => milliseconds)));
  const sizes = [ours, reference].map((starts) => median(starts.map(({ megabytes }) => megabytes)));
  const time = (times[0] ?? NaN) / (times[1] ?? NaN);
  const memory = (sizes[0] ?? NaN) / (sizes[1] ?? NaN);
  return {
    id: 'P8',
    what: 'packaged program, start → usable window ÷ an empty window; memory ÷ same',
    bar: 'time ≤ 1.15, memory ≤ 1.10',
    reached: time <= 1.15 && memory <= 1.1,
    figures: {
      'time ratio': rounded(time),
      'ours ms': rounded(times[0] ?? NaN),
      'empty window ms': rounded(times[1] ?? NaN),
      'memory ratio': rounded(memory),
      'ours MB (PSS)': rounded(sizes[0] ?? NaN),
      'empty window MB (PSS)': rounded(sizes[1] ?? NaN),
      electron: packaged.version,
    },
  };
}
