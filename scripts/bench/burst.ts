import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application } from '../../main/program/application.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { median, rounded } from './figures.ts';
import type { Measurement } from './figures.ts';
import { openFloodingModule } from './floodingModule.ts';

const SMALL = 500;
const LARGE = 8000;
const ROUNDS = 3;
/** What the costs of a burst may grow by beyond the number of its requests. */
const SLACK = 1.2;

/** Time from the first byte of a burst of reads to the last answer, milliseconds. */
async function burstMs(requests: number): Promise<number> {
  const module = await openFloodingModule();
  const journalDirectory = await mkdtemp(join(tmpdir(), 'mipl-burst-'));
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
    const startMs = performance.now();
    await module.burst(requests);
    return performance.now() - startMs;
  } finally {
    await application.close();
    await module.close();
    await rm(journalDirectory, { recursive: true, force: true });
  }
}

/** P12: sixteen times the requests in one burst cost sixteen times as much. */
export async function measureBurst(): Promise<Measurement> {
  const small: number[] = [];
  const large: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    small.push(await burstMs(SMALL));
    large.push(await burstMs(LARGE));
  }
  const ratio = median(large) / median(small);
  const most = (SLACK * LARGE) / SMALL;
  return {
    id: 'P12',
    what: `a burst of ${LARGE} reads ÷ a burst of ${SMALL}, each answered`,
    bar: `≤ ${most}×`,
    reached: ratio <= most,
    figures: {
      [`ms for ${SMALL}`]: rounded(median(small)),
      [`ms for ${LARGE}`]: rounded(median(large)),
      ratio: rounded(ratio),
    },
  };
}
