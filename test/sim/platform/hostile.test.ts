import { createSocket, type Socket } from 'node:dgram';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { encodeMessage, emptyMessage, type CoapMessage } from '../../../main/sim/coap/message.ts';
import { encodeText, uriPathOptions, uriQueryOptions } from '../../../main/sim/coap/options.ts';
import type { Platform } from '../../../main/sim/platform/platform.ts';
import { goldenDatagrams } from '../../golden.ts';
import { openTestModule, openTestPlatform } from './open.ts';

/** Sends datagrams from one port, then shows that the platform still registers a module. */
async function attack(platform: Platform, datagrams: readonly Uint8Array[]): Promise<void> {
  const socket: Socket = createSocket('udp4');
  try {
    const { host, port } = platform.coap;
    for (const datagram of datagrams) {
      await new Promise((resolve) => socket.send(datagram, port, host, resolve));
      // The platform shares this thread: let it read before its socket overflows.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const module = await openTestModule(platform);
    expect((await module.register({ endpoint: '111111111111111;1' })).code).toBe('2.01');
  } finally {
    socket.close();
  }
}

const registration = (change: Partial<CoapMessage>, queries: string[]): Uint8Array =>
  encodeMessage({
    ...emptyMessage('CON', 1),
    code: '0.02',
    options: [...uriPathOptions('/rd'), ...uriQueryOptions(queries)],
    payload: encodeText('</3303/0>'),
    ...change,
  });

describe('the platform survives', () => {
  it('any bytes', async () => {
    const platform = await openTestPlatform();
    await attack(platform, fc.sample(fc.uint8Array({ maxLength: 200 }), { numRuns: 500, seed: 1 }));
  });

  it('damaged datagrams of a real session', async () => {
    const platform = await openTestPlatform();
    const golden = goldenDatagrams().map(({ bytes }) => bytes);
    const damaged = fc.sample(
      fc
        .tuple(fc.constantFrom(...golden), fc.nat(), fc.nat(255))
        .map(([bytes, at, value]) => bytes.with(at % bytes.length, value)),
      { numRuns: 500, seed: 1 },
    );
    await attack(platform, damaged);
  });

  it('registrations with odd arguments', async () => {
    const platform = await openTestPlatform({ autoDiscover: false, autoObserve: false });
    const odd = [
      'ep=',
      'ep',
      '=',
      'ep=a;b;c',
      'ep=%00',
      `ep=${'x'.repeat(250)}`,
      'ep=__proto__',
      'lt=1e9',
      'lt=-1',
      'lt=99999999999',
    ];
    await attack(
      platform,
      odd.map((query, index) => registration({ messageId: index }, ['ep=1', query].toReversed())),
    );
  });

  it('a registration with as many objects as a datagram holds', async () => {
    const platform = await openTestPlatform({ autoDiscover: false, autoObserve: false });
    const payload = encodeText(Array.from({ length: 5000 }, (_, id) => `</3303/${id}>`).join());
    await attack(platform, [registration({ payload }, ['ep=2'])]);
    await expect
      .poll(() => platform.devices.find(({ identity }) => identity.imei === '2')?.registration?.paths.length)
      .toBe(5000);
  });
});
