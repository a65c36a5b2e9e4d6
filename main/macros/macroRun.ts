import { CodedError, faultOf, isRefusal } from '../../shared/errors.ts';
import { stepNumber } from '../../shared/macros.ts';
import type { Macro, MacroProgress, MacroStep, PlainMacroStep, RepeatStep, SoughtLine } from '../../shared/macros.ts';
import { compileLinePattern } from '../log/linePattern.ts';
import type { Clock } from '../time/clock.ts';
import { startTimer } from '../time/timers.ts';

/** The module as a macro has it. */
export interface MacroModule {
  /** Resolves at OK. @throws CodedError `AT_…`, `PORT_…` */
  send(line: string, options: { readonly timeoutMs?: number; readonly isWanted: () => boolean }): Promise<unknown>;
  /** Hears what the module answers the macro, and what it says unasked; the returned function ends it. */
  onLine(listener: (text: string) => void): () => void;
}

/** What a run works with. */
export interface MacroRunParts {
  readonly module: MacroModule;
  readonly clock: Pick<Clock, 'steadyMs'>;
  readonly signal: AbortSignal;
  /** It stands at another step, or in another round. */
  onProgress(at: Pick<MacroProgress, 'step' | 'inner' | 'round'>): void;
}

/** Lines that may still be waited for; more than any answer has. */
const MOST_HEARD = 2000;

type Fits = (line: string) => boolean;

/** @throws CodedError `BAD_ARGUMENT` where a pattern is none. */
function fitsOf({ text, isPattern }: SoughtLine): Fits {
  if (!isPattern) return (line) => line.includes(text);
  try {
    const pattern = compileLinePattern(text);
    return (line) => pattern.match(line) !== undefined;
  } catch (error) {
    throw new CodedError('BAD_ARGUMENT', `${text}: ${faultOf(error).message}`, text, { cause: error });
  }
}

/** One run of a macro. Whatever it waits for has a limit, and the signal ends it at once. */
export class MacroRun {
  readonly #macro: Macro;
  readonly #parts: MacroRunParts;
  /** Since the last command left, as far as nobody has waited for them. */
  #heard: string[] = [];
  /** What ends the repeat at hand. */
  #until: { readonly fits: Fits; isMet: boolean } | undefined;
  #wake: () => void = () => undefined;

  constructor(macro: Macro, parts: MacroRunParts) {
    this.#macro = macro;
    this.#parts = parts;
  }

