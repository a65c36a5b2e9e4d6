import { join } from 'node:path';
import { app, dialog, powerMonitor, shell } from 'electron';
import type { BrowserWindow, FileFilter, OpenDialogOptions, SaveDialogOptions } from 'electron';
import { defined } from '../shared/defined.ts';
import { CodedError } from '../shared/errors.ts';
import type { Fault } from '../shared/errors.ts';
import { languageOf } from '../shared/settings.ts';
import type { Language } from '../shared/settings.ts';
import { closeBeforeQuit, systemLanguage, watchForCrashes, wordsOf } from './crash.ts';
import { windowTeller } from './ipc.ts';
import { lastWords } from './lastWords.ts';
import type { LastWords } from './lastWords.ts';
import { commandLineJournals, seenReleases } from './files/ownDirectory.ts';
import { leaveQuestion } from './leaveQuestion.ts';
import { defaultModel } from './lwm2m/deviceModel.ts';
import { showPage } from './pageWindow.ts';
import { printPdf } from './pdf.ts';
import { letScreenGiveWay } from './priority.ts';
import { Application } from './program/application.ts';
import { ConfirmedHosts } from './program/confirmedHosts.ts';
import type { Desktop, ExportJournal, FileFormat } from './program/desktop.ts';
import { createServe } from './program/handlers.ts';
import type { Serve } from './program/handlers.ts';
import { TimeWatch } from './program/timeWatch.ts';
import { tellingOfLog, tellingOfProgram, tellingOfSessions, tellingOfState } from './program/windowTeller.ts';
import type { WindowTeller } from './program/windowTeller.ts';
import { openSecrets } from './secrets.ts';
import { selfTest } from './selfTest.ts';
import type { SelfTestResult } from './selfTest.ts';
import { UnsavedQuestion } from './unsavedQuestion.ts';
import type { HostTarget } from './transport/hostGuard.ts';

const PORT_POLL_MS = 1000;

/** What the window lends the program. */
export interface Surroundings {
  /** The window that is open, if one is. */
  window(): BrowserWindow | undefined;
  readonly journalDirectory: string;
  /** That folder was named for this start. */
  readonly isJournalDirectoryNamed: boolean;
  readonly startFaults?: readonly Fault[];
  /** Exports go there without a question; absent: a person is asked. */
  readonly exportDirectory?: string | undefined;
}

/** The program behind the window. */
export interface StartedProgram {
  /** Answers what the window asks. */
  readonly serve: Serve;
  /** A person closes the window. */
  onWindowClose(event: { preventDefault: () => void }): void;
  /** A person wants the program to end, by its menu. */
  onQuit(): void;
  /** Tells the language of the interface, now and whenever the settings change. */
  onLanguage(listener: (language: Language) => void): void;
  /** The page holds changes that are in no file, and is about to be left. */
  onUnsaved(event: { preventDefault: () => void }, window: BrowserWindow): void;
  /** Whether there is a module whose platform may ask. */
  isInSession(): boolean;
  /** One session with the virtual module; the program is closed after it. */
  testItself(window: BrowserWindow): Promise<SelfTestResult>;
}

/** Where the end of the file's name is not the name of the format. */
const fileEnds: Readonly<Partial<Record<FileFormat, string>>> = {
  junit: 'xml',
  plan: 'json',
  model: 'json',
  macros: 'json',
};

/** Asks for what is there. */
async function choose(
  parent: BrowserWindow | undefined,
  options: Pick<OpenDialogOptions, 'properties' | 'filters' | 'defaultPath'>,
): Promise<readonly string[] | undefined> {
  const whole: OpenDialogOptions = { defaultPath: app.getPath('documents'), ...options };
  const { canceled, filePaths } = await (parent ? dialog.showOpenDialog(parent, whole) : dialog.showOpenDialog(whole));
  return canceled || filePaths.length === 0 ? undefined : filePaths;
}

