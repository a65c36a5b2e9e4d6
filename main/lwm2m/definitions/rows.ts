import type { Operations, ResourceType } from '../../../shared/lwm2m.ts';

/** What only some resources have. `range` is the registry's wording (`0..100`), shown to people; who types in the tree is held to it. */
export interface ResourceRowExtra {
  readonly unit?: string;
  readonly range?: string;
  readonly isMultiple?: true;
}

/** One resource of the table, kept on one line. */
export type ResourceRow = readonly [
  id: number,
  zh: string,
  en: string,
  operations: Operations,
  type: ResourceType,
  extra?: ResourceRowExtra,
];

/** An object with resources of its own. */
export interface ObjectRow {
  readonly id: number;
  readonly name: { readonly zh: string; readonly en: string };
  /** May have more than one instance. */
  readonly isMultiple: boolean;
  readonly resources: readonly ResourceRow[];
}

/** An object made of reusable resources. */
export type IpsoObjectRow = readonly [id: number, zh: string, en: string, resourceIds: readonly number[]];
