import { Buffer } from 'node:buffer';
import { controlNotations, endsWithControl } from './controlNames.ts';
import type { ControlNames } from './controlNames.ts';
import { asciinemaLayout, firstAsciinemaLayout } from './formats/asciinema.ts';
import { chatLayout } from './formats/chat.ts';
import { areCompactHex, bytesOfPorts, dumpLayout } from './formats/dump.ts';
import { gammuLayout, isGammuFrame } from './formats/gammu.ts';
import { monitorLayouts } from './formats/monitors.ts';
import { rowsLayout } from './formats/rows.ts';
import { slsnifLayout } from './formats/slsnif.ts';
import { socatLayout } from './formats/socat.ts';
import { straceLayout } from './formats/strace.ts';
import { tableLayout } from './formats/table.ts';
import { traceLayouts } from './formats/traces.ts';
import { wordsLayout } from './formats/words.ts';
import type { LogLayout, LogStyle } from './logItem.ts';
import { orderOf, secondsOfDay } from './logTime.ts';
import type { Stamp, Timekeeping } from './logTime.ts';
import { remembered } from './remembered.ts';
import { withoutEnding } from './rowEnd.ts';
import { isInQuotes, plainHabits, readMarkedRow } from './rowMarks.ts';
import type { Speaker } from '../log/conversation.ts';
import type { MarkedRow, RowHabits } from './rowMarks.ts';
import { withoutColours } from './toolMarks.ts';
import type { TextRow } from './textRows.ts';
import { wordShapeOf } from './wordRow.ts';

const layouts: readonly LogLayout[] = [
  socatLayout,
  gammuLayout,
  straceLayout,
  asciinemaLayout,
  firstAsciinemaLayout,
  chatLayout,
  slsnifLayout,
  ...monitorLayouts,
  ...traceLayouts,
  tableLayout,
  wordsLayout,
  dumpLayout,
  rowsLayout,
];

/** What the rows so far show of the log's ways. */
export interface Recognised {
  readonly layout: LogLayout;
  readonly style: LogStyle;
}

/** A log whose rows have shown nothing yet. */
const plainStyle: LogStyle = {
  ...plainHabits,
  dateOrder: undefined,
  elapsed: 'start',
  clockCounts: undefined,
  controls: undefined,
  keepsReturns: false,
  isSwapped: false,
  hasHeadings: false,
  marksBothSides: false,
  speakers: new Map(),
  hasDumps: false,
  hasColours: false,
  isCompactHex: false,
  words: undefined,
};

