import type { Handlers } from '../../shared/contract/contract.ts';
import { rowOf } from '../../shared/contract/contract.ts';
import { requestNames } from '../../shared/contract/names.ts';
import type { Device } from '../../main/device/device.ts';
import type { Desktop } from '../../main/program/desktop.ts';
import { createServe } from '../../main/program/handlers.ts';

/** Folders that no test looks into. */
export const places = { journals: '/a', commandLine: '/b', settings: '/c', crashes: '/d' } as const;

const nothing = (): Promise<undefined> => Promise.resolve(undefined);

/** A desktop at which nobody chooses anything. */
export const nobodysDesktop: Desktop = {
  chooseExportFile: nothing,
  choosePlanFile: nothing,
  chooseModelFile: nothing,
  chooseObjectFiles: nothing,
  chooseMacroFile: nothing,
  chooseLogFile: nothing,
  chooseFolder: nothing,
  chooseCredentialsFile: nothing,
  chooseAuthorityFile: nothing,
  chooseTableFile: nothing,
  chooseSaveFile: nothing,
  showPage: nothing,
  places,
  showPlace: nothing,
  showFolder: nothing,
  printPdf: () => Promise.resolve(new Uint8Array()),
};

/** Main's side of the contract as a tab has it: every request of a device is of that one. */
export function served(device: Device, ...parts: Parameters<typeof createServe>): Handlers {
  const serve = createServe(...parts);
  const all = requestNames.map((name) => {
    const isOfDevice = rowOf(name).scope === 'device';
    return [name, (...given: unknown[]) => serve(name, ...(isOfDevice ? [device.id] : []), ...given)] as const;
  });
  return Object.fromEntries(all) as unknown as Handlers;
}
