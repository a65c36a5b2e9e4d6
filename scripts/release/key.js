// @ts-check
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectDirectory } from '../project.js';
import { SetupError, runScript } from '../setupError.js';

/**
 * `npm run release:key -- FILE`: makes a key that signs lists of releases. Its private half goes into FILE, outside of the
 * project and readable to this user alone; the line for `main/updates/releaseKeys.ts` goes to standard output.
 */
await runScript(async () => {
  const [given, ...more] = process.argv.slice(2);
  if (given === undefined || more.length > 0)
    throw new SetupError('Name one file for the key.', 'npm run release:key -- FILE');
  const file = path.resolve(given);
  if (!path.relative(projectDirectory, file).startsWith('..'))
    throw new SetupError(`${file} lies in the project.`, 'A key that signs releases must lie elsewhere.');
  if (existsSync(file))
    throw new SetupError(`${file} is there already.`, 'Choose another name; keys are never replaced.');
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  console.log(`  '${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}',`);
  return 0;
});
