import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseModel } from '../../main/lwm2m/deviceModel.ts';
import { modelText } from '../../main/lwm2m/modelText.ts';
import { draftOf, draftText } from '../../renderer/model/modelDraft.ts';
import {
  MAX_STEPS,
  advanced,
  begun,
  edited,
  present,
  redone,
  saved,
  undone,
  unsavedCount,
} from '../../renderer/model/modelEdits.ts';
import type { EditHistory, ModelEdit } from '../../renderer/model/modelEdits.ts';
import { problemsOf } from '../../renderer/model/modelTable.ts';
import type { DeviceModel, ModelResource } from '../../shared/deviceModel.ts';

const resource = (id: number, value = '0'): ModelResource => ({ id, type: 'integer', operations: 'RW', value });
const lamp: DeviceModel = {
  name: 'Lamp',
  objects: [{ id: 3311, instances: [{ id: 0, resources: [resource(5850), resource(5851)] }] }],
};

const small = fc.integer({ min: 0, max: 3 });
const place = {
  objectId: fc.constantFrom(3311, 3312),
  instanceId: small,
  resourceId: fc.constantFrom(5850, 5851, 5852),
};
const anyResource = fc
  .tuple(fc.constantFrom(5850, 5851, 5852), fc.constantFrom('0', '7', 'warm', ''))
  .map(([id, value]) => resource(id, value));
const anyEdit: fc.Arbitrary<ModelEdit> = fc.oneof(
  fc.record({ kind: fc.constant('rename' as const), name: fc.string({ maxLength: 5 }) }),
  fc.record({
    kind: fc.constant('addObject' as const),
    object: place.objectId.map((id) => ({ id, instances: [{ id: 0, resources: [resource(5850)] }] })),
  }),
  fc.record({ kind: fc.constant('removeObject' as const), objectId: place.objectId }),
  fc.record({ kind: fc.constant('addInstance' as const), objectId: place.objectId }),
  fc.record({ kind: fc.constant('removeInstance' as const), objectId: place.objectId, instanceId: small }),
  fc.record({
    kind: fc.constant('addResource' as const),
    objectId: place.objectId,
    instanceId: small,
    resource: anyResource,
    before: fc.subarray([5850, 5851, 5852]),
  }),
  fc.record({ kind: fc.constant('removeResource' as const), ...place }),
  fc.record({ kind: fc.constant('changeResource' as const), ...place, resource: anyResource }),
  fc.record({ kind: fc.constant('moveResource' as const), ...place, by: fc.constantFrom(1 as const, -1 as const) }),
);

const pathsOf = ({ objects }: DeviceModel): string[] =>
  objects.flatMap(({ id, instances }) => [
    `/${id}`,
    ...instances.flatMap((one) => [`/${id}/${one.id}`, ...one.resources.map((each) => `/${id}/${one.id}/${each.id}`)]),
  ]);

/** What a person did, step by step; a refused edit changes nothing. */
function after(model: DeviceModel, edits: readonly ModelEdit[]): EditHistory {
  return edits.reduce(
    (history, edit) => {
      const next = edited(present(history), edit);
      return 'refused' in next ? history : advanced(history, next);
    },
    begun(model, true),
  );
}

