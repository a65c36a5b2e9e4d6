import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concerns, formatPath, isCovered, nearestCover, parsePath } from '../../shared/lwm2m.ts';
import type { Lwm2mPath } from '../../shared/lwm2m.ts';

const id = fc.integer({ min: 0, max: 65535 });
const path: fc.Arbitrary<Lwm2mPath> = fc.oneof(
  fc.record({ objectId: id }),
  fc.record({ objectId: id, instanceId: id }),
  fc.record({ objectId: id, instanceId: id, resourceId: id }),
);

describe('a path', () => {
  it('comes back from its text', () => {
    fc.assert(
      fc.property(path, (value) => {
        expect(parsePath(formatPath(value))).toEqual(value);
      }),
    );
  });

  it('is not read from anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parsePath(text);
        if (parsed) expect(Number(text.split('/')[1])).toBe(parsed.objectId);
      }),
    );
  });

  it.each(['', '/', '3303', '/3303/', '/65536', '/1/65536', '/1/2/65536', '/1/2/3/4', '/a', '/-1'])(
    'is not "%s"',
    (text) => expect(parsePath(text)).toBeUndefined(),
  );

  it.each([
    ['/3303/0/5700', '/3303', true],
    ['/3303/0/5700', '/3303/0', true],
    ['/3303/0/5700', '/3303/0/5700', true],
    ['/3303/0/5700', '/3303/1', false],
    ['/3303/0/5700', '/3303/0/5701', false],
    ['/3303/0/5700', '/3306', false],
    ['/3303', '/3303/0', false],
  ])('%s is covered by %s: %s', (inner, cover, expected) => {
    const [target, above] = [parsePath(inner), parsePath(cover)];
    expect(target && above && isCovered(target, above)).toBe(expected);
  });

  it.each([
    ['/3303', '/3303/0/5700', true],
    ['/3303/0/5700', '/3303', true],
    ['/3303/0', '/3303/1', false],
  ])('%s concerns who looks for %s: %s', (one, other, expected) => {
    const [path, wanted] = [parsePath(one), parsePath(other)];
    expect(path && wanted && concerns(path, wanted)).toBe(expected);
  });
});

describe('nearestCover', () => {
  const at = (path: string, id: number): { path: string; id: number } => ({ path, id });
  const all = [at('/3303', 1), at('/3303/0', 2), at('/3303/0/5700', 3), at('/3306', 4)];

  it.each([
    ['/3303/0/5700', 3],
    ['/3303/0/5601', 2],
    ['/3303/1/5700', 1],
    ['/3306/0/5850', 4],
    ['/3200/0/5750', undefined],
    ['nonsense', undefined],
  ])('of %s is the nearest: %s', (path, id) => {
    expect(nearestCover(path, all)?.id).toBe(id);
  });

  it('is the same in whatever order they stand', () => {
    expect(nearestCover('/3303/0/5700', all.toReversed())?.id).toBe(3);
  });

  it('passes over a cover whose path cannot be read', () => {
    expect(nearestCover('/3303/0/5700', [at('?', 1)])).toBeUndefined();
  });
});
