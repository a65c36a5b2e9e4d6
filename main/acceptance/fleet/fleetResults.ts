import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { verdicts } from '../../../shared/acceptance.ts';
import { faultOf } from '../../../shared/errors.ts';
import { fits, list, number, open, optional, text, truth, whole, word } from '../../../shared/schema.ts';
import type { ValueOf } from '../../../shared/schema.ts';

/** As much of an `AcceptanceResult` as the questions over many of them need; a later program may have written more. */
export const fleetResultSchema = open({
  format: word(['mipl-acceptance-result']),
  version: whole(1, 0xffff),
  simulated: list(text(40), 10),
  startedMs: number(0),
  finishedMs: number(0),
  isComplete: truth,
  identity: open({ imei: optional(text(64)), model: optional(text(400)), firmware: optional(text(400)) }),
  details: optional(open({ site: text(400) })),
  answerTimes: open({
    count: number(0),
    p50Ms: optional(number(0)),
    p95Ms: optional(number(0)),
    worstMs: optional(number(0)),
  }),
  signal: list(open({ rsrpDbm: optional(number()), rssiDbm: optional(number()) }), 1_000_000),
  cases: list(open({ id: text(200), verdict: word(verdicts), durationMs: number(0) }), 10_000),
});
export type FleetResult = ValueOf<typeof fleetResultSchema>;

/** What lay in the folder. */
export interface FleetFolder {
  readonly results: readonly FleetResult[];
  /** JSON files that are no results, or cannot be read, each with why. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/** The results of the JSON reports below a folder, however deep. @throws the system's error when the folder cannot be read. */
export async function readFleetFolder(directory: string, signal?: AbortSignal): Promise<FleetFolder> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const results: FleetResult[] = [];
  const skipped: { file: string; reason: string }[] = [];
  for (const entry of entries) {
    signal?.throwIfAborted();
    if (!entry.isFile() || !entry.name.endsWith('.json')) continue;
    const file = join(entry.parentPath, entry.name);
    try {
      const value: unknown = JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''));
      if (fits(fleetResultSchema, value)) results.push(value);
      else skipped.push({ file, reason: 'it is no result of an acceptance run' });
    } catch (error) {
      skipped.push({ file, reason: faultOf(error).message });
    }
  }
  return { results, skipped };
}
