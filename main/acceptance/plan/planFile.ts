import { maxPlanCases } from '../../../shared/acceptance.ts';
import { faultOf } from '../../../shared/errors.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import { JsonFile } from '../../files/jsonFile.ts';
import type { ObjectNode } from '../../files/jsonFile.ts';
import type { JsonField, JsonNode } from '../../files/jsonWithLines.ts';
import type { WholeRange } from '../../../shared/wholeRange.ts';
import type { CaseDefinition } from '../cases/caseDefinition.ts';
import { documentCases } from '../cases/cases.ts';
import { compileLinePattern } from '../../log/linePattern.ts';
import { ownCase } from '../cases/ownCase.ts';
import type { OwnStep } from '../cases/ownCase.ts';
import { planFormat, planRepeatLimit, planVersion } from './plan.ts';
import type { Plan, PlanItem } from './plan.ts';
import { comparisons, needTexts, placeholder } from '../cases/steps.ts';
import type { Comparison, Need } from '../cases/steps.ts';
import { say } from '../cases/words.ts';

const limits = { min: 1, max: 3600 };
const OWN_LIMIT_SECONDS = 60;

/** Walks the parsed file. */
class PlanReader {
  readonly #file: JsonFile;
  /** Cases that a plan may name. */
  readonly #cases: readonly CaseDefinition[];

  constructor(file: JsonFile, cases: readonly CaseDefinition[]) {
    this.#file = file;
    this.#cases = cases;
  }

  plan(root: JsonNode): Plan {
    const node = this.#file.object(root, 'plan', ['format', 'version', 'name', 'declaredVersion', 'cases']);
    const format = this.#file.text(this.#file.required(node, 'plan', 'format'), 'plan.format');
    if (format !== planFormat) throw this.#file.wrong(node.line, 'plan.format', `"${planFormat}" is expected`);
    this.#file.version(node, 'plan', planVersion);
    const name = node.fields.get('name');
    const declared = node.fields.get('declaredVersion');
    const items = this.#file
      .list(node, 'plan', 'cases')
      .flatMap((item, index) => this.#item(item, `plan.cases[${index}]`));
    if (items.length > maxPlanCases) throw this.#file.wrong(node.line, 'plan.cases', `at most ${maxPlanCases} cases`);
    return {
      name: name === undefined ? this.#file.name : this.#file.text(name, 'plan.name'),
      items,
      ...(declared === undefined ? {} : { declaredVersion: this.#file.text(declared, 'plan.declaredVersion') }),
    };
  }

  #item(node: JsonNode, field: string): PlanItem[] {
    if (node.kind === 'string') return [this.#known(node.text, node.line, field)];
    const object = this.#file.object(node, field, [
      ...['case', 'repeat', 'skip', 'by'],
      ...['id', 'title', 'needs', 'limitSeconds', 'steps'],
    ]);
    const named = object.fields.get('case');
    const item = named ? this.#documents(object, named, field) : this.#own(object, field);
    const repeat = this.#whole(object, field, 'repeat', { min: 1, max: planRepeatLimit }) ?? 1;
    const skip = object.fields.get('skip');
    const by = object.fields.get('by');
    if (by && !skip) throw this.#file.wrong(by.line, `${field}.by`, 'goes with "skip" only');
    const whole: PlanItem = skip
      ? {
          ...item,
          skip: {
            reason: this.#file.text(skip, `${field}.skip`),
            by: by ? this.#file.text(by, `${field}.by`) : this.#file.name,
          },
        }
      : item;
    return Array.from({ length: repeat }, () => whole);
  }

  #documents(object: ObjectNode, named: JsonField, field: string): PlanItem {
    const stray = ['id', 'title', 'needs', 'limitSeconds', 'steps'].find((key) => object.fields.has(key));
    if (stray !== undefined) throw this.#file.wrong(object.line, `${field}.${stray}`, 'does not go with "case"');
    return this.#known(this.#file.text(named, `${field}.case`), named.line, `${field}.case`);
  }

