import { priorities } from './exchange.ts';
import type { AtExchange, AtFailure, GroupedCommand, Priority } from './exchange.ts';

/** One or more commands that stay together, and the promise that waits for them. */
export interface Job {
  /** Never empty. */
  readonly commands: readonly GroupedCommand[];
  readonly priority: Priority;
  /** Exchanges that ended with OK, in order. */
  readonly done: AtExchange[];
  readonly resolve: (exchanges: AtExchange[]) => void;
  readonly reject: (failure: AtFailure) => void;
}

/** What waits to be sent: by class, first-in first-out within a class, a job once begun before everything else. */
export class CommandQueue {
  readonly #waiting: Readonly<Record<Priority, Job[]>> = { answer: [], session: [], user: [], poll: [] };
  #begun: Job | undefined;

  get isEmpty(): boolean {
    return this.first === undefined;
  }

  /** The job whose next command is to be sent. */
  get first(): Job | undefined {
    if (this.#begun) return this.#begun;
    for (const priority of priorities) {
      const job = this.#waiting[priority][0];
      if (job) return job;
    }
    return undefined;
  }

  push(job: Job): void {
    this.#waiting[job.priority].push(job);
  }

  /** Puts the {@link first} job before everything that comes, until {@link finish}. */
  begin(job: Job): void {
    if (this.#begun) return;
    this.#waiting[job.priority].shift();
    this.#begun = job;
  }

  /** The begun job is over, well or not. */
  finish(): void {
    this.#begun = undefined;
  }

  /** Empties the queue and gives back all that was in it, the begun job first. */
  drain(): Job[] {
    const begun = this.#begun ? [this.#begun] : [];
    this.#begun = undefined;
    return [...begun, ...priorities.flatMap((priority) => this.#waiting[priority].splice(0))];
  }
}
