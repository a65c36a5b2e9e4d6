import type { CaseInfo } from '../../../shared/acceptance.ts';
import type { CaseDefinition } from './caseDefinition.ts';
import { managementCases } from './casesManagement.ts';
import { networkCases } from './casesNetwork.ts';
import { leavingCases, sessionCases } from './casesSession.ts';
import { needTexts, pathsOf, stepText } from './steps.ts';
import { say } from './words.ts';

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

/** The case as plan and report show it; with what a run has remembered, where it has been run. */
export function infoOf(definition: CaseDefinition, remembered: Readonly<Record<string, string>> = {}): CaseInfo {
  const { id, section, title, need, steps, checks, limitSeconds } = definition;
  return {
    id,
    section,
    title,
    preconditions: needTexts[need],
    steps: steps.map((step) => stepText(step, remembered)),
    criterion: say(
      checks.map(({ criterion }) => criterion.zh).join('；'),
      checks.map(({ criterion }) => criterion.en).join('; '),
    ),
    limitSeconds,
    sources: [...new Set(checks.map(({ source }) => source))],
  };
}
