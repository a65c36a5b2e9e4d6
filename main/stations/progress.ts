import { fits, list, object, open, text, whole } from '../../shared/schema.ts';
import type { ValueOf } from '../../shared/schema.ts';
import { workName } from '../../shared/stations.ts';
import { readJson } from './work.ts';

/** A station began a piece of work and has not said that it ended. */
const attemptSchema = object({
  attempt: workName,
  station: text(64),
  port: text(300),
  startedMs: whole(0, Number.MAX_SAFE_INTEGER),
});
export type Attempt = ValueOf<typeof attemptSchema>;

/** What goes on with a piece of work. */
export const progressSchema = open({
  site: text(200),
  /** Of all stations that began it and have not ended it; the last one is at it. */
  attempts: list(attemptSchema, 100),
  /** Cases that are over, of how many. */
  done: whole(0, 100_000),
  count: whole(0, 100_000),
  failed: whole(0, 100_000),
  changedMs: whole(0, Number.MAX_SAFE_INTEGER),
});
export type Progress = ValueOf<typeof progressSchema>;

/** A station as it told of itself a moment ago. */
export const stationSchema = open({
  station: text(64),
  /** Of the program. */
  version: text(64),
  ports: list(open({ port: text(300), phase: text(40), work: text(64), site: text(200), imei: text(64) }), 1000),
  /** Results that wait here for a server. */
  waiting: whole(0, 1_000_000),
  wallMs: whole(0, Number.MAX_SAFE_INTEGER),
});
export type StationState = ValueOf<typeof stationSchema>;

/** As many stations may end in the middle of a piece of work before nobody is given it any more. */
export const mostAttempts = 2;

/** Reads what stood under a key; undefined when it is nothing of ours. */
export function readProgress(bytes: Uint8Array): Progress | undefined {
  const value = readJson(bytes);
  return fits(progressSchema, value) ? value : undefined;
}

/** Reads what a station told; undefined when it is nothing of ours. */
export function readStation(bytes: Uint8Array): StationState | undefined {
  const value = readJson(bytes);
  return fits(stationSchema, value) ? value : undefined;
}

/** True for work that ended its stations: to give it to one more would lose that one, too. */
export function isPoisoned({ attempts }: Pick<Progress, 'attempts'>): boolean {
  return attempts.length >= mostAttempts;
}
