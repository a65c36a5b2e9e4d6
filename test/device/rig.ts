import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { Application } from '../../main/program/application.ts';
import type { ApplicationOptions } from '../../main/program/application.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import type { AppState } from '../../shared/state.ts';

/** An empty folder that is gone after the test. */
export function testFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'mipl-app-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** The application as the window uses it, closed after the test. */
export async function startApplication(options: Partial<ApplicationOptions> = {}): Promise<Application> {
  const application = await Application.start({
    version: '1.2.3',
    systemLanguage: 'en',
    model: defaultModel,
    journalDirectory: testFolder(),
    ...options,
  });
  onTestFinished(() => application.close());
  return application;
}

/** Waits until the state is so; the message tells what was missing. */
export async function until(
  application: Application,
  what: string,
  isSo: (state: AppState) => boolean,
  timeoutMs = 12_000,
): Promise<AppState> {
  await vi.waitFor(
    () => {
      if (!isSo(application.state.state)) throw new Error(`Still waiting: ${what}`);
    },
    { timeout: timeoutMs, interval: 5 },
  );
  return application.state.state;
}
