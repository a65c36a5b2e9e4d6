import { list, map, object, optional, text, truth, whole, word } from './schema.ts';
import type { ValueOf } from './schema.ts';

/** The most devices that one visit is planned for, and tests that are kept of it. */
export const maxPlanned = 1000;
const maxTests = 5000;

/** What became of a test: every case that was tried passed, one did not, or the run did not come to its end. */
export const batchOutcomes = ['passed', 'failed', 'stopped'] as const;
export type BatchOutcome = (typeof batchOutcomes)[number];

const count = whole(0, 100_000);
const moment = whole(0, 8_640_000_000_000_000);

/** A test of a device, as it was reported. */
export const batchTest = object({
  /** When its run began and ended: tells it from every other. */
  runMs: moment,
  endedMs: moment,
  port: text(1000),
  imei: optional(text(64)),
  imsi: optional(text(64)),
  model: optional(text(200)),
  outcome: word(batchOutcomes),
  /** Module or platform were simulated. */
  isPractice: truth,
  counts: object({ passed: count, failed: count, inconclusive: count, skipped: count }),
  /** Cases of the plan. */
  total: count,
  /** Ids of those that failed or could not be judged. */
  notPassed: list(text(200), 1000),
  /** Names of the files in the folder of the batch, by format. */
  reports: map(text(10), text(300), 10),
  /** Name of the journal; empty where there is none. */
  journal: text(300),
});
export type BatchTest = ValueOf<typeof batchTest>;

/** How a test is told from others: when its run began and ended, in whole milliseconds. */
export const runOf = (run: { readonly startedMs: number; readonly finishedMs: number }) => ({
  runMs: Math.round(run.startedMs),
  endedMs: Math.round(run.finishedMs),
});

/** What a technician says before the first device. */
export const batchBeginning = object({
  site: text(80, {
    must: 'must have a name',
    holds: (site) => site.trim() !== '',
    example: 'Pump station 3',
    counterexample: ' ',
  }),
  technician: text(80),
  /** How many devices there are to test; 0: nobody knows. */
  planned: whole(0, maxPlanned),
});
export type BatchBeginning = ValueOf<typeof batchBeginning>;

/** Devices that are tested one after the other at one site. Kept in a file of main, so that it outlives the program. */
export const siteBatch = object({
  ...batchBeginning.fields,
  beganMs: moment,
  /** Where its reports and summaries are. */
  folder: text(4096),
  tests: list(batchTest, maxTests),
});
export type SiteBatch = ValueOf<typeof siteBatch>;

/** A device of the batch: what counts is its last test. */
export interface BatchDevice {
  readonly last: BatchTest;
  /** How often it was tested. */
  readonly times: number;
}

/**
 * The devices of a batch in the order of their first test. One that was tested again is still one, and its practice is another
 * matter than its real test; without an IMEI nothing says that two tests are of one device. Pure.
 */
export function batchDevices(tests: readonly BatchTest[]): readonly BatchDevice[] {
  const devices = new Map<string, BatchDevice>();
  for (const last of tests) {
    const key = last.imei === undefined ? `run ${last.runMs}` : `${last.isPractice ? 'practice' : 'real'} ${last.imei}`;
    devices.set(key, { last, times: (devices.get(key)?.times ?? 0) + 1 });
  }
  return [...devices.values()];
}

/** How many devices came to what; practice is none of them. */
export interface BatchCounts extends Readonly<Record<BatchOutcome, number>> {
  /** Devices that were really tested. */
  readonly tested: number;
  readonly practice: number;
  /** Planned and not tested yet. */
  readonly missing: number;
}

/** Counts the devices of a batch. Pure. */
export function batchCounts({ tests, planned }: Pick<SiteBatch, 'tests' | 'planned'>): BatchCounts {
  const devices = batchDevices(tests);
  const real = devices.filter(({ last }) => !last.isPractice);
  const having = (outcome: BatchOutcome): number => real.filter(({ last }) => last.outcome === outcome).length;
  return {
    passed: having('passed'),
    failed: having('failed'),
    stopped: having('stopped'),
    tested: real.length,
    practice: devices.length - real.length,
    missing: Math.max(0, planned - real.length),
  };
}
