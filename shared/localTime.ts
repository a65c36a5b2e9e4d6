/** A number from 0 to 99 with two digits. */
export function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** Parts of a moment in the zone of this machine. */
export interface LocalTime {
  /** `2026-11-22` */
  readonly date: string;
  /** `21:13:05.123` */
  readonly time: string;
  /** `+08:00` */
  readonly zone: string;
}

/** The local time of day of a moment (milliseconds since 1970, fractions cut), with milliseconds. */
export function timeOfDay(atMs: number): string {
  const at = new Date(atMs);
  const seconds = [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':');
  return `${seconds}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** A moment (milliseconds since 1970, fractions cut) as date, time with milliseconds, and offset of the zone. */
export function localTime(atMs: number): LocalTime {
  const at = new Date(atMs);
  const offset = -at.getTimezoneOffset();
  const minutes = Math.abs(offset);
  return {
    date: `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())}`,
    time: timeOfDay(atMs),
    zone: `${offset < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`,
  };
}

/** ISO 8601 with milliseconds and zone offset: `2026-11-22T21:13:05.123+08:00`. */
export function isoWithZone(atMs: number): string {
  const { date, time, zone } = localTime(atMs);
  return `${date}T${time}${zone}`;
}

/** For file names, local time: `20261122-211305`. */
export function fileStamp(atMs: number): string {
  const { date, time } = localTime(atMs);
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
}
