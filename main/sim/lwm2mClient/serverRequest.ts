import { defined } from '../../../shared/defined.ts';
import type { Lwm2mPath } from '../../../shared/lwm2m.ts';
import type { AttributeChanges } from '../../../shared/lwm2m.ts';
import { CodedError } from '../../../shared/errors.ts';
import { parseAttributes } from '../../lwm2m/attributes.ts';
import { contentFormats } from '../coap/options.ts';
import { decodeTlv, TlvFormatError } from '../tlv.ts';
import type { TlvEntry } from '../tlv.ts';
import { RequestError } from './requestError.ts';

/** One resource of a write, as the URC shows it: its bytes, and whether they came as text or as binary. */
export interface WrittenValue {
  readonly resourceId: number;
  /** 1 text, 2 binary. */
  readonly valueType: 1 | 2;
  readonly bytes: Uint8Array;
}

/** A request of the platform as the host gets to see it. `msgId` is what the host answers with. */
export type ServerRequest =
  | {
      readonly kind: 'read';
      readonly msgId: number;
      readonly path: Lwm2mPath;
      /** Format the platform wants; CIS does not look at it. */
      readonly accepted: number | undefined;
    }
  | { readonly kind: 'discover'; readonly msgId: number; readonly path: Lwm2mPath }
  | {
      readonly kind: 'observe';
      readonly msgId: number;
      readonly path: Lwm2mPath;
      readonly isCancel: boolean;
      readonly accepted: number | undefined;
    }
  | {
      readonly kind: 'write';
      readonly msgId: number;
      readonly path: Lwm2mPath;
      readonly instanceId: number;
      readonly values: readonly WrittenValue[];
      /** Place of a piece of one long value. */
      readonly piece?: { readonly position: number; readonly count: number };
    }
  | {
      readonly kind: 'execute';
      readonly msgId: number;
      readonly path: Required<Lwm2mPath>;
      readonly argumentText: string;
    }
  | {
      readonly kind: 'parameter';
      readonly msgId: number;
      readonly path: Lwm2mPath;
      /** As the line shows them, see {@link attributesText}. */
      readonly attributes: string;
      readonly changes: AttributeChanges;
    };

/** What each kind of request leads to. */
export type ServerRequestKind = ServerRequest['kind'];

/** Content formats by what they hold: those of LwM2M 1.0 and of its drafts. */
export const formatFamilies: Readonly<Record<'text' | 'tlv' | 'opaque' | 'json', readonly (number | undefined)[]>> = {
  text: [undefined, contentFormats.text, contentFormats.draftText],
  tlv: [contentFormats.tlv, contentFormats.draftTlv],
  opaque: [contentFormats.opaque, contentFormats.draftOpaque],
  json: [contentFormats.json, contentFormats.draftJson],
};

/** Ids of a path, one to three; undefined when one of the segments is none (0–65535). */
export function pathOf(segments: readonly string[], shape: RegExp): Lwm2mPath | undefined {
  const ids = segments.map(Number);
  const [objectId, instanceId, resourceId] = ids;
  if (objectId === undefined || ids.length > 3) return undefined;
  if (!segments.every((segment) => shape.test(segment)) || ids.some((id) => id > 65535)) return undefined;
  return {
    objectId,
    ...defined({ instanceId, resourceId }),
  };
}

/** Elements of a payload; refused with `code` where it is no TLV, or holds nothing. */
export function tlvOf(payload: Uint8Array, code: string): TlvEntry[] {
  try {
    const entries = decodeTlv(payload);
    if (entries.length === 0) throw new RequestError(code, 'the payload is empty');
    return entries;
  } catch (error) {
    if (error instanceof TlvFormatError) throw new RequestError(code, error.message);
    throw error;
  }
}

/** `pmin=15;pmax=60;lt=0.0;gt=50.0;st=2.0`: this order, periods whole, the others with one decimal; `pmin=` unsets. */
function attributesText({ pmin, pmax, lt, gt, st }: AttributeChanges): string {
  const print = (decimals: number, attributes: Readonly<Record<string, number | null | undefined>>): string[] =>
    Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${value === null ? '' : value.toFixed(decimals)}`],
    );
  return [...print(0, { pmin, pmax }), ...print(1, { lt, gt, st })].join(';');
}

/** A Write-Attributes, 4.00 where an item is none. */
export function readParameter(path: Lwm2mPath, msgId: number, queries: readonly string[]): ServerRequest {
  try {
    // One item holds one attribute: a semicolon inside would make two of it.
    if (queries.some((query) => query.includes(';'))) throw new RequestError('4.00', 'no attribute');
    const changes = parseAttributes(queries.join(';'));
    return { kind: 'parameter', msgId, path, attributes: attributesText(changes), changes };
  } catch (error) {
    if (error instanceof CodedError) throw new RequestError('4.00', error.message);
    throw error;
  }
}
