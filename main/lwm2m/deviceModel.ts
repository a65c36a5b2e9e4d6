import { MAX_ID } from '../../shared/lwm2m.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { BilingualName, Operations, ResourceType, ResourceValue } from '../../shared/lwm2m.ts';
import { resourceDefinitionOf } from './definitions/lookup.ts';
import { parseJsonWithLines } from './jsonWithLines.ts';
import type { JsonField, JsonNode, JsonSyntaxError } from './jsonWithLines.ts';
import defaultModelJson from './models/default.model.json' with { type: 'json' };
import { checkValue } from './values.ts';

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

type ObjectNode = JsonNode & { kind: 'object' };

/** Walks the parsed file; every complaint names file, line and field. */
class ModelReader {
  readonly #fileName: string;

  constructor(fileName: string) {
    this.#fileName = fileName;
  }

  wrong(line: number, field: string, rule: string): CodedError {
    const place = `${this.#fileName}:${line}`;
    return new CodedError('FILE_BAD_MODEL', `${place}: ${field}: ${rule}`, `${place} ${field}`);
  }

  object(node: JsonNode, field: string, known: readonly string[]): ObjectNode {
    if (node.kind !== 'object') throw this.wrong(node.line, field, `an object is expected, not ${node.kind}`);
    for (const [key, { line }] of node.fields) {
      if (!known.includes(key)) {
        throw this.wrong(line, `${field}.${key}`, `unknown field; known are ${known.join(', ')}`);
      }
    }
    return node;
  }

  required(node: ObjectNode, field: string, key: string): JsonField {
    const found = node.fields.get(key);
    if (found === undefined) throw this.wrong(node.line, `${field}.${key}`, 'the field is missing');
    return found;
  }

  text(found: JsonField, field: string): string {
    if (found.value.kind !== 'string') {
      throw this.wrong(found.line, field, `a text in quotes is expected, not ${found.value.kind}`);
    }
    return found.value.text;
  }

  oneOf<T extends string>(found: JsonField, field: string, known: readonly string[]): T {
    const text = this.text(found, field);
    if (!known.includes(text)) throw this.wrong(found.line, field, `"${text}" is none of ${known.join(', ')}`);
    return text as T;
  }

  name(node: ObjectNode, field: string): BilingualName | undefined {
    const found = node.fields.get('name');
    if (found === undefined) return undefined;
    const both = this.object(found.value, `${field}.name`, ['zh', 'en']);
    const part = (key: string): string => this.text(this.required(both, `${field}.name`, key), `${field}.name.${key}`);
    return { zh: part('zh'), en: part('en') };
  }

  id(node: ObjectNode, field: string, max: number): number {
    const { line, value } = this.required(node, field, 'id');
    const id = value.kind === 'number' && /^\d{1,5}$/.test(value.text) ? Number(value.text) : Infinity;
    if (id > max) throw this.wrong(line, `${field}.id`, `a whole number from 0 to ${max} is expected`);
    return id;
  }

  /** The entries of a list, each with an id that stands only once. */
  list<T extends { readonly id: number }>(
    node: ObjectNode,
    field: string,
    key: string,
    read: (item: JsonNode, itemField: string) => T,
  ): T[] {
    const { line, value } = this.required(node, field, key);
    const place = `${field}.${key}`;
    if (value.kind !== 'array') throw this.wrong(line, place, `a list is expected, not ${value.kind}`);
    if (value.items.length === 0) throw this.wrong(line, place, 'the list is empty');
    const ids = new Set<number>();
    return value.items.map((item, index) => {
      const entry = read(item, `${place}[${index}]`);
      if (ids.has(entry.id)) throw this.wrong(item.line, `${place}[${index}].id`, `${entry.id} stands twice`);
      ids.add(entry.id);
      return entry;
    });
  }

  value(node: ObjectNode, field: string, type: ResourceType): ResourceValue {
    const place = `${field}.value`;
    if (type === 'none') {
      const given = node.fields.get('value');
      if (given !== undefined) throw this.wrong(given.line, place, 'an executable resource has no value');
      return '';
    }
    const { line, value } = this.required(node, field, 'value');
    if (value.kind !== 'string' && value.kind !== 'number' && value.kind !== 'boolean') {
      throw this.wrong(line, place, `a text, number or boolean is expected, not ${value.kind}`);
    }
    try {
      return checkValue(type, value.text);
    } catch (error) {
      throw this.wrong(line, place, faultOf(error).message);
    }
  }

  resource(item: JsonNode, field: string, objectId: number): ModelResource {
    const node = this.object(item, field, ['id', 'type', 'access', 'value', 'name', 'unit']);
    const id = this.id(node, field, MAX_ID);
    const definition = resourceDefinitionOf(objectId, id);
    const typeField = node.fields.get('type');
    const accessField = node.fields.get('access');
    if (!definition.isKnown && typeField === undefined) {
      throw this.wrong(node.line, `${field}.type`, `the field is missing, and resource ${id} is in no definition`);
    }
    const type = typeField ? this.oneOf<ResourceType>(typeField, `${field}.type`, types) : definition.type;
    const operations = accessField
      ? this.oneOf<Operations>(accessField, `${field}.access`, accesses)
      : definition.operations;
    if ((operations === 'E') !== (type === 'none')) {
      throw this.wrong((accessField ?? node).line, `${field}.access`, `"${operations}" does not go with type ${type}`);
    }
    const name = this.name(node, field);
    const unit = node.fields.get('unit');
    return {
      id,
      type,
      operations,
      value: this.value(node, field, type),
      ...(name === undefined ? {} : { name }),
      ...(unit === undefined ? {} : { unit: this.text(unit, `${field}.unit`) }),
    };
  }

  instance(item: JsonNode, field: string, objectId: number): ModelInstance {
    const node = this.object(item, field, ['id', 'resources']);
    return {
      id: this.id(node, field, MAX_INSTANCE_ID),
      resources: this.list(node, field, 'resources', (entry, place) => this.resource(entry, place, objectId)),
    };
  }

  modelObject(item: JsonNode, field: string): ModelObject {
    const node = this.object(item, field, ['id', 'name', 'instances']);
    const id = this.id(node, field, MAX_ID);
    const name = this.name(node, field);
    return {
      id,
      ...(name === undefined ? {} : { name }),
      instances: this.list(node, field, 'instances', (entry, place) => this.instance(entry, place, id)),
    };
  }

  model(root: JsonNode): DeviceModel {
    const node = this.object(root, 'model', ['format', 'version', 'name', 'objects']);
    this.oneOf(this.required(node, 'model', 'format'), 'model.format', [FORMAT]);
    const version = this.required(node, 'model', 'version');
    if (version.value.kind !== 'number' || Number(version.value.text) !== VERSION) {
      throw this.wrong(version.line, 'model.version', `this program reads version ${VERSION}`);
    }
    const name = node.fields.get('name');
    return {
      name: name === undefined ? this.#fileName : this.text(name, 'model.name'),
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
  const reader = new ModelReader(fileName);
  let root: JsonNode;
  try {
    root = parseJsonWithLines(text);
  } catch (error) {
    throw reader.wrong((error as JsonSyntaxError).line, 'JSON', faultOf(error).message);
  }
  return reader.model(root);
}

/** The shipped model: objects 3303 and 3306 with the values of the OneNET document, chapters 3.2 and 3.5. */
export const defaultModel: DeviceModel = parseModel(JSON.stringify(defaultModelJson), 'default.model.json');
