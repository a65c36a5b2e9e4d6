import { execFileSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { connect, logRow, part, patienceMs, showsNewestLine, stateOf, until } from './screen.ts';

/** So long has a window to stand still that it is told. */
const SAID_MS = 5000;

/** A page whose process stands still altogether: it reads nothing, whatever it is sent. */
let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
  await connect(started.page);
});
afterAll(() => started?.close());

/** From now on counts what main sends to the page. */
async function countSent(): Promise<() => Promise<number>> {
  await started.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents as Electron.WebContents & { sent?: number };
    const send = contents.send.bind(contents);
    contents.send = (...given) => {
      contents.sent = (contents.sent ?? 0) + 1;
      send(...given);
    };
  });
  return () =>
    started.app.evaluate(
      ({ BrowserWindow }) =>
        (BrowserWindow.getAllWindows()[0]!.webContents as Electron.WebContents & { sent?: number }).sent ?? 0,
    );
}

it('is sent nothing more, is answered for all the same, and shows the newest once it goes on', async () => {
  const { app, page } = started;
  const { simulator } = await stateOf(page);
  const address = `${simulator!.http}/nbiot?imei=${simulator!.imei}&obj_id=3303&obj_inst_id=0&res_id=5700`;
  const sent = await countSent();
  const pid = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId());
  process.kill(pid, 'SIGSTOP');
  try {
    // Each read brings lines of the log and patches of the state.
    let before = await sent();
    let quietSinceMs = Date.now();
    const endMs = quietSinceMs + 2 * patienceMs;
    while (Date.now() - quietSinceMs < SAID_MS) {
      expect(Date.now(), 'messages go on being sent').toBeLessThan(endMs);
      expect(await (await fetch(address)).json()).toMatchObject({ errno: 0 });
      const now = await sent();
      if (now !== before) quietSinceMs = Date.now();
      before = now;
    }
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  // The state as the page mirrors it: how much the journal has.
  await until(async () => {
    const shown = /([\d,]+) lines/.exec((await part(page, 'journal').textContent()) ?? '')?.[1] ?? '';
    return Number(shown.replaceAll(',', '')) - ((await stateOf(page)).journal?.lines ?? 0);
  }).toBe(0);
  await until(() => showsNewestLine(page)).toBe(true);
  await logRow(page, '+MIPLREAD').waitFor();
  await until(() => part(page, 'held-up').textContent()).toMatch(/window stood still for \d+\.\d s/);
  await part(page, 'held-up').click();
  await part(page, 'held-up').waitFor({ state: 'detached' });
  expect(started.complaints).toEqual([]);
});

/** Every word of the notice from now on: a busy machine may hold the program up again, and what is told last is shown. */
async function noticesFromNow(): Promise<() => Promise<string>> {
  const { page } = started;
  await page.evaluate(() => {
    const seen: string[] = [];
    const look = (): void => {
      const text = document.querySelector('[data-testid="held-up"]')?.textContent?.trim();
      if (text !== undefined && text !== seen.at(-1)) seen.push(text);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    Object.assign(globalThis, { seenNotices: seen });
  });
  return () => page.evaluate(() => (globalThis as unknown as { seenNotices: string[] }).seenNotices.join('\n'));
}

it('says how long the system has held the program up, and that the clock of the computer was set', async () => {
  const { app, page } = started;
  const said = part(page, 'held-up');
  const shown = await noticesFromNow();
  await app.evaluate(() => {
    const endMs = performance.now() + 2600;
    while (performance.now() < endMs);
  });
  await until(shown).toMatch(/system held this program up for \d+\.\d s/);
  await app.evaluate(() => {
    const { now } = Date;
    Date.now = () => now() + 3_600_000;
  });
  await until(shown).toMatch(/clock of this computer set by 3600\.\d s/);
  await said.click();
  await said.waitFor({ state: 'detached' });
  expect(started.complaints).toEqual([]);
});

it('a disk that hangs in eight calls at once holds up no other call of main, as those to a serial port are', async () => {
  const { app, folders } = started;
  const fifo = join(folders.exports, 'disk');
  execFileSync('mkfifo', ['-m', '666', fifo]);
  // To open a FIFO for reading takes until somebody writes.
  await app.evaluate((_, file) => {
    const { open } = process.getBuiltinModule('node:fs/promises');
    Object.assign(globalThis, { hanging: Array.from({ length: 8 }, () => open(file, 'r')) });
  }, fifo);
  const other = app.evaluate(async () => (await process.getBuiltinModule('node:fs/promises').stat('/')).isDirectory());
  const tooLate = new Promise((resolve) => setTimeout(resolve, patienceMs, 'hangs as well'));
  const first = await Promise.race([other, tooLate]);
  const disk = await open(fifo, 'r+');
  expect(first).toBe(true);
  const opened = app.evaluate(async () => {
    const files = await Promise.all((globalThis as unknown as { hanging: Promise<FileHandle>[] }).hanging);
    await Promise.all(files.map((file) => file.close()));
    return files.length;
  });
  expect(await opened).toBe(8);
  await disk.close();
});
