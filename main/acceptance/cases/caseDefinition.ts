import type { BilingualName } from '../../../shared/lwm2m.ts';
import type { Evidence } from '../run/evidence.ts';
import type { Check } from './checks.ts';
import type { Need, Step } from './steps.ts';

/** A case: where it begins, what is done, and the conditions its verdict is read from. Nothing in it acts by itself. */
export interface CaseDefinition {
  readonly id: string;
  readonly section: string;
  readonly title: BilingualName;
  readonly need: Need;
  /** What not every port offers; the case is skipped without it. */
  readonly requires?: 'bootstrap' | 'sockets';
  readonly limitSeconds: number;
  readonly steps: readonly Step[];
  readonly checks: readonly Check[];
  /** What a case that passed has measured, in a few words for the first page of the report. */
  readonly found?: (evidence: Evidence) => BilingualName | undefined;
  /** About an object of the device model that the document does not name. */
  readonly isOfModel?: true;
  /** What the model must have, where the steps do not say it. */
  readonly paths?: readonly string[];
}