/** Asks for a file that is there. */
async function chooseFile(parent: BrowserWindow | undefined, filters: FileFilter[] = []): Promise<string | undefined> {
  return (await choose(parent, { properties: ['openFile'], filters }))?.[0];
}

/** Asks for a name to write to. */
async function saveFile(
  parent: BrowserWindow | undefined,
  suggestedName: string,
  filters: FileFilter[],
): Promise<string | undefined> {
  const options: SaveDialogOptions = { defaultPath: join(app.getPath('documents'), suggestedName), filters };
  const { canceled, filePath } = await (parent
    ? dialog.showSaveDialog(parent, options)
    : dialog.showSaveDialog(options));
  return canceled || filePath === '' ? undefined : filePath;
}

async function showFolder(folder: string): Promise<void> {
  const problem = await shell.openPath(folder);
  if (problem !== '') throw new CodedError('FILE_NOT_FOUND', problem, folder);
}

function desktopOf({ window, exportDirectory }: Surroundings, journalFolder: () => string): Desktop {
  const places = {
    get journals() {
      return journalFolder();
    },
    commandLine: commandLineJournals(),
    settings: app.getPath('userData'),
    crashes: app.getPath('crashDumps'),
  };
  return {
    async chooseExportFile(suggestedName, format) {
      if (exportDirectory !== undefined) return join(exportDirectory, suggestedName);
      return saveFile(window(), suggestedName, [
        { name: format.toUpperCase(), extensions: [fileEnds[format] ?? format] },
      ]);
    },
    choosePlanFile: () => chooseFile(window(), [{ name: 'JSON', extensions: ['json'] }]),
    chooseModelFile: () => chooseFile(window(), [{ name: 'JSON', extensions: ['json'] }]),
    chooseObjectFiles: (from) =>
      from === 'folder'
        ? choose(window(), { properties: ['openDirectory'] })
        : choose(window(), {
            properties: ['openFile', 'multiSelections'],
            filters: [{ name: 'XML', extensions: ['xml'] }],
          }),
    chooseMacroFile: () => chooseFile(window(), [{ name: 'JSON', extensions: ['json'] }]),
    chooseLogFile: () => chooseFile(window()),
    chooseCredentialsFile: () => chooseFile(window()),
    chooseAuthorityFile: () => chooseFile(window(), [{ name: 'PEM', extensions: ['pem', 'crt', 'cer'] }]),
    chooseTableFile: () => chooseFile(window(), [{ name: 'CSV', extensions: ['csv', 'txt'] }]),
    chooseSaveFile: (suggestedName) => saveFile(window(), suggestedName, []),
    showPage: (html, title) => showPage(html, title, window()),
    chooseFolder: async (shown) =>
      (await choose(window(), { defaultPath: shown, properties: ['openDirectory', 'createDirectory'] }))?.[0],
    places,
    showPlace: (place) => showFolder(places[place]),
    showFolder,
    printPdf,
  };
}

/** Loaded when first asked for. */
const exportJournal: ExportJournal = async ({ journal, file, ...options }) => {
  const { exportToFile } = await import('./journal/exporters.ts');
  return exportToFile(journal, file, options);
};

const questions = {
  port: 'reachPort',
  platform: 'reachPlatform',
  updates: 'reachUpdates',
  queue: 'reachQueue',
} as const;

/** Asks in a window of the system, which no page can draw or answer. */
async function confirmHost(
  { purpose, address }: HostTarget,
  words: LastWords,
  parent: BrowserWindow | undefined,
): Promise<boolean> {
  const options = {
    type: 'question' as const,
    title: 'MIPL Field Tool',
    message: words[questions[purpose]],
    detail: `${address}\n\n${words.reachDetail}`,
    buttons: [words.reach, words.cancel],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  };
  const { response } = await (parent ? dialog.showMessageBox(parent, options) : dialog.showMessageBox(options));
  return response === 0;
}

