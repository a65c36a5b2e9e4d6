import { Buffer } from 'node:buffer';
import { bytesOfCarets } from '../escapedText.ts';
import { told } from '../logItem.ts';
import type { LayoutReader, LogItem, LogLayout, LogStyle } from '../logItem.ts';
import { LogClock, readStamp } from '../logTime.ts';
import type { TextRow } from '../textRows.ts';

/** `Jan  5 14:03:09 gateway chat[1234]: send (AT^M)`; to standard error (-s) without what stands before. */
const prefixed = /^(.{0,100}?)\bchat\[\d{1,9}\]: (.*)$/;
/** Of other programs in the same log. */
const ofOthers = /^.{0,100}?\b[\w./-]{1,60}\[\d{1,9}\]: /;
const sent = /^send \((.*)\)$/;
const sayings =
  /^(?:expect \(.*\)| ?-- .*|abort on \(.*\)|report \(.*\)|clear (?:abort|report) on \(.*\)|timeout set to \d+ seconds?|alarm|Failed(?: \(.*\))?|SIG[A-Z]+|Connect script failed|Can't .*|warning: .*)$/;

/** chat -v of ppp: its own words, what it sends, and what it reads a line each. */
class ChatReader implements LayoutReader {
  readonly #clock = new LogClock();

  read({ line, text }: TextRow, style: LogStyle): LogItem[] {
    const raw = text.replace(/\r$/, '');
    const [, before = '', own] = prefixed.exec(raw) ?? [];
    const body = own ?? raw;
    if (body === '') return [];
    const stamp = readStamp(before, 0)?.stamp;
    const time = stamp && this.#clock.read(stamp, style);
    const command = sent.exec(body)?.[1];
    if (command !== undefined && !/^\?+$/.test(command))
      return [{ kind: 'wire', line, bytes: bytesOfCarets(command), ...told('host', time) }];
    if (command !== undefined || sayings.test(body) || (own === undefined && ofOthers.test(raw)))
      return [{ kind: 'mark', line, raw, note: 'written by the tool, not on the wire', ...told(undefined, time) }];
    const bytes = Buffer.concat([bytesOfCarets(body), Buffer.from('\n')]);
    return [{ kind: 'wire', line, bytes, ...told('module', time) }];
  }
}

/** chat. */
export const chatLayout: LogLayout = {
  name: 'chat',
  recognise(rows) {
    const bodies = rows.map((row) => prefixed.exec(row)?.[2] ?? row);
    const isTold = bodies.some((body) => /^send \(.*\)$/.test(body)) && bodies.some((body) => /^expect \(/.test(body));
    return isTold ? 1 : 0;
  },
  open: () => new ChatReader(),
};
