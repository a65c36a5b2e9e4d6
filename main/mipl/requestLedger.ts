import { defined } from '../../shared/defined.ts';
import type { Fault } from '../../shared/errors.ts';
import { formatPath } from '../../shared/lwm2m.ts';
import type { Deliberate, PlatformRequest } from '../../shared/state.ts';
import type { RequestKind } from '../../shared/requestKinds.ts';
import { isUnfinished } from './messageAssembler.ts';
import { addressOf, kindOf, payloadOf } from './wire.ts';
import type { RequestUrc, UnreadableRequest } from './wire.ts';

/** CoAP EXCHANGE_LIFETIME (RFC 7252 §4.8.2): after this a message id may mean another request. */
export const REPEAT_WINDOW_MS = 247_000;
/** Requests whose repeats are known: those of a minute of a module that talks without pause. The screen shows fewer. */
const KEPT = 10_000;
/** Of one request: as many as the parts of a write that are joined. */
const MAX_LINES = 1024;

/** What a request of several lines looks like as one. */
export type RequestSummary = Partial<Pick<PlatformRequest, 'path' | 'payload'>>;

type RequestBeginning = Pick<PlatformRequest, 'kind' | 'msgId' | 'path' | 'status' | 'payload'>;

interface Entry {
  request: PlatformRequest;
  readonly key: string;
  /** Its lines: what they name and carry. */
  readonly lines: Set<string>;
  readonly arrivedMonotonicMs: number;
}

/** When a line arrived. */
interface ArrivalTime {
  readonly monotonicMs: number;
  readonly arrivedMs: number;
}

/** Where a line belongs: known before anything happens, so that it can stand in the log before what it brings about. */
export interface Place {
  /** Of the request. */
  readonly id: string;
  /** Takes the line into account. `seq`: its number in the log, where one is kept; a new request begins with it. */
  enter(seq?: number): Entered;
}

/** A line that was entered; a repeat wants nothing more. */
interface Entered {
  readonly id: string;
  readonly isRepeat: boolean;
  /** Of the request's first line. */
  readonly arrivedMonotonicMs: number;
}

/**
 * The requests of the platform by msgid. Platforms and modules repeat what was not answered, often twice in a row
 * (ME3616 manual); a repeat is counted here and must not be answered again unless our answer failed.
 */
export class RequestLedger {
  readonly #entries = new Map<string, Entry>();
  readonly #latestByKey = new Map<string, Entry>();
  readonly #latestByMsgId = new Map<number, Entry>();
  readonly #onChange: (request: PlatformRequest) => void;
  #lastId: number;

  constructor(onChange: (request: PlatformRequest) => void, lastId = 0) {
    this.#onChange = onChange;
    this.#lastId = lastId;
  }

