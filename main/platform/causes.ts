import { isCovered, parsePath } from '../../shared/lwm2m.ts';
import type { PlatformCall, PlatformOperationKind } from '../../shared/platform.ts';
import type { PlatformRequest } from '../../shared/state.ts';
import type { RequestKind } from '../../shared/requestKinds.ts';

/** Requests that a call causes: those that come, and those that come where there is something to be said. */
interface Caused {
  readonly certain: readonly RequestKind[];
  readonly possible?: readonly RequestKind[];
}

/**
 * What arrives at the module when the platform is called; calls that only ask the platform cause nothing. Attributes are set
 * and the observation begun where they are not yet so.
 */
const caused: { readonly [K in PlatformOperationKind]?: Caused } = {
  read: { certain: ['read'] },
  write: { certain: ['write'] },
  execute: { certain: ['execute'] },
  writeAttributes: { certain: [], possible: ['parameter', 'observe'] },
  observe: { certain: ['observe'], possible: ['parameter'] },
  cancel: { certain: ['cancel'] },
  discover: { certain: ['discover'] },
};

/** The kinds of requests that surely come at the module when the platform is called so. */
export function certainKinds(kind: PlatformOperationKind): readonly RequestKind[] {
  return caused[kind]?.certain ?? [];
}

function mayCause(kind: PlatformOperationKind, request: RequestKind): boolean {
  const { certain, possible = [] } = caused[kind] ?? { certain: [] };
  return certain.includes(request) || possible.includes(request);
}

/** True when operations of this kind reach the module. */
export function reachesModule(kind: PlatformOperationKind): boolean {
  return caused[kind] !== undefined;
}

function isAbout(call: PlatformCall, request: PlatformRequest): boolean {
  const { operation } = call;
  if (!('path' in operation)) return false;
  const [asked, arrived] = [parsePath(operation.path), parsePath(request.path)];
  if (!asked || !arrived) return false;
  switch (operation.kind) {
    // A write is asked of the instance; the first of its lines names a resource, the whole of it the instance again.
    case 'write':
      return (
        isCovered(arrived, asked) &&
        (arrived.resourceId === undefined ||
          operation.values.some(({ resourceId }) => resourceId === arrived.resourceId))
      );
    // Modules ask for the resources of the object, whatever the platform asked of them.
    case 'discover':
      return asked.objectId === arrived.objectId;
    default:
      return operation.path === request.path;
  }
}

/**
 * The call that caused a request which has just appeared: of those under way, the oldest that asked for this and has no
 * such request yet. A guess, since AT carries no number of the call; another person may have asked the same at the same
 * moment.
 */
export function causeOf(
  request: PlatformRequest,
  calls: readonly PlatformCall[],
  requests: Readonly<Record<string, PlatformRequest>>,
): PlatformCall | undefined {
  return calls
    .filter(
      (call) =>
        mayCause(call.operation.kind, request.kind) &&
        request.arrivedMs >= call.startedMs &&
        request.arrivedMs <= call.startedMs + (call.durationMs ?? Infinity) &&
        isAbout(call, request) &&
        !call.requestIds.some((id) => id === request.id || requests[id]?.kind === request.kind),
    )
    .sort((a, b) => a.startedMs - b.startedMs || Number(a.id) - Number(b.id))[0];
}
