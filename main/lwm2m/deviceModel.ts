import { defined } from '../../shared/defined.ts';
import { MAX_ID } from '../../shared/lwm2m.ts';
import { faultOf } from '../../shared/errors.ts';
import type { BilingualName, Operations, ResourceType, ResourceValue } from '../../shared/lwm2m.ts';
import { resourceDefinitionOf } from './definitions/lookup.ts';
import { JsonFile } from '../files/jsonFile.ts';
import type { ObjectNode } from '../files/jsonFile.ts';
import type { JsonNode } from '../files/jsonWithLines.ts';
import defaultModelJson from './models/default.model.json' with { type: 'json' };
import { requireValue } from './values.ts';

/** A resource of the device: what it is, who may do what, and the value it starts with (empty for executables). */
export interface ModelResource {
  readonly id: number;
  readonly type: ResourceType;
  readonly operations: Operations;
  readonly value: ResourceValue;
  /** Only when the file names it; else the definition table does. */
  readonly name?: BilingualName;
  readonly unit?: string;
}

/** An object instance; its resources stand in the order answers use. */
export interface ModelInstance {
  readonly id: number;
  readonly resources: readonly ModelResource[];
}

/** An object with its instances. */
export interface ModelObject {
  readonly id: number;
  readonly name?: BilingualName;
  readonly instances: readonly ModelInstance[];
}

/** What the device is made of: the content of a `*.model.json`. */
export interface DeviceModel {
  readonly name: string;
  readonly objects: readonly ModelObject[];
}

const FORMAT = 'mipl-device-model';
const VERSION = 1;
/** 65535 is reserved as instance id, LwM2M 1.0 §6.1. */
const MAX_INSTANCE_ID = 65534;

const types: readonly string[] = ['string', 'integer', 'float', 'boolean', 'opaque', 'time', 'objlnk', 'none'];
const accesses: readonly string[] = ['', 'R', 'W', 'RW', 'E'];

/** Walks the parsed file. */
class ModelReader {
  readonly #file: JsonFile;

  constructor(file: JsonFile) {
    this.#file = file;
  }

  name(node: ObjectNode, field: string): BilingualName | undefined {
    const found = node.fields.get('name');
    return found && this.#file.bilingual(found, `${field}.name`);
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
    const { line, value } = this.#file.required(node, field, 'value');
    if (value.kind !== 'string' && value.kind !== 'number' && value.kind !== 'boolean') {
      throw this.#file.wrong(line, place, `a text, number or boolean is expected, not ${value.kind}`);
    }
    try {
      return requireValue(type, value.text);
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
    const type = typeField ? this.#file.oneOf<ResourceType>(typeField, `${field}.type`, types) : definition.type;
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
      ...(unit === undefined ? {} : { unit: this.#file.text(unit, `${field}.unit`) }),
    };
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
    return {
      name: name === undefined ? this.#file.name : this.#file.text(name, 'model.name'),
      objects: this.list(node, 'model', 'objects', (entry, place) => this.modelObject(entry, place)),
    };
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
