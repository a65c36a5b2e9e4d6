import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../main/device/device.ts';
import { createHandlers } from '../../main/program/handlers.ts';
import { checkSettings } from '../../main/program/settings.ts';
import { faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { requestNames } from '../../shared/ipc.ts';
import type { Requests } from '../../shared/ipc.ts';
import { startApplication, until } from '../device/rig.ts';
import { ScriptedModule } from '../device/scriptedModule.ts';

/** One call of each request as the screen makes it; what a taken-over window sends is made from these. */
const examples: { readonly [N in keyof Requests]: Parameters<Requests[N]> } = {
  getProgram: [],
  getSnapshot: [],
  readLog: [{ from: 0, count: 10 }],
  refreshPorts: [],
  openPort: [{ path: '/dev/ttyTest', baudRate: 9600 }],
  closePort: [],
  register: [],
  updateRegistration: [{ lifetimeSeconds: 3600, withObjects: true }],
  deregister: [],
  deleteSuite: [],
  deleteObject: [{ objectId: 3303 }],
  setValue: [{ path: '/3303/0/5700', value: '1' }],
  setGenerator: [
    { path: '/3303/0/5700', spec: { kind: 'ramp', everySeconds: 1000, from: 0, to: 1, periodSeconds: 10 } },
  ],
  clearGenerator: [{ path: '/3303/0/5700' }],
  notify: [{ path: '/3303/0/5700', value: '1', confirmed: true }],
  holdRequests: [{ kinds: ['read'] }],
  answerRequest: [{ id: '1', kind: 'value', values: { '/3303/0/5700': '1' } }],
  sendCommand: [{ line: 'AT' }],
  getCommandHelp: [],
  callPlatform: [{ mode: 'simulated', operation: { kind: 'read', path: '/3303/0/5700' } }],
  getCurl: [{ mode: 'simulated', operation: { kind: 'read', path: '/3303/0/5700' } }],
  getRequestCurl: [{ id: '1' }],
  setApiKey: [{ key: 'key' }],
  clearApiKey: [],
  openUdpSocket: [{ port: 0, report: 1 }],
  closeUdpSocket: [{ socket: 0 }],
  sendUdp: [{ socket: 0, address: '127.0.0.1', port: 9, format: 'hex', payload: '41' }],
  readUdp: [{ socket: 0 }],
  setUdpReportMode: [{ mode: 1 }],
  startEcho: [{ socket: 0, address: '127.0.0.1', port: 9, count: 1, intervalMs: 1000, size: 16, timeoutMs: 1000 }],
  stopEcho: [],
  exportJournal: [{ format: 'txt', mask: true }],
  showLogFolder: [],
  startAcceptance: [{ platform: 'simulated', hasBootstrap: false }],
  stopAcceptance: [],
  resumeAcceptance: [],
  retryCase: [{ key: 1 }],
  selectCases: [{ keys: [1] }],
  arrangeCases: [{ keys: [1] }],
  undoPlan: [],
  restorePlan: [],
  loadPlan: [],
  savePlan: [],
  setAcceptanceDetails: [{ site: '', operator: '', notes: '' }],
  setCaseNote: [{ key: 1, note: '' }],
  exportReport: [{ format: 'html', language: 'en', mask: true }],
  changeSettings: [{ theme: 'dark' }],
  chooseDialect: [{ dialect: 'cis' }],
};

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
  device: Device;
  call: (name: string, args: unknown[]) => Promise<Fault | null>;
}> {
  const application = await startApplication({
    settings: { commandGapMs: 0 },
    session: { openLink: () => Promise.resolve({ link: new ScriptedModule().link }) },
  });
  const device = application.openDevice();
  const desktop = {
    chooseExportFile: () => Promise.resolve(undefined),
    choosePlanFile: () => Promise.resolve(undefined),
    showJournalFolder: () => Promise.resolve(),
    printPdf: () => Promise.resolve(new Uint8Array()),
  };
  const handlers = createHandlers(application, device, desktop, () => Promise.reject(new Error('No file was chosen')));
  const call = async (name: string, args: unknown[]): Promise<Fault | null> => {
    try {
      await (handlers[name as keyof Requests] as (...given: unknown[]) => unknown)(...args);
      return null;
    } catch (error) {
      return faultOf(error);
    }
  };
  return { device, call };
}

describe('a window that was taken over', () => {
  it('knows a call of every request', () => {
    expect(Object.keys(examples).sort()).toEqual([...requestNames].sort());
  });

  it.each(requestNames.filter((name) => examples[name].length > 0))(
    'gets a reason for whatever it asks of %s, and the settings stay whole',
    async (name) => {
      const { device, call } = await bench();
      const request = fc.oneof(
        spoilt(examples[name][0]).map((value) => [value]),
        fc.array(anything, { maxLength: 3 }),
      );
      await fc.assert(
        fc.asyncProperty(request, async (args) => {
          expect([args, (await call(name, args))?.code]).not.toEqual([args, 'INTERNAL']);
          checkSettings(device.settings, 'BAD_ARGUMENT');
        }),
        { numRuns: 150 },
      );
    },
  );

  it('cannot make a session stumble that is up', async () => {
    const { device, call } = await bench();
    await call('openPort', examples.openPort);
    await until(device, 'registered', ({ registration }) => registration.phase === 'registered');
    const kept = [
      'setValue',
      'notify',
      'holdRequests',
      'answerRequest',
      'sendCommand',
      'readLog',
      'chooseDialect',
    ] as const;
    const request = fc
      .constantFrom(...kept)
      .chain((name) => spoilt(examples[name][0]).map((value) => [name, value] as const));
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
