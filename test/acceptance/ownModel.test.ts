import { describe, expect, it, onTestFinished } from 'vitest';
import { documentCases, infoOf } from '../../main/acceptance/cases/cases.ts';
import { modelCases } from '../../main/acceptance/cases/casesModel.ts';
import { documentPlan, planFor } from '../../main/acceptance/plan/plan.ts';
import { parsePlan } from '../../main/acceptance/plan/planFile.ts';
import { planText } from '../../main/acceptance/plan/planText.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { ObjectStore } from '../../main/lwm2m/objectStore.ts';
import { ownModel } from '../device/ownModel.ts';
import { openRig, runPlan } from './rig.ts';

const objects = new ObjectStore(ownModel).view();
const ids = modelCases(objects).map(({ id }) => id);

describe('the plan of a device of one’s own', () => {
  it('has for each object what it allows, before the device leaves', () => {
    expect(ids).toEqual([
      ...['discover-3311', 'read-3311', 'write-3311', 'observe-3311', 'cancel-3311'],
      ...['discover-3323', 'read-3323', 'execute-3323', 'observe-3323', 'cancel-3323'],
      ...['discover-32769', 'read-32769', 'write-32769', 'execute-32769', 'observe-32769', 'cancel-32769'],
    ]);
    const { items } = planFor(objects);
    expect(items).toHaveLength(documentCases.length + ids.length);
    expect(items.slice(-3).map(({ definition }) => definition.id)).toEqual(['deregister', 'delete', 'delete-object']);
    expect(new Set(items.map(({ definition }) => definition.id)).size).toBe(items.length);
  });

  it('is the document’s own where the model is', () => {
    expect(planFor(new ObjectStore(defaultModel).view())).toBe(documentPlan);
  });

  it('asks nothing of an object that allows nothing, and names it in both languages', () => {
    const secret = { id: 1, type: 'string', operations: '', value: '' } as const;
    const own = { name: 'A', objects: [{ id: 7, instances: [{ id: 3, resources: [secret] }] }] };
    expect(modelCases(new ObjectStore(own).view())).toEqual([]);
    const [first] = modelCases(objects).map((one) => infoOf(one));
    expect(first?.title).toEqual({ zh: '发现对象：3311 灯光控制', en: 'Discover an object: 3311 Light Control' });
  });

  it('can be written to a file and read again where the device has the model', () => {
    const plan = planFor(objects);
    const text = planText(plan);
    expect(
      parsePlan(
        text,
        'a',
        plan.items.map(({ definition }) => definition),
      ).items,
    ).toEqual(plan.items);
    expect(() => parsePlan(text, 'a')).toThrow('"discover-3311" is none of');
  });
});

it('every own object is found, read, written, executed and observed by the platform on the virtual module', async () => {
  const rig = await openRig({ model: ownModel });
  onTestFinished(() => rig.close());
  const { cases } = await runPlan(rig, planFor(objects));
  const verdictOf = Object.fromEntries(cases.map(({ id, verdict }) => [id, verdict]));
  expect(ids.map((id) => [id, verdictOf[id]])).toEqual(ids.map((id) => [id, 'passed']));
  const others = cases.filter(({ id }) => !ids.includes(id));
  expect(others.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
  expect(verdictOf['read-resource']).toBe('skipped');
  expect(verdictOf['register']).toBe('passed');
});
