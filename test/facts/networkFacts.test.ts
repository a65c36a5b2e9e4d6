import { expect, it } from 'vitest';
import { registrationFacts } from '../../main/facts/networkFacts.ts';

it('keeps the bits of the timers beside what they mean, and why the network has turned the module away', () => {
  expect(registrationFacts({ status: 1, activeTime: '00001010', periodicTau: '00000110' })).toEqual({
    registration: 1,
    activeTimeSeconds: 20,
    periodicTauSeconds: 3600,
    timerBits: { activeTime: '00001010', periodicTau: '00000110' },
  });
  expect(registrationFacts({ status: 3, causeType: 0, rejectCause: 15 })).toEqual({ registration: 3, rejectCause: 15 });
});