  /**
   * Finds where a request line belongs. It is a repeat when the same line is known and needs no second answer: msgid, resource and value
   * are the same, or it belongs to a request that was refused already because of another of its lines.
   */
  placeOf(urc: RequestUrc, at: ArrivalTime): Place {
    const { msgId } = urc.params;
    const path = formatPath(addressOf(urc.params));
    const payload = payloadOf(urc);
    const line = fingerprint(`${path} ${payload ?? ''}`);
    const key = keyOf(kindOf(urc), msgId, urc.params.objectId);
    const known = this.#recent(key, at) ?? this.#spoiledWrite(urc, at);
    if (known && !isAskedAnew(urc, known.request)) {
      if (known.request.status === 'assembling') return partOf(known, line);
      if (known.lines.has(line) || isSpoiled(known.request)) return this.#repeatOf(known);
    }
    const isPart = urc.name === '+MIPLWRITE' || (urc.name === '+MIPLEXECUTE' && isUnfinished(urc.params));
    const status = isPart ? 'assembling' : 'answering';
    return this.#placeOfNew(key, line, at, {
      kind: kindOf(urc),
      msgId,
      path,
      status,
      ...defined({ payload }),
    });
  }

  /** Finds where a line belongs that cannot be read. One of a request that is not whole spoils that. */
  placeOfUnreadable({ kind, msgId, path, reason }: UnreadableRequest, text: string, at: ArrivalTime): Place {
    const line = fingerprint(text);
    const key = keyOf(kind, msgId, undefined);
    const known = this.#recent(key, at);
    if (known?.lines.has(line)) return this.#repeatOf(known);
    const open = this.#unfinished(kind, msgId);
    if (open) return this.#spoilOf(open, key, line);
    return this.#placeOfNew(key, line, at, { kind, msgId, path, status: 'answering', payload: reason });
  }

  #recent(key: string, at: ArrivalTime): Entry | undefined {
    const known = this.#latestByKey.get(key);
    const isKnown = known && at.monotonicMs - known.arrivedMonotonicMs < REPEAT_WINDOW_MS;
    return isKnown && known.request.status !== 'failed' ? known : undefined;
  }

  /** A write one of whose lines could not be read: which object it named may not be known. */
  #spoiledWrite({ name, params }: RequestUrc, at: ArrivalTime): Entry | undefined {
    return name === '+MIPLWRITE' ? this.#recent(keyOf('write', params.msgId, undefined), at) : undefined;
  }

  #unfinished(kind: RequestKind, msgId: number): Entry | undefined {
    const latest = this.#latestByMsgId.get(msgId);
    return latest?.request.kind === kind && latest.request.status === 'assembling' ? latest : undefined;
  }

  #repeatOf(known: Entry): Place {
    const enter = (): Entered => {
      this.#set(known, { repeats: known.request.repeats + 1 });
      return enteredAs(known, true);
    };
    return { id: known.request.id, enter };
  }

  #spoilOf(open: Entry, key: string, line: string): Place {
    const enter = (): Entered => {
      open.lines.add(line);
      this.#latestByKey.set(key, open);
      return enteredAs(open, false);
    };
    return { id: open.request.id, enter };
  }

  #placeOfNew(key: string, line: string, at: ArrivalTime, request: RequestBeginning): Place {
    const id = String(this.#lastId + 1);
    return {
      id,
      enter: (seq) => this.#add(key, line, at, seq === undefined ? { id, ...request } : { id, ...request, seq }),
    };
  }

  #add(
    key: string,
    line: string,
    at: ArrivalTime,
    request: RequestBeginning & Pick<PlatformRequest, 'id' | 'seq'>,
  ): Entered {
    const { id } = request;
    this.#lastId = Number(id);
    // What another request of the same name has brought may come again all the same.
    const known = this.#recent(key, at)?.lines;
    const entry: Entry = {
      key,
      lines: known && known.size < MAX_LINES ? known.add(line) : new Set([line]),
      arrivedMonotonicMs: at.monotonicMs,
      request: {
        ...request,
        arrivedMs: at.arrivedMs,
        acknowledgedLines: 0,
        totalLines: 0,
        late: false,
        repeats: 0,
      },
    };
    this.#entries.set(id, entry);
    this.#latestByKey.set(key, entry);
    this.#latestByMsgId.set(entry.request.msgId, entry);
    this.#dropOldest();
    this.#onChange(entry.request);
    return enteredAs(entry, false);
  }

  /** The module answers this kind itself; we only show it, and why it could not be read. */
  shown(id: string, fault?: Fault): void {
    this.#change(id, { status: 'shown', ...(fault ? { fault } : {}) });
  }

  /** A person is to answer. */
  held(id: string, summary: RequestSummary): void {
    this.#change(id, { status: 'held', ...summary });
  }

  /** What a person has decided and will happen later. */
  planned(id: string, deliberate: Deliberate): void {
    this.#change(id, { deliberate });
  }

  /** No answer will ever be sent. */
  dropped(id: string, why: { readonly deliberate: Deliberate } | { readonly fault: Fault }): void {
    this.#change(id, { status: 'dropped', ...why });
  }

  /** The answer is known and about to be sent. */
  answering(
    id: string,
    answer: Pick<PlatformRequest, 'totalLines' | 'result' | 'fault' | 'smallestMs' | 'deliberate' | 'value'> &
      RequestSummary,
  ): void {
    this.#change(id, { status: 'answering', ...answer });
  }

  /** The first byte of the answer was handed to the port. */
  firstByte(id: string, monotonicMs: number): void {
    const entry = this.#entries.get(id);
    if (entry) this.#set(entry, { firstByteMs: toMicroseconds(monotonicMs - entry.arrivedMonotonicMs) });
  }

  /** A line of the answer has its OK. */
  lineAcknowledged(id: string): void {
    const entry = this.#entries.get(id);
    if (entry) this.#set(entry, { acknowledgedLines: entry.request.acknowledgedLines + 1 });
  }

  /** All lines have their OK, `usedMs` after the request's newline. */
  answered(id: string, usedMs: number, late: boolean): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    const refused = Number(entry.request.result) > 2;
    this.#set(entry, {
      status: refused ? 'refused' : 'answered',
      acknowledgedLines: entry.request.totalLines,
      usedMs,
      late,
    });
  }

  /** The answer could not be delivered: the command failed, or the module said event 20. */
  failed(id: string, fault: Fault): void {
    this.#change(id, { status: 'failed', fault });
  }

  /** The newest request with a msgid, by its id. */
  latestWith(msgId: number): string | undefined {
    return this.#latestByMsgId.get(msgId)?.request.id;
  }

  /** Event 20 names the msgid whose answer was lost. */
  failedByMsgId(msgId: number, fault: Fault): void {
    const entry = this.#latestByMsgId.get(msgId);
    if (entry) this.#set(entry, { status: 'failed', fault });
  }

  /** The module started anew: its ids start anew too. */
  forgetRepeats(): void {
    this.#latestByKey.clear();
  }

  #change(id: string, change: Partial<PlatformRequest>): void {
    const entry = this.#entries.get(id);
    if (entry) this.#set(entry, change);
  }

  #set(entry: Entry, change: Partial<PlatformRequest>): void {
    entry.request = { ...entry.request, ...change };
    this.#onChange(entry.request);
  }

  #dropOldest(): void {
    for (const [id, entry] of this.#entries) {
      if (this.#entries.size <= KEPT) return;
      this.#entries.delete(id);
      const { kind, msgId } = entry.request;
      for (const key of [entry.key, keyOf(kind, msgId, undefined)]) {
        if (this.#latestByKey.get(key) === entry) this.#latestByKey.delete(key);
      }
      if (this.#latestByMsgId.get(msgId) === entry) this.#latestByMsgId.delete(msgId);
    }
  }
}

function partOf(known: Entry, line: string): Place {
  const enter = (): Entered => {
    if (known.lines.size < MAX_LINES) known.lines.add(line);
    return enteredAs(known, false);
  };
  return { id: known.request.id, enter };
}

/** Milliseconds, whole microseconds: what a difference has behind them is noise of the arithmetic. */
export function toMicroseconds(spanMs: number): number {
  return Math.round(spanMs * 1000) / 1000;
}

function enteredAs({ request, arrivedMonotonicMs }: Entry, isRepeat: boolean): Entered {
  return { id: request.id, isRepeat, arrivedMonotonicMs };
}

/**
 * An observation keeps its msgid for as long as it stands: when the platform observes again what it observes already,
 * the same line comes again and waits for an answer. Lines printed twice in a row come before ours is accepted.
 */
function isAskedAnew(urc: RequestUrc, { status }: PlatformRequest): boolean {
  return urc.name === '+MIPLOBSERVE' && status !== 'answering' && status !== 'held';
}

/**
 * A repeat has the same kind, msgid and object. A cancel carries the msgid and the name of its observe, and is none of its
 * repeats.
 */
function keyOf(kind: RequestKind, msgId: number, objectId: number | undefined): string {
  return `${kind} ${msgId} ${objectId ?? 'unread'}`;
}

/** Refused because of a line that was missing or could not be read: those that still come are the same request. */
function isSpoiled({ kind, fault }: PlatformRequest): boolean {
  const takesLines = kind === 'write' || kind === 'execute';
  return takesLines && (fault?.code === 'MIPL_UNREADABLE' || fault?.code === 'MIPL_INCOMPLETE');
}

/** Length and two hashes of 32 bits (FNV-1a, forwards and with another offset): values are too long to keep. */
function fingerprint(text: string): string {
  let [one, other] = [0x811c9dc5, 0x9dc5811c];
  for (let place = 0; place < text.length; place++) {
    one = Math.imul(one ^ text.charCodeAt(place), 0x01000193);
    other = Math.imul(other ^ text.charCodeAt(place), 0x01000193);
  }
  return `${text.length} ${one} ${other}`;
}
