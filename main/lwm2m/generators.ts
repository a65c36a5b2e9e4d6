import { CodedError } from '../../shared/errors.ts';
import type { GeneratorSpec } from '../../shared/generator.ts';
import type { ResourceType, ResourceValue } from '../../shared/lwm2m.ts';
import { requireOutgoing } from './values.ts';

/** Digits after the point of a computed float; what a sensor gives. */
const DECIMALS = 3;

/** The value at a tick, counted from 0; undefined when there is none any more. The same tick always gives the same value. */
export type Generator = (tick: number) => ResourceValue | undefined;

type SpecOf<K extends GeneratorSpec['kind']> = Extract<GeneratorSpec, { readonly kind: K }>;

/**
 * Makes the generator of a spec for a resource of that type. Pure functions of time: nothing here has a clock.
 * @throws CodedError `LWM2M_BAD_VALUE`: the first value, or a cell of the table, does not fit the type, or there is no
 *   such column; `MIPL_TOO_LONG`: a constant that the module cannot carry.
 */
export function generatorOf(spec: GeneratorSpec, type: ResourceType): Generator {
  switch (spec.kind) {
    case 'constant': {
      const { value } = requireOutgoing(type, spec.value);
      return () => value;
    }
    case 'ramp': {
      const { from, to, periodSeconds, everySeconds } = spec;
      return checked(type, (tick) => from + (to - from) * phaseOf(tick * everySeconds, periodSeconds));
    }
    case 'sine': {
      const { centre, amplitude, periodSeconds, everySeconds } = spec;
      const turn = 2 * Math.PI;
      return checked(type, (tick) => centre + amplitude * Math.sin(turn * phaseOf(tick * everySeconds, periodSeconds)));
    }
    case 'randomWalk':
      return checked(type, walk(spec));
    case 'csv': {
      const values = columnOf(spec, type);
      return (tick) => values[spec.repeat ? tick % values.length : tick];
    }
  }
}

/** 0 … 1 within the period. */
function phaseOf(seconds: number, periodSeconds: number): number {
  return (seconds % periodSeconds) / periodSeconds;
}

function checked(type: ResourceType, numberAt: (tick: number) => number): Generator {
  const generator: Generator = (tick) => requireOutgoing(type, textOf(type, numberAt(tick))).value;
  generator(0);
  return generator;
}

function textOf(type: ResourceType, value: number): string {
  if (type === 'float') return String(Number(value.toFixed(DECIMALS)));
  if (type === 'boolean') return value >= 0.5 ? '1' : '0';
  return String(Math.round(value));
}

/** Steps up or down by a hash of seed and tick. Remembers how far it was, since ticks come one after the other. */
function walk({ start, step, min, max, seed }: SpecOf<'randomWalk'>): (tick: number) => number {
  const clamp = (value: number): number => Math.min(max, Math.max(min, value));
  let at = { tick: 0, value: clamp(start) };
  return (tick) => {
    if (tick < at.tick) at = { tick: 0, value: clamp(start) };
    while (at.tick < tick) {
      const next = at.tick + 1;
      at = { tick: next, value: clamp(at.value + step * (2 * chance(seed, next) - 1)) };
    }
    return at.value;
  };
}

/** A number in [0, 1) that depends on seed and tick alone (mulberry32). */
function chance(seed: number, tick: number): number {
  let mixed = (seed + Math.imul(tick, 0x6d2b79f5)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
}

/** The cells of the column, all checked; the first line is left out where it is a head. */
function columnOf({ text, column }: SpecOf<'csv'>, type: ResourceType): readonly ResourceValue[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const separator = [';', '\t'].find((one) => lines[0]?.includes(one)) ?? ',';
  const rows = lines.map((line) => line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')));
  const named = rows[0]?.indexOf(column) ?? -1;
  const counted = /^\d+$/.test(column) ? Number(column) - 1 : -1;
  const index = named >= 0 ? named : counted;
  if (index < 0) throw new CodedError('LWM2M_BAD_VALUE', 'The table has no such column', column);
  const isHead = named >= 0 || !fits(type, rows[0]?.[index]);
  const values = rows
    .slice(isHead ? 1 : 0)
    .map((row, position) => cellOf(type, row[index], position + (isHead ? 2 : 1)));
  if (values.length === 0) throw new CodedError('LWM2M_BAD_VALUE', 'The table has no values', column);
  return values;
}

function fits(type: ResourceType, cell: string | undefined): boolean {
  try {
    requireOutgoing(type, cell ?? '');
    return true;
  } catch {
    return false;
  }
}

function cellOf(type: ResourceType, cell: string | undefined, line: number): ResourceValue {
  if (cell === undefined || !fits(type, cell)) {
    throw new CodedError('LWM2M_BAD_VALUE', `Line ${line} of the table does not fit type ${type}`, cell ?? '');
  }
  return requireOutgoing(type, cell).value;
}

/** How many values a table has for that column; undefined for other generators. */
export function rowsOf(spec: GeneratorSpec, type: ResourceType): number | undefined {
  return spec.kind === 'csv' ? columnOf(spec, type).length : undefined;
}
