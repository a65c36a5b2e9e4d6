import { join } from 'node:path';
import { BrowserWindow, Menu, app } from 'electron';
import { commandLineIn } from './commandLine.ts';
import { chooseHomes } from './homes.ts';
import type { Homes } from './homes.ts';
import { addSystemThreads } from './files/systemThreads.ts';
import type { Language } from '../shared/settings.ts';
import { endAsSecond, endUnstarted, keepLocalDumps, systemLanguage } from './crash.ts';
import { serveContract } from './ipc.ts';
import { menuTemplate } from './menu.ts';
import { letScreenGiveWay } from './priority.ts';
import { firstScript, registerScheme, serveFiles } from './protocol.ts';
import type { StartedProgram } from './startProgram.ts';
import { builtFiles, createWindow, isTrustedSender, loadPage } from './window.ts';

/**
 * The composition root: opens the window, and behind it the program (`startProgram.ts`), which is loaded meanwhile.
 *
 * Switches: `--user-data-dir=DIR` settings and window place; `--journal-directory=DIR`; `--export-directory=DIR` exports
 * go there without a question; `--self-test` one session with the virtual module in a hidden window, exit code 0 or 1;
 * `--command-line … -- ARGUMENTS` runs `mipl ARGUMENTS` without any window.
 */

addSystemThreads();

const switches = {
  userData: app.commandLine.getSwitchValue('user-data-dir'),
  journals: app.commandLine.getSwitchValue('journal-directory'),
  exports: app.commandLine.getSwitchValue('export-directory'),
  isSelfTest: app.commandLine.hasSwitch('self-test'),
};

let window: BrowserWindow | undefined;
/** What stands behind it, once it has started. */
let program: StartedProgram | undefined;

const commandLine = commandLineIn(process.argv);
if (commandLine) void runCommandLine(commandLine);
else startWindow();

/** The command line in place of the window: no display, no folder for settings, no question whether another one runs. */
async function runCommandLine(args: readonly string[]): Promise<void> {
  // Chromium takes the signals for itself while it starts.
  await app.whenReady();
  const { runAsProcess } = await import('./cli/mipl.ts');
  app.exit(await runAsProcess(args));
}

function homesOrEnd(): Homes | undefined {
  try {
    return chooseHomes(switches);
  } catch (error) {
    endUnstarted(error, switches.isSelfTest);
    return undefined;
  }
}

function startWindow(): void {
  registerScheme();
  const homes = homesOrEnd();
  if (!homes) return;
  keepLocalDumps();
  // The program has no menu of its own, and Electron makes one unless it is told before the app is ready.
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null);
  app.setAppUserModelId('dev.mipl-field-tool');
  // Ports are exclusive: a second instance would only find them busy.
  if (!app.requestSingleInstanceLock()) return endAsSecond(switches.isSelfTest);
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  let isQuitting = false;
  app.on('before-quit', () => (isQuitting = true));
  void app
    .whenReady()
    .then(() => run(homes))
    .catch((error: unknown) => {
      // A window that is closed while its page loads is no failure, and a message would keep the program from ending.
      if (!isQuitting) endUnstarted(error, switches.isSelfTest);
    });
}

function developmentUrl(): string | undefined {
  return app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
}

async function open(): Promise<BrowserWindow> {
  const opened = await createWindow({
    preload: builtFiles(__dirname).preload,
    placeFile: join(app.getPath('userData'), 'window.json'),
    hidden: switches.isSelfTest,
    developmentUrl: developmentUrl(),
  });
  window = opened;
  opened.on('close', (event) => program?.onWindowClose(event));
  opened.webContents.on('will-prevent-unload', (event) => program?.onUnsaved(event, opened));
  opened.on('closed', () => (window = undefined));
  opened.webContents.on('did-finish-load', () => {
    if (program?.isInSession() === true) letScreenGiveWay();
  });
  await loadPage(opened, developmentUrl());
  return opened;
}

/**
 * The program is loaded while the page is busy with its script, which leaves this process nothing to do. Not before: page and
 * script would wait for that, each a few times, since what is handed over takes several turns.
 */
async function startBehind(homes: Homes, isPageUnderWay: Promise<unknown>): Promise<StartedProgram> {
  await isPageUnderWay;
  const { startProgram } = await import('./startProgram.ts');
  return startProgram({
    window: () => window,
    journalDirectory: homes.journals,
    isJournalDirectoryNamed: homes.areJournalsNamed,
    startFaults: homes.fault ? [homes.fault] : [],
    exportDirectory: switches.exports === '' ? undefined : switches.exports,
  });
}

/** The menu bar of macOS: its items press the keys that the page knows, Quit asks like the closing of a window elsewhere. */
function setMenu(language: Language): void {
  const template = menuTemplate(process.platform, language, {
    press: (keyCode, modifiers = []) => void pressKey(keyCode, modifiers),
    quit: () => (program ? program.onQuit() : app.quit()),
  });
  if (template) Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

async function pressKey(keyCode: string, modifiers: readonly ('meta' | 'shift')[]): Promise<void> {
  const { webContents } = window ?? (await open());
  webContents.sendInputEvent({ type: 'keyDown', keyCode, modifiers: [...modifiers] });
}

async function run(homes: Homes): Promise<void> {
  setMenu(systemLanguage());
  serveFiles(builtFiles(__dirname).renderer);
  const isServed = firstScript();
  const opening = open();
  const starting = startBehind(homes, Promise.race([isServed, opening]));
  serveContract(
    starting.then(({ serve }) => serve),
    (event) => isTrustedSender(event, window, developmentUrl()),
  );
  const started = await starting;
  program = started;
  started.onLanguage(setMenu);
  app.on('window-all-closed', () => {
    // On macOS the session goes on without a window.
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) void open();
  });
  const opened = await opening;
  if (switches.isSelfTest) {
    const result = await started.testItself(opened);
    process.stdout.write(`${JSON.stringify(result)}\n`);
    app.exit(result.passed ? 0 : 1);
  }
}
