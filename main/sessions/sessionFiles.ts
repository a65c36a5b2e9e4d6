import { mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { read } from '../../shared/schema.ts';
import { sessionAbout } from '../../shared/sessions.ts';
import type { SessionAbout } from '../../shared/sessions.ts';
import { writeWhole } from '../files/writeWhole.ts';
import { JOURNAL_SUFFIX } from '../journal/format.ts';
import { indexFileOf } from './indexFile.ts';

const ABOUT_SUFFIX = '.mipl.about.json';
/** What a person has written about a session is no longer. */
const MAX_ABOUT_BYTES = 2_000_000;
/** Where deleted journals wait for the end of the program, in their own folder: so nothing has to be copied. */
const BIN = '.mipl-deleted';

/** A journal in a folder. */
export interface JournalEntry {
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** The journals of a folder; one that goes away meanwhile is left out. @throws CodedError `FILE_NOT_FOUND`. */
export async function journalsIn(folder: string): Promise<JournalEntry[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new CodedError('FILE_NOT_FOUND', faultOf(error).message, folder, { cause: error });
  });
  const entries = names
    .filter((name) => name.endsWith(JOURNAL_SUFFIX))
    .map(async (name): Promise<JournalEntry | undefined> => {
      const found = await stat(join(folder, name)).catch(() => undefined);
      return found?.isFile() ? { name, bytes: found.size, modifiedMs: found.mtimeMs } : undefined;
    });
  return (await Promise.all(entries)).filter((entry) => entry !== undefined);
}

function aboutFileOf(journal: string): string {
  const base = journal.endsWith(JOURNAL_SUFFIX) ? journal.slice(0, -JOURNAL_SUFFIX.length) : journal;
  return `${base}${ABOUT_SUFFIX}`;
}

/** What a person has said of a journal; nothing where the file is missing or is none of ours. Never throws. */
export async function sessionAboutOf(journal: string): Promise<SessionAbout> {
  try {
    const file = aboutFileOf(journal);
    if ((await stat(file)).size > MAX_ABOUT_BYTES) return {};
    return read(sessionAbout, JSON.parse(await readFile(file, 'utf8')), 'about');
  } catch {
    return {};
  }
}

/** Keeps what a person says of a journal beside it. @throws CodedError `FILE_NOT_WRITTEN`. */
export async function saveAbout(journal: string, about: SessionAbout): Promise<void> {
  await writeWhole(aboutFileOf(journal), `${JSON.stringify(about, null, 2)}\n`, { mode: 0o600 });
}

/** A journal and what stands beside it. */
const partsOf = (folder: string, name: string): string[] => {
  const journal = join(folder, name);
  return [journal, indexFileOf(journal), aboutFileOf(journal)];
};

async function moveParts(from: string, to: string, name: string): Promise<void> {
  const [targets, sources] = [partsOf(to, name), partsOf(from, name)];
  const [target = ''] = targets;
  if (await stat(target).catch(() => undefined))
    throw new CodedError('FILE_NOT_WRITTEN', 'There is a file of this name', target);
  for (const [place, source] of sources.entries()) {
    try {
      await rename(source, targets[place] as string);
    } catch (error) {
      // The journal comes first; the others need not be there.
      if (place === 0) throw new CodedError('FILE_NOT_WRITTEN', faultOf(error).message, source, { cause: error });
    }
  }
}

/** Puts a journal, and what stands beside it, out of sight. @throws CodedError `FILE_NOT_WRITTEN`. */
export async function binJournal(folder: string, name: string): Promise<void> {
  const bin = join(folder, BIN);
  await mkdir(bin, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new CodedError('FILE_NOT_WRITTEN', faultOf(error).message, bin, { cause: error });
  });
  await moveParts(folder, bin, name);
}

/** Takes a journal back. @throws CodedError `FILE_NOT_WRITTEN`, also where its name is taken meanwhile. */
export async function unbinJournal(folder: string, name: string): Promise<void> {
  await moveParts(join(folder, BIN), folder, name);
}

/** Deletes journals that were put away, for good. Never throws: what stays comes back with the next start. */
export async function emptyBin(folder: string, names: readonly string[]): Promise<void> {
  const bin = join(folder, BIN);
  for (const part of names.flatMap((name) => partsOf(bin, name)))
    await rm(part, { force: true }).catch(() => undefined);
  const rest = await readdir(bin).catch(() => ['unknown']);
  if (rest.length === 0) await rm(bin, { recursive: true, force: true }).catch(() => undefined);
}

/** Takes back what a program that did not end well had put away: nothing is lost that nobody wanted lost. Never throws. */
export async function rescueBin(folder: string): Promise<void> {
  const names = await readdir(join(folder, BIN)).catch(() => []);
  for (const name of names.filter((one) => one.endsWith(JOURNAL_SUFFIX)))
    await unbinJournal(folder, name).catch(() => undefined);
}
