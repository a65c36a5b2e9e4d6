import { CodedError, faultOf } from '../../shared/errors.ts';
import type { LineTag } from '../../shared/log.ts';
import type { Macro, MacroProgress } from '../../shared/macros.ts';
import { remark } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import type { FactRecord } from '../facts/factRecord.ts';
import type { LogBook } from '../log/logBook.ts';
import type { MacroModule } from '../macros/macroRun.ts';
import type { Clock } from '../time/clock.ts';
import type { Session } from './session.ts';

/** What runs macros. */
export interface MacroRunnerParts {
  readonly facts: FactRecord;
  readonly log: LogBook;
  readonly clock: Clock;
  /** The open session. @throws CodedError `PORT_NOT_OPEN`. */
  readonly session: () => Session;
  /** For log and journal. */
  readonly note: (told: Remark) => void;
}

const macroTag: LineTag = { task: 'macro' };

/** Runs macros on the module, one at a time; how far one is stands in the state, its name in the journal. */
export class MacroRunner {
  readonly #parts: MacroRunnerParts;
  #abort: AbortController | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(parts: MacroRunnerParts) {
    this.#parts = parts;
    parts.facts.holder.onChange(({ connection }) => {
      if (connection && connection.phase !== 'ready' && connection.phase !== 'probing')
        this.#end(connection.fault?.message);
    });
  }

  /** Settles when no macro runs any more. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Begins a macro. @throws CodedError `MACRO_RUNNING`, `PORT_NOT_OPEN`. */
  start(macro: Macro): void {
    const { facts, session } = this.#parts;
    if (this.#abort)
      throw new CodedError('MACRO_RUNNING', 'A macro runs already', facts.holder.facts.macro?.macro.name);
    // Asked for now: without a port it does not begin at all.
    session();
    const abort = new AbortController();
    this.#abort = abort;
    this.#ended = this.#run(macro, abort.signal);
  }

  /** Ends the macro that runs; a command that is under way is still answered. */
  stop(): void {
    this.#abort?.abort(new CodedError('CANCELLED', 'The macro was stopped'));
  }

  #end(reason = 'The port was closed'): void {
    this.#abort?.abort(new CodedError('PORT_LOST', reason));
  }

  async #run(macro: Macro, signal: AbortSignal): Promise<void> {
    const { clock, log, note, session } = this.#parts;
    const { name } = macro;
    const startedMs = clock.steadyMs();
    let progress: MacroProgress = { macro, phase: 'running', step: 0, startedMs };
    const tell = (change: Partial<MacroProgress>): void => {
      const { inner: _inner, round: _round, ...before } = progress;
      progress = { ...before, ...change };
      this.#parts.facts.tell({ fact: 'macro', macro: progress });
    };
    note(remark('macroBegins', { name }));
    tell({});
    const module: MacroModule = {
      send: (line, options) => session().engine.sendLine(line, macroTag, options),
      onLine: (listener) =>
        log.onEntry(({ kind, text, belongsTo }) => {
          const isOwn =
            kind === 'answer' && belongsTo !== undefined && 'task' in belongsTo && belongsTo.task === 'macro';
          if (isOwn || kind === 'unasked') listener(text);
        }),
    };
    const seconds = (): string => ((clock.steadyMs() - startedMs) / 1000).toFixed(1);
    // What the end is told of may order the next macro.
    const end = (change: Partial<MacroProgress>): void => {
      this.#abort = undefined;
      tell({ ...placeOf(progress), ...change, finishedMs: clock.steadyMs() });
    };
    try {
      // Loaded by the first macro: most sessions have none.
      const { MacroRun } = await import('../macros/macroRun.ts');
      await new MacroRun(macro, { module, clock, signal, onProgress: tell }).run();
      note(remark('macroDone', { name, seconds: seconds() }));
      end({ phase: 'done' });
    } catch (error) {
      const fault = faultOf(error);
      if (fault.code === 'CANCELLED') {
        note(remark('macroStopped', { name, seconds: seconds() }));
        end({ phase: 'stopped' });
      } else {
        note(remark('macroFailed', { name, code: fault.code, reason: fault.message }));
        end({ phase: 'failed', fault });
      }
    }
  }
}

function placeOf({ inner, round }: MacroProgress): Pick<MacroProgress, 'inner' | 'round'> {
  return { ...(inner === undefined ? {} : { inner }), ...(round === undefined ? {} : { round }) };
}
