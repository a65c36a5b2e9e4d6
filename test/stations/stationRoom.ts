import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Outbox } from '../../main/stations/outbox.ts';
import { Station } from '../../main/stations/station.ts';
import type { RunResult, StationEvent, StationParts } from '../../main/stations/station.ts';
import { WorkQueue } from '../../main/stations/workQueue.ts';
import { systemClock } from '../../main/time/clock.ts';
import type { Work } from '../../main/stations/work.ts';
import { tempDirectory } from '../tempDirectory.ts';

/** So that work of a station that is gone is given away within a test. */
const setup = { replicas: 1, mostWork: 1000, silenceMs: 1500 };

export const workOf = (id: string): Work => ({ format: 'mipl-work', version: 1, id, site: `site ${id}`, addedMs: 1 });

/** A connection of its own, which whoever asked for it closes. */
export function queueOf(url: string, isPatient = false, mostWork = setup.mostWork, replicas = 1): Promise<WorkQueue> {
  return WorkQueue.connect({ servers: url, clientName: 'test', isPatient }, { ...setup, mostWork, replicas });
}

/** The same, closed with the test. */
export async function queueAt(...options: Parameters<typeof queueOf>): Promise<WorkQueue> {
  const queue = await queueOf(...options);
  onTestFinished(() => queue.close());
  return queue;
}

export const passed: RunResult = {
  isComplete: true,
  outcome: 'passed',
  isPractice: true,
  isMasked: true,
  counts: { passed: 1, failed: 0, inconclusive: 0, skipped: 0 },
  notPassed: [],
};

/** A station in this process whose devices are functions; everything else of it is real. */
export async function stationAt(
  url: string,
  parts: Partial<StationParts> = {},
): Promise<{ station: Station; events: StationEvent[]; queue: WorkQueue; directory: string }> {
  const queue = parts.queue ?? (await queueAt(url, true));
  const directory = await tempDirectory();
  const events: StationEvent[] = [];
  const station = new Station({
    name: 'station',
    version: '0',
    ports: ['port'],
    queue,
    outbox: await Outbox.open(directory),
    clock: systemClock,
    silenceMs: queue.connection.silenceMs,
    isUntilEmpty: true,
    nextDevice: async () => undefined,
    run: async (work, _port, folder) => {
      await writeFile(join(folder, 'report.html'), `report of ${work.id}`);
      return passed;
    },
    tell: (event) => void events.push(event),
    ...parts,
  });
  return { station, events, queue, directory };
}
