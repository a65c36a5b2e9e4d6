import { defined } from '../../shared/defined.ts';
import { formatPath } from '../../shared/lwm2m.ts';
import { requestKinds } from '../../shared/requestKinds.ts';
import type { RequestKind } from '../../shared/requestKinds.ts';
import type { SessionRow } from '../../shared/sessions.ts';
import type { DeviceState, PlatformRequest } from '../../shared/state.ts';
import { Replay } from '../facts/replay.ts';
import { hasFacts } from '../journal/format.ts';
import { readJournalHeader } from '../journal/journalReader.ts';
import type { JournalProblem } from '../journal/journalReader.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import type { Dialect } from '../mipl/dialects.ts';
import { EngineToday, JournalClock, modelOf } from './engineToday.ts';
import type { AnswerLeft } from './engineToday.ts';
import { readSessionRows } from './sessionRows.ts';

/** A request whose answer of today is another than the one that was kept. */
export interface AnswerDifference {
  /** Line of the journal in which the request begins. */
  readonly line: number;
  readonly atMs: number;
  readonly kind: RequestKind;
  readonly path: string;
  readonly msgId: number;
  /** Commands that answered it then, in their order. */
  readonly then: readonly string[];
  /** Commands that answer it today; none: it is not answered. */
  readonly today: readonly string[];
}

/** What came of it. */
export interface ReplayedAgainst {
  readonly requests: number;
  readonly same: number;
  readonly different: number;
  /** No answer is kept of them: they are not compared. */
  readonly unanswered: number;
  /** A person answered them, or let them wait: they are not compared. */
  readonly byPerson: number;
  /** The journal tells no values: those that it answered with were taken. */
  readonly isFromLines: boolean;
}

/** What {@link replayAgainst} is told. */
export interface ReplayAgainstOptions {
  readonly dialect: Dialect;
  /** Objects of a journal that does not tell its own. */
  readonly model: DeviceModel;
  readonly onDifference: (difference: AnswerDifference) => Promise<void>;
  readonly onProblem: (problem: Pick<JournalProblem, 'line' | 'message'>) => void;
  /** Ends it with `CANCELLED`. */
  readonly signal?: AbortSignal;
}

/** Module and platform have given up then (docs/architecture.md §3): what comes later with the same msgid is another request. */
const ANSWERED_WITHIN_MS = 30_000;
/** An answer that comes so much later still belongs to the request that was judged without it (RFC 7252 §4.8.2). */
const LATE_WITHIN_MS = 247_000;

/** An answer that was kept. */
interface KeptAnswer {
  readonly text: string;
  readonly params: NonNullable<SessionRow['decoded']>['params'] & object;
  readonly exchange: number | undefined;
  /** A person ordered it. */
  readonly isByPerson: boolean;
  /** What the module said to it; absent where that did not come. */
  result?: string;
}

/** A line nobody asked for, with what was known when it came; or an answer to a line that does not tell its msgid. */
interface HeardThen {
  readonly row: SessionRow;
  readonly msgId: number | undefined;
  readonly state: DeviceState;
  readonly answers: KeptAnswer[];
}

/** A request, its repeats and its further lines. */
interface Exchange {
  readonly startedMs: number;
  readonly first: SessionRow;
  readonly answers: KeptAnswer[];
  readonly today: string[];
  request?: PlatformRequest;
}

const msgIdOf = ({ decoded }: SessionRow): number | undefined => {
  const msgId = decoded?.params?.['msgId'];
  return typeof msgId === 'number' ? msgId : undefined;
};

/** NOTIFY carries the msgid of its observation, and answers nothing. */
const isAnswer = ({ kind, decoded }: SessionRow): boolean =>
  (kind === 'engine' || kind === 'person') && decoded?.name?.endsWith('RSP') === true;

/** China Mobile's firmware is told of its objects so before it opens (`discoverRsp` of the dialect): no line asks for it. */
const isAnnouncement = ({ decoded }: SessionRow): boolean => decoded?.name === '+MIPLDISCOVERRSP';

/** What was asked for, of a line of the platform or an answer to one; parts that are not told are left out of the path. */
function askedBy({ decoded }: SessionRow): { readonly kind: RequestKind; readonly path: string } {
  const { objectId, instanceId, resourceId, flag } = decoded?.params ?? {};
  const word = /^\+MIPL(.+?)(?:RSP)?$/.exec(decoded?.name ?? '')?.[1]?.toLowerCase();
  const named = requestKinds.find((kind) => kind === word) ?? 'read';
  const ids = [objectId, instanceId, resourceId];
  const missing = ids.findIndex((id) => typeof id !== 'number' || id < 0);
  const path = `/${(missing < 0 ? ids : ids.slice(0, missing)).join('/')}`;
  return { kind: named === 'observe' && flag === 0 ? 'cancel' : named, path };
}

