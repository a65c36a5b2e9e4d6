import { vi } from 'vitest';
import type { Api, Events, Result } from '../../shared/contract/contract.ts';
import type { Fault } from '../../shared/errors.ts';
import type { LogEntry } from '../../shared/log.ts';
import type { DeviceId, DeviceSummary } from '../../shared/programState.ts';
import { initialProgramState } from '../../shared/programState.ts';
import { initialDeviceState } from '../../shared/state.ts';
import type { Patch } from '../../shared/statePatch.ts';

/** Nobody listens to any event yet. */
export function noListeners(): { [E in keyof Events]: ((payload: Events[E]) => void)[] } {
  return { program: [], patch: [], log: [], sessions: [], session: [], sessionFind: [], heldUp: [] };
}

/** The main process of a window of several tabs: it opens, closes and tells as the real one does, and remembers what it was asked. */
export function fakeMain(devices: readonly DeviceSummary[]) {
  const listeners = noListeners();
  let present = [...devices];
  let revision = 0;
  const main = {
    /** What was asked, with the device it was about. */
    asked: [] as string[],
    closed: [] as DeviceId[],
    reportFile: undefined as string | undefined,
    refusal: undefined as Fault | undefined,
    /** The answer is there before the list. */
    tellsLate: false,
    summarize(...changed: readonly DeviceSummary[]): void {
      const others = present.filter(({ id }) => !changed.some((one) => one.id === id));
      tellDevices([...others, ...changed].sort((a, b) => Number(a.id) - Number(b.id)));
    },
    patch: (device: DeviceId, patch: Patch) => listeners.patch.forEach((tell) => tell({ device, patch })),
    log: (device: DeviceId, entries: LogEntry[]) => listeners.log.forEach((tell) => tell({ device, entries })),
  };
  function tellDevices(next: readonly DeviceSummary[]): void {
    present = [...next];
    revision += 1;
    for (const tell of listeners.program) tell({ revision, changes: { devices: present } });
  }
  const good = <T>(value: T): Promise<Result<T>> => Promise.resolve({ ok: true, value });
  const api = {
    on: <E extends keyof Events>(event: E, listener: (payload: Events[E]) => void) => {
      listeners[event].push(listener);
      return () => void listeners[event].splice(listeners[event].indexOf(listener), 1);
    },
    getProgram: () => {
      main.asked.push('getProgram');
      return good({ revision, state: { ...initialProgramState('', 'en'), devices: present } });
    },
    getSnapshot: (device: DeviceId) => {
      main.asked.push(`${device} getSnapshot`);
      if (present.some(({ id }) => id === device)) return good({ revision: 0, state: initialDeviceState() });
      return Promise.resolve({ ok: false, error: { code: 'DEVICE_GONE', message: 'The device was closed' } });
    },
    readLog: () => good([]),
    openDevice: () => {
      main.asked.push('openDevice');
      const device = String(Number(present.at(-1)?.id ?? 0) + 1);
      const next = [...present, { ...devices[0]!, id: device }];
      if (main.tellsLate) setTimeout(() => tellDevices(next));
      else tellDevices(next);
      return good({ device });
    },
    closeDevice: (device: DeviceId) => {
      if (main.refusal) return Promise.resolve({ ok: false, error: main.refusal });
      main.closed.push(device);
      tellDevices(present.filter(({ id }) => id !== device));
      return good(undefined);
    },
    diagnose: (device: DeviceId) => {
      main.asked.push(`${device} diagnose`);
      return good(true);
    },
    stopAcceptance: (device: DeviceId) => {
      main.asked.push(`${device} stopAcceptance`);
      setTimeout(() => main.summarize({ ...present.find(({ id }) => id === device)!, isTesting: false }));
      return good(undefined);
    },
    exportReport: (device: DeviceId) => {
      main.asked.push(`${device} exportReport`);
      return good(main.reportFile === undefined ? null : { file: main.reportFile });
    },
  } as unknown as Api;
  vi.stubGlobal('window', { api });
  return main;
}
