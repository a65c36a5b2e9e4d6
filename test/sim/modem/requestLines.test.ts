import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAttributes } from '../../../main/lwm2m/attributes.ts';
import { parseUrc } from '../../../main/mipl/decode.ts';
import { writtenValue } from '../../../main/mipl/valueTypes.ts';
import { withHabit } from '../../../main/sim/habits.ts';
import { printRequest } from '../../../main/sim/modem/requestLines.ts';
import type { Profile, ProfileName } from '../../../main/sim/profile.ts';
import { profiles } from '../../../main/sim/profiles.ts';

type Written = Parameters<typeof printRequest>[1];

function write(profile: Profile, text: string | Uint8Array, habits?: Parameters<typeof printRequest>[2]): string {
  const isText = typeof text === 'string';
  const request: Written = {
    kind: 'write',
    msgId: 7,
    path: { objectId: 3306, instanceId: 0, resourceId: 5750 },
    instanceId: 0,
    values: [{ resourceId: 5750, valueType: isText ? 1 : 2, bytes: isText ? Buffer.from(text) : text }],
  };
  return printRequest(profile, request, habits)[0] ?? '';
}

const text = 'say "hi", D:\\10\r\nOK';
const hex = Buffer.from(text).toString('hex').toUpperCase();
const printed: Record<ProfileName, string> = {
  'm5310-seed': `+MIPLWRITE:0,7,3306,0,5750,1,19,${hex},0,0`,
  m5310a: `+MIPLWRITE:0,7,3306,0,5750,1,19,${text},0`,
  m5311: `+MIPLWRITE:0,7,3306,0,5750,1,19,${text},0`,
  bc28: `+MIPLWRITE: 0,7,3306,0,5750,1,19,${hex},0,0`,
  me3616: `+MIPLWRITE: 0, 7, 3306, 0, 5750, 1, 19, "${text}", 0, 0`,
  nb73: `+MIPLWRITE:0,7,3306,0,5750,1,19,${hex},0,0`,
};

describe('text the platform writes', () => {
  it.each(Object.entries(printed))('is printed as the family of %s does', (name, line) => {
    const habits = name.startsWith('m531') && name !== 'm5310-seed' ? { declaredType: () => 1 } : {};
    expect(write(profiles[name as ProfileName], text, habits)).toBe(line);
  });

  it('is printed raw by a BC28 that was told so', () => {
    expect(write(profiles.bc28, text, { writesText: true })).toBe(`+MIPLWRITE: 0,7,3306,0,5750,2,19,${text},0,0`);
  });

  it('is printed in hex where it is no UTF-8', () => {
    const raw = Uint8Array.of(0xce, 0xc2);
    expect(write(profiles.bc28, raw, { writesText: true })).toContain(',2,2,CEC2,');
    expect(write(profiles.m5310a, raw, { declaredType: () => 1 })).toContain(',2,2,CEC2,');
  });

  it('comes back as it was, whatever it holds, from every profile and with every habit', () => {
    const styles = ['quoted', 'bare', 'hex'].map((style) => `write-text=${style}`);
    const part = fc.constantFrom('"', ',', ' ', '\r', '\n', '\\', '1', 'x', '温', ',0,0', '",0,0', 'OK', '\t');
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(profiles)),
        fc.constantFrom(...styles, undefined),
        fc.constantFrom({}, { declaredType: () => 1 }, { writesText: true }),
        fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
        (profile, habit, habits, value) => {
          const line = write(habit === undefined ? profile : withHabit(profile, habit), value, habits);
          const parsed = parseUrc(line);
          const urc = parsed && 'urc' in parsed ? parsed.urc : undefined;
          if (urc?.name !== '+MIPLWRITE') throw new Error(`not read: ${line}`);
          expect(writtenValue('string', urc.params)).toBe(value);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('numbers the platform writes', () => {
  it.each([
    ['MT2625', 'write-numbers=empty', '+MIPLWRITE: 0, 7, 3306, 0, 5750, 3, , 25, 0, 0'],
    ['EC616', 'write-numbers=one', '+MIPLWRITE: 0, 7, 3306, 0, 5750, 3, 1, 25, 0, 0'],
    ['China Mobile', 'write-numbers=width', '+MIPLWRITE: 0, 7, 3306, 0, 5750, 3, 4, 25, 0, 0'],
  ])('are printed with the length %s has for them', (_, habit, line) => {
    const profile = withHabit(profiles.me3616, habit);
    expect(profile.write.values).toBe('declared');
    expect(write(profile, Uint8Array.of(25), { declaredType: () => 3 })).toBe(line);
  });

  it('are printed in hex otherwise', () => {
    const profile = withHabit(profiles.m5310a, 'write-numbers=hex');
    expect(profile.write.values).toBe('asSent');
    expect(write(profile, Uint8Array.of(25))).toBe('+MIPLWRITE:0,7,3306,0,5750,2,1,19,0');
  });

  it('of a boolean have one byte', () => {
    expect(write(profiles.m5310a, Uint8Array.of(1), { declaredType: () => 5 })).toContain(',5,1,1,');
    expect(write(profiles.m5310a, Uint8Array.of(1, 0xff), { declaredType: () => 2 })).toContain(',2,2,01FF,');
  });
});

describe('attributes the platform writes', () => {
  const changes = { pmin: 15, pmax: 60, lt: 0, gt: 50, st: 2 };
  const request: Written = {
    kind: 'parameter',
    msgId: 7,
    path: { objectId: 3303, instanceId: 0, resourceId: 5700 },
    attributes: 'pmin=15;pmax=60;lt=0.0;gt=50.0;st=2.0',
    changes,
  };

  it.each([
    ['m5310-seed', '+MIPLPARAMETER:0,7,3303,0,5700,37,"pmin=15;pmax=60;lt=0.0;gt=50.0;st=2.0"'],
    ['nb73', '+MIPLPARAMETER:0,7,3303,0,5700,38,"pmin=15;pmax=60;lt=0.0;gt=50.0;stp=2.0"'],
    ['me3616', '+MIPLPARAMETER: 0, 7, 3303, 0, 5700, 56, "pmin=15; pmax=60; gt=50.000000; lt=0.000000; st=2.000000"'],
  ] as const)('are printed as the family of %s does, and read', (name, line) => {
    expect(printRequest(profiles[name], request)).toEqual([line]);
    const read = parseUrc(line);
    const params = read && 'urc' in read && read.urc.name === '+MIPLPARAMETER' ? read.urc.params : undefined;
    expect(parseAttributes(params?.attributes ?? '')).toEqual(changes);
  });

  it('of MT2625 are always all five, with 0 for what the platform did not write', () => {
    const [line] = printRequest(profiles.me3616, { ...request, changes: { pmin: null, gt: 1.25 } });
    expect(line).toBe(
      '+MIPLPARAMETER: 0, 7, 3303, 0, 5700, 53, "pmin=0; pmax=0; gt=1.250000; lt=0.000000; st=0.000000"',
    );
  });

  it('of MT2625 take the other name of the step, too', () => {
    const profile = withHabit(profiles.me3616, 'step=stp');
    expect(printRequest(profile, { ...request, changes: { pmin: 1, st: 2 } })[0]).toMatch(
      /"pmin=1; pmax=0; .*; stp=2\.000000"$/,
    );
  });
});
