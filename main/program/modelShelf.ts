import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { defined } from '../../shared/defined.ts';
import { modelCounts } from '../../shared/deviceModel.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { shippedModelId } from '../../shared/models.ts';
import type { ModelId, ModelInfo } from '../../shared/models.ts';
import type { ChosenModel } from '../device/programParts.ts';
import { writeWhole } from '../files/writeWhole.ts';
import { parseModel } from '../lwm2m/deviceModel.ts';
import { modelText } from '../lwm2m/modelText.ts';

/** So many models of one's own stand in the list; the one used longest ago leaves it first. */
const MOST_MODELS = 50;
/** The whole OMA registry as a model has less than 1 MB. */
const MAX_BYTES = 8 * 1024 * 1024;

/** What is kept of the list between two starts. */
interface Kept {
  readonly files: readonly string[];
  readonly used?: string;
}

const digestOf = (model: DeviceModel): string =>
  createHash('sha256').update(modelText(model)).digest('hex').slice(0, 16);
const idOf = (file: string): ModelId => createHash('sha256').update(file).digest('hex').slice(0, 16);

async function keptIn(file: string): Promise<Kept> {
  try {
    const given = JSON.parse(await readFile(file, 'utf8')) as { files?: unknown; used?: unknown };
    const files = Array.isArray(given.files) ? given.files.filter((one) => typeof one === 'string') : [];
    return { files: files.slice(0, MOST_MODELS), ...(typeof given.used === 'string' ? { used: given.used } : {}) };
  } catch {
    // Not there, or damaged: the files themselves are where they were, and can be opened again.
    return { files: [] };
  }
}

/** Reads a model. @throws CodedError `FILE_BAD_MODEL`, `FILE_NOT_FOUND`. */
async function modelIn(file: string): Promise<DeviceModel> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) {
      throw new CodedError('FILE_BAD_MODEL', `${basename(file)}: longer than 8 MB, which no model is`, basename(file));
    }
    text = new TextDecoder().decode(await readFile(file));
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError('FILE_NOT_FOUND', faultOf(error).message, basename(file), { cause: error });
  }
  return parseModel(text, basename(file));
}

/**
 * The device models of a person: the one that comes with the program, and files wherever they lie. The window names them by id
 * and never by path, so that it can read and write no other file. What is in a file is read anew whenever it is asked for.
 */
export class ModelShelf {
  readonly #shipped: DeviceModel;
  /** Where the list is kept; absent: nowhere. */
  readonly #listFile: string | undefined;
  /** Paths, the last used first. */
  #files: readonly string[];
  #used: { readonly file: string | undefined; readonly chosen: ChosenModel };
  #saving: Promise<unknown> = Promise.resolve();

  private constructor(shipped: DeviceModel, listFile: string | undefined, { files }: Kept) {
    this.#shipped = shipped;
    this.#listFile = listFile;
    this.#files = files;
    this.#used = this.#shippedUsed();
  }

