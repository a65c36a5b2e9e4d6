import { describe, expect, it } from 'vitest';
import { attributeProblem, defaultPlatformHost, parsePlatformHost } from '../../shared/platform.ts';

describe('the address of a platform', () => {
  it.each([
    [defaultPlatformHost, defaultPlatformHost, false, false],
    [' HTTPS://API.heclouds.com/ ', 'https://api.heclouds.com', false, false],
    ['http://api.heclouds.com', 'http://api.heclouds.com', false, true],
    ['http://10.0.0.7:8080', 'http://10.0.0.7:8080', false, true],
    ['http://127.0.0.1:65535', 'http://127.0.0.1:65535', true, false],
    ['https://localhost', 'https://localhost', true, false],
    ['http://[::1]:80', 'http://[::1]:80', true, false],
    ['http://127.0.0.1.example.com', 'http://127.0.0.1.example.com', false, true],
  ])('%s', (text, origin, isLoopback, isOpen) => {
    expect(parsePlatformHost(text)).toEqual({ origin, isLoopback, isOpen });
  });

  it.each([
    '',
    'api.heclouds.com',
    'ftp://api.heclouds.com',
    'https://',
    'https://user:key@api.heclouds.com',
    'https://api.heclouds.com/path',
    'https://api.heclouds.com?x=1',
    'https://api.heclouds.com:0',
    'https://api.heclouds.com:65536',
    'https://-a.com',
    'https://a..com',
    'https://a b.com',
    'https://a.com\nx',
    `https://${'a.'.repeat(130)}com`,
  ])('is not %j', (text) => {
    expect(parsePlatformHost(text)).toBeUndefined();
  });

  it('is judged in linear time', () => {
    const started = performance.now();
    parsePlatformHost(`https://${'a-'.repeat(50_000)}!`);
    parsePlatformHost(`https://${'a.'.repeat(50_000)}!`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('the rules of the API for attributes', () => {
  const resource = '/3303/0/5700';
  it.each([
    [resource, {}],
    [resource, { pmin: 15, pmax: 60, gt: 50, lt: 0, st: 2 }],
    [resource, { pmin: 0 }],
    [resource, { pmax: 60 }],
    [resource, { pmin: 60, pmax: 60 }],
    [resource, { gt: -1, lt: -2 }],
    [resource, { lt: 5, st: 100 }],
    ['/3303/0', { pmin: 15, pmax: 60 }],
    ['/3303', { pmax: 60 }],
  ])('let pass %s %j', (path, attributes) => {
    expect(attributeProblem({ kind: 'observe', path, attributes })).toBeUndefined();
  });

  it.each([
    ['period', resource, { pmin: 1.5 }],
    ['period', resource, { pmax: -1 }],
    ['period', resource, { pmin: 2 ** 32 }],
    ['period', resource, { pmin: 0, pmax: 5 }],
    ['period', resource, { pmin: 1, pmax: 0 }],
    ['pmaxBelowPmin', resource, { pmin: 60, pmax: 15 }],
    ['needsResource', '/3303/0', { gt: 1 }],
    ['needsResource', '/3303', { lt: 1 }],
    ['needsResource', 'nonsense', { st: 1 }],
    ['step', resource, { st: -1 }],
    ['order', resource, { gt: 5, lt: 5 }],
    ['order', resource, { gt: 5, lt: 6 }],
    ['order', resource, { gt: 4, lt: 0, st: 2 }],
  ] as const)('say %s of %s %j', (problem, path, attributes) => {
    expect(attributeProblem({ kind: 'observe', path, attributes })).toBe(problem);
    expect(attributeProblem({ kind: 'writeAttributes', path, attributes })).toBe(problem);
  });

  it('want at least one where attributes are what is written', () => {
    const write = { kind: 'writeAttributes', path: resource } as const;
    expect(attributeProblem({ ...write, attributes: {} })).toBe('none');
    expect(attributeProblem({ ...write, attributes: { pmin: 15 } })).toBeUndefined();
  });
});