describe('an edit', () => {
  it('never makes a path stand twice, and never touches the model before it', () => {
    fc.assert(
      fc.property(fc.array(anyEdit, { maxLength: 30 }), (edits) => {
        const before = JSON.stringify(lamp);
        for (const state of after(lamp, edits).states) {
          const paths = pathsOf(state);
          expect(new Set(paths).size).toBe(paths.length);
        }
        expect(JSON.stringify(lamp)).toBe(before);
      }),
    );
  });

  it('leads to a model that is read as it was written, once nothing is to be corrected', () => {
    fc.assert(
      fc.property(fc.array(anyEdit, { maxLength: 30 }), (edits) => {
        const model = present(after(lamp, edits));
        const text = modelText(model);
        if (problemsOf(model).length === 0) expect(parseModel(text, 'a')).toEqual(model);
        else if (model.name.trim() !== '') expect(() => parseModel(text, 'a')).toThrow('a:');
      }),
    );
  });

  it('of a path that is taken, or of nothing, is refused with the path', () => {
    const twice = edited(lamp, { kind: 'addObject', object: lamp.objects[0]! });
    expect(twice).toEqual({ refused: 'twice', path: '/3311' });
    expect(
      edited(lamp, { kind: 'addResource', objectId: 3311, instanceId: 0, resource: resource(5850), before: [] }),
    ).toEqual({ refused: 'twice', path: '/3311/0/5850' });
    expect(
      edited(lamp, {
        kind: 'changeResource',
        objectId: 3311,
        instanceId: 0,
        resourceId: 5850,
        resource: resource(5851),
      }),
    ).toEqual({ refused: 'twice', path: '/3311/0/5851' });
    expect(edited(lamp, { kind: 'removeResource', objectId: 3311, instanceId: 1, resourceId: 5850 })).toEqual({
      refused: 'missing',
      path: '/3311/1',
    });
    expect(edited(lamp, { kind: 'moveResource', objectId: 3311, instanceId: 0, resourceId: 9, by: 1 })).toEqual({
      refused: 'missing',
      path: '/3311/0/9',
    });
  });

  it('puts a resource where its definition has it, and an instance in the first gap', () => {
    const added = edited(lamp, {
      kind: 'addResource',
      objectId: 3311,
      instanceId: 0,
      resource: resource(1),
      before: [5851],
    }) as DeviceModel;
    expect(added.objects[0]?.instances[0]?.resources.map(({ id }) => id)).toEqual([5850, 1, 5851]);
    const two = edited(lamp, { kind: 'addInstance', objectId: 3311 }) as DeviceModel;
    const gap = edited(two, { kind: 'removeInstance', objectId: 3311, instanceId: 0 }) as DeviceModel;
    const again = edited(gap, { kind: 'addInstance', objectId: 3311 }) as DeviceModel;
    expect(again.objects[0]?.instances.map(({ id }) => id)).toEqual([0, 1]);
  });
});

describe('the history of edits', () => {
  const edits = fc.array(anyEdit, { maxLength: 40 });

  it('goes back to the beginning step by step and forth again, and nothing on the way is lost', () => {
    fc.assert(
      fc.property(edits, (all) => {
        const end = after(lamp, all);
        let history = end;
        while (history.at > 0) history = undone(history);
        expect(present(history)).toEqual(lamp);
        expect(undone(history)).toEqual(history);
        while (history.at < history.states.length - 1) history = redone(history);
        expect(present(redone(history))).toBe(present(end));
      }),
    );
  });

  it('counts no change exactly where the present model is the one in the file', () => {
    const walk = fc.array(fc.oneof(anyEdit, fc.constantFrom('undo' as const, 'redo' as const, 'save' as const)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(walk, (steps) => {
        let history = begun(lamp, true);
        let inFile: DeviceModel = lamp;
        for (const step of steps) {
          if (step === 'undo') history = undone(history);
          else if (step === 'redo') history = redone(history);
          else if (step === 'save') {
            history = saved(history);
            inFile = present(history);
          } else {
            const next = edited(present(history), step);
            if (!('refused' in next)) history = advanced(history, next);
          }
          if (unsavedCount(history) === 0) expect(present(history)).toBe(inFile);
          else expect(present(history)).not.toBe(inFile);
        }
      }),
    );
  });

  it('holds so many steps and no more, and knows then that the file is another', () => {
    let history = begun(lamp, true);
    for (let step = 0; step < MAX_STEPS + 50; step++) history = advanced(history, { ...lamp, name: String(step) });
    expect(history.states).toHaveLength(MAX_STEPS + 1);
    expect(unsavedCount(history)).toBeGreaterThan(0);
    expect(history).not.toHaveProperty('savedAt');
  });
});

describe('a draft', () => {
  it('comes back from its text with what was in the file below it', () => {
    fc.assert(
      fc.property(fc.array(anyEdit, { maxLength: 20 }), (all) => {
        const history = after(lamp, all);
        const back = draftOf(draftText({ id: 'a', file: 'a.model.json', history }));
        expect(back).toMatchObject({ id: 'a', file: 'a.model.json' });
        expect(back && present(back.history)).toEqual(present(history));
        expect(back && present(undone(back.history))).toEqual(lamp);
        expect(back && unsavedCount(back.history)).toBe(1);
      }),
    );
  });

  it('is nothing where the text is none of ours', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => draftOf(text) === undefined));
    expect(draftOf(null)).toBeUndefined();
    expect(draftOf('{"model":{"name":"A","objects":[{"id":-1,"instances":[]}]}}')).toBeUndefined();
  });
});
