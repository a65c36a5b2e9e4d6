import { isDeepStrictEqual } from 'node:util';
import type { Page } from 'playwright';
import { expect, vi } from 'vitest';
import { Replay } from '../../main/facts/replay.ts';
import { readJournal } from '../../main/journal/journalReader.ts';
import { readSessionRows } from '../../main/sessions/sessionRows.ts';
import type { LogEntry } from '../../shared/log.ts';
import type { SessionRow } from '../../shared/sessions.ts';
import type { DeviceState } from '../../shared/state.ts';
import { askAs, good, patienceMs, programOf, stateOf } from './screen.ts';

/** What a window had of a session that goes on, and where its journal is. */
interface LiveSession {
  readonly file: string;
  readonly state: DeviceState;
  readonly rows: readonly LogEntry[];
}

/** As many rows as main gives at once: of a longer session the first ones. */
const MOST_ROWS = 2000;

/** Holds of each session that goes on in a window, of which there must be one, that its journal shows what the window shows now. */
export async function expectOpenEqualsLive(page: Page): Promise<void> {
  const sessions = await liveSessions(page);
  expect(sessions).not.toEqual([]);
  await expectAllSame(sessions);
}

/** The same of each session that goes on where a test ends its window, of which there may be none. */
export async function expectEachOpenEqualsLive(page: Page): Promise<void> {
  if (!page.isClosed()) await expectAllSame(await liveSessions(page).catch(noneOfGonePage));
}

/** A page that a test has closed or crashed may be on its way. */
function noneOfGonePage(error: unknown): LiveSession[] {
  if (/Target (?:page, context or browser has been closed|crashed)/.test(String(error))) return [];
  throw error;
}

async function expectAllSame(sessions: readonly LiveSession[]): Promise<void> {
  // Half a second may pass before what the window shows is in the file.
  for (const session of sessions) await vi.waitFor(() => expectSame(session), { timeout: patienceMs, interval: 250 });
}

/** What a window has now of each session that goes on. */
async function liveSessions(page: Page): Promise<LiveSession[]> {
  const { devices } = await programOf(page);
  const sessions: LiveSession[] = [];
  for (const { id } of devices) {
    const state = await stateOf(page, id);
    if (!state.journal || state.connection.phase === 'closed') continue;
    const rows = good(await askAs(page, 'readLog', id, { from: 1, count: MOST_ROWS }));
    sessions.push({ file: state.journal.file, state, rows });
  }
  return sessions;
}

/** The journal shows what the window had: a state that the session came through, and the same rows. */
async function expectSame({ file, state, rows }: LiveSession): Promise<void> {
  expect(await partsThatDiffer(file, state)).toEqual({});
  const startedMs = state.journal?.startedMs ?? 0;
  const live = linesBySide(rows.filter(({ atMs }) => atMs >= startedMs));
  const opened: SessionRow[] = [];
  for await (const block of readSessionRows(file)) opened.push(...block.rows);
  const kept = linesBySide(opened);
  // More may have come since the window was asked.
  expect(kept.commands.slice(0, live.commands.length)).toEqual(live.commands);
  expect(kept.others.slice(0, live.others.length)).toEqual(live.others);
}

/**
 * Lines as a log shows them, those that left apart from those that came: what came in one piece with a final result stands before
 * the command that this one allowed on the screen, and behind it in the file.
 */
function linesBySide(rows: readonly Pick<LogEntry, 'kind' | 'text' | 'decoded' | 'problem'>[]) {
  const lineOf = ({ text, decoded, problem = false }: (typeof rows)[number]) => ({ text, decoded, problem });
  const isCommand = ({ kind }: (typeof rows)[number]): boolean => kind === 'engine' || kind === 'person';
  const lines = rows.filter(({ kind }) => kind !== 'note');
  return {
    commands: lines.filter(isCommand).map(lineOf),
    others: lines.filter((one) => !isCommand(one)).map(lineOf),
  };
}

/** As it comes through the window. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/** Folds a journal until its state is that of the window; of the moment when it was likest, what differs. */
async function partsThatDiffer(file: string, state: DeviceState): Promise<Record<string, unknown>> {
  const names = Object.keys(state) as (keyof DeviceState)[];
  const seen = new Map<string, unknown>();
  const differing = new Set<keyof DeviceState>(names);
  let least: Record<string, unknown> = { never: 'compared' };
  const replay = new Replay((message) => {
    throw new Error(message);
  });
  const isAlike = (): boolean => {
    for (const name of names) {
      const folded = replay.state[name];
      if (seen.has(name) && seen.get(name) === folded) continue;
      seen.set(name, folded);
      if (isDeepStrictEqual(plain(folded), plain(state[name]))) differing.delete(name);
      else differing.add(name);
    }
    if ('never' in least || differing.size <= Object.keys(least).length)
      least = Object.fromEntries([...differing].map((name) => [name, { kept: replay.state[name], live: state[name] }]));
    return differing.size === 0;
  };
  for await (const record of readJournal(file)) {
    if (record.kind === 'identity') {
      replay.push(record);
      if (isAlike()) return {};
    }
    if (record.kind !== 'facts') continue;
    for (const fact of record.facts) {
      replay.fold(fact);
      if (isAlike()) return {};
    }
  }
  return least;
}
