import { maxPlanCases } from '../../../shared/acceptance.ts';
import { CodedError, faultOf } from '../../../shared/errors.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import { parseJsonWithLines } from '../../lwm2m/jsonWithLines.ts';
import type { JsonField, JsonNode, JsonSyntaxError } from '../../lwm2m/jsonWithLines.ts';
import { documentCases } from '../cases/cases.ts';
import { compileLinePattern } from '../run/linePattern.ts';
import { ownCase } from '../cases/ownCase.ts';
import type { OwnStep } from '../cases/ownCase.ts';
import { planFormat, planRepeatLimit, planVersion } from './plan.ts';
import type { Plan, PlanItem } from './plan.ts';
import { comparisons, needTexts } from '../cases/steps.ts';
import type { Comparison, Need } from '../cases/steps.ts';
import { say } from '../cases/words.ts';

const MAX_SECONDS = 3600;
const OWN_LIMIT_SECONDS = 60;

type ObjectNode = JsonNode & { kind: 'object' };

/** Walks the parsed file; every complaint names file, line and field. */
class PlanReader {
  readonly #fileName: string;

  constructor(fileName: string) {
    this.#fileName = fileName;
  }

  wrong(line: number, field: string, rule: string): CodedError {
    const place = `${this.#fileName}:${line}`;
    return new CodedError('FILE_BAD_PLAN', `${place}: ${field}: ${rule}`, `${place} ${field}`);
  }

  plan(root: JsonNode): Plan {
    const node = this.#object(root, 'plan', ['format', 'version', 'name', 'declaredVersion', 'cases']);
    const format = this.#text(this.#required(node, 'plan', 'format'), 'plan.format');
    if (format !== planFormat) throw this.wrong(node.line, 'plan.format', `"${planFormat}" is expected`);
    const version = this.#required(node, 'plan', 'version');
    if (version.value.kind !== 'number' || Number(version.value.text) !== planVersion) {
      throw this.wrong(version.line, 'plan.version', `this program reads version ${planVersion}`);
    }
    const name = node.fields.get('name');
    const declared = node.fields.get('declaredVersion');
    const items = this.#list(node, 'plan', 'cases').flatMap((item, index) => this.#item(item, `plan.cases[${index}]`));
    if (items.length > maxPlanCases) throw this.wrong(node.line, 'plan.cases', `at most ${maxPlanCases} cases`);
    return {
      name: name === undefined ? this.#fileName : this.#text(name, 'plan.name'),
      items,
      ...(declared === undefined ? {} : { declaredVersion: this.#text(declared, 'plan.declaredVersion') }),
    };
  }

  #item(node: JsonNode, field: string): PlanItem[] {
    if (node.kind === 'string') return [this.#known(node.text, node.line, field)];
    const object = this.#object(node, field, [
      ...['case', 'repeat', 'skip', 'by'],
      ...['id', 'title', 'needs', 'limitSeconds', 'steps'],
    ]);
    const named = object.fields.get('case');
    const item = named ? this.#documents(object, named, field) : this.#own(object, field);
    const repeat = this.#whole(object, field, 'repeat', 1, planRepeatLimit) ?? 1;
    const skip = object.fields.get('skip');
    const by = object.fields.get('by');
    if (by && !skip) throw this.wrong(by.line, `${field}.by`, 'goes with "skip" only');
    const whole: PlanItem = skip
      ? {
          ...item,
          skip: {
            reason: this.#text(skip, `${field}.skip`),
            by: by ? this.#text(by, `${field}.by`) : this.#fileName,
          },
        }
      : item;
    return Array.from({ length: repeat }, () => whole);
  }

