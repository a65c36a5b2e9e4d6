import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CodedError } from '../../shared/errors.ts';
import { mostRows } from '../../shared/stations.ts';
import { stationRows } from '../../main/cli/queueRows.ts';
import { memorySecrets } from '../../main/platform/secrets.ts';
import { systemClock } from '../../main/time/clock.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { NatsServer, reasonAgainstQueue } from './natsServer.ts';
import { queueAt, stationAt, workOf } from './stationRoom.ts';
import { soon, until, windowAt } from './stationWindow.ts';
import { WorkQueue } from '../../main/stations/workQueue.ts';

const order = {};

describe.skipIf(reasonAgainstQueue !== undefined)('the window at a queue', () => {
  let server: NatsServer;
  beforeEach(async () => {
    server = await NatsServer.start();
  });
  afterEach(() => server.close());

  it('says that none is set up there, sets it up, adds work, shows it and takes it out again', async () => {
    const window = await windowAt(server.url);
    const { handlers, stations } = window;
    await handlers.connectQueue({ setUp: false });
    await until(window, ({ phase, fault }) => phase === 'off' && fault?.code === 'QUEUE_NOT_SET_UP');
    await handlers.connectQueue({ setUp: true });
    await until(window, ({ phase, view }) => phase === 'connected' && view !== undefined);
    expect(await handlers.addWork({ site: '泵房 \u202e', id: 'a', count: 1, order })).toEqual({ added: 1, already: 0 });
    expect(await handlers.addWork({ site: 'Hall', count: 3, order })).toEqual({ added: 3, already: 0 });
    await until(window, ({ view }) => view?.waitingCount === 4 && view.waiting.length === 4);
    expect(stations().view?.waiting).toContainEqual({
      id: 'a',
      site: '泵房 \u202e',
      addedMs: expect.any(Number) as number,
    });
    expect(await handlers.cancelWork({ id: 'a' })).toEqual({ wasThere: true });
    expect(await handlers.cancelWork({ id: 'b' })).toEqual({ wasThere: false });
    await until(window, ({ view }) => view?.counts.real.cancelled === 1 && view.waitingCount === 3);
    await expect(Promise.resolve(handlers.addWork({ site: '', id: 'a', count: 1, order }))).rejects.toMatchObject({
      code: 'QUEUE_BAD_WORK',
    });
    await expect(Promise.resolve(handlers.addWork({ site: '', id: 'a', count: 2, order }))).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
    });
    await handlers.disconnectQueue();
    expect(stations()).toMatchObject({ phase: 'off' });
    expect(stations().view).toBeUndefined();
  });

  it('adds all of a table or nothing of it, and says which lines are wrong', async () => {
    const window = await windowAt(server.url);
    const { handlers, chosen, directory } = window;
    await handlers.connectQueue({ setUp: true });
    await until(window, ({ phase }) => phase === 'connected');
    chosen.file = join(directory, 'work.csv');
    await writeFile(chosen.file, 'id,site,only\nx-1,"Hall 3, east",version create\n,Pump,\n../x,Pump,\nx-1,Pump,\n');
    await expect(Promise.resolve(handlers.addWorkFromTable({ order, isAnew: false }))).rejects.toMatchObject({
      code: 'QUEUE_BAD_WORK',
      detail: expect.stringMatching(/line 4: id must be.*line 5: the id x-1 is that of line 2/) as string,
    });
    expect((await (await queueAt(server.url)).list()).waiting).toEqual([]);
    await writeFile(chosen.file, 'id,site,only\nx-1,"Hall 3, east",version create\n,Pump,\n');
    expect(await handlers.addWorkFromTable({ order, isAnew: false })).toEqual({ added: 2, already: 0 });
    await until(window, ({ view }) => view?.waitingCount === 2);
    delete chosen.file;
    expect(await handlers.addWorkFromTable({ order, isAnew: false })).toBeNull();
  });

  it('adds nothing of a table of which a row cannot be added, and the rest of one that was added in part', async () => {
    const window = await windowAt(server.url);
    const { handlers, chosen, directory } = window;
    const queue = await queueAt(server.url, false, 4);
    await queue.add({ ...workOf('x-2'), site: 'elsewhere' });
    await handlers.connectQueue({ setUp: true });
    await until(window, ({ phase }) => phase === 'connected');
    chosen.file = join(directory, 'work.csv');
    const add = () => Promise.resolve(handlers.addWorkFromTable({ order, isAnew: false }));
    const waiting = async () => (await queue.list()).waiting.map(({ id }) => id).toSorted();
    await writeFile(chosen.file, 'id,site\nx-1,Pump\nx-2,Pump\nx-3,Pump\n');
    await expect(add()).rejects.toMatchObject({
      code: 'QUEUE_BAD_WORK',
      message: 'other work of the id x-2 is in the queue; nothing was added',
    });
    expect(await waiting()).toEqual(['x-2']);
    await writeFile(chosen.file, 'id,site\nx-3,Pump\nx-4,Pump\nx-5,Pump\nx-6,Pump\n');
    await expect(add()).rejects.toMatchObject({
      code: 'QUEUE_FULL',
      message: expect.stringContaining('3 of 4') as string,
    });
    expect(await waiting()).toEqual(['x-2']);
    // Broken off in the middle it says how far it came, and is repeated without harm.
    await writeFile(chosen.file, 'id,site,only,platform\nx-3,Pump,version,operator\nx-4,Pump,,\nx-5,Pump,,\n');
    const adding = vi.spyOn(WorkQueue.prototype, 'add');
    onTestFinished(() => void adding.mockRestore());
    adding.mockImplementationOnce(
      async (work) => void (await queue.connection.client.publish(`mipl.work.${work.id}`, JSON.stringify(work))),
    );
    adding.mockRejectedValueOnce(new CodedError('QUEUE_UNREACHABLE', 'The queue cannot be reached'));
    await expect(add()).rejects.toMatchObject({
      code: 'QUEUE_PARTLY',
      detail: '1/3, … x-3',
    });
    expect(await add()).toEqual({ added: 2, already: 1 });
    expect(await waiting()).toEqual(['x-2', 'x-3', 'x-4', 'x-5']);
  });

  it('adds the rows of a table once, also those without an id and also when they are done, and once more where it is asked to', async () => {
    const window = await windowAt(server.url);
    const { handlers, chosen, directory } = window;
    await handlers.connectQueue({ setUp: true });
    await until(window, ({ phase }) => phase === 'connected');
    chosen.file = join(directory, 'work.csv');
    const add = (isAnew = false) => Promise.resolve(handlers.addWorkFromTable({ order, isAnew }));
    // Two devices of one site are two pieces of work.
    await writeFile(chosen.file, 'site,only\nPump,\nPump,\nHall,version create\n');
    expect(await add()).toEqual({ added: 3, already: 0 });
    expect(await add()).toEqual({ added: 0, already: 3 });
    const queue = await queueAt(server.url);
    const [first] = (await queue.list()).waiting;
    await queue.cancel(first?.id ?? '', 1, 'planner');
    // In another order, and with a row more.
    await writeFile(chosen.file, 'only,site\nversion create,Hall\n,Pump\n,Pump\n,Pump\n');
    expect(await add()).toEqual({ added: 1, already: 3 });
    // Other cases or another plan are other work.
    await writeFile(chosen.file, 'site,only\nHall,version\n');
    expect(await add()).toEqual({ added: 1, already: 0 });
    expect((await queue.list()).waiting).toHaveLength(4);
    expect(await add(true)).toEqual({ added: 1, already: 0 });
    expect(await add(true)).toEqual({ added: 1, already: 0 });
    expect((await queue.list()).waiting).toHaveLength(6);
  });

  it('shows stations, what runs and what came of it as it changes, also after the server was started again', async () => {
    const queue = await queueAt(server.url);
    const window = await windowAt(server.url);
    const { handlers, stations } = window;
    await handlers.connectQueue({ setUp: false });
    await until(window, ({ view }) => view !== undefined);
    await queue.add(workOf('a'));
    const go = Promise.withResolvers<undefined>();
    const { station } = await stationAt(server.url, {
      name: 'line-1',
      run: async (_work, _port, _folder, onProgress) => {
        onProgress({ done: 2, count: 9, failed: 1 });
        await go.promise;
        const counts = { passed: 8, failed: 1, inconclusive: 0, skipped: 0 };
        return { isComplete: true, outcome: 'failed', isPractice: false, isMasked: true, counts, notPassed: ['read'] };
      },
    });
    const running = station.run(new AbortController().signal);
    await until(window, ({ view }) => view?.running[0]?.done === 2);
    expect(stations().view?.running).toEqual([
      { id: 'a', site: 'site a', station: 'line-1', port: 'port', done: 2, count: 9, failed: 1 },
    ]);
    await until(window, ({ view }) => view?.stations.length === 1);
    expect(stations().view?.stations).toMatchObject([{ station: 'line-1', ports: [{ port: 'port' }] }]);
    go.resolve(undefined);
    await running;
    await until(window, ({ view }) => view?.failures.length === 1 && view.running.length === 0);
    expect(stations().view?.failures).toMatchObject([{ id: 'a', outcome: 'failed', notPassed: ['read'] }]);
    await server.kill();
    await until(window, ({ phase, fault }) => phase === 'lost' && fault?.code === 'QUEUE_UNREACHABLE');
    await server.startAgain();
    await until(window, ({ phase }) => phase === 'connected');
    await (await queueAt(server.url)).add(workOf('b'));
    await until(window, ({ view }) => view?.waiting.some(({ id }) => id === 'b') ?? false);
    await (await queueAt(server.url)).cancel('b', Date.now(), 'planner');
    await until(window, ({ view }) => view?.counts.real.cancelled === 1);
  });

  it('is a station itself: tests a device, stores what came of it, and opens report, session and file from there', async () => {
    const window = await windowAt(server.url);
    const { handlers, stations, pages, chosen, directory } = window;
    await handlers.connectQueue({ setUp: true });
    await until(window, ({ phase }) => phase === 'connected');
    const queue = await queueAt(server.url);
    await queue.add({ ...workOf('a'), only: ['version', 'create'] });
    await handlers.startStation();
    await until(window, ({ view }) => view?.results.length === 1);
    const { files = [], outcome, isPractice, station } = stations().view?.results[0] ?? {};
    expect({ outcome, isPractice, station }).toEqual({ outcome: 'passed', isPractice: true, station: 'desk-1' });
    expect(stations().own).toMatchObject({ phase: 'running', name: 'desk-1' });
    await handlers.stopStation();
    expect(stations().own).toMatchObject({ phase: 'off', prompts: {} });
    const named = (end: string): string => files.find(({ name }) => name.endsWith(end))?.name ?? '';
    expect(await handlers.openResultFile({ id: 'a', file: named('.html') })).toEqual({ shown: 'page' });
    expect(pages[0]).toContain('<!doctype html>');
    const opened = await handlers.openResultFile({ id: 'a', file: named('.ndjson') });
    expect(opened).toMatchObject({ shown: 'session' });
    const { session } = opened as { session: string };
    expect((await handlers.listSessions()).sessions.map(({ id }) => id)).toContain(session);
    expect((await handlers.openSession({ session })).id).toBe(session);
    chosen.file = join(directory, 'saved.json');
    expect(await handlers.openResultFile({ id: 'a', file: named('.json') })).toEqual({
      shown: 'saved',
      file: chosen.file,
    });
    expect(JSON.parse(await readFile(chosen.file, 'utf8'))).toMatchObject({ cases: expect.any(Array) as unknown[] });
    await expect(Promise.resolve(handlers.openResultFile({ id: 'a', file: '../x' }))).rejects.toMatchObject({
      code: 'QUEUE_BAD_FILE',
    });
  });

  it('leaves a port alone that a tab has, and work goes to another', async () => {
    const window = await windowAt(server.url);
    const { handlers } = window;
    await handlers.connectQueue({ setUp: true });
    await until(window, ({ phase }) => phase === 'connected');
    await handlers.openPort({ path: 'sim:m5310a', baudRate: 9600 });
    await handlers.startStation();
    const queue = await queueAt(server.url);
    await queue.add(workOf('a'));
    const { station } = await stationAt(server.url, { name: 'line-2' });
    await station.run(new AbortController().signal);
    await until(window, ({ view }) => view?.results[0]?.station === 'line-2');
    await until(window, ({ own }) => own.phase === 'running');
    await handlers.closePort();
    await queue.add({ ...workOf('b'), only: ['version'] });
    await until(window, ({ view }) => view?.results.some(({ station: by }) => by === 'desk-1') ?? false);
  });

  it('asked twice at once it has one connection and is one station, which can be ended', async () => {
    const connected = vi.spyOn(WorkQueue, 'connect');
    const taking = vi.spyOn(WorkQueue.prototype, 'take');
    onTestFinished(() => void vi.restoreAllMocks());
    const window = await windowAt(server.url);
    const { handlers, stations } = window;
    await Promise.all([handlers.connectQueue({ setUp: true }), handlers.connectQueue({ setUp: true })]);
    await until(window, ({ phase }) => phase === 'connected');
    await Promise.all([handlers.startStation(), handlers.startStation()]);
    await vi.waitFor(
      () => expect(taking.mock.settledResults.some(({ type }) => type === 'fulfilled')).toBe(true),
      soon,
    );
    const underWay = taking.mock.settledResults.filter(({ type }) => type === 'incomplete');
    expect(underWay.length).toBeLessThanOrEqual(1);
    await Promise.all([handlers.stopStation(), handlers.startStation()]);
    await until(window, ({ own }) => own.phase === 'running');
    await handlers.disconnectQueue();
    expect(stations()).toMatchObject({ phase: 'off', own: { phase: 'off' } });
    const queues = connected.mock.settledResults.flatMap(({ type, value }) => (type === 'fulfilled' ? [value] : []));
    expect(queues.map(({ isClosed }) => isClosed)).toEqual(queues.map(() => true));
  });

  it('asked to leave and at once to come back it is there, and so is its station', async () => {
    const window = await windowAt(server.url);
    const { handlers } = window;
    const queue = await queueAt(server.url);
    await handlers.connectQueue({ setUp: true });
    await until(window, ({ phase }) => phase === 'connected');
    await handlers.startStation();
    await until(window, ({ own }) => own.phase === 'running');
    await Promise.all([handlers.disconnectQueue(), handlers.connectQueue({ setUp: false })]);
    await until(window, ({ phase, own, view }) => phase === 'connected' && own.phase === 'off' && view !== undefined);
    await handlers.startStation();
    await until(window, ({ own }) => own.phase === 'running');
    await Promise.all([handlers.disconnectQueue(), handlers.startStation()]);
    await queue.add({ ...workOf('a'), only: ['version'] });
    await until(window, ({ view }) => view?.results[0]?.id === 'a');
    await handlers.disconnectQueue();
    expect(window.stations()).toMatchObject({ phase: 'off', own: { phase: 'off' } });
  });

  it('counts ten thousand pieces of work and shows the first of them, and so does the list of the command line', async () => {
    const queue = await queueAt(server.url, false, 20_000);
    const ids = Array.from({ length: 10_000 }, (_, index) => `w-${String(index).padStart(5, '0')}`);
    for (let from = 0; from < ids.length; from += 100)
      await Promise.all(
        ids
          .slice(from, from + 100)
          .map((id) => queue.connection.client.publish(`mipl.work.${id}`, JSON.stringify(workOf(id)))),
      );
    const window = await windowAt(server.url);
    await window.handlers.connectQueue({ setUp: false });
    await until(window, ({ view }) => view?.waitingCount === 10_000 && view.waiting.length === mostRows);
    expect(window.stations().view?.waiting[0]).toEqual({ id: 'w-00000', site: 'site w-00000', addedMs: 1 });
    expect(JSON.stringify(window.stations()).length).toBeLessThan(100_000);
    expect(await window.handlers.cancelWork({ id: 'w-00000' })).toEqual({ wasThere: true });
    await until(window, ({ view }) => view?.waitingCount === 9999 && view.waiting[0]?.id === 'w-00001');
    expect((await queue.list()).waiting).toHaveLength(9999);
  });

  it('says of a station whose clock is an hour off by how much, and shows it as the others', async () => {
    const queue = await queueAt(server.url);
    const told = { version: '1.0.0', ports: [], waiting: 0 };
    const hourMs = 3_600_000;
    const window = await windowAt(server.url);
    await window.handlers.connectQueue({ setUp: false });
    for (const [station, offMs] of [
      ['ahead', hourMs],
      ['behind', -hourMs],
      ['right', 0],
    ] as const)
      await queue.tellStation({ ...told, station, wallMs: systemClock.wallMs() + offMs });
    await until(window, ({ view }) => view?.stations.length === 3);
    const minutes = window
      .stations()
      .view?.stations.map(({ station, clockOffMs }) => [
        station,
        clockOffMs === undefined ? undefined : Math.round(clockOffMs / 60_000),
      ]);
    expect(Object.fromEntries(minutes ?? [])).toEqual({ ahead: 60, behind: -60, right: undefined });
    const rows = stationRows(await queue.stations(), systemClock.wallMs()).toSorted();
    expect(rows).toEqual([
      'ahead  1.0.0  its clock is 60 min ahead: times of its results are wrong',
      'behind  1.0.0  its clock is 60 min behind: times of its results are wrong',
      expect.stringMatching(/^right  1\.0\.0  \d+ s ago$/),
    ]);
  });

  it('shows as rows of text what strangers have put there, and goes on', async () => {
    const queue = await queueAt(server.url);
    const { results, progress, stations: bucket, client } = queue.connection;
    const markup = '<img src=x onerror=alert(1)>\u0007\u202e';
    await results.put('bad', 'no JSON');
    await progress.put('bad', new Uint8Array([0xff, 0x00]));
    await bucket.put('bad', '[]');
    await bucket.put('evil', JSON.stringify({ station: markup, version: markup, ports: [], waiting: 0, wallMs: 0 }));
    await client.publish('mipl.work.evil', '{"format":"mipl-work"');
    const window = await windowAt(server.url);
    await window.handlers.connectQueue({ setUp: false });
    await until(window, ({ view }) => view?.waiting[0]?.id === 'evil' && view.stations.length === 1);
    expect(window.stations().view).toMatchObject({
      stations: [{ station: markup }],
      results: [],
      running: [],
      waiting: [{ id: 'evil', problem: expect.stringContaining('no JSON') as string }],
    });
  });
});

