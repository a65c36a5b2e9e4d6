import type { UpdateCheck } from '../../shared/updates.ts';
import { fetchList } from './fetchList.ts';
import type { FetchOptions } from './fetchList.ts';
import { releaseKeys } from './releaseKeys.ts';
import { readReleaseList } from './releaseList.ts';
import { refuseOlder } from './seenList.ts';
import { publicKey } from './signedText.ts';
import { verdictOn } from './verdict.ts';

/** What a check goes by. */
export interface UpdateQuestion extends FetchOptions {
  /** See {@link import('../../shared/updates.ts').parseUpdateAddress}. */
  readonly address: string;
  /** Version of the program. */
  readonly running: string;
  /** Where the number of the newest list is remembered. */
  readonly seenFile: string;
  readonly nowMs: number;
  /** Keys that may have signed; absent: those of the product. */
  readonly keys?: readonly string[];
}

/**
 * Whether there is a newer release: fetches the signed list once and compares. Nothing else is fetched, now or later.
 * @throws CodedError, see {@link fetchList}, {@link readReleaseList} and {@link refuseOlder}
 */
export async function checkForUpdates(question: UpdateQuestion): Promise<UpdateCheck> {
  const { address, running, seenFile, nowMs, keys = releaseKeys } = question;
  const list = readReleaseList(await fetchList(address, question), keys.map(publicKey));
  await refuseOlder(list, seenFile);
  return verdictOn(list, running, new Date(nowMs).toISOString().slice(0, 10));
}
