import { MAX_ID } from '../../../shared/lwm2m.ts';
import { XmlElement, parseXml } from '@rgrove/parse-xml';
import type { XmlError } from '@rgrove/parse-xml';
import { CodedError, faultOf } from '../../../shared/errors.ts';
import type { Operations, ResourceType } from '../../../shared/lwm2m.ts';

/** A resource as an OMA object file defines it. */
export interface OmaResource {
  readonly id: number;
  readonly name: string;
  readonly operations: Operations;
  readonly type: ResourceType;
  readonly isMandatory: boolean;
  /** May hold several resource instances. */
  readonly isMultiple: boolean;
  readonly unit?: string;
  /** The file's own wording of what is allowed: {@link rangeOf} reads it. */
  readonly range?: string;
}

/** An object as an OMA object file defines it; its resources stand in the file's order. */
export interface OmaObject {
  readonly id: number;
  readonly name: string;
  readonly version: string;
  /** May have more than one instance. */
  readonly isMultiple: boolean;
  readonly resources: readonly OmaResource[];
}

/** Something in a file that was left out or taken otherwise than it stands there. */
export interface OmaRemark {
  /** `3441.xml:57` */
  readonly place: string;
  readonly text: string;
}

/** What a file holds. */
export interface OmaFile {
  readonly objects: readonly OmaObject[];
  readonly remarks: readonly OmaRemark[];
}

/** The largest file of the registry has 150 KB; a folder by mistake may hold anything. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** Data types of the registry; an empty one is that of an executable. */
const types: Readonly<Record<string, ResourceType>> = {
  string: 'string',
  integer: 'integer',
  'unsigned integer': 'integer',
  float: 'float',
  boolean: 'boolean',
  opaque: 'opaque',
  time: 'time',
  objlnk: 'objlnk',
  corelnk: 'string',
};
const operationsOf: Readonly<Record<string, Operations>> = { '': '', R: 'R', W: 'W', RW: 'RW', E: 'E' };

/** Reads one file; every complaint names its line. */
class ObjectFileReader {
  readonly remarks: OmaRemark[] = [];
  readonly #fileName: string;
  readonly #text: string;

  constructor(text: string, fileName: string) {
    this.#text = text;
    this.#fileName = fileName;
  }

  objects(): OmaObject[] {
    const root = this.#root();
    return descendants(root, 'Object').flatMap((element) => this.#object(element) ?? []);
  }

  #root(): XmlElement {
    if (this.#text.length > MAX_CHARACTERS) {
      throw new CodedError(
        'FILE_BAD_MODEL',
        `${this.#fileName}: longer than 16 MB, which no object file is`,
        this.#fileName,
      );
    }
    try {
      const { root } = parseXml(this.#text, { includeOffsets: true });
      if (root) return root;
    } catch (error) {
      if (error instanceof RangeError)
        throw this.#wrong(1, 'XML', 'elements are nested deeper than in any object file');
      // The rest of the message is a drawing of the place.
      const [first] = faultOf(error).message.split('\n', 1) as [string];
      const message = first.replace(/ \(line \d+, column \d+\)$/, '');
      throw this.#wrong((error as XmlError).line, 'XML', message);
    }
    throw this.#wrong(1, 'XML', 'the file is empty');
  }

  /** Undefined for a list of resources without an object around it, as the registry's Common.xml. */
  #object(element: XmlElement): OmaObject | undefined {
    const idText = textOf(element, 'ObjectID');
    if (idText === undefined) {
      this.#remark(element, 'resources without an object: left out');
      return undefined;
    }
    const id = this.#id(element, 'ObjectID', idText);
    const seen = new Set<number>();
    const resources = descendants(element, 'Item').flatMap((item) => {
      const resource = this.#resource(item);
      if (seen.has(resource.id)) {
        this.#remark(item, `resource ${resource.id} stands twice: the first one counts`);
        return [];
      }
      seen.add(resource.id);
      return [resource];
    });
    return {
      id,
      name: textOf(element, 'Name') || `Object ${id}`,
      version: textOf(element, 'ObjectVersion') || '1.0',
      isMultiple: textOf(element, 'MultipleInstances') === 'Multiple',
      resources,
    };
  }

  #resource(item: XmlElement): OmaResource {
    const id = this.#id(item, 'ID', item.attributes['ID'] ?? '');
    const operations = this.#operations(item, textOf(item, 'Operations') ?? '');
    const unit = textOf(item, 'Units');
    const range = textOf(item, 'RangeEnumeration');
    return {
      id,
      name: textOf(item, 'Name') || `Resource ${id}`,
      operations,
      type: this.#type(item, textOf(item, 'Type') ?? '', operations),
      isMandatory: textOf(item, 'Mandatory') === 'Mandatory',
      isMultiple: textOf(item, 'MultipleInstances') === 'Multiple',
      ...(unit ? { unit } : {}),
      ...(range ? { range } : {}),
    };
  }

  #operations(item: XmlElement, text: string): Operations {
    const operations = operationsOf[text.toUpperCase()];
    if (operations !== undefined) return operations;
    this.#remark(item, `operations "${text}" are unknown: nothing is allowed`);
    return '';
  }

  /** What can be executed has no value, and what has no type but can be read is text. */
  #type(item: XmlElement, text: string, operations: Operations): ResourceType {
    if (operations === 'E') return 'none';
    const type = types[text.toLowerCase()];
    if (type !== undefined) return type;
    this.#remark(item, text === '' ? 'no data type: taken as text' : `data type "${text}" is unknown: taken as text`);
    return 'string';
  }

  #id(element: XmlElement, field: string, text: string): number {
    const id = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
    if (id > MAX_ID) throw this.#wrong(this.#lineOf(element), field, `"${text}" is no number from 0 to ${MAX_ID}`);
    return id;
  }

  #remark(element: XmlElement, text: string): void {
    this.remarks.push({ place: `${this.#fileName}:${this.#lineOf(element)}`, text });
  }

  #wrong(line: number, field: string, rule: string): CodedError {
    const place = `${this.#fileName}:${line}`;
    return new CodedError('FILE_BAD_MODEL', `${place}: ${field}: ${rule}`, `${place} ${field}`);
  }

  #lineOf(element: XmlElement): number {
    return this.#text.slice(0, element.start).split('\n').length;
  }
}

/** Elements of a name at any depth, in the file's order; those of the same name inside one are its own business. */
function descendants(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => {
    if (!(child instanceof XmlElement)) return [];
    return child.name === name ? [child] : descendants(child, name);
  });
}

/** The text of a child: ends without blanks, of every kind, and blanks inside as one; undefined where there is no such child. */
function textOf(element: XmlElement, name: string): string | undefined {
  const child = element.children.filter((one) => one instanceof XmlElement).find((one) => one.name === name);
  return child?.text.trim().replace(/[^\S\n]+/g, ' ');
}

/**
 * Reads an object file of the OMA registry (LwM2M.xsd): one object or several, of any version. What the file leaves out or
 * spells oddly is taken as well as can be, with a remark. @param text of the file, with or without a byte order mark
 * @throws CodedError `FILE_BAD_MODEL`; message and detail begin with `<file name>:<line>`.
 */
export function readObjectFile(text: string, fileName: string): OmaFile {
  const reader = new ObjectFileReader(text, fileName);
  return { objects: reader.objects(), remarks: reader.remarks };
}
