import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { echoPayload, matchEcho, newRun } from '../../main/udp/echoPayload.ts';
import { printableText, readData } from '../../main/udp/payload.ts';
import { isIpAddress, parsePayload } from '../../shared/udp.ts';

const hexOf = (text: string): string => Buffer.from(text).toString('hex').toUpperCase();

describe('a payload as a person types it', () => {
  it('is hex with any blanks between the digits', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 100 }),
        fc.constantFrom('', ' ', '\n', '\t '),
        (bytes, blank) => {
          const hex = Buffer.from(bytes).toString('hex');
          const typed = blank + [...hex].join(blank) + blank;
          expect(parsePayload('hex', typed)).toEqual({ ok: true, hex: hex.toUpperCase(), length: bytes.length });
        },
      ),
    );
  });

  it('is text that goes as UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }), (text) => {
        const bytes = Buffer.from(text);
        expect(parsePayload('text', text)).toEqual({ ok: true, hex: hexOf(text), length: bytes.length });
      }),
    );
  });

  it.each([
    ['hex', '', 'empty'],
    ['hex', ' \n', 'empty'],
    ['text', '', 'empty'],
    ['hex', '4', 'oddHex'],
    ['hex', '41 4', 'oddHex'],
    ['hex', '0x41', 'notHex'],
    ['hex', '4G', 'notHex'],
    ['hex', '４１', 'notHex'],
    ['text', '\ud800', 'notText'],
    ['hex', '41'.repeat(1501), 'tooLong'],
    ['text', '温'.repeat(501), 'tooLong'],
  ] as const)('%s "%s" is refused: %s', (format, typed, problem) => {
    expect(parsePayload(format, typed)).toMatchObject({ ok: false, problem });
  });

  it('takes as much as the command can say', () => {
    expect(parsePayload('hex', '41'.repeat(1500))).toMatchObject({ ok: true, length: 1500 });
    expect(parsePayload('text', ' ')).toEqual({ ok: true, hex: '20', length: 1 });
  });
});

describe('an address', () => {
  it.each([
    '183.230.40.150',
    '0.0.0.0',
    '255.255.255.255',
    'fe80::1',
    '2001:db8::8a2e:370:7334',
    '::1',
    '::ffff:10.0.0.1',
  ])('%s is one', (text) => expect(isIpAddress(text)).toBe(true));

  it.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    '1.2.3.',
    'localhost',
    '1:2',
    'a,b::',
    '1.2.3.4\r\n',
    ':'.repeat(46),
  ])('"%s" is none', (text) => expect(isIpAddress(text)).toBe(false));
});

describe('data of the module', () => {
  it('comes as hex of either case', () => {
    expect(readData('4869e6b8a9', 5)).toEqual({ length: 5, hex: '4869E6B8A9', text: 'Hi温' });
    expect(readData('', 0)).toEqual({ length: 0, hex: '' });
  });

  it.each([
    ['no hex', 'Hello', 5, { hex: 'Hello', problem: 'notHex' }],
    ['half a byte', '414', 2, { hex: '414', problem: 'notHex' }],
    ['less than announced', '4141', 3, { hex: '4141', text: 'AA', problem: 'wrongLength' }],
    ['more than announced', '4141', 1, { hex: '4141', text: 'AA', problem: 'wrongLength' }],
  ])('is kept and marked when it is %s', (_, data, length, content) => {
    expect(readData(data, length)).toEqual({ length, ...content });
  });

  it('is kept within bounds', () => {
    expect(readData('x'.repeat(100_000), 1).hex).toHaveLength(3000);
    expect(readData('41'.repeat(100_000), 1).hex).toHaveLength(3000);
  });

  it.each([
    ['', undefined],
    ['00', undefined],
    ['1B5B324A', undefined],
    ['FF41', undefined],
    ['C3', undefined],
    ['E280AE', undefined],
    ['410D0A09', 'A\r\n\t'],
    ['EFBBBF41', undefined],
    ['F09F8C A1'.replace(' ', ''), '🌡'],
  ])('%s reads as %s', (hex, text) => {
    expect(printableText(hex)).toBe(text);
  });
});

describe('a datagram of an echo test', () => {
  const run = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16).padStart(4, '0'));
  const number = fc.integer({ min: 1, max: 1000 });
  const size = fc.integer({ min: 16, max: 512 });

  it('has its size, and is known again, bare and behind the prefix of the test server', () => {
    fc.assert(
      fc.property(
        run,
        number,
        size,
        fc.constantFrom('', '[117.169.36.15:2179]', '\u0000ÿ'),
        (id, count, bytes, prefix) => {
          const hex = echoPayload(id, count, bytes);
          expect(hex).toHaveLength(2 * bytes);
          expect(matchEcho(id, bytes, Buffer.from(prefix, 'latin1').toString('hex') + hex)).toEqual({
            number: count,
            isWhole: true,
          });
        },
      ),
    );
  });

  it('is not whole when its end is missing', () => {
    expect(matchEcho('00ff', 32, echoPayload('00ff', 7, 32).slice(0, -2))).toEqual({ number: 7, isWhole: false });
  });

  it('is not taken for one of another run', () => {
    expect(matchEcho('00fe', 32, echoPayload('00ff', 7, 32))).toBeUndefined();
    expect(matchEcho('00ff', 32, hexOf('something else'))).toBeUndefined();
    expect(matchEcho('00ff', 32, '')).toBeUndefined();
  });

  it('belongs to a run with a mark of four digits', () => {
    expect(newRun()).toMatch(/^[0-9a-f]{4}$/);
  });
});
