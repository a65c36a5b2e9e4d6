import { numberForms, readBracketedStamp, readStamp } from './logTime.ts';
import type { FoundStamp, Stamp } from './logTime.ts';

/** Who spoke. */
export type Speaker = 'host' | 'module';

/** A row of a log that a serial tool has written, taken apart. */
export interface MarkedRow {
  /** What was on the wire; empty when the tool wrote nothing but marks or a remark. */
  readonly text: string;
  /** The same with the remark a person may have put behind it (`// …`); the same as `text` when there is none. */
  readonly textWithRemark: string;
  /** As the wire had it, also the blanks at both ends, which may belong to a value that goes on over the line's end. */
  readonly rest: string;
  /** Who spoke, where the row says so. */
  readonly from?: Speaker;
  readonly stamp?: Stamp;
  /** The row says that its bytes are written as hex. */
  readonly isHex?: true;
}

/** What the rows of a log are known to begin with. */
export interface RowHabits {
  /** Every row begins with a bare number that is a time: `ts '%.s'`. */
  readonly bareNumbers: boolean;
}

const sent = '(?:tx|send|sent|snd|out|write|发送|发)';
const received = '(?:rx|recv|receive|received|rcv|in|read|接收|收)';
/** `send data:`, `RECV ASCII>`, `send(17):`. */
const kind = String.raw`(?: ?(?:data|cmd|msg|at|ascii|hex|bytes|数据))?(?: ?\(\d{1,6}(?: bytes?)?\)| ?\[\d{1,6}\])?`;
/** Behind a word without any sign, only what a line of the wire begins with: `TX power:230` is an answer. */
const wire = String.raw`(?=[ \t]{1,4}(?:AT(?:[+*&%^$#=?A-Z]|$)|[+^*%][A-Z]|OK$|ERROR$))`;
/** `[Tx ->]`, `TX:`, `发→◇`, `>`, `>>`, `-->`, `host>module`, `# RECV ASCII>`, `[TX] - `. */
const directionMarks: readonly { readonly from: Speaker; readonly pattern: RegExp }[] = [
  { from: 'host', pattern: new RegExp(String.raw`\[ ?${sent}${kind} ?(?:-{0,2}>|→)? ?\]:?(?: ?[-–] (?=\S|$))?`, 'iy') },
  {
    from: 'module',
    pattern: new RegExp(String.raw`\[ ?${received}${kind} ?(?:<-{0,2}|←|->)? ?\]:?(?: ?[-–] (?=\S|$))?`, 'iy'),
  },
  { from: 'host', pattern: new RegExp(String.raw`(?:# ?)?${sent}${kind} ?(?:[-=]{0,2}>{1,2}|→|[:：])◇?`, 'iy') },
  {
    from: 'module',
    pattern: new RegExp(String.raw`(?:# ?)?${received}${kind} ?(?:<{1,2}[-=]{0,2}|←|[-=]{0,2}>{1,2}|[:：])◆?`, 'iy'),
  },
  { from: 'host', pattern: new RegExp(`${sent}${wire}`, 'iy') },
  { from: 'module', pattern: new RegExp(`${received}${wire}`, 'iy') },
  { from: 'host', pattern: /(?:host|pc|mcu|dte) ?-{0,2}> ?(?:module|modem|dce)[:：]?/iy },
  { from: 'module', pattern: /(?:module|modem|dce) ?-{0,2}> ?(?:host|pc|mcu|dte)[:：]?/iy },
  { from: 'host', pattern: /(?:[-=]{0,2}>{1,3}|→)◇?/y },
  { from: 'module', pattern: /(?:<{1,3}[-=]{0,2}|←)◆?/y },
];

/** `[Asc]`, `[COM14]`: stands only beside other marks. */
const tagMark = /\[(?:asc(?:ii)?|hex|str(?:ing)?|utf-?8|gbk|com\d{1,3}|tty\w{1,12})\]:?/iy;
const hexMark = /\bhex\b/i;
/** `[Rx <-][OK]`: the line itself in brackets, again only beside other marks. */
const bracketed = /^\[([^[\]]*)\]$/;
/** Blanks, and the NULs of a port that wakes, before the first mark. */
const blanks = /[ \t\u0000]*/y;
/** Shown by SSCOM for the end of a line it sent. */
const lineEndSign = '□';
/** Behind a stamp without brackets; digits and signs would make it part of something else. */
const afterBareStamp = /(?:[:,;](?=[ \t]|$)|:)?(?![\d.,:])(?: ?[-–|;] (?=\S))?/y;
/** A bare number needs a blank behind it. */
const afterBareNumber = /[ \t]+/y;
const MOST_MARKS = 6;

function endOfMatch(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

function stampAt(row: string, position: number, isStart: boolean, habits: RowHabits): FoundStamp | undefined {
  const inBrackets = readBracketedStamp(row, position);
  if (inBrackets) return inBrackets;
  const bare = readStamp(row, position);
  if (bare) return endingWith(afterBareStamp, row, bare);
  const number = habits.bareNumbers && isStart ? readStamp(row, position, numberForms) : undefined;
  return number && (number.end === row.length ? number : endingWith(afterBareNumber, row, number));
}

/** The stamp where what follows it is as it must be. */
function endingWith(pattern: RegExp, row: string, { stamp, end }: FoundStamp): FoundStamp | undefined {
  pattern.lastIndex = end;
  return pattern.test(row) ? { stamp, end: pattern.lastIndex } : undefined;
}

/** Takes a row apart: time stamps and direction marks of serial tools in any order, and remarks, fall away. */
export function readMarkedRow(row: string, habits: RowHabits = { bareNumbers: false }): MarkedRow {
  let from: Speaker | undefined;
  let stamp: Stamp | undefined;
  let isHex = false;
  let position = endOfMatch(blanks, row, 0);
  const start = position;
  for (let marks = 0; marks < MOST_MARKS; marks++) {
    let end = position;
    if (stamp === undefined) {
      const found = stampAt(row, position, position === start, habits);
      if (found) ({ stamp, end } = found);
    }
    for (const mark of directionMarks) {
      if (end !== position) break;
      end = endOfMatch(mark.pattern, row, position);
      if (end !== position) from = mark.from;
    }
    if (end === position && position > start) end = endOfMatch(tagMark, row, position);
    if (end === position) break;
    isHex ||= hexMark.test(row.slice(position, end));
    position = endOfMatch(blanks, row, end);
  }
  const left = row.slice(position).trimEnd();
  const inside = position > start ? bracketed.exec(left)?.[1] : undefined;
  const textWithRemark = inside === undefined || inside === '' ? left : inside;
  const isPlain = textWithRemark === left && left !== lineEndSign;
  return {
    text: textWithRemark === lineEndSign ? '' : withoutRemark(textWithRemark),
    textWithRemark,
    rest: isPlain ? row.slice(position > start ? position : 0) : textWithRemark,
    ...(from === undefined ? {} : { from }),
    ...(stamp === undefined ? {} : { stamp }),
    ...(isHex ? { isHex } : {}),
  };
}

/** Takes off a remark: from `//` on, outside quotes and not as in `coap://`. */
export function withoutRemark(text: string): string {
  let isQuoted = false;
  let seen = 0;
  for (let slashes = text.indexOf('//'); slashes >= 0; slashes = text.indexOf('//', slashes + 1)) {
    for (; seen < slashes; seen++) if (text[seen] === '"') isQuoted = !isQuoted;
    if (!isQuoted && text[slashes - 1] !== ':') return text.slice(0, slashes).trimEnd();
  }
  return text;
}
