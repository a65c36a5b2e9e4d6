import { twoDigits } from '../../shared/localTime.ts';

/**
 * Time as a log tells it. What the file does not say is not made up: a clock without a date stays a clock, and a time
 * without a zone is the local time of the machine that wrote the log.
 */
export interface LogTime {
  /**
   * `calendar`: ISO 8601, `2026-01-05T14:03:09.867`, with a zone where the log tells one. `no-year`:
   * `--01-05T14:03:09`. `day`: `14:03:09.867`. `start`: seconds since the log began, `0.048515`.
   */
  readonly at: string;
  readonly clock: 'calendar' | 'no-year' | 'day' | 'start';
}

/** What stands in a time stamp, before anything is known of the rest of the log. */
export type Stamp =
  /** A time of day, with as much of the date as there is. `hour` in 24 hours; `fraction` as digits. */
  | (TimeOfDay & { readonly kind: 'clock'; readonly date?: StampDate; readonly zone?: string })
  /** Seconds that have gone by, as digits; `since` where the stamp itself says since when. */
  | { readonly kind: 'elapsed'; readonly seconds: string; readonly since?: 'start' }
  /** A stamp whose time cannot be read: a format of a person's own. */
  | { readonly kind: 'other' };

interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly fraction: string;
}

/** `order` is `any` for `05/01/2026`, which is read with the rest of the log. */
export type StampDate =
  | { readonly order: 'known'; readonly year?: number; readonly month: number; readonly day: number }
  | { readonly order: 'any'; readonly year: number; readonly first: number; readonly second: number };

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const monthName = '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
/** English, Chinese, or of another language: gammu prints the day in the machine's own. */
const weekday = String.raw`(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|星期.|周.)[a-z]{0,6}\.?,? {1,2})?`;
/** The half of the day stands before or behind: 下午2:03, PM 2:03, 2:03 p.m., 2:03 下午. */
const clock = String.raw`(?:(上午|下午|[AP]M) ?)?(\d{1,2}):(\d{2}):(\d{2})(?:[.:,](\d{1,9}))?(?: ?([AaPp]\.?[Mm]\b\.?|上午|下午))?`;
const zone = String.raw`( ?Z(?![A-Za-z])| ?[+-]\d{2}:?\d{2}(?!\d)| (?:UTC|GMT)(?![A-Za-z]))?`;
/** Names of zones other than UTC mean several each (CST is Chinese and American): the time stays without a zone. */
const namedZone = '(?: (?:[A-Z]{1,3}[SD]T|CET|EET|WET|MSK|HKT|SGT)(?![A-Za-z]))?';
const gap = '(?:[ T_]{1,2}|, )';

interface StampForm {
  readonly pattern: RegExp;
  readonly read: (match: RegExpExecArray) => Stamp | undefined;
}

/** What any of `clockForms` begins with: most rows begin with none, and need not be tried ten times. */
const clockStart = /\d|[上下星周]|[ap]m|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec/iy;

const form = (source: string, read: StampForm['read']): StampForm => ({ pattern: new RegExp(source, 'iy'), read });

/** The pieces of `clock` and `zone`, from group `at` on. */
function clockFrom(match: RegExpExecArray, at: number): TimeOfDay | undefined {
  const [before, hourText, minuteText, secondText, fraction = '', behind] = match.slice(at, at + 6);
  const [hour, minute, second] = [Number(hourText), Number(minuteText), Number(secondText)];
  const half = before ?? behind ?? '';
  const isPm = /^(?:下午|p)/i.test(half);
  const isHalf = half !== '';
  if (minute > 59 || second > 60 || hour > (isHalf ? 12 : 23)) return undefined;
  return { hour: isHalf ? (hour % 12) + (isPm ? 12 : 0) : hour, minute, second, fraction };
}

