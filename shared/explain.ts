import { rssiDbmOf } from './signal.ts';
import type { DecodedLine, LogEntry, ParamValue } from './log.ts';
import type { DialectState } from './state.ts';
import type { Phrase } from './phrase.ts';
import { phrase } from './phrase.ts';
import { seconds, visible } from './wording.ts';

/** What an explanation may draw on besides the line itself. */
export interface ExplainContext {
  readonly dialect: DialectState['name'];
  readonly deadlineMs: number;
  /** What is known of the answer to a read of several values. */
  readonly answer?: { readonly lines: number; readonly smallestMs: number; readonly baudRate?: number };
}

/** What of a line an explanation reads. */
export type ExplainedLine = Pick<LogEntry, 'kind' | 'text' | 'decoded'>;

type Params = Readonly<Record<string, ParamValue>>;
type Explainer = (params: Params, context: ExplainContext) => Phrase;

/** Event numbers of +MIPLEVENT with a text of their own (mipl-at.md §7). */
export const eventNumbers = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 25, 26, 31, 32, 33, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49,
  50, 51, 52, 53, 54, 60, 61, 62, 63, 99,
] as const;

/** Result numbers of the answers (mipl-at.md §5). */
export const resultNumbers = [1, 2, 11, 12, 13, 14, 15, 16, 17, 18, 19] as const;

/** `<stat>` of +CEREG, TS 27.007. */
export const registrationNumbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

/** Numbers of +CIS ERROR with a text in each dialect (mipl-at.md §11). */
export const cisErrorNumbers = [100, 601, 602, 651, 652, 653, 654, 655] as const;

/** Numbers of +CME ERROR with a text. */
export const cmeErrorNumbers = [3, 4, 10, 13, 14, 30, 50, 100] as const;

const known = (numbers: readonly number[], value: ParamValue | undefined): boolean => numbers.includes(Number(value));

/** The meaning of an event number. */
export function eventPhrase(event: number): Phrase {
  return known(eventNumbers, event) ? phrase(`event.${event}`) : phrase('event.unknown', { event });
}

/** The meaning of a result number: `4.04 not found`. */
export function resultPhrase(result: number): Phrase {
  return known(resultNumbers, result) ? phrase(`result.${result}`) : phrase('result.unknown', { result });
}

/** The meaning of `<stat>` of +CEREG. */
export function registrationPhrase(status: number): Phrase {
  return known(registrationNumbers, status) ? phrase(`cereg.${status}`) : phrase('cereg.unknown', { status });
}

/** The meaning of a +CIS ERROR or +CME ERROR number. */
export function errorNumberPhrase(kind: 'cis' | 'cme', number: string, dialect: DialectState['name']): Phrase {
  if (kind === 'cis' && known(cisErrorNumbers, number)) return phrase(`cisError.${dialect}.${Number(number)}`);
  if (kind === 'cme' && known(cmeErrorNumbers, number)) return phrase(`cmeError.${Number(number)}`);
  return phrase('errorNumber', { number });
}

const show = (value: ParamValue | undefined): string => (value === undefined ? '' : visible(String(value)));

/** The path a line speaks of, and which level it is; -1 means "all". */
function target(params: Params): { path: string; level: 'object' | 'instance' | 'resource' } {
  const { objectId, instanceId, resourceId } = params;
  if (instanceId === undefined || Number(instanceId) < 0) return { path: `/${show(objectId)}`, level: 'object' };
  const instance = `/${show(objectId)}/${show(instanceId)}`;
  if (resourceId === undefined || Number(resourceId) < 0) return { path: instance, level: 'instance' };
  return { path: `${instance}/${show(resourceId)}`, level: 'resource' };
}

const typeNames: Readonly<Record<number, string>> = {
  1: 'string',
  2: 'opaque',
  3: 'integer',
  4: 'float',
  5: 'boolean',
};

function typePhrase(valueType: ParamValue | undefined): Phrase {
  return phrase(`type.${typeNames[Number(valueType)] ?? 'hexString'}`);
}

/** `value` in words: hex that is text says so too. */
function valueOf(params: Params): string {
  return show(params['value']);
}

const resultLine =
  (name: string): Explainer =>
  (params) =>
    phrase(`explain.command.${name}`, { msgId: show(params['msgId']), result: resultPhrase(Number(params['result'])) });

