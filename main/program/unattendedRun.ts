import type { AcceptancePlatform, AcceptanceProgress } from '../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../shared/acceptanceResult.ts';
import { defined } from '../../shared/defined.ts';
import type { LineSettings } from '../../shared/lineSettings.ts';
import { virtualProfile } from '../../shared/virtualPort.ts';
import type { Plan } from '../acceptance/plan/plan.ts';
import { AcceptanceRun } from '../acceptance/run/acceptanceRun.ts';
import { journalFactsOf } from '../acceptance/run/journalFacts.ts';
import { simulatedPatience } from '../acceptance/run/runMemory.ts';
import { testSetupOf } from '../acceptance/run/testSetupOf.ts';
import { checksumOf } from '../files/checksum.ts';
import type { Device } from '../device/device.ts';
import { onFileRemark } from './fileRemarks.ts';
import { startTimer } from '../time/timers.ts';
import type { Application } from './application.ts';

/** How a device is tested where nobody looks at it. */
export interface UnattendedRunOptions {
  readonly baudRate: number;
  readonly line: LineSettings;
  readonly plan: Plan;
  readonly platform: AcceptancePlatform;
  /** The module is configured for bootstrap; a virtual one says so in its port's name. */
  readonly hasBootstrap: boolean;
  /** How long a person may take for a call of the platform. */
  readonly operatorMs: number;
  readonly apiKey?: string;
  readonly udpServer?: { readonly address: string; readonly port: number };
  readonly signal: AbortSignal;
  readonly onProgress: (progress: AcceptanceProgress) => void;
  /** What concerns the run and is no case: a connection that was lost, a journal that cannot be written. */
  readonly onRemark: (text: string) => void;
}

/** What a run came to; `journalFile` is whole. */
export interface UnattendedResult {
  readonly result: AcceptanceResult;
  readonly journalFile?: string;
}

/** Nobody is there to press Resume; a cable is plugged in again within this, or not at all. */
const PORT_BACK_MS = 60_000;

/**
 * Opens a port, runs the plan on the module there and closes the port, going on after a connection that comes back.
 * @throws CodedError `PORT_…`, and what {@link AcceptanceRun.run} throws.
 */
export async function unattendedRun(
  application: Application,
  port: string,
  options: UnattendedRunOptions,
): Promise<UnattendedResult> {
  const { baudRate, plan, platform, operatorMs, apiKey, udpServer, signal, onProgress, onRemark } = options;
  const isSimulated = virtualProfile(port) !== undefined;
  const device = application.openDevice();
  onFileRemark(device, onRemark);
  let result: AcceptanceResult;
  try {
    if (apiKey !== undefined) await application.platformKey.set(apiKey);
    await device.openPort(port, baudRate, options.line);
    const setup = testSetupOf(device, {
      platform,
      hasBootstrap: options.hasBootstrap || (isSimulated && /[?&]bootstrap(=|&|$)/.test(port)),
    });
    const run = new AcceptanceRun(setup, {
      plan,
      onProgress,
      patience: { ...(isSimulated ? simulatedPatience : {}), operatorMs },
      ...defined({ udpServer }),
    });
    result = await run.run(signal);
    let stoodAt: number | undefined;
    // A case that ends the connection each time is left to a person.
    while (run.lostAt !== undefined && run.lostAt !== stoodAt && !isSimulated) {
      stoodAt = run.lostAt;
      onRemark(`the connection was lost at case ${stoodAt}: waiting up to ${PORT_BACK_MS / 1000} s for it`);
      if (!(await isBack(device, signal))) break;
      result = await run.run(signal);
    }
  } finally {
    await application.closeDevice(device.id);
  }
  // Whole only now: the last bytes are written when the port is closed.
  const { journal } = device;
  if (!journal) return { result };
  const sha256 = await checksumOf(journal.file);
  return {
    result: { ...result, journal: { ...journalFactsOf(journal.state()), ...defined({ sha256 }) } },
    journalFile: journal.file,
  };
}

/** Resolves with true once the module is up again, with false after the time or when the run is stopped. */
async function isBack(device: Device, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const look = (): void => {
    const { connection, stages } = device.state.state;
    const isBusy = Object.values(stages).some(({ status }) => status === 'running');
    if (connection.phase === 'ready' && !isBusy) resolve(true);
  };
  const giveUp = (): void => resolve(false);
  const timer = startTimer(giveUp, PORT_BACK_MS);
  const end = device.state.onChange(look);
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  look();
  return promise.finally(() => {
    timer.stop();
    end();
    signal.removeEventListener('abort', giveUp);
  });
}
