import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareSteps } from '../../main/sessions/compareSessions.ts';
import type { SessionStep, StepVerdict } from '../../shared/comparison.ts';

const step = (name: string, result: string, durationMs?: number, atMs = 0): SessionStep => ({
  step: name,
  result,
  atMs,
  line: 2,
  ...(durationMs === undefined ? {} : { durationMs }),
});

it.each<[string, SessionStep, SessionStep, StepVerdict]>([
  ['less than 0.2 s apart', step('register', 'done', 1000), step('register', 'done', 1199), 'same'],
  ['0.2 s apart', step('register', 'done', 1000), step('register', 'done', 1200), 'slower'],
  ['sooner', step('register', 'done', 1200), step('register', 'done', 900), 'faster'],
  ['another result', step('register', 'done', 1), step('register', 'MIPL_REFUSED 7', 1), 'result'],
  [
    'a network after 20 and after 120 s',
    step('stage network', 'done', 20_000),
    step('stage network', 'done', 120_000),
    'same',
  ],
  ['a network after 121 s', step('stage network', 'done', 20_000), step('stage network', 'done', 121_000), 'slower'],
  ['a network that is denied', step('stage network', 'done', 1), step('stage network', 'NETWORK_DENIED', 1), 'result'],
  ['no time told', step('stage sim', 'done'), step('stage sim', 'done', 9000), 'same'],
  [
    'another path',
    { ...step('request read', 'answered 1'), path: '/3303' },
    step('request read', 'answered 1'),
    'result',
  ],
])('%s', (_name, a, b, verdict) => {
  expect(compareSteps([a], [b]).steps.map((one) => one.verdict)).toEqual([verdict]);
});

it('marks the first difference, tells the drift, and puts what only one session has where it was', () => {
  const a = [step('create', 'done', 10, 1000), step('register', 'done', 500, 2000), step('update', 'done', 10, 9000)];
  const b = [
    step('create', 'done', 10, 4000),
    step('deregister', 'done', 10, 4500),
    step('register', 'done', 900, 5400),
    step('request read', 'answered 1', 5, 6000),
  ];
  const { steps, firstDifference, driftMs, isSame } = compareSteps(a, b);
  expect(steps.map((one) => [one.step, one.verdict, one.driftMs])).toEqual([
    ['create', 'same', 0],
    ['deregister', 'added', undefined],
    ['register', 'slower', 400],
    ['update', 'missing', undefined],
    ['request read', 'added', undefined],
  ]);
  expect([firstDifference, driftMs, isSame]).toEqual([1, 400, false]);
});

const anyStep: fc.Arbitrary<SessionStep> = fc.record({
  step: fc.constantFrom('create', 'stage network', 'request read', 'request write'),
  result: fc.constantFrom('done', 'answered 1', 'failed'),
  durationMs: fc.nat({ max: 200_000 }),
  atMs: fc.nat({ max: 1e6 }),
  line: fc.nat({ max: 1000 }),
});
const mirrored: Readonly<Record<StepVerdict, StepVerdict>> = {
  same: 'same',
  result: 'result',
  slower: 'faster',
  faster: 'slower',
  missing: 'added',
  added: 'missing',
};

it('a session is the same as itself, no step is left out, and the other way round it is the mirror', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 30 }), fc.array(anyStep, { maxLength: 30 }), (a, b) => {
      expect(compareSteps(a, a)).toMatchObject({ isSame: true });
      const [there, back] = [compareSteps(a, b), compareSteps(b, a)];
      expect(there.steps.flatMap((one) => one.a ?? [])).toEqual(a);
      expect(there.steps.flatMap((one) => one.b ?? []).length).toBe(b.length);
      const counted = (verdicts: readonly StepVerdict[]): string[] => verdicts.toSorted();
      expect(counted(back.steps.map(({ verdict }) => verdict))).toEqual(
        counted(there.steps.map(({ verdict }) => mirrored[verdict])),
      );
      expect(there.isSame).toBe(back.isSame);
    }),
    { numRuns: 200 },
  );
});
