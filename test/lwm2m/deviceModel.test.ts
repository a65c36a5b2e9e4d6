import { expect, test } from 'vitest';
import { defaultModel, parseModel } from '../../main/lwm2m/deviceModel.ts';

/** A model text with one resource, written over several lines. */
function modelWith(resource: string): string {
  return `{
  "format": "mipl-device-model",
  "version": 1,
  "objects": [{
    "id": 3303,
    "instances": [{
      "id": 0,
      "resources": [
        ${resource}
      ]
    }]
  }]
}`;
}

const field = 'model.objects[0].instances[0].resources[0]';

test('the shipped model is the one of the OneNET document', () => {
  expect(defaultModel.objects.map((object) => [object.id, object.instances.map(({ id }) => id)])).toEqual([
    [3303, [0, 1]],
    [3306, [0]],
  ]);
  expect(defaultModel.objects[0]!.instances[0]!.resources.map(({ id, value }) => [id, value])).toEqual([
    [5700, '20.123'],
    [5701, 'Cel'],
    [5601, '10.123'],
    [5602, '60.2'],
    [5603, '0.0'],
    [5604, '99.0'],
    [5605, ''],
  ]);
  expect(defaultModel.objects[1]!.instances[0]!.resources.map(({ id }) => id)).toEqual([5850, 5851, 5852, 5853, 5750]);
});

test('type and access come from the definitions where the file leaves them out', () => {
  const model = parseModel(modelWith('{"id": 5700, "value": "20.50"}'), 'a.model.json');
  expect(model).toEqual({
    name: 'a.model.json',
    objects: [
      { id: 3303, instances: [{ id: 0, resources: [{ id: 5700, type: 'float', operations: 'R', value: '20.50' }] }] },
    ],
  });
});

test('numbers and booleans may be written as such and keep their spelling', () => {
  const model = parseModel(
    modelWith('{"id": 5700, "value": 0.0}, {"id": 1, "type": "boolean", "access": "RW", "value": true}'),
    'a',
  );
  expect(model.objects[0]!.instances[0]!.resources.map(({ value }) => value)).toEqual(['0.0', '1']);
});

test('own names and units are kept', () => {
  const text = modelWith('{"id": 5700, "value": "1", "name": {"zh": "水温", "en": "Water"}, "unit": "Cel"}')
    .replace('"id": 3303,', '"id": 3303, "name": {"zh": "锅炉", "en": "Boiler"},')
    .replace('"version": 1,', '"version": 1, "name": "Boiler house",');
  const model = parseModel(text, 'a');
  expect(model.name).toBe('Boiler house');
  expect(model.objects[0]!.name).toEqual({ zh: '锅炉', en: 'Boiler' });
  expect(model.objects[0]!.instances[0]!.resources[0]).toMatchObject({
    name: { zh: '水温', en: 'Water' },
    unit: 'Cel',
  });
});

