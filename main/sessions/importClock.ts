import type { LogTime } from '../capture/logTime.ts';

/** A moment on the wall clock: whole milliseconds since 1970, and the nanoseconds beyond them. */
export interface Moment {
  readonly wallMs: number;
  readonly nanoseconds: number;
}

/** What of a time was not in the log but taken from elsewhere. */
export type Assumption = 'zone' | 'year' | 'date' | 'start' | 'half';

const shape = /^(?:(?:(\d{4})|-)-(\d\d)-(\d\d)T)?(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:(Z)|([+-])(\d\d):?(\d\d))?$/i;
const HOUR_MS = 3_600_000;
const LONGEST_STEP_BACK_MS = HOUR_MS;
/** Shorter than the shortest year. */
const MOST_OF_A_YEAR_MS = 300 * 24 * HOUR_MS;

interface ClockText {
  readonly year?: number;
  readonly month?: number;
  readonly day?: number;
  /** Of the day: hours, minutes, seconds, milliseconds. */
  readonly clock: readonly [number, number, number, number];
  readonly nanoseconds: number;
  /** East of Greenwich. */
  readonly zoneMinutes?: number;
}

function clockText(at: string): ClockText | undefined {
  const match = shape.exec(at);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', utc, sign, zoneHours, zoneMinutes] = match;
  const digits = fraction.padEnd(9, '0');
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1);
  const zone = utc === undefined ? offset : 0;
  return {
    clock: [Number(hour), Number(minute), Number(second), Number(digits.slice(0, 3))],
    nanoseconds: Number(digits.slice(3)),
    ...(year === undefined ? {} : { year: Number(year) }),
    ...(month === undefined ? {} : { month: Number(month), day: Number(day) }),
    ...(Number.isNaN(zone) ? {} : { zoneMinutes: zone }),
  };
}

/** The moment of a date and a time of day, in the text's zone or in that of this machine; undefined for the 31st of April. */
function momentAt({ clock, zoneMinutes }: ClockText, year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  if (zoneMinutes === undefined) {
    date.setFullYear(year, month - 1, day);
    if (date.getDate() !== day) return undefined;
    return date.setHours(...clock);
  }
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCDate() !== day) return undefined;
  return date.setUTCHours(...clock) - zoneMinutes * 60_000;
}

/** A log may rest for so long where it passes one o'clock. */
const LONGEST_REST_S = 1800;
const HALF_DAY_H = 12;

/** A time on a clock of twelve hours, counted from 0. */
interface HalfTime {
  readonly date: string;
  readonly hour: number;
  /** Of the hour. */
  readonly seconds: number;
}

/**
 * Twelve hours that do not say which half of the day they mean, as some versions of QCOM write: a clock that goes from 12:59 to 1:00
 * is one, and from there on it is known.
 */
class HalfDays {
  #before: HalfTime | undefined;
  /** What is added to the hours; undefined until it is known. */
  #half: number | undefined;
  /** It has shown an hour that such a clock has not. */
  #isOf24Hours = false;

  get areKnown(): boolean {
    return this.#half !== undefined;
  }

  /** The same in 24 hours. */
  read(text: ClockText): ClockText {
    const [hour, minute, second, millisecond] = text.clock;
    this.#isOf24Hours ||= this.#half === undefined && (hour === 0 || hour > HALF_DAY_H);
    if (this.#isOf24Hours) return text;
    const now = {
      date: `${text.year}-${text.month}-${text.day}`,
      hour: hour % HALF_DAY_H,
      seconds: minute * 60 + second,
    };
    const before = this.#before;
    this.#before = now;
    if (before) this.#half = this.#halfAt(before, now);
    return this.#half === undefined ? text : { ...text, clock: [now.hour + this.#half, minute, second, millisecond] };
  }

  #halfAt(before: HalfTime, now: HalfTime): number | undefined {
    if (this.#half === undefined) {
      const restS = (now.hour - before.hour) * 3600 + now.seconds - before.seconds;
      const isPast = before.date === now.date && before.hour === 0 && now.hour === 1;
      return isPast && restS <= LONGEST_REST_S ? HALF_DAY_H : undefined;
    }
    if (before.date !== now.date) return 0;
    return now.hour < before.hour ? HALF_DAY_H - this.#half : this.#half;
  }
}

/**
 * Turns the times of a log into moments, in their order. What the log leaves out is taken from the date of its file, and
 * {@link assumed} says so.
 */
export class ImportClock {
  readonly assumed = new Set<Assumption>();
  readonly #fileMs: number;
  readonly #halves = new HalfDays();
  #lastMs: number | undefined;

  /** @param fileMs when the log may have begun, as the file says: milliseconds since 1970 */
  constructor(fileMs: number) {
    this.#fileMs = Math.floor(fileMs);
  }

  /** The moment; undefined where there is no such day. */
  read({ at, clock }: LogTime): Moment | undefined {
    const moment = clock === 'start' ? this.#elapsed(at) : this.#ofClock(at);
    if (moment) this.#lastMs = moment.wallMs;
    return moment;
  }

  #elapsed(at: string): Moment {
    this.assumed.add('start');
    const [whole = '', fraction = ''] = at.split('.');
    const digits = fraction.padEnd(9, '0');
    const sinceMs = Number(whole) * 1000 + Number(digits.slice(0, 3));
    return { wallMs: this.#fileMs + sinceMs, nanoseconds: Number(digits.slice(3, 9)) };
  }

  #ofClock(at: string): Moment | undefined {
    const told = clockText(at);
    const text = told && this.#halves.read(told);
    const wallMs = text && this.#wallMsOf(text);
    if (this.#halves.areKnown) this.assumed.add('half');
    if (text === undefined || wallMs === undefined) return undefined;
    if (text.zoneMinutes === undefined) this.assumed.add('zone');
    return { wallMs, nanoseconds: text.nanoseconds };
  }

  #wallMsOf(text: ClockText): number | undefined {
    const { year, month, day } = text;
    if (year !== undefined && month !== undefined && day !== undefined) return momentAt(text, year, month, day);
    const file = new Date(this.#lastMs ?? this.#fileMs);
    if (month !== undefined && day !== undefined) {
      this.assumed.add('year');
      const years = [-1, 0, 1].map((more) => momentAt(text, file.getFullYear() + more, month, day));
      return this.#likeliest(years, MOST_OF_A_YEAR_MS);
    }
    this.assumed.add('date');
    const dates = [-1, 0, 1].map((more) => new Date(file.getFullYear(), file.getMonth(), file.getDate() + more));
    const moments = dates.map((date) => momentAt(text, date.getFullYear(), date.getMonth() + 1, date.getDate()));
    return this.#likeliest(moments, LONGEST_STEP_BACK_MS);
  }

  /** The first one is nearest to the file's date; from then on time goes on, but for what a clock may be set back. */
  #likeliest(moments: readonly (number | undefined)[], longestBackMs: number): number | undefined {
    const known = moments.filter((moment) => moment !== undefined);
    const last = this.#lastMs;
    if (last !== undefined) return known.find((moment) => moment >= last - longestBackMs);
    return known.toSorted((one, other) => Math.abs(one - this.#fileMs) - Math.abs(other - this.#fileMs))[0];
  }
}
