import { platformAsk } from '../platform.ts';
import { object, text } from '../schema.ts';
import { accepted, reply } from './row.ts';
import type { Rows } from './row.ts';

/** The platform's API, and the key to it. */
export const platformRequests = {
  /** Calls the platform; answers with the call's id when it was sent. Its answer shows in `platformCalls`. */
  callPlatform: { scope: 'device', duringRun: 'served', argument: platformAsk, reply: reply<{ id: string }>() },
  /** The same call as a command line, with a placeholder for the key. */
  getCurl: { scope: 'device', duringRun: 'served', argument: platformAsk, reply: reply<string>() },
  /** The call that would make a request of the platform arrive again, as a command line without the key. */
  getRequestCurl: {
    scope: 'device',
    duringRun: 'served',
    argument: object({ id: text(20) }),
    reply: reply<string>(),
  },
  /** Keeps the key of the host in the settings. There is no way to read it back. */
  setApiKey: { scope: 'program', duringRun: 'served', argument: object({ key: text(300) }), reply: accepted },
  clearApiKey: { scope: 'program', duringRun: 'served', reply: accepted },
} as const satisfies Rows;
