import { Buffer } from 'node:buffer';
import type { ModuleIdentity } from '../../shared/state.ts';
import { readRecordLine } from './format.ts';
import { lineBlocks, openFile } from './lineBlocks.ts';
import type { LineBlockOptions } from './lineBlocks.ts';

/** A search for one word is done with so much in less than a millisecond. */
const BLOCK_BYTES = 262_144;
const LINE_FEED = 0x0a;
const word = Buffer.from('identity', 'latin1');

/**
 * Who the module is by the records of a journal, the last word of each counting: reads nothing but the lines in which that can stand.
 * @throws CodedError `FILE_NOT_FOUND`, `CANCELLED`.
 */
export async function findIdentity(
  file: string,
  options: Pick<LineBlockOptions, 'signal' | 'onProgress'>,
): Promise<ModuleIdentity> {
  let identity: ModuleIdentity = {};
  const handle = await openFile(file, 'r');
  try {
    for await (const { bytes } of lineBlocks(handle, file, { ...options, blockBytes: BLOCK_BYTES })) {
      for (let found = bytes.indexOf(word); found >= 0;) {
        const from = bytes.lastIndexOf(LINE_FEED, found) + 1;
        const feed = bytes.indexOf(LINE_FEED, found);
        const end = feed < 0 ? bytes.length : feed;
        const record = readRecordLine(bytes.toString('utf8', from, end));
        if (typeof record === 'object' && record?.kind === 'identity') identity = { ...identity, ...record.identity };
        found = bytes.indexOf(word, end);
      }
    }
  } finally {
    await handle.close();
  }
  return identity;
}
