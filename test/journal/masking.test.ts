import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Masker } from '../../main/journal/masking.ts';

/** Masks a log the way an export does: all is shown first. */
function masked(...lines: string[]): string[] {
  const masker = new Masker();
  for (const line of lines) masker.collect(line);
  return lines.map((line) => masker.mask(line));
}

const hexOf = (text: string): string => Buffer.from(text, 'latin1').toString('hex').toUpperCase();

test('IMEI and IMSI get stand-ins of their own length, the same ones everywhere', () => {
  expect(masked('+CGSN:863703031234567', '460041234567890', 'endpoint 863703031234567;460041234567890')).toEqual([
    '+CGSN:000000000000001',
    '000000000000002',
    'endpoint 000000000000001;000000000000002',
  ]);
});

test('a value is also found before the line that tells what it is, and inside other digits', () => {
  expect(masked('x99863703031234567', '+CGSN: "863703031234567"')).toEqual([
    'x99000000000000001',
    '+CGSN: "000000000000001"',
  ]);
});

test('the ICCID is hidden, with and without its command', () => {
  expect(masked('+NCCID:89860411112222333344', 'card 8986041111222233334f')).toEqual([
    '+NCCID:00000000000000000001',
    'card 00000000000000000002',
  ]);
});

test('a 20-digit payload that is no ICCID stays', () => {
  expect(masked('AT+NSOST=0,1.1.1.1,36000,10,30313233343536373839')).toEqual([
    'AT+NSOST=0,0.0.0.1,36000,10,30313233343536373839',
  ]);
});

test('IPv4 and IPv6 addresses keep their dots and colons', () => {
  expect(
    masked('0,183.230.40.150,36000,30', '+CGPADDR:0,2409:8060:8ea:601::1864', 'again 183.230.40.150:36000'),
  ).toEqual(['0,000.000.00.001,36000,30', '+CGPADDR:0,0000:0000:0xx:000::0002', 'again 000.000.00.001:36000']);
});

test.each(['21:13:05', '::', '1.2.3', '1.2.3.4.5', '256.1.1.1', '+CCLK:26/11/22,13:13:05+32', 'std::map'])(
  'what only looks a little like an address stays: %s',
  (text) => {
    expect(masked(text)).toEqual([text]);
  },
);

test('the keys of MIPLCREATEEX are hidden, the flag is not', () => {
  expect(masked('AT+MIPLCREATEEX="nbiotbt.heclouds.com:5683",1,"Ab12Cd34","Secret99","id1",0')).toEqual([
    'AT+MIPLCREATEEX="nbiotbt.heclouds.com:5683",1,"xx00xx01","xxxxxx02","xx3",0',
  ]);
});

test('the keys that MIPLDEVINFO tells are hidden, with a blank before its colon, too', () => {
  expect(masked('+MIPLDEVINFO :"host.example:5684",0,"Ab12Cd34","cPYxj0cTs9qMVL72"', 'AT+MIPLDEVINFO?')).toEqual([
    '+MIPLDEVINFO :"host.example:5684",0,"xx00xx01","xxxxx0xxx0xxxx02"',
    'AT+MIPLDEVINFO?',
  ]);
});

test('the keys of MIPLCONFIG are hidden, set and printed, other modes are not', () => {
  expect(masked('AT+MIPLCONFIG=4,1,Ab12Cd34', '+MIPLCONFIG:5,1,"Secret99"', 'AT+MIPLCONFIG=2,1,4')).toEqual([
    'AT+MIPLCONFIG=4,1,xx00xx01',
    '+MIPLCONFIG:5,1,"xxxxxx02"',
    'AT+MIPLCONFIG=2,1,4',
  ]);
});

test('keys and address in a configuration blob are hidden and the blob keeps its length', () => {
  const blob = (host: string, keys: string): string =>
    `130045F10003F200370400110012${hexOf(host)}00F4${hexOf(keys)}F30008E4`;
  expect(masked(`AT+MIPLCREATE=69,${blob('183.230.40.39:5683', 'AuthCode:Ab12Cd34;PSK:Secret99;')},0,69,0`)).toEqual([
    `AT+MIPLCREATE=69,${blob('000.000.00.03:5683', 'AuthCode:xx00xx01;PSK:xxxxxx02;')},0,69,0`,
  ]);
});

