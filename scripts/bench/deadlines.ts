import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import type { Device } from '../../main/device/device.ts';
import { Application } from '../../main/program/application.ts';
import type { Macro } from '../../shared/macros.ts';
import { rounded } from './figures.ts';
import type { Measurement } from './figures.ts';
import { openSlowModule } from './slowModule.ts';
import type { SlowAnswer, SlowModule } from './slowModule.ts';

const BAUD = 9600;
const DEADLINE_MS = 3000;
/** What a module on a desk works on a command, and one with which no object read can be in time at 9600 baud. */
const [USUAL_MS, SLOW_MS] = [50, 250];
const BURST = 20;
const DURING_MACRO = 20;
/** By so much the time that a warning names may differ from what it took. */
const TOLERANCE = 0.1;

const wholeObject = '3303,-1,-1';
const oneValue = '3303,0,5700';
const busyMacro: Macro = {
  name: 'Busy',
  steps: [
    {
      do: 'repeat',
      steps: [{ do: 'send', line: 'AT+CSQ', goesOnAfterError: true }],
      forSeconds: 600,
      untilError: false,
    },
  ],
};

/** The whole program without its window, at a module of that pace on a line of 9600 baud. */
async function withSlowModule<T>(
  perCommandMs: number,
  measure: (module: SlowModule, device: Device) => Promise<T>,
): Promise<T> {
  const module = openSlowModule(BAUD, perCommandMs);
  const journalDirectory = await mkdtemp(join(tmpdir(), 'mipl-bench-'));
  const application = await Application.start({
    version: 'bench',
    systemLanguage: 'en',
    model: defaultModel,
    journalDirectory,
    settings: { registerOnConnect: false },
    session: { openLink: () => Promise.resolve({ link: module.link }) },
  });
  const device = application.openDevice();
  try {
    const isUp = new Promise<void>((resolve) => {
      device.state.onChange(({ stages }) => {
        if (stages?.network.status === 'done') resolve();
      });
    });
    await device.openPort('/dev/ttyBench', BAUD);
    await isUp;
    return await measure(module, device);
  } finally {
    await application.close();
    await module.close();
    await rm(journalDirectory, { recursive: true, force: true });
  }
}

const longest = (answers: readonly SlowAnswer[]): number => Math.max(...answers.map(({ tookMs }) => tookMs));

/** Reads beside a macro that sends one command after the other. */
async function besideMacro(module: SlowModule, device: Device): Promise<readonly SlowAnswer[]> {
  device.macros.start(busyMacro);
  const answers: SlowAnswer[] = [];
  for (let count = 0; count < DURING_MACRO; count++) {
    answers.push(...(await module.ask([oneValue])));
    await pause(100);
  }
  answers.push(...(await module.ask([wholeObject])));
  device.macros.stop();
  await device.macros.ended;
  return answers;
}

/** An answer that cannot be in time: what the program said beforehand that it takes at least, and what it took. */
async function tooSlow(
  module: SlowModule,
  device: Device,
): Promise<{ readonly saidMs: number; readonly tookMs: number }> {
  // It has to know the pace of the module first.
  for (let count = 0; count < BURST; count++) await module.ask([oneValue]);
  const [answer] = await module.ask([wholeObject]);
  const lines = device.log.read(1, Number.MAX_SAFE_INTEGER);
  const said = lines.findLast(({ remark }) => remark?.code === 'tooSlow')?.remark?.values['seconds'];
  return { saidMs: Number(said) * 1000, tookMs: answer?.tookMs ?? Number.NaN };
}

/**
 * P2: every answer within 3 s on a line of 9600 baud with 50 ms a command: a whole object of 12 lines, twenty requests at once, requests
 * beside a macro. Where the wire cannot (250 ms a command) a warning names the least time, within a tenth of what it takes.
 */
export async function measureDeadlines(): Promise<Measurement> {
  const usual = await withSlowModule(USUAL_MS, async (module, device) => ({
    object: await module.ask([wholeObject]),
    burst: await module.ask(Array.from({ length: BURST }, () => oneValue)),
    macro: await besideMacro(module, device),
  }));
  const slow = await withSlowModule(SLOW_MS, tooSlow);
  const all = Object.values(usual).flat();
  const inTime = all.filter(({ tookMs }) => tookMs <= DEADLINE_MS).length;
  const isWarned = slow.tookMs > DEADLINE_MS && Math.abs(slow.saidMs / slow.tookMs - 1) <= TOLERANCE;
  return {
    id: 'P2',
    what: `answers within 3 s, 9600 baud, ${USUAL_MS} ms a command; the least time named where the wire cannot`,
    bar: 'all in time; the time named within 10 %',
    reached: inTime === all.length && isWarned,
    figures: {
      'in time': `${inTime} of ${all.length}`,
      [`object of ${usual.object[0]?.lines} lines ms`]: rounded(longest(usual.object)),
      [`${BURST} requests at once, slowest ms`]: rounded(longest(usual.burst)),
      'beside a macro, slowest ms': rounded(longest(usual.macro)),
      [`object at ${SLOW_MS} ms a command, named ms`]: rounded(slow.saidMs),
      [`object at ${SLOW_MS} ms a command, took ms`]: rounded(slow.tookMs),
    },
  };
}
