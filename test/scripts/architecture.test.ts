import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { layers } from '../../eslint.config.js';
import { inProject, projectDirectory } from '../../scripts/project.js';

/** docs/architecture.md says who may import whom, and names places in the tree: both are compared with what is there. */
let text: string;
let names: ReadonlySet<string>;
beforeAll(async () => {
  text = await readFile(inProject('docs/architecture.md'), 'utf8');
  const files = globSync('{main,renderer,shared,scripts,test}/**/*.*', {
    cwd: projectDirectory,
    exclude: ['**/node_modules/**'],
  });
  names = new Set(files.map((file) => basename(file)));
});

/** Folders of a row of the table, each as `layers` has it. */
function allowed(cell: string): string[] {
  return cell.split(', ').map((name) => (name === 'shared' ? name : `main/${name}`));
}

describe('the picture of the architecture', () => {
  it('allows the same imports as the fences of lint', () => {
    const rows = [...text.matchAll(/^\| `(main\/\w+)` \| ([^|]+) \|/gm)];
    const told = new Map(rows.map(([, folder = '', cell = '']) => [folder, cell.trim()]));
    const before: string[] = [];
    for (const [folder, seen] of Object.entries(layers)) {
      const cell = told.get(folder) ?? 'nothing of it is told';
      const others = seen.filter((other) => other !== 'main/time');
      const expected = cell === 'all of the above' ? ['shared', ...before] : allowed(cell);
      expect([folder, ...expected.toSorted()]).toEqual([folder, ...others.toSorted()]);
      if (folder !== 'main/time') before.push(folder);
    }
    expect([...told.keys()].sort()).toEqual(Object.keys(layers).sort());
  });

  it('names no folder and no file that is not there', () => {
    const paths = [...text.matchAll(/`((?:main|renderer|shared|scripts|test)\/[\w./-]+)`/g)].map(
      ([, path = '']) => path,
    );
    expect(paths.filter((path) => !existsSync(inProject(path)))).toEqual([]);
    const files = [...text.matchAll(/`(\w+\.(?:ts|js|vue))`/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !names.has(file))).toEqual([]);
  });
});
