/** From where to where in a text something private stands. */
export type PrivateSpan = readonly [start: number, end: number];

/** Finds what is private in a line by the place it has there. */
type Finder = (text: string) => Iterable<PrivateSpan>;

/** The groups of a pattern; it needs the flags `d` and `g`. */
function groups(pattern: RegExp): Finder {
  return function* (text) {
    for (const match of text.matchAll(pattern)) {
      for (const span of match.indices?.slice(1) ?? []) if (span) yield span;
    }
  };
}

/** A parameter with its place: in quotes, also escaped ones as in JSON, or bare. The comma behind it tells that more follow. */
const parameter = /[ \t]*(?:(\\*)"([^"]*?)\1"|([^",\s\\]*))[ \t]*(,?)/dy;

/** What is asked about a parameter: its value, its place, and the values of all of them. */
type Question = (value: string, index: number, values: readonly string[]) => boolean;

/** Among the parameters behind a head, those that are private. The pattern needs the flag `g`. */
function parameters(head: RegExp, isPrivate: Question): Finder {
  return function* (text) {
    for (const { 0: found, index } of text.matchAll(head)) {
      const all: { readonly value: string; readonly span: PrivateSpan }[] = [];
      parameter.lastIndex = index + found.length;
      for (let match = parameter.exec(text); match; match = parameter.exec(text)) {
        const span = match.indices?.[2] ?? match.indices?.[3];
        if (!span) break;
        all.push({ value: (match[2] ?? match[3] ?? '').trim(), span });
        if (match[4] === '') break;
      }
      const values = all.map(({ value }) => value);
      for (const [place, { value, span }] of all.entries()) {
        if (value !== '' && isPrivate(value, place, values)) yield span;
      }
    }
  };
}

/** Names of commands as a head, also with the signs other makers begin them with. */
const headOf = (names: string, signs = '=:'): RegExp => new RegExp(`[+*^%$#](?:${names})\\s*[${signs}]`, 'gi');

const isNumber: Question = (value) => /^\+?\d{5,20}$/.test(value);
const isAt =
  (...places: readonly number[]): Question =>
  (value, index) =>
    places.includes(index) && value !== '?';

/** `"psk",1,"…"`, `"aliauth",0,…`: what is set is named by the first parameter. */
const isOfSecretKind: Question = (value, index, [kind = '']) =>
  index > 0 && /psk|auth|secret|pass|pwd|key/i.test(kind) && isPersonal(value, index, []);

/** Modes 4 and 5 of MIPLCONFIG: a switch, then the Auth_Code, the PSK, or PSK identity and PSK; some leave the switch out. */
const isOfMiplKey: Question = (value, index, [mode = '']) =>
  /^[45]$/.test(mode) && (index > 1 || (index === 1 && !/^[01?]$/.test(value)));

/** Access points that every customer of an operator uses: whose they are says nothing about whose module it is. */
const publicAccessPoints =
  /^(?:cmnbiot\d?|cmiot|cmnet|cmwap|cmmtm|3gnet|uninet|nbiot|ctnb|ctnet|ctlte|ctiot|internet|iot|psm0?\.edrx0?\.(?:ctnb|nbiot))(?:\.mnc\d{2,3}\.mcc\d{3}\.gprs)?$/i;
/** Numbers of contexts, kinds of addresses and of authentication, ranges of a test command. */
const structural = /^(?:\d{1,3}|IP|IPV4|IPV6|IPV4V6|NON-?IP|PPP|NONE|PAP|CHAP|AUTO|\?|[()].*|.*\))$/i;

const isPersonal: Question = (value) => !structural.test(value) && !publicAccessPoints.test(value);

/**
 * Where keys, PINs, names, numbers and addresses stand. Sources: 3GPP TS 27.007 (CPIN §8.3, CLCK §7.4, CPWD §7.5, CNUM
 * §7.1, CPBR §8.12, CRSM §8.18, CGDCONT §10.1.1, CGCONTRDP §10.1.23, CGAUTH §10.1.31), TS 27.005 (CMGR, CMGS, CSCA), the
 * AT manuals of Quectel (QICSGP, QCGDEFCONT, QSETPSK, QMTCONN), China Mobile (MCGDEFCONT, MQTTCFG) and SIMCom (CSTT, CNCFG).
 */