const all =
  (key: string, ...names: string[]): Explainer =>
  (params) =>
    phrase(key, Object.fromEntries(names.map((name) => [name, show(params[name])])));

const connection: Explainer = ({ connected }) =>
  phrase(`explain.urc.CSCON.${Number(connected) === 1 ? 'connected' : 'idle'}`);

const urcs: Readonly<Record<string, Explainer>> = {
  MIPLREAD: (params, { deadlineMs }) => {
    const { path, level } = target(params);
    return phrase(`explain.urc.MIPLREAD.${level}`, { path, seconds: deadlineMs / 1000 });
  },
  MIPLWRITE: (params) => {
    const { path } = target(params);
    const rest = Number(params['index'] ?? 0);
    const values = { path, value: valueOf(params), type: typePhrase(params['valueType']), rest };
    return phrase(rest > 0 ? 'explain.urc.MIPLWRITE.part' : 'explain.urc.MIPLWRITE.last', values);
  },
  MIPLEXECUTE: (params) => {
    const { path } = target(params);
    const text = show(params['arguments']);
    return text === ''
      ? phrase('explain.urc.MIPLEXECUTE.plain', { path })
      : phrase('explain.urc.MIPLEXECUTE.withArguments', { path, arguments: text });
  },
  MIPLOBSERVE: (params) => {
    const { path, level } = target(params);
    const action = Number(params['flag']) === 0 ? 'cancel' : 'start';
    return phrase(`explain.urc.MIPLOBSERVE.${action}`, {
      path,
      level: phrase(`level.${level}`),
      msgId: show(params['msgId']),
    });
  },
  MIPLDISCOVER: (params) => phrase('explain.urc.MIPLDISCOVER', { path: target(params).path }),
  MIPLPARAMETER: (params) =>
    phrase('explain.urc.MIPLPARAMETER', { path: target(params).path, attributes: show(params['attributes']) }),
  MIPLEVENT: (params) => {
    const event = Number(params['event']);
    const meaning = eventPhrase(event);
    const extra = params['extra'];
    if (extra === undefined) return phrase('explain.urc.MIPLEVENT.plain', { event, meaning });
    const word = { 14: 'seconds', 20: 'msgid', 25: 'ackid', 26: 'ackid' }[event] ?? 'extra';
    return phrase(`explain.urc.MIPLEVENT.${word}`, { event, meaning, extra: show(extra) });
  },
  CEREG: (params) => phrase('explain.urc.CEREG', { meaning: registrationPhrase(Number(params['status'])) }),
  FIRMWARE: (params) => phrase('explain.urc.FIRMWARE', { state: show(params['state']) }),
  CSCON: connection,
  CFUN: (params) => phrase(`explain.urc.CFUN.${Number(params['level']) === 1 ? 'full' : 'minimum'}`),
  NPSMR: (params) => phrase(`explain.urc.NPSMR.${Number(params['asleep']) === 1 ? 'asleep' : 'awake'}`),
  MIPLNMI: () => phrase('explain.urc.MIPLNMI'),
  MIPLNSMI: (params) => phrase(`explain.urc.MIPLNSMI.${Number(params['status']) === 1 ? 'sent' : 'failed'}`),
  NSONMI: (params, context) =>
    all(`explain.urc.NSONMI.${params['data'] === undefined ? 'hint' : 'data'}`, 'socket', 'length')(params, context),
  NSORF: all('explain.urc.NSORF', 'socket', 'address', 'port', 'length'),
  NSOSTR: all('explain.urc.NSOSTR', 'socket', 'sequence'),
  NSOCLI: all('explain.urc.NSOCLI', 'socket'),
  IP: all('explain.urc.IP', 'address'),
  CPIN: all('explain.urc.CPIN', 'state'),
  NPING: all('explain.urc.NPING', 'address', 'roundTripMs'),
  NPINGERR: all('explain.urc.NPINGERR', 'error'),
  CMDNS: all('explain.urc.CMDNS', 'address'),
  QDNS: all('explain.urc.QDNS', 'address'),
  CLOUD: all('explain.urc.CLOUD', 'state'),
  MNBIOTEVENT: all('explain.urc.MNBIOTEVENT', 'text'),
};

