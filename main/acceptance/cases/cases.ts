import type { CaseInfo } from '../../../shared/acceptance.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import { managementCases } from './casesManagement.ts';
import { networkCases } from './casesNetwork.ts';
import { leavingCases, sessionCases } from './casesSession.ts';
import type { Check } from './checks.ts';
import { needTexts, pathsOf, stepText } from './steps.ts';
import type { Need, Step } from './steps.ts';
import { say } from './words.ts';

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
  /** What the model must have, where the steps do not say it. */
  readonly paths?: readonly string[];
}

/** Every criterion of the OneNET document, in its order. */
export const documentCases: readonly CaseDefinition[] = [
  ...networkCases,
  ...sessionCases,
  ...managementCases,
  ...leavingCases,
];

/** Paths the device model must have for the case. */
export const neededPaths = ({ steps, paths = [] }: CaseDefinition): readonly string[] => [
  ...new Set([...paths, ...steps.flatMap(pathsOf)]),
];

/** The case as plan and report show it. */
export function infoOf(definition: CaseDefinition): CaseInfo {
  const { id, section, title, need, steps, checks, limitSeconds } = definition;
  return {
    id,
    section,
    title,
    preconditions: needTexts[need],
    steps: steps.map(stepText),
    criterion: say(
      checks.map(({ criterion }) => criterion.zh).join('；'),
      checks.map(({ criterion }) => criterion.en).join('; '),
    ),
    limitSeconds,
    sources: [...new Set(checks.map(({ source }) => source))],
  };
}
