import { defined } from '../../shared/defined.ts';
import { faultOf } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { remark } from '../../shared/remarks.ts';
import type { SessionRecord } from '../facts/sessionRecord.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import type { LinkSession } from './linkSession.ts';
import { StageError, bringUp } from './bringUp.ts';
import type { BringUpListener, BringUpOptions } from './bringUp.ts';

/** What the bring-ups of a session work with. */
export interface BringUpRunsParts {
  readonly record: SessionRecord;
  /** What is attached to the link that is open. */
  readonly attached: () => LinkSession | undefined;
  readonly listener: BringUpListener;
  /** As they are when a bring-up begins. */
  readonly options: () => Omit<BringUpOptions, 'kept'>;
  /** Before a bring-up without answers is tried again the first time. */
  readonly againMs: number;
}

const MOST_DOUBLINGS = 3;
const lineFaults: readonly ErrorCode[] = ['AT_TIMEOUT', 'AT_SILENT', 'MIPL_EVENT_TIMEOUT'];

/** Brings a module up, one run at a time: again when it restarts meanwhile, and later when answers were missing. */
export class BringUpRuns {
  readonly #parts: BringUpRunsParts;
  #running: Promise<void> | undefined;
  #isWantedAgain = false;
  /** The session as it was when the line was lost, until it is known what became of it. */
  #kept: BringUpOptions['kept'];
  /** Runs in a row that ended for want of answers. */
  #lineFailures = 0;
  #againTimer: Timer | undefined;

  constructor(parts: BringUpRunsParts) {
    this.#parts = parts;
  }

  /** Settles with the run that is under way; undefined while none is. */
  get running(): Promise<void> | undefined {
    return this.#running;
  }

  /** Begins a run, unless one is under way. */
  start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (!this.#isWantedAgain || !this.#parts.attached()) return;
      this.#isWantedAgain = false;
      this.start();
    });
  }

  /** The module has restarted: everything begins again, with nothing of before. */
  restart(): void {
    this.#kept = undefined;
    if (this.#running) this.#isWantedAgain = true;
    else this.start();
  }

  /** Remembers what the module and the platform may still have when the line is back. */
  keep(): void {
    const { record, attached } = this.#parts;
    const { imei } = record.state.module;
    const session = attached()?.engine.kept;
    if (session) this.#kept = { ...session, ...defined({ imei }) };
  }

  /** No run begins by itself any more, until {@link start}. */
  stop(): void {
    this.#againTimer?.stop();
  }

  async #run(): Promise<void> {
    const { record, listener, options } = this.#parts;
    const attached = this.#parts.attached();
    this.#againTimer?.stop();
    if (!attached) return;
    const given = options();
    try {
      await bringUp(attached.engine, listener, { ...given, ...(this.#kept ? { kept: this.#kept } : {}) });
    } catch (error) {
      if (given.signal.aborted || this.#parts.attached() !== attached) return;
      const fault = faultOf(error);
      // A restart in the middle is no failure: everything begins again.
      if (fault.code === 'AT_RESTARTED') {
        this.#isWantedAgain = true;
        return;
      }
      if (error instanceof StageError) record.stage(error.stage, { fault });
      record.note(remark('bringUpStopped', { code: fault.code, reason: fault.message }));
      if (lineFaults.includes(fault.code)) this.#tryAgainLater();
      return;
    }
    this.#kept = undefined;
    this.#lineFailures = 0;
    attached.pollSignal();
  }

  /** Answers were missing: another program may have read them. When it has gone, bring-up goes on by itself. */
  #tryAgainLater(): void {
    const waitMs = this.#parts.againMs * 2 ** Math.min(this.#lineFailures++, MOST_DOUBLINGS);
    this.#againTimer = startTimer(() => this.start(), waitMs);
  }
}
