import { setTimeout as pause } from 'node:timers/promises';
import { app, crashReporter, dialog } from 'electron';
import type { BrowserWindow } from 'electron';
import { faultOf } from '../shared/errors.ts';
import { remark } from '../shared/remarks.ts';
import { languageOf } from '../shared/settings.ts';
import type { Language } from '../shared/settings.ts';
import type { Application } from './program/application.ts';
import { lastWords } from './lastWords.ts';
import type { LastWords } from './lastWords.ts';

const TITLE = 'MIPL Field Tool';
const LAST_WORDS_MS = 2000;
/** The message must not keep the program from ending when nobody reads it. */
const READING_MS = 60_000;
/** A page that crashes as it opens would do so for ever: so many crashes within the time are enough. */
const CRASHES = 3;
const CRASHES_MS = 60_000;

/** The text of anything thrown, for a last message. */
function faultLine(error: unknown): string {
  const { code, message } = faultOf(error);
  return `${code} ${message}`;
}

/** Dumps stay on this machine. To be called before the app is ready. */
export function keepLocalDumps(): void {
  crashReporter.start({ uploadToServer: false });
}

/** The system's language, where the interface has it; as Node knows it before the app is ready. */
export function systemLanguage(): Language {
  const locale = app.getLocale() || Intl.DateTimeFormat().resolvedOptions().locale;
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Says why the program cannot start, and ends it with 1. */
export function endUnstarted(error: unknown, isSilent: boolean): void {
  const { notStarted, noFolder } = lastWords[systemLanguage()];
  const words = faultOf(error).code === 'FILE_NOT_WRITTEN' ? `${notStarted} ${noFolder}` : notStarted;
  process.stderr.write(`${words}\n${faultLine(error)}\n`);
  // Blocks, which does not matter where nothing runs yet.
  if (!isSilent) dialog.showErrorBox(TITLE, `${words}\n\n${faultLine(error)}`);
  app.exit(1);
}

/** Ends a second start, which has brought the window of the first to the front: with 1 where it was to test itself. */
export function endAsSecond(isSelfTest: boolean): void {
  process.stderr.write(`${lastWords[systemLanguage()].runsAlready}\n`);
  app.exit(isSelfTest ? 1 : 0);
}

/** What main says by itself, in the language that the settings want. */
export function wordsOf({ state }: Application): LastWords {
  const { settings, systemLanguage: system } = state.state;
  return lastWords[languageOf(settings.language, system)];
}

/** A crashed screen is opened again and the session goes on; a fault in main ends the program in order. */
export function watchForCrashes(application: Application, currentWindow: () => BrowserWindow | undefined): void {
  const words = (): LastWords => wordsOf(application);
  watchWindow(application, currentWindow, words);
  app.on('child-process-gone', (_event, details) => {
    application.note(remark('processEnded', { type: details.type, reason: details.reason }));
  });
  let isEnding = false;
  const onFault = (error: unknown): void => {
    application.note(remark('internalError', { reason: faultLine(error) }));
    if (isEnding) return;
    isEnding = true;
    void endWithFault(application, error, words());
  };
  process.on('uncaughtException', onFault);
  process.on('unhandledRejection', onFault);
}

function watchWindow(
  application: Application,
  currentWindow: () => BrowserWindow | undefined,
  words: () => LastWords,
): void {
  let crashesMs: number[] = [];
  const ask = async (window: BrowserWindow): Promise<void> => {
    const { windowCrashes, sessionGoesOn, openAgain, quit } = words();
    const buttons = [openAgain, quit];
    const { response } = await dialog.showMessageBox({
      type: 'error',
      title: TITLE,
      message: windowCrashes,
      detail: sessionGoesOn,
      buttons,
      defaultId: 0,
      cancelId: 0,
    });
    if (response === buttons.indexOf(quit)) return app.quit();
    crashesMs = [];
    if (!window.isDestroyed()) window.webContents.reload();
  };
  app.on('render-process-gone', (_event, contents, details) => {
    application.note(remark('windowEnded', { reason: details.reason }));
    const window = currentWindow();
    if (details.reason === 'clean-exit' || window?.webContents !== contents) return;
    const now = application.clock.steadyMs();
    crashesMs = [...crashesMs.filter((crashMs) => now - crashMs < CRASHES_MS), now];
    if (crashesMs.length < CRASHES) contents.reload();
    else void ask(window);
  });
}

/** Writes the journal, says what happened, ends with 1. */
async function endWithFault(application: Application, error: unknown, words: LastWords): Promise<void> {
  process.exitCode = 1;
  const isWritten = await Promise.race([
    application.close().then(
      () => true,
      () => false,
    ),
    pause(LAST_WORDS_MS, false),
  ]);
  const journal = isWritten ? words.journalWritten : words.journalUncertain;
  const message = dialog.showMessageBox({
    type: 'error',
    title: TITLE,
    message: words.fault,
    detail: `${faultLine(error)}\n\n${journal} ${words.startAgain}`,
  });
  await Promise.race([message.catch(() => undefined), pause(READING_MS)]);
  app.exit(1);
}

/** Ends the session before the program ends: journal written, port closed, within two seconds. */
export function closeBeforeQuit(application: Application): void {
  let isClosed = false;
  app.on('before-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    const limit = new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS));
    void Promise.race([application.close().catch(() => undefined), limit]).then(() => {
      isClosed = true;
      app.quit();
    });
  });
}
