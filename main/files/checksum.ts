import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** SHA-256 of a file in hex, or of so many bytes at its beginning; undefined when it cannot be read. */
export async function checksumOf(file: string, bytes?: number): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file, bytes === undefined ? {} : { end: Math.max(0, bytes - 1) }))
      hash.update(chunk as Uint8Array);
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}
