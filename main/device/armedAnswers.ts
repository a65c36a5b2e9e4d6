import { maxArmed } from '../../shared/armedAnswer.ts';
import type { ArmedAnswer, ArmedOrder } from '../../shared/armedAnswer.ts';
import { CodedError } from '../../shared/errors.ts';
import { parsePath } from '../../shared/lwm2m.ts';
import type { Lwm2mPath } from '../../shared/lwm2m.ts';
import { remark } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import type { FactRecord } from '../facts/factRecord.ts';
import type { ObjectStore } from '../lwm2m/objectStore.ts';
import { tellRead } from '../mipl/responder.ts';

/** What it works with. */
export interface ArmedAnswersParts {
  readonly facts: FactRecord;
  readonly store: ObjectStore;
  readonly note: (told: Remark) => void;
}

/**
 * Answers that a person sets beforehand, so that nobody has to be quicker than the platform's patience. They stand in the state;
 * the session takes them from there (`takeArmed`), also with no window open.
 */
export class ArmedAnswers {
  readonly #parts: ArmedAnswersParts;
  #lastId = 0;

  constructor(parts: ArmedAnswersParts) {
    this.#parts = parts;
  }

  /**
   * Arms an answer, behind those that are armed; gives its id. What could not be sent is refused now, not when the request has come.
   * @throws CodedError `BAD_ARGUMENT`, and for values `LWM2M_NOT_FOUND`, `LWM2M_NOT_ALLOWED`, `LWM2M_BAD_VALUE`, `MIPL_TOO_LONG`.
   */
  arm(order: ArmedOrder): string {
    const { answer, kind, path } = order;
    if (answer.kind === 'value') {
      if (answer.values && kind !== 'read') throw new CodedError('BAD_ARGUMENT', 'Only a read is told values', 'kind');
      if (answer.values) tellRead(parsePath(path) as Lwm2mPath, this.#parts.store, answer.values);
      else if (!answer.afterMs) throw new CodedError('BAD_ARGUMENT', 'It is no other than the usual answer', 'answer');
    }
    const armed = this.#armed();
    if (armed.length >= maxArmed)
      throw new CodedError('BAD_ARGUMENT', `${maxArmed} answers are armed already`, 'times');
    const id = String(++this.#lastId);
    this.#tell([...armed, { ...order, id, used: 0 }]);
    this.#parts.note(remark('armed', mentionOf(order)));
    return id;
  }

  /** Takes an answer off the list; nothing happens where it was used up meanwhile. */
  disarm(id: string): void {
    const gone = this.#armed().find((one) => one.id === id);
    if (!gone) return;
    this.#tell(this.#armed().filter((one) => one !== gone));
    this.#parts.note(remark('disarmed', mentionOf(gone)));
  }

  #armed(): readonly ArmedAnswer[] {
    return this.#parts.facts.holder.facts.armedAnswers;
  }

  #tell(answers: readonly ArmedAnswer[]): void {
    this.#parts.facts.tell({ fact: 'armedAnswers', answers });
  }
}

function mentionOf({ kind, path, times, answer }: ArmedOrder): Parameters<typeof remark<'armed'>>[1] {
  const isLate = answer.kind === 'value' && answer.values === undefined;
  return { kind, path, times, how: isLate ? 'late' : answer.kind };
}
