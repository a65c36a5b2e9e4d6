import type { Fault } from './errors.ts';
import { errorNumberPhrase, eventPhrase } from './explain.ts';
import { ruleOfFault } from './fileRules.ts';
import { phrase } from './phrase.ts';
import type { Phrase } from './phrase.ts';
import type { DialectState } from './state.ts';
import { visible } from './wording.ts';

function meaning({ code, detail = '' }: Fault, dialect: DialectState['name']): Phrase | string {
  if (code === 'AT_CIS') return errorNumberPhrase('cis', detail, dialect);
  if (code === 'AT_CME' || code === 'AT_CMS') return errorNumberPhrase('cme', detail, dialect);
  if (code === 'MIPL_REFUSED') return eventPhrase(Number(detail));
  return visible(detail);
}

/** A file that a person has written, which is told with what is wrong at its place. */
const isOfFile = ({ code }: Fault): boolean => code === 'FILE_BAD_MODEL' || code === 'FILE_BAD_PLAN';

/** What the sentences about a fault name; nothing in it steers the screen. */
export function faultValues(fault: Fault, dialect: DialectState['name']): Phrase['values'] {
  return {
    detail: visible(fault.detail ?? ''),
    ...(isOfFile(fault) ? { rule: ruleOfFault(fault.message, fault.detail ?? '') } : {}),
    holder: visible(fault.holder ?? ''),
    meaning: meaning(fault, dialect),
  };
}

/** What a fault is, for a person; the texts stand under `error.<code>`. */
export function faultWhat(fault: Fault, dialect: DialectState['name']): Phrase {
  return phrase(`error.${fault.code}.${fault.holder === undefined ? 'what' : 'held'}`, faultValues(fault, dialect));
}
