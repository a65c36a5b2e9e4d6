import { timeOfDay, twoDigits } from '../../shared/localTime.ts';

export { seconds, visible } from '../../shared/wording.ts';

/** Local time of day with milliseconds: `09:41:24.870`. */
export const clock = timeOfDay;

/** Local time of day: `09:41:24`. */
export function clockSeconds(wallMs: number): string {
  return timeOfDay(wallMs).slice(0, 8);
}

/** Time since the line before: `+0.296`; from 100 s on with one digit, from an hour on as `+1:02:03`. */
export function delta(ms: number): string {
  const sign = ms < 0 ? '-' : '+';
  const size = Math.abs(ms);
  if (size < 99_999.5) return `${sign}${(size / 1000).toFixed(3)}`;
  if (size < 3_600_000) return `${sign}${(size / 1000).toFixed(1)}`;
  return `${sign}${countdown(size)}`;
}

/** What is left, or has passed: `00:41:12`; days are hours above 24. Never negative. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
}

/** A short span: `0.31 s`, `34 s`, `00:02:10`. */
export function span(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(2)} s`;
  if (ms < 100_000) return `${Math.floor(ms / 1000)} s`;
  return countdown(ms);
}

/** What has passed of a span that goes on, in whole seconds: `0 s`, `34 s`, `00:02:10`. */
export function spanSoFar(fromMs: number, nowMs: number): string {
  return span(Math.max(0, Math.floor((nowMs - fromMs) / 1000) * 1000)).replace('.00', '');
}

/** `96 KB`, `1.4 MB`. Decimal units, as file managers show them. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  if (count < 1_000_000) return `${Math.round(count / 1000)} KB`;
  if (count < 1_000_000_000) return `${(count / 1_000_000).toFixed(1)} MB`;
  return `${(count / 1_000_000_000).toFixed(1)} GB`;
}

/** A whole number with thin groups: `1,284`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** The end of a long number: `…0010`. */
export function tail(text: string, length = 4): string {
  return text.length <= length ? text : `…${text.slice(-length)}`;
}

/** A minus sign that lines up with digits. */
export function signed(value: number): string {
  return value < 0 ? `−${Math.abs(value)}` : String(value);
}

/** Columns a text takes in a monospace font: wide characters count twice. */
export function columns(text: string): number {
  let count = 0;
  for (const character of text) count += (character.codePointAt(0) ?? 0) >= 0x2e80 ? 2 : 1;
  return count;
}
