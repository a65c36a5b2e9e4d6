import { isCovered, parsePath } from './lwm2m.ts';
import type { ObjectView, ResourceView } from './state.ts';

/** The resources at or below a path that can be read: what a Read of it is answered with. None where it is no path. */
export function readableResources(path: string, objects: readonly ObjectView[]): readonly ResourceView[] {
  const cover = parsePath(path);
  if (cover === undefined) return [];
  return objects.flatMap(({ objectId, instances }) =>
    instances.flatMap(({ instanceId, resources }) =>
      resources.filter(
        ({ resourceId, operations }) =>
          operations.includes('R') && isCovered({ objectId, instanceId, resourceId }, cover),
      ),
    ),
  );
}
