import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application } from '../../main/program/application.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { openFloodingModule } from './floodingModule.ts';
import type { FloodingModule } from './floodingModule.ts';

/** The whole program without its window, with a flooding module at its port that has come as far as the network. */
export async function withModule<T>(measure: (module: FloodingModule) => Promise<T>): Promise<T> {
  const module = await openFloodingModule();
  const journalDirectory = await mkdtemp(join(tmpdir(), 'mipl-bench-'));
  const application = await Application.start({
    version: 'bench',
    systemLanguage: 'en',
    model: defaultModel,
    journalDirectory,
    settings: { registerOnConnect: false },
  });
  const device = application.openDevice();
  try {
    const isUp = new Promise<void>((resolve) => {
      device.state.onChange(({ stages }) => {
        if (stages?.network.status === 'done') resolve();
      });
    });
    await device.openPort(`tcp://127.0.0.1:${module.port}`, 921_600);
    await isUp;
    return await measure(module);
  } finally {
    await application.close();
    await module.close();
    await rm(journalDirectory, { recursive: true, force: true });
  }
}

/** How long that takes, milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}
