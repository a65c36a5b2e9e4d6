import { twoDigits } from './localTime.ts';

/** Steps between two marks of a time axis, in seconds: what a clock counts in. */
export const timeSteps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400,
] as const;

/** Ends of an axis: whole tens around all values, so that a steady signal does not look like a mountain range. */
export function roundRange(low: number, high: number): [low: number, high: number] {
  const from = Math.floor(low / 10) * 10;
  return [from, Math.max(from + 10, Math.ceil(high / 10) * 10)];
}

/** Time since the beginning of the run, as a clock shows it: `0:05`, `12:40`, `1:02:03`. */
export function elapsed(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${twoDigits(whole % 60)}` : `${minutes}:${twoDigits(whole % 60)}`;
}
