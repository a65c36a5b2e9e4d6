import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inProject } from '../../scripts/project.js';
import { readYaml } from '../packages/yaml.ts';

interface Workflow {
  readonly on: { readonly schedule: readonly { readonly cron: string }[] };
  readonly jobs: { readonly bench: { readonly steps: readonly { readonly run?: string }[] } };
}

it('what is measured is measured every night, each thing once', () => {
  const { on, jobs } = readYaml('.github', 'workflows', 'nightly.yml') as unknown as Workflow;
  expect(on.schedule).toHaveLength(1);
  const nightly = jobs.bench.steps.flatMap(
    ({ run = '' }) => /^npm run bench -- ([P\w ]+) --beside/.exec(run)?.[1]?.split(' ') ?? [],
  );
  const bench = readFileSync(inProject('scripts', 'bench', 'main.ts'), 'utf8');
  const [, all = ''] = /const all\b[^{]*\{\n([\s\S]*?)\n\};/.exec(bench) ?? [];
  const known = Array.from(all.matchAll(/^ {2}(P\w+):/gm), ([, name = '']) => name);
  expect(known.length).toBeGreaterThan(10);
  expect(nightly.toSorted()).toEqual(known.toSorted());
});
