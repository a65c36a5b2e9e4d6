import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { verifyIntegrity } from '../../scripts/integrity.js';
import { temporaryDirectory } from './temporaryDirectory.ts';

function fileOf(content: string): string {
  const file = path.join(temporaryDirectory(), 'file');
  writeFileSync(file, content);
  return file;
}
const digest = (algorithm: string, content: string): string =>
  `${algorithm}-${createHash(algorithm).update(content).digest('base64')}`;

it.each(['sha256', 'sha512'])('accepts a file with its %s', async (algorithm) => {
  await expect(verifyIntegrity(fileOf('content'), digest(algorithm, 'content'))).resolves.toBeUndefined();
});

it('refuses a file with one byte changed', async () => {
  await expect(verifyIntegrity(fileOf('c0ntent'), digest('sha512', 'content'))).rejects.toThrow(
    'not what was expected',
  );
});

it.each(['', 'md5-AAAA', 'sha512', 'sha512-'])(
  'refuses the expectation %j instead of checking nothing',
  async (expected) => {
    await expect(verifyIntegrity(fileOf('content'), expected)).rejects.toThrow('Not an integrity value');
  },
);
