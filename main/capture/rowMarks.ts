import type { Speaker } from '../log/conversation.ts';
import { numberForms, readBracketedStamp, readStamp } from './logTime.ts';
import type { FoundStamp, Stamp } from './logTime.ts';

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
  /** The words `TX` and `RX` stand before every line without any sign behind them, also before `M5310-A`. */
  readonly bareWords: boolean;
  /** Between the stamp and the mark of who spoke stands who wrote the log: `DEBUG - >>`, `GSM1: ->`, `[ttyUSB0/at] -->`. */
  readonly hasOrigins: boolean;
  /** Lines stand in quotes behind their marks, as a program's own log prints them. */
  readonly isQuoted: boolean;
}

/** A log whose rows have shown nothing yet. */
export const plainHabits: RowHabits = { bareNumbers: false, bareWords: false, hasOrigins: false, isQuoted: false };

/** Also of tools that speak the language of the machine: German, French, Spanish, Italian, Russian, Japanese, Korean. */
const sent = '(?:tx|send|sent|snd|out|write|发送|发|gesendet|envoyé|enviado|inviato|отправлено|передано|送信|송신)';
const received =
  '(?:rx|recv|receive|received|rcv|in|read|接收|收|empfangen|reçu|recibido|ricevuto|получено|принято|受信|수신)';