function dated(match: RegExpExecArray, at: number, date: StampDate | undefined): Stamp | undefined {
  const time = clockFrom(match, at);
  if (time === undefined) return undefined;
  const offset = match[at + 6]?.trim().replace(/^(?:UTC|GMT)$/i, 'Z');
  return {
    kind: 'clock',
    ...time,
    ...(date === undefined ? {} : { date }),
    ...(offset === undefined ? {} : { zone: offset }),
  };
}

function known(year: string | undefined, month: number, day: string | undefined): StampDate | undefined {
  const isDate = month >= 1 && month <= 12 && Number(day) >= 1 && Number(day) <= 31;
  if (!isDate) return undefined;
  return { order: 'known', month, day: Number(day), ...(year === undefined ? {} : { year: Number(year) }) };
}

const named = (name: string | undefined): number => months.indexOf(name?.toLowerCase() ?? '') + 1;

/** A date that cannot be makes the whole stamp none: `99/99/2026 14:03:09` is text. */
const withDate = (match: RegExpExecArray, at: number, date: StampDate | undefined): Stamp | undefined =>
  date && dated(match, at, date);

function anyOrder(
  first: string | undefined,
  second: string | undefined,
  year: string | undefined,
): StampDate | undefined {
  const numbers = { first: Number(first), second: Number(second), year: Number(year) };
  const isDate = Math.min(numbers.first, numbers.second) >= 1 && Math.min(numbers.first, numbers.second) <= 12;
  return isDate && Math.max(numbers.first, numbers.second) <= 31 ? { order: 'any', ...numbers } : undefined;
}

/** Seconds since 1970, which are UTC. */
function ofEpoch(seconds: number, fraction: string): Stamp {
  const date = new Date(seconds * 1000);
  return {
    kind: 'clock',
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    fraction,
    date: { order: 'known', year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() },
    zone: 'Z',
  };
}

const SECONDS_OF_DAY = 86_400;

/** The forms of a full stamp, the longest first; each bounded, so that no line takes more than linear time. */
const clockForms: readonly StampForm[] = [
  // ISO 8601 and its kin, year first: 2026-01-05 14:03:09.651, 2026/01/05_14:03:09, 2026年1月5日 14:03:09.
  form(String.raw`${weekday}(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?${gap}${clock}${zone}`, (match) =>
    withDate(match, 4, known(match[1], Number(match[2]), match[3])),
  ),
  // ISO 8601 basic: 20260105T140309.651Z, 20260105 14:03:09.
  form(String.raw`(\d{4})(\d{2})(\d{2})[T _-]()(\d{2}):?(\d{2}):?(\d{2})(?:[.,](\d{1,9}))?()${zone}`, (match) =>
    withDate(match, 4, known(match[1], Number(match[2]), match[3])),
  ),
  // Day or month first; the dot is the German and Russian way, day first.
  form(String.raw`${weekday}(\d{1,2})\.(\d{1,2})\.(\d{4})${gap}${clock}${zone}`, (match) =>
    withDate(match, 4, known(match[3], Number(match[2]), match[1])),
  ),
  form(String.raw`${weekday}(\d{1,2})[-/](\d{1,2})[-/](\d{4})${gap}${clock}${zone}`, (match) =>
    withDate(match, 4, anyOrder(match[1], match[2], match[3])),
  ),
  // 05 Jan 2026 14:03:09, 05-Jan-2026 14:03:09.
  form(String.raw`${weekday}(\d{1,2})[ -]${monthName}[ -](\d{4})${gap}${clock}${zone}${namedZone}`, (match) =>
    withDate(match, 4, known(match[3], named(match[2]), match[1])),
  ),
  // asctime of C, also with a fraction before the year: Mon Jan  5 14:03:09.123 2026.
  form(String.raw`${weekday}${monthName} {1,2}(\d{1,2}),? {1,2}${clock}${zone}${namedZone} (\d{4})(?!\d)`, (match) =>
    withDate(match, 3, known(match[10], named(match[1]), match[2])),
  ),
  // syslog and ts of moreutils: Jan 05 14:03:09, without a year.
  form(String.raw`${weekday}${monthName} {1,2}(\d{1,2}) {1,2}${clock}${zone}`, (match) =>
    withDate(match, 3, known(undefined, named(match[1]), match[2])),
  ),
  // A day and month of an order of the tool's own, or two digits of a year: the clock is all that is sure.
  form(String.raw`\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?${gap}${clock}${zone}`, (match) => dated(match, 1, undefined)),
  form(String.raw`${weekday}${clock}${zone}`, (match) => dated(match, 1, undefined)),
  // gtkterm 1.2: days since 1970, then the time of day, both of UTC.
  form(String.raw`(\d{1,6})\.(\d{2})h\.(\d{2})m\.(\d{2})s\.(\d{3})`, ([, day, hour, minute, second, fraction = '']) =>
    ofEpoch(Number(day) * SECONDS_OF_DAY + Number(hour) * 3600 + Number(minute) * 60 + Number(second), fraction),
  ),
];

