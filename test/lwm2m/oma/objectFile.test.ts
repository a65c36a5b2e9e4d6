import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultModel, parseModel } from '../../../main/lwm2m/deviceModel.ts';
import { modelText } from '../../../main/lwm2m/modelText.ts';
import { importedModel } from '../../../main/lwm2m/oma/importedModel.ts';
import { readObjectFile } from '../../../main/lwm2m/oma/objectFile.ts';
import type { OmaFile, OmaObject } from '../../../main/lwm2m/oma/objectFile.ts';
import { CodedError } from '../../../shared/errors.ts';

interface ItemParts {
  readonly id?: string;
  readonly name?: string;
  readonly operations?: string;
  readonly type?: string;
  readonly range?: string;
  readonly units?: string;
  readonly mandatory?: string;
}

const item = ({
  id = '1',
  name = 'One',
  operations = 'R',
  type = 'Integer',
  range = '',
  units = '',
  mandatory = 'Optional',
}: ItemParts = {}): string =>
  `<Item ID="${id}"><Name>${name}</Name><Operations>${operations}</Operations>
  <MultipleInstances>Single</MultipleInstances><Mandatory>${mandatory}</Mandatory><Type>${type}</Type>
  <RangeEnumeration>${range}</RangeEnumeration><Units>${units}</Units><Description>&lt;text&gt;</Description></Item>`;

const file = (items: readonly string[], id = '31000'): string => `<?xml version="1.0" encoding="UTF-8"?>
<LWM2M><Object ObjectType="MODefinition"><Name>Pump </Name><ObjectID>${id}</ObjectID>
<ObjectVersion>1.1</ObjectVersion><MultipleInstances>Multiple</MultipleInstances><Resources>
${items.join('\n')}
</Resources></Object></LWM2M>`;

const read = (text: string): OmaFile => readObjectFile(text, 'pump.xml');
const only = (text: string): OmaObject => read(text).objects[0] as OmaObject;
function complaint(text: string): string {
  try {
    read(text);
  } catch (error) {
    expect(error).toBeInstanceOf(CodedError);
    return (error as CodedError).message;
  }
  return 'none';
}

describe('reads an object file', () => {
  it('whole, with names as people would write them', () => {
    expect(
      only(file([item({ name: ' rsrp-Result\u00a0', units: '\n\t' }), item({ id: '2', operations: 'E', type: '' })])),
    ).toEqual({
      id: 31000,
      name: 'Pump',
      version: '1.1',
      isMultiple: true,
      resources: [
        { id: 1, name: 'rsrp-Result', operations: 'R', type: 'integer', isMandatory: false, isMultiple: false },
        { id: 2, name: 'One', operations: 'E', type: 'none', isMandatory: false, isMultiple: false },
      ],
    });
  });

  it.each([
    ['Unsigned Integer', 'integer'],
    ['Corelnk', 'string'],
    ['objlnk', 'objlnk'],
    ['TIME', 'time'],
    ['Opaque', 'opaque'],
  ])('takes the type %s as %s', (type, ours) => {
    expect(only(file([item({ type })])).resources[0]?.type).toBe(ours);
  });

  it('with a byte order mark in front, with comments and a document type', () => {
    expect(read(`\u{feff}${file([item()]).replace('?>', '?><!-- licence --><!DOCTYPE LWM2M>')}`).objects).toHaveLength(
      1,
    );
  });

  it.each([
    ['a type that nobody knows', { type: 'Complex' }, '7: data type "Complex" is unknown: taken as text'],
    ['no type for what can be read', { type: '' }, '7: no data type: taken as text'],
    ['operations that nobody knows', { operations: 'X' }, '7: operations "X" are unknown: nothing is allowed'],
  ])('and remarks %s with file and line', (_, parts, remark) => {
    const [first] = read(file([item(), item({ id: '2', ...parts })])).remarks;
    expect(`${first?.place}: ${first?.text}`).toBe(`pump.xml:${remark}`);
  });

  it('and keeps the first of a resource that stands twice', () => {
    const { objects, remarks } = read(file([item({ name: 'First' }), item({ name: 'Second' })]));
    expect(objects[0]?.resources.map(({ name }) => name)).toEqual(['First']);
    expect(remarks).toEqual([{ place: 'pump.xml:7', text: 'resource 1 stands twice: the first one counts' }]);
  });

  it('of which nearly everything is missing', () => {
    const bare = '<LWM2M><Object><ObjectID>7</ObjectID><Item ID="1"></Item><Item ID="2"/></Object></LWM2M>';
    const nothing = { operations: '', type: 'string', isMandatory: false, isMultiple: false };
    expect(only(bare)).toEqual({
      id: 7,
      name: 'Object 7',
      version: '1.0',
      isMultiple: false,
      resources: [
        { id: 1, name: 'Resource 1', ...nothing },
        { id: 2, name: 'Resource 2', ...nothing },
      ],
    });
    expect(complaint('<LWM2M><Object><ObjectID>7</ObjectID><Item/></Object></LWM2M>')).toMatch(/ID: "" is no number/);
  });

  it('and leaves out resources that belong to no object', () => {
    const { objects, remarks } = read('<LWM2M><Object><Resources><Item ID="1"/></Resources></Object></LWM2M>');
    expect([objects, remarks]).toEqual([[], [{ place: 'pump.xml:1', text: 'resources without an object: left out' }]]);
  });

  it('of three megabytes', () => {
    const long = 'x'.repeat(3 * 1024 * 1024);
    expect(only(file([item()]).replace('&lt;text&gt;', long)).resources).toHaveLength(1);
  });
});

