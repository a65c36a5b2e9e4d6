import { CodedError, faultOf } from '../../shared/errors.ts';
import type { FileErrorCode } from '../../shared/errors.ts';
import type { BilingualName } from '../../shared/lwm2m.ts';
import { readWhole } from '../../shared/wholeRange.ts';
import type { WholeRange } from '../../shared/wholeRange.ts';
import { parseJsonWithLines } from './jsonWithLines.ts';
import type { JsonField, JsonNode, JsonSyntaxError } from './jsonWithLines.ts';

/** A JSON object with the line of each of its fields. */
export type ObjectNode = JsonNode & { kind: 'object' };

/**
 * A JSON file that a person has written: every complaint names file, line and field, as in `site.plan.json:7
 * plan.cases[2].id`. All functions throw a CodedError with the code of the file's kind.
 */
export class JsonFile {
  readonly name: string;
  readonly #code: FileErrorCode;

  constructor(name: string, code: FileErrorCode) {
    this.name = name;
    this.#code = code;
  }

  /** The complaint about a place. */
  wrong(line: number, field: string, rule: string): CodedError {
    const place = `${this.name}:${line}`;
    return new CodedError(this.#code, `${place}: ${field}: ${rule}`, `${place} ${field}`);
  }

  parse(text: string): JsonNode {
    try {
      return parseJsonWithLines(text);
    } catch (error) {
      throw this.wrong((error as JsonSyntaxError).line, 'JSON', faultOf(error).message);
    }
  }

  /** An object with no fields but these. */
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

  text({ line, value }: JsonField, field: string): string {
    if (value.kind !== 'string') throw this.wrong(line, field, `a text in quotes is expected, not ${value.kind}`);
    return value.text;
  }

  /** One of a few texts. */
  oneOf<T extends string>(found: JsonField, field: string, known: readonly string[]): T {
    const text = this.text(found, field);
    if (!known.includes(text)) throw this.wrong(found.line, field, `"${text}" is none of ${known.join(', ')}`);
    return text as T;
  }

  /** A whole number, in digits alone: neither `5.0` nor `5e0`. */
  whole({ line, value }: JsonField, field: string, range: WholeRange): number {
    const number = value.kind === 'number' ? readWhole(value.text, range) : undefined;
    if (number !== undefined) return number;
    throw this.wrong(line, field, `a whole number from ${range.min} to ${range.max} is expected`);
  }

  /** The entries of a list. */
  entries(node: ObjectNode, field: string, key: string): readonly JsonNode[] {
    const { line, value } = this.required(node, field, key);
    if (value.kind !== 'array') throw this.wrong(line, `${field}.${key}`, `a list is expected, not ${value.kind}`);
    return value.items;
  }

  /** The entries of a list that is not empty. */
  list(node: ObjectNode, field: string, key: string): readonly JsonNode[] {
    const entries = this.entries(node, field, key);
    if (entries.length === 0)
      throw this.wrong(this.required(node, field, key).line, `${field}.${key}`, 'the list is empty');
    return entries;
  }

  /** A name in both languages. */
  bilingual({ value }: JsonField, field: string): BilingualName {
    const node = this.object(value, field, ['zh', 'en']);
    return {
      zh: this.text(this.required(node, field, 'zh'), `${field}.zh`),
      en: this.text(this.required(node, field, 'en'), `${field}.en`),
    };
  }

  /** A field `version` with the one version that this program reads. */
  version(node: ObjectNode, field: string, version: number): void {
    const found = this.required(node, field, 'version');
    if (found.value.kind !== 'number' || Number(found.value.text) !== version) {
      throw this.wrong(found.line, `${field}.version`, `this program reads version ${version}`);
    }
  }
}
