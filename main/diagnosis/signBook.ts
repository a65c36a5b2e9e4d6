import type { JudgedLine } from '../../shared/diagnosis.ts';
import type { LogEntry, ParamValue } from '../../shared/log.ts';

/** A line as the rules look at it. */
export interface SignLine extends JudgedLine {
  readonly params: Readonly<Record<string, ParamValue>>;
}

/** What the lines since the port was opened tell. */
export interface LineSigns {
  /** The newest line of the module by its name: `+CEREG`, `+NEARFCN`, … */
  readonly newest: ReadonlyMap<string, SignLine>;
  /** The newest refusal by the command that was refused: `+CIMI` → `+CME ERROR: 10`. */
  readonly refusals: ReadonlyMap<string, SignLine>;
  /** Lines of the module that could be read, and such that could not. */
  readonly readable: number;
  readonly unreadable: number;
  /** The newest of those that could not. */
  readonly garbled?: JudgedLine;
  /** Other programs at the port, in the words of the remark. */
  readonly sharers?: JudgedLine & { readonly holders: string };
  /** The newest commands of a person that ask for more than an answer. */
  readonly acts: readonly JudgedLine[];
}

/** Names whose newest line is kept: a handful, whatever a module prints. */
const watched: ReadonlySet<string> = new Set([
  'OK',
  '+CEREG',
  '+CSQ',
  '+CPIN',
  '+CFUN',
  '+NEARFCN',
  '+COPS',
  '+CGDCONT',
  '+CGATT',
  '+CGPADDR',
  '+CPSMS',
  '+NPSMR',
  '+MIPLEVENT',
]);

const MOST_REFUSALS = 100;
const MOST_ACTS = 5;

/** Remembers of the log what the rules look at; the cost of a line does not grow with the session. */
export class SignBook {
  readonly #newest = new Map<string, SignLine>();
  readonly #refusals = new Map<string, SignLine>();
  #readable = 0;
  #unreadable = 0;
  #garbled: JudgedLine | undefined;
  #sharers: LineSigns['sharers'];
  #acts: readonly JudgedLine[] = [];
  /** The command that was sent last, and the number of its exchange. */
  #asked: { readonly exchange: number | undefined; readonly name: string } | undefined;

  /** The signs so far; what is added later shows in them, too. */
  get signs(): LineSigns {
    return {
      newest: this.#newest,
      refusals: this.#refusals,
      readable: this.#readable,
      unreadable: this.#unreadable,
      ...(this.#garbled ? { garbled: this.#garbled } : {}),
      ...(this.#sharers ? { sharers: this.#sharers } : {}),
      acts: this.#acts,
    };
  }

  /** The next entry of the log. */
  add(entry: LogEntry): void {
    const { kind, decoded, remark, seq, text } = entry;
    if (kind === 'note') {
      if (remark?.code === 'portShared') this.#sharers = { seq, text, holders: String(remark.values['holders']) };
      return;
    }
    if (kind === 'engine' || kind === 'person') {
      if (decoded?.kind === 'command') this.#asked = { exchange: entry.exchange, name: decoded.name ?? '' };
      const isAct = kind === 'person' && !/\?\s*$/.test(text);
      if (isAct) this.#acts = [...this.#acts, { seq, text }].slice(-MOST_ACTS);
      return;
    }
    // What nobody asked for and the table does not know is noise until something can be read.
    if (!decoded || decoded.kind === 'unknown' || decoded.kind === 'data') {
      this.#unreadable += 1;
      this.#garbled = { seq, text };
      return;
    }
    this.#readable += 1;
    const seen: SignLine = { seq, text, params: decoded.params ?? {} };
    if (decoded.name !== undefined && watched.has(decoded.name)) this.#newest.set(decoded.name, seen);
    if (decoded.kind === 'final') this.#onFinal(entry, seen);
  }

  /** A port was opened: what was seen before says nothing about it. */
  clear(): void {
    this.#newest.clear();
    this.#refusals.clear();
    this.#readable = 0;
    this.#unreadable = 0;
    this.#garbled = undefined;
    this.#sharers = undefined;
    this.#acts = [];
    this.#asked = undefined;
  }

  /** A refusal belongs to the command of its exchange, and a success ends what was refused before. */
  #onFinal({ exchange, decoded }: LogEntry, seen: SignLine): void {
    if (!this.#asked || this.#asked.exchange !== exchange) return;
    const { name } = this.#asked;
    this.#refusals.delete(name);
    if (decoded?.name === 'OK') return;
    this.#refusals.set(name, seen);
    const [oldest] = this.#refusals.keys();
    if (this.#refusals.size > MOST_REFUSALS && oldest !== undefined) this.#refusals.delete(oldest);
  }
}
