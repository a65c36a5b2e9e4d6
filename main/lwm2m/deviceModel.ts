import { defined } from '../../shared/defined.ts';
import { MAX_INSTANCE_ID, MAX_MODEL_RESOURCES, modelCounts, modelTextLimits } from '../../shared/deviceModel.ts';
import type { DeviceModel, ModelInstance, ModelObject, ModelResource } from '../../shared/deviceModel.ts';
import { MAX_ID, operations as accesses, resourceTypes } from '../../shared/lwm2m.ts';
import { faultOf } from '../../shared/errors.ts';
import type { BilingualName, Operations, ResourceType, ResourceValue } from '../../shared/lwm2m.ts';
import { resourceDefinitionOf } from './definitions/lookup.ts';
import { JsonFile } from '../files/jsonFile.ts';
import type { ObjectNode } from '../files/jsonFile.ts';
import type { JsonField, JsonNode } from '../files/jsonWithLines.ts';
import defaultModelJson from './models/default.model.json' with { type: 'json' };
import { requireValue } from './values.ts';

const FORMAT = 'mipl-device-model';
const VERSION = 1;

/** Walks the parsed file. */
class ModelReader {
  readonly #file: JsonFile;

  constructor(file: JsonFile) {
    this.#file = file;
  }

  name(node: ObjectNode, field: string): BilingualName | undefined {
    const found = node.fields.get('name');
    if (!found) return undefined;
    const name = this.#file.bilingual(found, `${field}.name`);
    this.#bounded(found, `${field}.name`, name.zh.length > name.en.length ? name.zh : name.en, modelTextLimits.name);
    return name;
  }

  /** A text that is no longer than the editor and the screen take. */
  #bounded({ line }: JsonField, field: string, text: string, most: number): string {
    if (text.length <= most) return text;
    throw this.#file.wrong(line, field, `at most ${most} characters, not ${text.length}`);
  }

  id(node: ObjectNode, field: string, max: number): number {
    return this.#file.whole(this.#file.required(node, field, 'id'), `${field}.id`, { min: 0, max });
  }

  /** The entries of a list, each with an id that stands only once. */
  list<T extends { readonly id: number }>(
    node: ObjectNode,
    field: string,
    key: string,
    read: (item: JsonNode, itemField: string) => T,
  ): T[] {
    const ids = new Set<number>();
    return this.#file.list(node, field, key).map((item, index) => {
      const place = `${field}.${key}[${index}]`;
      const entry = read(item, place);
      if (ids.has(entry.id)) throw this.#file.wrong(item.line, `${place}.id`, `${entry.id} stands twice`);
      ids.add(entry.id);
      return entry;
    });
  }

  value(node: ObjectNode, field: string, type: ResourceType): ResourceValue {
    const place = `${field}.value`;
    if (type === 'none') {
      const given = node.fields.get('value');
      if (given !== undefined) throw this.#file.wrong(given.line, place, 'an executable resource has no value');
      return '';
    }
    const given = this.#file.required(node, field, 'value');
    const { line, value } = given;
    if (value.kind !== 'string' && value.kind !== 'number' && value.kind !== 'boolean') {
      throw this.#file.wrong(line, place, `a text, number or boolean is expected, not ${value.kind}`);
    }
    const text = this.#bounded(given, place, value.text, modelTextLimits.value);
    try {
      return requireValue(type, text);
    } catch (error) {
      throw this.#file.wrong(line, place, faultOf(error).message);
    }
  }

  resource(item: JsonNode, field: string, objectId: number): ModelResource {
    const node = this.#file.object(item, field, ['id', 'type', 'access', 'value', 'name', 'unit']);
    const id = this.id(node, field, MAX_ID);
    const definition = resourceDefinitionOf(objectId, id);
    const typeField = node.fields.get('type');
    const accessField = node.fields.get('access');
    if (!definition.isKnown && typeField === undefined) {
      throw this.#file.wrong(
        node.line,
        `${field}.type`,
        `the field is missing, and resource ${id} is in no definition`,
      );
    }
    const type = typeField
      ? this.#file.oneOf<ResourceType>(typeField, `${field}.type`, resourceTypes)
      : definition.type;
    const operations = accessField
      ? this.#file.oneOf<Operations>(accessField, `${field}.access`, accesses)
      : definition.operations;
    if ((operations === 'E') !== (type === 'none')) {
      throw this.#file.wrong(
        (accessField ?? node).line,
        `${field}.access`,
        `"${operations}" does not go with type ${type}`,
      );
    }
    const name = this.name(node, field);
    const unit = node.fields.get('unit');
    return {
      id,
      type,
      operations,
      value: this.value(node, field, type),
      ...defined({ name }),
      ...(unit === undefined ? {} : { unit: this.#unit(unit, `${field}.unit`) }),
    };
  }

  #unit(found: JsonField, field: string): string {
    return this.#bounded(found, field, this.#file.text(found, field), modelTextLimits.unit);
  }

  instance(item: JsonNode, field: string, objectId: number): ModelInstance {
    const node = this.#file.object(item, field, ['id', 'resources']);
    return {
      id: this.id(node, field, MAX_INSTANCE_ID),
      resources: this.list(node, field, 'resources', (entry, place) => this.resource(entry, place, objectId)),
    };
  }

  modelObject(item: JsonNode, field: string): ModelObject {
    const node = this.#file.object(item, field, ['id', 'name', 'instances']);
    const id = this.id(node, field, MAX_ID);
    const name = this.name(node, field);
    return {
      id,
      ...defined({ name }),
      instances: this.list(node, field, 'instances', (entry, place) => this.instance(entry, place, id)),
    };
  }

  model(root: JsonNode): DeviceModel {
    const node = this.#file.object(root, 'model', ['format', 'version', 'name', 'objects']);
    this.#file.oneOf(this.#file.required(node, 'model', 'format'), 'model.format', [FORMAT]);
    this.#file.version(node, 'model', VERSION);
    const name = node.fields.get('name');
    const model: DeviceModel = {
      name:
        name === undefined
          ? this.#file.name.slice(-modelTextLimits.name)
          : this.#bounded(name, 'model.name', this.#file.text(name, 'model.name'), modelTextLimits.name),
      objects: this.list(node, 'model', 'objects', (entry, place) => this.modelObject(entry, place)),
    };
    const { resources } = modelCounts(model);
    if (resources > MAX_MODEL_RESOURCES) {
      throw this.#file.wrong(node.line, 'model.objects', `at most ${MAX_MODEL_RESOURCES} resources, not ${resources}`);
    }
    return model;
  }
}

/**
 * Reads the text of a `*.model.json`. `type` and `access` may be left out where the definition table knows the
 * resource; values are texts, or JSON numbers and booleans, which keep their spelling. Throws `FILE_BAD_MODEL`; message
 * and detail begin with `<file name>:<line>` and name the field, as in `model.objects[0].instances[1].id`.
 */
export function parseModel(text: string, fileName: string): DeviceModel {
  const file = new JsonFile(fileName, 'FILE_BAD_MODEL');
  return new ModelReader(file).model(file.parse(text));
}

/** The shipped model: objects 3303 and 3306 with the values of the OneNET document, chapters 3.2 and 3.5. */
export const defaultModel: DeviceModel = parseModel(JSON.stringify(defaultModelJson), 'default.model.json');
