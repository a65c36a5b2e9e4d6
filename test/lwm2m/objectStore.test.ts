import { expect, test } from 'vitest';
import type { CodedError } from '../../shared/errors.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import { ObjectStore } from '../../main/lwm2m/objectStore.ts';

const coded = (code: string): CodedError => expect.objectContaining({ code }) as CodedError;
const store = (): ObjectStore => new ObjectStore(defaultModel);

/** An object with a write-only resource, an own name, and instances that differ. */
const odd: DeviceModel = {
  name: 'odd',
  objects: [
    {
      id: 10250,
      name: { zh: '泵', en: 'Pump' },
      instances: [
        {
          id: 0,
          resources: [
            { id: 1, type: 'string', operations: 'W', value: 'secret', name: { zh: '口令', en: 'Password' } },
            { id: 5700, type: 'integer', operations: 'RW', value: '1' },
          ],
        },
        {
          id: 4,
          resources: [
            { id: 2, type: 'none', operations: 'E', value: '' },
            { id: 5700, type: 'integer', operations: 'RW', value: '2', unit: 'bar' },
            { id: 5701, type: 'string', operations: 'RW', value: '' },
            { id: 5702, type: 'float', operations: 'R', value: '3' },
          ],
        },
        { id: 5, resources: [{ id: 2, type: 'none', operations: 'E', value: '' }] },
      ],
    },
  ],
};

test('a resource is read with type and value', () => {
  expect(store().read('/3303/0/5700')).toEqual([
    { path: '/3303/0/5700', objectId: 3303, instanceId: 0, resourceId: 5700, type: 'float', value: '20.123' },
  ]);
});

test('an instance is read in the order of the model, without executables', () => {
  expect(
    store()
      .read('/3303/0')
      .map(({ resourceId, value }) => [resourceId, value]),
  ).toEqual([
    [5700, '20.123'],
    [5701, 'Cel'],
    [5601, '10.123'],
    [5602, '60.2'],
    [5603, '0.0'],
    [5604, '99.0'],
  ]);
});

test('an object is read instance by instance', () => {
  const paths = store()
    .read({ objectId: 3303 })
    .map(({ path }) => path);
  expect(paths).toHaveLength(12);
  expect([paths[0], paths[5], paths[6], paths[11]]).toEqual([
    '/3303/0/5700',
    '/3303/0/5604',
    '/3303/1/5700',
    '/3303/1/5604',
  ]);
});

test.each(['/9', '/3303/7', '/3303/0/1'])('reading %s, which is not there, is NOT_FOUND', (path) => {
  expect(() => store().read(path)).toThrow(coded('LWM2M_NOT_FOUND'));
});

test('reading an executable is NOT_ALLOWED', () => {
  expect(() => store().read('/3303/0/5605')).toThrow(coded('LWM2M_NOT_ALLOWED'));
});

test('what can only be written is not read, alone or in its instance', () => {
  const pump = new ObjectStore(odd);
  expect(() => pump.read('/10250/0/1')).toThrow(coded('LWM2M_NOT_ALLOWED'));
  expect(pump.read('/10250/0').map(({ resourceId }) => resourceId)).toEqual([5700]);
});

test('an instance of executables alone cannot be read', () => {
  expect(() => new ObjectStore(odd).read('/10250/5')).toThrow(coded('LWM2M_NOT_ALLOWED'));
});

test('a text that is no path is BAD_PATH', () => {
  expect(() => store().read('3303')).toThrow(coded('LWM2M_BAD_PATH'));
});

test('the platform writes what is writable, and the listener hears the kept form', () => {
  const heard: unknown[] = [];
  const objects = store();
  objects.onChange((...change) => heard.push(change));
  objects.write('/3306/0/5851', '022', { by: 'platform' });
  expect(objects.valueOf('/3306/0/5851')).toBe('22');
  expect(heard).toEqual([['/3306/0/5851', '22', 'platform']]);
});

test('the platform may not write what is only readable, a person may', () => {
  const objects = store();
  expect(() => objects.write('/3303/0/5700', '1.5', { by: 'platform' })).toThrow(coded('LWM2M_NOT_ALLOWED'));
  objects.write({ objectId: 3303, instanceId: 0, resourceId: 5700 }, '1.50', { by: 'person' });
  expect(objects.valueOf('/3303/0/5700')).toBe('1.50');
});

test('nobody writes an executable', () => {
  expect(() => store().write('/3303/0/5605', '1', { by: 'person' })).toThrow(coded('LWM2M_NOT_ALLOWED'));
});

test.each([
  ['/3306/0/5851', 'bright', 'LWM2M_BAD_VALUE'],
  ['/3306/0/1', '1', 'LWM2M_NOT_FOUND'],
  ['/3306/0', '1', 'LWM2M_NOT_FOUND'],
  ['/x', '1', 'LWM2M_BAD_PATH'],
])('writing %s = %s is %s', (path, value, code) => {
  expect(() => store().write(path, value, { by: 'platform' })).toThrow(coded(code));
});

