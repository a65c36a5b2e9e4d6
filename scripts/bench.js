// @ts-check
import { runInPlace } from './childProcess.js';
import { prepare } from './prepare.js';
import { inProject, projectNode } from './project.js';
import { runScript } from './setupError.js';

await runScript(async () => {
  await prepare('modules');
  return runInPlace(projectNode, [inProject('scripts', 'bench', 'main.ts'), ...process.argv.slice(2)]);
});
