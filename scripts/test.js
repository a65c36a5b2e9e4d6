// @ts-check
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { ensureBuild, fingerprint } from './build.js';
import { runInPlace } from './childProcess.js';
import { createFloor } from './floor.js';
import { reasonAgainstPackages } from './installablePackages.js';
import { packageApplication } from './package.js';
import { describeElectron, prepare } from './prepare.js';
import { inProject, moduleCommand, projectDirectory, projectNode } from './project.js';
import { createReporter, seconds } from './reporter.js';
import { runScript, SetupError } from './setupError.js';
import { installPrograms, packagingPrograms, windowsPrograms } from './systemPackages.js';
import {
  chooseSteps,
  countTests,
  StepQueue,
  failedTests,
  lastLine,
  partsOfUnit,
  readReport,
  steps,
  summaryTable,
} from './testSteps.js';
import { reasonAgainstWindows } from './windowsLane.js';

/** @typedef {import('./testSteps.js').Outcome} Outcome */
/** @typedef {import('./electronRuntime.js').ElectronRuntime} ElectronRuntime */
/** @typedef {import('./childProcess.js').Say} Say */

const reports = inProject('test-output');
const caches = inProject('node_modules', '.cache');
/** A step that hangs ends; twice what the slowest takes on two busy cores. */
const stepLimitMs = 20 * 60_000;
/** Steps at once: one a core computes, and one more waits. */
const lanesOfMachine = availableParallelism() + 1;
/** The folder of that copy, once it is needed. @type {string | undefined} */
let stage;

/**
 * Steps that only some machines can run: what is installed for them where a machine tests alone, and why they cannot run.
 * @type {Record<string, { programs: readonly import('./systemPackages.js').Need[], which: string, reasonAgainst: () => Promise<string | undefined> }>}
 */
const demanding = {
  packages: { programs: packagingPrograms, which: 'that make packages', reasonAgainst: reasonAgainstPackages },
  windows: {
    programs: windowsPrograms,
    which: 'that run what is made for Windows',
    reasonAgainst: reasonAgainstWindows,
  },
};

