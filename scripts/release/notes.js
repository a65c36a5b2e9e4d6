// @ts-check
import { readFileSync } from 'node:fs';
import { inProject, readJson } from '../project.js';
import { SetupError, runScript } from '../setupError.js';
import { changesOf } from './changes.js';

/** `npm run -s release:notes`: what CHANGELOG.md says of the version of package.json, for the page of the release. */
await runScript(async () => {
  const { version } = readJson(inProject('package.json'));
  const changes = changesOf(readFileSync(inProject('CHANGELOG.md'), 'utf8'), version);
  if (changes === undefined) throw new SetupError(`CHANGELOG.md says nothing of ${version}.`, `Add "## ${version}".`);
  console.log(changes);
  return 0;
});
