import { join } from 'node:path';
import { BrowserWindow, Menu, app, dialog, powerMonitor, shell } from 'electron';
import type { OpenDialogOptions } from 'electron';
import { Application } from './program/application.ts';
import { ConfirmedHosts } from './program/confirmedHosts.ts';
import type { HostTarget } from './transport/hostGuard.ts';
import type { Desktop, ExportJournal, FileFormat } from './program/desktop.ts';
import { createServe } from './program/handlers.ts';
import { commandLineIn } from './commandLine.ts';
import { closeBeforeQuit, endUnstarted, keepLocalDumps, systemLanguage, watchForCrashes, wordsOf } from './crash.ts';
import { serveContract, tellWindow } from './ipc.ts';
import { defaultModel } from './lwm2m/deviceModel.ts';
import { lastWords } from './lastWords.ts';
import type { LastWords } from './lastWords.ts';
import { printPdf } from './pdf.ts';
import { letScreenGiveWay } from './priority.ts';
import { registerScheme, serveFiles } from './protocol.ts';
import { openSecrets } from './secrets.ts';
import { selfTest } from './selfTest.ts';
import { builtFiles, createWindow, isTrustedSender, loadPage } from './window.ts';

/**
 * The composition root: the only place that joins Electron and the engine.
 *
 * Switches: `--user-data-dir=DIR` settings and window place; `--journal-directory=DIR`; `--export-directory=DIR` exports
 * go there without a question; `--self-test` one session with the virtual module in a hidden window, exit code 0 or 1;
 * `--command-line … -- ARGUMENTS` runs `mipl ARGUMENTS` without any window.
 */

const PORT_POLL_MS = 1000;

const switches = {
  userData: app.commandLine.getSwitchValue('user-data-dir'),
  journals: app.commandLine.getSwitchValue('journal-directory'),
  exports: app.commandLine.getSwitchValue('export-directory'),
  isSelfTest: app.commandLine.hasSwitch('self-test'),
};

let window: BrowserWindow | undefined;
/** What main says by itself, in the language of the interface. */
let currentWords = (): LastWords => lastWords[systemLanguage()];
/** Whether there is a module whose platform may ask. */
let isInSession = (): boolean => false;

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

function startWindow(): void {
  registerScheme();
  keepLocalDumps();
  app.setAppUserModelId('dev.mipl-field-tool');
  if (switches.userData !== '') app.setPath('userData', switches.userData);
  // Ports are exclusive: a second instance would only find them busy.
  if (!app.requestSingleInstanceLock()) return app.quit();
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  let isQuitting = false;
  app.on('before-quit', () => (isQuitting = true));
  void app
    .whenReady()
    .then(run)
    .catch((error: unknown) => {
      // A window that is closed while its page loads is no failure, and a message would keep the program from ending.
      if (!isQuitting) endUnstarted(error, switches.isSelfTest);
    });
}

function developmentUrl(): string | undefined {
  return app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
}

function journalDirectory(): string {
  return switches.journals === '' ? join(app.getPath('documents'), 'MIPL Field Tool') : switches.journals;
}

/** Where the end of the file's name is not the name of the format. */
const fileEnds: Readonly<Partial<Record<FileFormat, string>>> = { junit: 'xml', plan: 'json' };

function desktop(): Desktop {
  return {
    async chooseExportFile(suggestedName, format) {
      if (switches.exports !== '') return join(switches.exports, suggestedName);
      const options = {
        defaultPath: join(app.getPath('documents'), suggestedName),
        filters: [{ name: format.toUpperCase(), extensions: [fileEnds[format] ?? format] }],
      };
      const { canceled, filePath } = await (window
        ? dialog.showSaveDialog(window, options)
        : dialog.showSaveDialog(options));
      return canceled || filePath === '' ? undefined : filePath;
    },
    async choosePlanFile() {
      const options: OpenDialogOptions = {
        defaultPath: app.getPath('documents'),
        properties: ['openFile'],
        filters: [{ name: 'JSON', extensions: ['json'] }],
      };
      const { canceled, filePaths } = await (window
        ? dialog.showOpenDialog(window, options)
        : dialog.showOpenDialog(options));
      return canceled ? undefined : filePaths[0];
    },
    async showJournalFolder() {
      await shell.openPath(journalDirectory());
    },
    printPdf,
  };
}