  /**
   * Does all steps. @throws CodedError `CANCELLED` by the signal; `MACRO_WAIT_OVER` where a line has not come (detail: which);
   * what a command was refused with.
   */
  async run(): Promise<void> {
    const { module, signal } = this.#parts;
    const patterns = [...soughtOf(this.#macro.steps)].map((sought) => [sought, fitsOf(sought)] as const);
    const fits = new Map(patterns);
    const stopListening = module.onLine((text) => this.#onLine(text));
    const wake = (): void => this.#wake();
    signal.addEventListener('abort', wake);
    try {
      for (const [step, one] of this.#macro.steps.entries()) {
        if (one.do === 'repeat') await this.#repeat(one, step, fits);
        else {
          this.#parts.onProgress({ step });
          await this.#plain(one, { step }, fits);
        }
      }
    } finally {
      stopListening();
      signal.removeEventListener('abort', wake);
    }
  }

  #onLine(text: string): void {
    this.#heard.push(text);
    if (this.#heard.length > MOST_HEARD) this.#heard.shift();
    if (this.#until?.fits(text)) this.#until.isMet = true;
    this.#wake();
  }

  async #repeat(repeat: RepeatStep, step: number, fits: ReadonlyMap<SoughtLine, Fits>): Promise<void> {
    const { steps, times = Infinity, forSeconds = Infinity, everyMs = 0, until, untilError } = repeat;
    const { clock } = this.#parts;
    const endMs = clock.steadyMs() + forSeconds * 1000;
    const watch = until && { fits: fits.get(until) ?? fitsOf(until), isMet: false };
    this.#until = watch;
    try {
      for (let round = 1; round <= times && clock.steadyMs() < endMs; round++) {
        const nextMs = clock.steadyMs() + everyMs;
        for (const [inner, one] of steps.entries()) {
          const at = { step, inner, round };
          this.#parts.onProgress(at);
          try {
            await this.#plain(one, at, fits);
          } catch (error) {
            if (untilError && isRefusal(error)) return;
            throw error;
          }
          if (watch?.isMet) return;
        }
        const restMs = Math.min(nextMs, endMs) - clock.steadyMs();
        // At least a moment where there are no steps: such rounds would leave nobody else his turn.
        if (round < times) await this.#pause(steps.length > 0 ? restMs : Math.max(1, restMs));
        if (watch?.isMet) return;
      }
    } finally {
      this.#until = undefined;
    }
    if (until) throw this.#waitOver({ step }, until, 'by the end of the repeat');
    if (untilError) throw new CodedError('MACRO_WAIT_OVER', `Step ${step + 1}: no command was refused`, 'ERROR');
  }

  async #plain(
    one: PlainMacroStep,
    at: Pick<MacroProgress, 'step' | 'inner'>,
    fits: ReadonlyMap<SoughtLine, Fits>,
  ): Promise<void> {
    this.#throwIfStopped();
    if (one.do === 'pause') return this.#pause(one.pauseMs);
    if (one.do === 'send') return this.#send(one);
    const isFit = fits.get(one.sought) ?? fitsOf(one.sought);
    const found = (): boolean => {
      const index = this.#heard.findIndex(isFit);
      if (index >= 0) this.#heard.splice(0, index + 1);
      return index >= 0;
    };
    if (!(await this.#waitUntil(found, one.withinSeconds * 1000)) && !this.#until?.isMet) {
      throw this.#waitOver(at, one.sought, `within ${one.withinSeconds} s`);
    }
  }

  async #send({ line, goesOnAfterError, withinSeconds }: Extract<MacroStep, { do: 'send' }>): Promise<void> {
    const { module, signal } = this.#parts;
    this.#heard = [];
    const sending = module.send(line, {
      ...(withinSeconds === undefined ? {} : { timeoutMs: withinSeconds * 1000 }),
      isWanted: () => !signal.aborted,
    });
    let outcome: { readonly error?: unknown } | undefined;
    const settle = (settled: { readonly error?: unknown }): void => {
      outcome = settled;
      this.#wake();
    };
    sending.then(
      () => settle({}),
      (error: unknown) => settle({ error }),
    );
    await this.#sleep(() => outcome !== undefined, Infinity);
    if (outcome?.error === undefined) return;
    const { error } = outcome;
    const mayGoOn = isRefusal(error) || faultOf(error).code === 'AT_TIMEOUT' || faultOf(error).code === 'AT_SILENT';
    if (!goesOnAfterError || !mayGoOn) throw error;
  }

  /** A pause inside a repeat ends with what the repeat waits for. */
  async #pause(milliseconds: number): Promise<void> {
    await this.#sleep(() => this.#until?.isMet === true, milliseconds);
  }

  async #waitUntil(isSo: () => boolean, limitMs: number): Promise<boolean> {
    let isFound = false;
    await this.#sleep(() => (isFound ||= isSo()) || this.#until?.isMet === true, limitMs);
    return isFound;
  }

  /** Sleeps until it is so or the time is over. @throws CodedError `CANCELLED`. */
  async #sleep(isSo: () => boolean, limitMs: number): Promise<void> {
    const { clock } = this.#parts;
    const endMs = clock.steadyMs() + limitMs;
    for (;;) {
      this.#throwIfStopped();
      const leftMs = endMs - clock.steadyMs();
      if (isSo() || leftMs <= 0) return;
      await new Promise<void>((resolve) => {
        const timer = startTimer(resolve, leftMs);
        this.#wake = () => {
          timer.stop();
          resolve();
        };
      });
    }
  }

  #throwIfStopped(): void {
    const { signal } = this.#parts;
    if (!signal.aborted) return;
    const reason: unknown = signal.reason;
    throw reason instanceof CodedError ? reason : new CodedError('CANCELLED', 'The macro was stopped');
  }

  #waitOver(at: Pick<MacroProgress, 'step' | 'inner'>, { text }: SoughtLine, limit: string): CodedError {
    return new CodedError('MACRO_WAIT_OVER', `Step ${stepNumber(at)}: "${text}" has not come ${limit}`, text);
  }
}

function* soughtOf(steps: readonly MacroStep[]): Generator<SoughtLine> {
  for (const step of steps) {
    if (step.do === 'wait') yield step.sought;
    if (step.do !== 'repeat') continue;
    if (step.until) yield step.until;
    yield* soughtOf(step.steps);
  }
}
