import type { Fault } from '../../shared/errors.ts';
import type { Api, Events, Requests, Result } from '../../shared/contract/contract.ts';

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

/** Sends a request to main: `call('openPort', { path, baudRate })`. Throws an {@link AppFault} when it is refused. */
export function call<N extends keyof Requests>(
  name: N,
  ...args: Parameters<Requests[N]>
): Promise<ReturnType<Requests[N]>> {
  const request = window.api[name] as (...values: Parameters<Requests[N]>) => Promise<Result<ReturnType<Requests[N]>>>;
  return unwrap(request(...args));
}

/** Listens to an event of main; the returned function ends it. */
export function listen<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): () => void {
  return window.api.on(event, listener);
}
