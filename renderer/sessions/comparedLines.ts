import type { SessionRow } from '../../shared/sessions.ts';

/** A piece of a line; `isOther`: the other session has another one in its place. */
export interface LinePiece {
  readonly text: string;
  readonly isOther: boolean;
}

/** Lines of a step that are shown; the beginning of a longer one falls away. */
const MOST_LINES = 40;
/** Lines before the one by which a step ended, where nothing says which are its own. */
const LINES_BEFORE = 6;

const isMarkOf = (text: string): boolean => /^[,:=]$/.test(text);
/** A line as what it says, and the marks between. */
const piecesOf = (text: string): string[] => text.split(/([,:=])/);

/**
 * Cuts a line where it differs from the one in its place in the other session, field by field. Numbers of messages differ in any two
 * sessions and say nothing. Pure.
 */
export function cutAtDifferences(
  line: Pick<SessionRow, 'text' | 'msgId'>,
  other?: Pick<SessionRow, 'text'>,
): LinePiece[] {
  if (!other) return [{ text: line.text, isOther: true }];
  const theirs = piecesOf(other.text);
  const msgId = String(line.msgId ?? '');
  const pieces: LinePiece[] = [];
  for (const [place, text] of piecesOf(line.text).entries()) {
    const isOther = !isMarkOf(text) && text !== msgId && text.trim() !== theirs[place]?.trim();
    const last = pieces.at(-1);
    if (last && last.isOther === isOther) pieces[pieces.length - 1] = { text: last.text + text, isOther };
    else pieces.push({ text, isOther });
  }
  return pieces;
}

/**
 * The lines of a step out of those before the one by which it ended, that one among them: of a request of the platform from its own line
 * on, else the last few. Pure.
 */
export function linesOfStep(rows: readonly SessionRow[], path: string | undefined): SessionRow[] {
  const begin = path === undefined ? -1 : rows.findLastIndex((row) => row.kind === 'unasked' && row.path === path);
  const first = rows[begin];
  if (!first) return rows.slice(-LINES_BEFORE);
  // What others said in between is none of it.
  const own = rows.slice(begin).filter((row) => row.msgId === first.msgId || row.kind === 'answer');
  return own.slice(-MOST_LINES);
}
