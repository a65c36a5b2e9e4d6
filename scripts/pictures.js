// @ts-check
import { runInPlace } from './childProcess.js';
import { inProject, moduleCommand, projectNode } from './project.js';
import { runScript } from './setupError.js';

/** `npm run pictures`: takes the pictures of the guide anew, from the window as it is now. */
await runScript(async () => {
  const env = { ...process.env, MIPL_RENEW_PICTURES: '1' };
  const built = await runInPlace(projectNode, [inProject('scripts', 'test.js'), 'build'], {});
  if (built !== 0) return built;
  const args = ['run', '--config=test/vitest.config.mts', '--project=e2e', 'test/e2e/guide.test.ts'];
  return runInPlace(projectNode, [moduleCommand('vitest'), ...args], { env });
});
