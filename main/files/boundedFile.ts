import { Buffer } from 'node:buffer';
import { createReadStream } from 'node:fs';

/** What a person writes, or a program of theirs, is never longer. */
const MOST_BYTES = 64 << 20;

/**
 * The bytes of a file that a person has named. It may be a pipe (`--plan <(…)`), or by mistake a device that never ends, which would
 * fill the memory.
 *
 * @param mostBytes how many there may be
 * @throws RangeError where there are more, else what the system says
 */
export async function readBounded(file: string, mostBytes = MOST_BYTES): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > mostBytes) throw new RangeError(`${file}: longer than ${mostBytes >> 20} MB, which no such file is`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
