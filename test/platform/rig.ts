import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import type { Device } from '../../main/device/device.ts';
import { Application } from '../../main/program/application.ts';
import type { ApplicationOptions } from '../../main/program/application.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { openSimulator } from '../../main/sim/simulator.ts';
import type { Simulator, SimulatorOptions } from '../../main/sim/simulator.ts';
import type { PlatformCall, PlatformMode, PlatformOperation } from '../../shared/platform.ts';
import { testFolder } from '../device/rig.ts';

/** A key that cannot be mistaken for anything else, for the search after it. */
export const secretKey = 'MasterKey=for+tests/6f1c2b';

/** The device with the virtual module registered, and the simulated platform behind it. */
export interface Bench {
  readonly application: Application;
  readonly device: Device;
  readonly simulator: Simulator;
  readonly journals: string;
  /** Does a call and waits for its end. */
  ask(operation: PlatformOperation, mode?: PlatformMode): Promise<PlatformCall>;
}

/** Opens a bench; `register` false leaves the module unregistered. */
export async function openBench(
  options: {
    simulator?: Partial<SimulatorOptions>;
    application?: Partial<ApplicationOptions>;
    register?: boolean;
  } = {},
): Promise<Bench> {
  const journals = testFolder();
  let opened: Simulator | undefined;
  const application = await Application.start({
    version: '1.2.3',
    systemLanguage: 'en',
    model: defaultModel,
    journalDirectory: journals,
    settings: { registerOnConnect: options.register ?? true, commandGapMs: 0 },
    session: {
      async openLink() {
        opened = await openSimulator({
          profile: 'm5310-seed',
          baudRate: 0,
          radioSpeed: Infinity,
          ...options.simulator,
        });
        return { link: opened.link, simulator: opened.simulator };
      },
    },
    ...options.application,
  });
  const device = application.openDevice();
  onTestFinished(() => application.close());
  await device.openPort('sim:m5310-seed', 115_200);
  const wanted = options.register === false ? 0 : 3;
  await vi.waitFor(
    () => {
      const { connection, observations, module, requests } = device.state.state;
      const isQuiet = Object.values(requests).every(({ status }) => status !== 'answering');
      if (connection.phase !== 'ready' || observations.length < wanted || !module.imei || !isQuiet)
        throw new Error('not yet');
    },
    { timeout: 12_000, interval: 10 },
  );
  if (!opened) throw new Error('The simulator was not opened');
  return {
    application,
    device,
    simulator: opened,
    journals,
    ask: (operation, mode = 'simulated') => device.platform.begin({ mode, operation }).done,
  };
}

/** A server on this machine that answers as the test says. */
export async function startServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ origin: string }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** An address at which nobody listens. */
export async function freeOrigin(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
