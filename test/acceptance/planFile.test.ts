import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { documentCases } from '../../main/acceptance/cases/cases.ts';
import { ownCase } from '../../main/acceptance/cases/ownCase.ts';
import { documentPlan } from '../../main/acceptance/plan/plan.ts';
import type { Plan } from '../../main/acceptance/plan/plan.ts';
import { parsePlan } from '../../main/acceptance/plan/planFile.ts';
import { planText } from '../../main/acceptance/plan/planText.ts';
import { comparisons } from '../../main/acceptance/cases/steps.ts';

const whole = (cases: string): string => `{
  "format": "mipl-acceptance-plan",
  "version": 1,
  "cases": [
    ${cases}
  ]
}`;

test('cases stand in the order of the file, repeated and skipped as it says', () => {
  const plan = parsePlan(
    whole('"version", {"case": "read-resource", "repeat": 2}, {"case": "bootstrap", "skip": "none here", "by": "Li"}'),
    'a.plan.json',
  );
  expect(plan.name).toBe('a.plan.json');
  expect(plan.items.map(({ definition }) => definition.id)).toEqual([
    'version',
    'read-resource',
    'read-resource',
    'bootstrap',
  ]);
  expect(plan.items[3]?.skip).toEqual({ by: 'Li', reason: 'none here' });
});

test('a case of one’s own is repeated and skipped like one of the document', () => {
  const steps = '"steps": [{"send": "AT"}]';
  const plan = parsePlan(whole(`{"id": "a", "repeat": 3, ${steps}}, {"id": "b", "skip": "later", ${steps}}`), 'p.json');
  expect(plan.items.map(({ definition }) => definition.id)).toEqual(['a', 'a', 'a', 'b']);
  expect(plan.items[3]?.skip).toEqual({ by: 'p.json', reason: 'later' });
});

test('the example in the documentation is a plan, and its error stands where the documentation says', () => {
  const page = readFileSync(new URL('../../docs/acceptance.md', import.meta.url), 'utf8');
  const example = /```json\n(.*?)```/s.exec(page)?.[1] ?? '';
  expect(parsePlan(example, 'line4.json').items.map(({ definition }) => definition.id)).toEqual([
    ...['power-on', 'network', 'read-resource', 'read-resource', 'read-resource', 'bootstrap', 'signal'],
  ]);
  const error = /`(line4\.json:.*?)`/.exec(page)?.[1] ?? '';
  expect(() => parsePlan(example.replace('"send"', '"sned"'), 'line4.json')).toThrow(error);
});

test('a declared version and a name are taken over', () => {
  const text =
    '{"format":"mipl-acceptance-plan","version":1,"name":"line 4","declaredVersion":"2.2.0","cases":["version"]}';
  expect(parsePlan(text, 'x')).toMatchObject({ name: 'line 4', declaredVersion: '2.2.0' });
});

test('a case of one’s own can be repeated and left out like one of the document', () => {
  const own = '"id": "a", "steps": [{"send": "AT"}]';
  const { items } = parsePlan(whole(`{${own}, "repeat": 2}, {${own}, "skip": "no time"}`), 'a.plan.json');
  expect(items.map(({ definition, skip }) => [definition.id, skip?.reason])).toEqual([
    ['a', undefined],
    ['a', undefined],
    ['a', 'no time'],
  ]);
});

/** What of a plan can be compared: the checks of a case are functions. */
const comparable = ({ items, ...plan }: Plan): unknown => ({
  ...plan,
  items: items.map(({ definition: { id, title, need, limitSeconds, steps }, skip }) => ({
    ...{ id, title, need, limitSeconds, steps },
    ...(skip ? { skip } : {}),
  })),
});

