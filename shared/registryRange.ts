import type { CatalogueResource } from './catalogue.ts';
import type { ResourceType } from './lwm2m.ts';
import { isCounted, rangeOf } from './omaRange.ts';
import { isWithinRange } from './startValue.ts';

/** What a value breaks that the registry does not allow, though its type does. */
export interface RegistryBreach {
  readonly about: 'value' | 'length';
  /** The registry's wording in one line: `0..100`. */
  readonly range: string;
}

/**
 * Says that a value that its type allows is outside of what the registry allows; undefined where nothing clear is against it. Held
 * to it is what a person sets in the object tree, in the window and in main; what the platform writes, and what a test or a preset
 * answer tells on purpose, is not.
 */
export function registryBreach(
  type: ResourceType,
  text: string,
  definition: Pick<CatalogueResource, 'type' | 'range'>,
): RegistryBreach | undefined {
  const { range } = definition;
  // A model may have made text of a number: the range is not about its length.
  if (range === undefined || isCounted(type) !== isCounted(definition.type)) return undefined;
  if (isWithinRange(type, text, range)) return undefined;
  const about = rangeOf(range, isCounted(type))?.kind === 'length' ? 'length' : 'value';
  const oneLine = range
    .trim()
    .split(/\s*\n\s*/)
    .join(', ');
  return { about, range: oneLine };
}
