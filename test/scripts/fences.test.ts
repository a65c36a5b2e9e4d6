import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';
import { inProject } from '../../scripts/project.js';

/** The project's own rules on texts that nobody wrote to disk, as if they stood in the file named. */
let eslint: ESLint;
beforeAll(() => {
  eslint = new ESLint({ cwd: inProject() });
});

async function complaints(file: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: inProject(file) });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

const ways: readonly (readonly [name: string, text: (source: string) => string])[] = [
  ['import', (source) => `import { x } from '${source}';\nx();\n`],
  ['import for its effect', (source) => `import '${source}';\n`],
  ['import()', (source) => `export const x = await import('${source}');\n`],
  ['export … from', (source) => `export { x } from '${source}';\n`],
  ['export *', (source) => `export * from '${source}';\n`],
  ['a type of import()', (source) => `export type X = import('${source}').X;\n`],
];

describe.each(ways)('%s', (_, text) => {
  it.each([
    ['renderer/app/planted.ts', '../../main/program/application.ts'],
    ['renderer/ui/planted.ts', '../log/logStore.ts'],
    ['renderer/udp/planted.ts', '../acceptance/runView.ts'],
    ['renderer/device/planted.ts', '../../main/at/channel.ts'],
    ['renderer/planted.ts', 'node:fs'],
    ['renderer/planted.ts', 'electron'],
    ['renderer/planted.ts', '@serialport/stream'],
    ['shared/planted.ts', 'vue'],
    ['shared/planted.ts', '../main/at/channel.ts'],
    ['shared/planted.ts', './contract/contract.ts'],
    ['shared/contract/planted.ts', '../../main/at/channel.ts'],
    ['shared/contract/planted.ts', 'vue'],
    ['main/at/planted.ts', '../mipl/engine.ts'],
    ['main/lwm2m/planted.ts', '../at/channel.ts'],
    ['main/sim/modem/planted.ts', '../../program/application.ts'],
    ['main/mipl/planted.ts', 'serialport'],
    ['main/program/planted.ts', 'electron'],
    ['main/program/planted.ts', '../../renderer/mirror/api.ts'],
    ['main/planted.ts', 'serialport'],
    ['main/planted.ts', '../renderer/api.ts'],
  ])('of %s does not reach %s', async (file, source) => {
    expect(await complaints(file, text(source))).toContain('fences/fence');
  });

  it.each([
    ['main/mipl/planted.ts', '../at/channel.ts'],
    ['main/transport/planted.ts', 'serialport'],
    ['main/planted.ts', 'electron'],
    ['renderer/planted.ts', '../shared/state.ts'],
    ['shared/contract/planted.ts', '../state.ts'],
    ['shared/contract/planted.ts', './row.ts'],
  ])('of %s reaches %s', async (file, source) => {
    expect(await complaints(file, text(source))).not.toContain('fences/fence');
  });
});

it('an import() of something that is no text is refused: nobody could tell what it reaches', async () => {
  expect(await complaints('main/at/planted.ts', 'export const x = (name: string) => import(name);\n')).toContain(
    'fences/fence',
  );
});

it('a template says no more than a script that something is there for certain', async () => {
  const component = (template: string): string =>
    `<script setup lang="ts">\nconst list: string[] = [];\n</script>\n\n<template>\n  <p>${template}</p>\n</template>\n`;
  expect(await complaints('renderer/device/Planted.vue', component('{{ list[0]!.length }}'))).toContain(
    'vue/no-restricted-syntax',
  );
  expect(await complaints('renderer/device/Planted.vue', component('{{ list[0]?.length }}'))).toEqual([]);
});
