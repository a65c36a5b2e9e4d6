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
    ['renderer/device/planted.ts', 'element-plus/es/components/dialog/index.mjs'],
    ['renderer/app/planted.ts', 'element-plus/theme-chalk/el-overlay.css'],
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
    ['renderer/ui/planted.ts', 'element-plus/es/components/dialog/index.mjs'],
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

it.each([
  ['a private field', 'export class A {\n  private readonly x = 1;\n  y(): number {\n    return this.x;\n  }\n}\n'],
  ['a protected method', 'export class A {\n  protected x(): number {\n    return 1;\n  }\n}\n'],
  ['a private accessor', 'export class A {\n  private get x(): number {\n    return 1;\n  }\n}\n'],
])('%s is not written with a word but with #', async (_, text) => {
  expect(await complaints('main/at/planted.ts', text)).toContain('fences/own-private');
});

it('a constructor may be private: it cannot have a #', async () => {
  const text = 'export class A {\n  readonly x: number;\n  private constructor(x: number) {\n    this.x = x;\n  }\n}\n';
  expect(await complaints('main/at/planted.ts', text)).not.toContain('fences/own-private');
});

it.each(['device.state.change', 'state.change', 'holder.change'])(
  '%s is no way to change what is known of a device: that is told as a fact',
  async (call) => {
    const text = `export const x = (device, state, holder) => ${call}({ module: {} });\n`;
    expect(await complaints('main/device/planted.ts', text)).toContain('no-restricted-syntax');
  },
);

it('a choice of three is not nested into one line', async () => {
  const text = 'export const of = (x: number): string => (x < 0 ? "less" : x > 0 ? "more" : "none");\n';
  expect(await complaints('main/at/planted.ts', text)).toContain('no-nested-ternary');
});

it.each([
  ['code', `export const ${'a'.repeat(60)} = [${'b, '.repeat(20)}];`, true],
  ['a text', `export const a = '${'b'.repeat(150)}';`, false],
])('more than 120 columns of %s', async (_, text, isRefused) => {
  expect((await complaints('main/at/planted.ts', `${text}\n`)).includes('max-len')).toBe(isRefused);
});

it.each(['a ? 1 : b ? 2 : 3', "import('../log/logStore.ts')", '`${a ? 1 : b ? 2 : 3}`'])(
  'a template does not say %s either',
  async (expression) => {
    const text = `<script setup lang="ts">\nconst [a, b] = [true, false];\n</script>\n\n<template>\n  <p :title="${expression}">x</p>\n</template>\n`;
    expect(await complaints('renderer/device/Planted.vue', text)).toContain('vue/no-restricted-syntax');
  },
);

it('a template says no more than a script that something is there for certain', async () => {
  const component = (template: string): string =>
    `<script setup lang="ts">\nconst list: string[] = [];\n</script>\n\n<template>\n  <p>${template}</p>\n</template>\n`;
  expect(await complaints('renderer/device/Planted.vue', component('{{ list[0]!.length }}'))).toContain(
    'vue/no-restricted-syntax',
  );
  expect(await complaints('renderer/device/Planted.vue', component('{{ list[0]?.length }}'))).toEqual([]);
});
