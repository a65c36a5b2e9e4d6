// @ts-check
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuild } from './build.js';
import { runInPlace } from './childProcess.js';
import { reasonAgainstPackages } from './installablePackages.js';
import { packageApplication } from './package.js';
import { describeElectron, prepare } from './prepare.js';
import { inProject, moduleCommand, projectNode } from './project.js';
import { createReporter, seconds } from './reporter.js';
import { runScript, SetupError } from './setupError.js';
import { installPrograms, packagingPrograms } from './systemPackages.js';
import { chooseSteps, countTests, lastLine, readReport, steps, summaryTable } from './testSteps.js';

/** @typedef {import('./testSteps.js').Outcome} Outcome */

const reports = inProject('test-output');
/** A step that hangs ends; twice what the slowest takes on two busy cores. */
const stepLimitMs = 20 * 60_000;
/** What the step that runs has started and the suite has to end, whatever happens. @type {(() => Promise<void> | void)[]} */
const endings = [];

/**
 * Steps that only some machines can run: what is installed for them where a machine tests alone, and why they cannot run.
 * @type {Record<string, { programs: readonly import('./systemPackages.js').Need[], which: string, reasonAgainst: () => Promise<string | undefined> }>}
 */
const demanding = {
  packages: { programs: packagingPrograms, which: 'that make packages', reasonAgainst: reasonAgainstPackages },
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
  const start = Date.now();
  try {
    for (const outcome of outcomes) {
      await runStep(outcome, electron);
      if (outcome.status === 'failed') break;
    }
  } finally {
    for (const end of endings) await end();
  }
  console.log(`\n${summaryTable(outcomes)}\n\nAll in ${seconds(Date.now() - start)}`);
  console.log(lastLine(outcomes));
  return outcomes.every(({ status }) => status === 'passed' || status === 'skipped') ? 0 : 1;
});

/** @param {Outcome} outcome @param {import('./prepare.js').ElectronRuntime | undefined} electron */
async function runStep(outcome, electron) {
  console.log(`\n── ${outcome.title} ${'─'.repeat(Math.max(3, 70 - outcome.title.length))}`);
  const start = Date.now();
  const demands = demanding[outcome.name];
  if (demands) await installPrograms(demands.programs, demands.which, createReporter());
  const reason = await demands?.reasonAgainst();
  if (reason !== undefined) {
    outcome.status = 'skipped';
    console.log(`${outcome.title}: skipped, ${reason}`);
    return;
  }
  try {
    outcome.status = (await work(outcome, electron)) === 0 ? 'passed' : 'failed';
  } catch (error) {
    outcome.status = 'failed';
    console.error(error instanceof SetupError ? `${error.message}\n${error.remedy}` : error);
  }
  outcome.milliseconds = Date.now() - start;
  console.log(`${outcome.title}: ${outcome.status} in ${seconds(outcome.milliseconds)}`);
}

/** @param {Outcome} outcome @param {import('./prepare.js').ElectronRuntime | undefined} electron */
async function work(outcome, electron) {
  switch (outcome.name) {
    case 'lint':
      return tool('eslint', ['.']);
    case 'format':
      return tool('prettier', ['--check', '--log-level=warn', '.']);
    case 'types':
      return types();
    case 'unit':
      return vitest(outcome, ['--coverage']);
    case 'build':
      if (electron) await ensureBuild(createReporter(), electron);
      return 0;
    case 'package':
      return electron ? packageApplication(electron) : 1;
    case 'e2e':
    case 'packaged':
      stageElectron();
      return vitest(outcome);
    default:
      return vitest(outcome);
  }
}

/** @param {string} name @param {string[]} args */
function tool(name, args) {
  return runInPlace(projectNode, [moduleCommand(name), ...args], { timeLimitMs: stepLimitMs });
}

/** Every part with its own settings; the tests may also look into these scripts, and take as long as all the others. */
async function types() {
  const check = (/** @type {string} */ folder, /** @type {string[]} */ ...more) =>
    tool('vue-tsc', ['--noEmit', '-p', folder, ...more]);
  const others = async () => {
    let worst = 0;
    for (const folder of ['shared', 'main', 'renderer', 'scripts']) worst ||= await check(folder);
    return worst;
  };
  const [ofTests, ofOthers] = await Promise.all([check('test', '--allowJs'), others()]);
  return ofTests || ofOthers;
}

/** Runs one project of test/vitest.config.mts and counts. @param {Outcome} outcome @param {string[]} [more] */
async function vitest(outcome, more = []) {
  const report = path.join(reports, `${outcome.name}.json`);
  // A report of an earlier run must not be counted when this one does not come to writing its own.
  rmSync(report, { force: true });
  const status = await tool('vitest', [
    'run',
    '--config=test/vitest.config.mts',
    `--project=${outcome.name}`,
    '--passWithNoTests=false',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...more,
  ]);
  const counts = countTests(readReport(reports, outcome.name), status);
  outcome.counts = counts;
  if (status === 0 && counts.passed === 0) {
    console.error('No test ran.');
    counts.failed = 1;
  }
  return counts.failed === 0 ? status : 1;
}

/**
 * One readable copy of Electron for all steps with windows. No screen of ours is given to the tests: each application
 * then gets a virtual one of its own, with its own clipboard and focus. See electronForTests.js.
 */
function stageElectron() {
  if (process.platform !== 'linux' || process.env.MIPL_TEST_STAGE) return;
  const stage = mkdtempSync(path.join(tmpdir(), 'mipl-stage-'));
  endings.push(() => rmSync(stage, { recursive: true, force: true }));
  delete process.env.DISPLAY;
  delete process.env.WAYLAND_DISPLAY;
  process.env.MIPL_TEST_STAGE = stage;
}
