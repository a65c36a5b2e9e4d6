import { app, crashReporter, dialog } from 'electron';
import type { BrowserWindow } from 'electron';
import { remark } from '../shared/remarks.ts';
import type { Application } from './app/application.ts';
import { textOf } from './app/application.ts';

const LAST_WORDS_MS = 2000;

/** Dumps stay on this machine. To be called before the app is ready. */
export function keepLocalDumps(): void {
  crashReporter.start({ uploadToServer: false });
}

/** A crashed screen is opened again and the session goes on; a fault in main ends the program in order. */
export function watchForCrashes(application: Application, currentWindow: () => BrowserWindow | undefined): void {
  app.on('render-process-gone', (_event, contents, details) => {
    application.note(remark('windowEnded', { reason: details.reason }));
    const window = currentWindow();
    if (details.reason !== 'clean-exit' && window && window.webContents === contents) contents.reload();
  });
  app.on('child-process-gone', (_event, details) => {
    application.note(remark('processEnded', { type: details.type, reason: details.reason }));
  });
  const die = (error: unknown): void => {
    process.exitCode = 1;
    application.note(remark('internalError', { reason: textOf(error) }));
    const text = `${textOf(error)}\n\nThe journal has been written. Start the program again.`;
    // The message must not keep the journal from being written, nor the program from ending when nobody reads it.
    const closed = application.close().catch(() => undefined);
    const seen = dialog
      .showMessageBox({ type: 'error', title: 'MIPL Field Tool', message: text })
      .catch(() => undefined);
    void Promise.all([closed, Promise.race([seen, new Promise((resolve) => setTimeout(resolve, 60_000))])]).then(() =>
      app.exit(1),
    );
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
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
