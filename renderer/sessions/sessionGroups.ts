import { siteOf } from '../../shared/sessions.ts';
import type { SessionSummary } from '../../shared/sessions.ts';

/** By what the list is put into groups. */
export const groupings = ['site', 'imei', 'date'] as const;
export type Grouping = (typeof groupings)[number];

/** Sessions of the same place, module or day, the newest first. */
export interface SessionGroup {
  /** Empty: nobody has said. */
  readonly title: string;
  readonly sessions: readonly SessionSummary[];
}

/** When it began, as far as anybody can tell. */
export const beganMs = ({ startedMs, modifiedMs }: SessionSummary): number => startedMs ?? modifiedMs;

/** Something in it went wrong, or it cannot be read. */
export function hasProblems({ content, fault }: SessionSummary): boolean {
  if (fault) return true;
  if (!content) return false;
  const { verdict, isRegistered, lateCount, gapCount, damageCount } = content;
  const failed = (verdict?.failed ?? 0) + (verdict?.inconclusive ?? 0);
  return failed + lateCount + gapCount + damageCount > 0 || isRegistered === false;
}

function isWanted(session: SessionSummary, words: readonly string[]): boolean {
  const { about, name, content, importedFrom = '' } = session;
  const texts = [siteOf(session), about.note ?? '', ...(about.tags ?? []), name, content?.imei ?? '', importedFrom];
  const text = texts.join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The day on which it began, by the clock of this machine: `2026-11-27`. */
function dayOf(session: SessionSummary): string {
  const date = new Date(beganMs(session));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const titles: Readonly<Record<Grouping, (session: SessionSummary) => string>> = {
  site: (session) => siteOf(session).trim(),
  imei: ({ content }) => content?.imei ?? '',
  date: dayOf,
};

/**
 * The sessions that hold every word of a search, in groups; groups with the newest session first, those without a name last. Pure.
 */
export function sessionGroups(
  sessions: readonly SessionSummary[],
  { by, search, problemsOnly }: { readonly by: Grouping; readonly search: string; readonly problemsOnly: boolean },
): SessionGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = sessions
    .filter((session) => isWanted(session, words) && (!problemsOnly || hasProblems(session)))
    .toSorted((a, b) => beganMs(b) - beganMs(a));
  const groups = [...Map.groupBy(wanted, titles[by])].map(([title, of]) => ({ title, sessions: of }));
  return [...groups.filter(({ title }) => title !== ''), ...groups.filter(({ title }) => title === '')];
}

/** A word about a session, with its mark. */
export interface SessionChip {
  readonly tone: 'ok' | 'warn' | 'error' | 'dim';
  readonly mark: string;
  /** Key of its text below `session.chip`. */
  readonly key: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** What there is to say of a session at a glance: the verdict first, then what went wrong, then where it is from. Pure. */
export function chipsOf({ content, fault, isGrowing, folder, importedFrom }: SessionSummary): SessionChip[] {
  const chips: SessionChip[] = [];
  if (isGrowing) chips.push({ tone: 'dim', mark: '◉', key: 'growing' });
  if (fault) return [...chips, { tone: 'error', mark: '✕', key: 'unreadable' }];
  if (content) {
    const { verdict, isRegistered, lateCount, gapCount, damageCount, isTorn, wasRepaired } = content;
    if (verdict) {
      const { passed, failed, inconclusive, skipped } = verdict;
      const isPassed = failed + inconclusive === 0;
      const values = { passed, total: passed + failed + inconclusive + skipped };
      chips.push({ tone: isPassed ? 'ok' : 'error', mark: isPassed ? '✓' : '✕', key: 'verdict', values });
      if (skipped > 0) chips.push({ tone: 'dim', mark: '–', key: 'skipped', values: { count: skipped } });
    } else if (isRegistered === false) chips.push({ tone: 'error', mark: '✕', key: 'notOnline' });
    else chips.push({ tone: 'dim', mark: '–', key: 'noVerdict' });
    if (lateCount > 0) chips.push({ tone: 'warn', mark: '▲', key: 'late', values: { count: lateCount } });
    if (gapCount > 0) chips.push({ tone: 'warn', mark: '⊘', key: 'gaps', values: { count: gapCount } });
    if (isTorn) chips.push({ tone: 'warn', mark: '▲', key: 'torn' });
    const unread = damageCount - (isTorn ? 1 : 0);
    if (unread > 0) chips.push({ tone: 'error', mark: '≈', key: 'damaged', values: { count: unread } });
    if (wasRepaired) chips.push({ tone: 'warn', mark: '▲', key: 'repaired' });
  }
  if (folder === 'commandLine') chips.push({ tone: 'dim', mark: '›', key: 'commandLine' });
  if (importedFrom !== undefined)
    chips.push({ tone: 'dim', mark: '⇥', key: 'imported', values: { name: importedFrom } });
  return chips;
}