/** Stamps that are bare numbers: only within brackets, or where the log is known to begin its lines so. */
export const numberForms: readonly StampForm[] = [
  form(String.raw`(1\d{9})(\d{3})(?![\d.])`, ([, seconds, fraction = '']) => ofEpoch(Number(seconds), fraction)),
  form(String.raw`(1\d{9})(?:\.(\d{1,9}))?(?![\d.])`, ([, seconds, fraction = '']) =>
    ofEpoch(Number(seconds), fraction),
  ),
  // Tera Term: days and a time of day since the log or the connection began.
  form(String.raw`(\d{1,4}) ${clock}`, (match) => elapsedDays(match)),
  form(String.raw`\+?(\d{1,9}) ?ms(?!\w)`, ([, milliseconds]) => ({
    kind: 'elapsed',
    seconds: (Number(milliseconds) / 1000).toFixed(3),
  })),
  form(String.raw`\+?(\d{1,10}\.\d{1,9})(?: ?s)?(?![\w.])`, ([, seconds = '']) => ({ kind: 'elapsed', seconds })),
];

function elapsedDays(match: RegExpExecArray): Stamp | undefined {
  const time = clockFrom(match, 2);
  if (time === undefined) return undefined;
  const seconds = Number(match[1]) * SECONDS_OF_DAY + secondsOfDay(time);
  return { kind: 'elapsed', seconds: seconds.toFixed(time.fraction.length) };
}

/** A stamp and where it ends. */
export interface FoundStamp {
  readonly stamp: Stamp;
  readonly end: number;
}

/** Reads a stamp at a place of a line, without brackets; undefined when there is none. */
export function readStamp(
  text: string,
  from: number,
  forms: readonly StampForm[] = clockForms,
): FoundStamp | undefined {
  if (forms === clockForms) {
    clockStart.lastIndex = from;
    if (!clockStart.test(text)) return undefined;
  }
  for (const { pattern, read } of forms) {
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    const stamp = match && read(match);
    if (stamp) return { stamp, end: pattern.lastIndex };
  }
  return undefined;
}

const opening = /[[(<【] {0,8}/y;
/** Behind a stamp in brackets: the time since the line before (grabserial), blanks, a mark of its own. */
const closing = /(?: (\d{1,10}\.\d{3,9}))? {0,8}[\])>】]/y;
/** grabserial -F with a format of a person's own: only the second number is known for certain. */
const ownFormat = /\[([^[\]]{1,60}) \d{1,10}\.\d{6}\]/y;

/** Reads a stamp in brackets at a place of a line; also one whose bracket the end of the line has to close (minicom). */
export function readBracketedStamp(text: string, from: number): FoundStamp | undefined {
  opening.lastIndex = from;
  if (!opening.test(text)) return undefined;
  const start = opening.lastIndex;
  const found = readStamp(text, start) ?? readStamp(text, start, numberForms);
  if (found) {
    closing.lastIndex = found.end;
    const [, delta] = closing.exec(text) ?? [];
    if (closing.lastIndex > 0) return { stamp: withSince(found.stamp, delta), end: closing.lastIndex };
    const isOpen = text[from] === '[' && found.stamp.kind === 'clock' && text.slice(found.end).trim() === '';
    if (isOpen) return { stamp: found.stamp, end: text.length };
  }
  ownFormat.lastIndex = from;
  return ownFormat.test(text) ? { stamp: { kind: 'other' }, end: ownFormat.lastIndex } : undefined;
}

