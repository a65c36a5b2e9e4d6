import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHostPort, writeHostPort } from '../../shared/hostPort.ts';
import { parseNetworkAddress } from '../../shared/networkAddress.ts';
import { parsePlatformHost } from '../../shared/platform.ts';
import { readServer } from '../../shared/settings.ts';
import { parseServer } from '../../main/sim/modem/createConfig.ts';

describe('a place on the network', () => {
  it.each([
    ['a.example', { host: 'a.example' }],
    ['a.example:5683', { host: 'a.example', port: 5683 }],
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
    ['[fe80::1]', { host: 'fe80::1' }],
    ['a:65536', undefined],
    ['a:', undefined],
    [':5683', undefined],
    ['::1:5683', undefined],
    ['[a.example]:5683', undefined],
    ['[::1', undefined],
    ['a b:1', undefined],
    ['a/b:1', undefined],
    ['a:1:2', undefined],
    ['a:-1', undefined],
    ['', undefined],
  ])('%j is read as %j', (text, place) => {
    expect(readHostPort(text)).toEqual(place);
    if (place) expect(writeHostPort(place)).toBe(text);
  });

  it('is the same place for port, platform, server and virtual module, or none for all of them', () => {
    const host = fc.oneof(fc.domain(), fc.ipV4(), fc.constantFrom('', 'a b', 'a,b', 'a"b', 'a/b', '[x]'));
    const port = fc.oneof(fc.integer({ min: -1, max: 70_000 }), fc.constantFrom('', 'x', '1.5', '1e3'));
    fc.assert(
      fc.property(host, port, (name, digits) => {
        const text = `${name}:${digits}`;
        const place = readHostPort(text);
        const isPort = place?.port !== undefined && place.port > 0;
        expect(parseNetworkAddress(`tcp://${text}`)).toEqual(isPort ? { scheme: 'tcp', ...place } : undefined);
        const isServer = isPort && /^[\w.-]+$/.test(place.host);
        expect(readServer(text)).toEqual(isServer ? place : undefined);
        if (isServer) expect(parseServer(text)).toEqual(place);
        const origin = parsePlatformHost(`http://${text}`)?.origin;
        expect(origin === undefined || origin === `http://${writeHostPort(place ?? { host: '' })}`.toLowerCase()).toBe(
          true,
        );
      }),
    );
  });
});
