import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hasBaudRate,
  networkPath,
  networkSchemeOf,
  networkSchemes,
  parseNetworkAddress,
} from '../../shared/networkAddress.ts';

describe('the address of a serial server', () => {
  it.each([
    ['tcp://192.168.1.7:4001', { scheme: 'tcp', host: '192.168.1.7', port: 4001 }],
    ['telnet://serial.local:23/', { scheme: 'telnet', host: 'serial.local', port: 23 }],
    ['rfc2217://[::1]:5000', { scheme: 'rfc2217', host: '::1', port: 5000 }],
    ['TELNET://a:1', { scheme: 'telnet', host: 'a', port: 1 }],
    ['tcp://[fe80::1%eth0]:65535', { scheme: 'tcp', host: 'fe80::1%eth0', port: 65535 }],
  ])('is read from %s', (text, address) => {
    expect(parseNetworkAddress(text)).toEqual(address);
  });

  it.each([
    'tcp://host',
    'telnet://host:0',
    'rfc2217://host:65536',
    'tcp://:1',
    'tcp://::1:5000',
    '/dev/ttyS0',
    'tcp://a b:1',
    'tcp:host:1',
    'ssh://host:22',
    'telnet://user@host:23:4',
    'sim:m5310-seed',
    '',
  ])('is not read from %j', (text) => {
    expect(parseNetworkAddress(text)).toBeUndefined();
  });

  it('reads back what it writes', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
    fc.assert(
      fc.property(
        fc.constantFrom(...networkSchemes),
        host,
        fc.integer({ min: 1, max: 65535 }),
        (scheme, name, port) => {
          expect(parseNetworkAddress(networkPath({ scheme, host: name, port }))).toEqual({ scheme, host: name, port });
        },
      ),
    );
  });

  it('is known by its scheme even where the rest cannot be read', () => {
    expect(['tcp:', 'telnet://', 'rfc2217://x'].map(networkSchemeOf)).toEqual(['tcp', 'telnet', 'rfc2217']);
    expect(['/dev/tcp', 'sim:telnet', 'COM5', 'tcpx://h:1', ''].map(networkSchemeOf)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('has a baud rate only where the server lets us set one', () => {
    expect(['/dev/ttyUSB0', 'sim:bc28', 'rfc2217://h:1'].map(hasBaudRate)).toEqual([true, true, true]);
    expect(['tcp://h:1', 'telnet://h:1'].map(hasBaudRate)).toEqual([false, false]);
  });
});
