import { expect, test } from 'vitest';
import { coreObjects } from '../../main/lwm2m/definitions/coreObjects.ts';
import { ipsoObjects } from '../../main/lwm2m/definitions/ipsoObjects.ts';
import { ipsoResources } from '../../main/lwm2m/definitions/ipsoResources.ts';
import { definitionOf, knownObjects, resourceDefinitionOf, typeOf } from '../../main/lwm2m/definitions/lookup.ts';

const repeated = (values: readonly number[]): number[] =>
  values.filter((value, index) => values.indexOf(value) !== index);

test('the table holds the core objects and IPSO, 62 in all, by rising id', () => {
  const ids = knownObjects().map((object) => object.id);
  expect(ids.slice(0, 9)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 19]);
  expect(ids).toHaveLength(62);
  expect(ids).toEqual([...ids].sort((one, other) => one - other));
});

test('no object stands twice', () => {
  expect(repeated([...coreObjects.map((object) => object.id), ...ipsoObjects.map(([id]) => id)])).toEqual([]);
});

test('no resource stands twice in its object, none in the reusable ones', () => {
  expect(knownObjects().flatMap((object) => repeated(object.resources.map(({ id }) => id)))).toEqual([]);
  expect(repeated(ipsoResources.map(([id]) => id))).toEqual([]);
});

test('every resource an IPSO object lists is defined', () => {
  const defined = new Set(ipsoResources.map(([id]) => id));
  const missing = ipsoObjects.flatMap(([, , , ids]) => ids.filter((id) => !defined.has(id)));
  expect(missing).toEqual([]);
});

test('every reusable resource is in use', () => {
  const used = new Set(ipsoObjects.flatMap(([, , , ids]) => ids));
  expect(ipsoResources.filter(([id]) => !used.has(id))).toEqual([]);
});

test('executables and only they have no type and no unit', () => {
  for (const object of knownObjects()) {
    for (const { id, operations, type, unit } of object.resources) {
      expect([object.id, id, operations === 'E']).toEqual([object.id, id, type === 'none']);
      if (type === 'none') expect(unit).toBeUndefined();
    }
  }
});

test('only the security object hides resources from the server', () => {
  const hidden = knownObjects().filter((object) => object.resources.some(({ operations }) => operations === ''));
  expect(hidden.map((object) => object.id)).toEqual([0]);
});

test('every name is given in both languages, without blanks around it', () => {
  for (const object of knownObjects()) {
    for (const { name } of [object, ...object.resources]) {
      expect(name.en).toMatch(/^[A-Z][ -~]*[!-~]$/);
      expect(name.zh).toMatch(/^\S(?:.*\S)?$/);
    }
    expect(object.name.zh).toMatch(/[\u4e00-\u9fff]/);
  }
});

test('temperature of the OneNET document is as the registry says', () => {
  expect(definitionOf(3303).name).toEqual({ zh: '温度', en: 'Temperature' });
  expect(resourceDefinitionOf(3303, 5700)).toEqual({
    id: 5700,
    name: { zh: '传感器值', en: 'Sensor Value' },
    operations: 'R',
    type: 'float',
    isMultiple: false,
    isKnown: true,
  });
  expect(resourceDefinitionOf(3303, 5605)).toMatchObject({ operations: 'E', type: 'none' });
  expect(resourceDefinitionOf(3306, 5851)).toMatchObject({
    operations: 'RW',
    type: 'integer',
    unit: '%',
    range: '0..100',
  });
});

test('a resource may hold several values', () => {
  expect(resourceDefinitionOf(3, 11).isMultiple).toBe(true);
  expect(definitionOf(3).isMultiple).toBe(false);
});

test('an unknown object and an unknown resource are named by their number', () => {
  expect(definitionOf(10250)).toEqual({
    id: 10250,
    name: { zh: '对象 10250', en: 'Object 10250' },
    isMultiple: true,
    resources: [],
    isKnown: false,
  });
  expect(resourceDefinitionOf(10250, 7)).toMatchObject({
    name: { zh: '资源 7', en: 'Resource 7' },
    operations: 'RW',
    type: 'string',
    isKnown: false,
  });
});

test('a reusable resource is known in any object', () => {
  expect(resourceDefinitionOf(10250, 5700).name.en).toBe('Sensor Value');
});

test('the type of a path is the type of its resource', () => {
  expect(typeOf({ objectId: 3, instanceId: 0, resourceId: 13 })).toBe('time');
  expect(() => typeOf({ objectId: 3, instanceId: 0 })).toThrow(
    expect.objectContaining({ code: 'LWM2M_BAD_PATH' }) as Error,
  );
});
