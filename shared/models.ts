import type { CatalogueObject } from './catalogue.ts';
import type { DeviceModel } from './deviceModel.ts';
import type { Fault } from './errors.ts';
import { text } from './schema.ts';
import type { ValueOf } from './schema.ts';

/** By this name the window knows a device model; where its file lies is no concern of it. */
export const modelId = text(40);
export type ModelId = ValueOf<typeof modelId>;

/** The model that comes with the program. */
export const shippedModelId: ModelId = 'shipped';

/** Which device model the objects of a device are made of. */
export interface ModelState {
  readonly id: ModelId;
  readonly name: string;
  /** Of its content: another one in the file means that the file was changed since. */
  readonly digest: string;
}

/** A device model as the list shows it. */
export interface ModelInfo {
  readonly id: ModelId;
  readonly name: string;
  /** Name of its file, without folder; absent for the one that comes with the program. */
  readonly file?: string;
  /** Of what stands in the file now; empty where it cannot be read. */
  readonly digest: string;
  readonly objectIds: readonly number[];
  readonly resourceCount: number;
  /** New tabs, and the next start, begin with it. */
  readonly isUsed?: true;
  /** Why the file cannot be read as a model. */
  readonly fault?: Fault;
}

/** A device model with what is known of its objects. */
export interface OpenedModel {
  readonly info: ModelInfo;
  readonly model: DeviceModel;
  /** One for each object of the model, with the resources that the model adds of its own at the end. */
  readonly definitions: readonly CatalogueObject[];
}
