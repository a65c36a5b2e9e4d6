import { requestIdOf } from '../../shared/log.ts';
import type { LogEntry, LogKind } from '../../shared/log.ts';
import type { Lwm2mPath } from '../../shared/lwm2m.ts';
import { concerns, parsePath } from '../../shared/lwm2m.ts';
import type { PlatformRequest } from '../../shared/state.ts';

/** The five classes of lines, in the order the filter lists them. */
export const logKinds = ['unasked', 'answer', 'engine', 'person', 'note'] as const satisfies readonly LogKind[];

/** What the log shows. Every part that is set must hold. */
export interface LogFilter {
  /** Classes left out. */
  readonly hidden: readonly LogKind[];
  readonly msgId?: number | undefined;
  /** Lines of this request alone, where others have its msgid too. */
  readonly request?: PlatformRequest | undefined;
  /** Lines about this path, about something below it, or about something that contains it. */
  readonly path?: string | undefined;
  readonly problemsOnly: boolean;
  /** Case-insensitive part of the line. */
  readonly text: string;
}

/** Shows everything. */
export const everything: LogFilter = { hidden: [], problemsOnly: false, text: '' };

/** True when nothing is left out. */
export function isEverything(filter: LogFilter): boolean {
  return (
    filter.hidden.length === 0 &&
    filter.msgId === undefined &&
    filter.request === undefined &&
    filter.path === undefined &&
    !filter.problemsOnly &&
    filter.text === ''
  );
}

function isAbout(entryPath: string | undefined, wanted: Lwm2mPath): boolean {
  const path = entryPath === undefined ? undefined : parsePath(entryPath);
  return path !== undefined && concerns(path, wanted);
}

/** Turns a filter into a test of one entry; a path that is none lets nothing through. */
export function matcher(filter: LogFilter): (entry: LogEntry) => boolean {
  if (isEverything(filter)) return () => true;
  const hidden = new Set<LogKind>(filter.hidden);
  const wantedPath = filter.path === undefined ? undefined : parsePath(filter.path);
  const text = filter.text.toLowerCase();
  const requestId = filter.request?.id;
  return (entry) => {
    if (hidden.has(entry.kind)) return false;
    if (filter.problemsOnly && entry.problem !== true) return false;
    if (filter.msgId !== undefined && entry.msgId !== filter.msgId) return false;
    if (requestId !== undefined && requestIdOf(entry) !== requestId) return false;
    if (filter.path !== undefined && (wantedPath === undefined || !isAbout(entry.path, wantedPath))) return false;
    return text === '' || entry.text.toLowerCase().includes(text);
  };
}
