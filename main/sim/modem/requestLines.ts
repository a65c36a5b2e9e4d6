import { hexOf } from '../../../shared/hex.ts';
import { attributeNames } from '../../../shared/lwm2m.ts';
import type { AttributeChanges } from '../../../shared/lwm2m.ts';
import { urcs } from '../../mipl/messages.ts';
import { resourceTypeOf } from '../lwm2mClient/payloads.ts';
import type { ServerRequest, WrittenValue } from '../lwm2mClient/serverRequest.ts';
import type { Profile } from '../profile.ts';
import { decodeValue } from '../tlv.ts';
import { printExecute, printLine, printPlain } from './lines.ts';

/** What stands for "all" in a path. */
const all = -1;

/** What a line needs to know of the host's doings. */
export interface RequestLineHabits {
  /** Value type the host has declared for a resource of the request's instance, where the module goes by that. */
  readonly declaredType?: (resourceId: number) => number | undefined;
  /** Binary values as raw text, as AT+MIPLCONFIG=6,1 makes a BC28 do. */
  readonly writesText?: boolean;
}

/** `flag` of the line at `position`, counted from the end: see {@link Profile.write}. */
function writeFlag(profile: Profile, index: number, count: number): number {
  if (profile.write.flag === 'zero' || index === 0) return 0;
  return index === count - 1 ? 1 : 2;
}

/** The lines a request of the platform is shown to the host as: one, or one per written resource. */
export function printRequest(profile: Profile, request: ServerRequest, habits: RequestLineHabits = {}): string[] {
  const { msgId, path } = request;
  const target = { ref: 0, msgId, objectId: path.objectId };
  const place = { ...target, instanceId: path.instanceId ?? all, resourceId: path.resourceId ?? all };
  switch (request.kind) {
    case 'read':
      return [printLine(profile, urcs.read, { ...place, ...(hasCount(profile, request) ? { count: 0 } : {}) })];
    case 'discover':
      return [printLine(profile, urcs.discover, target)];
    case 'observe':
      return [printLine(profile, urcs.observe, { ...place, flag: request.isCancel ? 0 : 1 })];
    case 'execute':
      return [printExecute(profile, { ...target, ...request.path }, request.argumentText)];
    case 'parameter': {
      const list = profile.attributeList === 'sixDecimals' ? sixDecimals(request.changes) : request.attributes;
      const attributes = list.replace(/(^|; ?)st=/, `$1${profile.stepName}=`);
      return [printLine(profile, urcs.parameter, { ...place, length: attributes.length, attributes })];
    }
    case 'write':
      return request.values.map((written, position, { length: count }) => {
        const { piece = { position, count } } = request;
        const index = piece.count - 1 - piece.position;
        return printPlain(profile, urcs.write.name, [
          0,
          msgId,
          path.objectId,
          request.instanceId,
          written.resourceId,
          ...shownValue(profile, written, habits),
          writeFlag(profile, index, piece.count),
          ...(profile.write.hasIndex ? [index] : []),
        ]);
      });
  }
}

/**
 * As MT2625's `onenet_at_param_callback` prints them, `"pmin=%d; pmax=%d; gt=%lf; lt=%lf; st=%lf"`: always all five, and 0 for
 * what the request does not set.
 */
function sixDecimals(changes: AttributeChanges): string {
  return attributeNames
    .map((name) => `${name}=${(changes[name] ?? 0).toFixed(name === 'pmin' || name === 'pmax' ? 0 : 6)}`)
    .join('; ');
}

/** China Mobile firmware prints a count; what it counts is not known, 0 is what was seen (mipl-at.md §8). */
function hasCount({ readCount }: Profile, { path }: ServerRequest): boolean {
  return readCount === 'always' || (readCount === 'whole' && path.resourceId === undefined);
}

/** Type, length and value of a written resource. */
function shownValue(
  { write }: Profile,
  written: WrittenValue,
  { declaredType, writesText = false }: RequestLineHabits,
): (string | number)[] {
  const { resourceId, valueType, bytes } = written;
  const declared = declaredType?.(resourceId);
  const type = declared === undefined ? undefined : resourceTypeOf(declared);
  if (declared !== undefined && type !== undefined) {
    try {
      const text = valueType === textType || type === 'string' ? textOf(bytes) : decodeValue(type, bytes);
      if (type === 'string') return [declared, bytes.length, inStyle(write, text)];
      return [declared, type === 'opaque' ? bytes.length : numberLength(write, type, bytes), text];
    } catch {
      // Bytes that do not fit the declared type are shown as they are.
    }
  }
  const text = writesText || (valueType === textType && write.text !== 'hex') ? textOrNothing(bytes) : undefined;
  // Xinyi's source prints the type of bytes, 2, also where AT+MIPLCONFIG=6,1 wants them raw.
  if (text !== undefined && writesText) return [opaqueType, bytes.length, text];
  if (text !== undefined) return [textType, bytes.length, inStyle(write, text)];
  return [declaredType ? opaqueType : valueType, bytes.length, hexOf(bytes)];
}

const textType = 1;
const opaqueType = 2;

/** As firmware prints it, which escapes nothing: the length says where it ends. */
function inStyle({ text: style }: Profile['write'], text: string): string {
  return style === 'quoted' ? `"${text}"` : text;
}

/** @throws TypeError for bytes that are no UTF-8. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

function textOrNothing(bytes: Uint8Array): string | undefined {
  try {
    return textOf(bytes);
  } catch {
    return undefined;
  }
}

/** Lengths the manuals have for numbers: 2, 4 or 8 for integers, 4 or 8 for floats, 1 for a boolean (mipl-at.md §6). */
function numberLength({ numberLength: style }: Profile['write'], type: string, { length }: Uint8Array): number | '' {
  if (style === 'empty') return '';
  if (style === 'one' || type === 'boolean') return 1;
  return length === 8 ? 8 : 4;
}
