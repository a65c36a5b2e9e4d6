import { basename } from 'node:path';
import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { ChosenLog } from '../../shared/importPattern.ts';
import type { Handlers } from '../../shared/contract/contract.ts';
import type { keptSessionRequests } from '../../shared/contract/sessions.ts';
import { languageOf } from '../../shared/settings.ts';
import type { OpenedSession, SessionId } from '../../shared/sessions.ts';
import type { OwnLayout } from '../capture/serialLog.ts';
import type { OpenSession } from '../sessions/openSession.ts';
import { namelessFileName } from '../journal/fileNames.ts';
import type { Application } from './application.ts';
import type { Desktop, ExportJournal } from './desktop.ts';

/** The part of the contract about sessions that were kept. */
export function sessionHandlers(
  application: Application,
  desktop: Pick<Desktop, 'chooseExportFile' | 'chooseLogFile'>,
  exportJournal: ExportJournal,
): Pick<Handlers, keyof typeof keptSessionRequests> {
  const kept = () => application.sessions();
  const opened = async (session: SessionId): Promise<OpenSession> => (await kept()).opened(session);
  async function foldedState(id: SessionId, change: (session: OpenSession) => void): Promise<OpenedSession> {
    const session = await opened(id);
    change(session);
    return { id, ...session.state };
  }
  const logs = new ChosenLogs();
  return {
    listSessions: async () => (await kept()).list(),
    describeSession: async ({ session, about }) => (await kept()).describe(session, about),
    deleteSession: async ({ session }) => (await kept()).delete(session),
    restoreSession: async ({ session }) => (await kept()).restore(session),
    openSession: async ({ session }) => (await kept()).openSession(session),
    closeSession: async ({ session }) => (await kept()).close(session),
    readSession: async ({ session, from, count }) => (await opened(session)).rows(from, count),
    readBytes: async ({ session, line }) => (await (await opened(session)).bytesAt(line)) ?? null,
    findInSession: async ({ session, query }) => ({ find: (await opened(session)).find(query) }),
    stopFind: async ({ session }) => (await opened(session)).stopFind(),
    stepHit: async ({ session, seq, isBackwards }) => (await opened(session)).hit(seq, isBackwards) ?? null,
    readFound: async ({ session, from, count }) => (await opened(session)).shownRows(from, count),
    foldSession: async ({ session, isFolded }) => foldedState(session, (one) => one.fold(isFolded)),
    unfoldLine: async ({ session, seq, isOpen }) => foldedState(session, (one) => one.setFoldOpen(seq, isOpen)),
    async findFolded({ session, seq }) {
      const one = await opened(session);
      const place = one.foldedPlace(seq);
      return { place, opened: { id: session, ...one.state } };
    },
    readFolded: async ({ session, from, count }) => (await opened(session)).foldedRows(from, count),
    hitsAmong: async ({ session, from, count }) => (await opened(session)).hitsAmong(from, from + count - 1),
    findPlace: async ({ session, place }) => ({ seq: await (await opened(session)).seqAt(place) }),
    stateAt: async ({ session, seq }) => (await opened(session)).stateAt(seq),
    async exportSession({ session, format, mask }) {
      const journal = (await kept()).fileOf(session);
      const full = basename(journal).replace(/\.mipl\.ndjson$/, '');
      const name = mask ? namelessFileName(full) : full;
      const file = await desktop.chooseExportFile(`${name}${mask ? '-masked' : ''}.${format}`, format);
      if (file === undefined) return null;
      const { settings, systemLanguage } = application.state.state;
      const language = languageOf(settings.language, systemLanguage);
      const options = { journal, file, format, mask, language };
      const { lines } = await application.fileWorks.run('export', basename(file), (signal, onProgress) =>
        exportJournal({ ...options, signal, onProgress }),
      );
      return { file, lines };
    },
    stopFileWork: ({ work }) => application.fileWorks.stop(work),
    async verifySession({ session }) {
      const { verifyJournal } = await import('../sessions/verifyJournal.ts');
      const { gaps, damage, badFacts, ...proof } = await verifyJournal((await kept()).fileOf(session));
      const { isWhole, file, in: from, out, missingBytes, isLater } = proof;
      const counts = { gapCount: gaps.count, damageCount: damage.count, badFactCount: badFacts.count };
      return { isWhole, file, in: from, out, missingBytes, isLater, ...counts };
    },
    async compareSessions({ a, b }) {
      const { compareSessions } = await import('../sessions/compareSessions.ts');
      const sessions = await kept();
      return compareSessions(sessions.fileOf(a), sessions.fileOf(b), { onProblem: () => undefined });
    },
    async chooseLog() {
      const file = await desktop.chooseLogFile();
      return file === undefined ? null : logs.add(file);
    },
    dropLog: ({ file }) => logs.add(file),
    async previewLog({ log, pattern }) {
      const { previewLog } = await import('../sessions/previewLog.ts');
      return previewLog(logs.fileOf(log), pattern);
    },
    async importLog({ log, pattern }) {
      const [{ importLog }, { patternLayout }] = await Promise.all([
        import('../sessions/importLog.ts'),
        import('../capture/patternLayout.ts'),
      ]);
      const from = logs.fileOf(log);
      const layout = pattern === undefined ? undefined : layoutOf(pattern, patternLayout);
      const { journals: folder } = await kept();
      const app = application.state.state.version;
      const { file = '', findings } = await application.fileWorks.run('import', basename(from), (signal, onDone) => {
        const onProgress = (read: number, all: number): void => onDone(read / Math.max(1, all));
        const options = { app, onProblem: () => undefined, signal, onProgress, ...defined({ layout }) };
        return importLog({ file: from }, { folder }, options);
      });
      return { session: (await kept()).idOf(file), findings: [...findings] };
    },
  };
}

/** So many logs are remembered by their numbers. */
const MOST_LOGS = 50;

/** Logs that a person has chosen, by number: paths are no business of the window. */
class ChosenLogs {
  readonly #files = new Map<string, string>();
  #lastNumber = 0;

  add(file: string): ChosenLog {
    const log = String(++this.#lastNumber);
    this.#files.set(log, file);
    const [oldest] = this.#files.keys();
    if (this.#files.size > MOST_LOGS && oldest !== undefined) this.#files.delete(oldest);
    return { log, name: basename(file) };
  }

  /** @throws CodedError `FILE_NOT_FOUND`. */
  fileOf(log: string): string {
    const file = this.#files.get(log);
    if (file === undefined) throw new CodedError('FILE_NOT_FOUND', 'No such log was chosen', log);
    return file;
  }
}

/** @throws CodedError `BAD_ARGUMENT` for a pattern that is none. */
function layoutOf(pattern: string, patternLayout: (source: string) => OwnLayout): OwnLayout {
  try {
    return patternLayout(pattern);
  } catch (error) {
    throw new CodedError('BAD_ARGUMENT', `pattern: ${faultOf(error).message}`, 'pattern', { cause: error });
  }
}
