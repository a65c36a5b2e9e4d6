/** Something that a session has come through, well or not. */
export interface SessionStep {
  /** `stage network`, `create`, `register`, `update`, `deregister`, `request read`. */
  readonly step: string;
  /** Of a request. */
  readonly path?: string;
  /** `done`, `answered 1`, `MIPL_REFUSED 7`. */
  readonly result: string;
  /** Absent where the journal does not tell: it has the lines alone, which do not say when a stage began. */
  readonly durationMs?: number;
  /** When it ended, milliseconds since the journal began. */
  readonly atMs: number;
  /** Line of the journal by which it ended. */
  readonly line: number;
}

/** How the same step went in two sessions. `missing`: only the first has it; `added`: only the second. */
export type StepVerdict = 'same' | 'result' | 'slower' | 'faster' | 'missing' | 'added';

/** A step of two sessions, side by side. */
export interface ComparedStep {
  readonly step: string;
  readonly verdict: StepVerdict;
  readonly a?: SessionStep;
  readonly b?: SessionStep;
  /** How much later the second session is here than the first, counted from the first step that both have, milliseconds. */
  readonly driftMs?: number;
}

/** Two sessions, step by step in the order of the first one. */
export interface ComparedSessions {
  readonly steps: readonly ComparedStep[];
  /** Place of the first step in `steps` that is not the same. */
  readonly firstDifference?: number;
  /** At the last step that both have. */
  readonly driftMs?: number;
  readonly isSame: boolean;
}
