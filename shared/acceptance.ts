import type { AnswerTimes } from './answerTimes.ts';
import type { BilingualName } from './lwm2m.ts';
import type { LogKind } from './log.ts';
import type { Remark } from './remarks.ts';

/** More of them would be a mistake, not a plan. */
export const maxPlanCases = 1000;

/** What became of a case: its criterion was met, was not met, could not be judged, or was not tried. */
export const verdicts = ['passed', 'failed', 'inconclusive', 'skipped'] as const;
export type Verdict = (typeof verdicts)[number];

/** Where a criterion is seen: commands and their answers, events and requests of the module, answers of the platform. */
export type EvidenceSource = 'at' | 'event' | 'platform';

/** A case of the plan as it is shown before the run. */
export interface CaseInfo {
  readonly id: string;
  /** Chapter of the OneNET document; empty for cases of one's own. */
  readonly section: string;
  readonly title: BilingualName;
  readonly preconditions: BilingualName;
  readonly steps: readonly BilingualName[];
  readonly criterion: BilingualName;
  readonly limitSeconds: number;
  readonly sources: readonly EvidenceSource[];
}

/** One condition of the criterion. */
export interface CheckResult {
  readonly criterion: BilingualName;
  readonly outcome: 'met' | 'failed' | 'missing' | 'notSeen';
  readonly reason?: BilingualName;
}

/** A line of the AT log that belongs to a case. `isDecisive` where the verdict was read from it. */
export interface EvidenceLine {
  readonly atMs: number;
  readonly kind: LogKind;
  readonly text: string;
  /** What a note says, for the screen's own words; `text` is the same in English. */
  readonly remark?: Remark;
  readonly isDecisive?: true;
}

/** A call of the platform's HTTP API with its answer; the key is nowhere in it. */
export interface EvidenceCall {
  readonly curl: string;
  readonly status: 'done' | 'failed' | 'waiting';
  readonly answer?: string;
  readonly durationMs?: number;
}

/** A case that has ended. */
export interface CaseResult extends CaseInfo {
  /** Its place in the plan, from 1. */
  readonly position: number;
  readonly verdict: Verdict;
  /** Why it did not pass, as a sentence that needs nothing beside it; by whom it was skipped and why. */
  readonly reason?: BilingualName;
  /** What was measured, in a few words, where the case measures something. */
  readonly found?: BilingualName;
  readonly checks: readonly CheckResult[];
  readonly lines: readonly EvidenceLine[];
  /** Lines that were left out because there were too many. */
  readonly omittedLines: number;
  readonly calls: readonly EvidenceCall[];
  /** Things worth knowing that do not change the verdict. */
  readonly remarks: readonly BilingualName[];
  readonly startedMs: number;
  readonly durationMs: number;
  /** The run was stopped in it or before it; it is run again when the run is resumed. */
  readonly isUnfinished?: true;
  /** What the technician wrote beside it. */
  readonly note?: string;
}

/** One measurement of the signal. */
export interface SignalSample {
  readonly atMs: number;
  readonly rssiDbm?: number;
  readonly rsrpDbm?: number;
  readonly snrDb?: number;
}

/** What a person says about the run; empty where nothing was written. */
export interface AcceptanceDetails {
  readonly site: string;
  readonly operator: string;
  readonly notes: string;
}

/** What a report can be written as. */
export const reportFormats = ['html', 'pdf', 'junit', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** The languages of a report. */
export const reportLanguages = ['zh', 'en', 'both'] as const;
export type ReportLanguage = (typeof reportLanguages)[number];

/** Whose platform is asked in a run; `operator`: a person makes the calls. */
export const acceptancePlatforms = ['simulated', 'host', 'operator'] as const;
export type AcceptancePlatform = (typeof acceptancePlatforms)[number];

/** A case of the plan in the window. */
export interface AcceptanceCase {
  /** Stays with the case wherever it is moved. */
  readonly key: number;
  /** Its place in the plan as it is now, from 1; a result keeps the place it was run at. */
  readonly position: number;
  readonly info: CaseInfo;
  /** False: it is left out of the next run. */
  readonly isSelected: boolean;
  readonly note: string;
  /** What it usually takes; once it has passed, what it took. */
  readonly expectedMs: number;
  readonly status: 'waiting' | 'preparing' | 'running' | Verdict;
  readonly startedMs?: number;
  readonly result?: CaseResult;
}

/** The run of the window. */
export interface AcceptanceState {
  readonly phase: 'idle' | 'running' | 'stopping' | 'stopped' | 'done';
  readonly plan: string;
  /** The plan is not the document's in the document's order. */
  readonly isArranged: boolean;
  /** A change of the plan since the last start can be taken back. */
  readonly canUndo: boolean;
  readonly details: AcceptanceDetails;
  /** Port of the run; absent before the first one. */
  readonly port?: string;
  readonly startedMs?: number;
  readonly finishedMs?: number;
  /** Key of the case at which the connection was lost: the run stopped there and can go on from there. */
  readonly lostAt?: number;
  /** The call the run waits for, when nobody but a person can make it. */
  readonly prompt?: { readonly caseId: string; readonly text: BilingualName; readonly curl: string };
  /** The connection of the run still stands, so that it can be resumed and cases can be retried. */
  readonly canResume: boolean;
  readonly signal: readonly SignalSample[];
  readonly answerTimes: AnswerTimes;
  /** Every answer of the run, in milliseconds. */
  readonly answersMs: readonly number[];
}

/** A run goes on, or ends after the command under way. */
export const isUnderway = ({ phase }: Pick<AcceptanceState, 'phase'>): boolean =>
  phase === 'running' || phase === 'stopping';

/** Before any run. */
export const initialAcceptance: AcceptanceState = {
  phase: 'idle',
  plan: '',
  isArranged: false,
  canUndo: false,
  details: { site: '', operator: '', notes: '' },
  canResume: false,
  signal: [],
  answerTimes: { count: 0, lateCount: 0 },
  answersMs: [],
};

/** What a run tells while it goes on. */
export type AcceptanceProgress =
  | { readonly type: 'started'; readonly position: number; readonly count: number; readonly case: CaseInfo }
  /** The preconditions are met, the steps of the case begin. */
  | { readonly type: 'steps'; readonly position: number; readonly caseId: string }
  | { readonly type: 'ended'; readonly result: CaseResult; readonly count: number }
  /** Nobody but the operator can make this call; the run waits for what it causes. */
  | { readonly type: 'prompt'; readonly caseId: string; readonly text: BilingualName; readonly curl: string };

/** How many cases came to which verdict. */
export function countVerdicts(cases: readonly Pick<CaseResult, 'verdict'>[]): Readonly<Record<Verdict, number>> {
  const counts: Record<Verdict, number> = { passed: 0, failed: 0, inconclusive: 0, skipped: 0 };
  for (const { verdict } of cases) counts[verdict]++;
  return counts;
}
