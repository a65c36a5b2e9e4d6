import { acceptancePlatforms, reportFormats, reportLanguages } from '../../shared/acceptance.ts';
import { CodedError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/ipc.ts';
import { reportExtensions, reportName, reportText, writeWhole } from '../acceptance/report/files.ts';
import type { Application } from './application.ts';
import { record, text, truth, whole, word } from './arguments.ts';
import type { Desktop } from './handlers.ts';

const MAX_POSITION = 1000;
const MAX_NAME = 120;
const MAX_NOTE = 4000;

type AcceptanceRequest =
  | 'startAcceptance'
  | 'stopAcceptance'
  | 'resumeAcceptance'
  | 'retryCase'
  | 'selectCases'
  | 'setAcceptanceDetails'
  | 'setCaseNote'
  | 'exportReport';

const positionOf = (value: unknown): number => whole(value, 'position', 1, MAX_POSITION);

function positionsOf(value: unknown): number[] {
  if (!Array.isArray(value) || value.length > MAX_POSITION) {
    throw new CodedError('BAD_ARGUMENT', 'positions must be a list');
  }
  return value.map(positionOf);
}

/** The acceptance page's part of the contract. */
export function acceptanceHandlers(application: Application, desktop: Desktop): Pick<Handlers, AcceptanceRequest> {
  const desk = application.acceptance;
  return {
    startAcceptance(options) {
      const { platform, hasBootstrap } = record(options, ['platform', 'hasBootstrap']);
      desk.start({
        platform: word(platform, 'platform', acceptancePlatforms),
        hasBootstrap: truth(hasBootstrap, 'hasBootstrap'),
      });
    },
    stopAcceptance: () => desk.stop(),
    resumeAcceptance: () => desk.resume(),
    retryCase: (options) => desk.retry(positionOf(record(options, ['position'])['position'])),
    selectCases: (options) => desk.select(positionsOf(record(options, ['positions'])['positions'])),
    setAcceptanceDetails(details) {
      const { site, operator, notes } = record(details, ['site', 'operator', 'notes']);
      desk.setDetails({
        site: text(site, 'site', MAX_NAME),
        operator: text(operator, 'operator', MAX_NAME),
        notes: text(notes, 'notes', MAX_NOTE),
      });
    },
    setCaseNote(options) {
      const { position, note } = record(options, ['position', 'note']);
      desk.setNote(positionOf(position), text(note, 'note', MAX_NOTE));
    },
    async exportReport(options) {
      const given = record(options, ['format', 'language', 'mask']);
      const format = word(given['format'], 'format', reportFormats);
      const language = word(given['language'], 'language', reportLanguages);
      const isMasked = truth(given['mask'], 'mask');
      const result = await desk.report();
      const site = isMasked ? '' : (result.details?.site ?? '');
      const name = reportName(result, isMasked, site === '' ? 'acceptance' : site);
      const file = await desktop.chooseExportFile(`${name}.${reportExtensions[format]}`, format);
      if (file === undefined) return null;
      const written = reportText(result, { format, language, isMasked });
      await writeWhole(file, format === 'pdf' ? await desktop.printPdf(written) : written);
      return { file };
    },
  };
}

/** What would come between the steps of a run. */
const disturbing = [
  'register',
  'updateRegistration',
  'deregister',
  'deleteSuite',
  'deleteObject',
  'notify',
  'sendCommand',
  'openUdpSocket',
  'closeUdpSocket',
  'sendUdp',
  'readUdp',
  'setUdpReportMode',
  'startEcho',
  'chooseDialect',
] as const satisfies readonly (keyof Handlers)[];

/** The same handlers; while a run goes on, those that would disturb it refuse with `ACCEPTANCE_RUNNING`. */
export function refusedDuringRun(handlers: Handlers, isRunning: () => boolean): Handlers {
  const guarded = disturbing.map((name) => {
    const handle = handlers[name] as (...args: unknown[]) => unknown;
    return [
      name,
      (...args: unknown[]): unknown => {
        if (isRunning()) throw new CodedError('ACCEPTANCE_RUNNING', `${name} would disturb the acceptance run`, name);
        return handle(...args);
      },
    ];
  });
  return { ...handlers, ...(Object.fromEntries(guarded) as Partial<Handlers>) };
}
