import { defined } from '../../shared/defined.ts';
import type { NetworkState } from '../../shared/state.ts';
import type { Urc, UrcOf } from '../mipl/messages.ts';
import { activeTimeSeconds, periodicTauSeconds } from '../../shared/powerSavingTimers.ts';

type Registration = Omit<UrcOf<'+CEREG'>['params'], 'status'> & { readonly status: number };

/** What a +CEREG tells, be it an answer or unasked; an area or a timer that stands empty says nothing. */
export function registrationFacts(params: Registration): NetworkState {
  const { status, tac, cellId, accessTechnology, activeTime = '', periodicTau = '', rejectCause } = params;
  const [active, periodic] = [activeTimeSeconds(activeTime), periodicTauSeconds(periodicTau)];
  return {
    registration: status,
    ...(tac ? { tac } : {}),
    ...(cellId ? { cellId } : {}),
    ...defined({ accessTechnology, activeTimeSeconds: active, periodicTauSeconds: periodic, rejectCause }),
    ...(activeTime === '' ? {} : { timerBits: { activeTime, periodicTau } }),
  };
}

/** What +CSCON, +NPSMR and +CEREG tell unasked; undefined for all others. */
export function networkTold(urc: Urc): NetworkState | undefined {
  if (urc.name === '+CSCON') return { radioConnected: urc.params.connected === 1 };
  if (urc.name === '+NPSMR') return { asleep: urc.params.asleep === 1 };
  return urc.name === '+CEREG' ? registrationFacts(urc.params) : undefined;
}
