import type { ModuleIdentity } from '../../shared/state.ts';

/** 15 digits that stand alone: IMEI, IMSI. */
const fifteenDigits = /(?<![0-9])[0-9]{15}(?![0-9])/g;
/** ICCID begins with 89 (ITU-T E.118); Chinese ones may hold hex letters, some modules cut the check digit. */
const iccid = /(?<![0-9A-Fa-f])89[0-9]{2}[0-9A-Fa-f]{15,16}(?![0-9A-Fa-f])/g;
const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const ipv4 = new RegExp(`(?<![0-9.])${octet}(?:\\.${octet}){3}(?![0-9]|\\.[0-9])`, 'g');
/** Six colons or a double one tell an IPv6 address from a time of day. */
const ipv6 =
  /(?<![0-9A-Za-z:])(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?)(?![0-9A-Za-z:])/g;
/** Hex long enough to hold an address in ASCII; may be a configuration, a UDP payload, an opaque value. */
const hexRun = /(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}){7,}(?![0-9A-Za-z])/g;

/** Identities in answers, whatever their length: IMEI with or without check digit, IMEISV, IMSI, ICCID. */
const identityAnswer = /\+(?:CGSN|GSN|CIMI|NCCID|CCID|ICCID|QCCID|ZICCID):\s*"?([0-9A-Fa-f]{14,22})"?/dgi;

/** Where keys stand; the groups are the keys. */
const keyPlaces: readonly RegExp[] = [
  /\+MIPLCREATEEX=\s*"[^"]*"\s*,[^,"]*,\s*"?([^",]*)"?(?:\s*,\s*"?([^",]*)"?)?(?:\s*,\s*"?([^",]*)"?)?/dgi,
  /\+MIPLCONFIG\s*[=:]\s*[45]\s*,\s*[01]\s*,\s*"?([^",\s]*)"?/dgi,
  /\bAuthCode:([^;"]*)/dgi,
  /\bPSK:([^;"]*)/dgi,
  /\b(?:api-?key|api_key|master-key|access-key)["']?\s*[:=]\s*["']?([^\s"',;&]+)/dgi,
  /\+CGAUTH=[^,]*,[^,]*,\s*"([^"]*)"(?:\s*,\s*"([^"]*)")?/dgi,
];

/** One look that spares most lines the search for keys. */
const mayHoldKey = /MIPLC|AuthCode|PSK|key|CGAUTH/i;

/** Shorter keys are masked where they are keys, but not sought elsewhere: `1` or `AT` would be everywhere. */
const MIN_SOUGHT_LENGTH = 6;
/** Every line is searched for the known secrets, so a hostile log must not add them without end. */
const MAX_SOUGHT = 500;

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

/**
 * Replaces what tells a module, a SIM, an address or a key by a stand-in of the same length and shape: digits become a
 * running number in zeros, all else `x`, dots and colons stay. The same value gets the same stand-in everywhere, so a
 * masked log can still be followed and decoded. Also looks into hex that holds text. Show it the whole log first with
 * {@link collect}: then a value is found where nothing but itself gives it away, and before the place that tells it.
 */
export class Masker {
  private readonly standIns = new Map<string, string>();
  private readonly issued = new Set<string>();
  private readonly sought = new Set<string>();
  private soughtPattern: RegExp | undefined;

  /** Takes note of the values the module told. */
  collectIdentity({ imei, imsi, iccid: card }: ModuleIdentity): void {
    for (const value of [imei, imsi, card]) if (value !== undefined) this.seek(value);
  }

  /** Takes note of the identities and keys in a line. */
  collect(text: string): void {
    const bare = /^\s*([0-9]{15})\s*$/.exec(text)?.[1];
    if (bare !== undefined) this.seek(bare);
    for (const match of text.matchAll(identityAnswer)) this.seek(match[1] as string);
    if (mayHoldKey.test(text)) {
      for (const place of keyPlaces) {
        for (const match of text.matchAll(place)) for (const key of match.slice(1)) if (key) this.seek(key);
      }
    }
    for (const [run] of text.matchAll(hexRun)) {
      const plain = Buffer.from(run, 'hex').toString('latin1');
      if (mayHoldKey.test(plain)) this.collect(plain);
    }
  }

  /** The text with stand-ins; of the same length, and the same text when there is nothing to hide. */
  mask(text: string): string {
    const hide = (value: string): string => this.standInFor(value);
    let masked = text;
    if (mayHoldKey.test(masked)) for (const place of keyPlaces) masked = replaceGroups(masked, place, hide);
    masked = replaceGroups(masked, identityAnswer, hide);
    if (this.sought.size > 0) masked = masked.replace(this.soughtValues(), hide);
    for (const pattern of [iccid, fifteenDigits, ipv4]) masked = masked.replace(pattern, hide);
    if (masked.includes(':')) masked = masked.replace(ipv6, (value) => (value === '::' ? value : hide(value)));
    return masked.replace(hexRun, (run) => this.maskHex(run));
  }

  private maskHex(run: string): string {
    const plain = Buffer.from(run, 'hex').toString('latin1');
    const masked = this.mask(plain);
    if (masked === plain) return run;
    const hex = Buffer.from(masked, 'latin1').toString('hex');
    return /[a-f]/.test(run) ? hex : hex.toUpperCase();
  }

  private seek(value: string): void {
    if (value.length < MIN_SOUGHT_LENGTH || this.sought.size >= MAX_SOUGHT) return;
    // `NULLNULL` is a key, `000000` is a filler.
    if (new Set(value).size === 1 || this.sought.has(value)) return;
    this.sought.add(value);
    this.soughtPattern = undefined;
  }

  private soughtValues(): RegExp {
    this.soughtPattern ??= new RegExp(
      [...this.sought]
        .sort((one, other) => other.length - one.length)
        .map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
        .join('|'),
      'g',
    );
    return this.soughtPattern;
  }

  private standInFor(value: string): string {
    // What is masked already passes by the later rules unchanged.
    if (value === '' || this.issued.has(value)) return value;
    const known = this.standIns.get(value);
    if (known !== undefined) return known;
    const number = [...String(this.standIns.size + 1)];
    const standIn = value
      .split('')
      .reverse()
      .map((character) => {
        if (character === '.' || character === ':') return character;
        return number.pop() ?? (/[0-9]/.test(character) ? '0' : 'x');
      })
      .reverse()
      .join('');
    this.standIns.set(value, standIn);
    this.issued.add(standIn);
    return standIn;
  }
}