/** Feeds what a journal has heard to an engine of today, request by request, and compares the answers. */
class Comparison {
  readonly counts = { requests: 0, same: 0, different: 0, unanswered: 0, byPerson: 0 };
  readonly #options: ReplayAgainstOptions;
  readonly #isFromLines: boolean;
  readonly #clock = new JournalClock();
  /** Lines that wait until the answers to them have been read. */
  #waiting: HeardThen[] = [];
  readonly #open = new Map<number, Exchange>();
  readonly #ofRequest = new Map<string, Exchange>();
  readonly #byPerson = new Set<number>();
  /** When a line or a lone answer with a msgid came last, the oldest first. */
  readonly #lastHeardMs = new Map<number, number>();
  /** The line that the engine is told. */
  #told: SessionRow | undefined;
  /** The engine's number of its newest request. */
  #newest = 0;
  #objects: DeviceState['objects'] | undefined;
  #engine: EngineToday | undefined;
  #lastAnswer: KeptAnswer | undefined;

  constructor(options: ReplayAgainstOptions, isFromLines: boolean) {
    this.#options = options;
    this.#isFromLines = isFromLines;
  }

  /** A line of the journal, and what was known when it came. */
  read(row: SessionRow, state: DeviceState): void {
    const msgId = msgIdOf(row);
    if (row.kind === 'unasked') this.#waiting.push({ row, msgId, state, answers: [] });
    if (isAnswer(row)) this.#readAnswer(row, msgId, state);
    const isResult = row.kind === 'answer' && row.decoded?.kind === 'final';
    if (isResult && this.#lastAnswer?.exchange === row.exchange && this.#lastAnswer) this.#lastAnswer.result = row.text;
  }

  /** A person has decided about requests with this msgid. */
  readByPerson(msgId: number): void {
    this.#byPerson.add(msgId);
  }

  #readAnswer(row: SessionRow, msgId: number | undefined, state: DeviceState): void {
    const { text, exchange, kind, decoded } = row;
    const answer: KeptAnswer = { text, params: decoded?.params ?? {}, exchange, isByPerson: kind === 'person' };
    this.#lastAnswer = answer;
    if (msgId === undefined) return;
    const heard = this.#waiting.findLast((line) => line.msgId === msgId);
    const heardMs = heard?.row.sinceStartMs ?? this.#lastHeardMs.get(msgId) ?? -Infinity;
    const afterMs = row.sinceStartMs - heardMs;
    if (heard && afterMs < ANSWERED_WITHIN_MS) heard.answers.push(answer);
    // What it answers cannot be read, or is of a form that nobody here knows: the engine may know it all the same.
    else if (afterMs >= LATE_WITHIN_MS) this.#waiting.push({ row, msgId, state, answers: [answer] });
  }

  /** Takes the lines whose answers are known by now. */
  async advance(nowMs: number): Promise<void> {
    let count = 0;
    for (const heard of this.#waiting) {
      if (nowMs - heard.row.sinceStartMs < ANSWERED_WITHIN_MS) break;
      await this.#feed(heard);
      count += 1;
    }
    if (count > 0) this.#waiting = this.#waiting.slice(count);
  }

  async end(): Promise<void> {
    await this.advance(Infinity);
    await this.#engine?.passTo(Infinity, this.#options.signal);
    await this.#close(Infinity);
    this.#engine?.end();
  }

  async #feed({ row, msgId, state, answers }: HeardThen): Promise<void> {
    await this.#engine?.passTo(row.sinceStartMs, this.#options.signal);
    this.#clock.goTo(row.sinceStartMs);
    await this.#close(row.sinceStartMs);
    const isAlone = row.kind !== 'unasked';
    const isCounted = isAlone ? answers.length > 0 && !isAnnouncement(row) : msgId !== undefined;
    if (isCounted && msgId !== undefined) this.#openFor(msgId, row).answers.push(...answers);
    if (isAlone) return;
    const engine = this.#engineFor(state);
    if (this.#isFromLines) for (const { params } of answers) this.#takeValue(engine, params);
    else engine.setValues(state.resources);
    this.#told = row;
    engine.say(row.text);
    await engine.settle(this.#options.signal);
  }

  /** Values that nobody kept are those that were answered with. */
  #takeValue(engine: EngineToday, { objectId, instanceId, resourceId, value }: KeptAnswer['params']): void {
    if (typeof objectId !== 'number' || typeof instanceId !== 'number' || typeof resourceId !== 'number') return;
    if (value !== undefined) engine.setValue(formatPath({ objectId, instanceId, resourceId }), String(value));
  }

