import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foundBy, isFoundBy, modelObjectOf, modelResourceOf } from '../../shared/catalogue.ts';
import type { CatalogueEntry, CatalogueResource } from '../../shared/catalogue.ts';
import { modelCounts } from '../../shared/deviceModel.ts';
import { resourceTypes } from '../../shared/lwm2m.ts';
import { isWithinRange, startValue } from '../../shared/startValue.ts';
import { checkValue } from '../../shared/values.ts';

const entry = (id: number, en: string, zh = en): CatalogueEntry => ({ id, name: { zh, en }, resourceCount: 1 });
const entries = [entry(330, 'Old'), entry(3303, 'Temperature', '温度'), entry(3424, 'Water meter', '水表')];
const ids = (search: string): number[] => foundBy(entries, search).map(({ id }) => id);

describe('the search of the catalogue', () => {
  it('finds by number and by a piece of the name in either language, in capitals or not', () => {
    expect(ids('3303')).toEqual([3303]);
    expect(ids('water METER')).toEqual([3424]);
    expect(ids('meter 34')).toEqual([3424]);
    expect(ids('温度')).toEqual([3303]);
    expect(ids('nothing')).toEqual([]);
  });

  it('finds all where nothing is sought', () => {
    expect(ids('')).toEqual([330, 3303, 3424]);
    expect(ids('  ')).toEqual([330, 3303, 3424]);
  });

  it('puts those whose number begins with it first', () => {
    const more = [entry(1303, 'A'), ...entries];
    expect(foundBy(more, '303').map(({ id }) => id)).toEqual([1303, 3303]);
    expect(foundBy([entry(1330, 'A'), ...entries], '330').map(({ id }) => id)).toEqual([330, 3303, 1330]);
  });

  it('leaves out nothing that holds it, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 6 }), (search) => {
        const found = foundBy(entries, search);
        expect(new Set(found)).toEqual(new Set(entries.filter((one) => isFoundBy(one, search.trim()))));
      }),
    );
  });
});

const resource = (id: number, more: Partial<CatalogueResource> = {}): CatalogueResource => ({
  id,
  name: { zh: '流量', en: 'Flow' },
  operations: 'R',
  type: 'float',
  isMultiple: false,
  isMandatory: false,
  isNamed: true,
  ...more,
});

describe('an object of the catalogue as a model begins with it', () => {
  const meter = { id: 3424, name: { zh: '水表', en: 'Water meter' }, isMultiple: true, isNamed: false };

  it('has the mandatory resources, or all, or all where none is mandatory', () => {
    const resources = [resource(1, { isMandatory: true }), resource(2, { unit: 'm3' })];
    const of = (choice: 'all' | 'mandatory') =>
      modelObjectOf({ ...meter, resources }, choice)?.instances[0]?.resources.map(({ id }) => id);
    expect(of('mandatory')).toEqual([1]);
    expect(of('all')).toEqual([1, 2]);
    expect(modelObjectOf({ ...meter, resources: [resource(7)] }, 'mandatory')?.instances[0]?.resources).toHaveLength(1);
    expect(modelObjectOf({ ...meter, resources: [] }, 'all')).toBeUndefined();
  });

  it('says its name only where our own table does not', () => {
    const named = modelObjectOf({ ...meter, isNamed: true, resources: [resource(1)] }, 'all');
    expect(named).not.toHaveProperty('name');
    expect(modelObjectOf({ ...meter, resources: [resource(1)] }, 'all')).toMatchObject({ name: { en: 'Water meter' } });
    expect(modelResourceOf(resource(1, { isNamed: false, unit: 'm3' }))).toEqual({
      id: 1,
      type: 'float',
      operations: 'R',
      value: '0.0',
      name: { zh: '流量', en: 'Flow' },
      unit: 'm3',
    });
  });
});

describe('the value to begin with', () => {
  it('is one of its type, whatever the registry says of the range', () => {
    const types = resourceTypes.filter((type) => type !== 'none');
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.oneof(fc.string(), fc.constantFrom('5..9', '2 bytes', 'ON;OFF', '7')),
        (type, range) => {
          expect(checkValue(type, startValue({ type, range })).ok).toBe(true);
        },
      ),
    );
  });

  it('keeps to the range where there is one that it can keep', () => {
    expect(startValue({ type: 'integer', range: '5..9' })).toBe('5');
    expect(startValue({ type: 'float', range: '-9..-1' })).toBe('-9.0');
    expect(startValue({ type: 'none', range: '5..9' })).toBe('');
    expect(startValue({ type: 'string', range: 'ON;OFF' })).toBe('ON');
  });
});

it('a value is outside of a range only where both are clear', () => {
  expect(isWithinRange('integer', '7', '0..5')).toBe(false);
  expect(isWithinRange('integer', '5', '0..5')).toBe(true);
  expect(isWithinRange('integer', 'warm', '0..5')).toBe(true);
  expect(isWithinRange('integer', '7', undefined)).toBe(true);
  expect(isWithinRange('string', '7', 'see 3GPP')).toBe(true);
});

it('a model counts what it has', () => {
  const one = { id: 1, type: 'integer', operations: 'R', value: '0' } as const;
  const objects = [
    {
      id: 1,
      instances: [
        { id: 0, resources: [one] },
        { id: 1, resources: [one, { ...one, id: 2 }] },
      ],
    },
    { id: 2, instances: [] },
  ];
  expect(modelCounts({ name: 'A', objects })).toEqual({ objects: 2, instances: 2, resources: 3 });
});
