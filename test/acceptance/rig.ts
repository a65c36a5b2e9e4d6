import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import type { AcceptanceProgress } from '../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../shared/acceptanceResult.ts';
import type { PlatformCall } from '../../shared/platform.ts';
import type { PortInfo } from '../../shared/state.ts';
import { documentCases } from '../../main/acceptance/cases/cases.ts';
import type { Patience } from '../../main/acceptance/run/runMemory.ts';
import type { Plan } from '../../main/acceptance/plan/plan.ts';
import { AcceptanceRun } from '../../main/acceptance/run/acceptanceRun.ts';
import type { RunOptions } from '../../main/acceptance/run/acceptanceRun.ts';
import type { PlatformSide, TestSetup } from '../../main/acceptance/run/testSetup.ts';
import { testSetupOf } from '../../main/acceptance/run/testSetupOf.ts';
import type { TestSetupOptions } from '../../main/acceptance/run/testSetupOf.ts';
import type { Device } from '../../main/device/device.ts';
import { Application } from '../../main/program/application.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import type { InjectedFault } from '../../main/sim/faults.ts';
import { openSimulator } from '../../main/sim/simulator.ts';
import type { Simulator } from '../../main/sim/simulator.ts';
import { makeLinkEnd } from '../../main/transport/linkEnd.ts';

/** What is wrong with module or platform while it is switched on. Undefined in place of a text: nothing is passed on. */
export interface Tampering {
  /** What the module says; other lines overtake what is waited for. */
  readonly say?: (text: string) => string | undefined | Promise<string | undefined>;
  /** What the host sends; `answer` says something in the module's place. */
  readonly hear?: (text: string, answer: (text: string) => void) => string | undefined;
  readonly call?: (call: PlatformCall) => PlatformCall;
}

/** Refuses command lines that begin so. */
export const refuse = (head: string): Tampering => ({
  hear(text, answer) {
    if (!text.startsWith(head)) return text;
    answer('\r\nERROR\r\n');
    return undefined;
  },
});

/** Says OK to command lines that begin so, and does nothing. */
export const pretend = (head: string): Tampering => ({
  hear(text, answer) {
    if (!text.startsWith(head)) return text;
    answer('\r\nOK\r\n');
    return undefined;
  },
});

export const sayInstead = (from: RegExp, to: string): Tampering => ({ say: (text) => text.replace(from, to) });
export const hearInstead = (from: RegExp, to: string): Tampering => ({ hear: (text) => text.replace(from, to) });

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** A fault of the virtual module that does what is switched on at the moment. */
function switchable(current: () => Tampering | undefined, onReboot: (reboot: () => void) => void): InjectedFault {
  return (link, reboot) => {
    onReboot(reboot);
    const end = makeLinkEnd({
      async write(bytes) {
        const text = textOf(bytes);
        const said = await (current()?.say ? current()?.say?.(text) : text);
        if (said !== undefined) await link.write(bytesOf(said));
      },
      close: () => link.close(),
    });
    link.onData = (bytes) => {
      const text = textOf(bytes);
      const answer = (said: string): void => void link.write(bytesOf(said));
      const heard = current()?.hear ? current()?.hear?.(text, answer) : text;
      if (heard !== undefined) end.receive(bytesOf(heard));
    };
    link.onClose = (reason) => end.lose(reason);
    return end.link;
  };
}

export interface RigOptions {
  readonly profile?: string;
  /** Of the wire to the module; default none: every byte is there at once. */
  readonly baudRate?: number;
  /** How long the platform waits for the device; default as OneNET. */
  readonly requestTimeoutMs?: number;
  readonly setup?: Partial<TestSetupOptions>;
  readonly model?: DeviceModel;
  readonly platformHost?: string;
  readonly apiKey?: string;
}

/** Everything an acceptance run needs, over the real simulator at full speed. */
export interface Rig {
  readonly application: Application;
  readonly device: Device;
  readonly setup: TestSetup;
  readonly simulator: Simulator;
  readonly directory: string;
  tampering: Tampering | undefined;
  reboot(): void;
  close(): Promise<void>;
}

/** Short times: the simulated platform answers at once. */
export const hasty: Partial<Patience> = {
  quietMs: 150,
  absentMs: 500,
  pollMs: 50,
  platformLagMs: 2000,
  operatorMs: 8000,
};

export async function openRig({
  profile = 'm5310-seed',
  baudRate = 0,
  requestTimeoutMs,
  setup: setupOptions,
  model = defaultModel,
  platformHost,
  apiKey,
}: RigOptions = {}): Promise<Rig> {
  const directory = mkdtempSync(join(tmpdir(), 'mipl-acceptance-'));
  let simulator: Simulator | undefined;
  let reboot = (): void => undefined;
  const rig = { tampering: undefined as Tampering | undefined };
  const openLink = async (_port: PortInfo): Promise<Simulator> => {
    simulator = await openSimulator({
      profile,
      baudRate,
      radioSpeed: 1000,
      ...(requestTimeoutMs === undefined ? {} : { platform: { requestTimeoutMs } }),
      faults: [
        switchable(
          () => rig.tampering,
          (one) => (reboot = one),
        ),
      ],
    });
    return simulator;
  };
  const application = await Application.start({
    version: 'test',
    systemLanguage: 'en',
    model,
    journalDirectory: directory,
    settings: { registerOnConnect: false, commandGapMs: 0, ...(platformHost === undefined ? {} : { platformHost }) },
    session: { openLink, closeEventMs: { tells: 300, unknown: 300, silent: 200 } },
  });
  const device = application.openDevice();
  if (apiKey !== undefined) await application.platformKey.set(apiKey);
  await device.openPort(`sim:${profile}`, 9600);
  const real = testSetupOf(device, { platform: 'simulated', ...setupOptions });
  const platform: PlatformSide = {
    ...real.platform,
    async ask(operation) {
      const call = await real.platform.ask(operation);
      return rig.tampering?.call?.(call) ?? call;
    },
  };
  // The setup's facts are getters; only its platform is another.
  const setup = Object.create(real, { platform: { value: platform } }) as TestSetup;
  return Object.assign(rig, {
    application,
    device,
    setup,
    simulator: simulator as unknown as Simulator,
    directory,
    reboot: () => reboot(),
    close: async () => {
      await application.close();
      rmSync(directory, { recursive: true, force: true });
    },
  });
}

/** A rig that is closed when the test ends. */
export async function rigOf(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  options?: RigOptions,
): Promise<Rig> {
  const rig = await openRig(options);
  onTestFinished(() => rig.close());
  return rig;
}

/** A plan of cases of the document. */
export const planOf = (...ids: string[]): Plan => ({
  name: 'a few',
  items: ids.map((id) => ({ definition: documentCases.find((one) => one.id === id)! })),
});

/** Runs a plan; `during` is switched on while the steps of its case are done. */
export async function runPlan(
  rig: Rig,
  plan: Plan,
  {
    during,
    onProgress,
    signal,
    ...options
  }: Partial<Omit<RunOptions, 'plan'>> & {
    readonly during?: { readonly caseId: string; readonly tampering: Tampering };
    readonly signal?: AbortSignal;
  } = {},
): Promise<AcceptanceResult> {
  const run = new AcceptanceRun(rig.setup, {
    plan,
    patience: hasty,
    limitMs: () => 20_000,
    ...options,
    onProgress(progress: AcceptanceProgress) {
      if (progress.type === 'steps' && progress.caseId === during?.caseId) rig.tampering = during.tampering;
      if (progress.type === 'ended') rig.tampering = undefined;
      onProgress?.(progress);
    },
  });
  return run.run(signal);
}
