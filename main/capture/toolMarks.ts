import { defined } from '../../shared/defined.ts';
import { readStamp } from './logTime.ts';
import type { Stamp } from './logTime.ts';

/** A row that a tool wrote about itself. */
export interface ToolMark {
  /** When, where the mark says so. */
  readonly stamp?: Stamp;
  /** The lines behind the mark, up to the next one, have its time. */
  readonly isTimeOfNext: boolean;
  /** What stood on the wire before it in the same row: screen puts its stamp where it is. */
  readonly before: string;
}

/**
 * screen 4.9, `logtstamp on`: `-- 0:name -- time-stamp -- Jan/05/26  9:27:20 --`, also behind the beginning of a line; the clock has
 * twelve hours where `logtstamp string` asks for them.
 */
const screenStamp =
  /^(.*?)-- \d{1,4}:[^\n]{0,200}? -- time-stamp -- ([A-Z][a-z]{2})\/(\d{2})\/(\d{2}) +(\d{1,2}:\d{2}:\d{2}(?: ?[ap]m)?) --$/i;
/** conserver 8.2: `[-- MARK -- Mon Jan  5 14:03:09 2026]`, `[-- Console up -- …]`, `[-- name attached -- …]`. */
const conserverMark = /^\[-- .{1,200}? -- (.{1,40})\]$/;
/** PuTTY: `=~=~=~= PuTTY log 2026.01.05 14:03:09 =~=~=~=`. */
const puttyHead = /^(?:=~){3,}=? PuTTY log (.{1,40}?) (?:=~){3,}=?$/;
/** script of util-linux. */
const scriptHead = /^Script (?:started|done) on (.{1,40}?)(?: \[.*\])?$/;
const timed = [conserverMark, puttyHead, scriptHead];

