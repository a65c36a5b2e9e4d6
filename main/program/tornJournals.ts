import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { JOURNAL_SUFFIX } from '../journal/format.ts';
import { repairJournal } from '../journal/journalReader.ts';
import { systemClock } from '../time/clock.ts';

/** A journal that was written to a moment ago may still be another process's. */
const QUIET_MS = 5000;
/** Only the last few can have been torn since somebody last looked. */
const LOOKED_AT = 5;

/** A journal that was made whole. */
export interface RepairedJournal {
  readonly file: string;
  readonly removedBytes: number;
}

/**
 * Makes the latest journals of a folder whole: the power may have gone while one was written. Names of the same form sort
 * by time within a site, so modification times decide. Never throws; what cannot be repaired stays as it is.
 */
export async function repairTornJournals(directory: string, nowMs = systemClock.wallMs()): Promise<RepairedJournal[]> {
  const names = await readdir(directory).catch(() => []);
  const files = await Promise.all(
    names
      .filter((name) => name.endsWith(JOURNAL_SUFFIX))
      .map(async (name) => {
        const file = join(directory, name);
        const modified = await stat(file).then(
          ({ mtimeMs }) => mtimeMs,
          () => nowMs,
        );
        return { file, modified };
      }),
  );
  const quiet = files.filter(({ modified }) => nowMs - modified > QUIET_MS);
  const latest = quiet.sort((a, b) => b.modified - a.modified).slice(0, LOOKED_AT);
  const repaired: RepairedJournal[] = [];
  for (const { file } of latest) {
    const { removedBytes } = await repairJournal(file).catch(() => ({ removedBytes: 0 }));
    if (removedBytes > 0) repaired.push({ file, removedBytes });
  }
  return repaired;
}
