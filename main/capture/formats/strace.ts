import { Buffer } from 'node:buffer';
import { bytesOfC } from '../escapedText.ts';
import { told } from '../logItem.ts';
import type { LayoutReader, LogItem, LogLayout, LogStyle } from '../logItem.ts';
import { LogClock, numberForms, readStamp } from '../logTime.ts';
import type { LogTime } from '../logTime.ts';
import type { TextRow } from '../textRows.ts';

/** `[pid 12] 14:03:09.867193 read(3</dev/ttyUSB0>, "\x0d\x0a", 255) = 2`, also `… = 2 <0.000031>`. */
const call = /^(.{0,80}?)\b(read|write)\((\d{1,9})(?:<((?:[^>]|->){0,1000})>)?, "((?:[^"\\]|\\.)*)"/s;
/** A call of one thread while another comes between: `read(3,  <unfinished ...>`, then `<... read resumed>"…", 255) = 2`. */
const begun = /^(.{0,80}?)\bread\((\d{1,9})(?:<((?:[^>]|->){0,1000})>)?, +<unfinished \.\.\.>$/;
const resumed = /^(.{0,80}?)<\.\.\. read resumed> ?"((?:[^"\\]|\\.)*)"/s;
/** Any other call of the kernel. */
const otherCall = /^.{0,80}?\b(?!read|write)[a-z]\w{1,30}\([^\n]{0,1000}\) += (?:-?\d|0x|\?)/;
const thread = /^(?:\[pid +(\d+)\]|(\d+) +(?=\S)) */;
const terminal = /^\/dev\/(?:tty[A-Za-z]|cu\.|rfcomm|pts\/|serial\/)/;
const command = /^[^\x20-\x7e]*AT/i;
const ofModule = /^[\r\n]+[\x20-\x7e]/;

/** -y names what is no file, too: `TCP:[127.0.0.1:52100->127.0.0.1:7391]`. Of such the bytes tell more. */
const noFile = /^(?:TCP|UDP|UNIX|socket|pipe|anon_inode)[\w-]*:/;

/** The path that -y shows, which -xx writes in hex as it does the bytes; undefined for what is no file. */
function pathOf(shown: string | undefined): string | undefined {
  const path = shown?.includes('\\x') ? Buffer.from(bytesOfC(shown)).toString() : shown;
  return path === undefined || noFile.test(path) ? undefined : path;
}

const stdin = 0;
const stdout = 1;
const stderr = 2;

/** What a row tells of the port or of another file. */
interface Call {
  readonly line: number;
  readonly raw: string;
  readonly time: LogTime | undefined;
  readonly verb: string;
  readonly descriptor: number;
  readonly path: string | undefined;
  readonly bytes: Uint8Array;
}

/** strace, with or without -x, -xx, -y, -f, -t, -tt, -ttt and -r. What is read and written elsewhere than at the port is a mark. */
class StraceReader implements LayoutReader {
  readonly #clock = new LogClock();
  /** File descriptors of the port, as far as commands or paths have shown. */
  readonly #ports = new Set<number>();
  /** By thread: where the read began that has not ended. */
  readonly #begun = new Map<string, Pick<Call, 'descriptor' | 'path'>>();
  /** A letter that may be the first of a command: some programs write one at a time. */
  #letter: Call | undefined;

  read({ line, text: raw }: TextRow, style: LogStyle): LogItem[] {
    const text = raw.trimEnd();
    if (text === '') return [];
    const letter = this.#letter;
    this.#letter = undefined;
    const found = this.#callIn(line, raw, text, this.#timeOf(text, style));
    const held = letter ? [letter] : [];
    const marks = held.map((one) => mark(one.line, one.raw));
    if (!found) return [...marks, mark(line, raw)];
    const isOne = letter?.descriptor === found.descriptor && found.verb === 'write';
    if (isOne && this.#begins(found, `A${latin1(found.bytes)}`)) return [...held, found].map(wire);
    if (this.#mayBegin(found)) {
      this.#letter = found;
      return marks;
    }
    return [...marks, this.#isPort(found) ? wire(found) : mark(line, raw)];
  }

  /** Of every row: -r tells the time since the row before. */
  #timeOf(text: string, style: LogStyle): LogTime | undefined {
    const moment = text.replace(thread, '').trimStart();
    const stamp = (readStamp(moment, 0) ?? readStamp(moment, 0, numberForms))?.stamp;
    return stamp && this.#clock.read(stamp, { ...style, elapsed: 'steps' });
  }

  #callIn(line: number, raw: string, text: string, time: LogTime | undefined): Call | undefined {
    const [, , verb, descriptor, shownPath, data = ''] = call.exec(text) ?? [];
    if (verb !== undefined) {
      const path = pathOf(shownPath);
      return { line, raw, time, verb, descriptor: Number(descriptor), path, bytes: bytesOfC(data) };
    }
    const start = begun.exec(text);
    if (start) this.#begun.set(threadOf(start[1] ?? ''), { descriptor: Number(start[2]), path: pathOf(start[3]) });
    const [, prefix = '', rest] = resumed.exec(text) ?? [];
    const open = rest === undefined ? undefined : this.#begun.get(threadOf(prefix));
    return open && { line, raw, time, verb: 'read', ...open, bytes: bytesOfC(rest ?? '') };
  }

  #isPort({ verb, descriptor, path, bytes }: Call): boolean {
    if (bytes.length === 0) return false;
    if (path !== undefined) return terminal.test(path) && descriptor > stderr;
    if (this.#ports.has(descriptor)) return true;
    const text = latin1(bytes);
    // What a program hears before the first command is the port's where it looks so; files it reads do not.
    if (verb === 'read') return this.#ports.size === 0 && descriptor !== stdin && ofModule.test(text);
    // A program such as chat has the port for its output; one with a port beside shows things there.
    return (descriptor > stderr || text.endsWith('\r')) && this.#begins({ descriptor }, text);
  }

  /** Whether a text begins a command; then its file is the port. */
  #begins({ descriptor }: Pick<Call, 'descriptor'>, text: string): boolean {
    if (!command.test(text) || (descriptor <= stderr && (this.#ports.size > 0 || descriptor !== stdout))) return false;
    this.#ports.add(descriptor);
    if (descriptor === stdout) this.#ports.add(stdin);
    return true;
  }

  #mayBegin({ verb, descriptor, path, bytes }: Call): boolean {
    return verb === 'write' && path === undefined && !this.#ports.has(descriptor) && /^a$/i.test(latin1(bytes));
  }
}

function wire({ line, verb, bytes, time }: Call): LogItem {
  return { kind: 'wire', line, bytes, ...told(verb === 'write' ? 'host' : 'module', time) };
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function threadOf(before: string): string {
  const [, pid, plain] = thread.exec(before) ?? [];
  return pid ?? plain ?? '';
}

function mark(line: number, raw: string): LogItem {
  return { kind: 'mark', line, raw, note: 'nothing of the port', isFrame: true };
}

/** strace of a program that works with a port. */
export const straceLayout: LogLayout = {
  name: 'strace',
  recognise(rows) {
    const calls = rows.filter((row) => call.test(row) || begun.test(row) || resumed.test(row));
    const others = rows.filter((row) => otherCall.test(row));
    const isOwn = (calls.length + others.length) * 4 > rows.length;
    return isOwn && calls.some((row) => / = -?\d/.test(row)) ? 1 : 0;
  },
  open: () => new StraceReader(),
};
