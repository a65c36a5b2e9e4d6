// @ts-check
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runInPlace } from './childProcess.js';
import { prepare } from './prepare.js';
import { inProject, moduleCommand, projectNode } from './project.js';
import { runScript } from './setupError.js';

/** How many rounds of the runs of `npm test`, and after what time no other round of a property begins. */
const { MIPL_PROPERTY_TIMES: times = '40', MIPL_PROPERTY_LIMIT_MS: limitMs = '20000' } = process.env;

await runScript(async () => {
  await prepare('modules');
  const seed = process.env.MIPL_PROPERTY_SEED ?? String(randomInt(2 ** 31));
  const words = process.argv.slice(2);
  const files = words.length > 0 ? words : filesWithProperties();
  const again = `MIPL_PROPERTY_SEED=${seed} npm run test:properties`;
  console.log(`${files.length} files, ${times} times the usual runs, seed ${seed}`);
  const status = await runInPlace(
    projectNode,
    [
      moduleCommand('vitest'),
      ...['run', '--config=test/vitest.config.mts', '--project=unit', '--testTimeout=600000', ...files],
    ],
    {
      env: {
        ...process.env,
        MIPL_PROPERTY_SEED: seed,
        MIPL_PROPERTY_TIMES: times,
        MIPL_PROPERTY_LIMIT_MS: limitMs,
      },
    },
  );
  console.log(`The same runs again: ${words.length > 0 ? `${again} -- ${words.join(' ')}` : again}`);
  return status;
});

function filesWithProperties() {
  return readdirSync(inProject('test'), { recursive: true, encoding: 'utf8' })
    .map((name) => path.join('test', name))
    .filter((file) => file.endsWith('.test.ts') && readFileSync(inProject(file), 'utf8').includes("from 'fast-check'"))
    .sort();
}