/** `[UART2 TX]`, `[BC95 SEND]`, `[#Recv]`: whose port it is, inside the brackets. */
const port = String.raw`(?:#|[A-Za-z][\w./-]{0,20}[ :_-])?`;
/** `[Board] AT+CSQ`, `[Modem] OK`, `[host>module]`. */
const hostNames = 'host|pc|mcu|dte';
const moduleNames = 'module|modem|dce|nb';
/** `send data:`, `RECV ASCII>`, `send(17):`, `RECV ASCII/21 <<<`, `SEND ASCII TO 192.168.2.4 :9023>`. */
const count = String.raw`(?: ?\(\d{1,6}(?: bytes?)?\)| ?\[\d{1,6}\]|\/\d{1,6})?`;
const peer = String.raw`(?: (?:from|to) [0-9a-f.:]{2,45} ?:\d{1,5}(?=[ >]))?`;
const kind = String.raw`(?: ?(?:data|cmd|msg|at|ascii|hex|bytes|数据))?${count}${peer}`;
/** Behind a word without any sign, only what a line of the wire begins with: `TX power:230` is an answer. */
const wire = String.raw`(?=[ \t]{1,4}(?:AT(?:[+*&%^$#=?A-Z]|$)|[+^*%][A-Z]|OK$|ERROR$))`;
/** `[Tx ->]`, `TX:`, `发→◇`, `>`, `>>`, `-->`, `host>module`, `# RECV ASCII>`, `[TX] - `. */
const directionMarks: readonly { readonly from: Speaker; readonly pattern: RegExp }[] = [
  {
    from: 'host',
    pattern: new RegExp(String.raw`\[ ?${port}${sent}${kind} ?(?:-{0,2}>|→)? ?\]:?(?: ?[-–] (?=[^ \t]|$))?`, 'iy'),
  },
  {
    from: 'module',
    pattern: new RegExp(
      String.raw`\[ ?${port}${received}${kind} ?(?:<-{0,2}|←|->)? ?\]:?(?: ?[-–] (?=[^ \t]|$))?`,
      'iy',
    ),
  },
  { from: 'host', pattern: new RegExp(String.raw`(?:# ?)?${sent}${kind} ?(?:[-=]{0,2}>{1,3}|→|[:：])◇?`, 'iy') },
  {
    from: 'module',
    pattern: new RegExp(String.raw`(?:# ?)?${received}${kind} ?(?:<{1,3}[-=]{0,2}|[←→]|[-=]{0,2}>{1,3}|[:：])◆?`, 'iy'),
  },
  { from: 'host', pattern: new RegExp(`${sent}${wire}`, 'iy') },
  { from: 'module', pattern: new RegExp(`${received}${wire}`, 'iy') },
  // ser2net's trace: who is at the network, and at the terminal line, before eight bytes and their characters.
  { from: 'host', pattern: /tcp +(?=(?:[0-9a-f]{2} ){1,16} *\|)/y },
  { from: 'module', pattern: /term +(?=(?:[0-9a-f]{2} ){1,16} *\|)/y },
  // YAT: (<<) and (>>).
  { from: 'host', pattern: /[([](?:[-=]{0,2}>{1,3}|→)[)\]]/y },
  { from: 'module', pattern: /[([](?:<{1,3}[-=]{0,2}|←)[)\]]/y },
  { from: 'host', pattern: new RegExp(String.raw`\[?(?:${hostNames}) ?-{0,2}> ?(?:${moduleNames})\]?[:：]?`, 'iy') },
  { from: 'module', pattern: new RegExp(String.raw`\[?(?:${moduleNames}) ?-{0,2}> ?(?:${hostNames})\]?[:：]?`, 'iy') },
  { from: 'host', pattern: new RegExp(String.raw`\[(?:board|${hostNames})\]:?`, 'iy') },
  { from: 'module', pattern: new RegExp(String.raw`\[(?:nb-?iot|${moduleNames})\]:?`, 'iy') },
  // Particle and mbed: `AT send 11 "AT+CREG=2\r\n"`, `AT read + 33 "\r\n+CREG: 2,5\r\n"`.
  { from: 'host', pattern: /AT send +\d{1,5} +(?=")/y },
  { from: 'module', pattern: /AT read +\S{1,5} +\d{1,5} +(?=")/y },
  // Android's radio layer puts the name of the protocol before the arrow.
  { from: 'host', pattern: /(?:AT(?=> ))?(?:[-=]{0,3}>{1,3}|→)◇?(?::(?= ))?/y },
  { from: 'module', pattern: /(?:AT(?=< ))?(?:<{1,3}[-=]{0,3}|←)◆?(?::(?= ))?/y },
];
const bareWords: typeof directionMarks = [
  { from: 'host', pattern: /(?:tx|send|sent|snd|发送|发)(?=[ \t])/iy },
  { from: 'module', pattern: /(?:rx|recv|received?|rcv|接收|收)(?=[ \t])/iy },
];
/** A bar or a comma between columns. */
const column = /[|,;](?=[ \t"])/y;
/** Who wrote the log is named in so many characters. */
const LONGEST_ORIGIN = 100;

/** `[Asc]`, `[COM14]`: stands only beside other marks. */
const tagMark = /\[(?:asc(?:ii)?|hex|str(?:ing)?|utf-?8|gbk|com\d{1,3}|tty\w{1,12})\]:?/iy;
const hexMark = /\bhex\b/i;
/** `[Rx <-][OK]`: the line itself in brackets, again only beside other marks. */
const bracketed = /^\[([^[\]]*)\]$/;
/** A line as a program prints a string of its own, Python's bytes too. */
const inQuotes = /^b?(["'])(.*)\1$/s;
/** Blanks, and the NULs of a port that wakes, before the first mark. */
const blanks = /[ \t\u0000]*/y;
/** Shown by SSCOM for the end of a line it sent. */
const lineEndSign = '□';
/** Behind a stamp without brackets; digits and signs would make it part of something else. */
const afterBareStamp = /(?:[:,;](?=[ \t]|$)|:)?(?![\d.,:])(?: ?[-–|;] (?=\S))?/y;
/** A bare number needs a blank behind it. */
const afterBareNumber = /[ \t]+|,[ \t]*/y;
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

interface FoundSpeaker {
  readonly from: Speaker;
  readonly end: number;
  readonly stamp?: Stamp;
}

function speakerAt(row: string, position: number, marks: typeof directionMarks): FoundSpeaker | undefined {
  for (const { from, pattern } of marks) {
    const end = endOfMatch(pattern, row, position);
    if (end !== position) return { from, end };
  }
  return undefined;
}

/** The mark of who spoke behind the name of who wrote the log. */
function speakerBehindOrigin(row: string, position: number): FoundSpeaker | undefined {
  const last = Math.min(row.length, position + LONGEST_ORIGIN);
  let stamp: Stamp | undefined;
  for (let at = position + 1; at < last; at++) {
    if (!/[ \t:\]]/.test(row[at - 1] as string)) continue;
    const found = speakerAt(row, at, directionMarks);
    if (found && /[ \t'"]/.test(row[found.end] ?? '')) return { ...found, ...(stamp === undefined ? {} : { stamp }) };
    stamp ??= readBracketedStamp(row, at)?.stamp;
  }
  return undefined;
}

function speakerIn(row: string, position: number, habits: RowHabits): FoundSpeaker | undefined {
  const found = speakerAt(row, position, directionMarks);
  if (found) return found;
  const word = habits.bareWords ? speakerAt(row, position, bareWords) : undefined;
  return word ?? (habits.hasOrigins ? speakerBehindOrigin(row, position) : undefined);
}

/** Takes a row apart: time stamps and direction marks of serial tools in any order, and remarks, fall away. */
export function readMarkedRow(row: string, habits: RowHabits = plainHabits): MarkedRow {
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
    const speaker = end === position ? speakerIn(row, position, from === undefined ? habits : plainHabits) : undefined;
    if (speaker) {
      ({ from, end } = speaker);
      stamp ??= speaker.stamp;
    }
    if (end === position && position > start) end = endOfMatch(tagMark, row, position);
    if (end === position) break;
    isHex ||= hexMark.test(row.slice(position, end));
    position = endOfMatch(blanks, row, end);
  }
  if (position > start) position = endOfMatch(column, row, position);
  const isSent = from === 'host' && row.endsWith(lineEndSign);
  const left = row
    .slice(position)
    .trimEnd()
    .slice(0, isSent ? -1 : undefined);
  const inside = position > start || habits.isQuoted ? insideOf(left, habits) : undefined;
  const textWithRemark = inside === undefined || inside === '' ? left : inside;
  const isPlain = textWithRemark === left && !isSent && left !== lineEndSign;
  return {
    text: textWithRemark === lineEndSign ? '' : withoutRemark(textWithRemark).trim(),
    textWithRemark,
    rest: isPlain ? row.slice(position > start ? position : 0) : textWithRemark,
    ...(from === undefined ? {} : { from }),
    ...(stamp === undefined ? {} : { stamp }),
    ...(isHex ? { isHex } : {}),
  };
}

/** The line without the brackets or quotes that a tool has put around it. */
function insideOf(left: string, { isQuoted }: RowHabits): string | undefined {
  if (!isQuoted) return bracketed.exec(left)?.[1];
  const [, quote, inside] = inQuotes.exec(left) ?? [];
  // As C writes a text: quotes inside have a backslash before them.
  return quote === '"' ? inside?.replaceAll('\\"', '"') : inside;
}

/** Whether a row's line stands in quotes. */
export function isInQuotes(text: string): boolean {
  return inQuotes.test(text);
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
