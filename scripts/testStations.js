// @ts-check
import { prepare } from './prepare.js';
import { runInPlace } from './childProcess.js';
import { moduleCommand, projectNode } from './project.js';
import { runScript } from './setupError.js';

/** Pieces of work; `npm test` does the same with a few. */
const { MIPL_STATION_WORK: work = '200' } = process.env;

await runScript(async () => {
  await prepare('modules');
  return runInPlace(
    projectNode,
    [moduleCommand('vitest'), 'run', '--config=test/vitest.config.mts', '--project=tty', 'test/stations/loss.test.ts'],
    { env: { ...process.env, MIPL_STATION_WORK: work } },
  );
});