await runScript(async () => {
  const words = process.argv.slice(2).filter((word) => word !== '--only');
  const chosen = chooseSteps(words);
  const reporter = createReporter();
  const needsWindow = chosen.some(({ name }) => ['build', 'e2e', 'package', 'packaged', 'packages'].includes(name));
  const electron = needsWindow ? await prepare('test', { reporter }) : void (await prepare('modules', { reporter }));
  if (electron) console.log(`Electron for this run: ${describeElectron(electron)}`);

  /** @type {Outcome[]} */
  const outcomes = steps
    .filter((step) => chosen.includes(step))
    .map(({ name, title }) => ({ name, title, status: 'not run', milliseconds: 0 }));
  const queue = new StepQueue(chosen);
  const lanes = Array.from({ length: Math.min(lanesOfMachine, chosen.length) }, (_, index) => `lane ${index + 1}`);
  const floor = createFloor(lanes, (text) => process.stdout.write(text));
  const start = Date.now();
  try {
    await Promise.all(
      lanes.map(async (lane) => {
        for (let step = await queue.take(); step; step = await queue.take()) {
          const outcome = outcomeOf(outcomes, step.name);
          await runStep(outcome, electron, (text) => floor.say(lane, text), floor.hasFloor(lane));
          const isGood = outcome.status !== 'failed';
          floor.stepEnded(lane, isGood);
          queue.ended(step.name, isGood);
        }
        floor.laneEnded(lane);
      }),
    );
  } finally {
    if (stage) rmSync(stage, { recursive: true, force: true });
  }
  const failures = outcomes.flatMap((outcome) => outcome.failures ?? []);
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join('\n')}`);
  console.log(`\n${summaryTable(outcomes)}\n\nAll in ${seconds(Date.now() - start)}`);
  console.log(lastLine(outcomes));
  return outcomes.every(({ status }) => status === 'passed' || status === 'skipped') ? 0 : 1;
});

/** @param {readonly Outcome[]} outcomes @param {string} name */
function outcomeOf(outcomes, name) {
  const outcome = outcomes.find((one) => one.name === name);
  if (!outcome) throw new Error(`No such step: ${name}`);
  return outcome;
}

/**
 * @param {Outcome} outcome
 * @param {ElectronRuntime | undefined} electron
 * @param {Say} say
 * @param {boolean} isOnScreen whether what is said now is printed at once: then commands have the terminal to themselves
 */
async function runStep(outcome, electron, say, isOnScreen) {
  say(`\n── ${outcome.title} ${'─'.repeat(Math.max(3, 70 - outcome.title.length))}\n`);
  const start = Date.now();
  const demands = demanding[outcome.name];
  if (demands)
    await installPrograms(demands.programs, demands.which, createReporter(isOnScreen ? undefined : { write: say }));
  const reason = await demands?.reasonAgainst();
  if (reason !== undefined) {
    outcome.status = 'skipped';
    say(`${outcome.title}: skipped, ${reason}\n`);
    return;
  }
  try {
    outcome.status = (await work(outcome, electron, isOnScreen ? undefined : say)) === 0 ? 'passed' : 'failed';
  } catch (error) {
    outcome.status = 'failed';
    say(`${error instanceof SetupError ? `${error.message}\n${error.remedy}` : inspect(error)}\n`);
  }
  outcome.milliseconds = Date.now() - start;
  say(`${outcome.title}: ${outcome.status} in ${seconds(outcome.milliseconds)}\n`);
}

/** @param {Outcome} outcome @param {ElectronRuntime | undefined} electron @param {Say} [say] */
async function work(outcome, electron, say) {
  switch (outcome.name) {
    case 'lint': {
      // What lints may change while the version and the settings that eslint looks at stay.
      const rules = fingerprint(projectDirectory, ['eslint.config.js', 'scripts/eslint', 'package-lock.json']);
      return tool('eslint', ['.', ...unchangedFiles(`lint-${rules.slice(0, 16)}`)], { say, isYielding: true });
    }
    case 'format':
      return tool('prettier', ['--check', '--log-level=warn', '.', ...unchangedFiles('format')], { say });
    case 'types':
      return types(say);
    case 'unit':
      return vitest(outcome, { say }, ['--coverage', ...partsOfUnit(readdirSync(inProject('test'))).covering]);
    case 'simulator':
      return vitest(outcome, { say }, partsOfUnit(readdirSync(inProject('test'))).others);
    case 'build':
      if (electron) await ensureBuild(createReporter(say && { write: say }), electron);
      return 0;
    case 'package':
      return electron ? packageApplication(electron, say) : 1;
    case 'ratios':
      return runInPlace(projectNode, [inProject('scripts', 'bench', 'main.ts'), '--gate'], {
        timeLimitMs: stepLimitMs,
        say,
      });
    case 'e2e':
    case 'packaged':
      return vitest(outcome, { say, env: stagedElectron() });
    default:
      return vitest(outcome, { say });
  }
}

/**
 * @param {string} name @param {string[]} args
 * @param {{ say?: Say | undefined, env?: NodeJS.ProcessEnv, command?: string, isYielding?: boolean }} options
 */
function tool(name, args, { say, env = process.env, command = name, isYielding = false }) {
  // Nobody sees that what is kept for later stands on a terminal in the end.
  const coloured = say && process.stdout.isTTY ? { ...env, FORCE_COLOR: '1' } : env;
  return runInPlace(projectNode, [moduleCommand(name, command), ...args], {
    timeLimitMs: stepLimitMs,
    say,
    env: coloured,
    isYielding,
  });
}

/** Files that were good are looked at again only when they have changed. @param {string} name */
function unchangedFiles(name) {
  return ['--cache', '--cache-strategy=content', `--cache-location=${path.join(caches, name)}`];
}

/**
 * Every part with its own settings; the tests may also look into these scripts. What has none of Vue's files is checked by
 * the compiler in Go, in a third of the time; the window by the one that knows them.
 */
async function types(/** @type {Say | undefined} */ say) {
  const kept = ['--incremental', '--tsBuildInfoFile', path.join(caches, 'types-renderer.json')];
  const window = tool('vue-tsc', ['--noEmit', '-p', 'renderer', ...kept], { say, isYielding: true });
  const others = async () => {
    let worst = 0;
    for (const part of [['shared'], ['main'], ['scripts'], ['test', '--allowJs']])
      worst ||= await tool('typescript-native', ['--noEmit', '--singleThreaded', '-p', ...part], {
        say,
        isYielding: true,
        command: 'tsc',
      });
    return worst;
  };
  const [ofWindow, ofOthers] = await Promise.all([window, others()]);
  return ofWindow || ofOthers;
}

/**
 * Runs one project of test/vitest.config.mts and counts.
 * @param {Outcome} outcome @param {{ say?: Say | undefined, env?: NodeJS.ProcessEnv }} options @param {string[]} [more]
 */
async function vitest(outcome, options, more = []) {
  const report = path.join(reports, `${outcome.name}.json`);
  // A report of an earlier run must not be counted when this one does not come to writing its own.
  rmSync(report, { force: true });
  const args = [
    'run',
    '--config=test/vitest.config.mts',
    `--project=${outcome.name === 'simulator' ? 'unit' : outcome.name}`,
    `--maxWorkers=${2 * availableParallelism()}`,
    '--passWithNoTests=false',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...more,
  ];
  const status = await tool('vitest', args, options);
  const written = readReport(reports, outcome.name);
  const counts = countTests(written, status);
  outcome.counts = counts;
  outcome.failures = failedTests(written, projectDirectory);
  if (status === 0 && counts.passed === 0) {
    (options.say ?? console.error)('No test ran.\n');
    counts.failed = 1;
  }
  return counts.failed === 0 ? status : 1;
}

/**
 * The environment for steps with windows, with one readable copy of Electron for all. No screen of ours is given to the
 * tests: each application then gets a virtual one of its own, with its own clipboard and focus. See electronForTests.js.
 */
function stagedElectron() {
  if (process.platform !== 'linux' || process.env.MIPL_TEST_STAGE) return process.env;
  stage ??= mkdtempSync(path.join(tmpdir(), 'mipl-stage-'));
  return { ...process.env, DISPLAY: undefined, WAYLAND_DISPLAY: undefined, MIPL_TEST_STAGE: stage };
}
