import { readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 1000;

/** What the threads of one name and process did in one second, milliseconds: had a processor, and waited for one. */
export interface ThreadSecond {
  readonly ran: number;
  readonly waited: number;
}

/** By who it is, one second after the other. */
export interface ThreadRow {
  /** Monotonic clock, milliseconds, at the end of the second. */
  readonly atMs: number;
  readonly threads: Readonly<Record<string, ThreadSecond>>;
}

/** Nanoseconds on a processor and waiting for one, of every thread of a process since it began; nothing where that is not told. */
function timesOf(pid: number): { readonly thread: string; readonly name: string; readonly ns: readonly number[] }[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => {
      const of = (file: string): string => readFileSync(`/proc/${pid}/task/${thread}/${file}`, 'utf8');
      return { thread, name: of('comm').trim(), ns: of('schedstat').split(' ').map(Number) };
    });
  } catch {
    return [];
  }
}

/**
 * Looks once a second at what the threads of these processes do. The first thread of each has the process's name alone.
 * Linux; elsewhere there are no threads in the rows. The returned function ends it.
 */
export function watchThreads(processes: Readonly<Record<string, number>>): () => ThreadRow[] {
  const rows: ThreadRow[] = [];
  const before = new Map<string, readonly number[]>();
  function look(): void {
    const sums: Record<string, ThreadSecond> = {};
    for (const [who, pid] of Object.entries(processes)) {
      for (const { thread, name, ns } of timesOf(pid)) {
        const [ran = 0, waited = 0] = before.get(thread) ?? ns;
        const key = thread === String(pid) ? who : `${who} ${name}`;
        const sum = sums[key] ?? { ran: 0, waited: 0 };
        sums[key] = {
          ran: sum.ran + ((ns[0] ?? 0) - ran) / 1e6,
          waited: sum.waited + ((ns[1] ?? 0) - waited) / 1e6,
        };
        before.set(thread, ns);
      }
    }
    rows.push({ atMs: Number(process.hrtime.bigint()) / 1e6, threads: sums });
  }
  look();
  const timer = setInterval(look, EVERY_MS);
  return () => {
    clearInterval(timer);
    look();
    return rows.slice(1);
  };
}
