import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { Application } from '../../main/program/application.ts';
import type { ApplicationOptions } from '../../main/program/application.ts';
import type { Device } from '../../main/device/device.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import type { DeviceState } from '../../shared/state.ts';

/** An empty folder that is gone after the test. */
export function testFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'mipl-app-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** The program as the window uses it, closed after the test. */
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

/** A device of a program of its own. */
export async function startDevice(options: Partial<ApplicationOptions> = {}): Promise<Device> {
  return (await startApplication(options)).openDevice();
}

/** Waits until the state is so; the message tells what was missing. */
export async function until(
  device: Device,
  what: string,
  isSo: (state: DeviceState) => boolean,
  timeoutMs = 12_000,
): Promise<DeviceState> {
  await vi.waitFor(
    () => {
      if (!isSo(device.state.state)) throw new Error(`Still waiting: ${what}`);
    },
    { timeout: timeoutMs, interval: 5 },
  );
  return device.state.state;
}
