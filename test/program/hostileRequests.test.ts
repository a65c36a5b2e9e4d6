import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../main/device/device.ts';
import type { Application } from '../../main/program/application.ts';
import { checkSettings } from '../../main/program/settings.ts';
import { faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { rowOf } from '../../shared/contract/contract.ts';
import type { RequestName } from '../../shared/contract/contract.ts';
import { requestNames } from '../../shared/contract/names.ts';
import { exampleOf, examplesOf, hostileTo } from '../shared/hostileValues.ts';
import { startApplication, until } from '../device/rig.ts';
import { ScriptedModule } from '../device/scriptedModule.ts';
import { nobodysDesktop, served } from './served.ts';

/** A port that opens here; every other example follows from the rows. */
const openable = { path: '/dev/ttyTest', baudRate: 9600 };

/** Requests with an argument, and what the screen may send. */
const withArgument = requestNames.flatMap((name) => {
  const { argument } = rowOf(name);
  if (!argument) return [];
  return [{ name, argument, examples: name === 'openPort' ? [openable] : examplesOf(argument) }];
});

/** Everything that can cross from a window: what a structured clone leaves of it. */
const anything = fc
  .anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, maxDepth: 3 })
  .map((value): unknown => structuredClone(value));

/** The example with one of its fields, at any depth, replaced or taken away. */
function spoilt(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== 'object' || value === null) return anything;
  const fields = Object.keys(value).map((name) =>
    fc.oneof(
      spoilt((value as Record<string, unknown>)[name]).map((field) =>
        Object.assign(structuredClone(value), { [name]: field }),
      ),
      fc.constant(Object.fromEntries(Object.entries(value).filter(([other]) => other !== name))),
    ),
  );
  const more = fc.tuple(fc.string(), anything).map(([name, field]) => ({ ...value, [name]: field }));
  return fc.oneof(anything, more, ...fields);
}

async function bench(): Promise<{
  application: Application;
  device: Device;
  call: (name: RequestName, args: unknown[]) => Promise<Fault | null>;
}> {
  const application = await startApplication({
    settings: { commandGapMs: 0 },
    session: { openLink: () => Promise.resolve({ link: new ScriptedModule().link }) },
  });
  const device = application.openDevice();
  const desktop = {
    ...nobodysDesktop,
  };
  const handlers = served(device, application, desktop, () => Promise.reject(new Error('No file was chosen')));
  const call = async (name: RequestName, args: unknown[]): Promise<Fault | null> => {
    try {
      await (handlers[name] as (...given: unknown[]) => unknown)(...args);
      return null;
    } catch (error) {
      return faultOf(error);
    }
  };
  return { application, device, call };
}

describe('a window that was taken over', () => {
  it.each(withArgument)('is refused all that $name does not take, and changes nothing by it', async (request) => {
    const { application, device, call } = await bench();
    const before = [application.state.state, device.state.state];
    const codes = new Set<string | undefined>();
    for (const [index, value] of hostileTo(request.argument).entries()) {
      const fault = await call(request.name, [value]);
      expect([index, fault]).toEqual([index, expect.objectContaining({ detail: expect.any(String) as string })]);
      expect(JSON.stringify(fault).length).toBeLessThan(1000);
      codes.add(fault?.code);
    }
    expect([...codes].filter((code) => code !== 'BAD_ARGUMENT' && code !== 'LWM2M_BAD_PATH')).toEqual([]);
    expect(codes).toContain('BAD_ARGUMENT');
    expect(application.state.state).toBe(before[0]);
    expect(device.state.state).toBe(before[1]);
    expect(Object.prototype).not.toHaveProperty('isAdmin');
  });

  it.each(requestNames)('is refused %s with an argument too many', async (name) => {
    const { call } = await bench();
    const { argument } = rowOf(name);
    const taken = argument ? [exampleOf(argument)] : [];
    for (const more of [null, 0, {}, [], 'x'])
      expect(await call(name, [...taken, more])).toMatchObject({ code: 'BAD_ARGUMENT', detail: name });
    if (argument) expect(await call(name, [])).toMatchObject({ code: 'BAD_ARGUMENT', detail: 'argument' });
  });

  it.each(withArgument)('gets a reason for whatever it asks of $name, and the settings stay whole', async (request) => {
    const { application, call } = await bench();
    const given = fc.oneof(
      fc
        .constantFrom(...request.examples)
        .chain(spoilt)
        .map((value) => [value]),
      fc.array(anything, { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(given, async (args) => {
        expect([args, (await call(request.name, args))?.code]).not.toEqual([args, 'INTERNAL']);
        checkSettings(application.state.state.settings);
      }),
      { numRuns: 150 },
    );
  });

  it('cannot make a session stumble that is up', async () => {
    const { device, call } = await bench();
    await call('openPort', [openable]);
    await until(device, 'registered', ({ registration }) => registration.phase === 'registered');
    const kept = new Set<string>([
      'setValue',
      'notify',
      'holdRequests',
      'answerRequest',
      'sendCommand',
      'readLog',
      'chooseDialect',
    ]);
    const request = fc.constantFrom(...withArgument.filter(({ name }) => kept.has(name))).chain(({ name, examples }) =>
      fc
        .constantFrom(...examples)
        .chain(spoilt)
        .map((value) => [name, value] as const),
    );
    await fc.assert(
      fc.asyncProperty(request, async ([name, value]) => {
        expect([name, value, (await call(name, [value]))?.code]).not.toEqual([name, value, 'INTERNAL']);
      }),
      { numRuns: 300 },
    );
    expect(device.state.state.registration.phase).toBe('registered');
    expect(await call('sendCommand', [{ line: 'AT' }])).toBeNull();
  });
});
