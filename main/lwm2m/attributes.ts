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

/** As MT2625's firmware prints the list: always all five, and what the request does not name with 0. */
const allFive = /^pmin=\d+; pmax=\d+; gt=-?\d+\.\d{6}; lt=-?\d+\.\d{6}; stp?=\d+\.\d{6}$/;

/**
 * Of a list of all five the zeros that say something. A period or step of 0 is as good as none; a threshold of 0 is one where
 * the other is another number, since a range that begins at 0 is common, and a report too many does less harm than none.
 */
function withoutZeros(changes: AttributeChanges): AttributeChanges {
  const isRange = changes.gt !== 0 || changes.lt !== 0;
  const isSaid = ([name, value]: [string, number | null]): boolean =>
    value !== 0 || (isRange && (name === 'gt' || name === 'lt'));
  return Object.fromEntries(Object.entries(changes).filter(isSaid));
}

/**
 * Reads the list of a Write-Attributes request, `pmin=15;pmax=60;lt=0.0;gt=50.0;st=2.0`: any order, items may be
 * missing, blanks mean nothing, `stp` is `st`. Periods in seconds; LwM2M 1.0 §5.1.2. A name without a value, `pmin` or
 * `pmin=`, unsets that attribute and reads null (LwM2M 1.0.2 §5.1.1, §8.2.5). In the list of an MT2625, which always has all
 * five, zeros are left out as far as they stand for what was not written. Throws `LWM2M_BAD_VALUE` with the item as
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
  return allFive.test(list) ? withoutZeros(changes) : changes;
}
