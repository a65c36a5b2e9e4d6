import { expect, it } from 'vitest';
import { inProject } from '../../scripts/project.js';
import { importCycles, importGraph, sourcesBelow } from './importCycles.ts';

const cyclesOf = (files: Readonly<Record<string, string>>): string[] =>
  importCycles(importGraph(new Map(Object.entries(files))));

it('no file of the program imports itself by way of others', () => {
  const files = sourcesBelow(inProject(), 'main', 'renderer', 'shared');
  expect(files.size).toBeGreaterThan(300);
  expect(importCycles(importGraph(files))).toEqual([]);
});

it.each([
  ['an import', "import { b } from './b.ts';"],
  ['an import of a type', "import type { B } from './b.ts';"],
  ['an import for its effect', "import './b.ts';"],
  ['export … from', "export { b } from './b.ts';"],
  ['export *', "export * from './b.ts';"],
  ['import()', "export const b = await import('./b.ts');"],
  ['a type of import()', "export type B = import('./b.ts').B;"],
])('a planted cycle is found by %s', (_, text) => {
  expect(cyclesOf({ 'main/a.ts': text, 'main/b.ts': "import { a } from './a.ts';" })).toEqual([
    'main/a.ts → main/b.ts → main/a.ts',
  ]);
});

it('a planted cycle is found over folders and components, each by its shortest way', () => {
  const component = (code: string): string =>
    `<script setup lang="ts">\n${code}\n</script>\n<template><p /></template>`;
  expect(
    cyclesOf({
      'renderer/A.vue': component("import B from './ui/B.vue';"),
      'renderer/ui/B.vue': component("import { c } from '../../shared/c.ts';\nimport { d } from './d.ts';"),
      'renderer/ui/d.ts': "import { c } from '../../shared/c.ts';",
      'shared/c.ts': "import type A from '../renderer/A.vue';",
    }),
  ).toEqual([
    'renderer/A.vue → renderer/ui/B.vue → shared/c.ts → renderer/A.vue',
    'renderer/ui/d.ts → shared/c.ts → renderer/A.vue → renderer/ui/B.vue → renderer/ui/d.ts',
  ]);
});

it('files that only lead into a cycle are none, nor are packages', () => {
  expect(
    cyclesOf({
      'main/a.ts': "import { b } from './b.ts';\nimport path from 'node:path';",
      'main/b.ts': "import 'vue';",
    }),
  ).toEqual([]);
});
