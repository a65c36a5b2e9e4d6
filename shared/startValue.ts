import type { ResourceType, ResourceValue } from './lwm2m.ts';
import { isCounted, isWithin, rangeOf } from './omaRange.ts';
import type { OmaRange } from './omaRange.ts';
import { checkValue } from './values.ts';

/** Values to begin with, by type: the first that the registry allows is taken. */
const usualValues: Readonly<Record<ResourceType, ResourceValue>> = {
  string: '',
  integer: '0',
  float: '0.0',
  boolean: '0',
  opaque: '',
  time: '0',
  // The null link, LwM2M 1.0 Appendix C.
  objlnk: '65535:65535',
  none: '',
};

/** What the registry would allow besides the usual value: the least of each span, words, and a text that is long enough. */
function allowedBy(range: OmaRange, type: ResourceType): readonly ResourceValue[] {
  if (range.kind === 'oneOf') return range.words;
  if (range.kind === 'prose') return [];
  const numbers = range.spans.map(({ least }) => least);
  if (range.kind === 'between') return numbers.map((least) => (type === 'float' ? least.toFixed(1) : String(least)));
  return numbers.map((least) => (type === 'opaque' ? '00' : '0').repeat(least));
}

/** A value to begin with: the usual one of its type, or the first that the registry's range allows. */
export function startValue({
  type,
  range: wording,
}: {
  readonly type: ResourceType;
  readonly range?: string;
}): ResourceValue {
  const range = wording === undefined ? undefined : rangeOf(wording, isCounted(type));
  const usual = usualValues[type];
  if (!range || type === 'none') return usual;
  return [usual, ...allowedBy(range, type)].find((value) => keepsTo(range, type, value)) ?? usual;
}

function keepsTo(range: OmaRange, type: ResourceType, text: string): boolean {
  const checked = checkValue(type, text);
  return checked.ok && isWithin(range, checked.value, checked.bytes);
}

/**
 * False where the registry's wording is clear and the value is outside of it. The bytes it gives a number are not those that
 * the module makes of it, and a link is no number. What breaks the rule of its type is another matter.
 */
export function isWithinRange(type: ResourceType, value: string, wording: string | undefined): boolean {
  const range = wording === undefined ? undefined : rangeOf(wording, isCounted(type));
  if (range?.kind === 'length' && !isCounted(type)) return true;
  if (range?.kind === 'between' && type === 'objlnk') return true;
  const checked = checkValue(type, value);
  return !range || !checked.ok || isWithin(range, checked.value, checked.bytes);
}
