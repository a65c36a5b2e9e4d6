// @ts-check
import { existsSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { readJson } from './project.js';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ name: string, title: string, status: 'passed' | 'failed' | 'skipped' | 'not run', milliseconds: number, counts?: Counts, failures?: string[] }} Outcome */

/** @typedef {{ name: string, title: string, after?: string[] }} Step */

/**
 * The steps of `npm test` in the order in which they begin, as many at once as {@link StepQueue} is asked for: what
 * others wait for, then what itself takes longest, and last what only computes and fills whatever the others leave free. While
 * the build is made only what is soon over begins, so that the windows, which take longest, wait for the build alone.
 * What a step is `after` stands before it.
 * @type {readonly Step[]}
 */
export const steps = [
  { name: 'build', title: 'Build' },
  { name: 'format', title: 'Format' },
  { name: 'e2e', title: 'End-to-end tests in Electron', after: ['build'] },
  { name: 'package', title: 'Package', after: ['build'] },
  { name: 'packages', title: 'Linux packages, installed', after: ['build', 'package'] },
  { name: 'simulator', title: 'Tests in the simulated world' },
  { name: 'tty', title: 'Tests over a tty pair' },
  { name: 'packaged', title: 'Tests of the packaged application', after: ['build', 'package'] },
  { name: 'windows', title: 'Tests on Windows, under Wine' },
  { name: 'lint', title: 'Lint' },
  { name: 'types', title: 'Types' },
  { name: 'unit', title: 'Unit tests' },
  { name: 'ratios', title: 'Speed, against its references' },
];

/** Gives out steps, each once, those first that stand first; a step waits until what it is `after` has passed. */
export class StepQueue {
  /** @type {Step[]} */
  #waiting;
  /** @type {Set<string>} */
  #running = new Set();
  /** @type {(() => void)[]} */
  #wakers = [];
  #isStopped = false;

  /** @param {readonly Step[]} chosen with what they build on */
  constructor(chosen) {
    this.#waiting = [...chosen];
  }

  /** The next step; undefined where nothing more is to begin. @returns {Promise<Step | undefined>} */
  async take() {
    while (!this.#isStopped && this.#waiting.length > 0) {
      const isOpen = (/** @type {string} */ name) =>
        this.#running.has(name) || this.#waiting.some((step) => step.name === name);
      const next = this.#waiting.find(({ after = [] }) => !after.some(isOpen));
      if (next) {
        this.#waiting.splice(this.#waiting.indexOf(next), 1);
        this.#running.add(next.name);
        return next;
      }
      await new Promise((resolve) => this.#wakers.push(() => resolve(undefined)));
    }
    return undefined;
  }

  /** A step has ended; where it was not good nothing more begins. @param {string} name @param {boolean} isGood */
  ended(name, isGood) {
    this.#running.delete(name);
    if (!isGood) this.#isStopped = true;
    for (const wake of this.#wakers.splice(0)) wake();
  }
}

/**
 * Folders of tests that show every branch of the rooms of which coverage is asked for: these alone run with it, since it
 * makes them half as slow again.
 */
const coveringFolders = [
  ...[
    'at',
    'diagnosis',
    'document',
    'facts',
    'files',
    'guide',
    'journal',
    'log',
    'lwm2m',
    'mipl',
    'renderer',
    'shared',
    'udp',
  ],
];

/**
 * Parts the unit project's folders and files in two: what runs with coverage, and what runs without.
 * @param {readonly string[]} entries the names of all that stands in test/
 * @returns {{ covering: string[], others: string[] }} as vitest's command line takes them
 */
export function partsOfUnit(entries) {
  const paths = (/** @type {readonly string[]} */ names) =>
    names.map((name) => (name.endsWith('.ts') ? `test/${name}` : `test/${name}/`));
  const others = entries.filter(
    (name) => !coveringFolders.includes(name) && (!name.includes('.') || name.endsWith('.test.ts')),
  );
  return { covering: paths(coveringFolders), others: paths(others) };
}

/**
 * The steps that a command line asks for, with what they build on: names, separated by spaces or commas; none means all.
 * @param {readonly string[]} words
 */
export function chooseSteps(words) {
  const names = words.flatMap((word) => word.split(',')).filter(Boolean);
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    const known = steps.map((step) => step.name).join(', ');
    throw new Error(`There is no step ${unknown.join(', ')}. The steps are: ${known}.`);
  }
  if (names.length === 0) return [...steps];
  const wanted = new Set(names);
  for (const step of steps) if (wanted.has(step.name)) step.after?.forEach((name) => wanted.add(name));
  return steps.filter((step) => wanted.has(step.name));
}

/**
 * Counts the tests of a vitest run. A file that could not be loaded has no tests to count, so it counts as a failed one;
 * and so does a run that ended badly with every test passed (coverage too low, no test found, an error between tests).
 * @param {any} report what vitest's JSON reporter wrote, if it came to that
 * @param {number} exitStatus of vitest
 * @returns {Counts}
 */
export function countTests(report, exitStatus) {
  const files = report?.testResults ?? [];
  const broken = files.filter(
    (/** @type {any} */ file) =>
      file.status === 'failed' && !file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed'),
  ).length;
  const passed = report?.numPassedTests ?? 0;
  const failed = (report?.numFailedTests ?? 0) + broken;
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  return { passed, failed: failed === 0 && exitStatus !== 0 ? 1 : failed, skipped };
}

/**
 * The tests that failed, each with the first line of what it said, and the files that could not be loaded: a long output
 * may reach its reader without its middle.
 * @param {any} report what vitest's JSON reporter wrote, if it came to that
 * @param {string} directory that file names are told from
 * @returns {string[]}
 */
export function failedTests(report, directory) {
  return (report?.testResults ?? []).flatMap((/** @type {any} */ file) => {
    if (file.status !== 'failed') return [];
    const name = path.relative(directory, file.name);
    const failed = file.assertionResults.filter((/** @type {any} */ test) => test.status === 'failed');
    if (failed.length === 0) return [`${name}: ${firstLine(file.message)}`];
    return failed.map(
      (/** @type {any} */ test) => `${name} > ${test.fullName}: ${firstLine(test.failureMessages?.[0] ?? '')}`,
    );
  });
}

/** @param {string} text */
const firstLine = (text) => stripVTControlCharacters(text).split('\n', 1)[0] ?? '';

/** Reads a report of vitest. @param {string} directory @param {string} name */
export function readReport(directory, name) {
  const file = path.join(directory, `${name}.json`);
  return existsSync(file) ? readJson(file) : undefined;
}

/** The table at the end. @param {readonly Outcome[]} outcomes */
export function summaryTable(outcomes) {
  const width = Math.max(...outcomes.map(({ title }) => title.length));
  return outcomes
    .map(({ title, status, milliseconds, counts }) => {
      const tests = counts ? `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped` : '';
      const time = status === 'not run' ? '' : `${(milliseconds / 1000).toFixed(1)} s`;
      return `${title.padEnd(width)}  ${status.padEnd(7)}  ${time.padStart(8)}  ${tests}`.trimEnd();
    })
    .join('\n');
}

/**
 * The last line. A step that is no test run (lint, build …) and fails counts as one failure, so that the line never
 * looks good over a bad run.
 * @param {readonly Outcome[]} outcomes
 */
export function lastLine(outcomes) {
  let passed = 0;
  let failed = 0;
  for (const { status, counts } of outcomes) {
    passed += counts?.passed ?? 0;
    failed += counts ? counts.failed : Number(status === 'failed');
  }
  return `${passed} passed, ${failed} failed`;
}
