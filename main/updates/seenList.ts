import { readFile } from 'node:fs/promises';
import { CodedError } from '../../shared/errors.ts';
import { fits, open, whole } from '../../shared/schema.ts';
import { makeDirectoryFor, writeWhole } from '../files/writeWhole.ts';
import type { ReleaseList } from './releaseList.ts';

const seen = open({ number: whole(0, 1_000_000) });

/** The number of the newest list that was seen; 0 where none was, or nobody knows. */
async function newestNumber(file: string): Promise<number> {
  try {
    const given: unknown = JSON.parse(await readFile(file, 'utf8'));
    return fits(seen, given) ? given.number : 0;
  } catch {
    return 0;
  }
}

/**
 * A list that is older than one seen before was kept by somebody, who may want to hide a release: its signature is good
 * all the same. Remembers the newest number. @throws CodedError `UPDATE_OLD_LIST`, detail: `12 < 14`.
 */
export async function refuseOlder({ number }: ReleaseList, file: string): Promise<void> {
  const newest = await newestNumber(file);
  if (number < newest) {
    throw new CodedError('UPDATE_OLD_LIST', `List ${number} came, list ${newest} was seen`, `${number} < ${newest}`);
  }
  if (number === newest) return;
  // Who cannot remember cannot tell next time, but knows today.
  await makeDirectoryFor(file)
    .then(() => writeWhole(file, `${JSON.stringify({ number })}\n`, { mode: 0o600 }))
    .catch(() => undefined);
}
