import { armedOrder } from '../armedAnswer.ts';
import { handAnswer } from '../handAnswer.ts';
import { list, object, text, word } from '../schema.ts';
import { requestKinds } from '../requestKinds.ts';
import { accepted, reply } from './row.ts';
import type { Rows } from './row.ts';

/** Requests of the platform that wait for a person, and answers that wait for a request. */
export const holdRequests = {
  /** From now on requests of these kinds wait for a person; those that wait already go on waiting. */
  holdRequests: {
    scope: 'device',
    duringRun: 'refused',
    argument: object({ kinds: list(word(requestKinds), requestKinds.length) }),
    reply: accepted,
  },
  /** Answers a request on hold. Refused when it is on hold no more, or the answer does not fit. */
  answerRequest: { scope: 'device', duringRun: 'served', argument: handAnswer, reply: accepted },
  /** Sets the answer to the next requests of a kind and path. Refused when it could not be sent. */
  armAnswer: { scope: 'device', duringRun: 'refused', argument: armedOrder, reply: reply<{ id: string }>() },
  /** Takes it back. */
  disarmAnswer: { scope: 'device', duringRun: 'refused', argument: object({ id: text(20) }), reply: accepted },
} as const satisfies Rows;
