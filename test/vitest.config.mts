import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';
import vue from '@vitejs/plugin-vue';
import { guideText } from '../scripts/guideText.js';

/** Folders whose tests need more than Node: a tty pair, an Electron window, the packaged application, a Debian, Wine. */
const special = [
  ...[
    'test/tty/**',
    'test/hosts/**',
    'test/stations/**',
    'test/e2e/**',
    'test/packaged/**',
    'test/packages/packages.test.ts',
  ],
  'test/windows/**',
];

/** Files that wait longest: whichever of them began last would be waited for by the whole run. */
const longest = [
  ...['sessions/killedIndex', 'guide/commands', 'device/networkChanger'],
  ...['device/session', 'sim/site', 'cli/outputs', 'program/deviceAcceptance', 'document/farEnd', 'cli/run'],
  ...['acceptance/sentences', 'cli/hangUp', 'acceptance/faults', 'cli/brokenOutput', 'device/lostRegistration'],
  ...['sim/modem/hostile', 'capture/formats', 'sessions/importLog', 'journal/privatePlaces'],
  ...['e2e/accessibility', 'e2e/antenna', 'e2e/stations', 'e2e/training', 'e2e/network', 'e2e/technicianPictures'],
  ...['e2e/report', 'e2e/screenshots', 'e2e/keyStore', 'e2e/tabs', 'e2e/acceptancePage', 'e2e/platform'],
  ...['e2e/acceptanceProfiles', 'e2e/badInput', 'e2e/crash', 'e2e/whyNotOnline', 'e2e/acceptance'],
].map((name) => `/test/${name}.test.ts`);

/** Files in vitest's own order, but the longest first: a clean clone has no times of an earlier run to go by. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = longest.findIndex((end) => moduleId.endsWith(end));
      return index < 0 ? longest.length : index;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

/**
 * Programs of ours that a test starts find their files compiled: each begins in a fifth of the time. Not for the tests
 * themselves, whose coverage would be less exact.
 */
const env = { NODE_COMPILE_CACHE: new URL('../node_modules/.cache/compiled', import.meta.url).pathname };

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  plugins: [vue(), guideText()],
  test: {
    sequence: { sequencer: LongestFirst },
    // Tests of one file that run at once wait for timers, not for the processor.
    maxConcurrency: 40,
    // Two files a core: most wait longer for the virtual world than they compute. `npm test` says so for each step.
    maxWorkers: 2 * availableParallelism(),
    // Conditions are waited for as long as a busy machine takes.
    expect: { poll: { timeout: 10_000 } },
    setupFiles: ['test/patience.ts'],
    coverage: {
      provider: 'v8',
      include: [
        'shared/**/*.ts',
        'main/at/**/*.ts',
        'main/lwm2m/**/*.ts',
        'main/mipl/**/*.ts',
        'main/facts/**/*.ts',
        'main/log/**/*.ts',
        'main/files/json*.ts',
      ],
      exclude: ['**/*.d.ts'],
      reportsDirectory: 'coverage',
      reporter: ['text-summary', 'json-summary', 'lcovonly'],
      thresholds: { branches: 100 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          globalSetup: 'test/suiteFolder.ts',
          include: ['test/**/*.test.ts'],
          exclude: special,
          // For what hangs; what must be quick says so itself. Beside other steps a test takes several times its time.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // What the files import is loaded once a worker, not once a file: that was a third of the work.
          isolate: false,
          setupFiles: ['test/afterFile.ts', 'test/propertySeed.ts', 'test/manyRuns.ts'],
          env,
        },
      },
      {
        extends: true,
        test: {
          name: 'tty',
          globalSetup: 'test/suiteFolder.ts',
          include: ['test/{tty,hosts,stations}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          isolate: false,
          setupFiles: ['test/afterFile.ts'],
          env,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          globalSetup: 'test/suiteFolder.ts',
          include: ['test/e2e/**/*.test.ts'],
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Elsewhere all windows share one clipboard and one focus; on Linux each has a virtual screen of its own.
          fileParallelism: process.platform === 'linux',
        },
      },
      {
        extends: true,
        test: {
          name: 'packaged',
          globalSetup: 'test/suiteFolder.ts',
          include: ['test/packaged/**/*.test.ts'],
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: process.platform === 'linux',
        },
      },
      {
        extends: true,
        test: {
          name: 'windows',
          globalSetup: ['test/suiteFolder.ts', 'test/windows/setup.ts'],
          include: ['test/windows/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        // Compresses a quarter of a gigabyte, and fetches a Debian the first time.
        test: {
          name: 'packages',
          globalSetup: 'test/suiteFolder.ts',
          include: ['test/packages/packages.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
