import { CodedError } from '../../shared/errors.ts';
import { parsePath } from '../../shared/lwm2m.ts';
import type { ReportFormat } from '../../shared/acceptance.ts';
import { exportFormats } from '../../shared/ipc.ts';
import type { CommandHelp, ExportFormat, Handlers } from '../../shared/ipc.ts';
import { languageOf, ranges } from '../../shared/settings.ts';
import type { Language } from '../../shared/settings.ts';
import { networkPath, parseNetworkAddress } from '../../shared/networkAddress.ts';
import type { CommandSpec } from '../at/codec.ts';
import { namelessFileName } from '../journal/fileNames.ts';
import { commands } from '../mipl/messages.ts';
import { acceptanceHandlers, refusedDuringRun } from './acceptanceHandlers.ts';
import type { Application } from './application.ts';
import { record, text, truth, whole, word } from './arguments.ts';
import { generatorSpecOf } from './generatorArguments.ts';
import { handAnswerOf, holdKindsOf } from './handAnswerArguments.ts';
import { platformAskOf } from './platformArguments.ts';
import type { Device } from '../device/device.ts';
import { checkPortPath } from '../device/ports.ts';
import { udpHandlers } from './udpHandlers.ts';

/** What a file can be written as. */
export type FileFormat = ExportFormat | ReportFormat | 'plan';

/** What needs the desktop around us. */
export interface Desktop {
  /** Asks for a file name; undefined when the person cancelled. */
  chooseExportFile(suggestedName: string, format: FileFormat): Promise<string | undefined>;
  /** Asks for a plan file that is there; undefined when the person cancelled. */
  choosePlanFile(): Promise<string | undefined>;
  showJournalFolder(): Promise<void>;
  /** A self-contained page as PDF. @throws CodedError `INTERNAL`. */
  printPdf(html: string): Promise<Uint8Array>;
}

/** Writes a journal to a file in a format. */
export type ExportJournal = (options: {
  journal: string;
  file: string;
  format: ExportFormat;
  mask: boolean;
  /** Of the sentences in html. */
  language: Language;
}) => Promise<{ lines: number }>;

const MAX_PAGE = 2000;

function resourcePath(value: unknown): string {
  const path = text(value, 'path', 20);
  if (parsePath(path)?.resourceId === undefined)
    throw new CodedError('LWM2M_BAD_PATH', 'Not the path of a resource', path);
  return path;
}

/** The commands of the message table as the console needs them. */
export function commandHelp(): CommandHelp[] {
  const all: readonly CommandSpec[] = Object.values(commands);
  return all.map(({ name, form, params }) => ({
    name: `AT${name}`,
    form,
    params: Object.entries(params).map(([field, { optional, quoted }]) => ({ name: field, optional, quoted })),
  }));
}

