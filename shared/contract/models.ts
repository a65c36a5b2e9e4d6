import type { CatalogueEntry, CatalogueObject, CatalogueResource } from '../catalogue.ts';
import { deviceModel } from '../deviceModel.ts';
import { MAX_ID } from '../lwm2m.ts';
import { modelId } from '../models.ts';
import type { ModelInfo, OpenedModel } from '../models.ts';
import { list, object, whole, word } from '../schema.ts';
import { accepted, reply } from './row.ts';
import type { Rows } from './row.ts';

const id = whole(0, MAX_ID);

/** Device models, and the catalogue of objects that they are made from. */
export const modelRequests = {
  /** The one that comes with the program, then those of one's own, the last used first. */
  listModels: { scope: 'program', duringRun: 'served', reply: reply<ModelInfo[]>() },
  readModel: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ model: modelId }),
    reply: reply<OpenedModel>(),
  },
  /** Asks for a file, reads it and keeps it in the list; null when the person cancelled. */
  openModelFile: { scope: 'program', duringRun: 'served', reply: reply<OpenedModel | null>() },
  /** Writes the model to the file that it was read from. */
  saveModel: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ model: modelId, content: deviceModel }),
    reply: reply<ModelInfo>(),
  },
  /** Asks for a file name, writes the model there and keeps it in the list; null when the person cancelled. */
  saveModelAs: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ content: deviceModel }),
    reply: reply<ModelInfo | null>(),
  },
  /** Takes a model off the list; its file stays. Where new tabs began with it they begin with the shipped one from now on. */
  forgetModel: { scope: 'program', duringRun: 'served', argument: object({ model: modelId }), reply: accepted },
  /**
   * The device is made of this model from now on, and new tabs, too. Where the module has objects they are deleted and made anew,
   * and what was registered registers again.
   */
  useModel: { scope: 'device', duringRun: 'refused', argument: object({ model: modelId }), reply: accepted },
  /** All objects that a model can get. */
  listObjects: { scope: 'program', duringRun: 'served', reply: reply<CatalogueEntry[]>() },
  /** Objects with their resources; one that nothing is known of has none. */
  describeObjects: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ objects: list(id, 1000) }),
    reply: reply<CatalogueObject[]>(),
  },
  /** What a resource of that number is, in that object or anywhere. */
  describeResource: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ objectId: id, resourceId: id }),
    reply: reply<CatalogueResource>(),
  },
  /**
   * Asks for an object file of the OMA registry, or a folder of them, and takes what they define into the catalogue; how far it is,
   * and what was left out, shows in the program's state. False when the person cancelled, also in the middle.
   */
  importObjects: {
    scope: 'program',
    duringRun: 'served',
    argument: object({ from: word(['file', 'folder']) }),
    reply: reply<boolean>(),
  },
  /** Ends an import; the catalogue stays as it was before. */
  stopImport: { scope: 'program', duringRun: 'served', reply: accepted },
} as const satisfies Rows;