/** Only a module says such: results and what it prints unasked. Its echo makes commands no sign of the host. */
const saidByModule = /^(?:OK|ERROR|\+(?:CME|CMS|CIS) ERROR\b.*|[+*^%][A-Z]{2,16} ?:.*)$/i;
const onTheWire = /^(?:AT(?:$|[A-Z+*&^$#%]| (?:send|read) )|OK$|ERROR$|[+*^%][A-Z])/i;

/** What is longer is no line of a module, and says nothing of how the others are written. */
export const LONGEST_TELLING_ROW = 16_384;

/** Recognises how a log is written by its first rows; never by its name. */
export function recognise(head: readonly TextRow[]): Recognised {
  const telling = head.filter(
    ({ isPiece, text }) => !isPiece && text.length <= LONGEST_TELLING_ROW && text.trim() !== '',
  );
  // A cast of asciinema 1 may be one long row.
  const rows = telling.length > 0 ? telling.map(({ text }) => text) : beginnings(head);
  const hasColours = rows.filter((row) => withoutColours(row) !== row).length > 1;
  const bare = rows.map((row) => withoutEnding(hasColours ? withoutColours(row) : row, '\r'));
  let best: { layout: LogLayout; score: number } = { layout: rowsLayout, score: 0 };
  for (const layout of layouts) {
    const score = layout.recognise(bare);
    if (score > best.score) best = { layout, score };
  }
  const style = { ...styleOf(bare, rows), hasColours };
  return { layout: best.layout, style: { ...style, isSwapped: isSwapped(best.layout, telling, style) } };
}

/** Of rows that are all too long to tell anything by their whole. */
function beginnings(head: readonly TextRow[]): string[] {
  return head.slice(0, 1).map(({ text }) => text.slice(0, LONGEST_TELLING_ROW));
}

const readings = new Map<string, (row: string) => MarkedRow>();

/** Reads rows by such habits. */
function markedRows(habits: RowHabits): (row: string) => MarkedRow {
  const held = Object.entries(habits).filter(([, isHeld]) => isHeld as boolean);
  const names = held
    .map(([name]) => name)
    .sort()
    .join();
  const reading = readings.get(names) ?? remembered((row) => readMarkedRow(row, habits));
  readings.set(names, reading);
  return reading;
}

function styleOf(bare: readonly string[], rows: readonly string[]): LogStyle {
  const habits = habitsOf(bare);
  const marked = bare.map(markedRows(habits));
  const stamps = marked.map(({ stamp }) => stamp).filter((stamp) => stamp !== undefined);
  return {
    ...plainStyle,
    ...habits,
    ...timekeepingOf(stamps),
    controls: controlsOf(bare),
    keepsReturns: rows.filter((row) => row.endsWith('\r')).length * 2 > rows.length,
    hasHeadings: marked.every(({ stamp, text }) => stamp === undefined || text === ''),
    marksBothSides: marked.some(({ from }) => from === 'host') && marked.some(({ from }) => from === 'module'),
    speakers: speakersOf(bytesOfPorts(bare)),
    hasDumps: bare.some(isGammuFrame),
    isCompactHex: areCompactHex(bare),
    words: wordShapeOf(bare),
  };
}

/** Of a log whose marks a person has told: what its stamps and texts show together. */
export function styleOfMarks(stamps: readonly Stamp[], texts: readonly string[]): LogStyle {
  return { ...plainStyle, ...timekeepingOf(stamps), controls: controlsOf(texts) };
}

/** Whether a row is one that a wire has: a command, a result, a URC. */
export function isOnTheWire(row: string): boolean {
  return onTheWire.test(row);
}

const MOST = 0.8;
/** A program says more in its own log than what goes over the wire. */
const MOST_OF_PROGRAM = 0.6;
const startsWithNumber = /^(?:1\d{9}(?:\.\d{1,9})?|\d{1,9}\.\d{1,9})(?:(?:[ \t]+|,[ \t]*)(.*)|)$/;

/** Marks of who spoke are such only where both are marked, and lines of the wire stand behind them. */
function marksSpeakers(marked: readonly MarkedRow[], most = MOST): boolean {
  const told = marked.filter(({ from }) => from !== undefined);
  const isBoth = told.some(({ from }) => from === 'host') && told.some(({ from }) => from === 'module');
  const lines = told.map(({ text }) => text.replace(/^b?["']|["']$/g, '').replace(/<(?:CR|LF)>|\\[rn]/g, ''));
  const known = lines.filter((line) => onTheWire.test(line.trim()));
  return isBoth && told.length >= marked.length * most && known.length >= 2;
}

/** `TX AT`, `14:03:09.867 RX OK`; what a module says of its radio begins so, too, but not every row. */
const startsWithWord =
  /^(?:[^A-Za-z\u4e00-\u9fff]|(?<=\d)[TZ](?=[\d \t])){0,60}(?:[TR]X|send|sent|recv|received?|[发收]|发送|接收)[ \t]/i;

function habitsOf(rows: readonly string[]): RowHabits {
  const bareNumbers = beginWithNumbers(rows);
  const read = (habits: Partial<RowHabits>): MarkedRow[] =>
    rows.map(markedRows({ ...plainHabits, bareNumbers, ...habits }));
  const plain = read({});
  const isTold = marksSpeakers(plain);
  const words = rows.filter((row) => startsWithWord.test(row));
  const bareWords = words.length >= rows.length * MOST && marksSpeakers(read({ bareWords: true }));
  const hasOrigins = !isTold && !bareWords && marksSpeakers(read({ hasOrigins: true }), MOST_OF_PROGRAM);
  const best = read({ bareWords, hasOrigins });
  const told = best.some(({ from }) => from !== undefined) ? best.filter(({ from }) => from !== undefined) : best;
  const isQuoted = told.length > 1 && told.every(({ textWithRemark }) => isInQuotes(textWithRemark));
  return { bareNumbers, bareWords, hasOrigins, isQuoted };
}

/** A number at the beginning of nearly every row, and lines of the wire behind it, is the time. */
function beginWithNumbers(rows: readonly string[]): boolean {
  const found = rows.map((row) => startsWithNumber.exec(row)).filter((match) => match !== null);
  return found.length >= rows.length * MOST && found.some(([, rest]) => onTheWire.test(rest ?? ''));
}

/** A clock that runs back by less than this was only read by two threads. */
const JITTER_S = 0.01;
/** A log that begins within so many seconds after 00:00:00 counts from its own start. */
const LONGEST_COUNT_BEFORE_FIRST_S = 600;

function timekeepingOf(stamps: readonly Stamp[]): Timekeeping {
  let dateOrder: Timekeeping['dateOrder'];
  const clocks: number[] = [];
  const counts: number[] = [];
  for (const stamp of stamps) {
    if (stamp.kind === 'elapsed' && stamp.since === undefined) counts.push(Number(stamp.seconds));
    if (stamp.kind !== 'clock') continue;
    if (stamp.date === undefined && stamp.zone === undefined) clocks.push(secondsOfDay(stamp));
    if (stamp.date?.order === 'any') dateOrder ??= orderOf(stamp.date.first, stamp.date.second);
  }
  return { dateOrder, elapsed: runsBack(counts) ? 'steps' : 'start', clockCounts: countsOf(clocks) };
}

function runsBack(seconds: readonly number[]): boolean {
  return seconds.some((value, index) => index > 0 && value < (seconds[index - 1] as number) - JITTER_S);
}

/** Whether times of day are none but count: they begin at zero, or run back within the first hour. */
function countsOf(seconds: readonly number[]): Timekeeping['clockCounts'] {
  const [first] = seconds;
  if (first === undefined) return undefined;
  if (runsBack(seconds)) return seconds.every((value) => value < 3600) ? 'steps' : undefined;
  return first < LONGEST_COUNT_BEFORE_FIRST_S ? 'start' : undefined;
}

/** The notation that ends the lines of at least two rows, or of all there are. */
function controlsOf(rows: readonly string[]): ControlNames | undefined {
  return controlNotations.find((notation) => {
    const count = rows.filter((row) => endsWithControl(row, notation)).length;
    return count >= Math.min(2, rows.length) && count * 4 >= rows.length && count > 0;
  });
}

const hostName = /^(?:.*[^a-z])?(?:host|pc|mcu|dte|tx|send)(?:[^a-z].*)?$/i;
const moduleName = /^(?:.*[^a-z])?(?:module|modem|dce|rx|recv)(?:[^a-z].*)?$/i;

/** Who is behind a port: its name says so; of two, the one that gives results is the module. */
function speakersOf(ports: ReadonlyMap<string, readonly Uint8Array[]>): ReadonlyMap<string, Speaker> {
  const speakers = new Map<string, Speaker>();
  const talks = new Map([...ports].map(([port, chunks]) => [port, moduleLines(Buffer.concat(chunks).toString())]));
  for (const [port, lines] of talks) {
    if (hostName.test(port)) speakers.set(port, 'host');
    else if (moduleName.test(port)) speakers.set(port, 'module');
    else if (ports.size === 2) speakers.set(port, lines === Math.max(...talks.values()) ? 'module' : 'host');
  }
  return speakers;
}

function moduleLines(text: string): number {
  return text.split(/[\r\n]+/).filter((line) => saidByModule.test(line.trim())).length;
}

/** Reads the head once as it says itself: where "the host" gives the results, the arrows mean it the other way round. */
function isSwapped(layout: LogLayout, head: readonly TextRow[], style: LogStyle): boolean {
  const reader = layout.open(head.map(({ text }) => withoutEnding(text, '\r')));
  const said: Record<Speaker, Uint8Array[]> = { host: [], module: [] };
  for (const row of head) {
    for (const item of reader.read(row, style)) {
      if (item.kind === 'wire' && item.from !== undefined) said[item.from].push(item.bytes);
    }
  }
  const results = (speaker: Speaker): number => moduleLines(Buffer.concat(said[speaker]).toString());
  return results('host') > results('module');
}
