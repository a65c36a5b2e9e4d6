import { faultOf } from '../../shared/errors.ts';
import type { AnswerTimes } from '../../shared/answerTimes.ts';
import type { LineTag } from '../../shared/log.ts';
import type { Remark } from '../../shared/remarks.ts';
import type { ValueStanding } from '../../shared/state.ts';
import type { AtChannel, AtExchange, DueTime, GroupedCommand } from '../at/channel.ts';
import { CommandPace, smallestAnswerMs } from './answerCost.ts';
import type { AnswerTimeRecord } from './answerTimes.ts';
import { Backlog } from './backlog.ts';
import { toMicroseconds } from './requestLedger.ts';
import type { RequestLedger } from './requestLedger.ts';
import type { Answer, RequestUrc } from './wire.ts';

/** What the sender works with. */
export interface AnswerSenderParts {
  readonly channel: AtChannel;
  readonly ledger: RequestLedger;
  readonly deadlineMs: () => number;
  /** Of the wire to the module, where one is known. */
  readonly baudRate: () => number | undefined;
  /** Of the session, which outlives the link. */
  readonly answerTimes: AnswerTimeRecord;
}

/** What the sender tells; all are facts that have happened. */
export interface AnswerSenderListener {
  onStanding(path: string, standing: ValueStanding): void;
  onAnswerTimes(times: AnswerTimes): void;
  onRemark(remark: Remark): void;
}

/** A request as far as sending its answer has to know it. */
export interface AnsweredRequest {
  readonly id: string;
  readonly name: RequestUrc['name'];
  readonly arrivedMonotonicMs: number;
}

const ANSWER_TIMEOUT_MS = 5000;
/**
 * After this nobody waits for an answer: the CIS core drops a request after 20 s, OneNET's API after 25 s by default
 * (mipl-at.md §8).
 */
const USELESS_MS = 25_000;

/** Sends the command lines of answers ahead of all others, and measures how long that takes on this wire. */
export class AnswerSender {
  readonly #parts: AnswerSenderParts;
  readonly #listener: AnswerSenderListener;
  readonly #pace = new CommandPace();
  readonly #backlog: Backlog;

  constructor(parts: AnswerSenderParts, listener: AnswerSenderListener) {
    this.#parts = parts;
    this.#listener = listener;
    this.#backlog = new Backlog((told) => listener.onRemark(told));
  }

  /** The least time the lines take on this wire, in milliseconds, as far as it has been measured. */
  smallestMs(lines: readonly string[]): number {
    return smallestAnswerMs(lines, this.#parts.baudRate(), this.#pace.perCommandMs);
  }

  /** When an answer is late, and when nobody waits for it any more, `smallestMs` being what its lines take. */
  dueAfter(arrivedMonotonicMs: number, smallestMs: number): DueTime {
    const ns = (ms: number): bigint => BigInt(Math.round(ms * 1e6));
    return {
      lateNs: ns(arrivedMonotonicMs + Math.max(0, this.#parts.deadlineMs() - smallestMs)),
      uselessNs: ns(arrivedMonotonicMs + Math.max(USELESS_MS, this.#parts.deadlineMs())),
    };
  }

  /** Sends the lines and enters in the ledger what becomes of them; never rejects. Without `due` it may take its time. */
  async send(request: AnsweredRequest, answer: Answer, due: DueTime | undefined): Promise<void> {
    const { channel, ledger, baudRate, deadlineMs, answerTimes } = this.#parts;
    const { id, name, arrivedMonotonicMs } = request;
    const tag: LineTag = { request: id };
    const group: GroupedCommand[] = answer.lines.map((command, position) => ({
      command,
      options: {
        priority: 'answer',
        tag,
        timeoutMs: ANSWER_TIMEOUT_MS,
        ...(due ? { due } : {}),
        onSent: (sentNs, passedBy) => {
          if (position > 0) return ledger.lineAcknowledged(id);
          this.#backlog.answering(passedBy);
          ledger.firstByte(id, Number(sentNs) / 1e6);
        },
      },
    }));
    try {
      const exchanges = await channel.sendGroup(group);
      for (const { command, sentNs, finishedNs } of exchanges)
        this.#pace.add(command, Number(finishedNs - sentNs) / 1e6, baudRate());
      const { finishedNs } = exchanges.at(-1) as AtExchange;
      const usedMs = toMicroseconds(Number(finishedNs) / 1e6 - arrivedMonotonicMs);
      const isLate = usedMs > deadlineMs();
      ledger.answered(id, usedMs, isLate);
      // What a person delayed says nothing about module and tool.
      if (due) {
        answerTimes.add(usedMs, isLate);
        this.#listener.onAnswerTimes(answerTimes.summary());
      }
      if (name === '+MIPLREAD') for (const path of answer.paths) this.#listener.onStanding(path, 'readByPlatform');
    } catch (error) {
      const fault = faultOf(error);
      if (fault.code === 'AT_TOO_LATE') this.#backlog.givenUp();
      ledger.failed(id, fault);
    }
  }

  /** The link has ended: what waits is no backlog any more. */
  end(): void {
    this.#backlog.end();
  }
}
