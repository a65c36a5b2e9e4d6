import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';
import vue from '@vitejs/plugin-vue';
import type { Plugin } from 'vite';
import { guideText } from './scripts/guideText.js';
import { noteLibraries, writeNotices } from './scripts/notices.js';
import * as names from './shared/contract/names.ts';

/** The bridge needs the names of the contract and nothing else of it: they go in as they come out, without the rows. */
const evaluatedNames: Plugin = {
  name: 'evaluated-names',
  enforce: 'pre',
  load: (id) =>
    id === resolve('shared/contract/names.ts')
      ? Object.entries(names)
          .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
          .join('\n')
      : undefined,
};

/** Texts as JSON, which V8 reads in a tenth of the time that it takes for the same as a script. */
const json = { stringify: true, namedExports: false };

/**
 * Three targets. Main and preload are CommonJS on purpose: a sandboxed preload cannot be an ES module, and main must
 * load on every Electron the product is tested with. Dependencies in package.json "dependencies" stay external.
 */
export default defineConfig({
  main: {
    json,
    plugins: [evaluatedNames, noteLibraries()],
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: { index: 'main/index.ts' },
        // Read at every start: without comments and spaces, but with its names, which a report of a fault shows.
        output: {
          minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
          format: 'cjs',
          entryFileNames: '[name].cjs',
          chunkFileNames: '[name]-[hash].cjs',
        },
      },
    },
  },
  preload: {
    plugins: [evaluatedNames],
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { preload: 'main/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: 'renderer',
    json,
    plugins: [vue(), guideText(), noteLibraries(), writeNotices()],
    build: {
      outDir: 'out/renderer',
      assetsInlineLimit: 0,
      // One file: what is loaded later may not change the order in which rules count.
      cssCodeSplit: false,
      minify: true,
      rollupOptions: {
        input: { index: resolve('renderer/index.html') },
        // What the first screen needs is one file, whoever else uses parts of it: each request costs main some of its time.
        output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } },
      },
    },
  },
});
