import { app, dialog } from 'electron';
import type { BrowserWindow } from 'electron';
import { wordsOf } from './crash.ts';
import type { Application } from './program/application.ts';

/**
 * A person closes the window, or has it loaded anew, while the page holds a device model with changes that are in no file. They are
 * there again at the next start; a system that ends the program is not asked.
 */
export class UnsavedQuestion {
  readonly #application: Application;
  #isOver = false;

  constructor(application: Application) {
    this.#application = application;
    app.on('before-quit', () => (this.#isOver = true));
  }

  /** The page would rather stay: preventing that lets it go. */
  onLeave(event: { preventDefault: () => void }, window: BrowserWindow): void {
    if (this.#isOver || this.#mayLeave(window)) event.preventDefault();
  }

  #mayLeave(window: BrowserWindow): boolean {
    const words = wordsOf(this.#application);
    // The answer decides this very event, so it cannot be waited for.
    const response = dialog.showMessageBoxSync(window, {
      type: 'question',
      title: 'MIPL Field Tool',
      message: words.unsaved,
      detail: words.unsavedDetail,
      buttons: [words.quitUnsaved, words.cancel],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    });
    return response === 0;
  }
}