  #openFor(msgId: number, row: SessionRow): Exchange {
    this.#lastHeardMs.delete(msgId);
    this.#lastHeardMs.set(msgId, row.sinceStartMs);
    const known = this.#open.get(msgId);
    if (known) return known;
    const exchange: Exchange = { startedMs: row.sinceStartMs, first: row, answers: [], today: [] };
    this.#open.set(msgId, exchange);
    return exchange;
  }

  #engineFor({ objects, resources }: DeviceState): EngineToday {
    if (this.#engine && (this.#isFromLines || objects === this.#objects)) return this.#engine;
    this.#engine?.end();
    this.#objects = objects;
    this.#ofRequest.clear();
    this.#newest = 0;
    const { dialect, model } = this.#options;
    this.#engine = new EngineToday({
      dialect,
      model: this.#isFromLines ? model : modelOf(objects, resources),
      clock: this.#clock,
      onAnswer: (answer) => this.#onAnswer(answer),
      onRequest: (request) => this.#onRequest(request),
    });
    return this.#engine;
  }

  #onRequest(request: PlatformRequest): void {
    const isNew = Number(request.id) > this.#newest;
    this.#newest = Math.max(this.#newest, Number(request.id));
    const known = this.#ofRequest.get(request.id) ?? this.#open.get(request.msgId);
    const exchange = known ?? (isNew ? this.#openUnread(request) : undefined);
    if (!exchange) return;
    exchange.request = request;
    this.#ofRequest.set(request.id, exchange);
  }

  /** Of the line that is told now: it was not read far enough to see its msgid, and its answers stand alone. */
  #openUnread({ msgId }: PlatformRequest): Exchange | undefined {
    const row = this.#told;
    if (!row || msgIdOf(row) !== undefined) return undefined;
    const exchange = this.#openFor(msgId, row);
    for (const alone of this.#waiting)
      if (alone.msgId === msgId && alone.row.kind !== 'unasked') exchange.answers.push(...alone.answers.splice(0));
    return exchange;
  }

  /** The module says what it said then. */
  #onAnswer({ text, request }: AnswerLeft): string {
    const exchange = this.#ofRequest.get(request);
    const place = exchange?.today.push(text) ?? 0;
    return exchange?.answers[place - 1]?.result ?? 'OK';
  }

  /** Requests to which nothing more belongs at that time are judged. */
  async #close(nowMs: number): Promise<void> {
    for (const [msgId, exchange] of this.#open) {
      if (nowMs - exchange.startedMs < ANSWERED_WITHIN_MS) continue;
      this.#open.delete(msgId);
      if (exchange.request) this.#ofRequest.delete(exchange.request.id);
      await this.#judge(msgId, exchange);
    }
    for (const [msgId, heardMs] of this.#lastHeardMs) {
      if (nowMs - heardMs < LATE_WITHIN_MS + ANSWERED_WITHIN_MS) break;
      this.#lastHeardMs.delete(msgId);
    }
  }

  async #judge(msgId: number, { first, answers, today, request }: Exchange): Promise<void> {
    const then = answers.map(({ text }) => text);
    // What the module answers by itself is shown, then as today; what nobody takes for a request is none.
    if ((request === undefined || request.status === 'shown') && then.length === 0) return;
    const { kind, path } = request ?? askedBy(first);
    const { counts } = this;
    counts.requests += 1;
    if (this.#byPerson.delete(msgId) || answers.some(({ isByPerson }) => isByPerson)) counts.byPerson += 1;
    else if (then.length === 0) counts.unanswered += 1;
    else if (then.join('\n') === today.join('\n')) counts.same += 1;
    else {
      counts.different += 1;
      await this.#options.onDifference({ line: first.line, atMs: first.atMs, kind, path, msgId, then, today });
    }
  }
}

/**
 * Feeds the lines that a journal has received to the engine as it is today, with the objects and values of that moment, and says
 * which requests it answers otherwise. Times are those of the journal, so that repeats are told from new requests as they were.
 * @throws CodedError `FILE_NOT_FOUND`, `FILE_BAD_JOURNAL`, `CANCELLED`.
 */
export async function replayAgainst(file: string, options: ReplayAgainstOptions): Promise<ReplayedAgainst> {
  const isFromLines = !hasFacts(await readJournalHeader(file));
  const comparison = new Comparison(options, isFromLines);
  let line = 1;
  const replay = new Replay(
    (message) => options.onProblem({ line, message }),
    ({ requests }, happened) => {
      for (const request of Object.values(requests ?? {}))
        if (happened && request?.deliberate) comparison.readByPerson(request.msgId);
    },
  );
  const blocks = readSessionRows(file, {
    ...defined({ signal: options.signal }),
    onProblem: options.onProblem,
    onRecord: (record, rows) => {
      ({ line } = record);
      for (const row of rows) comparison.read(row, replay.state);
      replay.push(record);
    },
  });
  for await (const { rows, first } of blocks) {
    // Without a record they are what waited for an end that did not come.
    if (!first) for (const row of rows) comparison.read(row, replay.state);
    const last = rows.at(-1);
    if (last) await comparison.advance(last.sinceStartMs);
  }
  await comparison.end();
  return { ...comparison.counts, isFromLines };
}
