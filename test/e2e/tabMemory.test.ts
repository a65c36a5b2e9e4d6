import { readFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { allDone, ask, good, shownTab, stages, stateOf, until } from './screen.ts';
import { TcpModule } from './tcpModule.ts';

const tabs = 5;
/** What the issue of tabs promises. */
const barMb = { main: 6, renderer: 12 };

/** Memory that is a process' own, in MB; pages that it shares count for nothing. */
async function ownMb(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kilobytes = [...rollup.matchAll(/^Private_(?:Clean|Dirty):\s*(\d+) kB$/gm)].map((match) => Number(match[1]));
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}

/** Throws away what neither process needs. */
async function collectGarbage({ app, page }: StartedElectron): Promise<void> {
  const client = await page.context().newCDPSession(page);
  await client.send('HeapProfiler.collectGarbage');
  await client.detach();
  await app.evaluate(() => {
    process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
    (process.getBuiltinModule('node:vm').runInNewContext('gc') as () => void)();
  });
}

/** Both processes once nothing more can be thrown away: what the first time leaves behind waits for its finalizers. */
async function measured(started: StartedElectron): Promise<{ readonly main: number; readonly renderer: number }> {
  const pids = await started.app.evaluate(({ BrowserWindow }) => ({
    main: process.pid,
    renderer: BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
  }));
  let least = { main: Infinity, renderer: Infinity };
  for (let isLess = true; isLess;) {
    await collectGarbage(started);
    const now = { main: await ownMb(pids.main), renderer: await ownMb(pids.renderer) };
    isLess = now.main < least.main - 0.1 || now.renderer < least.renderer - 0.1;
    least = { main: Math.min(now.main, least.main), renderer: Math.min(now.renderer, least.renderer) };
  }
  return least;
}

it.runIf(process.platform === 'linux')(
  'one tab more with a session costs at most 6 MB in main and 12 MB in the renderer',
  { timeout: 120_000 },
  async () => {
    const started = await startElectron();
    onTestFinished(started.close);
    const modules = await Promise.all(Array.from({ length: tabs + 1 }, () => TcpModule.start()));
    onTestFinished(() => Promise.all(modules.map((module) => module.close())).then(() => undefined));
    const { page } = started;
    /** A session in the tab that is shown, until everything of it has been on the screen. */
    const connected = async (module: TcpModule): Promise<void> => {
      good(await ask(page, 'openPort', { path: module.address, baudRate: 9600 }));
      await until(async () => (await stateOf(page)).observations.length).toBe(3);
      await until(() => stages(page)).toEqual(allDone);
    };
    await connected(modules[0]!);
    const one = await measured(started);
    for (const module of modules.slice(1)) {
      const before = await shownTab(page);
      await page.keyboard.press('Control+t');
      await until(() => shownTab(page)).not.toBe(before);
      await connected(module);
    }
    const all = await measured(started);
    const perTab = { main: (all.main - one.main) / tabs, renderer: (all.renderer - one.renderer) / tabs };
    process.stdout.write(`One tab more: ${JSON.stringify(perTab)} MB; with one tab ${JSON.stringify(one)} MB\n`);
    expect(perTab.main).toBeLessThanOrEqual(barMb.main);
    expect(perTab.renderer).toBeLessThanOrEqual(barMb.renderer);
  },
);
