import { SecretSpellings } from '../files/spellings.ts';
import type { SpellingKind } from '../files/spellings.ts';
import { identityNumber } from '../../shared/identity.ts';
import type { ModuleIdentity } from '../../shared/state.ts';
import { privateValues, replacePlaces } from './privatePlaces.ts';

/** 15 digits that stand alone: IMEI, IMSI. */
const fifteenDigits = /(?<![0-9])[0-9]{15}(?![0-9])/g;
/** ICCID begins with 89 (ITU-T E.118); Chinese ones may hold hex letters, some modules cut the check digit. */
const iccid = /(?<![0-9A-Fa-f])89[0-9]{2}[0-9A-Fa-f]{15,16}(?![0-9A-Fa-f])/g;
/** Chinese mobile numbers (11 digits) and those of IoT cards (13 digits from 1064, 1410, 1440 …), with and without 86. */
const phoneNumber = /(?<![0-9A-Fa-f])(?:\+?86)?(?:1[3-9][0-9]{9}|1(?:06[0-9]|4[0-9]{2})[0-9]{9})(?![0-9A-Fa-f])/g;
const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
/** IPv4; with its mask; IPv6 as 27.007 prints it by default, as 16 numbers; with its mask. The longest first. */
const dotted = [31, 15, 7, 3].map(
  (more) => new RegExp(`(?<![0-9.])${octet}(?:\\.${octet}){${more}}(?![0-9]|\\.[0-9])`, 'g'),
);
/** Six colons or a double one tell an IPv6 address from a time of day. */
const ipv6 =
  /(?<![0-9A-Za-z:])(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?)(?![0-9A-Za-z:])/g;
/** Hex long enough to hold an address in ASCII; may be a configuration, a UDP payload, an opaque value, or cut off. */
const hexRun = /[0-9A-Fa-f]{14,}/g;

/** Identities in answers, whatever their length: IMEI with or without check digit, IMEISV, IMSI, ICCID. */
const identityAnswer = /[+*^%$#](?:CGSN|GSN|CIMI|[NQ]?CCID|[EZ]?ICCID):\s*\\*"?([0-9A-Fa-f]{14,22})/dgi;

/** Looks that spare most lines a search. */
const mayAnswer = /GSN:|CIMI:|CCID:/i;
const longRun = /[0-9A-Fa-f]{11}/;
const mayBeIpv6 = /::|(?::[0-9A-Fa-f]{1,4}){6}/;
const dottedRun = /\d\.\d{1,3}\.\d/;

/** Shorter values are masked where they stand, but not sought elsewhere: `1` or `AT` would be everywhere. */
const MIN_SOUGHT_LENGTH = 6;
/** Every line is searched for the known secrets, so a hostile log must not add them without end. */
const MAX_SOUGHT = 500;
/** So many of them in every spelling. */
const MAX_SPELLED = 100;
/** Hex with or without marks between, Base64, escapes: one look that spares most lines the search for spellings. */
const mayBeSpelled = /[0-9a-f]{12}|(?:[0-9a-f]{2}(?:[\s:,;|_-]|0x)+){5}|[a-z0-9+/_-]{16}|\\[ux]|%[0-9a-f]{2}|&#?\w+;/i;

/** The text with each group of each match replaced at its place. The pattern needs the flags `d` and `g`. */
function replaceGroups(text: string, pattern: RegExp, replace: (group: string) => string): string {
  let result = '';
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    for (const place of match.indices?.slice(1) ?? []) {
      if (place === undefined) continue;
      const [start, end] = place;
      result += text.slice(from, start) + replace(text.slice(start, end));
      from = end;
    }
  }
  return result + text.slice(from);
}

/** Digits in pairs turned round, as files of a card hold them (3GPP TS 31.102 §4.2.2, ETSI TS 102 221 §13.2). */
const swapped = (digits: string): string => digits.replace(/(.)(.)/g, '$2$1');

/** Other forms in which modules print an identity. */
function formsOf(value: string): string[] {
  // IMEI without check digit, which IMEISV begins with; IMSI as EF_IMSI holds it.
  if (identityNumber.test(value)) return [value.slice(0, 14), swapped(`9${value}`)];
  // ICCID without check digit, and as EF_ICCID holds it.
  if (/^89[0-9A-F]{17,18}$/i.test(value)) return [value.slice(0, 19), swapped(value.padEnd(20, 'F'))];
  return [];
}

/** What the printable bytes of hex digits say, one way or the other. */
function textOfHex(run: string): string {
  return Buffer.from(run.length % 2 === 0 ? run : run.slice(0, -1), 'hex').toString('latin1');
}

/**
 * Replaces what tells a module, a SIM, a number, an address or a key by a stand-in of the same length and shape: digits
 * become a running number in zeros, all else `x`, dots and colons stay. The same value gets the same stand-in everywhere,
 * so a masked log can still be followed and decoded. Also looks into hex that holds text, at either half of a byte, and
 * finds what it knows in other spellings. Show it the whole log first with {@link collect}: then a value is found where
 * nothing but itself gives it away, and before the place that tells it.
 */
export class Masker {
  readonly #standIns = new Map<string, string>();
  readonly #issued = new Set<string>();
  #lastNumber = 0;
  readonly #sought = new Set<string>();
  #soughtPattern: RegExp | undefined;
  #spellings: SecretSpellings | undefined;

