import { deviceId } from '../../shared/programState.ts';
import { read } from '../../shared/schema.ts';
import { rowOf } from '../../shared/contract/contract.ts';
import type { RequestName } from '../../shared/contract/contract.ts';
import type { Device } from '../device/device.ts';
import type { Application } from './application.ts';
import { checkedHandlers } from './checkedHandlers.ts';
import type { Handle } from './checkedHandlers.ts';
import type { Desktop, ExportJournal } from './desktop.ts';
import { deviceHandlers } from './deviceHandlers.ts';
import { programHandlers } from './programHandlers.ts';

/**
 * Main's side of the contract: answers a request with what came over the bridge. One of scope `device` carries the device
 * before its argument. @throws CodedError `DEVICE_GONE` and nothing else for a device that was closed, `BAD_ARGUMENT`,
 * `ACCEPTANCE_RUNNING`, and what the request itself may throw.
 */
export type Serve = (name: RequestName, ...given: readonly unknown[]) => unknown;

/** Serves the window of an application. */
export function createServe(application: Application, desktop: Desktop, exportJournal: ExportJournal): Serve {
  const isAnyRunning = (): boolean => application.devices.some(({ acceptance }) => acceptance.isRunning);
  const ofProgram = checkedHandlers(programHandlers(application, desktop, exportJournal), isAnyRunning);
  const ofDevices = new WeakMap<Device, Readonly<Record<string, Handle>>>();
  function handlersOf(id: unknown): Readonly<Record<string, Handle>> {
    const device = application.device(read(deviceId, id, 'device'));
    const known = ofDevices.get(device);
    if (known) return known;
    const handlers = checkedHandlers(
      deviceHandlers(application, device, desktop, exportJournal),
      () => device.acceptance.isRunning,
    );
    ofDevices.set(device, handlers);
    return handlers;
  }
  return (name, ...given) => {
    if (rowOf(name).scope === 'program') return ofProgram[name]?.(...given);
    const [id, ...rest] = given;
    return handlersOf(id)[name]?.(...rest);
  };
}
