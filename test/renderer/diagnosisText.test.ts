import { expect, it } from 'vitest';
import { en } from '../../renderer/i18n/texts.ts';
import { diagnosisText } from '../../renderer/device/diagnosisText.ts';
import type { Diagnosis } from '../../shared/diagnosis.ts';

/** `t` of the window, in English. */
function t(key: string, values: Record<string, string | number>): string {
  const text = key.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], en);
  return String(text).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

const diagnosis: Diagnosis = {
  verdict: 'causes',
  stage: 'network',
  causes: [
    {
      code: 'frequencyLock',
      stage: 'network',
      weight: 90,
      values: { earfcn: 3736 },
      evidence: [{ seq: 7, text: '+NEARFCN:0,3736' }],
    },
  ],
  ruledOut: [{ code: 'noSim', evidence: { seq: 3, text: '460041234567899' } }],
};

it('copies a diagnosis as text for the office: cause, next step, line, and what it is not', () => {
  const text = diagnosisText(diagnosis, 'failed', t);
  expect(text.split('\n')).toEqual([
    'Why is it not online?',
    'Network stands still. Likely causes, most likely first: 1',
    '1. Frequency lock: The module is locked to channel 3736 and looks nowhere else.',
    expect.stringMatching(/^ {3}Next: Clear the lock/) as string,
    '   Judged by: +NEARFCN:0,3736',
    'Ruled out: No SIM (…)',
  ]);
});

it('leaves identities out, and nothing of a line can turn the text around', () => {
  const evidence = [{ seq: 1, text: '+CGSN:490154203237518\u202e' }];
  const [cause] = diagnosis.causes;
  const text = diagnosisText({ ...diagnosis, causes: cause ? [{ ...cause, evidence }] : [] }, 'failed', t);
  expect(text).not.toMatch(/\d{15}|\u202e/);
});

const none: Diagnosis = { verdict: 'unknown', stage: 'network', causes: [], ruledOut: [] };

it.each([
  [none, 'failed', 'No known cause. Next: switch the module off for 10 s, then on again.'],
  [none, 'running', 'Network is under way. So far nothing stands in its way.'],
  [{ ...none, verdict: 'online' }, 'done', 'It is online. Nothing stands in the way.'],
  [{ ...none, verdict: 'closed', stage: 'port' }, 'waiting', 'No port is open. Choose a port and connect.'],
  [
    { ...none, verdict: 'solved', solved: { atMs: 0, by: [] } },
    'done',
    'Network is done, without a command from here.',
  ],
] as const)('says in a sentence how it stands where there is no cause: %j, %s', (told, status, sentence) => {
  expect(diagnosisText(told, status, t)).toContain(sentence);
});

it('names the commands that solved it', () => {
  const solved = { atMs: 0, by: [{ seq: 9, text: 'AT+NCSEARFCN' }] };
  expect(diagnosisText({ ...none, verdict: 'solved', solved }, 'done', t)).toMatch(/By:\n {3}AT\+NCSEARFCN$/);
});
