import { defined } from '../../shared/defined.ts';
import { CodedError } from '../../shared/errors.ts';
import { formatPath, nearestCover, parsePath } from '../../shared/lwm2m.ts';
import type { Lwm2mPath, ResourceValue } from '../../shared/lwm2m.ts';
import type { ObservationState, RegistrationState } from '../../shared/state.ts';
import { formatCommand } from '../at/codec.ts';
import type { ObjectStore } from '../lwm2m/objectStore.ts';
import { requireOutgoing, requireFitting } from '../lwm2m/values.ts';
import type { Dialect } from './dialects.ts';
import { commands } from './messages.ts';
import { isReachableByPlatform } from './registration.ts';
import { sentValue } from './valueTypes.ts';

/** All that decides about a notification. */
export interface NotificationContext {
  readonly store: ObjectStore;
  readonly registration: RegistrationState;
  readonly observations: readonly ObservationState[];
  readonly dialect: Dialect;
}

/** A notification ready to send. */
export interface PreparedNotification {
  readonly line: string;
  readonly path: string;
  readonly value: ResourceValue;
  readonly msgId: number;
}

/**
 * Checks a notification and writes its command line. Nothing is sent and nothing changes.
 * @throws CodedError `LWM2M_BAD_PATH`, `LWM2M_NOT_FOUND`, `LWM2M_NOT_ALLOWED` (nothing the platform reads),
 *   `LWM2M_BAD_VALUE`, `MIPL_TOO_LONG` (as the observation carries it: alone as text, below an instance as TLV), `MIPL_NOT_REGISTERED`, `MIPL_NOT_OBSERVED` (dialect cis: a notify needs the msgId of an observe;
 *   cmcc firmware answers +CIS ERROR: 100), `AT_BAD_LINE`.
 */
export function prepareNotification(
  { path, value, ackId }: { readonly path: string; readonly value: string; readonly ackId?: number },
  { store, registration, observations, dialect }: NotificationContext,
): PreparedNotification {
  const address = parsePath(path);
  if (address?.instanceId === undefined || address.resourceId === undefined) {
    throw new CodedError('LWM2M_BAD_PATH', 'A notification names one resource', path);
  }
  const type = store.typeOf(address);
  if (type === 'none') throw new CodedError('LWM2M_NOT_ALLOWED', 'An executable has no value to report', path);
  if (!store.isReadable(address)) throw new CodedError('LWM2M_NOT_ALLOWED', 'Nothing there can be read', path);
  const { value: checked } = requireOutgoing(type, value);
  if (!isReachableByPlatform(registration))
    throw new CodedError('MIPL_NOT_REGISTERED', 'There is no session with the platform');
  const observation = nearestCover(path, observations);
  if (!observation) throw new CodedError('MIPL_NOT_OBSERVED', 'The platform has not observed this resource', path);
  const { instanceId, resourceId } = address;
  requireFitting(parsePath(observation.path) as Lwm2mPath, [{ instanceId, resourceId, type, value: checked }]);
  const msgId = dialect.notifyMsgId === 'zero' ? 0 : observation.msgId;
  const line = formatCommand(commands.notify, {
    ref: registration.ref ?? 0,
    msgId,
    objectId: address.objectId,
    instanceId: address.instanceId,
    resourceId: address.resourceId,
    ...sentValue(type, checked, dialect),
    index: 0,
    flag: '0',
    ...defined({ ackId }),
  });
  return { line, path: formatPath(address), value: checked, msgId };
}