const commands: Readonly<Record<string, Explainer>> = {
  MIPLCREATE: (params) => phrase(`explain.command.MIPLCREATE.${params['config'] === undefined ? 'plain' : 'config'}`),
  MIPLCREATEEX: all('explain.command.MIPLCREATEEX', 'server'),
  MIPLADDOBJ: all('explain.command.MIPLADDOBJ', 'objectId', 'instanceCount', 'attributeCount', 'actionCount'),
  MIPLDELOBJ: all('explain.command.MIPLDELOBJ', 'objectId'),
  MIPLOPEN: (params) =>
    params['lifetime'] === undefined
      ? phrase('explain.command.MIPLOPEN.state')
      : phrase('explain.command.MIPLOPEN.open', { lifetime: show(params['lifetime']) }),
  MIPLUPDATE: (params) => {
    const objects = Number(params['withObjects']) === 1 ? 'withObjects' : 'plain';
    return phrase(`explain.command.MIPLUPDATE.${objects}`, { lifetime: show(params['lifetime']) });
  },
  MIPLNOTIFY: (params) => {
    const values = { path: target(params).path, value: valueOf(params), msgId: show(params['msgId']) };
    const ackId = Number(params['ackId'] ?? 0);
    return ackId > 0
      ? phrase('explain.command.MIPLNOTIFY.confirmed', { ...values, ackId })
      : phrase('explain.command.MIPLNOTIFY.plain', values);
  },
  MIPLREADRSP: (params) => {
    const result = Number(params['result']);
    const msgId = show(params['msgId']);
    if (result !== 1 || params['value'] === undefined) {
      return phrase('explain.command.MIPLREADRSP.result', { msgId, result: resultPhrase(result) });
    }
    const rest = Number(params['index'] ?? 0);
    const values = {
      msgId,
      path: target(params).path,
      value: valueOf(params),
      type: typePhrase(params['valueType']),
      rest,
    };
    return phrase(`explain.command.MIPLREADRSP.${rest > 0 ? 'part' : 'last'}`, values);
  },
  MIPLWRITERSP: resultLine('MIPLWRITERSP'),
  MIPLEXECUTERSP: resultLine('MIPLEXECUTERSP'),
  MIPLOBSERVERSP: resultLine('MIPLOBSERVERSP'),
  MIPLPARAMETERRSP: resultLine('MIPLPARAMETERRSP'),
  MIPLDISCOVERRSP: (params, { dialect }) =>
    phrase(`explain.command.MIPLDISCOVERRSP.${dialect}`, {
      msgId: show(params['msgId']),
      result: resultPhrase(Number(params['result'])),
      resources: show(params['resources']),
    }),
  COPS: all('explain.command.COPS', 'operator'),
  CGATT: (params) => phrase(`explain.command.CGATT.${Number(params['attached']) === 0 ? 'detach' : 'attach'}`),
  CFUN: (params) => phrase(`explain.command.CFUN.${Number(params['level']) === 0 ? 'off' : 'on'}`),
};

const responses: Readonly<Record<string, Explainer>> = {
  MIPLCREATE: all('explain.response.MIPLCREATE', 'ref'),
  MIPLCREATEEX: all('explain.response.MIPLCREATEEX', 'ref'),
  MIPLVER: all('explain.response.MIPLVER', 'version'),
  CEREG: (params) => phrase('explain.response.CEREG', { meaning: registrationPhrase(Number(params['status'])) }),
  CSQ: (params) => {
    const dbm = rssiDbmOf(Number(params['rssi']));
    return dbm === undefined ? phrase('explain.response.CSQ.unknown') : phrase('explain.response.CSQ.known', { dbm });
  },
  CPIN: all('explain.urc.CPIN', 'state'),
  CGSN: all('explain.response.CGSN', 'imei'),
  NCCID: all('explain.response.NCCID', 'iccid'),
  CGATT: (params) => phrase(`explain.response.CGATT.${Number(params['attached']) === 1 ? 'attached' : 'detached'}`),
  CSCON: connection,
  CGPADDR: all('explain.response.CGPADDR', 'address'),
  CGDCONT: all('explain.response.CGDCONT', 'apn'),
};

