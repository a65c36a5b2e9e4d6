import { appendFile, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { OpenedSession, SessionFindTold, SessionQuery, SessionsTold } from '../../shared/sessions.ts';
import { byteLine, factLines, headerLine, recordLine } from '../../main/journal/format.ts';
import { KeptSessions } from '../../main/program/keptSessions.ts';
import { OpenSession } from '../../main/sessions/openSession.ts';
import { tempDirectory } from '../tempDirectory.ts';

const startedMs = Date.UTC(2026, 10, 22, 13, 13, 5, 123);

function headOf(site: string): string {
  const started = new Date(startedMs).toISOString();
  const fields = {
    version: 2,
    app: '0.1.0',
    started,
    startedMs,
    monotonicNs: 0n,
    port: '/dev/ttyUSB0',
    baudRate: 9600,
  };
  return headerLine({ ...fields, site });
}

/** Exchanges as a session has them, one of them refused. */
function bodyOf(exchanges: number): string[] {
  return Array.from({ length: exchanges }, (_, index) => {
    const at = index * 3e8;
    const say = (direction: 'in' | 'out', text: string, more: number): string =>
      byteLine(direction, Buffer.from(text), at + more, startedMs + (at + more) / 1e6);
    const result = index % 10 === 9 ? 'ERROR' : '+CEREG:0,1\r\n\r\nOK';
    return [say('out', 'AT+CEREG?\r', 0), say('in', `\r\n${result}\r\n`, 1e7)];
  }).flat();
}

const journalOf = (site: string, exchanges: number): string => `${[headOf(site), ...bodyOf(exchanges)].join('\n')}\n`;

/** Journals are in one folder, on a disk with room. */
const at = (journals: string) => ({
  folders: () => [journals],
  present: () => journals,
  freeBytes: () => Promise.resolve(7_000_000_000),
});

async function desk(nowMs = () => startedMs + 1e9) {
  const folder = await tempDirectory();
  const [journals, commandLineJournals] = [join(folder, 'window'), join(folder, 'commands')];
  await mkdir(journals);
  await mkdir(commandLineJournals);
  const live: string[] = [];
  const made = new KeptSessions({ ...at(journals), commandLineJournals, liveFiles: () => live, wallMs: nowMs });
  const told: SessionsTold[] = [];
  const opened: OpenedSession[] = [];
  const finds: SessionFindTold[] = [];
  made.listen({
    onSessions: (one) => told.push(one),
    onSession: (one) => opened.push(one),
    onFind: (one) => finds.push(one),
  });
  onTestFinished(() => made.end());
  const content = (id: string) => told.flatMap(({ changed }) => changed).findLast((one) => one.id === id)?.content;
  return { desk: made, journals, commandLineJournals, live, told, opened, finds, content };
}

const everything: SessionQuery = { text: '', isPattern: false, matchesCase: false, classes: [] };

it('lists the sessions of both folders with what is in them, and keeps an index beside each', async () => {
  const { desk: it, journals, commandLineJournals, content } = await desk();
  await writeFile(join(journals, 'a.mipl.ndjson'), journalOf('Pump 3', 20));
  await writeFile(join(commandLineJournals, 'b.mipl.ndjson'), `${journalOf('Meter', 1)}{"t":"in","n`);
  await writeFile(join(journals, 'c.mipl.ndjson'), 'no journal\n');
  await writeFile(join(journals, 'other.txt'), 'no journal\n');
  const { sessions, folder, freeBytes, fault } = await it.list();
  expect(folder).toBe(journals);
  expect(freeBytes).toBe(7_000_000_000);
  expect(fault).toBeUndefined();
  expect(sessions.map(({ id }) => id).toSorted()).toEqual([
    'commandLine/b.mipl.ndjson',
    'window/a.mipl.ndjson',
    'window/c.mipl.ndjson',
  ]);
  expect(sessions.find(({ name }) => name.startsWith('c'))?.fault?.code).toBe('FILE_BAD_JOURNAL');
  await vi.waitFor(() => {
    expect(content('window/a.mipl.ndjson')).toMatchObject({ lines: 58, damageCount: 0, isTorn: false });
    expect(content('commandLine/b.mipl.ndjson')).toMatchObject({ damageCount: 1, isTorn: true });
  });
  expect(content('window/a.mipl.ndjson')?.counts).toEqual({ command: 20, answer: 38, unasked: 0, note: 0, problem: 2 });
  expect(await readdir(journals)).toContain('a.mipl.index');
  const again = await it.list();
  expect(again.sessions.find(({ name }) => name.startsWith('a'))?.content?.lines).toBe(58);
});

it('lists what is in a session also where it was found out while the disk was asked for its room', async () => {
  const journals = await tempDirectory();
  await writeFile(join(journals, 'a.mipl.ndjson'), journalOf('Pump 3', 20));
  const disk = Promise.withResolvers<number>();
  const wallMs = () => startedMs + 1e9;
  const it = new KeptSessions({ ...at(journals), freeBytes: () => disk.promise, liveFiles: () => [], wallMs });
  onTestFinished(() => it.end());
  const told: SessionsTold[] = [];
  it.listen({ onSessions: (one) => told.push(one), onSession: () => undefined, onFind: () => undefined });
  const list = it.list();
  await vi.waitFor(() => expect(told.flatMap(({ changed }) => changed)).toHaveLength(1));
  disk.resolve(7_000_000_000);
  expect((await list).sessions.map(({ content }) => content?.lines)).toEqual([58]);
});

it('counts late answers, registration and the verdicts of a run, as far as they came in this session', async () => {
  const { desk: it, journals, content } = await desk();
  const registration = { phase: 'registered', objects: {} };
  const request = (id: string, late: boolean) => {
    const change = { id, kind: 'read', msgId: 1, path: '/3303', arrivedMs: startedMs, status: 'answered', late };
    return { fact: 'request', id, change };
  };
  const testCase = (id: string, status: string) => {
    const info = { id: `case ${id}` };
    const change = { key: Number(id), position: 1, info, isSelected: true, note: '', expectedMs: 0, status };
    return { fact: 'acceptanceCase', id, change };
  };
  const before = { ...request('7', true).change, acknowledgedLines: 0, totalLines: 0, repeats: 0 };
  const facts = [
    { fact: 'anew' },
    // What the journal begins with did not happen in it.
    { fact: 'entry', part: 'requests', key: '7', value: before },
    { fact: 'registration', registration, atMs: startedMs },
    request('8', true),
    request('9', false),
    ...['passed', 'failed', 'skipped', 'running'].map((status, place) => testCase(String(place), status)),
  ];
  const lines = [
    headOf('Pump'),
    ...factLines(facts, 1, startedMs),
    recordLine('gap', 2, startedMs, { reason: 'unplugged' }),
    recordLine('gap', 3, startedMs, { reason: 'closed' }),
  ];
  await writeFile(join(journals, 'a.mipl.ndjson'), `${lines.join('\n')}\n`);
  await it.list();
  await vi.waitFor(() =>
    expect(content('window/a.mipl.ndjson')).toMatchObject({
      gapCount: 1,
      isRegistered: true,
      lateCount: 1,
      verdict: { passed: 1, failed: 1, inconclusive: 0, skipped: 1 },
    }),
  );
  await it.openSession('window/a.mipl.ndjson');
  await it.opened('window/a.mipl.ndjson').settled;
  const { landmarks = [] } = it.opened('window/a.mipl.ndjson').state.content ?? {};
  expect(landmarks.map(({ kind, text }) => `${kind} ${text}`.trim())).toEqual([
    ...['registered', 'late read /3303', 'caseFailed case 1', 'gap unplugged'],
  ]);
});

it('what a person says of a session is kept beside it, and the journal stays as it is', async () => {
  const { desk: it, journals } = await desk();
  await writeFile(join(journals, 'a.mipl.ndjson'), journalOf('Pump 3', 1));
  await it.list();
  await it.describe('window/a.mipl.ndjson', { site: '泵站 3', note: 'antenna moved', tags: ['golden'] });
  const other = new KeptSessions({ ...at(journals), liveFiles: () => [], wallMs: () => startedMs });
  const { sessions } = await other.list();
  expect(sessions[0]).toMatchObject({ journalSite: 'Pump 3', about: { site: '泵站 3', tags: ['golden'] } });
  await other.end();
  // What is said while the words before are being written is kept in its order.
  await Promise.all(['one', 'two', 'three'].map((note) => it.describe('window/a.mipl.ndjson', { note })));
  expect(JSON.parse(await readFile(join(journals, 'a.mipl.about.json'), 'utf8'))).toEqual({ note: 'three' });
  await it.describe('window/a.mipl.ndjson', { site: '泵站 3', note: 'antenna moved', tags: ['golden'] });
  await writeFile(join(journals, 'a.mipl.about.json'), '{"site":7}');
  expect((await it.list()).sessions[0]?.about).toEqual({ site: '泵站 3', note: 'antenna moved', tags: ['golden'] });
});

it('a session that is deleted can be had back until the program ends, and then is gone with all that stands beside it', async () => {
  const { desk: it, journals, live } = await desk();
  for (const name of ['a', 'b', 'c']) await writeFile(join(journals, `${name}.mipl.ndjson`), journalOf('Pump', 1));
  await it.list();
  await it.describe('window/a.mipl.ndjson', { note: 'x' });
  live.push(join(journals, 'c.mipl.ndjson'));
  await expect(it.delete('window/c.mipl.ndjson')).rejects.toMatchObject({ code: 'SESSION_LIVE' });
  await it.delete('window/a.mipl.ndjson');
  await it.delete('window/b.mipl.ndjson');
  const { sessions, deleted } = await it.list();
  expect(sessions.map(({ name }) => name)).toEqual(['c.mipl.ndjson']);
  expect(deleted).toEqual(['window/a.mipl.ndjson', 'window/b.mipl.ndjson']);
  await it.restore('window/b.mipl.ndjson');
  await expect(it.restore('window/b.mipl.ndjson')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  expect((await it.list()).sessions).toHaveLength(2);
  await it.end();
  const left = (await readdir(journals)).filter((name) => name.endsWith('.ndjson'));
  expect(left.toSorted()).toEqual(['b.mipl.ndjson', 'c.mipl.ndjson']);
  expect(await readdir(journals)).not.toContain('.mipl-deleted');
});

it('what a program that did not end well had put away comes back', async () => {
  const { journals, ...first } = await desk();
  await writeFile(join(journals, 'a.mipl.ndjson'), journalOf('Pump', 1));
  await first.desk.list();
  await first.desk.delete('window/a.mipl.ndjson');
  const next = new KeptSessions({ ...at(journals), liveFiles: () => [], wallMs: () => startedMs });
  expect((await next.list()).sessions.map(({ name }) => name)).toEqual(['a.mipl.ndjson']);
  await next.end();
});

it('no name leads out of the folders', async () => {
  const { desk: it, journals } = await desk();
  await writeFile(join(journals, '..', 'secret.mipl.ndjson'), journalOf('Secret', 1));
  await it.list();
  for (const id of ['window/../secret.mipl.ndjson', '../secret.mipl.ndjson', '', 'window/', '/etc/passwd']) {
    expect(() => it.fileOf(id)).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
    await expect(it.openSession(id)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(it.delete(id)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(it.restore(id)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  }
});

it('where the folder is gone what was read stays in the list', async () => {
  const { desk: it, journals } = await desk();
  await writeFile(join(journals, 'a.mipl.ndjson'), journalOf('Pump', 1));
  await it.list();
  await rm(journals, { recursive: true });
  const { sessions, fault } = await it.list();
  expect(fault?.code).toBe('FILE_NOT_FOUND');
  expect(sessions.map(({ name }) => name)).toEqual(['a.mipl.ndjson']);
});

it('an open session gives any page, and goes on with a file that grows', async () => {
  const { desk: it, journals, opened } = await desk();
  const [id, file] = ['window/a.mipl.ndjson', join(journals, 'a.mipl.ndjson')];
  await writeFile(file, journalOf('Pump', 8000));
  await it.list();
  await it.openSession(id);
  const session = it.opened(id);
  // The first page needs no index.
  expect((await session.rows(1, 3)).map(({ text }) => text)).toEqual(['AT+CEREG?', '+CEREG:0,1', 'OK']);
  await session.settled;
  const { lines } = session.state;
  expect(opened.at(-1)).toMatchObject({ id, lines, done: 1 });
  expect((await session.rows(lines - 1, 10)).map(({ seq }) => seq)).toEqual([lines - 1, lines]);
  await appendFile(file, `${byteLine('in', Buffer.from('\r\n+MIPLEVENT:0,6\r\n'), 9e15, startedMs)}\n{"t":`);
  await session.look();
  expect(session.state.lines).toBe(lines + 1);
  expect((await session.rows(lines + 1, 10)).map(({ text }) => text)).toEqual(['+MIPLEVENT:0,6']);
  await writeFile(file, journalOf('Pump', 1));
  await session.look();
  expect(session.state.lines).toBe(3);
  await rename(file, `${file}.away`);
  await session.look();
  expect(session.state.fault?.code).toBe('FILE_NOT_FOUND');
  await rename(`${file}.away`, file);
  await session.look();
  expect(session.state).toMatchObject({ lines: 3 });
  expect(session.state.fault).toBeUndefined();
});

it('a session that is asked for twice at once is open once, and closed by one word', async () => {
  const { desk: it, journals } = await desk();
  const [id, file] = ['window/a.mipl.ndjson', join(journals, 'a.mipl.ndjson')];
  await writeFile(file, journalOf('Pump', 100));
  await it.list();
  const opening = vi.spyOn(OpenSession, 'open');
  const closing = vi.spyOn(OpenSession.prototype, 'close');
  onTestFinished(() => void vi.restoreAllMocks());
  await Promise.all([it.openSession(id), it.openSession(id)]);
  const made = opening.mock.settledResults.flatMap(({ type, value }) => (type === 'fulfilled' ? [value] : []));
  expect(made).toHaveLength(2);
  expect(closing.mock.contexts).toEqual(made.filter((one) => one !== it.opened(id)));
  it.close(id);
  expect(new Set(closing.mock.contexts)).toEqual(new Set(made));
});

it('a search tells its hits as they come, steps through them around the ends, and can be ended', async () => {
  const { desk: it, journals, finds } = await desk();
  const id = 'window/a.mipl.ndjson';
  await writeFile(join(journals, 'a.mipl.ndjson'), journalOf('Pump', 3000));
  await it.list();
  await it.openSession(id);
  const session = it.opened(id);
  const ended = async (find: number): Promise<SessionFindTold> =>
    vi.waitFor(() => {
      const told = finds.findLast((one) => one.find === find);
      expect(told?.isEnded).toBe(true);
      return told as SessionFindTold;
    });
  const told = await ended(session.find({ ...everything, text: 'error' }));
  expect(told).toMatchObject({ id, found: 300, shown: 600, done: 1 });
  const first = session.hit(0, false);
  expect(first).toEqual({ seq: 29, number: 1, place: 1 });
  expect(session.hit(29, false)?.number).toBe(2);
  expect(session.hit(29, true)?.number).toBe(300);
  expect(session.hitsAmong(1, 60)).toEqual([29, 58]);
  expect((await session.shownRows(0, 4)).map(({ text }) => text)).toEqual(['AT+CEREG?', 'ERROR', 'AT+CEREG?', 'ERROR']);
  expect((await ended(session.find({ ...everything, text: 'error', matchesCase: true }))).found).toBe(0);
  expect((await ended(session.find({ ...everything, text: '^ERR', isPattern: true }))).found).toBe(300);
  expect((await ended(session.find({ ...everything, classes: ['problem'] }))).found).toBe(300);
  expect(() => session.find({ ...everything, text: '(', isPattern: true })).toThrow(/parsing/);
  expect(() => session.find({ ...everything, path: 'x' })).toThrow(/query.path/);
  const stopped = session.find(everything);
  session.stopFind();
  expect((await ended(stopped)).fault?.code).toBe('CANCELLED');
});

it('a line of the file and a time lead to the first row that is not before them', async () => {
  const { desk: it, journals } = await desk();
  await writeFile(join(journals, 'a.mipl.ndjson'), journalOf('Pump', 6000));
  await it.list();
  await it.openSession('window/a.mipl.ndjson');
  const session = it.opened('window/a.mipl.ndjson');
  await session.settled;
  const rows = await session.rows(15_000, 2);
  const [first, second] = rows;
  expect(await session.seqAt({ by: 'line', line: first?.line ?? 0 })).toBeGreaterThan(14_990);
  for (const row of rows) {
    const found = await session.seqAt({ by: 'time', atMs: row.atMs });
    expect((await session.rows(found, 1))[0]?.atMs).toBe(row.atMs);
    expect((await session.rows(found - 1, 1))[0]?.atMs).toBeLessThan(row.atMs);
  }
  expect(second?.seq).toBe(15_001);
  const last = (await session.rows(session.state.lines, 1))[0];
  const kept = await session.bytesAt(last?.line ?? 0);
  expect(Buffer.from(kept?.hex ?? '', 'hex').toString('latin1')).toContain(last?.text);
  expect(kept?.byteCount).toBe((kept?.hex.length ?? 0) / 2);
  expect(await session.bytesAt(1)).toBeUndefined();
  expect(await session.bytesAt(1e9)).toBeUndefined();
  expect(await session.seqAt({ by: 'time', atMs: 0 })).toBe(1);
  expect(await session.seqAt({ by: 'line', line: 1e9 })).toBe(session.state.lines);
});

it('the state at a line is the fold of all that stands before the next one', async () => {
  const { desk: it, journals } = await desk();
  const at = (ms: number): readonly [number, number] => [ms * 1e6, startedMs + ms];
  const registration = (phase: string) => ({
    fact: 'registration',
    registration: { phase, objects: {} },
    atMs: startedMs,
  });
  const lines = [
    headOf('Pump'),
    ...factLines([{ fact: 'anew' }], ...at(0)),
    byteLine('in', Buffer.from('\r\n+MIPLEVENT:0,6\r\n'), ...at(1)),
    ...factLines([registration('registered')], ...at(1)),
    byteLine('in', Buffer.from('\r\n+MIPLEVENT:0,15\r\n'), ...at(2)),
    ...factLines([registration('deregistered')], ...at(2)),
  ];
  await writeFile(join(journals, 'a.mipl.ndjson'), `${lines.join('\n')}\n`);
  await it.list();
  await it.openSession('window/a.mipl.ndjson');
  const session = it.opened('window/a.mipl.ndjson');
  expect((await session.stateAt(1)).registration.phase).toBe('registered');
  expect((await session.stateAt(2)).registration.phase).toBe('deregistered');
});