  /** Takes note of the values the module told. */
  collectIdentity({ imei, imsi, iccid: card }: ModuleIdentity): void {
    for (const value of [imei, imsi, card]) if (value !== undefined) this.#seekIdentity(value);
  }

  /** Takes note of names of people and places: they are sought however short. */
  collectNames(names: readonly (string | undefined)[]): void {
    for (const name of names) if (name !== undefined && [...name.trim()].length > 1) this.#add(name.trim());
  }

  /** Takes note of the identities and keys in a line. */
  collect(text: string): void {
    const bare = /^\s*([0-9]{15})\s*$/.exec(text)?.[1];
    if (bare !== undefined) this.#seekIdentity(bare);
    for (const match of text.matchAll(identityAnswer)) this.#seekIdentity(match[1] as string);
    for (const value of privateValues(text)) this.#seek(value);
    for (const [run] of text.matchAll(hexRun)) {
      for (const plain of [textOfHex(run), textOfHex(run.slice(1))]) {
        for (const value of privateValues(plain)) this.#seek(value);
      }
    }
  }

  /** The text with stand-ins; of the same length, and the same text when there is nothing to hide. */
  mask(text: string): string {
    const hide = (value: string): string => this.#standInFor(value);
    let masked = replacePlaces(text, hide);
    if (mayAnswer.test(masked)) masked = replaceGroups(masked, identityAnswer, hide);
    const hasLongRun = longRun.test(masked);
    // What stands alone first: a known value may be the beginning of another.
    if (hasLongRun) for (const pattern of [iccid, fifteenDigits]) masked = masked.replace(pattern, hide);
    if (this.#sought.size > 0) masked = masked.replace(this.#soughtValues(), hide);
    if (hasLongRun) masked = masked.replace(phoneNumber, hide);
    if (dottedRun.test(masked)) for (const pattern of dotted) masked = masked.replace(pattern, hide);
    if (mayBeIpv6.test(masked)) masked = masked.replace(ipv6, (value) => (value === '::' ? value : hide(value)));
    if (hasLongRun) masked = masked.replace(hexRun, (run) => this.#maskHex(run));
    return this.#sought.size > 0 && mayBeSpelled.test(masked) ? this.#soughtSpellings().replace(masked, blank) : masked;
  }

  /** Text in hex: from the first digit on, then from the second, for it may be the end of something cut off. */
  #maskHex(run: string): string {
    const first = this.#maskHexText(run);
    return first.slice(0, 1) + this.#maskHexText(first.slice(1));
  }

  #maskHexText(run: string): string {
    const plain = textOfHex(run);
    const masked = this.mask(plain);
    if (masked === plain) return run;
    const hex = Buffer.from(masked, 'latin1').toString('hex');
    return (/[a-f]/.test(run) ? hex : hex.toUpperCase()) + run.slice(hex.length);
  }

  #seekIdentity(value: string): void {
    for (const form of [value, ...formsOf(value)]) this.#seek(form);
  }

  #seek(value: string): void {
    // `NULLNULL` is a key, `000000` is a filler.
    if (value.length >= MIN_SOUGHT_LENGTH && new Set(value).size > 1) this.#add(value);
  }

  #add(value: string): void {
    if (this.#sought.size >= MAX_SOUGHT || this.#sought.has(value)) return;
    this.#sought.add(value);
    this.#soughtPattern = undefined;
    this.#spellings = undefined;
  }

  #soughtValues(): RegExp {
    this.#soughtPattern ??= new RegExp(
      [...this.#sought]
        .sort((one, other) => other.length - one.length)
        .map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
        .join('|'),
      'gi',
    );
    return this.#soughtPattern;
  }

  #soughtSpellings(): SecretSpellings {
    this.#spellings ??= new SecretSpellings(
      [...this.#sought].filter((value) => value.length >= MIN_SOUGHT_LENGTH).slice(0, MAX_SPELLED),
    );
    return this.#spellings;
  }

  #standInFor(given: string): string {
    // What is masked already passes by the later rules unchanged.
    if (given === '' || this.#issued.has(given)) return given;
    const value = given.toUpperCase();
    const known = this.#standIns.get(value);
    if (known?.length === given.length) return known;
    let standIn = shapedLike(given, ++this.#lastNumber);
    // A PIN may be 0001: what is hidden must not stand for itself.
    if (standIn.toUpperCase() === value) standIn = shapedLike(given, ++this.#lastNumber);
    this.#standIns.set(value, standIn);
    this.#issued.add(standIn);
    return standIn;
  }
}

/** The number at the end of what has the length and the shape of a value, and says nothing else. */
function shapedLike(value: string, number: number): string {
  const left = [...String(number)];
  return value
    .split('')
    .reverse()
    .map((character) => {
      if (character === '.' || character === ':') return character;
      return left.pop() ?? (/[0-9]/.test(character) ? '0' : 'x');
    })
    .reverse()
    .join('');
}

/** Signs of the same kind that say nothing: hex and Base64 stay what they are, and marks between stay. */
function blank(spelling: string, kind: SpellingKind): string {
  if (kind === 'hex') return spelling.replace(/[0-9a-f](?!x)/gi, '0');
  if (kind === 'base64') return spelling.replace(/[A-Za-z0-9+/_-]/g, 'A');
  return spelling.replace(/[0-9]/g, '0').replace(/[^0-9.:]/g, 'x');
}
