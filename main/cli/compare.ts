import { parseArgs } from 'node:util';
import { counted } from '../../shared/plural.ts';
import type { ComparedSessions, ComparedStep, SessionStep } from '../../shared/comparison.ts';
import { visibleLine, visibleJson, visibleLines } from '../files/visible.ts';
import { compareSessions } from '../sessions/compareSessions.ts';
import { UsageError, exit, writeLine } from './io.ts';
import type { CliIo } from './io.ts';

export const help = `mipl compare A B [--json]

Compares the sessions of two journals (*.mipl.ndjson) step by step: stages of the bring-up, creation, registration, updates, each
kind of request with its result and its time. The first of a kind in A stands beside the first in B, and so on.
A row begins with = where both are the same, with ! where not; the first difference is marked. Steps that are the same are
put together. Behind result and time stands the line of the journal.
Same means: the same result, and less than 0.2 s apart. Finding the network takes 20 to 120 s and is never slower within
them. Drift is how much later B is than A at the last step that both have, counted from the first.
Journals made by mipl import, and those of version 1, tell no times of stages: there results alone are compared.
  --json   one JSON object: steps, firstDifference, driftMs, isSame
Exit code: 0 when they are the same; 1 when they differ; 2 when one could not be read.`;

/** `mipl compare`: see {@link help}. */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [a, b, ...more] = positionals;
  if (a === undefined || b === undefined || more.length > 0) throw new UsageError('Two journal files are expected');
  const compared = await compareSessions(a, b, {
    signal: io.signal,
    onProblem: ({ file, line, message }) => void io.stderr.write(`${visibleLines(`${file}:${line}: ${message}`)}\n`),
  });
  if (values.json) await writeLine(io.stdout, visibleJson(compared));
  else for (const row of rowsOf(compared)) await writeLine(io.stdout, visibleLine(row));
  return compared.isSame ? exit.ok : exit.failed;
}

const STEP_WIDTH = 18;
const SIDE_WIDTH = 44;

function row(mark: string, step: string, a: string, b: string, end: string): string {
  return `${mark} ${step.padEnd(STEP_WIDTH)} ${a.padEnd(SIDE_WIDTH)} ${b.padEnd(SIDE_WIDTH)} ${end}`.trimEnd();
}

function rowsOf({ steps, firstDifference, driftMs, isSame }: ComparedSessions): string[] {
  const rows = [row(' ', 'step', 'A', 'B', '')];
  for (let index = 0; index < steps.length;) {
    const count = countOfSame(steps, index);
    rows.push(rowOf(steps[index] as ComparedStep, Math.max(1, count), index === firstDifference));
    index += Math.max(1, count);
  }
  const different = steps.filter(({ verdict }) => verdict !== 'same').length;
  const drift = driftMs === undefined ? '' : `; drift ${(driftMs / 1000).toFixed(3)} s`;
  rows.push(
    isSame
      ? `${counted(steps.length, 'step')}, all the same${drift}`
      : `${different} of ${counted(steps.length, 'step')} differ${drift}`,
  );
  return rows;
}

/** How many steps of the same kind follow each other from here, each the same on both sides. */
function countOfSame(steps: readonly ComparedStep[], from: number): number {
  const kind = steps[from]?.step;
  let count = 0;
  while (steps[from + count]?.step === kind && steps[from + count]?.verdict === 'same') count += 1;
  return count;
}

function rowOf({ step, verdict, a, b }: ComparedStep, count: number, isFirst: boolean): string {
  if (verdict === 'same' && count > 1) return row('=', step, `${count} times`, `${count} times`, '');
  const end = isFirst ? `${verdict}, the first difference` : verdict;
  return row(verdict === 'same' ? '=' : '!', step, sideOf(a), sideOf(b), verdict === 'same' ? '' : end);
}

function sideOf(step: SessionStep | undefined): string {
  if (!step) return '–';
  const { path, result, durationMs, line } = step;
  const time = durationMs === undefined ? '' : ` ${(durationMs / 1000).toFixed(3)} s`;
  return `${path === undefined ? '' : `${path} `}${result}${time} (${line})`;
}