/** Commands whose sentence needs no value of the line; the texts are `explain.command.<name>`. */
export const plainCommands: ReadonlySet<string> = new Set([
  ...['MIPLVER', 'MIPLCLOSE', 'MIPLDELETE', 'MIPLDEL', 'MIPLUPDATESET', 'MIPLCONFIG', 'MIPLCFG', 'MIPLNMI', 'MIPLMGR'],
  ...['MIPLQMGR', 'MIPLDEVINFO', 'MIPLDTLSNAT', 'MIPLLTRDP', 'MIPLFOTACFG', 'MIPLSOTAVER', 'MIPLSOTA', 'MIPLBOOTSTRAP'],
  ...[
    'AT',
    'E0',
    'E1',
    'I',
    'CGMI',
    'CGMM',
    'CGMR',
    'CGSN',
    'GSN',
    'CIMI',
    'CPIN',
    'NCCID',
    'ICCID',
    'CSQ',
    'CESQ',
    'NUESTATS',
  ],
  ...[
    'CEREG',
    'CSCON',
    'NEARFCN',
    'NCSEARFCN',
    'NBAND',
    'CGDCONT',
    'CGPADDR',
    'CMEE',
    'NRB',
    'CMRB',
    'ZRST',
    'NPING',
    'CPSMS',
  ],
  ...['CEDRXS', 'NPSMR', 'NCONFIG', 'CCLK', 'NATSPEED', 'IPR', 'CMDNS', 'QDNS', 'NSOCR', 'NSOST', 'NSOSTF', 'NSORF'],
  ...['NSOCL', 'NSONMI'],
]);

/** The name without its mark: `+MIPLREAD`, `AT+MIPLREAD` and `MIPLREAD` are the same. */
export function bareName(name: string): string {
  const bare = name
    .replace(/^AT(?=[+*])/, '')
    .replace(/^[+*]/, '')
    .replace(/[=?]+$/, '');
  return bare === '' ? 'AT' : bare;
}

function explainFinal(entry: ExplainedLine, decoded: DecodedLine, context: ExplainContext): Phrase {
  const error = /^\s*\+(CIS|CME|CMS) ERROR\s*:\s*(.*?)\s*$/.exec(entry.text);
  if (error) {
    const kind = error[1] === 'CIS' ? 'cis' : 'cme';
    const number = visible(error[2] as string);
    return phrase('explain.final.coded', { number, meaning: errorNumberPhrase(kind, number, context.dialect) });
  }
  if (decoded.name === 'OK' || entry.text.trim() === 'OK') return phrase('explain.final.OK');
  if (decoded.name === 'REBOOTING') return phrase('explain.final.REBOOTING');
  return phrase('explain.final.ERROR');
}

/** The sentence of a read with what its answer costs, where that is known. */
function withAnswer(sentence: Phrase, { answer }: ExplainContext): Phrase {
  if (answer === undefined) return sentence;
  const { lines, smallestMs, baudRate } = answer;
  const values = { sentence, lines, time: seconds(smallestMs) };
  return baudRate === undefined
    ? phrase('explain.withAnswer', values)
    : phrase('explain.withAnswerAt', { ...values, baud: String(baudRate) });
}

/** One sentence about a line of the log, in the interface's language once it is spoken. */
export function explain(entry: ExplainedLine, context: ExplainContext): Phrase {
  const { decoded } = entry;
  if (entry.kind === 'note') return phrase('explain.note');
  if (decoded === undefined) return phrase('explain.none');
  const params = decoded.params ?? {};
  const name = bareName(decoded.name ?? '');
  switch (decoded.kind) {
    case 'urc':
      return withAnswer(
        (urcs[name] ?? (() => phrase('explain.urc.other', { name: show(name) })))(params, context),
        context,
      );
    case 'command': {
      if (decoded.form === 'test') return phrase('explain.command.test', { name: show(name) });
      if (name === 'MIPLCREATE' && decoded.note !== undefined)
        return phrase('explain.command.MIPLCREATE.decoded', { what: visible(decoded.note) });
      const special = commands[name];
      if (special !== undefined) return special(params, context);
      return plainCommands.has(name)
        ? phrase(`explain.command.${name}`)
        : phrase('explain.command.other', { name: show(name) });
    }
    case 'response':
      return (responses[name] ?? (() => phrase('explain.response.other', { name: show(name) })))(params, context);
    case 'final':
      return explainFinal(entry, decoded, context);
    case 'banner':
      return phrase('explain.banner');
    case 'data':
      return phrase('explain.data');
    case 'unknown':
      return decoded.note === undefined
        ? phrase('explain.unknown')
        : phrase('explain.unknownBecause', { note: visible(decoded.note) });
  }
}

/** Names with a sentence of their own, for the test that no message of the table is left out. */
export const explained = {
  urc: Object.keys(urcs),
  command: [...Object.keys(commands), ...plainCommands],
  response: Object.keys(responses),
} as const;
