import { expect, test } from 'vitest';
import { parseUrc } from '../../../main/mipl/decode.ts';
import { urcs } from '../../../main/mipl/messages.ts';
import { printEvent, printExecute, printLine } from '../../../main/sim/modem/lines.ts';
import { profiles } from '../../../main/sim/profiles.ts';
import type { ProfileName } from '../../../main/sim/profile.ts';

const registered: Record<ProfileName, string> = {
  'm5310-seed': '+MIPLEVENT: 0,6',
  m5310a: '+MIPLEVENT:0,6',
  m5311: '+MIPLEVENT:0,6',
  bc28: '+MIPLEVENT: 0,6',
  me3616: '+MIPLEVENT: 0, 6',
  nb73: '+MIPLEVENT:0,6',
};

test.each(Object.entries(registered))('%s prints the registration as %s', (name, line) => {
  expect(printEvent(profiles[name as ProfileName], 6)).toBe(line);
});

test('the document prints events of a session that stands without the space', () => {
  expect(printEvent(profiles['m5310-seed'], 11)).toBe('+MIPLEVENT:0,11');
  expect(printEvent(profiles['m5310-seed'], 26, 7)).toBe('+MIPLEVENT:0,26,7');
});

const executed: Record<ProfileName, string> = {
  'm5310-seed': '+MIPLEXECUTE:0,7,3303,0,5605,5, "reset"',
  m5310a: '+MIPLEXECUTE:0,7,3303,0,5605,5,reset,0',
  m5311: '+MIPLEXECUTE:0,7,3303,0,5605,5,reset,0',
  bc28: '+MIPLEXECUTE: 0,7,3303,0,5605,5,"reset"',
  me3616: '+MIPLEXECUTE: 0, 7, 3303, 0, 5605, 5, "reset"',
  nb73: '+MIPLEXECUTE:0,7,3303,0,5605,5,reset',
};

test.each(Object.entries(executed))('%s prints arguments as %s', (name, line) => {
  const target = { ref: 0, msgId: 7, objectId: 3303, instanceId: 0, resourceId: 5605 };
  expect(printExecute(profiles[name as ProfileName], target, 'reset')).toBe(line);
});

test('arguments stand as they came, and the length says where they end', () => {
  const target = { ref: 0, msgId: 7, objectId: 3303, instanceId: 0, resourceId: 5605 };
  const text = String.raw`say "hi", D:\10` + '\r\nOK\r\n';
  for (const profile of Object.values(profiles)) {
    const parsed = parseUrc(printExecute(profile, target, text));
    expect(parsed, profile.name).toMatchObject({ urc: { params: { length: 21, arguments: text } } });
  }
});

test('the length of arguments counts bytes', () => {
  const target = { ref: 0, msgId: 7, objectId: 3303, instanceId: 0, resourceId: 5605 };
  expect(printExecute(profiles.bc28, target, '开')).toContain(',3,"开"');
});

test('a space after each comma leaves quoted text as it is', () => {
  const params = {
    ref: 0,
    msgId: 7,
    objectId: 3303,
    instanceId: 0,
    resourceId: -1,
    length: 15,
    attributes: 'pmin=1,2;pmax=3',
  };
  expect(printLine(profiles.me3616, urcs.parameter, params)).toBe(
    '+MIPLPARAMETER: 0, 7, 3303, 0, -1, 15, "pmin=1,2;pmax=3"',
  );
});
