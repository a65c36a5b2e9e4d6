import { faultOf } from '../../shared/errors.ts';
import { macroRanges, maxMacroSteps, maxMacros, sameMacroName, usualWaitSeconds } from '../../shared/macros.ts';
import type { Macro, MacroStep, PlainMacroStep, SoughtLine } from '../../shared/macros.ts';
import { JsonFile } from '../files/jsonFile.ts';
import type { ObjectNode } from '../files/jsonFile.ts';
import type { JsonField, JsonNode } from '../files/jsonWithLines.ts';
import { compileLinePattern } from '../log/linePattern.ts';

const format = 'mipl-macros';
const version = 1;

const kinds = ['send', 'waitFor', 'waitForPattern', 'pauseMs', 'repeat'] as const;
type Kind = (typeof kinds)[number];

/** Fields that go with each kind of step. */
const fieldsOfStep: Readonly<Record<Kind, readonly string[]>> = {
  send: ['send', 'goesOnAfterError', 'withinSeconds'],
  waitFor: ['waitFor', 'withinSeconds'],
  waitForPattern: ['waitForPattern', 'withinSeconds'],
  pauseMs: ['pauseMs'],
  repeat: ['repeat', 'times', 'forSeconds', 'everyMs', 'until', 'untilPattern', 'untilError'],
};

/** Walks the parsed file. */
class MacroReader {
  readonly #file: JsonFile;

  constructor(file: JsonFile) {
    this.#file = file;
  }

  macros(root: JsonNode): Macro[] {
    const node = this.#file.object(root, 'file', ['format', 'version', 'macros']);
    const formatField = this.#file.required(node, 'file', 'format');
    if (this.#file.text(formatField, 'format') !== format) {
      throw this.#file.wrong(formatField.line, 'format', `"${format}" is expected`);
    }
    this.#file.version(node, 'file', version);
    const items = this.#file.list(node, 'file', 'macros');
    if (items.length > maxMacros) throw this.#file.wrong(node.line, 'macros', `at most ${maxMacros} macros`);
    const macros: Macro[] = [];
    items.forEach((item, index) => {
      const macro = this.#macro(item, `macros[${index}]`);
      if (macros.some(({ name }) => sameMacroName(name, macro.name))) {
        throw this.#file.wrong(item.line, `macros[${index}].name`, `there is another macro "${macro.name}"`);
      }
      macros.push(macro);
    });
    return macros;
  }

  #macro(item: JsonNode, field: string): Macro {
    const node = this.#file.object(item, field, ['name', 'note', 'steps']);
    const name = this.#text(this.#file.required(node, field, 'name'), `${field}.name`, 100);
    const note = node.fields.get('note');
    const steps = this.#steps(node, field, 'steps', (step, place) => this.#step(step, place));
    return { name, ...(note ? { note: this.#note(note, `${field}.note`) } : {}), steps };
  }

  #steps<T>(node: ObjectNode, field: string, key: string, read: (step: JsonNode, place: string) => T): T[] {
    // A person takes the last step out before he puts another in, and what he has is kept all the while.
    const items = this.#file.entries(node, field, key);
    if (items.length > maxMacroSteps) {
      throw this.#file.wrong(node.line, `${field}.${key}`, `at most ${maxMacroSteps} steps`);
    }
    return items.map((step, index) => read(step, `${field}.${key}[${index}]`));
  }

  #step(item: JsonNode, field: string): MacroStep {
    const node = this.#file.object(item, field, [...new Set(Object.values(fieldsOfStep).flat())]);
    if (!node.fields.has('repeat')) return this.#plain(item, field);
    this.#allowed(node, field, 'repeat');
    const steps = this.#steps(node, field, 'repeat', (step, place) => this.#plain(step, place));
    const until = this.#sought(node, field, 'until', 'untilPattern');
    const times = this.#whole(node, field, 'times');
    const forSeconds = this.#whole(node, field, 'forSeconds');
    const everyMs = this.#whole(node, field, 'everyMs');
    if (times === undefined && forSeconds === undefined) {
      throw this.#file.wrong(item.line, field, 'a repeat without an end: it needs times or forSeconds');
    }
    return {
      do: 'repeat',
      steps,
      ...(times === undefined ? {} : { times }),
      ...(forSeconds === undefined ? {} : { forSeconds }),
      ...(everyMs === undefined ? {} : { everyMs }),
      ...(until ? { until } : {}),
      untilError: this.#truth(node, field, 'untilError'),
    };
  }

