import type { SessionRow } from '../../shared/sessions.ts';
import type { Language } from '../../shared/settings.ts';
import { gapReasonWords } from '../../shared/gapWords.ts';
import { speak } from '../../shared/phrase.ts';
import type { Translate } from '../../shared/phrase.ts';
import { lineText } from '../log/remarks.ts';
import { bytes, grouped } from '../ui/format.ts';

const locales: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' };

/** Day and time by the clock of this machine: `27 Nov 2026, 09:37`, `2026年11月27日 09:37`. */
export function dayAndTime(atMs: number, language: Language): string {
  const day = { day: 'numeric', month: language === 'zh' ? 'long' : 'short', year: 'numeric' } as const;
  return new Intl.DateTimeFormat(locales[language], { ...day, hour: '2-digit', minute: '2-digit' }).format(atMs);
}

/** How long a session was: `14 min`, `38 s`, `5 h 20 min`. */
export function lengthText(durationMs: number, t: Translate): string {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return t('session.seconds', { count: seconds });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t('session.minutes', { count: minutes });
  return t('session.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** What a row of a session says: as the live log has it, and gaps and bookmarks in the interface's language. */
export function rowText(row: SessionRow, t: Translate): string {
  const { gap } = row;
  if (!gap) return lineText(row, t);
  const words = gapReasonWords(gap.reason);
  const reason = typeof words === 'string' ? words : speak(words, t);
  return gap.missingBytes === undefined
    ? reason
    : `${reason} · ${t('session.missing', { size: bytes(gap.missingBytes) })}`;
}

/** What stands unreadable before a row. */
export function damageText({ damage }: SessionRow, t: Translate): string | undefined {
  if (!damage) return undefined;
  const { count, line, byte } = damage;
  return t('session.damage', { count: grouped(count), line: grouped(line), byte: grouped(byte) });
}

/** A text cut where it holds what is looked for: every second piece is a hit. */
export function cutAtHits(text: string, wanted: string, matchesCase: boolean): string[] {
  if (wanted === '') return [text];
  const [where, what] = matchesCase ? [text, wanted] : [text.toLowerCase(), wanted.toLowerCase()];
  // Where small letters have another length than the text itself, nothing can be pointed at.
  if (where.length !== text.length) return [text];
  const pieces: string[] = [];
  let from = 0;
  for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, from)) {
    pieces.push(text.slice(from, at), text.slice(at, at + what.length));
    from = at + what.length;
  }
  return [...pieces, text.slice(from)];
}

const timeOfDay = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?$/;

/**
 * What somebody typed to go to: a line by its number, or a time of day, the first one that the clock of this machine shows after the
 * session began. Undefined: it is neither. Pure.
 */
export function placeIn(
  typed: string,
  beganMs: number,
): { readonly seq: number } | { readonly atMs: number } | undefined {
  const text = typed.trim().replace(/：/g, ':');
  if (/^[\d,， ]{1,20}$/.test(text)) {
    const seq = Number(text.replace(/\D/g, ''));
    return seq > 0 ? { seq } : undefined;
  }
  const parts = timeOfDay.exec(text);
  if (!parts) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = parts.slice(1, 4).map((part = '0') => Number(part));
  const at = new Date(beganMs);
  at.setHours(hours, minutes, seconds, Number((parts[4] ?? '0').padEnd(3, '0')));
  // To the second: the session may have begun within the one that was typed.
  if (at.getTime() < beganMs - 1000) at.setDate(at.getDate() + 1);
  return { atMs: at.getTime() };
}