/** Two numbers: the first is the time since the start, or since a line that a person chose. */
function withSince(stamp: Stamp, delta: string | undefined): Stamp {
  return stamp.kind === 'elapsed' && delta !== undefined ? { ...stamp, since: 'start' } : stamp;
}

function timeText({ hour, minute, second, fraction }: TimeOfDay): string {
  return `${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Seconds since midnight. */
export function secondsOfDay({ hour, minute, second, fraction }: TimeOfDay): number {
  return hour * 3600 + minute * 60 + second + Number(`0.${fraction || '0'}`);
}

/** How the stamps of a log are meant, which only several of them together tell. */
export interface Timekeeping {
  /** `05/01/2026`: the day or the month first; undefined as long as both can be. */
  readonly dateOrder: 'day' | 'month' | undefined;
  /** Seconds are since the start, or since the line before. */
  readonly elapsed: 'start' | 'steps';
  /** `00:00:03` is no time of day but counts, from the start or from the line before. */
  readonly clockCounts: 'start' | 'steps' | undefined;
}

/** A time of day with its date where that is known. */
function clockTime(stamp: Extract<Stamp, { kind: 'clock' }>, { dateOrder }: Timekeeping): LogTime {
  const time = timeText(stamp);
  const date = dateOf(stamp.date, dateOrder);
  const offset = stamp.zone === undefined ? '' : stamp.zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  if (date === undefined) return { at: `${time}${offset}`, clock: 'day' };
  const { year, month, day } = date;
  const monthAndDay = `${twoDigits(month)}-${twoDigits(day)}`;
  return year === undefined
    ? { at: `--${monthAndDay}T${time}${offset}`, clock: 'no-year' }
    : { at: `${String(year).padStart(4, '0')}-${monthAndDay}T${time}${offset}`, clock: 'calendar' };
}

function dateOf(
  date: StampDate | undefined,
  order: Timekeeping['dateOrder'],
): Extract<StampDate, { order: 'known' }> | undefined {
  if (date?.order !== 'any') return date;
  const { year, first, second } = date;
  const decided = order ?? orderOf(first, second);
  if (decided === undefined) return undefined;
  const [day, month] = decided === 'day' ? [first, second] : [second, first];
  return month > 12 ? undefined : { order: 'known', year, month, day };
}

/** Which of two numbers is the day, where one of them can be no month. */
export function orderOf(first: number, second: number): Timekeeping['dateOrder'] {
  if (first > 12) return 'day';
  return second > 12 ? 'month' : undefined;
}

/** Makes times of stamps, in their order: steps add up to a time since the start. */
export class LogClock {
  #sum = 0;
  #digits = 0;

  /** The time of the next stamp; undefined where it cannot be read. */
  read(stamp: Stamp, keeping: Timekeeping): LogTime | undefined {
    if (stamp.kind === 'other') return undefined;
    if (stamp.kind === 'elapsed') {
      const isStep = keeping.elapsed === 'steps' && stamp.since === undefined;
      return { at: isStep ? this.#step(stamp.seconds) : stamp.seconds, clock: 'start' };
    }
    if (keeping.clockCounts === undefined || stamp.date !== undefined) return clockTime(stamp, keeping);
    const seconds = secondsOfDay(stamp).toFixed(stamp.fraction.length);
    return { at: keeping.clockCounts === 'steps' ? this.#step(seconds) : seconds, clock: 'start' };
  }

  #step(seconds: string): string {
    this.#digits = Math.max(this.#digits, seconds.split('.')[1]?.length ?? 0);
    this.#sum += Number(seconds);
    return this.#sum.toFixed(this.#digits);
  }
}
