import { app, dialog } from 'electron';
import type { BrowserWindow } from 'electron';
import { wordsOf } from './crash.ts';
import type { LastWords } from './lastWords.ts';
import type { Application } from './program/application.ts';
import { Leaving } from './program/leaving.ts';
import type { LeavingAnswer, LeavingConcerns } from './program/leaving.ts';

const answers: readonly LeavingAnswer[] = ['leave', 'clear', 'stay'];

function textOf({ lockedEarfcns, isTesting }: LeavingConcerns, words: LastWords): { message: string; detail: string } {
  const lock = { message: words.locked.replace('{earfcns}', lockedEarfcns.join(', ')), detail: words.lockedDetail };
  const run = { message: words.testing, detail: words.testingDetail };
  if (!isTesting) return lock;
  return lockedEarfcns.length === 0 ? run : { ...run, detail: `${run.detail}\n\n${lock.message}\n${lock.detail}` };
}

/** What a person is asked who leaves; see {@link Leaving}. */
export function leaveQuestion(application: Application, currentWindow: () => BrowserWindow | undefined): Leaving {
  const leaving = new Leaving(() => application.devices, {
    platform: process.platform,
    async ask(concerns) {
      const words = wordsOf(application);
      // A run would be disturbed by what clears a lock.
      const choices = answers.filter((answer) => answer !== 'clear' || !concerns.isTesting);
      const names = { leave: concerns.isTesting ? words.quitTesting : words.quitLocked, clear: words.clearAndQuit };
      const stay = choices.indexOf('stay');
      const options = {
        type: 'question' as const,
        title: 'MIPL Field Tool',
        ...textOf(concerns, words),
        buttons: choices.map((answer) => (answer === 'stay' ? words.cancel : names[answer])),
        defaultId: stay,
        cancelId: stay,
        noLink: true,
      };
      const window = currentWindow();
      const { response } = await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
      return choices[response] ?? 'stay';
    },
    leave: () => app.quit(),
  });
  app.on('before-quit', () => leaving.over());
  return leaving;
}
