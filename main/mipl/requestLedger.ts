import type { Fault } from '../../shared/errors.ts';
import { formatPath } from '../../shared/lwm2m.ts';
import type { Deliberate, PlatformRequest } from '../../shared/state.ts';
import { addressOf, kindOf, payloadOf } from './responder.ts';
import type { RequestUrc } from './responder.ts';

/** CoAP EXCHANGE_LIFETIME (RFC 7252 §4.8.2): after this a message id may mean another request. */
const REPEAT_WINDOW_MS = 247_000;
const KEPT = 200;

/** What a request of several lines looks like as one. */
export type RequestSummary = Partial<Pick<PlatformRequest, 'path' | 'payload'>>;

interface Entry {
  request: PlatformRequest;
  readonly key: string;
  readonly arrivedMonotonicMs: number;
}

/**
 * The requests of the platform by msgid. Platforms and modules repeat what was not answered, often twice in a row
 * (ME3616 manual); a repeat is counted here and must not be answered again unless our answer failed.
 */
export class RequestLedger {
  readonly #entries = new Map<string, Entry>();
  readonly #latestByKey = new Map<string, Entry>();
  readonly #onChange: (request: PlatformRequest) => void;
  readonly #deadlineMs: () => number;
  #lastId: number;

  constructor(onChange: (request: PlatformRequest) => void, deadlineMs: () => number, lastId = 0) {
    this.#onChange = onChange;
    this.#deadlineMs = deadlineMs;
    this.#lastId = lastId;
  }

  /** Enters a request line. `isRepeat` when the same request is known and needs no second answer. */
  enter(
    urc: RequestUrc,
    at: { monotonicMs: number; arrivedMs: number },
  ): { readonly id: string; readonly isRepeat: boolean } {
    const key = keyOf(urc);
    const known = this.#latestByKey.get(key);
    const isRecent = known && at.monotonicMs - known.arrivedMonotonicMs < REPEAT_WINDOW_MS;
    if (isRecent && known.request.status !== 'failed' && !isAskedAnew(urc, known.request)) {
      if (known.request.status === 'assembling') return { id: known.request.id, isRepeat: false };
      this.#set(known, { repeats: known.request.repeats + 1 });
      return { id: known.request.id, isRepeat: true };
    }
    const id = String(++this.#lastId);
    const payload = payloadOf(urc);
    const entry: Entry = {
      key,
      arrivedMonotonicMs: at.monotonicMs,
      request: {
        id,
        kind: kindOf(urc),
        msgId: urc.params.msgId,
        path: formatPath(addressOf(urc.params)),
        arrivedMs: at.arrivedMs,
        status: urc.name === '+MIPLWRITE' ? 'assembling' : 'answering',
        acknowledgedLines: 0,
        totalLines: 0,
        late: false,
        repeats: 0,
        ...(payload === undefined ? {} : { payload }),
      },
    };
    this.#entries.set(id, entry);
    this.#latestByKey.set(key, entry);
    this.#dropOldest();
    this.#onChange(entry.request);
    return { id, isRepeat: false };
  }

  /** The module answers this kind itself; we only show it. */
  shown(id: string): void {
    this.#change(id, { status: 'shown' });
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
    answer: Pick<PlatformRequest, 'totalLines' | 'result' | 'fault' | 'smallestMs' | 'deliberate'> & RequestSummary,
  ): void {
    this.#change(id, { status: 'answering', ...answer });
  }

  /** The first byte of the answer was handed to the port. */
  firstByte(id: string, monotonicMs: number): void {
    const entry = this.#entries.get(id);
    if (entry) this.#set(entry, { firstByteMs: monotonicMs - entry.arrivedMonotonicMs });
  }

  /** A line of the answer has its OK. */
  lineAcknowledged(id: string): void {
    const entry = this.#entries.get(id);
    if (entry) this.#set(entry, { acknowledgedLines: entry.request.acknowledgedLines + 1 });
  }

  /** All lines have their OK. Gives the time used, undefined when the entry is long gone. */
  answered(id: string, monotonicMs: number): { readonly usedMs: number; readonly late: boolean } | undefined {
    const entry = this.#entries.get(id);
    if (!entry) return undefined;
    const usedMs = monotonicMs - entry.arrivedMonotonicMs;
    const late = usedMs > this.#deadlineMs();
    const refused = (entry.request.result ?? 0) > 2;
    this.#set(entry, {
      status: refused ? 'refused' : 'answered',
      acknowledgedLines: entry.request.totalLines,
      usedMs,
      late,
    });
    return { usedMs, late };
  }

  /** The answer could not be delivered: the command failed, or the module said event 20. */
  failed(id: string, fault: Fault): void {
    this.#change(id, { status: 'failed', fault });
  }

  /** Event 20 names the msgid whose answer was lost. */
  failedByMsgId(msgId: number, fault: Fault): void {
    const entry = [...this.#entries.values()].reverse().find((candidate) => candidate.request.msgId === msgId);
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
      if (this.#latestByKey.get(entry.key) === entry) this.#latestByKey.delete(entry.key);
    }
  }
}

/**
 * An observation keeps its msgid for as long as it stands: when the platform observes again what it observes already,
 * the same line comes again and waits for an answer. Lines printed twice in a row come before ours is accepted.
 */
function isAskedAnew(urc: RequestUrc, { status }: PlatformRequest): boolean {
  return urc.name === '+MIPLOBSERVE' && status !== 'answering' && status !== 'held';
}

/**
 * A repeat has the same kind, msgid and object; lines of one write differ only in their resource. A cancel carries the msgid
 * and the name of its observe, and is none of its repeats.
 */
function keyOf(urc: RequestUrc): string {
  return `${kindOf(urc)} ${urc.params.msgId} ${urc.params.objectId}`;
}
