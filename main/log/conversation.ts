import type { DecodedLine } from '../../shared/log.ts';
import type { DialectName } from '../../shared/settings.ts';
import { knownLines } from '../at/knownLines.ts';
import type { KnownLine } from '../at/knownLines.ts';
import { readLine } from '../at/lineReader.ts';
import { isFragment } from '../at/lineRole.ts';
import type { HeardLine, ReadCommand } from '../at/lineReader.ts';
import type { AtLine } from '../at/lineSplitter.ts';
import { ProbeAnswers, isProbe } from '../at/probeAnswers.ts';
import { isBootBanner } from '../at/resultCodes.ts';
import { messageTable } from '../mipl/messageTable.ts';
import { decodeStray } from '../mipl/strayLines.ts';
import { heardRow, sentRow } from './logRow.ts';
import type { LogRow } from './logRow.ts';

/** Who spoke. */
export type Speaker = 'host' | 'module';

/** How much of what was said a log has. */
export interface ConversationOptions {
  /** All of it, as a journal has: what has no command before it is no answer. Default: a line's shape has to do then. */
  readonly isWhole?: boolean;
  /** Where another one stood that was at rest: the lines from there on are read. */
  readonly resumed?: ConversationRest;
}

/** What a conversation knows while no answer is awaited; plain data. */
export interface ConversationRest {
  readonly lastExchange: number;
  readonly dialect: DialectName;
  /** It is still to be found out which answer is whose, as after a start. */
  readonly isProbing: boolean;
}

const lines = knownLines(messageTable);

/** A line of which nothing but its text is known. */
function lineOf(text: string): AtLine {
  const atNs = 0n;
  const { length } = text;
  return {
    text,
    startedNs: atNs,
    finishedNs: atNs,
    offset: 0,
    length,
    strayBytes: 0,
    strayBytesBehind: 0,
    damaged: false,
    cut: false,
    partial: false,
  };
}

/**
 * Reads the lines of a log in their order, with the rules by which the channel read them on the wire (`lineRole.ts`, the table):
 * remembers which command's answer is awaited. Where that is not known, as in a log of the module's side alone, a line's shape
 * has to do.
 */
export class Conversation {
  readonly #isWhole: boolean;
  #inFlight: ReadCommand | undefined;
  /** While it is being found out which answer is whose, as when a port was opened or an answer is missing. */
  #probes: ProbeAnswers | undefined;
  #lastExchange = 0;
  /** The line before, where it could not be read. */
  #broken: string | undefined;
  #dialect: DialectName = 'cis';

  constructor({ isWhole = false, resumed }: ConversationOptions = {}) {
    this.#isWhole = isWhole;
    if (resumed?.isProbing ?? isWhole) this.#probes = new ProbeAnswers();
    if (!resumed) return;
    this.#lastExchange = resumed.lastExchange;
    this.#dialect = resumed.dialect;
  }

  /** What another one has to know to read on from here; undefined while that depends on the lines before. For whole logs. */
  rest(): ConversationRest | undefined {
    if (this.#inFlight || this.#probes?.isUnused === false) return undefined;
    return { lastExchange: this.#lastExchange, dialect: this.#dialect, isProbing: this.#probes !== undefined };
  }

  /** Only China Mobile's own firmware knows MIPLCREATEEX; numbers of errors mean something else there. */
  get dialect(): DialectName {
    return this.#dialect;
  }

  /** Says what the next line is; of a log that says no more of it than its text. Never throws. */
  decode(text: string): DecodedLine {
    return this.read(lineOf(text)).decoded;
  }

  /** Says what the next line is and which exchange it belongs to. `from`: absent where nobody knows who spoke. Never throws. */
  read(line: AtLine, from?: Speaker): LogRow {
    const known = lines.of(line.text);
    const row = this.#sent(known, line, from) ?? this.#heard(known, line);
    this.#broken = row.decoded.kind === 'unknown' ? line.text : undefined;
    return row;
  }

  /** A command: what the host says, or a line that looks like one. */
  #sent({ text, command }: KnownLine, { finishedNs }: AtLine, from: Speaker | undefined): LogRow | undefined {
    if (from === 'module') return undefined;
    if (from === undefined && command.decoded.form === undefined) return undefined;
    const exchange = ++this.#lastExchange;
    if (this.#isProbe(text)) {
      this.#inFlight = undefined;
      this.#probes ??= new ProbeAnswers();
      this.#probes.sent(text, exchange, finishedNs);
    } else {
      this.#inFlight = { known: command, exchange };
      this.#probes = undefined;
    }
    return sentRow({ text, decoded: command.decoded, exchange, priority: 'session' });
  }

  /** The channel sends nothing while an answer is awaited, but to find out which answer is whose. */
  #isProbe(text: string): boolean {
    return this.#isWhole && isProbe(text) && (this.#probes !== undefined || this.#inFlight !== undefined);
  }

  #heard(known: KnownLine, line: AtLine): LogRow {
    const heard = this.#withProbes(readLine(known, line, this.#inFlight));
    const row = heardRow(this.#isWhole || this.#inFlight?.known.spec ? heard : this.#alone(heard));
    if (heard.role === 'final') this.#hearDialect(row);
    if (heard.role === 'boot') this.#onBoot();
    if (heard.role === 'final') this.#inFlight = undefined;
    return row;
  }

  #withProbes(heard: HeardLine): HeardLine {
    if (!this.#probes || heard.role !== 'unasked' || isFragment(heard.line)) return heard;
    return { ...heard, ...this.#probes.take(heard.line, heard.final) };
  }

  /** What was asked before a start is answered by nobody. */
  #onBoot(): void {
    this.#inFlight = undefined;
    if (this.#isWhole) this.#probes = new ProbeAnswers();
  }

  #hearDialect({ decoded }: LogRow): void {
    const asked = this.#inFlight?.known.decoded;
    if (asked?.name === '+MIPLCREATEEX' && asked.form === 'test' && decoded.name === 'OK') this.#dialect = 'cmcc';
  }

  /** Nobody knows what was asked: what the line could be by its shape. */
  #alone(heard: HeardLine): HeardLine {
    const { text } = heard.line;
    const { decoded } = heard;
    if (decoded.kind === 'banner' && isBootBanner(text)) {
      return { ...heard, decoded: { ...decoded, note: 'could also be the answer to a question for maker or model' } };
    }
    if (decoded.kind !== 'unknown' || decoded.name?.startsWith('+')) return heard;
    if (this.#broken?.trimEnd().endsWith(',') || (this.#broken !== undefined && text.trimStart().startsWith(','))) {
      return { ...heard, decoded: { ...decoded, note: 'could be the rest of the line before' } };
    }
    return { ...heard, decoded: decodeStray(text) ?? decoded };
  }
}