/** Main's side of the contract for one device and the program around it. Every argument is checked: it may come from a window that was taken over. */
export function createHandlers(
  application: Application,
  device: Device,
  desktop: Desktop,
  exportJournal: ExportJournal,
): Handlers {
  const engine = () => device.session.engine;
  const handlers: Handlers = {
    getProgram: () => ({ ...application.state.snapshot(), steadyMs: application.clock.steadyMs() }),
    getSnapshot: () => ({
      ...device.state.snapshot(),
      lastSeq: device.log.lastSeq,
      steadyMs: application.clock.steadyMs(),
    }),
    readLog(range) {
      const { from, count } = record(range, ['from', 'count']);
      return device.log.read(whole(from, 'from', 0, Number.MAX_SAFE_INTEGER), whole(count, 'count', 0, MAX_PAGE));
    },
    refreshPorts: () => application.refreshPorts(),
    async openPort(options) {
      const { path, baudRate } = record(options, ['path', 'baudRate']);
      const [name, rate] = [
        text(path, 'path', 1000),
        whole(baudRate, 'baudRate', ranges.baudRate.min, ranges.baudRate.max),
      ];
      await checkPortPath(name, application.state.state.ports);
      const address = parseNetworkAddress(name);
      if (address) await application.hosts.require({ purpose: 'port', address: networkPath(address) });
      await device.openPort(name, rate);
    },
    closePort: () => device.closePort(),
    register: () => device.session.register(),
    async updateRegistration(options) {
      const { lifetimeSeconds, withObjects } = record(options, ['lifetimeSeconds', 'withObjects']);
      const update = {
        lifetimeSeconds: whole(lifetimeSeconds, 'lifetimeSeconds', 0, ranges.lifetimeSeconds.max),
        withObjects: truth(withObjects, 'withObjects'),
      };
      await engine().update(update);
    },
    deregister: () => device.session.deregister(),
    deleteSuite: () => device.session.deleteSuite(),
    deleteObject(options) {
      const { objectId } = record(options, ['objectId']);
      const id = whole(objectId, 'objectId', 0, 65535);
      return device.session.deleteObject(id);
    },
    setValue(change) {
      const { path, value } = record(change, ['path', 'value']);
      device.store.write(resourcePath(path), text(value, 'value'), { by: 'person' });
    },
    setGenerator(options) {
      const { path, spec } = record(options, ['path', 'spec']);
      device.generators.set(resourcePath(path), generatorSpecOf(spec));
    },
    clearGenerator(options) {
      const { path } = record(options, ['path']);
      device.generators.clear(resourcePath(path));
    },
    notify(message) {
      const { path, value, confirmed } = record(message, ['path', 'value', 'confirmed']);
      const notification = {
        path: resourcePath(path),
        value: text(value, 'value'),
        confirmed: truth(confirmed, 'confirmed'),
      };
      return engine().notify(notification);
    },
    holdRequests: (options) => device.facts.tell({ fact: 'holdKinds', kinds: holdKindsOf(options) }),
    answerRequest(given) {
      const answer = handAnswerOf(given);
      engine().answerRequest(answer);
    },
    async sendCommand(command) {
      const { line } = record(command, ['line']);
      const typed = text(line, 'line').trim();
      if (typed === '') throw new CodedError('BAD_ARGUMENT', 'The line is empty');
      await engine().sendLine(typed);
    },
    getCommandHelp: () => commandHelp(),
    async callPlatform(given) {
      const ask = platformAskOf(given);
      if (ask.mode === 'host') await application.confirmPlatform();
      return { id: device.platform.begin(ask).id };
    },
    getCurl: (ask) => device.platform.curl(platformAskOf(ask)),
    getRequestCurl(options) {
      const { id } = record(options, ['id']);
      return device.platform.curlOfRequest(text(id, 'id', 20));
    },
    setApiKey: (options) => device.platform.setKey(text(record(options, ['key'])['key'], 'key', 300)),
    clearApiKey: () => device.platform.clearKey(),
    ...udpHandlers(() => device.session.udp),
    ...acceptanceHandlers(application, device, desktop),
    async exportJournal(options) {
      const given = record(options, ['format', 'mask']);
      const format = word(given['format'], 'format', exportFormats);
      const mask = truth(given['mask'], 'mask');
      const journal = device.journal;
      if (!journal) throw new CodedError('FILE_NOT_FOUND', 'There is no journal yet: connect first');
      const full = journal.name.replace(/\.mipl\.ndjson$/, '');
      const name = mask ? namelessFileName(full) : full;
      const file = await desktop.chooseExportFile(`${name}${mask ? '-masked' : ''}.${format}`, format);
      if (file === undefined) return null;
      await journal.flush();
      const { settings, systemLanguage } = application.state.state;
      const language = languageOf(settings.language, systemLanguage);
      const { lines } = await exportJournal({ journal: journal.file, file, format, mask, language });
      return { file, lines };
    },
    showLogFolder: () => desktop.showJournalFolder(),
    changeSettings: (change) => application.changeSettings(change),
    async chooseDialect(choice) {
      const { dialect } = record(choice, ['dialect']);
      await device.chooseDialect(word(dialect, 'dialect', ['auto', 'cis', 'cmcc']));
    },
  };
  return refusedDuringRun(handlers, () => device.acceptance.isRunning);
}
