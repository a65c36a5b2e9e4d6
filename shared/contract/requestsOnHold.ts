import { handAnswer } from '../handAnswer.ts';
import { list, object, word } from '../schema.ts';
import { requestKinds } from '../requestKinds.ts';
import { accepted } from './row.ts';
import type { Rows } from './row.ts';

/** Requests of the platform that wait for a person. */
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
} as const satisfies Rows;
