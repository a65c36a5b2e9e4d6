import type { ObservationState, ObjectView, ResourceView } from '../shared/state.ts';
import type { NotificationAttributes } from '../shared/lwm2m.ts';
import { observationFor } from './composer.ts';

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
  const observation = observationFor(path, observations);
  return observation && { observation, isDirect: observation.path === path };
}

/** `pmin 15 · pmax 60 · gt 50`; the nearest path that has the attribute wins (LwM2M 1.0 §5.1.2). */
export function attributeText(path: string, attributes: Readonly<Record<string, NotificationAttributes>>): string {
  const parts = path.split('/');
  const levels = [2, 3, 4].map((length) => parts.slice(0, length).join('/'));
  const merged: Record<string, number> = {};
  for (const level of levels) Object.assign(merged, attributes[level]);
  return (['pmin', 'pmax', 'gt', 'lt', 'st'] as const)
    .filter((name) => merged[name] !== undefined)
    .map((name) => `${name} ${merged[name]}`)
    .join(' · ');
}
