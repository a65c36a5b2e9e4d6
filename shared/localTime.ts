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

const MINUTE_MS = 60_000;
const secondTexts = Array.from({ length: 60 }, (_, second) => twoDigits(second));
const millisecondTexts = Array.from({ length: 1000 }, (_, ms) => `.${String(ms).padStart(3, '0')}`);

/**
 * {@link localTime} for many moments that come one soon after the other, such as those of a log: the parts that a minute has in common
 * are found out once. To be made anew for each log, since the zone of a machine may change.
 */
export function localTimes(): (atMs: number) => LocalTime {
  /** Of the minute that was asked about last, where it is a whole one here. */
  let minute = Number.NaN;
  let [date, hourAndMinute, zone] = ['', '', ''];
  return (atMs) => {
    const wholeMs = Math.trunc(atMs);
    const wanted = Math.floor(wholeMs / MINUTE_MS);
    const sinceMs = wholeMs - wanted * MINUTE_MS;
    if (wanted !== minute) {
      const first = localTime(wanted * MINUTE_MS);
      const last = localTime(wanted * MINUTE_MS + MINUTE_MS - 1);
      const isWhole = first.time.endsWith(':00.000') && last.time.endsWith(':59.999');
      const isOne = first.date === last.date && first.time.slice(0, 6) === last.time.slice(0, 6);
      // Zones of old times were no whole minutes, and a zone may change in the middle of one.
      if (!isWhole || !isOne || first.zone !== last.zone) return localTime(atMs);
      [minute, date, hourAndMinute, zone] = [wanted, first.date, first.time.slice(0, 6), first.zone];
    }
    const second = Math.floor(sinceMs / 1000);
    const time = `${hourAndMinute}${secondTexts[second]}${millisecondTexts[sinceMs - 1000 * second]}`;
    return { date, time, zone };
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
