// @ts-check
import { runInPlace } from './childProcess.js';
import { prepare } from './prepare.js';
import { inProject, projectNode } from './project.js';
import { runScript } from './setupError.js';

await runScript(async () => {
  await prepare('modules');
  // The caller's folder, not the project's: file arguments are relative to where the person stands.
  const cwd = process.env.INIT_CWD || process.cwd();
  return runInPlace(projectNode, [inProject('main', 'cli', 'mipl.ts'), ...process.argv.slice(2)], { cwd });
});
