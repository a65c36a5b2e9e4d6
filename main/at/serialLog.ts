/** A line of the log that a serial tool has written, without what the tool added. */
export interface SerialLogLine {
  /** What was on the wire; empty when the tool wrote nothing but marks or a remark. */
  readonly text: string;
  /** The same with the remark a person may have put behind it (`// …`); the same as `text` when there is none. */
  readonly textWithRemark: string;
  /** Who spoke, where the log says so. */
  readonly from?: 'host' | 'module';
}

/**
 * What tools put before a line, each bounded in length so that no line takes more than linear time:
 * `[2026-11-22 09:41:24.870]`, `09:41:24.870`, `[17:21:06:364]`, seconds since the start `[  12.345]`.
 */
const clock = String.raw`\d{1,2}:\d{2}:\d{2}(?:[.:,]\d{1,9})?`;
const date = String.raw`\d{2,4}[-/.]\d{1,2}[-/.]\d{1,4}`;
const stamp = String.raw`(?:${date}[ T_]{1,2})?${clock}(?:Z|[+-]\d{2}:?\d{2})?`;
const timeMarks = [
  new RegExp(String.raw`[[(] {0,8}(?:${stamp}|\d{1,10}\.\d{1,9}) {0,8}[\])]`, 'y'),
  new RegExp(String.raw`${stamp}:?(?![\d.,:])`, 'y'),
];

const sent = '(?:tx|send|sent|snd|out|发送|发)';
const received = '(?:rx|recv|receive|received|rcv|in|接收|收)';
/** `[Tx ->]`, `TX:`, `发→◇`, `>`, `>>`, `-->`, `host>module`. Words need a mark behind them: `TX power:230` is an answer. */
const directionMarks: readonly { readonly from: 'host' | 'module'; readonly pattern: RegExp }[] = [
  { from: 'host', pattern: new RegExp(String.raw`\[ ?${sent} ?(?:-{0,2}>|→)? ?\]:?`, 'iy') },
  { from: 'module', pattern: new RegExp(String.raw`\[ ?${received} ?(?:<-{0,2}|←)? ?\]:?`, 'iy') },
  { from: 'host', pattern: new RegExp(String.raw`${sent} ?(?:-{0,2}>{1,2}|→|[:：])◇?`, 'iy') },
  { from: 'module', pattern: new RegExp(String.raw`${received} ?(?:<{1,2}-{0,2}|←|[:：])◆?`, 'iy') },
  { from: 'host', pattern: /host ?> ?module/iy },
  { from: 'module', pattern: /module ?> ?host/iy },
  { from: 'host', pattern: /(?:[-=]{0,2}>{1,3}|→)◇?/y },
  { from: 'module', pattern: /(?:<{1,3}[-=]{0,2}|←)◆?/y },
];

/** `[Asc]`, `[COM14]`: stands only beside other marks. */
const tagMark = /\[(?:asc(?:ii)?|hex|str(?:ing)?|utf-?8|gbk|com\d{1,3}|tty\w{1,12})\]:?/iy;
/** `[Rx <-][OK]`: the line itself in brackets, again only beside other marks. */
const bracketed = /^\[([^[\]]*)\]$/;
const blanks = /[ \t]*/y;
/** Shown by SSCOM for the end of a line it sent. */
const lineEndSign = '□';

function endOfMatch(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

/** Reads a line of a log: time stamps and direction marks of common serial tools in any order, and remarks, fall away. */
export function readSerialLogLine(row: string): SerialLogLine {
  let from: 'host' | 'module' | undefined;
  let position = endOfMatch(blanks, row, 0);
  const start = position;
  for (;;) {
    let end = position;
    for (const pattern of timeMarks) end = end === position ? endOfMatch(pattern, row, position) : end;
    for (const mark of directionMarks) {
      if (end !== position) break;
      end = endOfMatch(mark.pattern, row, position);
      if (end !== position) from = mark.from;
    }
    if (end === position && position > start) end = endOfMatch(tagMark, row, position);
    if (end === position) break;
    position = endOfMatch(blanks, row, end);
  }
  const left = row.slice(position).trimEnd();
  const textWithRemark = (position > start && bracketed.exec(left)?.[1]) || left;
  const text = textWithRemark === lineEndSign ? '' : withoutRemark(textWithRemark);
  return from === undefined ? { text, textWithRemark } : { text, textWithRemark, from };
}

/** Takes off a remark: from `//` on, outside quotes and not as in `coap://`. */
function withoutRemark(text: string): string {
  let isQuoted = false;
  let seen = 0;
  for (let slashes = text.indexOf('//'); slashes >= 0; slashes = text.indexOf('//', slashes + 1)) {
    for (; seen < slashes; seen++) if (text[seen] === '"') isQuoted = !isQuoted;
    if (!isQuoted && text[slashes - 1] !== ':') return text.slice(0, slashes).trimEnd();
  }
  return text;
}
