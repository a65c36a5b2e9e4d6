import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { _electron } from 'playwright';
import { expect, it, onTestFinished } from 'vitest';
import { electronForTests, isConfined } from '../electron/electronForTests.js';
import { temporaryDirectory } from '../scripts/temporaryDirectory.ts';

const main = `
const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => {
  const preload = require('node:path').join(__dirname, 'preload.cjs');
  new BrowserWindow({ webPreferences: { sandbox: true, preload } }).loadURL('data:text/html,<p>up</p>');
});
`;
const preload = `require('electron').contextBridge.exposeInMainWorld('sandboxed', process.sandboxed === true);`;

/** What the other end-to-end tests stand on, shown with an application of three lines in a folder closed to others. */
it('starts Electron as an ordinary user, with the sandbox on', async () => {
  const application = temporaryDirectory();
  await mkdir(path.join(application, 'out'));
  await writeFile(path.join(application, 'package.json'), '{"name":"tiny","version":"1.0.0","main":"out/main.cjs"}');
  await writeFile(path.join(application, 'out', 'main.cjs'), main);
  await writeFile(path.join(application, 'out', 'preload.cjs'), preload);

  const electron = await electronForTests({ application });
  onTestFinished(electron.cleanup);
  const data = await electron.makeDirectory('data');
  const { launch } = electron;
  const started = await _electron.launch({ ...launch, args: [...launch.args, `--user-data-dir=${data}`] });
  onTestFinished(() => started.close());
  const page = await started.firstWindow();
  expect(await page.textContent('p')).toBe('up');
  expect(await page.evaluate('window.sandboxed')).toBe(true);

  const facts = await started.evaluate(({ app, BrowserWindow }) => ({
    electron: process.versions.electron,
    user: process.getuid?.(),
    data: app.getPath('userData'),
    sandboxOff: app.commandLine.hasSwitch('no-sandbox'),
    renderer: BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
  }));
  expect(facts).toMatchObject({ electron: electron.version, data, sandboxOff: false });
  if (process.platform === 'win32') return;
  expect(facts.user).not.toBe(0);
  if (process.platform === 'linux') expect(isConfined(facts.renderer)).toBe(true);
});