test('a key is found again outside its command, also in lower-case hex', () => {
  const hex = hexOf('key=Ab12Cd34').toLowerCase();
  expect(masked(`value ${hex}`, 'saw Ab12Cd34', 'AuthCode:Ab12Cd34;')).toEqual([
    `value ${hexOf('key=xx00xx01').toLowerCase()}`,
    'saw xx00xx01',
    'AuthCode:xx00xx01;',
  ]);
});

test('a short key is hidden at its place and not sought elsewhere', () => {
  expect(masked('PSK:AT;', 'AT')).toEqual(['PSK:x1;', 'AT']);
});

test('an api-key is hidden', () => {
  expect(masked("curl -H 'api-key: a1b2c3d4='")).toEqual(["curl -H 'api-key: x0x0x0x01'"]);
});

test('the identity the module told is hidden wherever it stands', () => {
  const masker = new Masker();
  masker.collectIdentity({ imei: '86370303123456', iccid: '898604ABCDEF11112222', model: 'M5310' });
  expect(masker.mask('n86370303123456 M5310')).toBe('n00000000000001 M5310');
});

test('lines without anything to hide are the same', () => {
  const lines = [
    'AT+MIPLREADRSP=0,45953,1,3303,0,5700,4,4,20.123,5,0',
    '+MIPLWRITE:0,7,3306,0,5851,2,1,16,0,0',
    '',
    'OK',
  ];
  expect(masked(...lines)).toEqual(lines);
});

const digits = fc.stringMatching(/^[1-9][0-9]{14}$/);
const key = fc.stringMatching(/^[A-Za-z0-9]{8,16}$/).filter((text) => new Set(text).size > 4);

test('whatever the secrets, none of them is left, lengths stay, and equal values stay equal', () => {
  fc.assert(
    fc.property(digits, digits, key, key, fc.ipV4(), (imei, imsi, authCode, psk, address) => {
      const lines = [
        `+CGSN:${imei}`,
        imsi,
        `AT+MIPLCREATEEX="${address}",1,"${authCode}","${psk}"`,
        `+MIPLWRITE:0,1,3,0,1,2,99,${hexOf(`${imei};${psk}`)},0,0`,
        `at ${address} as ${imei}${imsi}`,
      ];
      const result = masked(...lines);
      const all = result.join('\n');
      // A stand-in may happen to be the value itself: 0.0.0.1.
      for (const secret of [imei, imsi, authCode, psk]) {
        expect(all).not.toContain(secret);
        expect(all).not.toContain(hexOf(secret));
      }
      expect(result.map((line) => line.length)).toEqual(lines.map((line) => line.length));
      expect(result[4]).toContain(result[0]!.slice(6) + (imei === imsi ? result[0]!.slice(6) : result[1]!));
    }),
  );
});

test('different values get different stand-ins', () => {
  fc.assert(
    fc.property(fc.uniqueArray(digits, { minLength: 2, maxLength: 20 }), (values) => {
      expect(new Set(masked(...values)).size).toBe(values.length);
    }),
  );
});

test('any text keeps its length, and masking twice changes nothing more', () => {
  const text = fc.oneof(
    fc.array(fc.nat(0x10ffff), { maxLength: 20 }).map((points) => String.fromCodePoint(...points)),
    fc
      .array(fc.constantFrom('+CGSN:', 'PSK:', '"', ',', '1.2.3.4', '12345678901234', '5', '::1', 'AABBCCDD'), {
        maxLength: 12,
      })
      .map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(text, (line) => {
      const masker = new Masker();
      masker.collect(line);
      const once = masker.mask(line);
      expect(once.length).toBe(line.length);
      expect(masker.mask(line)).toBe(once);
    }),
  );
});

test('a log full of numbers does not slow the search without bound', () => {
  const masker = new Masker();
  for (let count = 0; count < 5000; count++) masker.collect(String(100_000_000_000_000 + count));
  expect(masker.mask('100000000004999')).not.toBe('100000000004999');
});
