import { CodedError } from '../../shared/errors.ts';
import type { ReportFormat } from '../../shared/acceptance.ts';
import type { Handlers } from '../../shared/contract/contract.ts';
import type { CommandHelp, ExportFormat } from '../../shared/contract/log.ts';
import { languageOf } from '../../shared/settings.ts';
import type { Language } from '../../shared/settings.ts';
import { networkPath, parseNetworkAddress } from '../../shared/networkAddress.ts';
import type { CommandSpec } from '../at/codec.ts';
import { namelessFileName } from '../journal/fileNames.ts';
import { commands } from '../mipl/messages.ts';
import { acceptanceHandlers } from './acceptanceHandlers.ts';
import type { Application } from './application.ts';
import { checkedHandlers } from './checkedHandlers.ts';
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

/** The commands of the message table as the console needs them. */
export function commandHelp(): CommandHelp[] {
  const all: readonly CommandSpec[] = Object.values(commands);
  return all.map(({ name, form, params }) => ({
    name: `AT${name}`,
    form,
    params: Object.entries(params).map(([field, { optional, quoted }]) => ({ name: field, optional, quoted })),
  }));
}

/** Main's side of the contract for one device and the program around it; what comes over the bridge is checked by its rows before (checkedHandlers.ts). */
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
    readLog: ({ from, count }) => device.log.read(from, count),
    refreshPorts: () => application.refreshPorts(),
    findModules: () => application.search.start(),
    stopSearch: () => application.search.stop(),
    async openPort({ path, baudRate }) {
      await checkPortPath(path, application.state.state.ports);
      const address = parseNetworkAddress(path);
      if (address) await application.hosts.require({ purpose: 'port', address: networkPath(address) });
      await device.openPort(path, baudRate);
    },
    closePort: () => device.closePort(),
    register: () => device.session.register(),
    updateRegistration: async (update) => engine().update(update),
    deregister: () => device.session.deregister(),
    deleteSuite: () => device.session.deleteSuite(),
    deleteObject: ({ objectId }) => device.session.deleteObject(objectId),
    setValue: ({ path, value }) => device.store.write(path, value, { by: 'person' }),
    setGenerator: ({ path, spec }) => device.generators.set(path, spec),
    clearGenerator: ({ path }) => device.generators.clear(path),
    notify: (notification) => engine().notify(notification),
    holdRequests: ({ kinds }) => device.facts.tell({ fact: 'holdKinds', kinds: [...new Set(kinds)] }),
    answerRequest: (answer) => engine().answerRequest(answer),
    sendCommand: async ({ line }) => {
      await engine().sendLine(line);
    },
    getCommandHelp: () => commandHelp(),
    async callPlatform(ask) {
      if (ask.mode === 'host') await application.confirmPlatform();
      return { id: device.platform.begin(ask).id };
    },
    getCurl: (ask) => device.platform.curl(ask),
    getRequestCurl: ({ id }) => device.platform.curlOfRequest(id),
    setApiKey: ({ key }) => device.platform.setKey(key),
    clearApiKey: () => device.platform.clearKey(),
    ...udpHandlers(() => device.session.udp),
    ...acceptanceHandlers(application, device, desktop),
    async exportJournal({ format, mask }) {
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
    chooseDialect: ({ dialect }) => device.chooseDialect(dialect),
  };
  return checkedHandlers(handlers, () => device.acceptance.isRunning);
}
