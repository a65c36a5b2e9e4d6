import { remark } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import type { SessionRecord } from '../facts/sessionRecord.ts';
import type { LinkSession } from './linkSession.ts';
import { restoreSettings } from './bringUp.ts';

/** What a doubt is settled with. */
export interface RestartDoubtParts {
  readonly record: SessionRecord;
  readonly attached: () => LinkSession | undefined;
  /** It was a restart. */
  readonly onRestart: () => void;
}

/**
 * The module may have started anew, or have woken from power saving with everything kept: it is asked before anything is
 * undone.
 */
export class RestartDoubt {
  readonly #parts: RestartDoubtParts;
  #isAsking = false;

  constructor(parts: RestartDoubtParts) {
    this.#parts = parts;
  }

  /** Says what raised the doubt and asks, unless it is being asked already. True where all was kept. */
  async settle(told: Remark): Promise<boolean> {
    const { record, attached: now, onRestart } = this.#parts;
    const attached = now();
    const kept = attached?.engine.kept;
    if (!attached || !kept || this.#isAsking) return false;
    record.note(told);
    this.#isAsking = true;
    try {
      const isKept = await attached.engine.resume(kept);
      if (now() !== attached) return false;
      if (!isKept) {
        onRestart();
        return false;
      }
      record.note(remark('sessionKept', {}));
      await restoreSettings(attached.engine);
      return true;
    } catch {
      // A restart after all, silence or a lost link: each is told, and heeded, by itself.
      return false;
    } finally {
      this.#isAsking = false;
    }
  }
}
