import { faultOf } from '../../shared/errors.ts';
import { formatPath } from '../../shared/lwm2m.ts';
import type { NotificationAttributes } from '../../shared/lwm2m.ts';
import type { AnswerTimes, PlatformRequest, ValueStanding } from '../../shared/state.ts';
import type { AtChannel, AtExchange, GroupedCommand } from '../at/channel.ts';
import type { AtLine } from '../at/lineSplitter.ts';
import { parseAttributes } from '../lwm2m/attributes.ts';
import type { ObjectStore } from '../lwm2m/objectStore.ts';
import { AnswerTimeRecord } from './answerTimes.ts';
import { event } from './codes.ts';
import type { Dialect } from './dialects.ts';
import type { UrcOf } from './messages.ts';
import { RequestLedger } from './requestLedger.ts';
import { addressOf, respond } from './responder.ts';
import type { Answer, PlatformCall, RequestUrc } from './responder.ts';
import { WriteAssembler } from './writeAssembler.ts';

/** What the desk tells; all are facts that have happened. */
export interface RequestDeskListener {
  onRequest(request: PlatformRequest): void;
  onAttributes(path: string, attributes: NotificationAttributes): void;
  onStanding(path: string, standing: ValueStanding): void;
  onAnswerTimes(times: AnswerTimes): void;
  /** The platform observes a path, or no longer does. */
  onObserve(params: UrcOf<'+MIPLOBSERVE'>['params']): void;
  onNote(text: string): void;
}

/** What the desk works with. */
export interface RequestDeskParts {
  readonly channel: AtChannel;
  readonly store: ObjectStore;
  readonly dialect: () => Dialect;
  readonly deadlineMs: () => number;
  readonly lastId: number;
}

const ANSWER_TIMEOUT_MS = 5000;

/** Takes the platform's requests, lets responder.ts decide and sends the answers; the ledger keeps account. */
export class RequestDesk {
  readonly #parts: RequestDeskParts;
  readonly #listener: RequestDeskListener;
  readonly #assembler = new WriteAssembler();
  readonly #answerTimes = new AnswerTimeRecord();
  readonly #ledger: RequestLedger;

  constructor(parts: RequestDeskParts, listener: RequestDeskListener) {
    this.#parts = parts;
    this.#listener = listener;
    this.#ledger = new RequestLedger((request) => listener.onRequest(request), parts.deadlineMs, parts.lastId);
  }

  /** Takes a request of the platform; repeats end here. */
  take(urc: RequestUrc, line: AtLine): void {
    const { id, isRepeat } = this.#ledger.enter(urc, {
      monotonicMs: Number(line.finishedNs) / 1e6,
      wallMs: Date.now(),
    });
    if (isRepeat) return;
    const dialect = this.#parts.dialect();
    if (dialect.answersItself.has(urc.name)) {
      this.#overhear(urc);
      return this.#ledger.shown(id);
    }
    const call = this.#wholeCall(urc);
    if (!call) return;
    const answer = respond(call, this.#parts.store, dialect);
    this.#takeEffect(urc, answer);
    this.#ledger.answering(id, { totalLines: answer.lines.length, result: answer.result, ...writtenSummary(call) });
    void this.#sendAnswer(id, urc, answer);
  }

  /** Event 20: the module could not send the answer to that msgid. */
  answerLost(msgId: number): void {
    this.#ledger.failedByMsgId(msgId, {
      code: 'MIPL_REFUSED',
      message: 'The module could not send the answer',
      detail: String(event.answerFailed),
    });
  }

  /** Forgets what is half done: the module started anew or the link ended. */
  reset(): void {
    this.#assembler.clear();
    this.#ledger.forgetRepeats();
  }

  /** The module answers this one; what the platform wants counts for us too. */
  #overhear(urc: RequestUrc): void {
    if (urc.name === '+MIPLOBSERVE') this.#listener.onObserve(urc.params);
    if (urc.name !== '+MIPLPARAMETER') return;
    try {
      this.#listener.onAttributes(formatPath(addressOf(urc.params)), parseAttributes(urc.params.attributes));
    } catch (error) {
      this.#listener.onNote(`${urc.name} ${urc.params.msgId} is not understood: ${faultOf(error).message}`);
    }
  }

  #wholeCall(urc: RequestUrc): PlatformCall | undefined {
    if (urc.name !== '+MIPLWRITE') return urc;
    const params = this.#assembler.add(urc.params);
    return params && { name: '+MIPLWRITE', params };
  }

  #takeEffect(urc: RequestUrc, answer: Answer): void {
    if (answer.fault) return this.#listener.onNote(`${urc.name} ${urc.params.msgId} refused: ${answer.fault.message}`);
    if (urc.name === '+MIPLOBSERVE') this.#listener.onObserve(urc.params);
    if (answer.attributes) this.#listener.onAttributes(formatPath(addressOf(urc.params)), answer.attributes);
    if (urc.name === '+MIPLWRITE')
      for (const path of answer.paths) this.#listener.onStanding(path, 'writtenByPlatform');
  }

  async #sendAnswer(id: string, urc: RequestUrc, answer: Answer): Promise<void> {
    const group: GroupedCommand[] = answer.lines.map((command, position) => ({
      command,
      options: {
        priority: 'answer',
        timeoutMs: ANSWER_TIMEOUT_MS,
        onSent: (sentNs) => {
          if (position === 0) this.#ledger.firstByte(id, Number(sentNs) / 1e6);
          else this.#ledger.lineAcknowledged(id);
        },
      },
    }));
    try {
      const exchanges = await this.#parts.channel.sendGroup(group);
      const { finishedNs } = exchanges.at(-1) as AtExchange;
      const used = this.#ledger.answered(id, Number(finishedNs) / 1e6);
      if (used) {
        this.#answerTimes.add(used.usedMs, used.late);
        this.#listener.onAnswerTimes(this.#answerTimes.summary());
      }
      if (urc.name === '+MIPLREAD') for (const path of answer.paths) this.#listener.onStanding(path, 'readByPlatform');
    } catch (error) {
      this.#ledger.failed(id, faultOf(error));
    }
  }
}

/** A write of several resources shows its instance and all values in the ledger. */
function writtenSummary(call: PlatformCall): { path?: string; payload?: string } {
  if (call.name !== '+MIPLWRITE' || call.params.parts.length < 2) return {};
  const { parts } = call.params;
  const { objectId, instanceId } = parts[0] as (typeof parts)[number];
  return {
    path: formatPath({ objectId, instanceId }),
    payload: parts.map((part) => `${part.resourceId}=${part.value}`).join(' '),
  };
}
