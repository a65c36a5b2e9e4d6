import { randomBytes } from 'node:crypto';
import { acceptancePlatforms } from '../../shared/acceptance.ts';
import type { Verdict } from '../../shared/acceptance.ts';
import { CodedError } from '../../shared/errors.ts';
import { isDeviceName } from '../files/windowsNames.ts';
import {
  fits,
  list,
  map,
  number,
  object,
  open,
  optional,
  read,
  text,
  truth,
  whole,
  word,
} from '../../shared/schema.ts';
import type { Rule, Schema, ValueOf } from '../../shared/schema.ts';
import { siteName, workName, workOutcomes } from '../../shared/stations.ts';
import type { WorkOutcome } from '../../shared/stations.ts';

/** A name under which a stranger's file may be written into a folder of ours, on each system. */
const fileName: Rule<string> = {
  must: 'must be the plain name of a file',
  holds: (name) =>
    /^[^\\/:*?"<>|\u0000-\u001f\u007f]*[^\\/:*?"<>|\u0000-\u001f\u007f. ]$/u.test(name) &&
    !name.startsWith('.') &&
    !isDeviceName(name),
  example: 'PRACTICE-7.junit.xml',
  counterexample: '../7.html',
};

/** A file travels with the work: stations are machines of their own. NATS takes 1 MB a message where nobody says otherwise. */
const fileSchema = object({ name: text(200, fileName), text: text(400_000) });

const workVersion = 1;

/** One device to be tested. */
export const workSchema = open({
  format: word(['mipl-work']),
  version: whole(1, 0xffff),
  id: workName,
  /** Where the device belongs; stands in the report. */
  site: siteName,
  /** A plan of one's own; absent: the document's. */
  plan: optional(fileSchema),
  /** A device model; absent: the document's objects. */
  model: optional(fileSchema),
  /** Cases by id; absent: all of the plan. */
  only: optional(list(text(64), 1000)),
  /**
   * Who makes the platform's calls; absent: the platform simulated beside a virtual module, for any other port a person.
   * Which host `host` is says the station: its key is for no address that work names.
   */
  platform: optional(word(acceptancePlatforms)),
  addedMs: whole(0, Number.MAX_SAFE_INTEGER),
});
export type Work = ValueOf<typeof workSchema>;

const countsSchema = object({
  passed: whole(0, 100_000),
  failed: whole(0, 100_000),
  inconclusive: whole(0, 100_000),
  skipped: whole(0, 100_000),
} satisfies Record<Verdict, Schema>);

const storedFileSchema = object({
  name: text(200, fileName),
  bytes: whole(0, Number.MAX_SAFE_INTEGER),
  /** SHA-256 in hex. */
  sha256: text(64),
});

/** What a module says of itself may be of any length; a result has room for so much of it. */
export const resultTextLimits = { imei: 64, model: 400, firmware: 400 } as const;

/** What came of a piece of work. */
export const resultSchema = open({
  format: word(['mipl-work-result']),
  version: whole(1, 0xffff),
  id: workName,
  attempt: workName,
  site: siteName,
  outcome: word(workOutcomes),
  /** Module or platform were not real. */
  isPractice: truth,
  /** Identities in it are stand-ins. */
  isMasked: truth,
  station: text(64),
  port: text(300),
  startedMs: whole(0, Number.MAX_SAFE_INTEGER),
  finishedMs: whole(0, Number.MAX_SAFE_INTEGER),
  imei: optional(text(resultTextLimits.imei)),
  model: optional(text(resultTextLimits.model)),
  firmware: optional(text(resultTextLimits.firmware)),
  counts: countsSchema,
  /** Cases that failed or stayed open, by id. */
  notPassed: list(text(64), 1000),
  problem: optional(text(2000)),
  files: list(storedFileSchema, 100),
  /** Answers of the tool to the platform, milliseconds. */
  answerTimes: optional(map(text(64), number(0), 100)),
});
export type WorkResult = ValueOf<typeof resultSchema>;
export type StoredFile = ValueOf<typeof storedFileSchema>;

/** A name that nobody has: of the time, so that names sort as they were made, and of chance. */
export function newName(nowMs: number): string {
  return `${nowMs.toString(36)}-${randomBytes(5).toString('hex')}`;
}

/**
 * Reads what stood in the queue, which anybody may have put there.
 * @throws CodedError `QUEUE_BAD_WORK`, the detail is the place.
 */
export function readWork(bytes: Uint8Array): Work {
  const value = readJson(bytes);
  if (value === undefined) throw new CodedError('QUEUE_BAD_WORK', 'It is no JSON', 'work');
  try {
    const work = read(workSchema, value, 'work');
    if (work.version > workVersion)
      throw new CodedError('QUEUE_BAD_WORK', `It was made by a later version of the program (version ${work.version})`);
    return work;
  } catch (error) {
    if (error instanceof CodedError && error.code === 'BAD_ARGUMENT')
      throw new CodedError('QUEUE_BAD_WORK', error.message, error.detail);
    throw error;
  }
}

/** Reads a result; undefined when it is none. */
export function readResult(bytes: Uint8Array): WorkResult | undefined {
  const value = readJson(bytes);
  return fits(resultSchema, value) ? value : undefined;
}

/** What anybody may have put on the server, as JSON; undefined when it is none. */
export function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** The result of work that no station has run to its end. */
export function resultWithoutRun(
  { id, site }: Pick<Work, 'id' | 'site'>,
  outcome: Exclude<WorkOutcome, 'passed' | 'failed'>,
  problem: string,
  at: { readonly station: string; readonly port: string; readonly nowMs: number; readonly attempt: string },
): WorkResult {
  return {
    format: 'mipl-work-result',
    version: workVersion,
    id,
    site,
    outcome,
    isPractice: false,
    isMasked: true,
    attempt: at.attempt,
    station: at.station,
    port: at.port,
    startedMs: at.nowMs,
    finishedMs: at.nowMs,
    counts: { passed: 0, failed: 0, inconclusive: 0, skipped: 0 },
    notPassed: [],
    problem: problem.slice(0, 2000),
    files: [],
  };
}
