// @ts-check
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { SetupError } from './setupError.js';

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
  if (actual === digest) return;
  throw new SetupError(
    `What was downloaded is not what was expected, so it is not used (${file}).\n  wanted ${expected}\n  got    ${algorithm}-${actual}`,
    'Start again. If it stays, a proxy or a mirror between here and the npm registry changes packages: ask whoever runs it.',
  );
}
