import { ipcMain } from 'electron';
import type { IpcMainInvokeEvent, WebContents } from 'electron';
import { faultOf } from '../shared/errors.ts';
import { channelOf } from '../shared/contract/channel.ts';
import { requestNames } from '../shared/contract/names.ts';
import type { Events, Result } from '../shared/contract/contract.ts';
import type { Serve } from './program/handlers.ts';

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

/** Tells the screen something; a window that is gone hears nothing. */
export function tellWindow<E extends keyof Events>(
  contents: WebContents | undefined,
  event: E,
  payload: Events[E],
): void {
  if (contents && !contents.isDestroyed() && !contents.isCrashed()) contents.send(channelOf(event), payload);
}
