import { basename } from 'node:path';
import type { Handlers } from '../../shared/contract/contract.ts';
import type { keptSessionRequests } from '../../shared/contract/sessions.ts';
import { languageOf } from '../../shared/settings.ts';
import type { SessionId } from '../../shared/sessions.ts';
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
  /** Makes a session of the log of another tool. */
  async function bringIn(log: string): Promise<{ session: SessionId; findings: string[] }> {
    const { importLog } = await import('../sessions/importLog.ts');
    const { journals: folder } = await kept();
    const app = application.state.state.version;
    const { file = '', findings } = await application.fileWorks.run('import', basename(log), (signal, onDone) => {
      const onProgress = (read: number, all: number): void => onDone(read / Math.max(1, all));
      return importLog({ file: log }, { folder }, { app, onProblem: () => undefined, signal, onProgress });
    });
    return { session: (await kept()).idOf(basename(file)), findings: [...findings] };
  }
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
    async importLog() {
      const log = await desktop.chooseLogFile();
      return log === undefined ? null : bringIn(log);
    },
    importDropped: ({ file }) => bringIn(file),
  };
}