  #plain(item: JsonNode, field: string): PlainMacroStep {
    const node = this.#file.object(item, field, [...new Set(Object.values(fieldsOfStep).flat())]);
    const found = kinds.filter((kind) => node.fields.has(kind));
    const [kind] = found;
    if (kind === undefined || found.length > 1) {
      throw this.#file.wrong(item.line, field, `a step has one of ${kinds.join(', ')}`);
    }
    if (kind === 'repeat') throw this.#file.wrong(item.line, field, 'a repeat inside a repeat');
    this.#allowed(node, field, kind);
    const withinSeconds = this.#whole(node, field, 'withinSeconds');
    if (kind === 'pauseMs') return { do: 'pause', pauseMs: this.#whole(node, field, 'pauseMs') ?? 0 };
    const sought = this.#sought(node, field, 'waitFor', 'waitForPattern');
    if (sought) return { do: 'wait', sought, withinSeconds: withinSeconds ?? usualWaitSeconds };
    return {
      do: 'send',
      line: this.#text(this.#file.required(node, field, 'send'), `${field}.send`, 4096),
      goesOnAfterError: this.#truth(node, field, 'goesOnAfterError'),
      ...(withinSeconds === undefined ? {} : { withinSeconds }),
    };
  }

  #allowed(node: ObjectNode, field: string, kind: Kind): void {
    for (const [key, { line }] of node.fields) {
      if (!fieldsOfStep[kind].includes(key)) {
        throw this.#file.wrong(line, `${field}.${key}`, `does not go with "${kind}"`);
      }
    }
  }

  #sought(node: ObjectNode, field: string, plain: string, pattern: string): SoughtLine | undefined {
    const [asText, asPattern] = [node.fields.get(plain), node.fields.get(pattern)];
    if (asText && asPattern) throw this.#file.wrong(asPattern.line, `${field}.${pattern}`, `goes without "${plain}"`);
    if (asText) return { text: this.#text(asText, `${field}.${plain}`, 500), isPattern: false };
    if (!asPattern) return undefined;
    const text = this.#text(asPattern, `${field}.${pattern}`, 500);
    const wrong = patternFault(text);
    if (wrong !== undefined) throw this.#file.wrong(asPattern.line, `${field}.${pattern}`, wrong);
    return { text, isPattern: true };
  }

  /** Text that is there and has no control characters. */
  #text(found: JsonField, field: string, maxLength: number): string {
    const text = this.#file.text(found, field);
    if (text.trim() === '' || /[\u0000-\u001f\u007f]/.test(text)) {
      throw this.#file.wrong(found.line, field, 'text without control characters is expected');
    }
    if (text.length > maxLength) throw this.#file.wrong(found.line, field, `at most ${maxLength} characters`);
    return text;
  }

  #note(found: JsonField, field: string): string {
    const text = this.#file.text(found, field);
    if (text.length > 1000) throw this.#file.wrong(found.line, field, 'at most 1000 characters');
    return text;
  }

  #whole(node: ObjectNode, field: string, key: keyof typeof macroRanges): number | undefined {
    const found = node.fields.get(key);
    return found && this.#file.whole(found, `${field}.${key}`, macroRanges[key]);
  }

  #truth(node: ObjectNode, field: string, key: string): boolean {
    const found = node.fields.get(key);
    if (!found) return false;
    if (found.value.kind !== 'boolean')
      throw this.#file.wrong(found.line, `${field}.${key}`, 'true or false is expected');
    return found.value.text === 'true';
  }
}

/** Why a text is no regular expression for lines; undefined where it is one. */
export function patternFault(source: string): string | undefined {
  try {
    compileLinePattern(source);
    return undefined;
  } catch (error) {
    return faultOf(error).message;
  }
}

/**
 * Reads the text of a file of macros.
 * @throws CodedError `FILE_BAD_MACROS`; message and detail begin with `<file name>:<line>` and name the field.
 */
export function parseMacros(text: string, fileName: string): Macro[] {
  const file = new JsonFile(fileName, 'FILE_BAD_MACROS');
  return new MacroReader(file).macros(file.parse(text));
}

function soughtFields({ text, isPattern }: SoughtLine, plain: string, pattern: string): object {
  return { [isPattern ? pattern : plain]: text };
}

function stepFields(step: MacroStep): object {
  switch (step.do) {
    case 'send': {
      const { line, goesOnAfterError, withinSeconds } = step;
      return {
        send: line,
        ...(goesOnAfterError ? { goesOnAfterError } : {}),
        ...(withinSeconds === undefined ? {} : { withinSeconds }),
      };
    }
    case 'wait':
      return { ...soughtFields(step.sought, 'waitFor', 'waitForPattern'), withinSeconds: step.withinSeconds };
    case 'pause':
      return { pauseMs: step.pauseMs };
    case 'repeat': {
      const { do: _kind, steps, until, untilError, ...others } = step;
      return {
        repeat: steps.map(stepFields),
        ...others,
        ...(until ? soughtFields(until, 'until', 'untilPattern') : {}),
        ...(untilError ? { untilError } : {}),
      };
    }
  }
}

/** Macros as the text of a file that {@link parseMacros} reads back. */
export function macrosText(macros: readonly Macro[]): string {
  const written = macros.map(({ name, note, steps }) => ({
    name,
    ...(note === undefined ? {} : { note }),
    steps: steps.map(stepFields),
  }));
  return `${JSON.stringify({ format, version, macros: written }, null, 2)}\n`;
}
