import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inProject } from '../../scripts/project.js';

/** The library by which electron-builder itself reads its settings. */
const { load } = createRequire(inProject('node_modules', 'app-builder-lib', 'package.json'))('js-yaml') as {
  load(text: string): unknown;
};

/** What a YAML file of the project says, as the tool that reads it sees it. @throws Error where it is no YAML */
export const readYaml = (...parts: readonly string[]): unknown => load(readFileSync(inProject(...parts), 'utf8'));
