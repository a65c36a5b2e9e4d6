import type { ComparedSessions, ComparedStep, SessionStep, StepVerdict } from '../../shared/comparison.ts';
import { defined } from '../../shared/defined.ts';
import { replayJournal } from '../facts/replayJournal.ts';
import { hasFacts } from '../journal/format.ts';
import { readJournalHeader } from '../journal/journalReader.ts';
import type { JournalProblem } from '../journal/journalReader.ts';
import { SessionSteps } from './sessionSteps.ts';

/** Shorter differences are those of any two runs. */
const SAME_WITHIN_MS = 200;
/** A network may take so long to let a module in (chapter 1 of the document: 20 to 120 s). */
const LONGEST_USUAL_NETWORK_MS = 120_000;
/** Of each session; the rest is not compared. */
export const MOST_STEPS = 50_000;

/** Pairs each step with the one of its kind that has the same number in the other session. Pure. */
export function compareSteps(a: readonly SessionStep[], b: readonly SessionStep[]): ComparedSessions {
  const ofB = Map.groupBy(b, ({ step }) => step);
  const seen = new Map<string, number>();
  const pairs: ComparedStep[] = a.map((step) => {
    const index = seen.get(step.step) ?? 0;
    seen.set(step.step, index + 1);
    return pairOf(step, ofB.get(step.step)?.[index]);
  });
  const added = [...ofB].flatMap(([step, steps]) =>
    steps.slice(seen.get(step) ?? 0).map((one) => pairOf(undefined, one)),
  );
  const steps = withDrift(merged(pairs, added));
  const firstDifference = steps.findIndex(({ verdict }) => verdict !== 'same');
  const driftMs = steps.findLast((step) => step.driftMs !== undefined)?.driftMs;
  return {
    steps,
    ...(firstDifference < 0 ? {} : { firstDifference }),
    ...defined({ driftMs }),
    isSame: firstDifference < 0,
  };
}

function pairOf(a: SessionStep | undefined, b: SessionStep | undefined): ComparedStep {
  const step = (a ?? b)?.step ?? '';
  return { step, verdict: verdictOf(a, b), ...(a ? { a } : {}), ...(b ? { b } : {}) };
}

function verdictOf(a: SessionStep | undefined, b: SessionStep | undefined): StepVerdict {
  if (!b) return 'missing';
  if (!a) return 'added';
  if (a.result !== b.result || a.path !== b.path) return 'result';
  const [before, after] = [a.durationMs, b.durationMs];
  if (before === undefined || after === undefined) return 'same';
  const isUsual = a.step === 'stage network' && Math.max(before, after) <= LONGEST_USUAL_NETWORK_MS;
  if (isUsual || Math.abs(after - before) < SAME_WITHIN_MS) return 'same';
  return after > before ? 'slower' : 'faster';
}

/** What only the second session has stands where it would be by its time since the last step that both have. */
function merged(pairs: readonly ComparedStep[], added: readonly ComparedStep[]): ComparedStep[] {
  const rest = added.toSorted((one, other) => timeInB(one) - timeInB(other));
  const all: ComparedStep[] = [];
  for (const pair of pairs) {
    while (pair.b && rest[0] && timeInB(rest[0]) < timeInB(pair)) all.push(rest.shift() as ComparedStep);
    all.push(pair);
  }
  return [...all, ...rest];
}

function timeInB({ b }: ComparedStep): number {
  return b?.atMs ?? 0;
}

function withDrift(steps: readonly ComparedStep[]): ComparedStep[] {
  const origin = steps.find(({ a, b }) => a && b);
  const offsetMs = (origin?.b?.atMs ?? 0) - (origin?.a?.atMs ?? 0);
  return steps.map((step) =>
    step.a && step.b ? { ...step, driftMs: Math.round(step.b.atMs - step.a.atMs - offsetMs) } : step,
  );
}

/** Something about one of the journals. */
export type CompareProblem = Pick<JournalProblem, 'line' | 'message'> & { readonly file: string };

/** What {@link compareSessions} is told. */
export interface CompareOptions {
  readonly onProblem: (problem: CompareProblem) => void;
  /** Ends it with `CANCELLED`. */
  readonly signal?: AbortSignal;
}

/**
 * Compares the sessions of two journals by what they came through.
 * @throws CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `CANCELLED`.
 */
export async function compareSessions(a: string, b: string, options: CompareOptions): Promise<ComparedSessions> {
  return compareSteps(await stepsOf(a, options), await stepsOf(b, options));
}

async function stepsOf(file: string, { onProblem, signal }: CompareOptions): Promise<SessionStep[]> {
  const steps: SessionStep[] = [];
  const session = new SessionSteps(hasFacts(await readJournalHeader(file)), (step) => {
    if (steps.length < MOST_STEPS) steps.push(step);
    if (steps.length === MOST_STEPS)
      onProblem({ file, line: step.line, message: `${MOST_STEPS} steps are compared, no more` });
  });
  await replayJournal(file, {
    onProblem: (problem) => onProblem({ file, ...problem }),
    onChange: (changes, happened, at) => session.see(changes, happened, at),
    ...defined({ signal }),
  });
  return steps;
}