async function open(): Promise<BrowserWindow> {
  const opened = await createWindow({
    preload: builtFiles(__dirname).preload,
    placeFile: join(app.getPath('userData'), 'window.json'),
    hidden: switches.isSelfTest,
    developmentUrl: developmentUrl(),
  });
  window = opened;
  opened.on('closed', () => (window = undefined));
  opened.webContents.on('did-finish-load', () => {
    if (isInSession()) letScreenGiveWay();
  });
  await loadPage(opened, developmentUrl());
  return opened;
}

/** Asks in a window of the system, which no page can draw or answer. */
async function confirmHost({ purpose, address }: HostTarget): Promise<boolean> {
  const words = currentWords();
  const options = {
    type: 'question' as const,
    title: 'MIPL Field Tool',
    message: purpose === 'port' ? words.reachPort : words.reachPlatform,
    detail: `${address}\n\n${words.reachDetail}`,
    buttons: [words.reach, words.cancel],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  };
  const { response } = await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
  return response === 0;
}

/** With one device: a window without a tab could do nothing at all. */
async function startApplication(): Promise<Application> {
  const application = await Application.start({
    hosts: await ConfirmedHosts.open(join(app.getPath('userData'), 'hosts.json'), confirmHost),
    version: app.getVersion(),
    systemLanguage: systemLanguage(),
    model: defaultModel,
    journalDirectory: journalDirectory(),
    settingsFile: join(app.getPath('userData'), 'settings.json'),
    secrets: await openSecrets(join(app.getPath('userData'), 'secrets.json')),
    portPollMs: PORT_POLL_MS,
  });
  application.openDevice();
  return application;
}

/** Loaded when first asked for. */
const exportJournal: ExportJournal = async ({ journal, file, ...options }) => {
  const { exportToFile } = await import('./journal/exporters.ts');
  return exportToFile(journal, file, options);
};

async function run(): Promise<void> {
  // The program has no menu of its own; macOS needs one for copy and paste.
  Menu.setApplicationMenu(
    process.platform === 'darwin' ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }]) : null,
  );
  serveFiles(builtFiles(__dirname).renderer);
  const starting = startApplication();
  serveContract(
    starting.then((started) => createServe(started, desktop(), exportJournal)),
    (event) => isTrustedSender(event, window, developmentUrl()),
  );
  // The page loads while settings and ports are read.
  const opening = open();
  const application = await starting;
  watchForCrashes(application, () => window);
  closeBeforeQuit(application);
  currentWords = () => wordsOf(application);
  isInSession = () => application.state.state.devices.some(({ phase }) => phase !== 'closed');
  application.state.onPatch((patch) =>
    tellWindow(window?.webContents, 'program', { ...patch, steadyMs: application.clock.steadyMs() }),
  );
  application.onDevice((device) => {
    device.state.onChange(({ connection }) => {
      if (connection?.phase === 'ready') letScreenGiveWay();
    });
    const { id } = device;
    device.state.onPatch((patch) =>
      tellWindow(window?.webContents, 'patch', {
        device: id,
        patch: { ...patch, steadyMs: application.clock.steadyMs() },
      }),
    );
    device.log.onBatch((entries) => tellWindow(window?.webContents, 'log', { device: id, entries }));
  });
  powerMonitor.on('suspend', () => application.suspend());
  powerMonitor.on('resume', () => application.resume());
  app.on('window-all-closed', () => {
    // On macOS the session goes on without a window.
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) void open();
  });
  const opened = await opening;
  if (switches.isSelfTest) {
    const result = await selfTest(application.devices[0] ?? application.openDevice(), opened);
    process.stdout.write(`${JSON.stringify(result)}\n`);
    await application.close();
    app.exit(result.passed ? 0 : 1);
  }
}
