import { describe, expect, onTestFinished, test } from 'vitest';
import { withHabit } from '../../main/sim/habits.ts';
import { openPlatform } from '../../main/sim/platform/platform.ts';
import { profiles } from '../../main/sim/profiles.ts';
import { openVirtualModule } from '../../main/sim/virtualModule.ts';
import { Host } from '../sim/host.ts';
import { bootstrapServers } from './known.ts';
import { freePort, startPeer, until } from './peer.ts';

/** The virtual module at a bootstrap server of others, which sends it to the simulated platform: see docs/peers.md. */
if (bootstrapServers.length === 0) test.skip('a bootstrap server of others is there', () => undefined);

describe.each(bootstrapServers)('the bootstrap server $name', ({ command, readyWord }) =>
  test.each([
    ['that keeps to the standard', 'spec', '127.0.0.1'],
    ['as China Mobile’s core has it', 'cis', '127.0.0.2'],
  ])('sends a stack %s to the platform', { timeout: 120_000 }, async (_, name, platformHost) => {
    const port = await freePort();
    const isStandard = name === 'spec';
    // A CIS module keeps the port of its bootstrap server: the platform listens there too, on another address.
    const platform = await openPlatform({ coapHost: platformHost, coapPort: isStandard ? 0 : port });
    onTestFinished(() => platform.close());
    const endpoint = '869334030000010;460041234567899';
    const server = `coap://${platform.coap.host}:${platform.coap.port}`;
    const peer = startPeer(command, {
      host: '127.0.0.1',
      port,
      endpoint,
      server,
      serverHost: platform.coap.host,
      serverPort: platform.coap.port,
    });
    const module = openVirtualModule({
      profile: withHabit(profiles.nb73, `personality=${name}`),
      server: platform.coap,
      bootstrap: { host: '127.0.0.1', port },
      baudRate: 0,
      radioSpeed: Infinity,
    });
    onTestFinished(() => module.close());
    if (readyWord !== undefined) await until('the server to be ready', peer, () => peer.output().includes(readyWord));
    const host = new Host(module.link);
    await host.urc('OK');
    await host.must('AT+MIPLCREATE');
    await host.must('AT+MIPLADDOBJ=0,3303,1,"1",6,1');
    await host.must('AT+MIPLOPEN=0,3600,60');
    for (const event of [1, 2, 4, 6]) expect(await host.urc('+MIPLEVENT', 30_000)).toBe(`+MIPLEVENT:0,${event}`);
    expect(platform.devices.map((device) => device.registration !== undefined)).toEqual([true]);
  }),
);
