import { CodedError } from '../../shared/errors.ts';
import type { SimulatedOperation } from '../../shared/ipc.ts';
import { parsePath } from '../../shared/lwm2m.ts';
import type { ResourceType } from '../../shared/lwm2m.ts';
import type { SimulatorState } from '../../shared/state.ts';

const TIMEOUT_MS = 45_000;

/** A value as JSON wants it: numbers and booleans bare, all else as text. */
function jsonValue(type: ResourceType, value: string): unknown {
  if (type === 'boolean') return value === '1' || value === 'true';
  const number = Number(value);
  return (type === 'integer' || type === 'float' || type === 'time') && Number.isFinite(number) ? number : value;
}

/** The HTTP call of the document for an operation: address below the host, method and body. */
export function httpCallOf(
  operation: SimulatedOperation,
  imei: string,
  typeOf: (path: string) => ResourceType,
): { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: string } {
  const path = parsePath(operation.path);
  if (!path) throw new CodedError('LWM2M_BAD_PATH', 'Not a path of the object tree', operation.path);
  const query = new URLSearchParams({ imei, obj_id: String(path.objectId) });
  if (path.instanceId !== undefined) query.set('obj_inst_id', String(path.instanceId));
  if (operation.kind === 'write') {
    query.set('mode', '2');
    const data = [{ res_id: path.resourceId, val: jsonValue(typeOf(operation.path), operation.value) }];
    return { method: 'POST', path: `/nbiot?${query}`, body: JSON.stringify({ data }) };
  }
  if (path.resourceId !== undefined) query.set('res_id', String(path.resourceId));
  if (operation.kind === 'read') return { method: 'GET', path: `/nbiot?${query}` };
  return { method: 'POST', path: `/nbiot/execute?${query}`, body: JSON.stringify({ args: operation.args }) };
}

/** Lets the simulated platform ask something, through the same HTTP interface that others would use. */
export async function askSimulatedPlatform(
  simulator: SimulatorState,
  operation: SimulatedOperation,
  typeOf: (path: string) => ResourceType,
): Promise<{ status: number; body: string }> {
  const { method, path, body } = httpCallOf(operation, simulator.imei, typeOf);
  const response = await fetch(`${simulator.http}${path}`, {
    method,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, body: await response.text() };
}