/** What tools say of themselves, by tool; each the whole row. */
const sayings: readonly RegExp[] = [
  // PuTTY, "SSH packets": the event log of a serial line, too.
  /^Event Log: /,
  // Rows that a tool has framed with signs: pyserial's miniterm, the serial monitor of VS Code, picocom, TeraTerm macros.
  /^(-{2,5}|\*{2,5}|={2,}|#{2,5}|~{2,}) \S.* \1$/,
  /^(?:-{4,}|={4,}|\*{4,}|_{4,}|(?:=~){3,}=?)$/,
  // picocom
  /^(?:picocom v\d|\w[\w ]{1,20} is *: |Terminal ready$|Terminating\.\.\.$|Thanks for using picocom$|Type \[C-\w\] \[C-\w\] )/,
  // the serial monitor of Arduino's extension for VS Code
  /^\[(?:Starting|Done|Warning|Info)\] (?:Opening|Closed|Opened|Sending|Changed) (?:the )?serial port\b.*$/,
  // minicom
  /^(?:Welcome to minicom \d|OPTIONS: I18n|Compiled on |Port \/dev\/\S+, |Press CTRL-A Z for help)/,
  // USR's assistant for AT commands
  /^>\[(?:Success|Warn|Error|Info)\]\[\d\d:\d\d:\d\d:\d{3}\]$/,
  /^(?:(?:Success|Fail)--\[.*\]|COM\d{1,3} ?\(\d{3,7},.*\) (?:Open(?:e?d)?|Closed?))$/,
  // Docklight
  /^Docklight Log File \(.{1,40}\) - (?:started|stopped) /,
  // PlatformIO's monitor, pyserial's miniterm
  /^--- (?:Terminal on |Available filters |More details at |Quit: |Miniterm on |forcing DTR|forcing RTS|exit ---)/,
  // tio
  /^(?:\[\d\d:\d\d:\d\d(?:\.\d+)?\] )?(?:tio v\d|Press ctrl-t q to quit$|Connected$|Disconnected$|Waiting for tty device)/,
  // cu, C-Kermit, microcom
  /^(?:Connected\.|Disconnected\.)$/,
  /^(?:Connecting to (?:\/dev\/|COM)|Escape character: Ctrl-|Type the escape character followed by |connected to \/dev\/)/,
  // grabserial -v
  /^(?:Opening serial port \/|\d{3,7}:[5-8][NEOMS][12]:xonxoff=|Program set to end in |Printing timing information |Printing system time|Matching pattern to |Instant pattern |Skipping check of serial |Saving data to '|Use Control-C to stop|grabserial stopped |The instantpat:)/,
  // wvdial
  /^--> (?:Sending: .*|[A-Z][A-Za-z]*(?:[ :].*|\.+))$/,
  // wvdialconf
  /^(?:[\w/.-]{1,60}|Modem Port Scan)<\*\d{1,4}>: /,
  /^(?:Editing `.*'\.|Scanning your serial ports for a modem\.|Found a modem on \S+\.|Modem configuration written to \S+\.?|Sorry, no modem was detected!.*)$/,
  // ser2net, trace-timestamp
  /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (?:OPEN|CLOSE) (?:\(.*\)|\S.*)$/,
  // socat -d
  /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d+)? socat\[\d+\] [A-Z] /,
];

/**
 * Says whether a row is one that a tool wrote about itself: the head of a file, a mark of time, who came and went. What a
 * module prints has none of these shapes.
 */
export function readToolMark(row: string): ToolMark | undefined {
  const screen = screenStamp.exec(row);
  if (screen) {
    const [, before = '', month, day, year, time] = screen;
    const stamp = readStamp(`${day} ${month} 20${year} ${time}`, 0)?.stamp;
    return { ...defined({ stamp }), isTimeOfNext: true, before };
  }
  for (const pattern of timed) {
    const [, time] = pattern.exec(row) ?? [];
    if (time === undefined) continue;
    const stamp = readStamp(time, 0)?.stamp;
    return { ...defined({ stamp }), isTimeOfNext: false, before: '' };
  }
  return sayings.some((saying) => saying.test(row)) ? { isTimeOfNext: false, before: '' } : undefined;
}

const colours = /\u001b(?:\[[0-9;?]{0,20}[A-Za-z]|\][^\u0007\u001b]{0,200}\u0007|[()][0-9A-B])/g;

/** Without the sequences that colour text or move the cursor (ECMA-48), which terminals and `script` write into a log. */
export function withoutColours(row: string): string {
  return row.replace(colours, '');
}

/** wvdialconf: `ttyUSB0<*1>: ATQ0 V1 E1 -- OK`, `ttyUSB0<*1>: Modem Identifier: ATI -- M5310`. */
const tried = /^[\w/.-]{1,60}<\*\d{1,4}>: (?:[\w ]{1,40}: )?(AT.*?) -- (.*)$/;
const ownWords = /^(?:failed with \d|and failed|timed out)/;

/** A command and its answer, where a mark of the tool says both; the latter is missing where none came. */
export function readExchange(row: string): { readonly command: string; readonly answer?: string } | undefined {
  const [, command, answer = ''] = tried.exec(row) ?? [];
  if (command === undefined) return undefined;
  return answer === '' || ownWords.test(answer) ? { command } : { command, answer };
}

/** VS Code's serial monitor: what a person sent stands in a mark; so does what wvdial sends. */
const sentMessage = /^(?:---- Sent (utf-?8|ascii|hex) encoded message: "(.*)" ----|--> Sending: (.*))$/i;
const hexPairs = /^(?:[0-9a-f]{2} ?)+$/i;

/** What was sent, where a mark of the tool says so: as a string of JavaScript shows it, or in hex without blanks. */
export function readSentMessage(row: string): { readonly text: string; readonly isHex: boolean } | undefined {
  const [, encoding = '', message, command] = sentMessage.exec(row) ?? [];
  const text = message ?? command;
  if (text === undefined) return undefined;
  const isHex = encoding.toLowerCase() === 'hex' && hexPairs.test(text);
  return { text: isHex ? text.replaceAll(' ', '') : text, isHex };
}
