import { constants } from 'node:fs';
import { chmod, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReplyOf } from '../../shared/contract/row.ts';
import type { stationRequests } from '../../shared/contract/stations.ts';
import { CodedError } from '../../shared/errors.ts';
import { fits, number, open, text, word } from '../../shared/schema.ts';
import { plainFormats } from '../journal/exportFormats.ts';
import { JOURNAL_SUFFIX } from '../journal/format.ts';
import { boundedLines } from '../files/boundedLines.ts';
import { makeDirectory } from '../files/makeDirectory.ts';
import { writeWhole } from '../files/writeWhole.ts';
import { fetchFile } from '../stations/storedFiles.ts';
import type { WorkQueue } from '../stations/workQueue.ts';
import type { Desktop } from './desktop.ts';
import type { KeptSessions } from './keptSessions.ts';

/** What a file of a result is opened with. */
export interface ResultFileParts {
  readonly queue: WorkQueue;
  /** Of the work. */
  readonly id: string;
  readonly file: string;
  readonly sessions: Pick<KeptSessions, 'journals' | 'idOf'>;
  /** Version of the program. */
  readonly app: string;
  readonly desktop: Pick<Desktop, 'chooseSaveFile' | 'showPage'>;
}

/** A report of ours has half a megabyte; a window holds a page many times over. */
const MOST_PAGE_BYTES = 20_000_000;
/** A line of an export with its text as JSON may write it. */
const MOST_LINE_BYTES = 32_000_000;

type Opened = ReplyOf<(typeof stationRequests)['openResultFile']>;

/**
 * Fetches a file of a result into a folder of its own, checked, and shows it; a page too large for a window is saved.
 * @throws CodedError `QUEUE_…`, `FILE_…`.
 */
export async function openResultFile(parts: ResultFileParts): Promise<Opened> {
  const { queue, id, file, desktop } = parts;
  const result = await queue.result(id);
  const stored = result?.files.find(({ name }) => name === file);
  if (!result || !stored) throw new CodedError('QUEUE_BAD_FILE', `${id}: ${file} is not there any more`, file);
  const isSession = file.endsWith('.ndjson');
  const isPage = file.endsWith('.html') && stored.bytes <= MOST_PAGE_BYTES;
  if (!isSession && !isPage) {
    const target = await desktop.chooseSaveFile(file);
    if (target === undefined) return null;
    await fetchFile(queue, result, stored, target);
    return { shown: 'saved', file: target };
  }
  const directory = await mkdtemp(join(tmpdir(), 'mipl-result-'));
  try {
    // Its name is a stranger's; here it has one of ours.
    const fetched = join(directory, 'fetched');
    await fetchFile(queue, result, stored, fetched);
    if (isSession) return { shown: 'session', session: await keptSession(fetched, directory, parts) };
    await desktop.showPage(await readFile(fetched, 'utf8'), file);
    return { shown: 'page' };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A journal among the window's own, or what hides identities as an imported one. */
async function keptSession(fetched: string, directory: string, parts: ResultFileParts): Promise<string> {
  const { file, sessions, app } = parts;
  const folder = sessions.journals;
  if (file.endsWith(JOURNAL_SUFFIX)) return sessions.idOf(join(folder, await copyBeside(fetched, file, folder)));
  const plain = join(directory, file.replace(/\.ndjson$/, '.txt'));
  await writeWhole(plain, async (write) => {
    for await (const line of plainLines(fetched)) await write(line);
  });
  const { importLog } = await import('../sessions/importLog.ts');
  const { file: journal = '' } = await importLog({ file: plain }, { folder }, { app, onProblem: () => undefined });
  return sessions.idOf(journal);
}

/** Under its name, or one with a number: what is there stays. */
async function copyBeside(from: string, name: string, folder: string): Promise<string> {
  // Whoever looks at results may never have had a session of his own.
  await makeDirectory(folder, { mode: 0o700 });
  await chmod(from, 0o600);
  for (let number = 1; ; number++) {
    const free = number === 1 ? name : name.replace(JOURNAL_SUFFIX, `-${number}${JOURNAL_SUFFIX}`);
    try {
      await copyFile(from, join(folder, free), constants.COPYFILE_EXCL);
      return free;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || number > 1000) throw error;
    }
  }
}

const exportedLine = open({
  seq: number(0),
  atMs: number(0),
  direction: word(['in', 'out', 'note']),
  text: text(4_000_000),
});

/** The lines of an ndjson export as the importer reads them; what is none of ours is left out. */
async function* plainLines(file: string): AsyncGenerator<string> {
  const format = plainFormats.txt();
  let firstMs: number | undefined;
  let lastMs = 0;
  for await (const line of boundedLines(file, MOST_LINE_BYTES)) {
    const value = parsed(line);
    if (!fits(exportedLine, value)) continue;
    const { seq, atMs, direction, text: content } = value;
    firstMs ??= atMs;
    const place = { seq, line: seq, atMs, sinceStartMs: atMs - firstMs, isFragment: false };
    yield format.line({ ...place, direction, text: content }, atMs - (lastMs === 0 ? atMs : lastMs));
    lastMs = atMs;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
