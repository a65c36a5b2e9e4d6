import { Buffer } from 'node:buffer';
import { defined } from '../../shared/defined.ts';
import type { LinePattern } from '../log/linePattern.ts';
import { withControls } from './controlNames.ts';
import { told } from './logItem.ts';
import { compileOwnPattern, patternFaultText } from './ownPattern.ts';
import type { LayoutReader, LogItem, LogStyle } from './logItem.ts';
import { LogClock, numberForms, readStamp } from './logTime.ts';
import type { LogTime, Stamp } from './logTime.ts';
import type { Speaker } from '../log/conversation.ts';
import { withoutEnding } from './rowEnd.ts';
import type { OwnLayout } from './serialLog.ts';
import { LONGEST_TELLING_ROW, isOnTheWire, styleOfMarks } from './style.ts';
import type { TextRow } from './textRows.ts';

/** A row taken apart by the pattern. */
interface FittingRow {
  readonly stamp?: Stamp;
  readonly from?: Speaker;
  readonly text: string;
}

const hostWords = /tx|send|sent|snd|out|writ|host|pc|mcu|dte|req|cmd|command|>|→|发/i;
const moduleWords = /rx|rec|rcv|\bin\b|read|module|modem|dce|res|answer|<|←|收/i;

/** Who is meant by a word or an arrow; nobody where it could be both, or neither. */
function speakerNamed(word: string | undefined): Speaker | undefined {
  if (word === undefined) return undefined;
  const [isHost, isModule] = [hostWords.test(word), moduleWords.test(word)];
  if (isHost === isModule) return undefined;
  return isHost ? 'host' : 'module';
}

/** The row's parts; undefined where the pattern does not fit. No program marks a row longer than any line. */
function fitting(pattern: LinePattern, row: string): FittingRow | undefined {
  const found = row.length > LONGEST_TELLING_ROW ? undefined : pattern.match(row);
  if (!found) return undefined;
  const { time = '', direction, text = '' } = found;
  const stamp = (readStamp(time.trim(), 0) ?? readStamp(time.trim(), 0, numberForms))?.stamp;
  const from = speakerNamed(direction);
  return { text, ...defined({ stamp, from }) };
}

/**
 * Reads rows by a pattern. A row that does not fit goes on with what the fitting one before it said, where that had no text
 * of its own (`--->read datalen:172`), or where a wire has such rows; all else the program wrote for itself.
 */
class PatternReader implements LayoutReader {
  readonly #pattern: LinePattern;
  readonly #clock = new LogClock();
  #before: { readonly from?: Speaker; readonly time?: LogTime; readonly isHeading: boolean } | undefined;

  constructor(pattern: LinePattern) {
    this.#pattern = pattern;
  }

  read({ line, text, isPiece }: TextRow, style: LogStyle): LogItem[] {
    if (isPiece) return [{ kind: 'wire', line, raw: text, bytes: Buffer.from(text), isPiece }];
    const raw = withoutEnding(text, '\r');
    const row = fitting(this.#pattern, raw);
    if (!row) return this.#goOn(line, raw, style);
    const time = row.stamp && this.#clock.read(row.stamp, style);
    this.#before = { ...told(row.from, time), isHeading: row.text === '' };
    if (row.text !== '') return [wire(line, raw, row.text, style, this.#before)];
    return [{ kind: 'mark', line, raw, note: 'nothing but marks', isFrame: true, ...told(row.from, time) }];
  }

  #goOn(line: number, raw: string, style: LogStyle): LogItem[] {
    if (raw === '') return [];
    const before = this.#before;
    if (before && (before.isHeading || isOnTheWire(raw))) return [wire(line, raw, raw, style, before)];
    return [{ kind: 'mark', line, raw, note: 'does not fit the pattern' }];
  }
}

function wire(
  line: number,
  raw: string,
  text: string,
  { controls }: LogStyle,
  { from, time }: { readonly from?: Speaker; readonly time?: LogTime },
): LogItem {
  const said = controls === undefined ? text : withControls(text, controls);
  const bytes = Buffer.from(/[\r\n]$/.test(said) ? said : `${said}\r\n`);
  return { kind: 'wire', line, raw, bytes, ...told(from, time) };
}

/**
 * A layout by a person's own pattern (RE2) with the named group `text` and, where the log tells them, `time` and `direction`.
 * @throws Error that says what is wrong with the pattern.
 */
export function patternLayout(source: string): OwnLayout {
  const pattern = compileOwnPattern(source);
  if ('fault' in pattern) throw new Error(patternFaultText(pattern.fault));
  return layoutBy(pattern);
}

/** The same by a pattern that is compiled. */
export function layoutBy(pattern: LinePattern): OwnLayout {
  const layout = { name: 'pattern', recognise: () => 1, open: () => new PatternReader(pattern) };
  return {
    recognise(head) {
      const rows = head
        .map(({ text }) => fitting(pattern, withoutEnding(text, '\r')))
        .filter((row) => row !== undefined);
      const stamps = rows.map(({ stamp }) => stamp).filter((stamp) => stamp !== undefined);
      const texts = rows.map(({ text }) => text).filter((text) => text !== '');
      return { layout, style: styleOfMarks(stamps, texts) };
    },
  };
}
