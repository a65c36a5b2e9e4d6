import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  StepQueue,
  chooseSteps,
  countTests,
  failedTests,
  lastLine,
  partsOfUnit,
  steps,
  summaryTable,
} from '../../scripts/testSteps.js';

const names = (words: string[]): string[] => chooseSteps(words).map(({ name }) => name);

describe('chooseSteps', () => {
  it('takes all without words, in their order', () => {
    expect(names([])).toEqual(steps.map(({ name }) => name));
    expect(names([]).sort()).toEqual([
      ...['build', 'e2e', 'format', 'lint', 'package', 'packaged', 'packages', 'ratios', 'simulator', 'tty', 'types'],
      ...['unit', 'windows'],
    ]);
  });

  it('takes words and lists, in the order of the suite', () => {
    expect(names(['unit', 'lint'])).toEqual(['lint', 'unit']);
    expect(names(['unit,types', 'lint'])).toEqual(['lint', 'types', 'unit']);
  });

  it('adds what a step builds on', () => {
    expect(names(['e2e'])).toEqual(['build', 'e2e']);
    expect(names(['packaged'])).toEqual(['build', 'package', 'packaged']);
    expect(names(['packages'])).toEqual(['build', 'package', 'packages']);
  });

  it('refuses an unknown word, so that a typing error does not pass', () => {
    expect(() => chooseSteps(['unti'])).toThrow('There is no step unti. The steps are: build, format');
  });
});

describe('the queue of steps', () => {
  it('gives out what stands first, and what builds on a step only once that has passed', async () => {
    const queue = new StepQueue(chooseSteps(['packaged', 'lint']));
    expect([(await queue.take())?.name, (await queue.take())?.name]).toEqual(['build', 'lint']);
    const third = queue.take();
    queue.ended('lint', true);
    const fourth = queue.take();
    queue.ended('build', true);
    expect((await third)?.name).toBe('package');
    queue.ended('package', true);
    expect((await fourth)?.name).toBe('packaged');
    expect(await queue.take()).toBeUndefined();
  });

  it('begins the windows, which take longest, as soon as the build is made, whatever else is under way', async () => {
    const queue = new StepQueue(chooseSteps([]));
    const first = [await queue.take(), await queue.take(), await queue.take()].map((step) => step?.name);
    expect(first).toEqual(['build', 'format', 'simulator']);
    queue.ended('build', true);
    expect((await queue.take())?.name).toBe('e2e');
    queue.ended('format', true);
    expect((await queue.take())?.name).toBe('package');
  });

  it('begins nothing more once a step was not good, and leaves nobody waiting', async () => {
    const queue = new StepQueue(chooseSteps(['packaged', 'lint']));
    await Promise.all([queue.take(), queue.take()]);
    const third = queue.take();
    queue.ended('lint', false);
    expect(await third).toBeUndefined();
    expect(await queue.take()).toBeUndefined();
  });

  it('comes to its end whatever is chosen, with every step given out once', async () => {
    for (const { name } of [...steps, { name: '' }]) {
      const chosen = chooseSteps([name]);
      const queue = new StepQueue(chosen);
      const given: string[] = [];
      const lane = async (): Promise<void> => {
        for (let step = await queue.take(); step; step = await queue.take()) {
          expect(given).toEqual(expect.arrayContaining(step.after ?? []));
          given.push(step.name);
          queue.ended(step.name, true);
        }
      };
      await Promise.all([lane(), lane(), lane()]);
      expect(given.sort()).toEqual(chosen.map((step) => step.name).sort());
    }
  });
});

describe('the two parts of the unit tests', () => {
  it('hold every folder and every file of tests once', () => {
    const entries = readdirSync('test');
    const { covering, others } = partsOfUnit(entries);
    const folders = entries.filter((name) => !name.includes('.')).map((name) => `test/${name}/`);
    expect([...covering, ...others].sort()).toEqual(folders.sort());
    expect(partsOfUnit([...entries, 'new', 'new.test.ts']).others).toEqual([
      ...others,
      'test/new/',
      'test/new.test.ts',
    ]);
  });
});

describe('countTests', () => {
  const file = (status: string, ...tests: string[]) => ({
    status,
    assertionResults: tests.map((result) => ({ status: result })),
  });

  it('counts what vitest counted', () => {
    const report = {
      numPassedTests: 2,
      numFailedTests: 1,
      numPendingTests: 3,
      numTodoTests: 1,
      testResults: [file('failed', 'passed', 'failed'), file('passed', 'passed')],
    };
    expect(countTests(report, 1)).toEqual({ passed: 2, failed: 1, skipped: 4 });
  });

  it('counts a file that could not be loaded as a failure', () => {
    const report = { numPassedTests: 5, numFailedTests: 0, testResults: [file('failed'), file('passed', 'passed')] };
    expect(countTests(report, 1).failed).toBe(1);
  });

  it('counts a bad end with all tests passed as a failure', () => {
    const report = { numPassedTests: 5, numFailedTests: 0, testResults: [file('passed', 'passed')] };
    expect(countTests(report, 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
    expect(countTests(report, 0)).toEqual({ passed: 5, failed: 0, skipped: 0 });
  });

  it('counts a run without a report as a failure', () => {
    expect(countTests(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('what failed is named at the end', () => {
  it('each test with the first line of what it said, and files that did not load', () => {
    const report = {
      testResults: [
        { name: '/project/test/a.test.ts', status: 'passed', assertionResults: [{ status: 'passed' }] },
        {
          name: '/project/test/b.test.ts',
          status: 'failed',
          assertionResults: [
            { status: 'passed', fullName: 'the port opens' },
            {
              status: 'failed',
              fullName: 'the port closes',
              failureMessages: ['\u001b[31mError: still open\u001b[39m\n    at a line'],
            },
          ],
        },
        { name: '/project/test/c.test.ts', status: 'failed', assertionResults: [], message: 'No such module\nmore' },
      ],
    };
    expect(failedTests(report, '/project')).toEqual([
      'test/b.test.ts > the port closes: Error: still open',
      'test/c.test.ts: No such module',
    ]);
    expect(failedTests(undefined, '/project')).toEqual([]);
  });
});

describe('the end of a run', () => {
  const lint = { name: 'lint', title: 'Lint', status: 'passed' as const, milliseconds: 1500 };
  const unit = {
    name: 'unit',
    title: 'Unit tests',
    status: 'passed' as const,
    milliseconds: 12_000,
    counts: { passed: 40, failed: 0, skipped: 1 },
  };
  const notRun = { name: 'build', title: 'Build', status: 'not run' as const, milliseconds: 0 };

  it('sums the tests up in one line', () => {
    expect(lastLine([lint, unit, { ...unit, counts: { passed: 2, failed: 3, skipped: 0 } }])).toBe(
      '42 passed, 3 failed',
    );
  });

  it('never looks good over a failed step', () => {
    expect(lastLine([{ ...lint, status: 'failed' }, notRun])).toBe('0 passed, 1 failed');
  });

  it('prints a table', () => {
    expect(summaryTable([lint, unit, notRun]).split('\n')).toEqual([
      'Lint        passed      1.5 s',
      'Unit tests  passed     12.0 s  40 passed, 0 failed, 1 skipped',
      'Build       not run',
    ]);
  });
});
