import type { DeviceHandlers, ProgramHandlers } from '../../shared/contract/contract.ts';
import type { modelRequests } from '../../shared/contract/models.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import type { ModelInfo, OpenedModel } from '../../shared/models.ts';
import type { Device } from '../device/device.ts';
import type { Application } from './application.ts';
import type { Desktop } from './desktop.ts';

type Names = keyof typeof modelRequests;

/** `Water meter` becomes `Water meter.model.json`; what no file system takes is left out. */
function fileNameOf(model: DeviceModel): string {
  const name = model.name.replace(/[\u0000-\u001f\u007f<>:"/\\|?*]+/g, ' ').trim();
  return `${name.slice(0, 80) || 'device'}.model.json`;
}

/** The part of the contract about device models and the objects they are made from. */
export function modelHandlers(
  { models, catalogue }: Pick<Application, 'models' | 'catalogue'>,
  desktop: Pick<Desktop, 'chooseExportFile' | 'chooseModelFile' | 'chooseObjectFiles'>,
): Pick<ProgramHandlers, Exclude<Names, 'useModel'>> {
  const opened = async (found: { info: ModelInfo; model: DeviceModel }): Promise<OpenedModel> => ({
    ...found,
    definitions: await catalogue.definitions(found.model),
  });
  return {
    listModels: () => models.list(),
    readModel: async ({ model }) => opened(await models.read(model)),
    async openModelFile() {
      const file = await desktop.chooseModelFile();
      return file === undefined ? null : opened(await models.open(file));
    },
    saveModel: ({ model, content }) => models.save(model, content),
    async saveModelAs({ content }) {
      const file = await desktop.chooseExportFile(fileNameOf(content), 'model');
      return file === undefined ? null : models.saveAs(file, content);
    },
    forgetModel: ({ model }) => models.forget(model),
    listObjects: () => catalogue.list(),
    describeObjects: ({ objects }) => catalogue.describe(objects),
    describeResource: ({ objectId, resourceId }) => catalogue.describeResource(objectId, resourceId),
    async importObjects({ from }) {
      const places = await desktop.chooseObjectFiles(from);
      return places !== undefined && catalogue.import(places);
    },
    stopImport: () => catalogue.stop(),
  };
}

/** The part about what one device is made of. */
export function deviceModelHandlers(
  { models }: Pick<Application, 'models'>,
  device: Device,
): Pick<DeviceHandlers, 'useModel'> {
  return {
    async useModel({ model }) {
      const chosen = await models.chosen(model);
      await device.useModel(chosen);
      await models.use(chosen);
    },
  };
}
