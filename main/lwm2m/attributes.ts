import { CodedError } from '../../shared/errors.ts';
import type { AttributeChanges, NotificationAttributes } from '../../shared/lwm2m.ts';

/** `stp` is how later drafts and some firmware spell `st`. */
const keys: Readonly<Record<string, keyof NotificationAttributes>> = {
  pmin: 'pmin',
  pmax: 'pmax',
  gt: 'gt',
  lt: 'lt',
  st: 'st',
  stp: 'st',
};

const notNegative: readonly string[] = ['pmin', 'pmax', 'st'];

function badAttribute(item: string, rule: string): CodedError {
  return new CodedError('LWM2M_BAD_VALUE', `Not a notification attribute: ${rule}`, item);
}

/**
 * Reads the list of a Write-Attributes request, `pmin=15;pmax=60;lt=0.0;gt=50.0;st=2.0`: any order, items may be
 * missing, blanks mean nothing, `stp` is `st`. Periods in seconds; LwM2M 1.0 §5.1.2. A name without a value, `pmin` or
 * `pmin=`, unsets that attribute and reads null (LwM2M 1.0.2 §5.1.1, §8.2.5). Throws `LWM2M_BAD_VALUE` with the item as
 * detail: an unknown or repeated name, no number, a negative period or step.
 */
export function parseAttributes(list: string): AttributeChanges {
  const changes: { -readonly [K in keyof NotificationAttributes]: number | null } = {};
  for (const item of list.split(';').map((part) => part.trim())) {
    if (item === '') continue;
    const match = /^([a-z]+)\s*(?:=\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))?)?$/.exec(item);
    if (!match) throw badAttribute(item, 'a name, "=" and a decimal number are expected');
    const [, name = '', text] = match;
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (key === undefined) throw badAttribute(item, 'the name is none of pmin, pmax, gt, lt, st');
    if (changes[key] !== undefined) throw badAttribute(item, 'it stands twice in the list');
    const value = text === undefined ? null : Number(text);
    if (value === Infinity || value === -Infinity) throw badAttribute(item, 'the number is too large');
    if (value !== null && value < 0 && notNegative.includes(key)) throw badAttribute(item, 'it cannot be negative');
    changes[key] = value;
  }
  return changes;
}
