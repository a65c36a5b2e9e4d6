import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileOwnPattern, patternFaultText } from '../../main/capture/ownPattern.ts';
import { patternLayout } from '../../main/capture/patternLayout.ts';
import { previewLog } from '../../main/sessions/previewLog.ts';
import { tempDirectory } from '../tempDirectory.ts';

async function previewOf(content: string | Uint8Array, pattern: string) {
  const file = join(await tempDirectory(), 'program.log');
  await writeFile(file, content);
  const told = await previewLog(file, pattern);
  expect(await readFile(file)).toEqual(Buffer.from(content));
  return 'rows' in told ? told.rows : told.fault;
}

const arrows = String.raw`^(?<direction>[<>]) (?<text>.*)$`;

it('shows the first rows as lines, marks and notes; a row that goes on belongs to the one before', async () => {
  expect(await previewOf('<b>x</b>\n> AT\nstart\n< \nOK\n', arrows)).toEqual([
    { line: 1, raw: '<b>x</b>', is: 'note' },
    { line: 2, raw: '> AT', is: 'line', from: 'host', text: 'AT' },
    { line: 3, raw: 'start', is: 'note' },
    { line: 4, raw: '< ', is: 'heading', from: 'module' },
    { line: 5, raw: 'OK', is: 'line', from: 'module', text: 'OK' },
  ]);
});

it('looks at the beginning of a long log, and at no more than sixty rows of it', async () => {
  const rows = await previewOf(`${'> AT\n'.repeat(100_000)}`, arrows);
  expect(rows).toHaveLength(60);
  expect(await previewOf(`> ${'A'.repeat(100_000)}\n`, arrows)).toEqual([]);
  expect(await previewOf('', arrows)).toEqual([]);
});

it('says why a pattern is none, as the command line does', async () => {
  const faults = [
    ['(?<text>.*', 'error parsing regexp: missing closing ): `(?<text>.*`'],
    ['(?<text>a)\\', 'error parsing regexp: trailing backslash at end of expression'],
    ['(?<text>a)(?<who>b)', 'the groups of a pattern are time, direction, text, not who'],
    ['^.*$', 'the pattern lacks the group (?<text>…)'],
    ['(?<text>(?:a{500}){2}(?:b{500}){2}(?:c{500}){2})', /^the pattern is too large: \d+ steps, at most 2000$/],
  ] as const;
  for (const [pattern, words] of faults) {
    const fault = await previewOf('> AT\n', pattern);
    const compiled = compileOwnPattern(pattern);
    expect(compiled).toEqual({ fault });
    expect(() => patternLayout(pattern)).toThrow(words);
    expect('fault' in compiled && patternFaultText(compiled.fault)).toMatch(words);
  }
});

it('a log that is gone is said', async () => {
  const folder = await tempDirectory();
  await expect(previewLog(join(folder, 'none.log'), arrows)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  await expect(previewLog(folder, arrows)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});

it('takes whatever is typed as a pattern, and whatever a file holds', async () => {
  const file = join(await tempDirectory(), 'any.log');
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'()[]{}?<>:=!text.*+|\\d,1') })),
      fc.uint8Array(),
      async (pattern, content) => {
        await writeFile(file, content);
        const told = await previewLog(file, pattern);
        if ('rows' in told) expect(told.rows.length).toBeLessThanOrEqual(60);
        else expect(patternFaultText(told.fault)).not.toBe('');
      },
    ),
    { numRuns: 200 },
  );
});
