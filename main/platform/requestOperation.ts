import { CodedError } from '../../shared/errors.ts';
import { attributeNames, formatPath, mergeAttributes } from '../../shared/lwm2m.ts';
import type { Lwm2mPath, NotificationAttributes, ResourceType, ResourceValue } from '../../shared/lwm2m.ts';
import { requestIdOf } from '../../shared/log.ts';
import type { LogEntry } from '../../shared/log.ts';
import type { PlatformOperation } from '../../shared/platform.ts';
import type { PlatformRequest } from '../../shared/state.ts';
import { parseAttributes } from '../lwm2m/attributes.ts';
import { BlockWrites } from '../mipl/blockWrites.ts';
import { urcIn } from '../mipl/messageTable.ts';
import type { UrcOf } from '../mipl/messages.ts';
import { writtenValue } from '../mipl/valueTypes.ts';
import { MessageAssembler } from '../mipl/messageAssembler.ts';
import type { AssembledWrite } from '../mipl/messageAssembler.ts';

type WriteParams = UrcOf<'+MIPLWRITE'>['params'];

/** What a written value is where no definition tells: by its MIPL number. */
const typesByNumber: readonly (ResourceType | undefined)[] = [
  undefined,
  'string',
  'opaque',
  'integer',
  'float',
  'boolean',
  'string',
];

function writeIn({ decoded }: LogEntry): WriteParams | undefined {
  const urc = decoded && urcIn({ decoded });
  return urc?.name === '+MIPLWRITE' ? urc.params : undefined;
}

/** All lines of a write, or all blocks of a long value. The ledger keeps their text without type and length; the log has both. */
function assembled(request: PlatformRequest, log: readonly LogEntry[]): AssembledWrite {
  const [blocks, lines] = [new BlockWrites(), new MessageAssembler<WriteParams>(({ value }) => value)];
  for (const entry of log) {
    const part = writeIn(entry);
    if (!part) continue;
    const block = blocks.add(part, entry.atMs);
    if (requestIdOf(entry) !== request.id) continue;
    const whole = block ? block.isLast && block.write : lines.add(part);
    if (whole) return whole;
    if (block) break;
  }
  throw new CodedError('MIPL_REQUEST_GONE', 'The log does not hold all lines of this write', String(request.msgId));
}

function valueOf(part: WriteParams, typeOf: (path: Lwm2mPath) => ResourceType | undefined): ResourceValue {
  try {
    return writtenValue(typeOf(part) ?? typesByNumber[part.valueType] ?? 'string', part);
  } catch {
    // The platform wrote what does not fit: to see that again the same has to be sent.
    return part.value;
  }
}

/** @throws CodedError `LWM2M_BAD_VALUE` also where an attribute is unset: OneNET's API has no call for that. */
function attributesIn(list: string): NotificationAttributes {
  const changes = parseAttributes(list);
  const unset = attributeNames.find((name) => changes[name] === null);
  if (unset === undefined) return mergeAttributes({}, changes);
  throw new CodedError('LWM2M_BAD_VALUE', "OneNET's API has no call that unsets an attribute", unset);
}

/**
 * What the platform would have to be asked for this request to arrive again; `log`: from its beginning, for values
 * written. Whether a write was to replace the instance does not reach the module: it becomes an update, which changes
 * nothing else. @throws CodedError `MIPL_REQUEST_GONE`, `LWM2M_BAD_VALUE` for attributes that are none.
 */
export function operationOfRequest(
  request: PlatformRequest,
  log: readonly LogEntry[],
  typeOf: (path: Lwm2mPath) => ResourceType | undefined,
): PlatformOperation {
  const { kind, path, payload = '' } = request;
  switch (kind) {
    case 'write': {
      const { parts } = assembled(request, log);
      const { objectId, instanceId } = parts[0] as WriteParams;
      return {
        kind,
        path: formatPath({ objectId, instanceId }),
        mode: 'update',
        values: parts.map((part) => ({ resourceId: part.resourceId, value: valueOf(part, typeOf) })),
      };
    }
    case 'execute':
      return { kind, path, args: payload };
    case 'parameter':
      return { kind: 'writeAttributes', path, attributes: attributesIn(payload) };
    case 'observe':
      return { kind, path, attributes: {} };
    default:
      return { kind, path };
  }
}
