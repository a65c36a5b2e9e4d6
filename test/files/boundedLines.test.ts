import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { boundedLines } from '../../main/files/boundedLines.ts';
import { tempDirectory } from '../tempDirectory.ts';

async function linesOf(content: string | Uint8Array, mostBytes: number): Promise<string[]> {
  const file = join(await tempDirectory(), 'lines');
  await writeFile(file, content);
  const lines: string[] = [];
  for await (const line of boundedLines(file, mostBytes)) lines.push(line);
  return lines;
}

it('gives each line, the last one without its end too, and leaves out what is too long wherever the pieces of the file break', async () => {
  expect(await linesOf('', 10)).toEqual([]);
  expect(await linesOf('a\n\nb', 10)).toEqual(['a', '', 'b']);
  const long = 'x'.repeat(200_000);
  expect(await linesOf(`one\n${long}\ntwo\n${long}`, 100_000)).toEqual(['one', 'two']);
  expect(await linesOf(`one\n${long}\n泵房\n`, 200_000)).toEqual(['one', long, '泵房']);
});

it('gives the lines that any text has', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ maxLength: 20 })), async (parts) => {
      const text = parts.map((part) => part.replaceAll('\n', '')).join('\n');
      const whole = text.endsWith('\n') ? text.slice(0, -1) : text;
      expect(await linesOf(Buffer.from(text), 1000)).toEqual(text === '' ? [] : whole.split('\n'));
    }),
    { numRuns: 30 },
  );
});
