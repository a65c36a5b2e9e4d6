import { networkChange } from '../networkChange.ts';
import { accepted } from './row.ts';
import type { Rows } from './row.ts';

/** How the module joins its network. */
export const networkRequests = {
  /** Locks, unlocks, chooses a carrier or an APN; answered when the module has taken it. What puts it back is in the state. */
  changeNetwork: { scope: 'device', duringRun: 'refused', argument: networkChange, reply: accepted },
  /** Asks the module how it saves power; what it tells stands in the state. */
  askPowerSaving: { scope: 'device', duringRun: 'refused', reply: accepted },
  /** Looks for all carriers; takes minutes, in which the module can be asked nothing else. */
  scanCarriers: { scope: 'device', duringRun: 'refused', reply: accepted },
} as const satisfies Rows;
