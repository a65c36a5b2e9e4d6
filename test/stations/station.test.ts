import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pause } from '../../main/time/timers.ts';
import { CodedError } from '../../shared/errors.ts';
import { Outbox, storedName } from '../../main/stations/outbox.ts';
import { queueNames } from '../../main/stations/queueConnection.ts';
import type { WorkQueue } from '../../main/stations/workQueue.ts';
import { NatsServer, reasonAgainstQueue } from './natsServer.ts';
import { passed, queueAt, stationAt, workOf } from './stationRoom.ts';

const never = new AbortController().signal;

describe.skipIf(reasonAgainstQueue !== undefined)('a station on a real server', () => {
  let server: NatsServer;
  let queue: WorkQueue;
  beforeEach(async () => {
    server = await NatsServer.start();
    queue = await queueAt(server.url, true);
  });
  afterEach(() => server.close());

  it('runs what waits, gives report and result away and keeps nothing', async () => {
    for (const id of ['a', 'b', 'c']) await queue.add(workOf(id));
    const { station, directory } = await stationAt(server.url, { ports: ['p1', 'p2'] });
    const results = await station.run(never);
    expect(results.map(({ id }) => id).toSorted()).toEqual(['a', 'b', 'c']);
    expect((await queue.results()).map(({ id, outcome, site }) => [id, outcome, site])).toEqual(
      expect.arrayContaining([
        ['a', 'passed', 'site a'],
        ['b', 'passed', 'site b'],
        ['c', 'passed', 'site c'],
      ]),
    );
    const a = await queue.result('a');
    const stored = await queue.connection.files.getBlob(storedName(a ?? { id: '', attempt: '' }, 'report.html'));
    expect(new TextDecoder().decode(stored ?? undefined)).toBe('report of a');
    expect(await readdir(directory)).toEqual([]);
    expect(await queue.list()).toEqual({ waiting: [], unreadable: [], running: [] });
  });

  it('refuses work twice: while it waits, and once it has a result', async () => {
    await queue.add(workOf('a'));
    await expect(queue.add(workOf('a'))).rejects.toMatchObject({ code: 'QUEUE_BAD_WORK', detail: 'a' });
    await (await stationAt(server.url)).station.run(never);
    await expect(queue.add(workOf('a'))).rejects.toMatchObject({ code: 'QUEUE_BAD_WORK', detail: 'a' });
    expect(await queue.forget('a')).toBe(true);
    await queue.add(workOf('a'));
  });

  it('leaves one result where a message came twice', async () => {
    await queue.add(workOf('a'));
    let runs = 0;
    const both = Promise.withResolvers<undefined>();
    // Each holds its work until the other has begun: the first hears nothing of the server for longer than it waits.
    const run = async (): Promise<typeof passed> => {
      if (++runs === 2) both.resolve(undefined);
      await both.promise;
      return passed;
    };
    const first = await stationAt(server.url, { name: 'one', run, silenceMs: 60_000 });
    const running = first.station.run(never);
    await expect.poll(() => runs).toBe(1);
    const second = await stationAt(server.url, { name: 'two', run });
    await Promise.all([running, second.station.run(never)]);
    expect(await queue.results()).toHaveLength(1);
    expect([...first.events, ...second.events].filter(({ type }) => type === 'stored')).toEqual(
      expect.arrayContaining([
        { type: 'stored', id: 'a', delivery: 'stored' },
        { type: 'stored', id: 'a', delivery: 'late' },
      ]),
    );
  });

  it('keeps results while the server is away, and gives them away once it is there again', async () => {
    await queue.add(workOf('a'));
    let runs = 0;
    const { station, events, directory } = await stationAt(server.url, {
      run: async (_work, _port, folder) => {
        runs++;
        await writeFile(join(folder, 'journal.ndjson'), 'x'.repeat(300_000));
        await server.kill();
        return passed;
      },
    });
    const ended = station.run(never);
    await expect.poll(() => events.some(({ type }) => type === 'waiting'), { timeout: 20_000 }).toBe(true);
    expect(await readdir(directory)).toHaveLength(1);
    await server.startAgain();
    await ended;
    expect(events.at(-1)).toMatchObject({ type: 'stored', id: 'a' });
    expect(runs).toBe(1);
    const [result] = await (await queueAt(server.url)).results();
    expect(result).toMatchObject({ id: 'a', outcome: 'passed', files: [{ name: 'journal.ndjson', bytes: 300_000 }] });
    expect(await readdir(directory)).toEqual([]);
  });

  it('runs to the end and keeps the result when its connection is closed for good in the middle', async () => {
    await queue.add(workOf('a'));
    const own = await queueAt(server.url, true);
    const lost = await stationAt(server.url, {
      queue: own,
      run: async (_work, _port, _folder, onProgress) => {
        await own.close();
        // Longer than the pause between two words to the server, which nobody hears now.
        await pause(2 * (own.connection.silenceMs / 3));
        onProgress({ done: 1, count: 1, failed: 0 });
        return passed;
      },
    });
    await lost.station.run(never);
    expect(lost.events.map(({ type }) => type)).toContain('waiting');
    expect(own.isClosed).toBe(true);
    expect(await readdir(lost.directory)).toHaveLength(1);
    const again = await stationAt(server.url, { outbox: await Outbox.open(lost.directory) });
    await again.station.run(never);
    expect(await queue.results()).toMatchObject([{ id: 'a', outcome: 'passed' }]);
  });

  it('says of a result that nobody could read again that it was not run, instead of losing it', async () => {
    await queue.add(workOf('a'));
    const { station } = await stationAt(server.url, { run: async () => ({ ...passed, firmware: 'x'.repeat(401) }) });
    await station.run(never);
    expect(await queue.results()).toMatchObject([{ id: 'a', outcome: 'notRun' }]);
  });

  it('sets work aside whose port is lost in the middle twice', async () => {
    await queue.add(workOf('a'));
    const run = async (): Promise<typeof passed> => ({ ...passed, isComplete: false });
    const stop = new AbortController();
    const first = await stationAt(server.url, { run });
    const running = first.station.run(stop.signal);
    await expect.poll(async () => (await queue.progress('a'))?.attempts).toHaveLength(1);
    await expect.poll(() => first.events.map(({ type }) => type)).toContain('givenBack');
    stop.abort();
    await running;
    const [again, third] = [await stationAt(server.url, { run }), await stationAt(server.url)];
    const end = new AbortController();
    const second = again.station.run(end.signal);
    await expect.poll(() => again.events.map(({ type }) => type)).toContain('givenBack');
    end.abort();
    await second;
    await third.station.run(never);
    expect(await queue.results()).toMatchObject([{ id: 'a', outcome: 'setAside' }]);
  });

  it('reads past what is nothing of ours in the buckets', async () => {
    const { progress, stations, results } = queue.connection;
    for (const bucket of [progress, stations, results]) await bucket.put('odd', 'no JSON');
    expect((await queue.list()).running).toEqual([]);
    expect([await queue.stations(), await queue.results(), await queue.progress('odd')]).toEqual([[], [], undefined]);
  });

  it('gives away after a restart what an earlier run of the program left, and names what that broke off', async () => {
    const { station, events, directory } = await stationAt(server.url);
    const outbox = await Outbox.open(directory);
    await queue.add(workOf('a'));
    const left = await outbox.folder('a', 'first');
    const { isComplete: _, ...result } = passed;
    await outbox.keep(left, {
      ...result,
      ...{ format: 'mipl-work-result', version: 1, id: 'a', site: 's', attempt: 'first' },
      ...{ station: 'x', port: 'p', startedMs: 1, finishedMs: 2 },
    });
    const broken = await outbox.folder('b', 'second');
    await station.run(never);
    expect(events).toContainEqual({ type: 'brokenOff', directory: broken });
    expect(await queue.result('a')).toMatchObject({ attempt: 'first', station: 'x' });
    expect(events.some(({ type }) => type === 'taken')).toBe(false);
  });

  it('sets aside what ended two stations, says which, and takes a real result in its place', async () => {
    await queue.add(workOf('a'));
    const at = { port: 'p', startedMs: 1 };
    const attempts = [
      { ...at, attempt: 'x', station: 'one' },
      { ...at, attempt: 'y', station: 'two' },
    ];
    await queue.tellProgress('a', { site: '', attempts, done: 0, count: 0, failed: 0, changedMs: 1 });
    await (await stationAt(server.url)).station.run(never);
    const result = await queue.result('a');
    expect(result).toMatchObject({ outcome: 'setAside', problem: expect.stringContaining('one at p, two at p') });
    expect(await queue.store({ ...result!, attempt: 'y', outcome: 'passed' })).toBe(true);
    expect(await queue.store({ ...result!, attempt: 'z', outcome: 'failed' })).toBe(false);
    expect(await queue.result('a')).toMatchObject({ attempt: 'y', outcome: 'passed' });
  });

  it('gives work back when its port is at fault or somebody stops it, without counting the attempt', async () => {
    await queue.add(workOf('a'));
    const lost = await stationAt(server.url, {
      name: 'lost',
      run: () => Promise.reject(new CodedError('PORT_NOT_FOUND', 'There is no such port')),
    });
    const stop = new AbortController();
    const running = lost.station.run(stop.signal);
    await expect.poll(() => lost.events).toContainEqual(expect.objectContaining({ type: 'givenBack', id: 'a' }));
    stop.abort();
    await running;
    // Not before: it may take the same work again meanwhile.
    expect((await queue.progress('a'))?.attempts).toEqual([]);
    expect(await (await stationAt(server.url)).station.run(never)).toMatchObject([{ id: 'a', outcome: 'passed' }]);
  });

  it('says of work that cannot be run why, and goes on with the next', async () => {
    const { client } = queue.connection;
    await client.publish(queueNames.workSubject('bad'), 'no JSON');
    await client.publish(queueNames.workSubject('liar'), JSON.stringify(workOf('other')));
    await queue.add(workOf('plan'));
    await queue.add(workOf('good'));
    expect((await queue.list()).unreadable.map(({ id }) => id)).toEqual(['bad']);
    const { station } = await stationAt(server.url, {
      run: async ({ id }) => {
        if (id === 'plan') throw new CodedError('FILE_BAD_PLAN', 'own.plan.json:3 steps: the list is empty');
        return passed;
      },
    });
    const run = await station.run(never);
    expect(run.map(({ outcome }) => outcome).toSorted()).toEqual(['notRun', 'notRun', 'notRun', 'passed']);
    const problems = Object.fromEntries((await queue.results()).map(({ id, problem }) => [id, problem]));
    expect(problems).toEqual({
      bad: 'It is no JSON',
      liar: 'It says that it is other',
      plan: 'FILE_BAD_PLAN: own.plan.json:3 steps: the list is empty',
      good: undefined,
    });
  });

  it('stops work that is cancelled, and leaves no result but that', async () => {
    await queue.add(workOf('a'));
    await queue.add(workOf('b'));
    const { station, events } = await stationAt(server.url, {
      run: async ({ id }, _port, _folder, _onProgress, signal) => {
        if (id === 'b') return passed;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return { ...passed, isComplete: false };
      },
    });
    const running = station.run(never);
    await expect.poll(() => events.map(({ type }) => type)).toContain('taken');
    expect(await queue.cancel('a', 5, 'planner')).toBe(true);
    await running;
    expect((await queue.results()).map(({ id, outcome }) => [id, outcome])).toEqual([
      ['a', 'cancelled'],
      ['b', 'passed'],
    ]);
    expect(await queue.cancel('a', 5, 'planner')).toBe(false);
    // Nor is what a station that is gone had begun.
    await queue.add(workOf('c'));
    const attempt = { attempt: 'x', station: 'gone', port: 'p', startedMs: 1 };
    await queue.tellProgress('c', { site: '', attempts: [attempt], done: 0, count: 0, failed: 0, changedMs: 1 });
    expect((await queue.list()).running).toHaveLength(1);
    expect(await queue.cancel('c', 6, 'planner')).toBe(true);
    expect((await queue.list()).running).toEqual([]);
  });

  it('tells of itself and of how far each run is', async () => {
    await queue.add(workOf('a'));
    const go = Promise.withResolvers<undefined>();
    const { station } = await stationAt(server.url, {
      name: 'line-1',
      run: async (_work, _port, _folder, onProgress) => {
        onProgress({ done: 3, count: 12, failed: 1 });
        await go.promise;
        return passed;
      },
    });
    const running = station.run(never);
    await expect
      .poll(async () => (await queue.list()).running, { timeout: 10_000 })
      .toMatchObject([{ id: 'a', done: 3, count: 12, failed: 1, attempts: [{ station: 'line-1', port: 'port' }] }]);
    expect(await queue.stations()).toMatchObject([{ station: 'line-1', ports: [{ port: 'port' }] }]);
    go.resolve(undefined);
    await running;
    expect(await queue.stations()).toEqual([]);
  });

  it('takes no more than the queue is to hold, and says so', async () => {
    await queue.connection.manager.streams.update(queueNames.workStream, { max_msgs: 1 });
    await queue.add(workOf('a'));
    await expect(queue.add(workOf('b'))).rejects.toMatchObject({ code: 'QUEUE_FULL' });
  });
});

describe.skipIf(reasonAgainstQueue !== undefined)('a server that will not do', () => {
  it('has no JetStream', async () => {
    const server = await NatsServer.start({ hasJetStream: false });
    await expect(queueAt(server.url)).rejects.toMatchObject({ code: 'QUEUE_NO_JETSTREAM' });
    await server.close();
    await expect(queueAt(server.url)).rejects.toMatchObject({ code: 'QUEUE_UNREACHABLE' });
  });
});
