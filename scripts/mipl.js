// @ts-check
import { runInPlace } from './childProcess.js';
import { prepare } from './prepare.js';
import { inProject, projectNode } from './project.js';
import { runScript } from './setupError.js';

await runScript(async () => {
  await prepare('modules');
  // npm changes to the project's folder, but file arguments are meant from where the person stands.
  const throughNpm = process.env.npm_lifecycle_event === 'mipl';
  const cwd = (throughNpm && process.env.INIT_CWD) || process.cwd();
  return runInPlace(projectNode, [inProject('main', 'cli', 'mipl.ts'), ...process.argv.slice(2)], { cwd });
});