describe.skipIf(reasonAgainstQueue !== undefined)('who asks', () => {
  it('is kept in the key store by address, never in the settings, and given to no other address', async () => {
    const server = await NatsServer.start({ config: 'authorization { user: planner, password: secret-word }' });
    onTestFinished(() => server.close());
    const secrets = memorySecrets();
    const settingsFile = join(await tempDirectory(), 'settings.json');
    const window = await windowAt(server.url, { secrets, settingsFile });
    const { handlers, stations } = window;
    await handlers.connectQueue({ setUp: true });
    await until(window, ({ phase, fault }) => phase === 'off' && fault?.code === 'QUEUE_DENIED');
    await handlers.setQueueUser({ user: 'planner', password: 'secret-word' });
    expect(stations()).toMatchObject({ credentials: 'user', areCredentialsKept: false });
    await handlers.connectQueue({ setUp: true });
    await until(window, ({ phase }) => phase === 'connected');
    const { station } = window.application.state.state.settings;
    await handlers.changeSettings({ station: { ...station, address: 'nats://127.0.0.1:1' } });
    expect(stations()).toMatchObject({ phase: 'off', credentials: 'none' });
    await handlers.changeSettings({ station });
    expect(stations()).toMatchObject({ credentials: 'user' });
    await handlers.forgetQueueCredentials();
    expect(stations()).toMatchObject({ credentials: 'none' });
    expect(await readFile(settingsFile, 'utf8')).not.toContain('secret-word');
    expect(JSON.stringify(window.application.state.state)).not.toContain('secret-word');
  });

  it('may be renewed while the connection is lost: it comes back with the new password, and nobody connects anew', async () => {
    const server = await NatsServer.start({ config: 'authorization { user: planner, password: secret-word }' });
    onTestFinished(() => server.close());
    const window = await windowAt(server.url);
    const { handlers } = window;
    await handlers.setQueueUser({ user: 'planner', password: 'secret-word' });
    await handlers.connectQueue({ setUp: true });
    await until(window, ({ phase }) => phase === 'connected');
    await server.startAgain('authorization { user: planner, password: renewed-word }');
    await until(window, ({ phase, fault }) => phase === 'lost' && fault?.code === 'QUEUE_DENIED');
    await handlers.setQueueUser({ user: 'planner', password: 'renewed-word' });
    await until(window, ({ phase }) => phase === 'connected');
  });

  it('and where: nothing is reached that no person has confirmed', async () => {
    const asked: string[] = [];
    const hosts = {
      has: () => false,
      require: ({ purpose, address }: { purpose: string; address: string }) => {
        asked.push(`${purpose} ${address}`);
        return Promise.reject(new Error('No'));
      },
    };
    const { handlers, stations } = await windowAt('nats://one,tls://two:4333', { hosts });
    await expect(Promise.resolve(handlers.connectQueue({ setUp: false }))).rejects.toThrow('No');
    expect(asked).toEqual(['queue nats://one:4222']);
    expect(stations().phase).toBe('off');
  });

  it('and a queue that the settings name while a person is asked about another is not reached', async () => {
    const [asked, answered] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const require = (): Promise<undefined> => {
      asked.resolve(undefined);
      return answered.promise;
    };
    const hosts = { has: () => true, require };
    const { handlers, stations, application } = await windowAt('nats://127.0.0.1:1', { hosts });
    const connecting = Promise.resolve(handlers.connectQueue({ setUp: false }));
    await asked.promise;
    const { station } = application.state.state.settings;
    await handlers.changeSettings({ station: { ...station, address: 'nats://127.0.0.1:2' } });
    answered.resolve(undefined);
    await expect(connecting).rejects.toMatchObject({ code: 'BAD_ARGUMENT', detail: 'address' });
    expect(stations().phase).toBe('off');
  });

  it('a server without JetStream is told from one that is not there, which is tried again', async () => {
    const server = await NatsServer.start({ hasJetStream: false });
    const window = await windowAt(server.url);
    await window.handlers.connectQueue({ setUp: true });
    await until(window, ({ phase, fault }) => phase === 'off' && fault?.code === 'QUEUE_NO_JETSTREAM');
    await server.close();
    await window.handlers.connectQueue({ setUp: true });
    await until(window, ({ phase, fault }) => phase === 'lost' && fault?.code === 'QUEUE_UNREACHABLE');
    await window.handlers.disconnectQueue();
    expect(window.stations()).toMatchObject({ phase: 'off' });
  });
});
