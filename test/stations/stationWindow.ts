import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import type { Handlers } from '../../shared/contract/contract.ts';
import type { StationsState } from '../../shared/stations.ts';
import type { Desktop } from '../../main/program/desktop.ts';
import { Application } from '../../main/program/application.ts';
import type { ApplicationOptions } from '../../main/program/application.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { nobodysDesktop, served } from '../program/served.ts';
import { tempDirectory } from '../tempDirectory.ts';

/** As long as a busy machine takes. */
export const soon = { timeout: 30_000, interval: 50 };

export interface StationWindow {
  readonly handlers: Handlers;
  readonly application: Application;
  readonly directory: string;
  readonly stations: () => StationsState;
  /** What a person chooses next. */
  readonly chosen: { file?: string };
  readonly pages: string[];
}

/** The program behind a window, without the window. */
export async function windowAt(
  address: string,
  options: Partial<ApplicationOptions> = {},
  ports: readonly string[] = ['sim:m5310a'],
): Promise<StationWindow> {
  const directory = await tempDirectory();
  const journalDirectory = join(directory, 'journals');
  await mkdir(journalDirectory);
  const application = await Application.start({
    version: '0.1.0',
    systemLanguage: 'en',
    model: defaultModel,
    journalDirectory,
    stationDirectory: join(directory, 'station'),
    ...options,
  });
  onTestFinished(() => application.close());
  const chosen: { file?: string } = {};
  const pages: string[] = [];
  const choose = (): Promise<string | undefined> => Promise.resolve(chosen.file);
  const desktop: Desktop = {
    ...nobodysDesktop,
    chooseTableFile: choose,
    chooseSaveFile: choose,
    chooseCredentialsFile: choose,
    chooseAuthorityFile: choose,
    choosePlanFile: choose,
    showPage: (html) => Promise.resolve(void pages.push(html)),
  };
  const device = application.openDevice();
  const handlers = served(device, application, desktop, () => Promise.resolve({ lines: 0 }));
  await handlers.changeSettings({ station: { address, name: 'desk-1', authorityFile: '', ports: [...ports] } });
  return { handlers, application, directory, stations: () => application.state.state.stations, chosen, pages };
}

/** Waits until what the window shows of the queue is so. */
export async function until(window: StationWindow, holds: (state: StationsState) => boolean): Promise<void> {
  await vi.waitFor(
    () => expect(holds(window.stations()), JSON.stringify(window.stations()).slice(0, 600)).toBe(true),
    soon,
  );
}