test('of several writes one that is refused stops all', () => {
  const heard: unknown[] = [];
  const objects = store();
  objects.onChange((...change) => heard.push(change));
  const changes = [
    { path: '/3306/0/5850', value: '1' },
    { path: '/3306/0/5851', value: 'bright' },
  ];
  expect(() => objects.writeAll(changes, { by: 'platform' })).toThrow(coded('LWM2M_BAD_VALUE'));
  expect([objects.valueOf('/3306/0/5850'), heard]).toEqual(['0', []]);
});

test('a listener sees all values of a write in place, and none after it ended', () => {
  const seen: unknown[] = [];
  const objects = store();
  const end = objects.onChange(() => seen.push(objects.valueOf('/3306/0/5851')));
  objects.writeAll(
    [
      { path: '/3306/0/5850', value: '1' },
      { path: '/3306/0/5851', value: '22' },
    ],
    { by: 'platform' },
  );
  end();
  objects.write('/3306/0/5851', '23', { by: 'platform' });
  expect(seen).toEqual(['22', '22']);
});

test('an execution is counted and told with its arguments', () => {
  const heard: unknown[] = [];
  const objects = store();
  const end = objects.onExecute((...execution) => heard.push(execution));
  expect(objects.execute('/3303/0/5605', 'reset')).toBe(1);
  expect(objects.execute('/3303/0/5605', '')).toBe(2);
  end();
  objects.execute('/3303/0/5605', '');
  expect(heard).toEqual([
    ['/3303/0/5605', 'reset', 1],
    ['/3303/0/5605', '', 2],
  ]);
});

test('executing a value is NOT_ALLOWED, executing nothing is NOT_FOUND', () => {
  expect(() => store().execute('/3303/0/5700', '')).toThrow(coded('LWM2M_NOT_ALLOWED'));
  expect(() => store().execute('/3303/9/5605', '')).toThrow(coded('LWM2M_NOT_FOUND'));
});

test('discover gets all resources in the order of the model, executables too', () => {
  expect(store().resourceIdsOf(3303)).toEqual([5700, 5701, 5601, 5602, 5603, 5604, 5605]);
  expect(store().resourceIdsOf(3306)).toEqual([5850, 5851, 5852, 5853, 5750]);
});

test('instances that differ are discovered together', () => {
  expect(new ObjectStore(odd).resourceIdsOf(10250)).toEqual([1, 5700, 2, 5701, 5702]);
});

test('the counts for ADDOBJ are those of the OneNET document', () => {
  expect(store().counts(3303)).toEqual({ attributeCount: 6, actionCount: 1 });
  expect(store().counts(3306)).toEqual({ attributeCount: 5, actionCount: 0 });
});

test('objects and instances are listed', () => {
  expect(store().objectIds()).toEqual([3303, 3306]);
  expect(store().instanceIds(3303)).toEqual([0, 1]);
  expect(() => store().instanceIds(9)).toThrow(coded('LWM2M_NOT_FOUND'));
});

test('the type is the one of the model', () => {
  expect(new ObjectStore(odd).typeOf('/10250/0/5700')).toBe('integer');
  expect(() => store().typeOf('/3303/0')).toThrow(coded('LWM2M_NOT_FOUND'));
});

test('the value of nothing is undefined', () => {
  expect(store().valueOf('/9/9/9')).toBeUndefined();
});

test('the view names everything and takes units from Sensor Units', () => {
  const [temperature, actuation] = store().view();
  expect(temperature!.name).toEqual({ zh: '温度', en: 'Temperature' });
  const resources = temperature!.instances[0]!.resources;
  expect(resources[0]).toEqual({
    resourceId: 5700,
    path: '/3303/0/5700',
    name: { zh: '传感器值', en: 'Sensor Value' },
    operations: 'R',
    type: 'float',
    unit: 'Cel',
  });
  expect(resources.map(({ unit }) => unit)).toEqual(['Cel', undefined, 'Cel', 'Cel', 'Cel', 'Cel', undefined]);
  expect(actuation!.instances[0]!.resources[1]).toMatchObject({ unit: '%' });
});

test('names and units of the model come before those of the definitions', () => {
  const [pump] = new ObjectStore(odd).view();
  expect(pump!.name.en).toBe('Pump');
  expect(pump!.instances[0]!.resources.map(({ name, unit }) => [name.en, unit])).toEqual([
    ['Password', undefined],
    ['Sensor Value', undefined],
  ]);
  expect(pump!.instances[1]!.resources.map(({ unit }) => unit)).toEqual([undefined, 'bar', undefined, undefined]);
});
