import { CodedError } from '../../shared/errors.ts';
import type { FileWork, ProgramState } from '../../shared/programState.ts';

/** Hears how much is done, 0 to 1. */
export type OnDone = (done: number) => void;

/** So much more has to be done before it is told again. */
const TOLD_SHARE = 0.01;

/** Files that are being written or read for a person, who sees how far they are and may stop them. */
export class FileWorks {
  readonly #tell: (changes: Pick<ProgramState, 'fileWorks'>) => void;
  readonly #running = new Map<string, { work: FileWork; readonly abort: AbortController }>();
  #lastId = 0;

  constructor(tell: (changes: Pick<ProgramState, 'fileWorks'>) => void) {
    this.#tell = tell;
  }

  /** Runs something that reads or writes a file of this name; throws as `act` does, `CANCELLED` where it was stopped. */
  async run<T>(
    kind: FileWork['kind'],
    name: string,
    act: (signal: AbortSignal, onDone: OnDone) => Promise<T>,
  ): Promise<T> {
    const id = String(++this.#lastId);
    const entry = { work: { id, kind, name, done: 0 }, abort: new AbortController() };
    this.#running.set(id, entry);
    this.#tellAll();
    try {
      return await act(entry.abort.signal, (done) => {
        if (done - entry.work.done < TOLD_SHARE) return;
        entry.work = { ...entry.work, done };
        this.#tellAll();
      });
    } finally {
      this.#running.delete(id);
      this.#tellAll();
    }
  }

  /** Stops one; nothing of it stays behind. @throws CodedError `CANCELLED` where it has ended already. */
  stop(id: string): void {
    const found = this.#running.get(id);
    if (!found) throw new CodedError('CANCELLED', 'It has ended already', id);
    found.abort.abort();
  }

  /** Stops all: the program ends. */
  end(): void {
    for (const { abort } of this.#running.values()) abort.abort();
  }

  #tellAll(): void {
    this.#tell({ fileWorks: [...this.#running.values()].map(({ work }) => work) });
  }
}