describe('refuses, with file and line', () => {
  it.each([
    ['what is no XML', 'hello', /^pump\.xml:1: XML: /],
    ['an element that does not end', '<LWM2M>\n<Object>\n</LWM2M>', /^pump\.xml:3: XML: /],
    ['an empty file', '', /^pump\.xml:1: XML: /],
    ['an object whose number is a word', file([item()], 'pump'), /^pump\.xml:2: ObjectID: "pump" is no number/],
    ['a resource number that is too large', file([item({ id: '65536' })]), /^pump\.xml:4: ID: "65536"/],
    ['an entity that it brings along', '<!DOCTYPE a [<!ENTITY b "c">]>\n<LWM2M>&b;</LWM2M>', /^pump\.xml:2: XML: /],
    ['a tower of elements', '<a>'.repeat(200_000), /^pump\.xml:1: XML: elements are nested/],
    ['what is longer than any object file', ' '.repeat(16 * 1024 * 1024 + 1), /^pump\.xml: longer than 16 MB/],
  ])('%s', (_, text, message) => {
    expect(complaint(text)).toMatch(message);
  });

  it('whatever is cut off or mixed up, and nothing worse', () => {
    const whole = file([item(), item({ id: '2', range: '0..5' })]);
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(whole.length), fc.string(), (from, to, middle) => {
        const message = complaint(whole.slice(0, from) + middle + whole.slice(to));
        expect(message === 'none' || message.startsWith('pump.xml:')).toBe(true);
      }),
    );
  });
});

describe('makes a model of it', () => {
  const object = only(
    file([
      item({ mandatory: 'Mandatory', range: '1..9' }),
      item({ id: '2', type: 'Float', range: '-90.0..-10.5' }),
      item({ id: '3', type: 'String', range: '4..8', mandatory: 'Mandatory' }),
      item({ id: '4', type: 'Opaque', range: '16,32' }),
      item({ id: '5', type: 'String', range: 'ON;OFF' }),
      item({ id: '6', operations: 'E', type: '', mandatory: 'Mandatory', range: '1..2' }),
      item({ id: '7', type: 'Integer', range: 'as the network says' }),
      item({ id: '8', type: 'Objlnk', range: '1..2' }),
    ]),
  );

  it('with what is mandatory, and values that the registry allows', () => {
    const { objects } = importedModel('Pump', [object], 'mandatory');
    expect(objects[0]?.instances[0]?.resources.map(({ id, value }) => [id, value])).toEqual([
      [1, '1'],
      [3, '0000'],
      [6, ''],
    ]);
  });

  it('with everything, where that is asked for', () => {
    const { objects } = importedModel('Pump', [object], 'all');
    expect(objects[0]?.instances[0]?.resources.map(({ value }) => value)).toEqual([
      ...['1', '-90.0', '0000', '00'.repeat(16), 'ON', '', '0', '65535:65535'],
    ]);
  });

  it('with everything of an object of which nothing is mandatory, and without one that has nothing', () => {
    const [none, empty] = [only(file([item()])), only(file([], '31001'))];
    const { objects } = importedModel('Pump', [empty, none], 'mandatory');
    expect(objects.map(({ id, instances }) => [id, instances[0]?.resources.length])).toEqual([[31000, 1]]);
  });

  it('under our own names where the table knows the resource', () => {
    const text = file(
      [item({ id: '5700', name: 'Sensor Value', type: 'Float', mandatory: 'Mandatory', units: 'Cel' })],
      '3303',
    );
    expect(importedModel('T', [only(text)], 'mandatory').objects).toEqual([
      {
        id: 3303,
        instances: [{ id: 0, resources: [{ id: 5700, type: 'float', operations: 'R', value: '0.0', unit: 'Cel' }] }],
      },
    ]);
  });
});

it('writes models that are read as they were', () => {
  expect(parseModel(modelText(defaultModel), 'a.model.json')).toEqual(defaultModel);
  const words = fc.string({ unit: 'grapheme', minLength: 1 });
  const resource = fc.record({
    id: fc.nat(65535),
    type: fc.constant('string' as const),
    operations: fc.constantFrom('R' as const, 'RW' as const),
    value: words.filter((text) => !/[\u0000-\u001f]/.test(text)),
    name: fc.record({ zh: words, en: words }),
    unit: words,
  });
  const instances = fc.uniqueArray(
    fc.record({ id: fc.nat(65534), resources: fc.uniqueArray(resource, { minLength: 1, selector: ({ id }) => id }) }),
    { minLength: 1, maxLength: 3, selector: ({ id }) => id },
  );
  const objects = fc.uniqueArray(
    fc.record({ id: fc.nat(65535), name: fc.record({ zh: words, en: words }), instances }),
    {
      minLength: 1,
      maxLength: 3,
      selector: ({ id }) => id,
    },
  );
  fc.assert(
    fc.property(words, objects, (name, all) => {
      expect(parseModel(modelText({ name, objects: all }), 'a.model.json')).toEqual({ name, objects: all });
    }),
    { numRuns: 50 },
  );
});

const registry = process.env['MIPL_OMA_REGISTRY'];

describe.skipIf(registry === undefined)('the whole OMA registry (MIPL_OMA_REGISTRY names its folder)', () => {
  const folder = registry ?? '';
  const files = registry === undefined ? [] : readdirSync(folder).filter((name) => name.endsWith('.xml'));
  const objects = files.flatMap((name) => readObjectFile(readFileSync(path.join(folder, name), 'utf8'), name).objects);

  it('is 327 objects with 3,464 resources, and makes a model that is read again', () => {
    expect([objects.length, objects.flatMap(({ resources }) => resources).length]).toEqual([327, 3464]);
    const model = importedModel('Registry', objects, 'all');
    expect(model.objects).toHaveLength(327);
    expect(parseModel(modelText(model), 'registry.model.json')).toEqual(model);
  });
});
