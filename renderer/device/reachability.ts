import { edrxCycleSeconds } from '../../shared/powerSavingTimers.ts';
import { phrase } from '../../shared/phrase.ts';
import type { Phrase } from '../../shared/phrase.ts';
import type { NetworkState } from '../../shared/state.ts';
import { countdown } from '../ui/format.ts';

/** `45 s`, `02:40:00`: a span that may be days. */
const spanOf = (seconds: number): string => (seconds < 600 ? `${seconds} s` : countdown(seconds * 1000));

/** Until when the platform reaches the module after it has spoken, by the timers that the network granted. */
function powerSaving({ activeTimeSeconds, periodicTauSeconds, powerSavingMode }: NetworkState): Phrase | undefined {
  if (typeof activeTimeSeconds === 'number') {
    const active = spanOf(activeTimeSeconds);
    return typeof periodicTauSeconds === 'number'
      ? phrase('reach.psm', { active, every: spanOf(periodicTauSeconds) })
      : phrase('reach.psmAlone', { active });
  }
  if (activeTimeSeconds === 'off' || powerSavingMode === 0) return phrase('reach.psmOff');
  return powerSavingMode === 1 ? phrase('reach.psmAsked') : undefined;
}

function edrx({ edrx: told }: NetworkState): Phrase | undefined {
  const cycle = told && edrxCycleSeconds(told.accessTechnology, told.bits);
  if (cycle === undefined) return undefined;
  return cycle === 'off' ? phrase('reach.edrxOff') : phrase('reach.edrx', { cycle, late: Math.ceil(cycle) });
}

/** How the platform reaches the module, in sentences; none while the module has told nothing of it. */
export function reachability(network: NetworkState): readonly Phrase[] {
  const asleep = network.asleep ? phrase('reach.asleep') : undefined;
  return [powerSaving(network), edrx(network), asleep].filter((sentence) => sentence !== undefined);
}

/** What the module has printed, for whoever wants to know. */
export function timerBits({ timerBits: granted, edrx: told }: NetworkState): string {
  return [
    granted && `T3324 ${granted.activeTime}`,
    granted && `T3412 ${granted.periodicTau}`,
    told && `eDRX ${told.accessTechnology},${told.bits}`,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}
