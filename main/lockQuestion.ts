import { app, dialog } from 'electron';
import type { BrowserWindow } from 'electron';
import { wordsOf } from './crash.ts';
import type { Application } from './program/application.ts';

/** Answers of a person, by the order of the buttons. */
const quitAnyway = 0;
const clearFirst = 1;
const stay = 2;

/**
 * A person closes the window while a module is locked to a channel: the lock would stay in it. A system that ends the program
 * is not asked.
 */
export class LockQuestion {
  readonly #application: Application;
  #isOver = false;

  constructor(application: Application) {
    this.#application = application;
    app.on('before-quit', () => (this.#isOver = true));
  }

  /** The window is about to be closed. */
  onClose(event: { preventDefault: () => void }, window: BrowserWindow): void {
    const channels = this.#locked().map(({ summary }) => summary.lockedEarfcn);
    if (this.#isOver || channels.length === 0) return;
    event.preventDefault();
    void this.#ask(window, channels.join(', '));
  }

  #locked(): Application['devices'] {
    return this.#application.devices.filter(({ summary }) => summary.lockedEarfcn !== undefined);
  }

  async #ask(window: BrowserWindow, channels: string): Promise<void> {
    const words = wordsOf(this.#application);
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      title: 'MIPL Field Tool',
      message: `${words.locked} EARFCN ${channels}`,
      detail: words.lockedDetail,
      buttons: [words.quitLocked, words.clearAndQuit, words.cancel],
      defaultId: stay,
      cancelId: stay,
      noLink: true,
    });
    if (response === clearFirst) await this.#clear();
    if (response !== quitAnyway && response !== clearFirst) return;
    this.#isOver = true;
    if (!window.isDestroyed()) window.close();
  }

  /** As far as the modules let themselves be cleared: who wants to quit is not held up by one that does not. */
  async #clear(): Promise<void> {
    const free = this.#locked().filter(({ acceptance }) => !acceptance.isRunning);
    await Promise.all(free.map(({ network }) => network.change({ kind: 'clearLock' }).catch(() => undefined)));
  }
}
