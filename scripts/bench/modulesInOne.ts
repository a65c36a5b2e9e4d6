import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Device } from '../../main/device/device.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { Application } from '../../main/program/application.ts';

/** What so many virtual modules in this process cost, each with a platform and a host of its own. */
export interface ModulesUse {
  /** Processor time ÷ time. */
  readonly core: number;
  /** Memory in use once what is garbage is gone. */
  readonly megabytes: number;
  /** Reads of the platforms, and how many of them were answered. */
  readonly asked: number;
  readonly answered: number;
}

const SECONDS = 10;
const BAUD = 9600;

async function registered(device: Device): Promise<void> {
  const isOnline = new Promise<void>((resolve) => {
    device.state.onChange(({ stages }) => {
      if (stages?.onenet.status === 'done') resolve();
    });
  });
  await device.openPort('sim:m5310-seed', BAUD);
  await isOnline;
}

/** Asks the module's platform for a value, as a customer's server does; whether the module has answered. */
async function read(device: Device): Promise<boolean> {
  const { http, imei } = device.state.state.simulator ?? {};
  const answer = await fetch(`${http}/nbiot?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5700`);
  const { errno } = (await answer.json()) as { readonly errno: number };
  return errno === 0;
}

const journalDirectory = await mkdtemp(join(tmpdir(), 'mipl-modules-'));
const application = await Application.start({
  version: 'bench',
  systemLanguage: 'en',
  model: defaultModel,
  journalDirectory,
});
const devices = Array.from({ length: Number(process.argv[2]) }, () => application.openDevice());
await Promise.all(devices.map(registered));
const asked: Promise<boolean>[] = [];
const before = process.cpuUsage();
const startMs = performance.now();
for (let second = 0; second < SECONDS; second++) {
  for (const device of devices) {
    asked.push(read(device));
    await pause(1000 / devices.length);
  }
}
const answers = await Promise.all(asked);
const { user, system } = process.cpuUsage(before);
const core = (user + system) / 1000 / (performance.now() - startMs);
globalThis.gc?.();
const { heapUsed, external } = process.memoryUsage();
const use: ModulesUse = {
  core,
  megabytes: (heapUsed + external) / 1e6,
  asked: answers.length,
  answered: answers.filter(Boolean).length,
};
process.stdout.write(JSON.stringify(use));
await application.close();
await rm(journalDirectory, { recursive: true, force: true });
