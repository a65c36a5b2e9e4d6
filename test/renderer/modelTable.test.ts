import { describe, expect, it } from 'vitest';
import { idsAfter, linesOf, nextProblem, problemsOf } from '../../renderer/model/modelTable.ts';
import type { CatalogueObject, CatalogueResource } from '../../shared/catalogue.ts';
import type { ModelResource } from '../../shared/deviceModel.ts';

const known = (id: number, more: Partial<CatalogueResource> = {}): CatalogueResource => ({
  id,
  name: { zh: `名 ${id}`, en: `Name ${id}` },
  operations: 'RW',
  type: 'integer',
  isMultiple: false,
  isMandatory: false,
  isNamed: true,
  ...more,
});
const definition: CatalogueObject = {
  id: 3311,
  name: { zh: '灯', en: 'Lamp' },
  isMultiple: true,
  isNamed: true,
  resources: [known(1, { isMandatory: true, range: '0..9' }), known(2), known(3)],
};
const own = (id: number, value = '0'): ModelResource => ({ id, type: 'integer', operations: 'RW', value });

describe('the table of an instance', () => {
  it('has its own resources in their order, and between them those that it does not have', () => {
    const lines = linesOf(3311, { id: 0, resources: [own(3), own(99)] }, definition);
    expect(lines.map(({ id, isTaken, isOwn }) => [id, isTaken, isOwn])).toEqual([
      [1, false, false],
      [2, false, false],
      [3, true, false],
      [99, true, true],
    ]);
    expect(lines[3]?.name).toEqual({ zh: '资源 99', en: 'Resource 99' });
    expect(linesOf(1, { id: 0, resources: [own(5)] }, undefined)).toHaveLength(1);
  });

  it('says why a value cannot be saved, and what the registry would not expect', () => {
    const lines = linesOf(3311, { id: 0, resources: [own(1, '12'), own(2, 'yes'), own(3, '')] }, definition);
    expect(lines[0]).toMatchObject({ advice: { key: 'composer.outsideRange', values: { range: '0..9' } } });
    expect(lines[1]?.problem?.key).toBe('composer.wrongType.integer');
    expect(lines[2]?.problem?.key).toBe('composer.empty');
  });

  it('knows what comes behind a resource in the definition', () => {
    expect(idsAfter(definition, 1)).toEqual([2, 3]);
    expect(idsAfter(definition, 99)).toEqual([]);
    expect(idsAfter(undefined, 1)).toEqual([]);
  });
});

describe('what is to be corrected', () => {
  it('is everything that keeps a model from being read again', () => {
    const model = {
      name: ' ',
      objects: [
        { id: 1, instances: [] },
        { id: 2, instances: [{ id: 0, resources: [] }] },
        { id: 3, instances: [{ id: 0, resources: [own(1, 'warm'), own(2)] }] },
      ],
    };
    expect(problemsOf(model).map(({ path, what }) => [path, what.key])).toEqual([
      ['', 'model.problem.noName'],
      ['/1', 'model.problem.noInstances'],
      ['/2/0', 'model.problem.noResources'],
      ['/3/0/1', 'composer.wrongType.integer'],
    ]);
    expect(problemsOf({ name: 'A', objects: [] })[0]?.what.key).toBe('model.problem.noObjects');
  });

  it('leaves an empty text and an executable alone', () => {
    const resources: ModelResource[] = [
      { id: 1, type: 'string', operations: 'R', value: '' },
      { id: 2, type: 'none', operations: 'E', value: '' },
    ];
    expect(problemsOf({ name: 'A', objects: [{ id: 1, instances: [{ id: 0, resources }] }] })).toEqual([]);
  });

  it('is gone through one after the other, around at the end', () => {
    const what = { key: 'x', values: {} } as never;
    const problems = [
      { path: '/1', what },
      { path: '/2', what },
    ];
    expect(nextProblem(problems, undefined)?.path).toBe('/1');
    expect(nextProblem(problems, '/1')?.path).toBe('/2');
    expect(nextProblem(problems, '/2')?.path).toBe('/1');
    expect(nextProblem([], undefined)).toBeUndefined();
  });
});
