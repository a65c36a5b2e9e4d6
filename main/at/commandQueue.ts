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

/** So many places may stand empty at the front of a class before they are given back. */
const MAX_EMPTY = 256;

/** Jobs of one class in the order they came. Taking one costs the same, however many wait. */
class WaitingJobs {
  #jobs: (Job | undefined)[] = [];
  #head = 0;

  get count(): number {
    return this.#jobs.length - this.#head;
  }

  get oldest(): Job | undefined {
    return this.#jobs[this.#head];
  }

  get newest(): Job | undefined {
    return this.count === 0 ? undefined : this.#jobs.at(-1);
  }

  push(job: Job): void {
    this.#jobs.push(job);
  }

  /** Takes the oldest or the newest out. */
  take(job: Job): void {
    if (job !== this.oldest) {
      this.#jobs.pop();
      return;
    }
    this.#jobs[this.#head] = undefined;
    this.#head += 1;
    if (this.#head < MAX_EMPTY || this.#head < this.#jobs.length / 2) return;
    this.#jobs = this.#jobs.slice(this.#head);
    this.#head = 0;
  }

  drain(): Job[] {
    const jobs = this.#jobs.slice(this.#head).filter((job) => job !== undefined);
    this.#jobs = [];
    this.#head = 0;
    return jobs;
  }
}

/**
 * What waits to be sent: by class, first-in first-out within a class, a job once begun before everything else. Where the
 * oldest of a class can no longer be in time the newest goes first: it still can, and in the old order all would be late.
 */
export class CommandQueue {
  readonly #waiting: Readonly<Record<Priority, WaitingJobs>> = {
    answer: new WaitingJobs(),
    session: new WaitingJobs(),
    user: new WaitingJobs(),
    poll: new WaitingJobs(),
  };
  #begun: Job | undefined;

  get isEmpty(): boolean {
    return this.#begun === undefined && priorities.every((priority) => this.#waiting[priority].count === 0);
  }

  /** The job whose next command is to be sent at this moment of the monotonic clock. */
  first(nowNs: bigint): Job | undefined {
    if (this.#begun) return this.#begun;
    for (const priority of priorities) {
      const { oldest, newest } = this.#waiting[priority];
      if (oldest) return isLate(oldest, nowNs) ? newest : oldest;
    }
    return undefined;
  }

  /** How many older jobs of its class the {@link first} one leaves waiting. */
  passedBy(job: Job): number {
    const waiting = this.#waiting[job.priority];
    return job === this.#begun || job === waiting.oldest ? 0 : waiting.count - 1;
  }

  push(job: Job): void {
    this.#waiting[job.priority].push(job);
  }

  /** Puts the {@link first} job before everything that comes, until {@link finish}. */
  begin(job: Job): void {
    if (this.#begun) return;
    this.#waiting[job.priority].take(job);
    this.#begun = job;
  }

  /** The begun job is over, well or not. */
  finish(): void {
    this.#begun = undefined;
  }

  /** Takes out what nobody waits for any more, the oldest first. */
  expire(nowNs: bigint): Job[] {
    const expired: Job[] = [];
    for (const priority of priorities) {
      const waiting = this.#waiting[priority];
      for (let job = waiting.oldest; job && isUseless(job, nowNs); job = waiting.oldest) {
        waiting.take(job);
        expired.push(job);
      }
    }
    return expired;
  }

  /** Empties the queue and gives back all that was in it, the begun job first. */
  drain(): Job[] {
    const begun = this.#begun ? [this.#begun] : [];
    this.#begun = undefined;
    return [...begun, ...priorities.flatMap((priority) => this.#waiting[priority].drain())];
  }
}

function isLate({ commands }: Job, nowNs: bigint): boolean {
  const due = commands[0]?.options.due;
  return due !== undefined && nowNs > due.lateNs;
}

function isUseless({ commands }: Job, nowNs: bigint): boolean {
  const due = commands[0]?.options.due;
  return due !== undefined && nowNs > due.uselessNs;
}
