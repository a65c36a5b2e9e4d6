import { expect, it } from 'vitest';
import { reachability, timerBits } from '../../renderer/device/reachability.ts';
import type { NetworkState } from '../../shared/state.ts';

it.each<readonly [NetworkState, readonly string[]]>([
  [{}, []],
  [{ activeTimeSeconds: 'off' }, ['reach.psmOff']],
  [{ powerSavingMode: 0, edrx: { accessTechnology: 0, bits: '' } }, ['reach.psmOff', 'reach.edrxOff']],
  [{ powerSavingMode: 1 }, ['reach.psmAsked']],
  [{ activeTimeSeconds: 20, periodicTauSeconds: 3600 }, ['reach.psm']],
  [{ activeTimeSeconds: 20, periodicTauSeconds: 'off', asleep: true }, ['reach.psmAlone', 'reach.asleep']],
  [{ edrx: { accessTechnology: 5, bits: '0010' } }, ['reach.edrx']],
  [{ edrx: { accessTechnology: 4, bits: '0010' } }, []],
])('says how the platform reaches a module: %j', (network, keys) => {
  expect(reachability(network).map(({ key }) => key)).toEqual(keys);
});

it('tells spans as a person reads them', () => {
  const [psm] = reachability({ activeTimeSeconds: 20, periodicTauSeconds: 10_800 });
  expect(psm?.values).toEqual({ active: '20 s', every: '03:00:00' });
  expect(reachability({ edrx: { accessTechnology: 5, bits: '0010' } })[0]?.values).toEqual({ cycle: 20.48, late: 21 });
});

it('keeps the bits for whoever wants them', () => {
  const network = {
    timerBits: { activeTime: '00001010', periodicTau: '' },
    edrx: { accessTechnology: 5, bits: '0010' },
  };
  expect(timerBits(network)).toBe('T3324 00001010 · T3412  · eDRX 5,0010');
  expect(timerBits({})).toBe('');
});
