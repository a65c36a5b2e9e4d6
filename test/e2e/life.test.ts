import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { getPriority } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeviceState } from '../../shared/state.ts';
import { readJournalLines } from '../../main/journal/journalLines.ts';
import { startElectron, switchesFor } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { connect, stateOf, until } from './screen.ts';

let started: StartedElectron;
let before: DeviceState;
beforeAll(async () => {
  started = await startElectron();
  await connect(started.page);
  before = await stateOf(started.page);
});
afterAll(() => started?.close());

/** Something the window shows, asked through main: it survives the window's process. */
const inWindow = (script: string): Promise<unknown> =>
  started.app.evaluate(
    ({ BrowserWindow }, code) =>
      BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code) as Promise<unknown>,
    script,
  );

/** Starts the program once more beside the one that runs; gives how it ended and what it said of it. */
async function startAgain(...more: string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const { launch } = started.electron;
  const second = spawn(launch.executablePath, [...launch.args, ...switchesFor(started.folders), ...more], {
    env: launch.env,
    cwd: launch.cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  second.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const [code] = (await once(second, 'close')) as [number | null];
  return { code, said };
}

it('leaves the one window to the first instance, which comes to the front', async () => {
  await started.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    // A virtual screen without a window manager gives the focus to nobody, so what counts is that it is asked for.
    const focus = window!.focus.bind(window);
    window!.focus = () => {
      (globalThis as { wasFocused?: boolean }).wasFocused = true;
      focus();
    };
    window!.minimize();
  });
  const { code, said } = await startAgain();
  expect(code).toBe(0);
  expect(said).toContain('The program runs already');
  await until(() =>
    started.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isMinimized())),
  ).toEqual([false]);
  expect(await started.app.evaluate(() => (globalThis as { wasFocused?: boolean }).wasFocused)).toBe(true);
  expect((await stateOf(started.page)).registration.phase).toBe('registered');
});

it('says by 1 that a test of itself beside a running program has tested nothing', async () => {
  const { code, said } = await startAgain('--self-test');
  expect(code).toBe(1);
  expect(said).toContain('The program runs already');
});

/** By process: what paints, and what answers; the higher the number the later its turn. */
async function priorities(): Promise<{ readonly main: number; readonly painting: readonly number[] }> {
  const processes = await started.app.evaluate(({ app }) =>
    app.getAppMetrics().map(({ type, pid }) => ({ type, pid })),
  );
  const of = (...types: string[]): number[] =>
    processes.filter(({ type }) => types.includes(type)).map(({ pid }) => getPriority(pid));
  return { main: of('Browser')[0] ?? NaN, painting: of('Tab', 'GPU') };
}

it('lets the screen give way to the engine where processors are scarce', async () => {
  const { main, painting } = await priorities();
  expect(painting.length).toBeGreaterThan(0);
  expect(painting.filter((priority) => priority <= main)).toEqual([]);
});

it('keeps the session when the window’s process crashes, and the window comes back', async () => {
  const { simulator } = before;
  const renderer = () =>
    started.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId());
  const crashed = await renderer();
  await started.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
  );
  const answer = await fetch(`${simulator?.http}/nbiot?imei=${simulator?.imei}&obj_id=3303&obj_inst_id=0&res_id=5700`);
  expect(await answer.text()).toContain('"val":20.123');
  await until(renderer).not.toBe(crashed);
  const chips = `[...document.querySelectorAll('[data-testid^="stage-"][data-status]')].map((chip) => chip.dataset.status)`;
  await until(() => inWindow(chips).catch(() => undefined)).toEqual(['done', 'done', 'done', 'done', 'done', 'done']);
  const after = (await inWindow(`window.api.getSnapshot('1').then((result) => result.value.state)`)) as DeviceState;
  expect(after.registration).toEqual(before.registration);
  expect(after.journal?.name).toBe(before.journal?.name);
  await until(() =>
    inWindow(`window.api.readLog('1', { from: 0, count: 2000 }).then(({ value }) => value.map(({ text }) => text))`),
  ).toContain("The window's process ended: crashed");
});

it('lets the screen give way after the crash as before', async () => {
  await until(async () => {
    const { main, painting } = await priorities();
    return painting.length > 0 && painting.every((priority) => priority > main);
  }).toBe(true);
});

it('answers the platform after the crash as before', async () => {
  const { simulator } = before;
  const answer = await fetch(`${simulator?.http}/nbiot?imei=${simulator?.imei}&obj_id=3303&obj_inst_id=0&res_id=5701`);
  expect(await answer.text()).toContain('"val":"Cel"');
});

it('writes the journal to the last line when the window is closed', async () => {
  const { journal } = before;
  const finished = started.app.waitForEvent('close');
  await started.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.close();
  });
  await finished;
  const notes: string[] = [];
  for await (const lines of readJournalLines(journal?.file ?? '')) {
    for (const { direction, text } of lines) if (direction === 'note') notes.push(text);
  }
  expect(notes.at(-1)).toBe('gap: closed');
});
