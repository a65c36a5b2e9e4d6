import { parsePlatformHost } from './platform.ts';
import { phrase } from './phrase.ts';
import type { Phrase } from './phrase.ts';
import { object, text, truth } from './schema.ts';
import type { ValueOf } from './schema.ts';

/** Where the list of releases is unless a person names a mirror. */
export const defaultUpdateAddress = 'https://mipl-field-tool.dev/releases.txt';

/** Host and path of a list, both in ASCII; no name, pass word or fragment in it. */
const addressShape = /^(https?:\/\/[^\s/?#@]+)(\/[!$-~]*)$/i;

/** The address of a list in the one form it is kept in; undefined for what is none. */
export function parseUpdateAddress(given: string): string | undefined {
  const [, host = '', path = ''] = addressShape.exec(given.trim()) ?? [];
  const origin = parsePlatformHost(host)?.origin;
  return origin === undefined ? undefined : `${origin}${path}`;
}

/** Whether releases may be asked for, and where. Off unless a person switches it on; then only a button asks. */
export const updateSettings = object({
  isAllowed: truth,
  address: text(300, {
    must: 'must be the address of a list of releases',
    holds: (address) => parseUpdateAddress(address) === address,
    example: defaultUpdateAddress,
    counterexample: 'ftp://mirror.example/releases.txt',
  }),
});
export type UpdateSettings = ValueOf<typeof updateSettings>;

/** A release as the list names it. */
export interface Release {
  /** `1.2.0`, `1.3.0-rc.1`. */
  readonly version: string;
  /** `2027-01-31`. */
  readonly day: string;
  /** Where a person gets it; nothing is fetched from there by the program. */
  readonly page: string;
}

/** What came of a check whose list is genuine. */
export interface UpdateCheck {
  readonly running: string;
  /** `ahead`: this program is newer than all in the list. `none`: the list names nothing that it could be compared with. */
  readonly verdict: 'newer' | 'current' | 'ahead' | 'none';
  /** The newest that concerns this program: of trial versions only where this is one. */
  readonly newest?: Release;
  /** A trial version newer than all that is for work, where this program is none itself. */
  readonly trial?: Release;
  /** The day until which the list says that it counts; `isOverdue` when that is over. */
  readonly validUntil: string;
  readonly isOverdue: boolean;
}

const values = ({ version, day, page }: Release): Phrase['values'] => ({ version, day, page });

/** What came of a check, as sentences; their texts stand under `update` in shared/texts. */
export function updatePhrases({ running, verdict, newest, trial, validUntil, isOverdue }: UpdateCheck): Phrase[] {
  return [
    phrase(`update.${verdict}`, { running, ...(newest && values(newest)) }),
    ...(trial ? [phrase('update.trial', values(trial))] : []),
    ...(isOverdue ? [phrase('update.overdue', { validUntil })] : []),
  ];
}