  #known(id: string, line: number, field: string): PlanItem {
    const definition = this.#cases.find((one) => one.id === id);
    if (definition) return { definition };
    const ids = this.#cases.map((one) => one.id).join(', ');
    throw this.#file.wrong(line, field, `"${id}" is none of ${ids}`);
  }

  #own(node: ObjectNode, field: string): PlanItem {
    const idField = this.#file.required(node, field, 'id');
    const id = this.#file.text(idField, `${field}.id`);
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(id) || this.#cases.some((one) => one.id === id)) {
      throw this.#file.wrong(idField.line, `${field}.id`, 'letters, digits, ".", "_", "-", and no id of the document');
    }
    const needs = node.fields.get('needs');
    const need = needs ? this.#file.oneOf<Need>(needs, `${field}.needs`, Object.keys(needTexts)) : 'module';
    const steps = this.#file
      .list(node, field, 'steps')
      .map((step, index) => this.#step(step, `${field}.steps[${index}]`));
    const title = node.fields.get('title');
    const limitSeconds = this.#whole(node, field, 'limitSeconds', limits) ?? OWN_LIMIT_SECONDS;
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
    if (item.kind !== 'object') throw this.#file.wrong(item.line, field, `an object is expected, not ${item.kind}`);
    const kind = ['send', 'expect', 'compare'].filter((key) => item.fields.has(key));
    if (kind.length !== 1) {
      const found = [...item.fields.keys()].join(', ') || 'nothing';
      throw this.#file.wrong(item.line, field, `unknown step (${found}); a step has one of send, expect, compare`);
    }
    const node = this.#file.object(item, field, known);
    const allowed = { send: ['send', 'final'], expect: ['expect', 'within'], compare: ['compare', 'with', 'to'] };
    const keys = allowed[kind[0] as keyof typeof allowed];
    for (const [key, { line }] of node.fields) {
      if (!keys.includes(key)) throw this.#file.wrong(line, `${field}.${key}`, `does not go with "${kind[0]}"`);
    }
    if (kind[0] === 'send') return this.#sendStep(node, field);
    if (kind[0] === 'expect') return this.#expectStep(node, field);
    const left = this.#file.text(this.#file.required(node, field, 'compare'), `${field}.compare`);
    const how = node.fields.get('with');
    const right = this.#file.required(node, field, 'to');
    if (right.value.kind !== 'string' && right.value.kind !== 'number') {
      throw this.#file.wrong(right.line, `${field}.to`, `a text or a number is expected, not ${right.value.kind}`);
    }
    return {
      do: 'compare',
      left,
      with: how ? this.#file.oneOf<Comparison>(how, `${field}.with`, comparisons) : '=',
      right: right.value.text,
    };
  }

  #sendStep(node: ObjectNode, field: string): OwnStep {
    const sent = this.#file.required(node, field, 'send');
    const line = this.#file.text(sent, `${field}.send`);
    if (line === '' || /[\u0000-\u001f\u007f]/.test(line)) {
      throw this.#file.wrong(sent.line, `${field}.send`, 'a command line has text and no control characters');
    }
    const final = node.fields.get('final');
    const finals = ['OK', 'ERROR', 'any'] as const;
    return {
      do: 'send',
      line,
      ...(final ? { final: this.#file.oneOf<(typeof finals)[number]>(final, `${field}.final`, finals) } : {}),
    };
  }

  #expectStep(node: ObjectNode, field: string): OwnStep {
    const expected = this.#file.required(node, field, 'expect');
    const pattern = this.#file.text(expected, `${field}.expect`);
    try {
      // Remembered texts stand in place of {name} later; any word will do to see whether the pattern is one.
      compileLinePattern(pattern.replace(placeholder, 'x'));
    } catch (error) {
      throw this.#file.wrong(expected.line, `${field}.expect`, faultOf(error).message);
    }
    return { do: 'expect', pattern, seconds: this.#whole(node, field, 'within', limits) ?? 5 };
  }

  #name(found: JsonField, field: string): BilingualName {
    return found.value.kind === 'string' ? say(found.value.text, found.value.text) : this.#file.bilingual(found, field);
  }

  #whole(node: ObjectNode, field: string, key: string, range: WholeRange): number | undefined {
    const found = node.fields.get(key);
    return found && this.#file.whole(found, `${field}.${key}`, range);
  }
}

/**
 * Reads the text of a plan: cases of the document, and of the device model where those are given, by id, in any order and number, and cases of one's own.
 * @throws CodedError `FILE_BAD_PLAN`; message and detail begin with `<file name>:<line>` and name the field.
 */
export function parsePlan(text: string, fileName: string, cases: readonly CaseDefinition[] = documentCases): Plan {
  const file = new JsonFile(fileName, 'FILE_BAD_PLAN');
  return new PlanReader(file, cases).plan(file.parse(text));
}
