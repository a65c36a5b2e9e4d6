import type { BrowserWindow } from 'electron';
import type { Device } from './device/device.ts';
import { virtualPort } from './device/ports.ts';

const LIMIT_MS = 60_000;
const FAST_BAUD = 115_200;

/** What a self-test found; printed as one line of JSON. */
export interface SelfTestResult {
  readonly passed: boolean;
  readonly steps: Readonly<Record<string, boolean>>;
  readonly error?: string;
}

async function until(device: Device, isTrue: () => boolean): Promise<boolean> {
  if (isTrue()) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), LIMIT_MS);
  const stop = device.state.onChange(() => {
    if (isTrue()) resolve(true);
  });
  const result = await promise;
  clearTimeout(timer);
  stop();
  return result;
}

/** One session with the virtual module, without a person: the window loads, registers, answers a read, keeps a journal. */
export async function selfTest(device: Device, window: BrowserWindow): Promise<SelfTestResult> {
  const steps: Record<string, boolean> = {};
  const state = () => device.state.state;
  try {
    steps['window'] = (await window.webContents.executeJavaScript('typeof window.api.getSnapshot')) === 'function';
    await device.openPort(virtualPort.path, FAST_BAUD);
    steps['registered'] = await until(device, () => state().registration.phase === 'registered');
    steps['observed'] = await until(device, () => state().observations.length >= 3);
    const operation = { kind: 'read', path: '/3303/0/5700' } as const;
    const read = await device.platform.begin({ mode: 'simulated', operation }).done;
    steps['read'] = read.body?.includes('20.123') === true;
    await device.closePort();
    steps['journal'] = (state().journal?.lines ?? 0) > 20;
  } catch (error) {
    return { passed: false, steps, error: String(error) };
  }
  const expected = ['window', 'registered', 'observed', 'read', 'journal'];
  return { passed: expected.every((step) => steps[step] === true), steps };
}
