import type { AcceptanceDetails, CaseResult, SignalSample } from './acceptance.ts';
import type { AntennaState } from './antenna.ts';
import type { AnswerTimes } from './answerTimes.ts';
import type { BilingualName } from './lwm2m.ts';
import type { DialectState, JournalState, ModuleIdentity, NetworkState } from './state.ts';

/** What can be simulated in a run. */
export type SimulatedPart = 'module' | 'platform';

/** A run of the plan: all a report needs. */
export interface AcceptanceResult {
  readonly format: 'mipl-acceptance-result';
  readonly version: 1;
  /** Version of the program. */
  readonly app: string;
  readonly plan: string;
  readonly port: string;
  /** Whose platform was asked; `operator`: a person made the calls. */
  readonly platform: 'simulated' | 'host' | 'operator';
  readonly platformHost?: string;
  /** Parts that were not real: the run was a practice, and nobody signs it. Empty for module and OneNET as they are. */
  readonly simulated: readonly SimulatedPart[];
  readonly startedMs: number;
  readonly finishedMs: number;
  /** False: it was stopped and can be resumed. */
  readonly isComplete: boolean;
  readonly identity: ModuleIdentity;
  readonly dialect: DialectState;
  readonly network: NetworkState;
  readonly signal: readonly SignalSample[];
  /** Places of the antenna, where a person wants them in the report. */
  readonly antenna?: AntennaState;
  readonly answerTimes: AnswerTimes;
  readonly deviations: readonly BilingualName[];
  readonly cases: readonly CaseResult[];
  /**
   * `hashedBytes`: the file grows on, the checksum is that of so many bytes at its beginning. `left` and `file`: the
   * journal was taken away during the run and went on there.
   */
  readonly journal?: Pick<JournalState, 'name' | 'bytes' | 'lines' | 'left'> & {
    readonly file?: string;
    readonly sha256?: string;
    readonly hashedBytes?: number;
  };
  readonly details?: AcceptanceDetails;
}
