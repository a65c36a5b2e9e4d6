import { ipcMain } from 'electron';
import type { IpcMainInvokeEvent, WebContents } from 'electron';
import { faultOf } from '../shared/errors.ts';
import { askChannel, channelOf, hearChannel } from '../shared/contract/channel.ts';
import { requestNames } from '../shared/contract/names.ts';
import type { Result } from '../shared/contract/contract.ts';
import type { Serve } from './program/handlers.ts';
import { WindowTeller } from './program/windowTeller.ts';
import type { Hearer } from './program/windowTeller.ts';

/** Whether a request comes from the main frame of our own window, showing our own files. */
export type IsTrusted = (event: IpcMainInvokeEvent) => boolean;

const forbidden: Result<never> = { ok: false, error: { code: 'FORBIDDEN', message: 'The sender is not our window' } };

/**
 * Serves every request of the contract: who asks is checked here, what is asked by `serve`. Errors become data. The page
 * may ask before there is an application; it is answered when there is.
 */
export function serveContract(serve: Promise<Serve>, isTrusted: IsTrusted): void {
  for (const name of requestNames) {
    ipcMain.handle(channelOf(name), async (event, ...args: unknown[]): Promise<Result<unknown>> => {
      if (!isTrusted(event)) return forbidden;
      try {
        return { ok: true, value: await (await serve)(name, ...args) };
      } catch (error) {
        return { ok: false, error: faultOf(error) };
      }
    });
  }
}

/** Tells the screen what happens; a window that is gone hears nothing, and one that stands still only the newest later on. */
export function windowTeller(contentsNow: () => WebContents | undefined, nowMs: () => number): WindowTeller {
  const send = (channel: string, payload: unknown): boolean => {
    const contents = contentsNow();
    if (!contents || contents.isDestroyed() || contents.isCrashed()) return false;
    contents.send(channel, payload);
    return true;
  };
  const hearer: Hearer = {
    tell: (event, payload) => send(channelOf(event), payload),
    ask: (number) => send(askChannel, number),
  };
  const teller = new WindowTeller(hearer, nowMs);
  ipcMain.on(hearChannel, ({ sender }, number: unknown) => {
    if (sender !== contentsNow()) return;
    if (number === 0) teller.begin();
    else teller.heard(Number(number));
  });
  return teller;
}