/** With one device: a window without a tab could do nothing at all. */
async function startApplication({
  window,
  journalDirectory,
  isJournalDirectoryNamed,
  exportDirectory,
  startFaults = [],
}: Surroundings): Promise<Application> {
  const userFile = (name: string): string => join(app.getPath('userData'), name);
  let words = (): LastWords => lastWords[systemLanguage()];
  const application = await Application.start({
    hosts: await ConfirmedHosts.open(userFile('hosts.json'), (target) => confirmHost(target, words(), window())),
    version: app.getVersion(),
    systemLanguage: systemLanguage(),
    model: defaultModel,
    journalDirectory,
    isJournalDirectoryNamed,
    journalFoldersFile: userFile('journals.json'),
    watchesFreeSpace: true,
    startFaults,
    commandLineJournals: commandLineJournals(),
    modelsFile: userFile('models.json'),
    catalogueFile: userFile('catalogue.json'),
    settingsFile: userFile('settings.json'),
    macrosFile: userFile('macros.json'),
    batchFile: userFile('batch.json'),
    stationDirectory: userFile('station'),
    ...defined({ reportDirectory: exportDirectory }),
    seenReleases: seenReleases(),
    secrets: await openSecrets(userFile('secrets.json')),
    portPollMs: PORT_POLL_MS,
  });
  words = () => wordsOf(application);
  application.openDevice();
  return application;
}

/** The window is told what changes. */
function keepTold(application: Application, window: Surroundings['window']): WindowTeller {
  const steadyMs = (): number => application.clock.steadyMs();
  const teller = windowTeller(() => window()?.webContents, steadyMs);
  application.state.onPatch((patch) => teller.tell(tellingOfProgram(application.state, patch, steadyMs)));
  application.onSessions({
    onSessions: (told) => teller.tell(tellingOfSessions(told)),
    onSession: (payload) => teller.tell({ event: 'session', about: payload.id, payload }),
    onFind: (payload) => teller.tell({ event: 'sessionFind', about: payload.id, payload }),
  });
  application.onDevice((device) => {
    device.state.onChange(({ connection }) => {
      if (connection?.phase === 'ready') letScreenGiveWay();
    });
    device.state.onPatch((patch) => teller.tell(tellingOfState(device, patch, steadyMs)));
    device.log.onBatch((entries) => teller.tell(tellingOfLog(device, entries)));
  });
  return teller;
}

/** Starts all that stands behind the window: it is told from now on what changes, and asked before the program ends. */
export async function startProgram(surroundings: Surroundings): Promise<StartedProgram> {
  const application = await startApplication(surroundings);
  watchForCrashes(application, surroundings.window);
  closeBeforeQuit(application);
  const leaving = leaveQuestion(application, surroundings.window);
  const unsavedQuestion = new UnsavedQuestion(application);
  const teller = keepTold(application, surroundings.window);
  const isInSession = (): boolean => application.state.state.devices.some(({ phase }) => phase !== 'closed');
  const timeWatch = new TimeWatch({
    clock: application.clock,
    matters: isInSession,
    tell: (payload) => teller.tell({ event: 'heldUp', about: payload.what, payload }),
  });
  powerMonitor.on('suspend', () => {
    timeWatch.suspend();
    application.suspend();
  });
  powerMonitor.on('resume', () => {
    application.resume();
    timeWatch.resume();
  });
  return {
    serve: createServe(
      application,
      desktopOf(surroundings, () => application.journals.present),
      exportJournal,
    ),
    onWindowClose: (event) => leaving.onClose(event),
    onQuit: () => leaving.onQuit(),
    onLanguage(listener) {
      let told: Language | undefined;
      const tell = (): void => {
        const language = languageOf(application.state.state.settings.language, systemLanguage());
        if (language !== told) listener(language);
        told = language;
      };
      application.state.onPatch(({ changes }) => changes.settings && tell());
      tell();
    },
    onUnsaved: (event, window) => unsavedQuestion.onLeave(event, window),
    isInSession,
    async testItself(window) {
      const result = await selfTest(application.devices[0] ?? application.openDevice(), window);
      await application.close();
      return result;
    },
  };
}
