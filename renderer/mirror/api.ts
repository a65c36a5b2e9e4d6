import type { Fault } from '../../shared/errors.ts';
import type {
  Api,
  DeviceRequestName,
  Events,
  ProgramRequestName,
  RequestName,
  Requests,
  Result,
} from '../../shared/contract/contract.ts';
import type { DeviceId } from '../../shared/programState.ts';

declare global {
  interface Window {
    /** Put there by the preload; see shared/contract/contract.ts. */
    readonly api: Api;
  }
}

/** A request that main refused: carries the fault as data. */
export class AppFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.name = 'AppFault';
    this.fault = fault;
  }
}

/** Anything thrown, as a {@link Fault} the screen can explain. */
export function faultFrom(error: unknown): Fault {
  if (error instanceof AppFault) return error.fault;
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
}

async function unwrap<T>(answer: Promise<Result<T>>): Promise<T> {
  const result = await answer;
  if (result.ok) return result.value;
  throw new AppFault(result.error);
}

type Reply<N extends RequestName> = Promise<ReturnType<Requests[N]>>;
type Send<N extends RequestName> = (...values: unknown[]) => Promise<Result<ReturnType<Requests[N]>>>;

/** Asks main something about the program: `call('changeSettings', { theme })`. Throws an {@link AppFault} when it is refused. */
export function call<N extends ProgramRequestName>(name: N, ...args: Parameters<Requests[N]>): Reply<N> {
  return unwrap((window.api[name] as Send<N>)(...args));
}

/** Hands main a file that a person has dropped: the bridge alone learns where it lies. Throws as {@link call}. */
export function callWithFile<N extends 'dropLog'>(name: N, file: File): Reply<N> {
  return unwrap((window.api[name] as unknown as (given: File) => Promise<Result<ReturnType<Requests[N]>>>)(file));
}

/** Asks main something about a device: `callDevice(device, 'openPort', { path, baudRate })`. Throws as {@link call}. */
export function callDevice<N extends DeviceRequestName>(
  device: DeviceId,
  name: N,
  ...args: Parameters<Requests[N]>
): Reply<N> {
  return unwrap((window.api[name] as Send<N>)(device, ...args));
}

/** One way into the page for each event: sixteen tabs hear the same two. By the object that the preload has put there. */
const hearers = new WeakMap<Api, Map<keyof Events, Set<(payload: never) => void>>>();

/** Listens to an event of main; the returned function ends it. */
export function listen<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): () => void {
  const { api } = window;
  const byEvent = hearers.get(api) ?? new Map<keyof Events, Set<(payload: never) => void>>();
  hearers.set(api, byEvent);
  const known = byEvent.get(event) as Set<(payload: Events[E]) => void> | undefined;
  const all = known ?? new Set();
  all.add(listener);
  if (!known) {
    byEvent.set(event, all);
    api.on(event, (payload) => {
      for (const hear of all) hear(payload);
    });
  }
  return () => all.delete(listener);
}
