import { defined } from '../../shared/defined.ts';
import type { Fault } from '../../shared/errors.ts';
import type { ParamValue } from '../../shared/log.ts';
import { networkSchemeOf } from '../../shared/networkAddress.ts';
import { formatPath } from '../../shared/lwm2m.ts';
import type { NetworkState, PortInfo, RegistrationState } from '../../shared/state.ts';
import { rssiDbmOf } from '../../shared/signal.ts';
import type { GapRecord, JournalHeader, JournalRecord } from '../journal/format.ts';
import { LineMaker } from '../journal/journalLines.ts';
import type { JournalLine } from '../journal/journalLines.ts';
import { Conversation } from '../log/conversation.ts';
import type { LogRow } from '../log/logRow.ts';
import { MAX_PARTS } from '../mipl/messageAssembler.ts';
import { RESULT_CHANGED, event } from '../mipl/codes.ts';
import { urcIn } from '../mipl/messageTable.ts';
import type { Urc, UrcOf } from '../mipl/messages.ts';
import { idle, step } from '../mipl/registration.ts';
import type { RegistrationInput } from '../mipl/registration.ts';
import { MAX_VALUE_TEXT, valueText } from '../mipl/requestValue.ts';
import { REPEAT_WINDOW_MS } from '../mipl/requestLedger.ts';
import type { PathValue } from '../mipl/requestValue.ts';
import { addressOf, isRequest, kindOf, payloadOf } from '../mipl/wire.ts';
import type { RequestUrc } from '../mipl/wire.ts';
import type { Fact } from './fact.ts';
import { networkTold, registrationFacts } from './networkFacts.ts';

/** What becomes of a command once the module has said OK, or something else. */
type Ending = (isOk: boolean, text: string, atMs: number) => Fact[];

type Params = Readonly<Record<string, ParamValue>>;

/** What a command shows when it leaves, and what its end will show. */
interface Begun {
  readonly facts: Fact[];
  readonly ending?: Ending;
}

/** A request whose answer is awaited. */
interface Awaited {
  readonly id: string;
  path: string;
  /** When it came. */
  readonly atMs: number;
  /** By path, what its lines write. */
  readonly writes: Map<string, PathValue>;
  /** What those lines of the answer have told that the module has taken, as far as a row shows it. */
  tells: PathValue[];
  /** The answer has begun: a line of that msgid is another request. */
  isAnswering: boolean;
}

/** Roaming and home, as +CEREG says it (27.007 §10.1.22). */
const onNetwork: readonly (number | undefined)[] = [1, 5];

/**
 * What happened, as far as it shows in the lines of a journal that has no facts (version 1, or imported): port, module, network, session,
 * requests and their answers, notifications, and values that were told. What the engine only knew, such as why a stage
 * failed, is not there.
 */
export class LineFacts {
  readonly #header: JournalHeader;
  readonly #maker = new LineMaker();
  readonly #conversation = new Conversation({ isWhole: true });
  /** Of the command whose final result is awaited. */
  #ending: Ending = nothingMore;
  #isAnswering = false;
  #registration: RegistrationState = idle;
  #lastId = 0;
  /** By msgid, the request whose answer is awaited. */
  readonly #requests = new Map<number, Awaited>();
  readonly #observed = new Set<string>();
  /** By ackid. */
  readonly #notifications = new Map<number, string>();

  constructor(header: JournalHeader) {
    this.#header = header;
  }

  /** Before the first record. */
  begin(): Fact[] {
    const { importedFrom, baudRate, startedMs: atMs } = this.#header;
    // The name of a file may tell the place: it is no port.
    const port = importedFrom === undefined ? this.#header.port : 'imported';
    return [
      { fact: 'opening', port: portNamed(port), baudRate, atMs },
      { fact: 'stage', name: 'port', change: 'done', atMs },
      { fact: 'connection', input: { type: 'opened' }, atMs },
    ];
  }

