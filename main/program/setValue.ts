import { CodedError } from '../../shared/errors.ts';
import { parsePath } from '../../shared/lwm2m.ts';
import { registryBreach } from '../../shared/registryRange.ts';
import type { ObjectStore } from '../lwm2m/objectStore.ts';
import type { ObjectCatalogue } from './objectCatalogue.ts';

/**
 * Sets a value for a person, held to the range of the registry as the window holds it. What is there already may stay: the
 * platform may have written it. @throws CodedError `LWM2M_OUT_OF_RANGE` with the range, and those of {@link ObjectStore.write}.
 */
export async function setValue(
  { path, value }: { readonly path: string; readonly value: string },
  store: ObjectStore,
  catalogue: Pick<ObjectCatalogue, 'describeResource'>,
): Promise<void> {
  const { objectId, resourceId } = parsePath(path) ?? {};
  const before = store.valueOf(path);
  if (objectId !== undefined && resourceId !== undefined && before !== undefined && value !== before) {
    const breach = registryBreach(store.typeOf(path), value, await catalogue.describeResource(objectId, resourceId));
    if (breach)
      throw new CodedError(
        'LWM2M_OUT_OF_RANGE',
        `${breach.about === 'length' ? 'Its length is' : 'It is'} outside the range of the registry: ${breach.range}`,
        breach.range,
      );
  }
  store.write(path, value, { by: 'person' });
}
