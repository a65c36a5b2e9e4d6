import { describe, expect, it } from 'vitest';
import { readableResources } from '../../shared/readableResources.ts';
import type { ObjectView, ResourceView } from '../../shared/state.ts';

const name = { zh: '名', en: 'name' };
const resource = (path: string, operations: ResourceView['operations']): ResourceView => ({
  path,
  resourceId: Number(path.split('/')[3]),
  operations,
  type: 'float',
  name,
});
const objects: readonly ObjectView[] = [
  {
    objectId: 3303,
    name,
    instances: [
      { instanceId: 0, resources: [resource('/3303/0/5700', 'R'), resource('/3303/0/5605', 'E')] },
      { instanceId: 1, resources: [resource('/3303/1/5700', 'RW'), resource('/3303/1/5701', 'W')] },
    ],
  },
  { objectId: 330, name, instances: [{ instanceId: 3, resources: [resource('/330/3/0', 'R')] }] },
];

describe('what a Read is answered with', () => {
  it.each([
    ['/3303', ['/3303/0/5700', '/3303/1/5700']],
    ['/3303/1', ['/3303/1/5700']],
    ['/3303/0/5700', ['/3303/0/5700']],
    ['/3303/0/5605', []],
    ['/3303/2', []],
    ['/33', []],
    ['3303', []],
    ['', []],
  ])('%s: %j', (path, readable) => {
    expect(readableResources(path, objects).map((one) => one.path)).toEqual(readable);
  });
});
