import { CodedError } from '../../shared/errors.ts';

/** Checks of what arrives over IPC: types vanish at run time, and the sender may be anything. All throw `BAD_ARGUMENT`. */

function bad(what: string): never {
  throw new CodedError('BAD_ARGUMENT', what);
}

/** An object with no keys but these. */
export function record(value: unknown, keys: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) bad('An object is expected');
  for (const key of Object.keys(value)) if (!keys.includes(key)) bad(`Unknown field ${key}`);
  return value as Readonly<Record<string, unknown>>;
}

/** Text of at most `max` characters. */
export function text(value: unknown, name: string, max = 4096): string {
  if (typeof value !== 'string') bad(`${name} must be text`);
  if (value.length > max) bad(`${name} is longer than ${max} characters`);
  return value;
}

/** A whole number in a range. */
export function whole(value: unknown, name: string, min: number, max: number): number {
  if (!Number.isInteger(value)) bad(`${name} must be a whole number`);
  const number = value as number;
  if (number < min || number > max) bad(`${name} must be ${min} to ${max}`);
  return number;
}

export function truth(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') bad(`${name} must be true or false`);
  return value;
}

/** One of a few words. */
export function word<T extends string>(value: unknown, name: string, words: readonly T[]): T {
  if (!words.includes(value as T)) bad(`${name} must be one of ${words.join(', ')}`);
  return value as T;
}
