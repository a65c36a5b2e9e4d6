import { modelObjectOf } from '../../../shared/catalogue.ts';
import type { ResourceChoice } from '../../../shared/catalogue.ts';
import type { DeviceModel } from '../../../shared/deviceModel.ts';
import { catalogueObjectOf } from '../definitions/catalogueObject.ts';
import type { OmaObject } from './objectFile.ts';

/** A device model of one instance of each object, by rising id; an object without any resource is left out. */
export function importedModel(name: string, objects: readonly OmaObject[], choice: ResourceChoice): DeviceModel {
  const chosen = objects
    .toSorted((one, other) => one.id - other.id)
    .flatMap((object) => modelObjectOf(catalogueObjectOf(object), choice) ?? []);
  return { name, objects: chosen };
}