  #documents(object: ObjectNode, named: JsonField, field: string): PlanItem {
    const stray = ['id', 'title', 'needs', 'limitSeconds', 'steps'].find((key) => object.fields.has(key));
    if (stray !== undefined) throw this.wrong(object.line, `${field}.${stray}`, 'does not go with "case"');
    return this.#known(this.#text(named, `${field}.case`), named.line, `${field}.case`);
  }

  #known(id: string, line: number, field: string): PlanItem {
    const definition = documentCases.find((one) => one.id === id);
    if (definition) return { definition };
    const ids = documentCases.map((one) => one.id).join(', ');
    throw this.wrong(line, field, `"${id}" is none of ${ids}`);
  }

  #own(node: ObjectNode, field: string): PlanItem {
    const idField = this.#required(node, field, 'id');
    const id = this.#text(idField, `${field}.id`);
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(id) || documentCases.some((one) => one.id === id)) {
      throw this.wrong(idField.line, `${field}.id`, 'letters, digits, ".", "_", "-", and no id of the document');
    }
    const needs = node.fields.get('needs');
    const need = needs ? this.#oneOf<Need>(needs, `${field}.needs`, Object.keys(needTexts)) : 'module';
    const steps = this.#list(node, field, 'steps').map((step, index) => this.#step(step, `${field}.steps[${index}]`));
    const title = node.fields.get('title');
    const limitSeconds = this.#whole(node, field, 'limitSeconds', 1, MAX_SECONDS) ?? OWN_LIMIT_SECONDS;
    return {
      definition: ownCase({
        id,
        title: title ? this.#name(title, `${field}.title`) : say(id, id),
        need,
        limitSeconds,
        steps,
      }),
    };
  }

  #step(item: JsonNode, field: string): OwnStep {
    const known = ['send', 'final', 'expect', 'within', 'compare', 'with', 'to'];
    if (item.kind !== 'object') throw this.wrong(item.line, field, `an object is expected, not ${item.kind}`);
    const kind = ['send', 'expect', 'compare'].filter((key) => item.fields.has(key));
    if (kind.length !== 1) {
      const found = [...item.fields.keys()].join(', ') || 'nothing';
      throw this.wrong(item.line, field, `unknown step (${found}); a step has one of send, expect, compare`);
    }
    const node = this.#object(item, field, known);
    const allowed = { send: ['send', 'final'], expect: ['expect', 'within'], compare: ['compare', 'with', 'to'] };
    const keys = allowed[kind[0] as keyof typeof allowed];
    for (const [key, { line }] of node.fields) {
      if (!keys.includes(key)) throw this.wrong(line, `${field}.${key}`, `does not go with "${kind[0]}"`);
    }
    if (kind[0] === 'send') return this.#sendStep(node, field);
    if (kind[0] === 'expect') return this.#expectStep(node, field);
    const left = this.#text(this.#required(node, field, 'compare'), `${field}.compare`);
    const how = node.fields.get('with');
    const right = this.#required(node, field, 'to');
    if (right.value.kind !== 'string' && right.value.kind !== 'number') {
      throw this.wrong(right.line, `${field}.to`, `a text or a number is expected, not ${right.value.kind}`);
    }
    return {
      do: 'compare',
      left,
      with: how ? this.#oneOf<Comparison>(how, `${field}.with`, comparisons) : '=',
      right: right.value.text,
    };
  }

  #sendStep(node: ObjectNode, field: string): OwnStep {
    const sent = this.#required(node, field, 'send');
    const line = this.#text(sent, `${field}.send`);
    if (line === '' || /[\u0000-\u001f\u007f]/.test(line)) {
      throw this.wrong(sent.line, `${field}.send`, 'a command line has text and no control characters');
    }
    const final = node.fields.get('final');
    const finals = ['OK', 'ERROR', 'any'] as const;
    return {
      do: 'send',
      line,
      ...(final ? { final: this.#oneOf<(typeof finals)[number]>(final, `${field}.final`, finals) } : {}),
    };
  }

  #expectStep(node: ObjectNode, field: string): OwnStep {
    const expected = this.#required(node, field, 'expect');
    const pattern = this.#text(expected, `${field}.expect`);
    try {
      // Remembered texts stand in place of {name} later; any word will do to see whether the pattern is one.
      compileLinePattern(pattern.replace(/(?<!\\)\{[A-Za-z]\w*\}/g, 'x'));
    } catch (error) {
      throw this.wrong(expected.line, `${field}.expect`, faultOf(error).message);
    }
    return { do: 'expect', pattern, seconds: this.#whole(node, field, 'within', 1, MAX_SECONDS) ?? 5 };
  }

  #object(node: JsonNode, field: string, known: readonly string[]): ObjectNode {
    if (node.kind !== 'object') throw this.wrong(node.line, field, `an object is expected, not ${node.kind}`);
    for (const [key, { line }] of node.fields) {
      if (!known.includes(key))
        throw this.wrong(line, `${field}.${key}`, `unknown field; known are ${known.join(', ')}`);
    }
    return node;
  }

  #required(node: ObjectNode, field: string, key: string): JsonField {
    const found = node.fields.get(key);
    if (!found) throw this.wrong(node.line, `${field}.${key}`, 'the field is missing');
    return found;
  }

  #text({ line, value }: JsonField, field: string): string {
    if (value.kind !== 'string') throw this.wrong(line, field, `a text in quotes is expected, not ${value.kind}`);
    return value.text;
  }

  #oneOf<T extends string>(found: JsonField, field: string, known: readonly string[]): T {
    const text = this.#text(found, field);
    if (!known.includes(text)) throw this.wrong(found.line, field, `"${text}" is none of ${known.join(', ')}`);
    return text as T;
  }

  #name(found: JsonField, field: string): BilingualName {
    if (found.value.kind === 'string') return say(found.value.text, found.value.text);
    const node = this.#object(found.value, field, ['zh', 'en']);
    return {
      zh: this.#text(this.#required(node, field, 'zh'), `${field}.zh`),
      en: this.#text(this.#required(node, field, 'en'), `${field}.en`),
    };
  }

  #whole(node: ObjectNode, field: string, key: string, min: number, max: number): number | undefined {
    const found = node.fields.get(key);
    if (!found) return undefined;
    const value = found.value.kind === 'number' ? Number(found.value.text) : NaN;
    if (!Number.isInteger(value) || value < min || value > max) {
      throw this.wrong(found.line, `${field}.${key}`, `a whole number from ${min} to ${max} is expected`);
    }
    return value;
  }

  #list(node: ObjectNode, field: string, key: string): readonly JsonNode[] {
    const { line, value } = this.#required(node, field, key);
    if (value.kind !== 'array') throw this.wrong(line, `${field}.${key}`, `a list is expected, not ${value.kind}`);
    if (value.items.length === 0) throw this.wrong(line, `${field}.${key}`, 'the list is empty');
    return value.items;
  }
}

/**
 * Reads the text of a plan: cases of the document by id, in any order and number, and cases of one's own.
 * @throws CodedError `FILE_BAD_PLAN`; message and detail begin with `<file name>:<line>` and name the field.
 */
export function parsePlan(text: string, fileName: string): Plan {
  const reader = new PlanReader(fileName);
  let root: JsonNode;
  try {
    root = parseJsonWithLines(text);
  } catch (error) {
    throw reader.wrong((error as JsonSyntaxError).line, 'JSON', faultOf(error).message);
  }
  return reader.plan(root);
}
