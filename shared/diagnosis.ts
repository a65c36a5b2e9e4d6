import type { StageName } from './stageNames.ts';

/** Every cause that the diagnosis knows, in the order of the way to the platform. A contract: also what `mipl run` tells. */
export const causeCodes = [
  'portShared',
  'wrongBaud',
  'silent',
  'noSim',
  'simLocked',
  'radioOff',
  'noCoverage',
  'weakSignal',
  'registrationDenied',
  'roamingNotAllowed',
  'frequencyLock',
  'apnWrong',
  'asleep',
  'identityUnknown',
  'serverUnreachable',
  'bootstrapRefused',
  'lifetimeOver',
  'notObserved',
  'platformKey',
] as const;
export type CauseCode = (typeof causeCodes)[number];

/** A line of the log that something was judged by. */
export interface JudgedLine {
  /** Number of its log entry. */
  readonly seq: number;
  readonly text: string;
}

/** One likely cause. What it means and what to do stands in the texts under `cause.<code>`. */
export interface LikelyCause {
  readonly code: CauseCode;
  /** The stage that it holds up. */
  readonly stage: StageName;
  /** 0 to 100: how surely it is this one; only the order counts. */
  readonly weight: number;
  readonly evidence: readonly JudgedLine[];
  /** What the texts name: a reject cause, a channel, a program. */
  readonly values: Readonly<Record<string, string | number>>;
}

/** A cause that it is not, with the line that says so. */
export interface RuledOut {
  readonly code: CauseCode;
  readonly evidence: JudgedLine;
}

/** Why the module is not online, as far as the lines tell. */
export interface Diagnosis {
  /**
   * `online`: nothing stands in the way; `closed`: no port is open; `unknown`: something stands in the way, or takes its time,
   * and no known cause fits; `solved`: it went on.
   */
  readonly verdict: 'online' | 'closed' | 'causes' | 'unknown' | 'solved';
  /** The first stage that is not done. */
  readonly stage?: StageName;
  /** The likeliest first. */
  readonly causes: readonly LikelyCause[];
  readonly ruledOut: readonly RuledOut[];
  /** When it went on, on the steady clock, and the commands that a person gave before that; with `solved` only. */
  readonly solved?: { readonly atMs: number; readonly by: readonly JudgedLine[] };
}

/** The lines that a diagnosis was judged by, each with its number, from 1 in the order of the log; by number of log entry. */
export function evidenceNumbers({ causes }: Pick<Diagnosis, 'causes'>): ReadonlyMap<number, number> {
  const lines = [...new Set(causes.flatMap(({ evidence }) => evidence.map(({ seq }) => seq)))].sort((a, b) => a - b);
  return new Map(lines.map((seq, index) => [seq, index + 1]));
}