test.each<[what: string, text: string, line: number, field: string, rule: string]>([
  ['text that is not JSON', '{\n  "format": }', 2, 'JSON', 'Expected a value, found "}"'],
  ['a list', '[]', 1, 'model', 'an object is expected, not array'],
  ['no format', '{"version": 1}', 1, 'model.format', 'the field is missing'],
  ['another format', '{"format": "x"}', 1, 'model.format', '"x" is none of mipl-device-model'],
  ['a format that is no text', '{\n"format": 1}', 2, 'model.format', 'a text in quotes is expected, not number'],
  [
    'a later version',
    modelWith('').replace('"version": 1', '"version": 2'),
    3,
    'model.version',
    'this program reads version 1',
  ],
  [
    'a version as text',
    modelWith('').replace('"version": 1', '"version": "1"'),
    3,
    'model.version',
    'this program reads version 1',
  ],
  [
    'an unknown field',
    modelWith('').replace('"version": 1', '"version": 1, "colour": 1'),
    3,
    'model.colour',
    'unknown field; known are format, version, name, objects',
  ],
  [
    'objects that are no list',
    '{"format":"mipl-device-model","version":1,\n"objects":{}}',
    2,
    'model.objects',
    'a list is expected, not object',
  ],
  ['no objects', '{"format":"mipl-device-model","version":1,\n"objects":[]}', 2, 'model.objects', 'the list is empty'],
  ['a resource that is a number', modelWith('5700'), 9, field, 'an object is expected, not number'],
  ['no id', modelWith('{"value": "1"}'), 9, `${field}.id`, 'the field is missing'],
  [
    'an id out of range',
    modelWith('{"id": 65536, "value": "1"}'),
    9,
    `${field}.id`,
    'a whole number from 0 to 65535 is expected',
  ],
  [
    'an id as text',
    modelWith('{"id": "5700", "value": "1"}'),
    9,
    `${field}.id`,
    'a whole number from 0 to 65535 is expected',
  ],
  [
    'an id with a fraction',
    modelWith('{"id": 5700.0, "value": "1"}'),
    9,
    `${field}.id`,
    'a whole number from 0 to 65535 is expected',
  ],
  [
    'a reserved instance id',
    modelWith('{"id": 5700, "value": "1"}').replace('"id": 0', '"id": 65535'),
    7,
    'model.objects[0].instances[0].id',
    'a whole number from 0 to 65534 is expected',
  ],
  [
    'a resource that stands twice',
    modelWith('{"id": 5700, "value": "1"},\n{"id": 5700, "value": "2"}'),
    10,
    'model.objects[0].instances[0].resources[1].id',
    '5700 stands twice',
  ],
  ['no value', modelWith('{"id": 5700}'), 9, `${field}.value`, 'the field is missing'],
  [
    'a value that is a list',
    modelWith('{"id": 5700,\n"value": []}'),
    10,
    `${field}.value`,
    'a text, number or boolean is expected, not array',
  ],
  [
    'a value that is null',
    modelWith('{"id": 5700, "value": null}'),
    9,
    `${field}.value`,
    'a text, number or boolean is expected, not null',
  ],
  [
    'a value of the wrong type',
    modelWith('{"id": 5700,\n"value": "warm"}'),
    10,
    `${field}.value`,
    'Not a value of type float: a decimal number is expected',
  ],
  [
    'an executable with a value',
    modelWith('{"id": 5605, "value": "1"}'),
    9,
    `${field}.value`,
    'an executable resource has no value',
  ],
  [
    'a type that does not exist',
    modelWith('{"id": 5700, "type": "number", "value": "1"}'),
    9,
    `${field}.type`,
    '"number" is none of string, integer, float, boolean, opaque, time, objlnk, none',
  ],
  [
    'an access that does not exist',
    modelWith('{"id": 5700, "access": "WR", "value": "1"}'),
    9,
    `${field}.access`,
    '"WR" is none of , R, W, RW, E',
  ],
  [
    'an executable that can be read',
    modelWith('{"id": 5605,\n"access": "R"}'),
    10,
    `${field}.access`,
    '"R" does not go with type none',
  ],
  [
    'a type that its access does not go with',
    modelWith('{"id": 5605,\n"type": "float", "value": "1"}'),
    9,
    `${field}.access`,
    '"E" does not go with type float',
  ],
  [
    'an unknown resource without type',
    modelWith('{"id": 1, "value": "1"}'),
    9,
    `${field}.type`,
    'the field is missing, and resource 1 is in no definition',
  ],
  [
    'a name in one language',
    modelWith('{"id": 5700, "value": "1", "name": {"zh": "水"}}'),
    9,
    `${field}.name.en`,
    'the field is missing',
  ],
  [
    'a unit that is no text',
    modelWith('{"id": 5700, "value": "1", "unit": 1}'),
    9,
    `${field}.unit`,
    'a text in quotes is expected, not number',
  ],
])('%s is refused with file, line and field', (_what, text, line, place, rule) => {
  expect(() => parseModel(text, 'pump.model.json')).toThrow(
    expect.objectContaining({
      code: 'FILE_BAD_MODEL',
      message: `pump.model.json:${line}: ${place}: ${rule}`,
      detail: `pump.model.json:${line} ${place}`,
    }) as Error,
  );
});

test('a model of more resources than a module has room for is refused with their number', () => {
  const resources = Array.from(
    { length: 101 },
    (_, id) => `{ "id": ${id}, "type": "string", "access": "R", "value": "" }`,
  ).join();
  const instances = Array.from({ length: 100 }, (_, id) => `{ "id": ${id}, "resources": [${resources}] }`).join();
  const text = `{ "format": "mipl-device-model", "version": 1, "objects": [{ "id": 32769, "instances": [${instances}] }] }`;
  expect(() => parseModel(text, 'large.model.json')).toThrow(/at most 10000 resources, not 10100/);
});
