import { describe, expect, test } from 'vitest';
import { documentCases } from '../../main/acceptance/cases/cases.ts';
import { documentPlan } from '../../main/acceptance/plan/plan.ts';
import { hasty, hearInstead, pretend, refuse, rigOf, runPlan, sayInstead } from './rig.ts';
import type { Tampering } from './rig.ts';

/** One thing that goes wrong for each case, and a word of the reason it must give. */
const faults: Readonly<Record<string, readonly [tampering: Tampering, reason: RegExp]>> = {
  'power-on': [{ say: (text) => (/REBOOT/.test(text) ? undefined : text) }, /no boot line/],
  network: [sayInstead(/(\+CEREG: ?(?:\d,)?)1/, '$13'), /the status is 3/],
  'udp-create': [refuse('AT+NSOCR'), /AT\+NSOCR.* was answered ERROR/],
  'udp-send': [
    sayInstead(/^\r\n0,10\r\n/, '\r\n0,9\r\n'),
    /the answer was .*0,9, expected: the answer says 10 bytes were sent/,
  ],
  'udp-send-flag': [refuse('AT+NSOSTF'), /AT\+NSOSTF.* was answered ERROR/],
  'udp-receive': [sayInstead(/30313233343536373839,0/, '30313233343536373838,0'), /the data read is not the data sent/],
  'udp-close': [refuse('AT+NSOCL'), /AT\+NSOCL=\d was answered ERROR/],
  version: [sayInstead(/MIPLVER: ?\S+/, 'MIPLVER: 9.9.9'), /the answer was \+MIPLVER: 9\.9\.9/],
  create: [sayInstead(/(\+MIPLEVENT: ?0, ?)6/, '$17'), /registration failed/],
  'add-objects': [pretend('AT+MIPLADDOBJ=0,3306'), /no discover for object 3306 arrived/],
  register: [
    {
      call: (call) => ({
        ...call,
        ...(call.body ? { body: call.body.replace('"online":true', '"online":false') } : {}),
      }),
    },
    /says online: false/,
  ],
  update: [sayInstead(/(\+MIPLEVENT: ?0, ?)11/, '$112'), /registration update failed/],
  'update-objects': [refuse('AT+MIPLUPDATE'), /AT\+MIPLUPDATE=0,3600,1 was answered ERROR/],
  notify: [hearInstead(/,98,0/, ',97,0'), /\/3303\/0\/5700 is 97 on the platform, not 98/],
  bootstrap: [sayInstead(/(\+MIPLEVENT: ?0, ?)2\b/, '$13'), /bootstrap failed/],
  discover: [
    hearInstead(/,34,"5700;5701;5601;5602;5603;5604;5605"/, ',29,"5700;5701;5601;5602;5603;5604"'),
    /the platform lacks \/3303\/0: 5605/,
  ],
  'read-resource': [
    hearInstead(/20\.123/, '20.124'),
    /\/3303\/0\/5700 is 20\.124 on the platform, 20\.123 on the device/,
  ],
  'read-instance': [hearInstead(/"Cel"/, '"Kel"'), /\/3303\/0\/5701 is "Kel"/],
  'read-object': [hearInstead(/55\.123/, '55.124'), /\/3303\/1\/5602 is 55\.124/],
  'write-resource': [sayInstead(/(5850,\d,1,)"?0?1"?/, '$100'), /\/3306\/0\/5850 is 0/],
  'write-instance': [sayInstead(/(5851,\d,\d,)"?(?:16|22)"?/, '$117'), /\/3306\/0\/5851 is/],
  execute: [sayInstead(/reset/, 'resat'), /the arguments are resat/],
  'write-attributes': [sayInstead(/pmin=15/, 'pmin=16'), /pmin=16/],
  'observe-resource': [hearInstead(/(AT\+MIPLOBSERVERSP=0,\d+),1/, '$1,11'), /BAD_REQUEST/],
  'observe-instance': [sayInstead(/,1,3303,0,-1/, ',1,3303,1,-1'), /\+MIPLOBSERVE for \/3303\/0 did not arrive/],
  'observe-object': [sayInstead(/,1,3303,-1/, ',1,3306,-1'), /\+MIPLOBSERVE for \/3303 did not arrive/],
  'cancel-resource': [
    sayInstead(/,0,3303,0,5700/, ',1,3303,0,5700'),
    /\+MIPLOBSERVE for \/3303\/0\/5700 did not arrive/,
  ],
  'cancel-instance': [sayInstead(/,0,3303,0,-1/, ',0,3303,1,-1'), /\+MIPLOBSERVE for \/3303\/0 did not arrive/],
  'cancel-object': [sayInstead(/,0,3303,-1/, ',0,3306,-1'), /\+MIPLOBSERVE for \/3303 did not arrive/],
  deregister: [refuse('AT+MIPLCLOSE'), /AT\+MIPLCLOSE=0 was answered ERROR/],
  delete: [pretend('AT+MIPLDELETE'), /still registers after the deletion/],
  'delete-object': [pretend('AT+MIPLDELOBJ'), /a discover for object 3306 still arrived/],
};

/** A wrong version shows only where another one is declared. */
const plan = { ...documentPlan, declaredVersion: '2.2.0' };

test('there is a fault for every case', () => {
  expect(Object.keys(faults).sort()).toEqual(documentCases.map(({ id }) => id).sort());
});

describe.concurrent('a fault turns exactly its own case of the whole plan red, with the reason', () => {
  test.for(Object.entries(faults))('%s', { timeout: 180_000 }, async ([caseId, [tampering, reason]], context) => {
    const rig = await rigOf(context, { profile: 'm5310-seed?bootstrap', setup: { hasBootstrap: true } });
    // All run at once: what must not come, and here does, may take its time.
    const patience = { ...hasty, absentMs: 5000 };
    const { cases } = await runPlan(rig, plan, { during: { caseId, tampering }, patience });
    const red = cases.filter(({ verdict }) => verdict !== 'passed');
    expect(red.map(({ id, verdict, reason: why }) => [id, verdict, why?.en])).toEqual([
      [caseId, 'failed', expect.stringMatching(reason)],
    ]);
    expect(cases).toHaveLength(documentCases.length);
  });
});
