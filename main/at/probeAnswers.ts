import type { AtLine } from './lineSplitter.ts';
import type { FinalResult } from './resultCodes.ts';

/** How a line is to be told that came while it is found out which answer is whose. */
export interface StrayLine {
  readonly role: 'echo' | 'final' | 'answer' | 'unasked';
  readonly exchange?: number;
}

/** A question whose answer can be told from any other's. */
export interface Mark {
  readonly command: string;
  readonly answer: RegExp;
}

/**
 * TS 27.007 §9.1 and §8.5. The standard asks both of every module, they change nothing, need neither SIM nor network, and the tool
 * itself never asks the first.
 */
export const resyncMarks: readonly Mark[] = [
  { command: 'AT+CMEE?', answer: /^\+CMEE *: *\d/i },
  { command: 'AT+CSQ', answer: /^\+CSQ *: *\d/i },
];
export const knockCommand = 'AT';
/** V.250 §6.2.3, §6.2.5: words instead of digits, and no result kept back; what a module in ATQ1 or ATV0 is deaf without. */
export const lastKnockCommand = 'ATQ0V1';
export const verboseCommand = 'ATV1';
/** V.250 table 1, as ATV0 has it: 0 is OK, 4 is ERROR. */
export const numericResult = /^[04]$/;

const probes: ReadonlySet<string> = new Set([
  knockCommand,
  lastKnockCommand,
  verboseCommand,
  ...resyncMarks.map(({ command }) => command),
]);

/** A command that may be a probe. */
export function isProbe(command: string): boolean {
  return probes.has(command);
}

/** A line that answers nothing. */
const unasked: StrayLine = { role: 'unasked' };

interface Probe {
  readonly command: string;
  readonly exchange: number;
  readonly sentNs: bigint;
}

/**
 * Says of each line which probe it belongs to: an echo to the command it repeats, the answer to a mark to that question, a final
 * result to the oldest probe that has none; nothing belongs to a probe that left after it had come.
 */
export class ProbeAnswers {
  /** Without a final result, the oldest first. */
  #open: Probe[] = [];
  /** Marks whose answer may still come, the oldest first: also where a late final result was taken for theirs. */
  #asked: Probe[] = [];
  /** The last of each text, answered or not. */
  #sent = new Map<string, Probe>();
  /** Its answer has come: the next final result is its own. */
  #told: Probe | undefined;

  /** Nothing was asked since a start, or ever. */
  get isUnused(): boolean {
    return this.#sent.size === 0;
  }

  /** A probe leaves; `sentNs` by the clock of the lines. */
  sent(command: string, exchange: number, sentNs: bigint): void {
    const probe = { command, exchange, sentNs };
    this.#open.push(probe);
    if (resyncMarks.some((mark) => mark.command === command)) this.#asked.push(probe);
    this.#sent.set(command, probe);
  }

  /** A line of a start: nothing sent before it came is answered any more. */
  onBoot({ finishedNs }: Pick<AtLine, 'finishedNs'>): void {
    const isLater = ({ sentNs }: Probe): boolean => sentNs > finishedNs;
    this.#open = this.#open.filter(isLater);
    this.#asked = this.#asked.filter(isLater);
    this.#sent = new Map([...this.#sent].filter(([, probe]) => isLater(probe)));
    this.#told = undefined;
  }

  /** Takes a line that is no URC. */
  take({ text, finishedNs }: Pick<AtLine, 'text' | 'finishedNs'>, final: FinalResult | undefined): StrayLine {
    if (this.isUnused) return unasked;
    const wasThere = (probe: Probe | undefined): boolean => probe !== undefined && probe.sentNs <= finishedNs;
    const echoed = this.#sent.get(text);
    if (echoed && wasThere(echoed)) return { role: 'echo', exchange: echoed.exchange };
    const mark = resyncMarks.find(({ answer }) => answer.test(text));
    const asked = mark && this.#asked.find((probe) => probe.command === mark.command && wasThere(probe));
    if (asked) {
      // The wire keeps the order: what was sent before has had its answer, or never will.
      const isNewer = ({ exchange }: Probe): boolean => exchange > asked.exchange;
      this.#asked = this.#asked.filter(isNewer);
      this.#open = this.#open.filter(isNewer);
      this.#told = asked;
      return { role: 'answer', exchange: asked.exchange };
    }
    const isDigit = numericResult.test(text) && !resyncMarks.some(({ command }) => this.#sent.has(command));
    if (!final && !isDigit) return unasked;
    const ended = this.#told ?? this.#open.find(wasThere);
    if (!ended) return unasked;
    this.#told = undefined;
    this.#open = this.#open.filter((probe) => probe !== ended);
    return { role: 'final', exchange: ended.exchange };
  }
}
