import { defined } from '../../shared/defined.ts';
import { percentile } from '../../shared/percentile.ts';
import { noFigures } from '../../shared/udp.ts';
import type { EchoFigures, EchoSample } from '../../shared/udp.ts';

/** Datagrams the picture on the screen has room for. */
const keptSamples = 120;

interface Probe {
  status: EchoSample['status'];
  /** When the last byte of its command was out. */
  leftMs?: number;
  /** The module took it: there was an OK, which its answer may overtake. */
  isTaken?: true;
  roundTripMs?: number;
}

/** What an answer turned out to be. */
export type EchoVerdict = 'answered' | 'late' | 'duplicate' | 'unknown';

/** Best, median, 95th percentile and worst; nothing before there was an answer. */
function spread(sorted: readonly number[]): Pick<EchoFigures, 'bestMs' | 'p50Ms' | 'p95Ms' | 'worstMs'> {
  const [bestMs, p50Ms, p95Ms, worstMs] = [0, 0.5, 0.95, 1].map((share) => percentile(sorted, share));
  if (bestMs === undefined || p50Ms === undefined || p95Ms === undefined || worstMs === undefined) return {};
  return { bestMs, p50Ms, p95Ms, worstMs };
}

/** Counts an echo test: what was sent, what came back and when. Knows no clock; times are milliseconds of any one clock. */
export class EchoTally {
  readonly #probes = new Map<number, Probe>();
  #duplicates = 0;
  #reordered = 0;
  #damaged = 0;
  #highest = 0;
  #lastMs: number | undefined;

  /** Datagrams that may still be answered in time. */
  get waiting(): number {
    return this.#count('waiting');
  }

  /** The datagram is on its way to the module. */
  begin(number: number): void {
    this.#probes.set(number, { status: 'waiting' });
  }

  /** The last byte of its command is out. */
  left(number: number, atMs: number): void {
    const probe = this.#probes.get(number);
    if (probe) probe.leftMs = atMs;
  }

  /** The module took it. */
  taken(number: number): void {
    const probe = this.#probes.get(number);
    if (probe) probe.isTaken = true;
  }

  /** The module did not take it, however late it says so. */
  refused(number: number): void {
    const probe = this.#probes.get(number);
    if (probe && !probe.isTaken && (probe.status === 'waiting' || probe.status === 'lost')) probe.status = 'refused';
  }

  /** The answer of that number came. */
  answer(number: number, atMs: number): EchoVerdict {
    const probe = this.#probes.get(number);
    if (!probe || probe.status === 'refused') return 'unknown';
    if (probe.status === 'answered' || probe.status === 'late') {
      this.#duplicates++;
      return 'duplicate';
    }
    if (number < this.#highest) this.#reordered++;
    this.#highest = Math.max(this.#highest, number);
    if (probe.status === 'lost') return (probe.status = 'late');
    const roundTripMs = Math.max(0, atMs - (probe.leftMs ?? atMs));
    this.#lastMs = roundTripMs;
    probe.roundTripMs = roundTripMs;
    return (probe.status = 'answered');
  }

  /** An answer came that is not whole. */
  damaged(): void {
    this.#damaged++;
  }

  /** The time for that number is over. */
  expire(number: number): void {
    const probe = this.#probes.get(number);
    if (probe?.status === 'waiting') probe.status = 'lost';
  }

  figures(): EchoFigures {
    const probes = [...this.#probes];
    const times = probes.flatMap(([, { roundTripMs }]) => (roundTripMs === undefined ? [] : [roundTripMs]));
    const sorted = times.sort((a, b) => a - b);
    const late = this.#count('late');
    return {
      ...noFigures,
      sent: probes.filter(([, { status, isTaken }]) => isTaken || ['answered', 'lost', 'late'].includes(status)).length,
      answered: sorted.length,
      lost: this.#count('lost') + late,
      late,
      duplicates: this.#duplicates,
      reordered: this.#reordered,
      damaged: this.#damaged,
      refused: this.#count('refused'),
      ...defined({ lastMs: this.#lastMs }),
      ...spread(sorted),
      samples: probes.slice(-keptSamples).map(([number, { status, roundTripMs }]) => ({
        number,
        status,
        ...defined({ roundTripMs }),
      })),
    };
  }

  #count(status: Probe['status']): number {
    let count = 0;
    for (const probe of this.#probes.values()) if (probe.status === status) count++;
    return count;
  }
}