  /** The facts of a record and of the lines that are complete with it. */
  push(record: JournalRecord): Fact[] {
    this.#maker.push(record);
    const facts = this.#taken();
    if (record.kind === 'identity') facts.push({ fact: 'identity', identity: record.identity });
    if (record.kind === 'gap') facts.push(...this.#ofGap(record));
    return facts;
  }

  /** Those of lines that wait for their end. */
  end(): Fact[] {
    this.#maker.flush();
    return this.#taken();
  }

  #taken(): Fact[] {
    return this.#maker.take().flatMap((line) => this.#of(line));
  }

  #of({ cut, direction, sinceStartMs }: JournalLine): Fact[] {
    if (!cut) return [];
    const row = this.#conversation.read(cut, direction === 'out' ? 'host' : 'module');
    const atMs = this.#header.startedMs + sinceStartMs;
    return row.kind === 'engine' ? this.#ofCommand(row, atMs) : this.#ofLine(row, atMs);
  }

  #ofGap({ reason, text, sinceStartNs }: GapRecord): Fact[] {
    const atMs = this.#header.startedMs + sinceStartNs / 1e6;
    if (reason === 'restarted') return [{ fact: 'stale', from: 'module' }, ...this.#sessionEnds(atMs)];
    if (reason === 'reconnected') return [{ fact: 'connection', input: { type: 'opened' }, atMs }];
    if (reason !== 'closed' && reason !== 'unplugged') return [];
    this.#isAnswering = false;
    const fault = { code: 'PORT_LOST', message: text ?? 'The port is gone' } as const;
    const input = reason === 'closed' ? ({ type: 'closed' } as const) : ({ type: 'lost', fault } as const);
    return [{ fact: 'stale', from: 'port' }, ...this.#sessionEnds(atMs), { fact: 'connection', input, atMs }];
  }

  #sessionEnds(atMs: number): Fact[] {
    return [...this.#unobserved(), this.#advance({ type: 'reset' }, atMs)];
  }

  #unobserved(): Fact[] {
    const ended = [...this.#observed];
    this.#observed.clear();
    return ended.length === 0 ? [] : [{ fact: 'observations', ended, begun: [] }];
  }

  #advance(input: RegistrationInput, atMs: number): Fact {
    this.#registration = step(this.#registration, input, atMs);
    return { fact: 'registration', registration: this.#registration, atMs };
  }

  #ofCommand({ decoded: { name = '', params } }: LogRow, atMs: number): Fact[] {
    const { facts, ending = nothingMore } = params ? this.#began(name, params, atMs) : noFacts;
    this.#ending = ending;
    return facts;
  }

  #began(name: string, params: Params, atMs: number): Begun {
    switch (name) {
      case '+MIPLCREATE':
      case '+MIPLCREATEEX':
        return { facts: [this.#advance({ type: 'creating' }, atMs)], ending: this.#onOk({ type: 'created', ref: 0 }) };
      case '+MIPLOPEN':
        return {
          facts: [
            { fact: 'stage', name: 'objects', change: 'done', atMs },
            ...this.#unobserved(),
            this.#advance({ type: 'opening', lifetimeSeconds: Number(params['lifetime']) }, atMs),
          ],
        };
      case '+MIPLCLOSE':
        return { facts: [this.#advance({ type: 'closing' }, atMs)], ending: this.#onOk({ type: 'closed' }) };
      case '+MIPLNOTIFY':
        return this.#notified(params, atMs);
      default:
        return name.endsWith('RSP') ? this.#answered(params, atMs) : noFacts;
    }
  }

  #onOk(input: RegistrationInput): Ending {
    return (isOk, _text, atMs) => (isOk ? [this.#advance(input, atMs)] : []);
  }

  #notified(params: Params, sentMs: number): Begun {
    const id = String(++this.#lastId);
    const path = pathOf(params);
    const ackId = params['ackId'] === undefined ? undefined : Number(params['ackId']);
    if (ackId !== undefined) this.#notifications.set(ackId, id);
    const value = String(params['value']);
    const sent = { id, path, value, msgId: Number(params['msgId']), sentMs, status: 'sent' } as const;
    return {
      facts: [{ fact: 'notification', id, change: { ...sent, ...defined({ ackId }) } }],
      ending: (isOk, text) => [
        {
          fact: 'notification',
          id,
          change: isOk ? { status: 'accepted' } : { status: 'failed', fault: refused(text) },
        },
      ],
    };
  }

  /** The answer to a request; of several lines, the last one has index 0. */
  #answered(params: Params, atMs: number): Begun {
    const { msgId, result, value } = params;
    const request = this.#requests.get(Number(msgId));
    if (!request) return noFacts;
    const { id, path } = request;
    request.isAnswering = true;
    const writes = [...request.writes.values()];
    const isTaken = Number(result) <= RESULT_CHANGED;
    const written = isTaken && writes.length > 0 ? { value: valueText(path, writes) } : {};
    const isLast = Number(params['index'] ?? params['flag'] ?? 0) === 0;
    const status = isTaken ? 'answered' : 'refused';
    return {
      facts: [
        { fact: 'request', id, change: { result: Number(result), ...written } },
        // A write that was refused has set nothing.
        ...(isTaken ? writes : []).map((one): Fact => ({ fact: 'value', ...one, by: 'platform', atMs })),
      ],
      ending: (isOk, text, atMs) => {
        if (!isOk) {
          // Whoever answers once more begins with the first line.
          request.tells = [];
          return [{ fact: 'request', id, change: { status: 'failed', fault: refused(text) } }];
        }
        const facts = value === undefined ? [] : this.#told(request, pathOf(params), String(value), atMs);
        if (!isLast) return facts;
        this.#requests.delete(Number(msgId));
        return [{ fact: 'request', id, change: { status, usedMs: atMs - request.atMs } }, ...facts];
      },
    };
  }

  /** A value that a line of an answer told. A row shows so much of all of them. */
  #told(request: Awaited, path: string, value: string, atMs: number): Fact[] {
    const read = this.#read(path, value, atMs);
    if (valueText(request.path, request.tells).length > MAX_VALUE_TEXT) return read;
    request.tells.push({ path, value });
    const change = { value: valueText(request.path, request.tells) };
    return [{ fact: 'request', id: request.id, change }, ...read];
  }

  #read(path: string, value: string, atMs: number): Fact[] {
    return [
      { fact: 'value', path, value, by: 'person', atMs },
      { fact: 'standing', path, standing: 'readByPlatform', atMs },
    ];
  }

  #ofLine({ kind: side, text, decoded }: LogRow, atMs: number): Fact[] {
    const { kind, name = '', params = {} } = decoded;
    if (kind === 'final') {
      const ending = side === 'answer' ? this.#ending : nothingMore;
      this.#ending = nothingMore;
      return [...this.#answering(atMs), ...ending(name === 'OK', text, atMs)];
    }
    if (kind === 'response') return this.#ofAnswer(name, params, atMs);
    const urc = urcIn({ decoded });
    return urc ? this.#ofUrc(urc, atMs) : [];
  }

  /** The first answer shows that there is a module. */
  #answering(atMs: number): Fact[] {
    if (this.#isAnswering) return [];
    this.#isAnswering = true;
    return [
      { fact: 'connection', input: { type: 'answering' }, atMs },
      { fact: 'stage', name: 'module', change: 'done', atMs },
    ];
  }

  #ofAnswer(name: string, params: Params, atMs: number): Fact[] {
    const rssiDbm = name === '+CSQ' ? rssiDbmOf(Number(params['rssi'])) : undefined;
    if (rssiDbm !== undefined) return [{ fact: 'network', network: { rssiDbm } }];
    if (name !== '+CEREG') return [];
    return this.#ofNetwork(registrationFacts(params as Parameters<typeof registrationFacts>[0]), atMs);
  }

  #ofNetwork(network: NetworkState, atMs: number): Fact[] {
    const told: Fact = { fact: 'network', network };
    if (!onNetwork.includes(network.registration)) return [told];
    return [told, { fact: 'stage', name: 'network', change: 'done', atMs }];
  }

  #ofUrc(urc: Urc, atMs: number): Fact[] {
    const network = networkTold(urc);
    if (network) return this.#ofNetwork(network, atMs);
    if (urc.name === '+MIPLEVENT') return this.#ofEvent(urc.params, atMs);
    return isRequest(urc) ? this.#ofRequest(urc, atMs) : [];
  }

  #ofEvent({ event: number, extra }: UrcOf<'+MIPLEVENT'>['params'], atMs: number): Fact[] {
    const facts = [this.#advance({ type: 'event', number, ...defined({ extra }) }, atMs)];
    const id = number === event.notifyAcknowledged ? this.#notifications.get(Number(extra)) : undefined;
    if (id !== undefined) facts.push({ fact: 'notification', id, change: { status: 'acknowledged' } });
    const { phase } = this.#registration;
    return phase === 'failed' || phase === 'deregistered' ? [...facts, ...this.#unobserved()] : facts;
  }

  #ofRequest(urc: RequestUrc, atMs: number): Fact[] {
    const { msgId } = urc.params;
    const path = formatPath(addressOf(urc.params));
    const open = this.#requests.get(msgId);
    if (urc.name === '+MIPLWRITE' && open && isOpenFor(urc, open, atMs))
      return goneOn(open, { path, value: urc.params.value }, instanceOf(urc));
    const id = String(++this.#lastId);
    const payload = payloadOf(urc);
    const writes = new Map(urc.name === '+MIPLWRITE' ? [[path, { path, value: urc.params.value }]] : []);
    this.#requests.set(msgId, { id, path, atMs, writes, tells: [], isAnswering: false });
    const request = { id, kind: kindOf(urc), msgId, path, arrivedMs: atMs };
    const facts: Fact[] = [{ fact: 'request', id, change: { ...request, ...defined({ payload }) } }];
    if (urc.name === '+MIPLOBSERVE') facts.push(this.#observing(path, msgId, urc.params.flag, atMs));
    return facts;
  }

  #observing(path: string, msgId: number, flag: number, sinceMs: number): Fact {
    if (flag === 0) this.#observed.delete(path);
    else this.#observed.add(path);
    return { fact: 'observations', ended: [path], begun: flag === 0 ? [] : [{ path, msgId, sinceMs }] };
  }
}