  /** @param onFault hears that the model that was used last cannot be read; the shipped one stands in then */
  static async open(
    shipped: DeviceModel,
    listFile: string | undefined,
    onFault: (error: unknown) => void,
  ): Promise<ModelShelf> {
    const kept: Kept = listFile === undefined ? { files: [] } : await keptIn(listFile);
    const shelf = new ModelShelf(shipped, listFile, kept);
    const { used } = kept;
    // What is not in the list was taken off it: nobody wants that to come back by itself.
    if (used === undefined || !shelf.#files.includes(used)) return shelf;
    try {
      shelf.#used = { file: used, chosen: await shelf.#chosenIn(used) };
    } catch (error) {
      onFault(error);
    }
    return shelf;
  }

  /** What a new device is made of. */
  get used(): ChosenModel {
    return this.#used.chosen;
  }

  /** All models with what is in their files now. */
  async list(): Promise<ModelInfo[]> {
    const own = await Promise.all(this.#files.map((file) => this.#infoOf(file)));
    return [this.#shippedInfo(), ...own];
  }

  /** A model and its entry in the list. @throws CodedError `FILE_BAD_MODEL`, `FILE_NOT_FOUND`. */
  async read(id: ModelId): Promise<{ readonly info: ModelInfo; readonly model: DeviceModel }> {
    if (id === shippedModelId) return { info: this.#shippedInfo(), model: this.#shipped };
    const file = this.#fileOf(id);
    const model = await modelIn(file);
    return { info: this.#infoFor(file, model), model };
  }

  /** Reads a file and puts it into the list. @throws CodedError `FILE_BAD_MODEL`, `FILE_NOT_FOUND`; nothing has changed then. */
  async open(file: string): Promise<{ readonly info: ModelInfo; readonly model: DeviceModel }> {
    const model = await modelIn(file);
    await this.#putFirst(file);
    return { info: this.#infoFor(file, model), model };
  }

  /** Writes a model to the file that it came from. @throws CodedError `FILE_BAD_MODEL`, `FILE_NOT_FOUND`, `FILE_NOT_WRITTEN`. */
  async save(id: ModelId, model: DeviceModel): Promise<ModelInfo> {
    return this.saveAs(this.#fileOf(id), model);
  }

  /** Writes a model to a file and puts that into the list. @throws CodedError `FILE_BAD_MODEL`, `FILE_NOT_WRITTEN`. */
  async saveAs(file: string, model: DeviceModel): Promise<ModelInfo> {
    const text = modelText(model);
    // By the rules by which it will be read: what cannot be read again must not take the place of what can.
    const written = parseModel(text, basename(file));
    await writeWhole(file, text);
    await this.#putFirst(file);
    return this.#infoFor(file, written);
  }

  /**
   * Takes a model off the list; its file stays. Where new devices were made of it they are made of the shipped one from now on; a
   * device that is made of it goes on as it is.
   */
  async forget(id: ModelId): Promise<void> {
    this.#files = this.#files.filter((file) => idOf(file) !== id);
    if (this.#used.chosen.state.id === id) this.#used = this.#shippedUsed();
    await this.#keep();
  }

  /** The model as a device can be made of it. @throws CodedError `FILE_BAD_MODEL`, `FILE_NOT_FOUND`. */
  async chosen(id: ModelId): Promise<ChosenModel> {
    return id === shippedModelId ? this.#asShipped() : this.#chosenIn(this.#fileOf(id));
  }

  /** New devices are made of this one from now on, also after the next start. */
  async use(chosen: ChosenModel): Promise<void> {
    const file = this.#files.find((one) => idOf(one) === chosen.state.id);
    this.#used = { file, chosen };
    if (file === undefined) await this.#keep();
    else await this.#putFirst(file);
  }

  #asShipped(): ChosenModel {
    const { name } = this.#shipped;
    return { model: this.#shipped, state: { id: shippedModelId, name, digest: digestOf(this.#shipped) } };
  }

  async #chosenIn(file: string): Promise<ChosenModel> {
    const model = await modelIn(file);
    return { model, state: { id: idOf(file), name: model.name, digest: digestOf(model) } };
  }

  #shippedUsed(): { readonly file: undefined; readonly chosen: ChosenModel } {
    return { file: undefined, chosen: this.#asShipped() };
  }

  #shippedInfo(): ModelInfo {
    const { file: _file, ...info } = infoOf('', this.#shipped);
    return { ...info, id: shippedModelId, ...this.#usedMark(shippedModelId) };
  }

  #infoFor(file: string, model: DeviceModel): ModelInfo {
    return { ...infoOf(file, model), ...this.#usedMark(idOf(file)) };
  }

  #usedMark(id: ModelId): Pick<ModelInfo, 'isUsed'> {
    return this.#used.chosen.state.id === id ? { isUsed: true } : {};
  }

  async #infoOf(file: string): Promise<ModelInfo> {
    try {
      return this.#infoFor(file, await modelIn(file));
    } catch (error) {
      const [id, name] = [idOf(file), basename(file)];
      const fault = faultOf(error);
      return { id, name, file: name, digest: '', objectIds: [], resourceCount: 0, fault, ...this.#usedMark(id) };
    }
  }

  #fileOf(id: ModelId): string {
    const file = this.#files.find((one) => idOf(one) === id);
    if (file === undefined) throw new CodedError('FILE_NOT_FOUND', 'There is no such model in the list', id);
    return file;
  }

  async #putFirst(file: string): Promise<void> {
    const files = [file, ...this.#files.filter((one) => one !== file)];
    this.#files = files.filter((one, at) => at < MOST_MODELS || one === this.#used.file);
    await this.#keep();
  }

  /** One after the other: the last one must win. */
  async #keep(): Promise<void> {
    const file = this.#listFile;
    if (file === undefined) return;
    const kept: Kept = { files: this.#files, ...defined({ used: this.#used.file }) };
    const saving = this.#saving.then(() => writeWhole(file, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 }));
    this.#saving = saving.catch(() => undefined);
    await saving;
  }
}

function infoOf(file: string, model: DeviceModel): ModelInfo {
  return {
    id: idOf(file),
    name: model.name,
    file: basename(file),
    digest: digestOf(model),
    objectIds: model.objects.map(({ id }) => id),
    resourceCount: modelCounts(model).resources,
  };
}
