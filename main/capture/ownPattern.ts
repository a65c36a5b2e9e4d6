import { RE2JSSyntaxException } from 're2js';
import { defined } from '../../shared/defined.ts';
import { faultOf } from '../../shared/errors.ts';
import { patternGroups } from '../../shared/importPattern.ts';
import type { PatternFault } from '../../shared/importPattern.ts';
import { PatternTooLarge, compileLinePattern } from '../log/linePattern.ts';
import type { LinePattern } from '../log/linePattern.ts';

/** A pattern for the rows of a log, compiled (RE2), or why it is none: it has the group `text` and may have `time` and `direction`. */
export function compileOwnPattern(source: string): LinePattern | { readonly fault: PatternFault } {
  let pattern: LinePattern;
  try {
    pattern = compileLinePattern(source);
  } catch (error) {
    return { fault: faultIn(error) };
  }
  const stranger = pattern.names.find((name) => !patternGroups.some((known) => known === name));
  if (stranger !== undefined) return { fault: { what: 'group', name: stranger } };
  return pattern.names.includes('text') ? pattern : { fault: { what: 'noText' } };
}

function faultIn(error: unknown): PatternFault {
  if (error instanceof PatternTooLarge) return { what: 'tooLarge', steps: error.steps, most: error.most };
  if (error instanceof RE2JSSyntaxException)
    return { what: 'syntax', reason: error.error, ...defined({ at: error.input ?? undefined }) };
  return { what: 'syntax', reason: faultOf(error).message };
}

/** Why a pattern cannot be used, in English. */
export function patternFaultText(fault: PatternFault): string {
  switch (fault.what) {
    case 'syntax':
      return `error parsing regexp: ${fault.reason}${fault.at === undefined ? '' : `: \`${fault.at}\``}`;
    case 'group':
      return `the groups of a pattern are ${patternGroups.join(', ')}, not ${fault.name}`;
    case 'noText':
      return 'the pattern lacks the group (?<text>…)';
    case 'tooLarge':
      return new PatternTooLarge(fault.steps, fault.most).message;
  }
}
