import { urcs } from '../../mipl/messages.ts';
import type { PlatformRequest } from '../lwm2mClient/platformRequest.ts';
import type { Profile } from '../profiles.ts';
import { printExecute, printLine } from './lines.ts';

/** What stands for "all" in a path. */
const all = -1;

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** `flag` of the line at `position`, counted from the end: see {@link Profile.write}. */
function writeFlag(profile: Profile, index: number, count: number): number {
  if (profile.write.flag === 'zero' || index === 0) return 0;
  return index === count - 1 ? 1 : 2;
}

/** The lines a request of the platform is shown to the host as: one, or one per written resource. */
export function printRequest(profile: Profile, request: PlatformRequest): string[] {
  const { msgId, path } = request;
  const target = { ref: 0, msgId, objectId: path.objectId };
  const place = { ...target, instanceId: path.instanceId ?? all, resourceId: path.resourceId ?? all };
  switch (request.kind) {
    case 'read':
      return [printLine(profile, urcs.read, place)];
    case 'discover':
      return [printLine(profile, urcs.discover, target)];
    case 'observe':
      return [printLine(profile, urcs.observe, { ...place, flag: request.isCancel ? 0 : 1 })];
    case 'execute':
      return [printExecute(profile, { ...target, ...request.path }, request.argumentText)];
    case 'parameter':
      return [
        printLine(profile, urcs.parameter, {
          ...place,
          length: request.attributes.length,
          attributes: request.attributes,
        }),
      ];
    case 'write':
      return request.values.map(({ resourceId, valueType, bytes }, position, { length }) => {
        const index = length - 1 - position;
        return printLine(profile, urcs.write, {
          ...target,
          instanceId: request.instanceId,
          resourceId,
          valueType,
          length: bytes.length,
          value: hexOf(bytes),
          flag: writeFlag(profile, index, length),
          ...(profile.write.hasIndex ? { index } : {}),
        });
      });
  }
}
