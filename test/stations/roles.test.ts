import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { QueueView } from '../../shared/stations.ts';
import { queueNames, usualSetup } from '../../main/stations/queueConnection.ts';
import type { QueueOptions } from '../../main/stations/queueConnection.ts';
import { QueueWatch } from '../../main/stations/queueWatch.ts';
import { systemClock } from '../../main/time/clock.ts';
import { fetchFile } from '../../main/stations/storedFiles.ts';
import { WorkQueue } from '../../main/stations/workQueue.ts';
import { resultWithoutRun } from '../../main/stations/work.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { NatsServer, reasonAgainstQueue } from './natsServer.ts';
import { stationAt, workOf } from './stationRoom.ts';

const example = new URL('../../docs/stations/nats-server.conf', import.meta.url);
const never = new AbortController().signal;

describe.skipIf(reasonAgainstQueue !== undefined)('the example configuration of a server', () => {
  let server: NatsServer;
  const queueOf = async (user: string, password = `change-me-${user}`, setup = false): Promise<WorkQueue> => {
    const options: QueueOptions = {
      servers: server.url,
      caller: () => ({ user, password }),
      clientName: user,
      isPatient: false,
    };
    const queue = await WorkQueue.connect(options, setup ? usualSetup : undefined);
    onTestFinished(() => queue.close());
    return queue;
  };
  beforeAll(async () => {
    const text = await readFile(example, 'utf8');
    // The store is where the test has its own.
    const config = text.replace(/^jetstream \{[^}]*\}/m, '');
    expect(config).not.toBe(text);
    server = await NatsServer.start({ config });
    await (
      await WorkQueue.connect(
        {
          servers: server.url,
          caller: () => ({ user: 'planner', password: 'change-me-planner' }),
          clientName: 'planner',
          isPatient: false,
        },
        usualSetup,
      )
    ).close();
  });
  afterAll(() => server?.close());

  it('lets the planner put work in, a station do it, and a reader see what came of it', async () => {
    const planner = await queueOf('planner');
    await planner.add(workOf('a'));
    await planner.add(workOf('b'));
    expect(await planner.cancel('b', 1, 'planner')).toBe(true);
    const { station, events } = await stationAt(server.url, { queue: await queueOf('station', undefined, true) });
    await station.run(never);
    expect(events.map(({ type }) => type)).toEqual(['taken', 'ended', 'stored']);
    const reader = await queueOf('reader');
    const results = await reader.results();
    expect(results.map(({ id, outcome }) => [id, outcome]).toSorted()).toEqual([
      ['a', 'passed'],
      ['b', 'cancelled'],
    ]);
    const result = results.find((one) => one.id === 'a');
    const target = join(await tempDirectory(), 'report.html');
    for (const stored of result?.files ?? [])
      await fetchFile(reader, result ?? { id: '', attempt: '' }, stored, target);
    expect(await readFile(target, 'utf8')).toBe('report of a');
    expect(await reader.list()).toEqual({ waiting: [], unreadable: [], running: [] });
  });

  it.each(['reader', 'station', 'planner'])('lets a %s look at what changes', async (role) => {
    const [queue, planner] = [await queueOf(role), await queueOf('planner')];
    await planner.add(workOf(`seen-by-${role}`));
    const stop = new AbortController();
    const views: QueueView[] = [];
    const watching = new QueueWatch(queue, systemClock, (view) => void views.push(view)).run(stop.signal);
    const ids = (): string[] => views.at(-1)?.waiting.map(({ id }) => id) ?? [];
    await vi.waitFor(() => expect(ids()).toContain(`seen-by-${role}`), { timeout: 20_000 });
    await planner.cancel(`seen-by-${role}`, 1, 'planner');
    const ended = (): string[] => views.at(-1)?.results.map(({ id }) => id) ?? [];
    await vi.waitFor(() => expect(ended()).toContain(`seen-by-${role}`), { timeout: 20_000 });
    stop.abort();
    await watching;
  });

  it.each(['reader', 'station'])('lets a %s put no work in and take none out', async (role) => {
    const [queue, planner] = [await queueOf(role), await queueOf('planner')];
    await planner.add(workOf(`of-${role}`));
    await expect(queue.add(workOf(`by-${role}`))).rejects.toMatchObject({ code: 'QUEUE_DENIED' });
    await expect(queue.connection.manager.streams.purge(queueNames.workStream)).rejects.toThrow();
    const { waiting } = await planner.list();
    expect(waiting.map(({ id }) => id)).toContain(`of-${role}`);
    expect(waiting.map(({ id }) => id)).not.toContain(`by-${role}`);
    expect(await planner.cancel(`of-${role}`, 1, 'planner')).toBe(true);
  });

  it('lets a reader write no result, no file, and take no work', async () => {
    const [reader, planner] = [await queueOf('reader'), await queueOf('planner')];
    const at = { station: 'x', port: '', nowMs: 1, attempt: 'x' };
    const forged = resultWithoutRun(workOf('forged'), 'notRun', 'x', at);
    await planner.add(workOf('waits'));
    await expect(reader.store(forged)).rejects.toMatchObject({ code: 'QUEUE_DENIED' });
    await expect(reader.tellProgress('forged', undefined)).rejects.toMatchObject({ code: 'QUEUE_DENIED' });
    await expect(reader.connection.files.putBlob({ name: 'x' }, new Uint8Array(1))).rejects.toThrow();
    await expect(reader.take(1000)).rejects.toMatchObject({ code: 'QUEUE_DENIED' });
    expect(await planner.result('forged')).toBeUndefined();
    expect((await planner.list()).waiting.map(({ id }) => id)).toEqual(['waits']);
  });

  it.each([
    ['an outsider', '', ''],
    ['a wrong password', 'station', 'guess'],
  ])('turns %s away', async (_, user, password) => {
    await expect(queueOf(user, password)).rejects.toMatchObject({ code: 'QUEUE_DENIED' });
  });
});
