import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { FleetFigures } from '../../main/fleet/fleetFigures.ts';
import { Times } from '../../main/fleet/fleetFigures.ts';
import { SpreadFleet, sharesOf } from '../../main/fleet/spreadFleet.ts';
import { systemClock } from '../../main/time/clock.ts';
import { openPlatform } from '../../main/sim/platform/platform.ts';
import { platformWithDefinitions } from '../../main/sim/simulator.ts';
import { runCommand } from '../cli/runCommand.ts';
import { tempDirectory } from '../tempDirectory.ts';

/** Runs a fleet until its figures are as wanted, and gives the last ones. */
async function fleetUntil(args: readonly string[], isEnough: (figures: FleetFigures) => boolean) {
  const journals = await tempDirectory();
  const options = ['fleet', '--baud', '0', '--ramp', '1000', '--every', '1', '--json', '--journal', journals, ...args];
  const { code, output, errors } = await runCommand(options, (said, stop) => {
    const last = said.trim().split('\n').at(-1) ?? '';
    if (said.endsWith('\n') && isEnough(JSON.parse(last) as FleetFigures)) stop();
  });
  const figures = JSON.parse(output.trim().split('\n').at(-1) ?? 'null') as FleetFigures;
  return { code, errors, figures, journals: await readdir(journals) };
}

describe('mipl fleet', () => {
  it('registers each module at our platform, has them read and reported, and says how it went', async () => {
    const { code, figures, journals } = await fleetUntil(
      ['--modules', '4', '--read-every', '1', '--report-every', '1'],
      ({ registered, reads, platform }) =>
        registered === 4 && (reads?.count ?? 0) > 4 && (platform?.notifications ?? 0) > 0,
    );
    expect(code).toBe(0);
    expect(figures).toMatchObject({ modules: 4, mostRegistered: 4, reads: { failed: 0 }, answers: { lateCount: 0 } });
    expect(figures.registration).toMatchObject({ count: 4, p50Ms: expect.any(Number) });
    expect(figures.requests['read']).toBeGreaterThan(4);
    expect(figures.requests['observe']).toBeGreaterThanOrEqual(4);
    expect(journals).toHaveLength(4);
  }, 60_000);

  it('goes to another server, which tells nothing of itself', async () => {
    const platform = await openPlatform(platformWithDefinitions());
    const names: string[] = [];
    platform.onEvent = ({ kind, device }) => void (kind === 'registered' && names.push(device.identity.imei));
    const { code, figures } = await fleetUntil(
      ['--modules', '2', '--imei', '867725039999998', '--server', `127.0.0.1:${platform.coap.port}`],
      ({ registered }) => registered === 2,
    );
    await platform.close();
    expect(code).toBe(0);
    expect(names.toSorted()).toEqual(['867725039999998', '867725039999999']);
    expect(figures).not.toHaveProperty('reads');
    expect(figures).not.toHaveProperty('platform');
  }, 60_000);

  it('is spread over processes at one platform, and says the figures of all together', async () => {
    const { code, figures, journals } = await fleetUntil(
      ['--modules', '5', '--spread', '2', '--read-every', '1', '--report-every', '1'],
      ({ registered, reads, requests }) =>
        registered === 5 && (reads?.count ?? 0) > 5 && (requests['read'] ?? 0) > 5 && (requests['observe'] ?? 0) > 5,
    );
    expect(code).toBe(0);
    expect(figures).toMatchObject({ modules: 5, mostRegistered: 5, reads: { failed: 0 }, answers: { lateCount: 0 } });
    expect(figures.registration).toMatchObject({ count: 5, p50Ms: expect.any(Number), worstMs: expect.any(Number) });
    expect(journals).toHaveLength(5);
  }, 60_000);

  it('says that a process of it ended in the middle', async () => {
    const clock = systemClock;
    const fleet = await SpreadFleet.start({
      ...{ modules: 2, processes: 2, profile: 'm5310a', firstImei: '867725030000001', clock },
      ...{ rampPerSecond: 1, readEveryMs: 0, shared: [] },
      command: [process.execPath, '-e', 'process.exit(3)', '--'],
    });
    await expect(fleet.run(new AbortController().signal)).rejects.toThrow('ended in the middle, with 3');
    await fleet.close();
  });

  it('a process that was ended in the middle of a line ends no other', async () => {
    const fleet = await SpreadFleet.start({
      ...{ modules: 2, processes: 2, profile: 'm5310a', firstImei: '867725030000001', clock: systemClock },
      ...{ rampPerSecond: 1, readEveryMs: 0, shared: [] },
      command: [process.execPath, '-e', "process.stdout.write('{' + 'x'.repeat(9), () => process.exit(4))", '--'],
    });
    await expect(fleet.run(new AbortController().signal)).rejects.toThrow('ended in the middle, with 4');
    await fleet.close();
    expect(fleet.figures().registered).toBe(0);
  });

  it.each([
    [10, 3, [4, 3, 3]],
    [2, 2, [1, 1]],
  ])('shares %i modules among %i processes', (modules, processes, shares) => {
    expect(sharesOf(modules, processes)).toEqual(shares);
  });

  it('fails where modules do not come online, and ends by its time', async () => {
    const { code, figures } = await fleetUntil(
      ['--modules', '2', '--profile', 'm5310a?fault=no-sim', '--for', '2'],
      () => false,
    );
    expect(code).toBe(1);
    expect(figures).toMatchObject({ registered: 0, mostRegistered: 0, registration: { count: 0 } });
  }, 60_000);

  it.each([
    [['--modules', '0'], '--modules is a number from 1 to 1000'],
    [[], '--modules is missing'],
    [['--modules', '1', '--server', 'nowhere'], '--server: "nowhere" is not host:port'],
    [['--modules', '1', '--imei', '7'], '--imei is of 15 digits'],
    [['--modules', '1', '--spread', '2'], '--modules is a number from 2 to 10000'],
    [['--modules', '4', '--spread', '1'], '--spread is a number from 2 to 64'],
    [['--modules', '1', '--profile', 'm9'], 'No virtual module "m9"'],
  ])('refuses %j', async (args, message) => {
    const { code, errors } = await runCommand(['fleet', ...args]);
    expect([code, errors]).toEqual([2, expect.stringContaining(message)]);
  });
});

it('times keep figures, not every value of a run of days', () => {
  const times = new Times();
  expect(times.figures()).toEqual({ count: 0 });
  for (let value = 1; value <= 250_000; value++) times.add(value);
  expect(times.figures()).toMatchObject({ count: 250_000, worstMs: 250_000 });
  expect(times.figures().p50Ms).toBeGreaterThan(150_000);
});
