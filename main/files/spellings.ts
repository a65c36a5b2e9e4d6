import { escapeMarks, escapes, unescaped } from './escapes.ts';

/** How a secret was written where it was found: as text with or without escapes, as hex digits, as Base64. */
export type SpellingKind = 'text' | 'hex' | 'base64';

/** A place in a text where a secret stands, in whatever spelling. */
export interface SpelledPlace {
  readonly start: number;
  readonly end: number;
  readonly kind: SpellingKind;
}

/** A text made from another one, with the place in that one that each of its characters comes from. */
interface View {
  readonly text: string;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

function viewOf(text: string): View {
  const starts = Uint32Array.from({ length: text.length }, (_, index) => index);
  return { text, starts, ends: starts.map((start) => start + 1) };
}

/** Collects the characters of a view out of those of another. */
class ViewMaker {
  readonly #from: View;
  readonly #units: Uint16Array;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  #length = 0;

  constructor(from: View) {
    this.#from = from;
    this.#units = new Uint16Array(from.text.length);
    this.#starts = new Uint32Array(from.text.length);
    this.#ends = new Uint32Array(from.text.length);
  }

  /** Characters as they are. */
  keep(start: number, end: number): void {
    for (let index = start; index < end; index++) this.put(this.#from.text.charCodeAt(index), index, index + 1);
  }

  /** One character in the place of those from `start` to `end`. */
  put(unit: number, start: number, end: number): void {
    this.#units[this.#length] = unit;
    this.#starts[this.#length] = this.#from.starts[start] as number;
    this.#ends[this.#length] = this.#from.ends[end - 1] as number;
    this.#length += 1;
  }

  view(): View {
    const { buffer } = this.#units;
    return {
      text: Buffer.from(buffer, 0, this.#length * 2).toString('utf16le'),
      starts: this.#starts.subarray(0, this.#length),
      ends: this.#ends.subarray(0, this.#length),
    };
  }
}

/** The view with those of its escapes read once that begin with one of these marks; undefined when it has none. */
function decoded(view: View, marks: readonly string[]): View | undefined {
  const maker = new ViewMaker(view);
  let from = 0;
  for (const match of view.text.matchAll(new RegExp(marks.map((mark) => escapes[mark]).join('|'), 'gi'))) {
    const one = unescaped(match.groups as Readonly<Record<string, string | undefined>>);
    if (one === undefined) continue;
    maker.keep(from, match.index);
    from = match.index + match[0].length;
    maker.put(one.charCodeAt(0), match.index, from);
  }
  if (from === 0) return undefined;
  maker.keep(from, view.text.length);
  return maker.view();
}

const isBlank = (unit: number): boolean => unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
/** Control characters, soft hyphen, signs without a width, byte order mark. */
const isUnseen = (unit: number): boolean =>
  unit < 0x20 || unit === 0xad || (unit >= 0x200b && unit <= 0x200f) || unit === 0xfeff;
const isNoSign = (unit: number): boolean => isBlank(unit) || isUnseen(unit);

/** Between the bytes of a dump: blanks, `:`, `,`, `;`, `|`, `_`, `-`. */
const hexMarks = new Set([...':,;|_-'].map((mark) => mark.charCodeAt(0)));
const isBetweenHex = (unit: number): boolean => isBlank(unit) || hexMarks.has(unit);

/** `0x` before a byte in hex, and what quoted-printable text has where its rows are folded (RFC 2045 §6.7, rule 5). */
const isByteMark = (unit: number, next: number): boolean => unit === 0x30 && (next | 0x20) === 0x78;
const isFold = (unit: number, next: number): boolean => unit === 0x3d && (next === 0x0d || next === 0x0a);

/** The view without what may stand between the signs of an encoding. */
function squeezed(view: View, isBetween: (unit: number) => boolean): View {
  const { text } = view;
  const maker = new ViewMaker(view);
  const isMark = isBetween === isBetweenHex ? isByteMark : isFold;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (isMark(unit, text.charCodeAt(index + 1))) index += 1;
    else if (!isBetween(unit)) maker.put(unit, index, index + 1);
  }
  return maker.view();
}

const dumpRow = /(?:^|[ \t"'>(])(?:0x)?[0-9a-f]{4,16}(?::[ \t]{0,2}|[ \t]{1,2})(?=[0-9a-f]{2})/im;
const dumpCells = /(?:[0-9a-f]{2}){1,16}[ \t]{0,2}/iy;

function endOfOffset(row: string): number {
  const match = dumpRow.exec(row);
  return match ? match.index + match[0].length : row.length;
}

/** The hex digits of rows of a dump, without their offsets and the characters beside them; undefined where there are none. */
function dumpedIn(view: View): View | undefined {
  if (!dumpRow.test(view.text)) return undefined;
  const maker = new ViewMaker(view);
  let place = 0;
  for (const row of view.text.split('\n')) {
    dumpCells.lastIndex = endOfOffset(row);
    for (let from = dumpCells.lastIndex; dumpCells.test(row); from = dumpCells.lastIndex) {
      for (let index = from; index < dumpCells.lastIndex; index++) {
        const unit = row.charCodeAt(index);
        if (!isBlank(unit)) maker.put(unit, place + index, place + index + 1);
      }
    }
    place += row.length + 1;
  }
  return maker.view();
}

/** No secret that is sought so is shorter. */
const isList = /\d[\s,;]+(?:\d{1,3}[\s,;]+){3}\d/;

/** Numbers with a comma between each two of them, whatever stood there: `[122,85,84]`, `122 85 84`; undefined where there are none. */
function listedIn(view: View): View | undefined {
  if (!isList.test(view.text)) return undefined;
  const maker = new ViewMaker(view);
  for (const { 0: part, index } of view.text.matchAll(/\d+|[\s,;]+|[^\d\s,;]/g)) {
    if (/[\s,;]/.test(part)) maker.put(0x2c, index, index + part.length);
    else for (let at = 0; at < part.length; at++) maker.put(part.charCodeAt(at), index + at, index + at + 1);
  }
  return maker.view();
}

/** Answers quoted in answers: so many times is an escape escaped again. */
const MAX_LAYERS = 6;

/**
 * A text with escapes of several kinds is read in several ways: what is a backslash in a page is no escape there. So many
 * are tried, those with the fewest layers first; a text that has more was made to have them.
 */
const MAX_VIEWS = 120;

/** Only ASCII, so that every character keeps its place. */
const lowered = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** A view with each of its escapes read once, and where they are of several kinds, with those of each kind alone. */
function decodings(view: View): View[] {
  const marks = escapeMarks.filter((mark) => view.text.includes(mark));
  if (marks.length === 0) return [];
  const ways = marks.length === 1 ? [marks] : [marks, ...marks.map((mark) => [mark])];
  return ways.map((way) => decoded(view, way)).filter((view) => view !== undefined);
}

/** The text as it stands, and as it reads with escapes taken away, layer by layer. */
function layersOf(text: string): View[] {
  const views = [viewOf(text)];
  const seen = new Set([text]);
  let layer = views;
  for (let depth = 1; depth < MAX_LAYERS && layer.length > 0; depth++) {
    const next: View[] = [];
    for (const view of layer.flatMap(decodings)) {
      if (seen.has(view.text) || seen.size >= MAX_VIEWS) continue;
      seen.add(view.text);
      next.push(view);
    }
    views.push(...next);
    layer = next;
  }
  return views;
}

/** Shorter secrets in hex or Base64 are a few signs that stand everywhere. */
const MIN_ENCODED_LENGTH = 5;

/**
 * The signs of Base64 that a text decides alone, for each of the three places it can have among others (RFC 4648 §4, §5):
 * the first and the last sign may hold bits of a neighbour and are left out.
 */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const signs = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor(((before + bytes.length) * 8) / 6);
    const core = signs.slice(first, last);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function hexForms(secret: string): string[] {
  const wide = Buffer.from(secret, 'utf16le');
  const all = [Buffer.from(secret, 'utf8'), wide, Buffer.from(wide).swap16(), ...inner(secret)];
  return all.map((bytes) => bytes.toString('hex'));
}

/** What may have been encoded once more: Base64, hex, an URL, JSON as a server prints it that escapes all signs. */
function inner(secret: string): Buffer[] {
  const bytes = Buffer.from(secret, 'utf8');
  const escaped = secret.replace(/\W/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [bytes.toString('base64'), bytes.toString('hex'), encodeURIComponent(secret), escaped].map((text) =>
    Buffer.from(text),
  );
}

/**
 * The secret, what is left of it when escapes are read that it only seems to hold (`100%41`), and what becomes of it where its plus
 * signs are read as a form's blanks, where the padding of Base64 falls away, and in quoted-printable text (RFC 2045 §6.7).
 */
function textForms(secret: string): string[] {
  const bare = secret.replace(/=+$/, '');
  const spelled = [
    ...layersOf(secret).map(({ text }) => text),
    secret.replaceAll('+', ' '),
    secret.replaceAll('=', '=3D'),
    ...(bare.length >= MIN_ENCODED_LENGTH ? [bare, bare.replaceAll('+', ' ')] : []),
  ];
  return spelled.map(lowered);
}

/** Shorter ones would be found in the middle of sentences whose blanks are gone. */
const MIN_BROKEN_LENGTH = 8;

const base64Sign = /[A-Za-z0-9+/_-]/;

/**
 * Finds secrets in whatever spelling: in capitals or small letters, with any of the escapes of JSON, URLs and HTML, one
 * in another, as hex with or without marks between the bytes, as Base64 alone or in the middle of other text.
 */
export class SecretSpellings {
  readonly #texts: readonly string[];
  /** The same without blanks, for texts that break in the middle of one. */
  readonly #broken: readonly string[];
  readonly #hex: readonly string[];
  readonly #base64: readonly string[];
  /** The bytes as decimal numbers. */
  readonly #numbers: readonly string[];

  constructor(secrets: readonly string[]) {
    const real = secrets.filter((secret) => secret !== '');
    const long = real.filter((secret) => secret.length >= MIN_ENCODED_LENGTH);
    this.#texts = [...new Set(real.flatMap(textForms))].filter((text) => text !== '');
    const unbroken = this.#texts.map((text) => text.replaceAll(' ', ''));
    this.#broken = [...new Set(unbroken)].filter((text) => text.length >= MIN_BROKEN_LENGTH);
    this.#hex = [...new Set(long.flatMap(hexForms))];
    const plain = long.map((secret) => Buffer.from(secret, 'utf8'));
    this.#base64 = [...new Set([...plain, ...long.flatMap(inner)].flatMap(base64Cores))];
    this.#numbers = plain.map((bytes) => [...bytes].join());
  }

  /** Where they stand: from front to back, none inside another. */
  places(text: string): SpelledPlace[] {
    const found: SpelledPlace[] = [];
    for (const view of layersOf(text)) {
      const hex = this.#hex.length > 0 ? squeezed(view, isBetweenHex) : view;
      const base64 = this.#base64.length > 0 ? squeezed(view, isNoSign) : view;
      const dump = this.#hex.length > 0 ? dumpedIn(view) : undefined;
      if (dump)
        found.push(...placesIn(dump, lowered(dump.text), this.#hex, 'hex').map((place) => toEndOfRow(text, place)));
      const list = this.#numbers.length > 0 ? listedIn(view) : undefined;
      if (list) found.push(...placesIn(list, list.text, this.#numbers, 'text'));
      found.push(
        ...placesIn(view, lowered(view.text), this.#texts, 'text'),
        ...placesIn(base64, lowered(base64.text), this.#broken, 'text'),
        ...placesIn(hex, lowered(hex.text), this.#hex, 'hex'),
        ...placesIn(base64, base64.text, this.#base64, 'base64').map((place) => widened(text, place)),
      );
    }
    return merged(found);
  }

  /** The text with each of those places replaced. */
  replace(text: string, replacement: (spelling: string, kind: SpellingKind) => string): string {
    let result = '';
    let from = 0;
    for (const { start, end, kind } of this.places(text)) {
      result += text.slice(from, start) + replacement(text.slice(start, end), kind);
      from = end;
    }
    return result + text.slice(from);
  }
}

function placesIn(view: View, text: string, needles: readonly string[], kind: SpellingKind): SpelledPlace[] {
  const found: SpelledPlace[] = [];
  for (const needle of needles) {
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
      found.push({
        start: view.starts[at] as number,
        end: view.ends[at + needle.length - 1] as number,
        kind,
      });
    }
  }
  return found;
}

/** With the sign before and after, which hold the rest of the first and the last byte. */
function widened(text: string, { start, end, kind }: SpelledPlace): SpelledPlace {
  return {
    start: base64Sign.test(text.charAt(start - 1)) ? start - 1 : start,
    end: base64Sign.test(text.charAt(end)) ? end + 1 : end,
    kind,
  };
}

/** With the characters that a dump shows beside the bytes. */
function toEndOfRow(text: string, { start, end, kind }: SpelledPlace): SpelledPlace {
  const last = text.slice(end).search(/[\r\n]/);
  return { start, end: last < 0 ? text.length : end + last, kind };
}

function merged(places: readonly SpelledPlace[]): SpelledPlace[] {
  const result: SpelledPlace[] = [];
  for (const place of [...places].sort((one, other) => one.start - other.start || other.end - one.end)) {
    const last = result.at(-1);
    if (last && place.start < last.end) result[result.length - 1] = { ...last, end: Math.max(last.end, place.end) };
    else result.push(place);
  }
  return result;
}
