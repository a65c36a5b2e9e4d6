function two(value: number): string {
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

/** A moment (milliseconds since 1970, fractions cut) as date, time with milliseconds, and offset of the zone. */
export function localTime(atMs: number): LocalTime {
  const at = new Date(atMs);
  const offset = -at.getTimezoneOffset();
  const minutes = Math.abs(offset);
  return {
    date: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    time: `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`,
    zone: `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`,
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
