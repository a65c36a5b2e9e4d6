import { createInterface } from 'node:readline';
import { faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import type { DeviceState } from '../../shared/state.ts';
import { isReachableByPlatform } from '../mipl/registration.ts';
import type { Device } from '../device/device.ts';
import type { CliIo } from './io.ts';

/** A command line of standard input and what came of it: the information text at OK, or the fault. */
export type TypedLine =
  { readonly line: string; readonly answer: readonly string[] } | { readonly line: string; readonly fault: Fault };

/** Bring-up has come to its end, good or bad. */
function hasEnded({ registration, stages }: DeviceState): boolean {
  return isReachableByPlatform(registration) || Object.values(stages).some(({ status }) => status === 'failed');
}

function bringUpEnded({ state }: Device, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = state.onChange(() => look());
    const look = (): void => {
      if (!hasEnded(state.state) && !signal.aborted) return;
      stop();
      resolve();
    };
    signal.addEventListener('abort', look, { once: true });
    look();
  });
}

/**
 * Sends lines of standard input as a person at the console would, one after the other through the engine's queue, once
 * bring-up has ended. Resolves when the input has ended or `io.signal` is aborted; what the module refuses is told and
 * ends nothing.
 */
export async function sendTypedLines(
  device: Device,
  { stdin, signal }: Pick<CliIo, 'stdin' | 'signal'>,
  onAnswer: (typed: TypedLine) => void,
): Promise<void> {
  await bringUpEnded(device, signal);
  // Not before: an interface gives its lines away whether somebody iterates or not.
  for await (const text of createInterface({ input: stdin, crlfDelay: Infinity, signal })) {
    const line = text.trim();
    if (line === '') continue;
    try {
      const { lines } = await device.session.engine.sendLine(line);
      onAnswer({ line, answer: lines });
    } catch (error) {
      onAnswer({ line, fault: faultOf(error) });
    }
  }
}
