import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { askChannel, channelOf, hearChannel } from '../shared/contract/channel.ts';
import { eventNames, requestNames } from '../shared/contract/names.ts';
import type { Events } from '../shared/contract/contract.ts';

/**
 * The bridge: one function per request of the contract and a subscription to its events. Nothing else crosses: no
 * ipcRenderer, no event object, no channel that is not on the list.
 */
const requests = Object.fromEntries(
  requestNames.map((name) => [name, (...args: unknown[]) => ipcRenderer.invoke(channelOf(name), ...args)]),
);

function on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): () => void {
  if (!eventNames.includes(event)) throw new Error('No such event');
  const forward = (_event: unknown, payload: Events[E]): void => listener(payload);
  ipcRenderer.on(channelOf(event), forward);
  return () => ipcRenderer.off(channelOf(event), forward);
}

/** Where a file lies that a person has dropped or chosen; nowhere for anything that the page has made itself. */
function pathOf(file: unknown): string {
  try {
    return webUtils.getPathForFile(file as File);
  } catch {
    return '';
  }
}

/** The page hands over a file and can name no path. */
const dropLog = (file: unknown): Promise<unknown> => ipcRenderer.invoke(channelOf('dropLog'), { file: pathOf(file) });

ipcRenderer.on(askChannel, (_event, number: unknown) => ipcRenderer.send(hearChannel, number));
ipcRenderer.send(hearChannel, 0);

contextBridge.exposeInMainWorld('api', { ...requests, dropLog, on });
