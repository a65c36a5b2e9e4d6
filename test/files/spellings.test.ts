import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { SecretSpellings } from '../../main/files/spellings.ts';

const key = 'zUTn=rmLb/Zq8+x&Q<a1';
const blotted = (secret: string, text: string): string => new SecretSpellings([secret]).replace(text, () => '(key)');

const hexOf = (text: string): string => Buffer.from(text, 'utf8').toString('hex');
const base64Of = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
const each = (text: string, spell: (character: string) => string): string => [...text].map(spell).join('');
const code = (character: string, radix: number): string => character.charCodeAt(0).toString(radix);

/** Every way a host may print text that it was given, each with the way back. */
const spellers: Readonly<
  Record<string, { readonly spell: (text: string) => string; readonly read: (text: string) => string }>
> = {
  plain: { spell: (text) => text, read: (text) => text },
  capitals: { spell: (text) => text.toUpperCase(), read: (text) => text },
  json: { spell: (text) => JSON.stringify(text).slice(1, -1), read: (text) => text.replace(/\\(.)/g, '$1') },
  jsonUnicode: {
    spell: (text) => each(text, (one) => (/\w/.test(one) ? one : `\\u${code(one, 16).padStart(4, '0')}`)),
    read: (text) => text.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  },
  jsonAllUnicode: {
    spell: (text) => each(text, (one) => `\\u${code(one, 16).padStart(4, '0').toUpperCase()}`),
    read: (text) => text.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  },
  jsonSlash: {
    spell: (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
    read: (text) => text.replace(/\\(.)/g, '$1'),
  },
  cHex: {
    spell: (text) => each(text, (one) => `\\x${code(one, 16).padStart(2, '0')}`),
    read: (text) => text.replace(/\\x(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  },
  url: {
    spell: encodeURIComponent,
    read: (text) => text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  },
  urlAll: {
    spell: (text) => each(text, (one) => `%${code(one, 16).padStart(2, '0')}`),
    read: (text) => text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  },
  percentUnicode: {
    spell: (text) => each(text, (one) => (/\w/.test(one) ? one : `%u${code(one, 16).padStart(4, '0')}`)),
    read: (text) => text.replace(/%u(....)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  },
  longUnicode: {
    spell: (text) => each(text, (one) => `\\U${code(one, 16).padStart(8, '0')}`),
    read: (text) => text.replace(/\\U(.{8})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  },
  html: {
    spell: (text) =>
      text
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('=', '&equals;')
        .replaceAll('/', '&sol;')
        .replaceAll('+', '&plus;'),
    read: (text) => text,
  },
  htmlDecimal: {
    spell: (text) => each(text, (one) => `&#${code(one, 10)};`),
    read: (text) => text.replace(/&#(\d+);/g, (_, one: string) => String.fromCharCode(Number(one))),
  },
  htmlHex: {
    spell: (text) => each(text, (one) => `&#x${code(one, 16)};`),
    read: (text) => text.replace(/&#x([0-9a-f]+);/g, (_, one: string) => String.fromCharCode(parseInt(one, 16))),
  },
};

/** Encodings in which the text is no longer to be seen. */
const encoders: Readonly<Record<string, (text: string) => string>> = {
  hex: hexOf,
  hexCapitals: (text) => hexOf(text).toUpperCase(),
  hexSpaced: (text) => hexOf(text).replace(/../g, '$& '),
  hexColons: (text) => hexOf(text).replace(/..(?=.)/g, '$&:'),
  hexC: (text) => hexOf(text).replace(/../g, '0x$&, '),
  hexDump: (text) => hexOf(text).replace(/../g, '$&|'),
  hexWide: (text) => Buffer.from(text, 'utf16le').toString('hex'),
  hexUcs2: (text) => Buffer.from(text, 'utf16le').swap16().toString('hex'),
  base64: base64Of,
  base64Url: (text) => Buffer.from(text, 'utf8').toString('base64url'),
  base64After1: (text) => base64Of(`:${text}`),
  base64After2: (text) => base64Of(`u:${text}`),
  base64Among: (text) => base64Of(`api-key: ${text}; more`),
  base64OfUrl: (text) => base64Of(encodeURIComponent(text)),
  base64OfBase64: (text) => base64Of(base64Of(text)),
  base64OfHex: (text) => base64Of(hexOf(text)),
  hexOfBase64: (text) => hexOf(base64Of(text)),
  buffer: (text) => JSON.stringify(Buffer.from(text)),
  numbers: (text) => [...Buffer.from(text)].join(' '),
  base64Broken: (text) => base64Of(`key ${text} end`).replace(/.{8}/g, '$&\r\n'),
};

describe('a key is found in every spelling', () => {
  it.each(Object.keys({ ...spellers, ...encoders }))('%s', (name) => {
    const spell = spellers[name]?.spell ?? (encoders[name] as (text: string) => string);
    const text = blotted(key, `before ${spell(key)} after`);
    expect(text).toContain('(key)');
    expect(text).toMatch(/^before .*after$/s);
    // What is left of an encoding is less than two bytes at either end.
    expect(text.length).toBeLessThan('before (key) after'.length + 60);
    expect(text).not.toContain(spell(key).trim().slice(3, -3));
  });

  it.each([
    [
      '{"error":"invalid api-key: zUTn\\u003drmLb\\/Zq8\\u002bx\\u0026Q\\u003ca1"}',
      '{"error":"invalid api-key: (key)"}',
    ],
    ['{"in":"{\\"key\\":\\"zUTn\\\\u003drmLb\\\\/Zq8+x&Q<a1\\"}"}', '{"in":"{\\"key\\":\\"(key)\\"}"}'],
    ['?key=zUTn%253DrmLb%252FZq8%252Bx%2526Q%253Ca1&more=1', '?key=(key)&more=1'],
    ['<b>zUTn&#61;rmLb&#x2F;Zq8&plus;x&amp;Q&lt;a1</b>', '<b>(key)</b>'],
    ['API-KEY: ZUTN=RMLB/ZQ8+X&Q<A1', 'API-KEY: (key)'],
    ['a form of zUTn=rmLb/Zq8 x&Q<a1', 'a form of (key)'],
    ['mail: zUTn=3DrmLb/Zq8+x&Q<a1', 'mail: (key)'],
    ['folded zUTn=rmLb/\r\n Zq8+x&Q<a1 here', 'folded (key) here'],
    ['in signs without width z\u200bUTn=rm\u00adLb/Zq8+x&Q<a1', 'in signs without width (key)'],
    ['mail, folded: zUTn=3DrmL=\r\nb/Zq8+x&Q<a1.', 'mail, folded: (key).'],
    ['wide z\0U\0T\0n\0=\0r\0m\0L\0b\0/\0Z\0q\x008\0+\0x\0&\0Q\0<\0a\x001', 'wide (key)'],
  ])('%s', (text, right) => {
    expect(blotted(key, text)).toBe(right);
  });

  /** As `hexdump -C` and debuggers of HTTP clients show bytes. */
  const dump = (bytes: Buffer, separator = ' '): string =>
    Array.from({ length: Math.ceil(bytes.length / 16) }, (_, row) => {
      const part = bytes.subarray(row * 16, row * 16 + 16);
      const cells = part
        .toString('hex')
        .replace(/..(?=.)/g, `$&${separator}`)
        .padEnd(48);
      return `${(row * 16).toString(16).padStart(8, '0')}  ${cells} |${part.toString('latin1').replace(/[^ -~]/g, '.')}|`;
    }).join('\n');

  it.each([
    ['rows of a dump', dump(Buffer.from(`api-key: ${key}, and more`))],
    ['groups', dump(Buffer.from(`api-key: ${key}`), '').replace(/(?<=^.{10}(?:.{4}){0,7}.{4})(?=[0-9a-f])/gm, ' ')],
    ['with whose it is before each', dump(Buffer.from(key)).replace(/^/gm, '[http] ')],
    ['inside JSON', JSON.stringify({ body: dump(Buffer.from(`api-key: ${key}`)) })],
  ])('also in %s, with the characters beside', (_, text) => {
    const result = blotted(key, `${text}\nOK`);
    expect(result).toContain('(key)');
    expect(result).toMatch(/OK$/);
    for (const part of [hexOf(key).slice(0, 8), hexOf(key).slice(-8), key.slice(0, 6), key.slice(-6)])
      expect(result.replace(/[ |]/g, '')).not.toContain(part);
  });

  it('also at the end of a dump that is the end of the text', () => {
    expect(blotted(key, dump(Buffer.from(key)))).toMatch(/^0{8} {2}\(key\)$/);
  });

  it.each(['&bogus; KEY', '\\u{1F600} KEY', '%u0041 KEY', '\\x{41} &nothing; KEY'])(
    'also beside what is no escape, or stands for no sign of it: %s',
    (text) => {
      const spelled = '\\172UTn\\075rmLb/Zq8+x&Q<a1';
      expect(blotted(key, text.replace('KEY', spelled))).toBe(text.replace('KEY', '(key)'));
      expect(blotted(key, text)).toBe(text);
    },
  );

  it('also where it looks as if it were escaped itself', () => {
    for (const odd of ['a\\b/c!!', 'a%41b=c', 'x\\u0041y/z', 'a&amp;b&lt;', '100%25', '\\\\n\\/']) {
      for (const { spell } of Object.values(spellers)) expect(blotted(odd, `[${spell(odd)}]`)).toBe('[(key)]');
    }
  });

  it('also where one host escapes what to another is an escape', () => {
    expect(blotted('/!!!!!\\', '[&sol;!!!!!\\[')).toBe('[(key)[');
    expect(blotted('ab&c/d=', '\\&amp;ab&c%2Fd=%26')).toBe('\\&amp;(key)%26');
    expect(blotted('n/9=xyz', 'say \\n&sol;9&equals;xyz')).toBe('say \\(key)');
  });

  it('also where the padding of Base64 is missing, save that of a very short one', () => {
    expect(blotted('aB3x+Yz9Kq==', 'key aB3x+Yz9Kq, form aB3x Yz9Kq')).toBe('key (key), form (key)');
    expect(blotted('aB==', 'aB and aB==')).toBe('aB and (key)');
  });

  it('however short it is', () => {
    expect(blotted('k=', 'a k\\u003d b k= c')).toBe('a (key) b (key) c');
  });
});

test('whatever the key and however often it is spelled anew, none of it is left, and the rest is', () => {
  const secret = fc.stringMatching(/^[!-~]{6,40}$/);
  const layers = fc.array(fc.constantFrom(...Object.keys(spellers)), { minLength: 1, maxLength: 3 });
  const encoding = fc.option(fc.constantFrom(...Object.keys(encoders)));
  const around = fc.stringMatching(/^[ .()[\]]{0,6}$/);
  fc.assert(
    fc.property(secret, layers, encoding, around, around, (one, names, encoder, before, after) => {
      const inner = encoder === null ? one : (encoders[encoder] as (text: string) => string)(one);
      // Capitals are another text once it is encoded: Base64 tells them apart.
      const used = names.filter((name) => encoder === null || name !== 'capitals');
      const spelled = used.reduce((text, name) => spellers[name]?.spell(text) ?? text, inner);
      const result = blotted(one, `${before}${spelled}${after}`);
      expect(result).toContain('(key)');
      const readAgain = used.reduceRight((text, name) => spellers[name]?.read(text) ?? text, result);
      for (const text of [result, readAgain]) {
        expect(text.toLowerCase()).not.toContain(one.toLowerCase());
        expect(text.toLowerCase()).not.toContain(hexOf(one));
      }
    }),
    { numRuns: 1000 },
  );
});

test('a text without the key stays as it is', () => {
  fc.assert(
    fc.property(fc.string(), fc.stringMatching(/^[a-f0-9]{24}$/), (text, secret) => {
      fc.pre(!text.includes(secret));
      expect(blotted(secret, text)).toBe(text);
    }),
  );
});

test.each(['%25', '\\\\', '&amp;', '\\u005c', '3d ', 'AAAA', '%', '&#', '\\u{'])(
  'a text full of %j is read through, not tried for ever',
  { timeout: 60_000 },
  (part) => {
    const started = performance.now();
    blotted(key, part.repeat(300_000 / part.length));
    expect(performance.now() - started).toBeLessThan(15_000);
  },
);
