import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ranges, readServer } from '../../shared/settings.ts';
import { isInRange, readWhole } from '../../shared/wholeRange.ts';
import { checkSettings } from '../../main/program/settings.ts';
import { numberOf } from '../../main/cli/options.ts';
import { run as acceptance } from '../../main/cli/acceptance.ts';
import { run } from '../../main/cli/run.ts';
import { UsageError } from '../../main/cli/io.ts';
import type { CliIo } from '../../main/cli/io.ts';
import { lifetimeVerdict } from '../../renderer/device/lifetime.ts';
import { readBaudRate } from '../../renderer/device/ports.ts';

const names = Object.keys(ranges) as (keyof typeof ranges)[];
const isTaken = (call: () => unknown): boolean => {
  try {
    call();
    return true;
  } catch {
    return false;
  }
};

/** A setting in the shape that main checks, by the name of its range; undefined for what is no setting. */
function settingOf(name: keyof typeof ranges, value: unknown): object | undefined {
  if (name === 'answerDelayMs') return undefined;
  if (name === 'baudRate') return { recentPorts: [{ path: '/dev/ttyUSB0', baudRate: value }] };
  if (name === 'serverPort') return { create: { form: 'plain', host: 'a.example', port: value, isBootstrap: true } };
  return { [name]: value };
}

describe('a number with a range', () => {
  const cases = names.flatMap((name) => {
    const { min, max } = ranges[name];
    const inside = [min, min + 1, max - 1, max];
    const outside = [min - 1, max + 1, min + 0.5, -max, 1e21];
    return [
      ...inside.map((value) => [name, value, true] as const),
      ...outside.map((value) => [name, value, false] as const),
    ];
  });

  it.each(cases)('%s of %d is taken by page, main and command line alike: %s', (name, value, isGood) => {
    const text = String(value);
    const setting = settingOf(name, value);
    expect(readWhole(text, ranges[name])).toBe(isGood ? value : undefined);
    expect(isTaken(() => numberOf('--option', text, ranges[name]))).toBe(isGood);
    if (setting) expect(isTaken(() => checkSettings(setting))).toBe(isGood);
  });

  it.each(names)('%s is no hostile thing', (name) => {
    const { min, max } = ranges[name];
    for (const value of [`${min}`, null, undefined, Number.NaN, Infinity, -Infinity, {}, [max], true, 10n]) {
      expect(isInRange(value, ranges[name])).toBe(false);
      const setting = settingOf(name, value);
      if (setting) expect(isTaken(() => checkSettings(setting))).toBe(false);
    }
    for (const text of ['', ' ', '+5', '-5', '0x10', '1e3', `${max}.0`, '１５', `${max}\u0000`, '9'.repeat(100_000)]) {
      expect(readWhole(text, ranges[name])).toBeUndefined();
    }
  });

  it('is read as what its digits say, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.nat().map(String)), fc.constantFrom(...names), (text, name) => {
        const value = readWhole(text, ranges[name]);
        expect(value === undefined || (isInRange(value, ranges[name]) && BigInt(text.trim()) === BigInt(value))).toBe(
          true,
        );
      }),
    );
  });

  it('is the same for the lifetime of an update, where 0 and short ones are warned of', () => {
    const { min, max } = ranges.lifetimeSeconds;
    expect([0, min - 1, min, max, max + 1].map((value) => lifetimeVerdict(String(value)))).toEqual([
      'zero',
      'short',
      'good',
      'good',
      'wrong',
    ]);
  });

  it('is the same for the baud rate of the port picker', () => {
    const { min, max } = ranges.baudRate;
    expect([min - 1, min, max, max + 1].map((value) => readBaudRate(` ${value} `))).toEqual([
      undefined,
      min,
      max,
      undefined,
    ]);
  });
});

describe('a server', () => {
  it.each([
    ['a.example:5683', { host: 'a.example', port: 5683 }],
    [' 183.230.40.39:1 ', { host: '183.230.40.39', port: 1 }],
    ['a.example:0', undefined],
    ['a.example:65536', undefined],
    ['a.example', undefined],
    [':5683', undefined],
    ['a b:5683', undefined],
    ['a",1:5683', undefined],
    ['::1:5683', undefined],
    [`${'a'.repeat(254)}:5683`, undefined],
  ])('%j is read as %o by page, main and command line alike', (text, server) => {
    expect(readServer(text)).toEqual(server);
    const [host, digits] = [text.trim().replace(/:[^:]*$/, ''), /[^:]*$/.exec(text.trim())?.[0]];
    const create = { form: 'plain', host, port: Number(digits), isBootstrap: true };
    expect(isTaken(() => checkSettings({ create }))).toBe(server !== undefined);
  });
});

describe('the command line', () => {
  const io = {} as CliIo;
  const wrong = (name: 'lifetimeSeconds' | 'baudRate'): string[] => {
    const { min, max } = ranges[name];
    return [String(min - 1), String(max + 1), `${min}.5`, 'x', ''];
  };

  it.each([
    ...wrong('lifetimeSeconds').map((text) => ['--lifetime', text]),
    ...wrong('baudRate').map((text) => ['--baud', text]),
  ])('refuses %s "%s" before anything is opened', async (option = '', text = '') => {
    await expect(run(['--port', 'sim:m5310-seed', `${option}=${text}`], io)).rejects.toBeInstanceOf(UsageError);
    await expect(acceptance(['--port', 'sim:m5310-seed', `${option}=${text}`], io)).rejects.toBeInstanceOf(UsageError);
  });
});
