import type { ObservationState, ObjectView, ResourceView } from '../../shared/state.ts';
import { attributeNames, attributesFor, nearestCover, parsePath } from '../../shared/lwm2m.ts';
import type { NotificationAttributes } from '../../shared/lwm2m.ts';

/** A row of the object tree. */
export interface TreeRow {
  /** Path; unique. */
  readonly id: string;
  readonly object?: ObjectView;
  readonly resource?: ResourceView;
  readonly children?: TreeRow[];
}

/** The device model as rows: objects, instances, resources. Values are not in it; each row looks its own up. */
export function treeRows(objects: readonly ObjectView[]): TreeRow[] {
  return objects.map((object) => ({
    id: `/${object.objectId}`,
    object,
    children: object.instances.map((instance) => ({
      id: `/${object.objectId}/${instance.instanceId}`,
      children: instance.resources.map((resource) => ({ id: resource.path, resource })),
    })),
  }));
}

/** Rows as they stand below each other, for the arrow keys; rows below a closed one are left out. */
export function visibleRows(rows: readonly TreeRow[], closed: ReadonlySet<string>): TreeRow[] {
  return rows.flatMap((row) => [
    row,
    ...(row.children === undefined || closed.has(row.id) ? [] : visibleRows(row.children, closed)),
  ]);
}

/** How a resource is observed: by itself or through something above it. */
export function observedThrough(
  path: string,
  observations: readonly ObservationState[],
): { readonly observation: ObservationState; readonly isDirect: boolean } | undefined {
  const observation = nearestCover(path, observations);
  return observation && { observation, isDirect: observation.path === path };
}

/** `pmin 15 · pmax 60 · gt 50`: the attributes that count for a path, whichever level they were set at. */
export function attributeText(path: string, attributes: Readonly<Record<string, NotificationAttributes>>): string {
  const address = parsePath(path);
  return address === undefined ? '' : attributeWords(attributesFor(address, attributes));
}

/** `pmin 15 · pmax 60 · gt 50`. */
export function attributeWords(attributes: NotificationAttributes): string {
  return attributeNames
    .filter((name) => attributes[name] !== undefined)
    .map((name) => `${name} ${attributes[name]}`)
    .join(' · ');
}
