import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createConfigFor,
  decodeCreateConfig,
  describeCreateConfig,
  encodeCreateConfig,
  isBootstrap,
} from '../../main/mipl/createConfig.ts';
import type { CreateConfig } from '../../main/mipl/createConfig.ts';
import { decodeLine } from '../../main/mipl/decode.ts';

/** Blobs out of public drivers and manuals; each line names where it was seen. */
const published = readFileSync(new URL('../golden/create-blobs.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map(
    (line) =>
      line.split('\t') as [name: string, host: string, bootstrap: string, layout: string, source: string, hex: string],
  );

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const decode = (hex: string): CreateConfig | undefined => decodeCreateConfig(Buffer.from(hex, 'hex'));

describe('a published configuration', () => {
  it.each(published)('is read and written byte for byte: %s', (_, host, bootstrap, layout, _source, hex) => {
    const config = decode(hex) as CreateConfig;
    expect(config.port === undefined ? config.host : `${config.host}:${config.port}`).toBe(host);
    expect(isBootstrap(config)).toBe(bootstrap === '1');
    expect(config.layout).toBe(layout);
    expect(hexOf(encodeCreateConfig(config))).toBe(hex.toLowerCase());
  });

  it('is none with any byte more or less', () => {
    for (const [, , , , , hex] of published) {
      expect(decode(hex.slice(0, -2))).toBeUndefined();
      expect(decode(`${hex}00`)).toBeUndefined();
    }
  });
});

const name = fc.stringMatching(/^[a-z0-9]{1,20}(\.[a-z0-9]{1,10}){0,3}$/);
const ascii = fc.stringMatching(/^[ -~]{0,30}$/);

describe('a configuration', () => {
  it('is what was built, in both layouts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('plain', 'flags'),
        name,
        fc.integer({ min: 1, max: 65535 }),
        fc.boolean(),
        fc.record({ mtu: fc.integer({ min: 256, max: 65535 }), user: ascii, userData: ascii, isDtls: fc.boolean() }),
        (layout, host, port, isMarked, more) => {
          const base = createConfigFor(layout, { host, port, isBootstrap: isMarked });
          const config = { ...base, ...more, isDtls: layout === 'flags' && more.isDtls };
          expect(decodeCreateConfig(encodeCreateConfig(config))).toEqual(config);
        },
      ),
    );
  });

  it('is built for the usual port when none is given, and is that of public drivers', () => {
    const config = createConfigFor('plain', { host: '183.230.40.39', isBootstrap: true });
    expect(hexOf(encodeCreateConfig(config)).toUpperCase()).toBe(published[1]?.[5]);
  });

  it('is refused without a fall, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void decodeCreateConfig(bytes)));
    fc.assert(
      fc.property(fc.nat(48), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const blob = Buffer.from(published[0]?.[5] ?? '', 'hex');
        blob[at] = byte;
        void decodeCreateConfig(blob);
      }),
    );
  });

  it.each([
    ['another version', '23'],
    [
      'an init item with content',
      '130032F1000400F2002304001100000000000000123138332E3233302E34302E34303A35363833000131F30008C000000000',
    ],
    ['an item that reaches beyond the end', '130006F1FFFF'],
    ['an item shorter than its head', '130006F10002'],
    ['no net item', '130009F10003F30003'],
  ])('is none with %s', (_, hex) => {
    expect(decode(hex)).toBeUndefined();
  });

  it.each(['host:0', 'host:65536', 'ho st', ''])('is none with the server "%s"', (host) => {
    const { port: _, ...config } = createConfigFor('plain', { host, isBootstrap: false });
    expect(decodeCreateConfig(encodeCreateConfig(config))).toBeUndefined();
  });

  it('is none with flags nobody knows', () => {
    const blob = encodeCreateConfig(createConfigFor('flags', { host: 'a', isBootstrap: true }));
    blob[12] = 0x01;
    expect(decodeCreateConfig(blob)).toBeUndefined();
  });

  it('is told in one line that shows no key', () => {
    const config = createConfigFor('flags', { host: '10.0.0.1', port: 5684, isBootstrap: false });
    const secret = { ...config, isDtls: true, userData: 'AuthCode:abc123;PSK:topsecret;' };
    expect(describeCreateConfig(secret)).toBe(
      'direct 10.0.0.1:5684 · DTLS · layout flags · MTU 1024 · APN CMIOT · AuthCode *** · PSK ***',
    );
    expect(describeCreateConfig({ ...config, apn: '', userData: '' })).toBe(
      'direct 10.0.0.1:5684 · layout flags · MTU 1024',
    );
    const { port: _, ...plain } = createConfigFor('plain', { host: '183.230.40.39', isBootstrap: false });
    expect(describeCreateConfig(plain)).toBe('bootstrap 183.230.40.39:5683 · layout plain · MTU 1024');
  });
});

describe('the log', () => {
  const hex = published[0]?.[5] ?? '';
  it.each([
    ['a whole configuration', `49,${hex},0,49,0`, 'direct 183.230.40.40:5683 · layout plain · MTU 1024'],
    ['one in quotes', `49,"${hex}",0,49,0`, 'direct 183.230.40.40:5683 · layout plain · MTU 1024'],
    ['a part of one', `49,${hex.slice(0, 20)},1,10,1`, undefined],
    ['the last part of one', `49,${hex.slice(20)},0,39,0`, undefined],
    ['what is no hex', '3,xyz,0,3,0', undefined],
  ])('says what is in %s', (_, list, note) => {
    expect(decodeLine(`AT+MIPLCREATE=${list}`)).toMatchObject({ kind: 'command', name: '+MIPLCREATE' });
    expect(decodeLine(`AT+MIPLCREATE=${list}`).note).toBe(note);
  });
});