test('what is written is read as the same plan, whatever its order, repetitions, left-out and own cases', () => {
  const text = fc.string({ unit: 'grapheme' });
  const own = fc.record({
    id: fc.constantFrom('a', 'b-2', 'Signal_3.x'),
    title: fc.record({ zh: text, en: text }),
    need: fc.constantFrom('module', 'registered', 'socket'),
    limitSeconds: fc.integer({ min: 1, max: 3600 }),
    steps: fc.array(
      fc.oneof(
        fc.record({ do: fc.constant('send'), line: fc.constantFrom('AT', 'AT+CSQ', 'AT+X="é中"') }),
        fc.record({ do: fc.constant('send'), line: fc.constant('AT'), final: fc.constantFrom('OK', 'ERROR', 'any') }),
        fc.record({
          do: fc.constant('expect'),
          pattern: fc.constant('^\\+CSQ: ?(?<rssi>\\d+)'),
          seconds: fc.integer({ min: 1, max: 9 }),
        }),
        fc.record({ do: fc.constant('compare'), left: text, with: fc.constantFrom(...comparisons), right: text }),
      ),
      { minLength: 1, maxLength: 4 },
    ),
  });
  const definition = fc.oneof(
    fc.constantFrom(...documentCases),
    own.map((given) => ownCase(given as Parameters<typeof ownCase>[0])),
  );
  const skip = fc.option(fc.record({ by: text, reason: text }), { nil: undefined });
  const items = fc.array(fc.tuple(definition, skip, fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(items, text, fc.option(text, { nil: undefined }), (given, name, declaredVersion) => {
      const plan: Plan = {
        name,
        ...(declaredVersion === undefined ? {} : { declaredVersion }),
        items: given.flatMap(([one, left, times]) =>
          Array.from({ length: times }, () => ({ definition: one, ...(left ? { skip: left } : {}) })),
        ),
      };
      expect(comparable(parsePlan(planText(plan), 'x.json'))).toEqual(comparable(plan));
    }),
  );
});

test('more repetitions than an entry may have become several entries', () => {
  const item = documentPlan.items[0] as Plan['items'][number];
  const plan: Plan = { name: 'long', items: Array<typeof item>(250).fill(item) };
  expect(JSON.parse(planText(plan))).toMatchObject({ cases: [{ repeat: 100 }, { repeat: 100 }, { repeat: 50 }] });
});

describe('what is wrong is named with file, line and field', () => {
  test.each([
    ['"nonsense"', 'p.json:5: plan.cases[0]: "nonsense" is none of power-on'],
    ['{"id": "a", "steps": [{"jump": 3}]}', 'p.json:5: plan.cases[0].steps[0]: unknown step (jump)'],
    ['{"id": "a", "steps": []}', 'p.json:5: plan.cases[0].steps: the list is empty'],
    ['{"id": "a"}', 'p.json:5: plan.cases[0].steps: the field is missing'],
    ['{"id": "version", "steps": [{"send": "AT"}]}', 'plan.cases[0].id'],
    ['{"id": "a", "steps": [{"send": ""}]}', 'plan.cases[0].steps[0].send'],
    ['{"id": "a", "steps": [{"send": "AT", "within": 3}]}', 'plan.cases[0].steps[0].within: does not go with "send"'],
    ['{"id": "a", "steps": [{"expect": "("}]}', 'plan.cases[0].steps[0].expect: error parsing regexp'],
    ['{"id": "a", "steps": [{"compare": "1", "with": "~", "to": 1}]}', '"~" is none of ='],
    ['{"id": "a", "steps": [{"compare": "1", "to": true}]}', 'plan.cases[0].steps[0].to'],
    ['{"id": "a", "needs": "money", "steps": [{"send": "AT"}]}', '"money" is none of module'],
    ['{"id": "a", "colour": 1, "steps": [{"send": "AT"}]}', 'plan.cases[0].colour: unknown field'],
    ['{"case": "version", "repeat": 0}', 'plan.cases[0].repeat: a whole number from 1 to 100'],
    ['{"case": "version", "steps": []}', 'plan.cases[0].steps: does not go with "case"'],
    ['{"case": "version", "by": "Li"}', 'plan.cases[0].by: goes with "skip" only'],
    ['{"id": "a", "repeat": 1.5, "steps": [{"send": "AT"}]}', 'plan.cases[0].repeat: a whole number from 1 to 100'],
    ['{"id": "a", "skip": 3, "steps": [{"send": "AT"}]}', 'plan.cases[0].skip: a text in quotes'],
    ['{"id": "a", "by": "Li", "steps": [{"send": "AT"}]}', 'plan.cases[0].by: goes with "skip" only'],
    ['7', 'plan.cases[0]: an object is expected, not number'],
    ['"version",', 'p.json:6: JSON'],
  ])('%s', (cases, message) => {
    expect(() => parsePlan(whole(cases), 'p.json')).toThrow(
      expect.objectContaining({ code: 'FILE_BAD_PLAN', message: expect.stringContaining(message) as string }) as Error,
    );
  });

  test.each([
    ['[]', 'p.json:1: plan: an object is expected'],
    ['{"format":"other","version":1,"cases":["version"]}', 'plan.format'],
    ['{"format":"mipl-acceptance-plan","version":2,"cases":["version"]}', 'plan.version'],
    ['{"format":"mipl-acceptance-plan","version":1,"cases":{}}', 'plan.cases: a list is expected'],
    ['{"format":"mipl-acceptance-plan","version":1,"name":3,"cases":["version"]}', 'plan.name: a text in quotes'],
  ])('%s', (text, message) => {
    expect(() => parsePlan(text, 'p.json')).toThrow(message);
  });
});