/** Whether a line of a write goes on with the one whose answer is awaited: a msgid may mean another request later. */
function isOpenFor(urc: UrcOf<'+MIPLWRITE'>, { path, writes, isAnswering, atMs }: Awaited, nowMs: number): boolean {
  const isSameInstance = writes.size > 0 && `${path}/`.startsWith(`${instanceOf(urc)}/`);
  return isSameInstance && !isAnswering && nowMs - atMs < REPEAT_WINDOW_MS && writes.size < MAX_PARTS;
}

/** One more line of a write, or one that came again: several values stand behind their place in their instance. */
function goneOn(open: Awaited, write: PathValue, instance: string): Fact[] {
  open.writes.set(write.path, write);
  if (open.writes.size > 1) open.path = instance;
  const { id, path } = open;
  return [{ fact: 'request', id, change: { path, payload: valueText(path, [...open.writes.values()]) } }];
}

function instanceOf({ params: { objectId, instanceId } }: UrcOf<'+MIPLWRITE'>): string {
  return formatPath(addressOf({ objectId, instanceId }));
}

const nothingMore: Ending = () => [];
const noFacts: Begun = { facts: [] };

function portNamed(path: string): PortInfo {
  return { path, kind: path.startsWith('sim:') ? 'virtual' : (networkSchemeOf(path) ?? 'serial') };
}

function pathOf({ objectId, instanceId, resourceId }: Params): string {
  return `/${String(objectId)}/${String(instanceId)}/${String(resourceId)}`;
}

function refused(text: string): Fault {
  return { code: 'AT_ERROR', message: text };
}
