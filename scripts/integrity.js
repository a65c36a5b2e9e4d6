// @ts-check
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * Refuses a file whose content is not the expected one.
 * @param {string} file
 * @param {string} expected as npm writes it: algorithm, dash, digest in Base64
 */
export async function verifyIntegrity(file, expected) {
  const [, algorithm, digest] = /^(sha256|sha512)-(.+)$/.exec(expected) ?? [];
  if (!algorithm) throw new Error(`Not an integrity value: ${expected}`);
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest('base64');
  if (actual !== digest)
    throw new Error(`${file} is not what was expected (${algorithm}-${actual}, wanted ${expected})`);
}