const finders: readonly Finder[] = [
  parameters(headOf('MIPLCREATEEX', '='), isAt(2, 3, 4)),
  parameters(headOf('MIPLDEVINFO', ':'), isAt(2, 3)),
  parameters(headOf('MIPLCONFIG'), isOfMiplKey),
  parameters(headOf('MIPLCONFIG|MIPLCFG'), isOfSecretKind),
  groups(/\bAuthCode:([^;"\\]*)/dgi),
  groups(/\bPSK:([^;"\\]*)/dgi),
  groups(/\b(?:api-?key|api_key|master-key|access-key)\\*["']?\s*[:=]\s*\\*["']?([^\s"',;&\\]+)/dgi),
  // PINs and pass words.
  parameters(headOf('Q?CPIN2?', '='), isAt(0, 1)),
  parameters(headOf('CLCK', '='), isAt(2)),
  parameters(headOf('CPWD', '='), isAt(1, 2)),
  // Access points with user and pass word; keys of other transports.
  parameters(headOf('CGDCONT|CGCONTRDP|Q?CGDEFCONT|MCGDEFCONT|CGAUTH|QICSGP|CSTT|CNCFG|AUTHDATA'), isPersonal),
  parameters(headOf('\\w*PSK\\w*|QMTCONN|MQTTCFG|MQTTCONN'), isPersonal),
  parameters(headOf('\\w*(?:SSL|TLS|DTLS|MT|MQTT|COAP|LW)CFG', '='), isOfSecretKind),
  // Quectel's LwM2M clients: …,security mode,PSK identity,PSK; switched on with the key behind.
  parameters(headOf('QLWCONFIG', '='), isAt(6, 7)),
  parameters(headOf('QSECSWT', '='), isAt(1)),
  groups(/:\/\/([^\s/@":]+):([^\s/@"]+)@/dg),
  // Telephone numbers and whose they are.
  parameters(headOf('CNUM|CPBR|CPBF|CPBW'), isPersonal),
  parameters(headOf('CLIP|CCWA|COLP|CMT|CDS|CMGR|CMGL|CMGS|CMGW|CSCA'), isNumber),
  groups(/\bATD\s*[TP]?(\+?[\d*#]{3,})/dgi),
  // Identities by their labels, and in the files of a card, where digits stand in pairs turned round.
  groups(/\b(?:IMEI(?:SV)?|IMSI|ICCID|MSISDN)\b\\*["']?\s*[:=]?\s*\\*["']?(\+?[0-9A-F]{10,22})(?![0-9A-Za-z])/dgi),
  parameters(headOf('CRSM', ':'), (value, index) => index === 2 && value.length >= 10),
  // Where a port is: hosts of serial servers, serial numbers of adapters.
  groups(/\b(?:tcp|telnet|rfc2217|ssl|tls):\/\/(?:[^\s/@"]*@)?([^\s:/"[\],;]*[A-Za-z][^\s:/"[\],;]*)/dgi),
  groups(/\/dev\/serial\/by-id\/[^\s/"]*_([^\s_/"]+?)-(?:if|port)\d/dg),
];

/** One look that spares most lines the search. */
const mayTell =
  /MIPL[CD]|AuthCode|PSK|key|CPIN|CLCK|CPWD|CGDCONT|CGCONTRDP|DEFCONT|CGAUTH|QICSGP|CSTT|CNCFG|AUTHDATA|MTCONN|MQTT|CFG|QLWCONFIG|SECSWT|CNUM|CPB[RFW]|CLIP|CCWA|COLP|CMT|CDS|CMG|CSCA|ATD|IMEI|IMSI|ICCID|MSISDN|CRSM|:\/\/|by-id/i;

/** The text with what is private by its place replaced by something of the same length. */
export function replacePlaces(text: string, replace: (value: string) => string): string {
  if (!mayTell.test(text)) return text;
  return finders.reduce((given, find) => {
    let result = '';
    let from = 0;
    for (const [start, end] of find(given)) {
      if (start < from) continue;
      result += given.slice(from, start) + replace(given.slice(start, end));
      from = end;
    }
    return result + given.slice(from);
  }, text);
}

/** What is private by its place. */
export function privateValues(text: string): string[] {
  if (!mayTell.test(text)) return [];
  return finders.flatMap((find) => [...find(text)].map(([start, end]) => text.slice(start, end)));
}
