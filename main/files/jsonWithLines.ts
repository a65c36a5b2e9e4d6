/** A JSON value that knows the line it begins on. Numbers keep the text they were written with: `0.0` stays `0.0`. */
export type JsonNode =
  | { readonly kind: 'object'; readonly line: number; readonly fields: ReadonlyMap<string, JsonField> }
  | { readonly kind: 'array'; readonly line: number; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string' | 'number' | 'boolean' | 'null'; readonly line: number; readonly text: string };

/** A field of a JSON object; `line` is the one of its key. */
export interface JsonField {
  readonly line: number;
  readonly value: JsonNode;
}

/** Text that is not JSON; the message says what was expected where. */
export class JsonSyntaxError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.name = 'JsonSyntaxError';
    this.line = line;
  }
}

/** Deep enough for any model, shallow enough for any stack: a file of 100,000 brackets must not end the program. */
const MAX_DEPTH = 64;

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const stringBody = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y;
const blank = /[ \t\r\n]*/y;

class Reader {
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonNode {
    const node = this.#value(0);
    if (this.#at < this.#text.length) throw this.#wrong('nothing after the end');
    return node;
  }

  #wrong(expected: string): JsonSyntaxError {
    const found = this.#at < this.#text.length ? JSON.stringify(this.#text.charAt(this.#at)) : 'the end of the file';
    return new JsonSyntaxError(`Expected ${expected}, found ${found}`, this.#line);
  }

  /** The text the pattern matches here; moves behind it. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match[0];
  }

  #skipBlanks(): void {
    for (const character of this.#take(blank) as string) if (character === '\n') this.#line += 1;
  }

  /** Moves over a punctuation mark and the blanks behind it; says whether it was there. */
  #passes(mark: string): boolean {
    if (this.#text.charAt(this.#at) !== mark) return false;
    this.#at += 1;
    this.#skipBlanks();
    return true;
  }

  #value(depth: number): JsonNode {
    this.#skipBlanks();
    const node = this.#bareValue(depth);
    this.#skipBlanks();
    return node;
  }

  #bareValue(depth: number): JsonNode {
    const line = this.#line;
    if (depth > MAX_DEPTH) throw this.#wrong(`at most ${MAX_DEPTH} levels`);
    if (this.#passes('{')) return { kind: 'object', line, fields: this.#fields(depth) };
    if (this.#passes('[')) return { kind: 'array', line, items: this.#items(depth) };
    if (this.#text.charAt(this.#at) === '"') return { kind: 'string', line, text: this.#string() };
    const word = this.#take(/true|false|null/y);
    if (word !== undefined) return { kind: word === 'null' ? 'null' : 'boolean', line, text: word };
    const digits = this.#take(number);
    if (digits === undefined) throw this.#wrong('a value');
    return { kind: 'number', line, text: digits };
  }

  #string(): string {
    const literal = this.#take(stringBody);
    if (literal === undefined) throw this.#wrong('a text in double quotes, on one line, with valid escapes');
    return JSON.parse(literal) as string;
  }

  #items(depth: number): JsonNode[] {
    const items: JsonNode[] = [];
    if (this.#passes(']')) return items;
    do items.push(this.#value(depth + 1));
    while (this.#passes(','));
    if (!this.#passes(']')) throw this.#wrong('"," or "]"');
    return items;
  }

  #fields(depth: number): Map<string, JsonField> {
    const fields = new Map<string, JsonField>();
    if (this.#passes('}')) return fields;
    do {
      const line = this.#line;
      const key = this.#string();
      if (fields.has(key)) throw new JsonSyntaxError(`The field "${key}" stands twice`, line);
      this.#skipBlanks();
      if (!this.#passes(':')) throw this.#wrong('":"');
      fields.set(key, { line, value: this.#value(depth + 1) });
    } while (this.#passes(','));
    if (!this.#passes('}')) throw this.#wrong('"," or "}"');
    return fields;
  }
}

/**
 * Reads JSON (RFC 8259) and keeps the line of every value and key, which `JSON.parse` does not tell. A byte order mark
 * at the start is passed over; a key that stands twice in one object is an error. Throws {@link JsonSyntaxError}.
 */
export function parseJsonWithLines(text: string): JsonNode {
  return new Reader(text.startsWith('\ufeff') ? text.slice(1) : text).document();
}
