import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { electronForTests } from '../electron/electronForTests.js';
import { readJournalLines } from '../../main/journal/journalLines.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { allDone, callPlatform, connect, stages, stateOf, until } from './screen.ts';

/** What a message box of main was asked to say, and the way to press one of its buttons. */
interface Asked {
  message: string;
  detail: string;
  buttons?: string[];
  press(response: number): void;
}
type WithAsked = typeof globalThis & { asked?: Asked };

async function start(): Promise<StartedElectron> {
  const started = await startElectron();
  onTestFinished(started.close);
  await connect(started.page);
  // A person is not there to read it.
  await started.app.evaluate(({ dialog }) => {
    dialog.showMessageBox = ((options: Asked) =>
      new Promise((resolve) => {
        const press = (response: number): void => resolve({ response });
        (globalThis as WithAsked).asked = { ...options, press };
        process.stdout.write(`${options.message} ${options.detail}\n`);
      })) as unknown as typeof dialog.showMessageBox;
  });
  return started;
}

it('asks a person before a window is opened again that crashes over and over, and the session goes on', async () => {
  const { app, page } = await start();
  const { simulator } = await stateOf(page);
  const read = async (): Promise<string> => {
    const query = `imei=${simulator?.imei}&obj_id=3303&obj_inst_id=0&res_id=5700`;
    return (await fetch(`${simulator?.http}/nbiot?${query}`)).text();
  };
  /** The process of a page that is loaded; 0 while there is none. */
  const pageProcess = (): Promise<number> =>
    app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      return !contents || contents.isCrashed() || contents.isLoading() ? 0 : contents.getOSProcessId();
    });
  const isAsked = (): Promise<boolean> => app.evaluate(() => (globalThis as WithAsked).asked !== undefined);
  let crashed = 0;
  for (let crash = 1; crash <= 3; crash++) {
    await until(async () => [0, crashed].includes(await pageProcess())).toBe(false);
    expect(await isAsked()).toBe(false);
    crashed = await pageProcess();
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
  }
  await until(isAsked).toBe(true);
  expect(await pageProcess()).toBe(0);
  expect(await read()).toContain('"val":20.123');
  expect(await app.evaluate(() => (globalThis as WithAsked).asked?.buttons)).toEqual(['Open the window again', 'Quit']);
  await app.evaluate(() => (globalThis as WithAsked).asked?.press(0));
  await until(async () => (await pageProcess()) > 0).toBe(true);
  const phase = `window.api.getSnapshot('1').then(({ value }) => value.state.registration.phase)`;
  await until(() =>
    app.evaluate(
      ({ BrowserWindow }, script) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(script) as Promise<string>,
      phase,
    ),
  ).toBe('registered');
});

it('writes the journal, says so and ends with 1 when main itself has a fault', async () => {
  const { app, page, output } = await start();
  expect(await stages(page)).toEqual(allDone);
  expect(await callPlatform(page, '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700')).toContain('20.123');
  const { journal } = await stateOf(page);
  const exited = once(app.process(), 'exit');
  await app.evaluate(() => {
    setTimeout(() => {
      throw new Error('a fault nobody thought of');
    });
  });
  await until(() => Promise.resolve(output.text)).toContain(
    'The program has an error and will quit. INTERNAL a fault nobody thought of\n\nThe journal has been saved. Start',
  );
  const notes: string[] = [];
  for await (const lines of readJournalLines(journal?.file ?? ''))
    for (const { direction, text } of lines) if (direction === 'note') notes.push(text);
  expect(notes.slice(-2)).toEqual(['Internal error: INTERNAL a fault nobody thought of', 'gap: closed']);
  await app.evaluate(() => (globalThis as WithAsked).asked?.press(0)).catch(() => undefined);
  expect(await exited).toEqual([1, null]);
});

it('says why it cannot start and ends with 1, instead of standing there without a window', async () => {
  const electron = await electronForTests();
  onTestFinished(electron.cleanup);
  const { launch } = electron;
  const data = await electron.makeDirectory('data');
  const child = spawn(launch.executablePath, [...launch.args, `--user-data-dir=${data}`, '--self-test'], {
    // A browser refuses this port: the page cannot be had.
    env: { ...launch.env, ELECTRON_RENDERER_URL: 'http://127.0.0.1:1/' },
    cwd: launch.cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(said).toContain('INTERNAL ERR_UNSAFE_PORT');
});
