// @ts-check
import { ensureBuild } from './build.js';
import { runInPlace } from './childProcess.js';
import { packageApplication } from './package.js';
import { prepare } from './prepare.js';
import { inProject, projectNode } from './project.js';
import { createReporter } from './reporter.js';
import { runScript } from './setupError.js';

/** What is measured of the application itself, for which the present sources are built and packaged. */
const ofApplication = ['P1', 'P1b', 'P7', 'P8', 'P13'];

await runScript(async () => {
  const words = process.argv.slice(2);
  const names = words.filter((word) => !word.startsWith('-'));
  const reporter = createReporter();
  if (
    !words.includes('--help') &&
    !words.includes('--gate') &&
    (names.length === 0 || names.some((name) => ofApplication.includes(name)))
  ) {
    const electron = await prepare('test', { reporter });
    await ensureBuild(reporter, electron);
    const status = await packageApplication(electron);
    if (status !== 0) return status;
  } else await prepare('modules', { reporter });
  return runInPlace(projectNode, [inProject('scripts', 'bench', 'main.ts'), ...words]);
});
