import { basename } from 'node:path';
import type { DeviceHandlers } from '../../shared/contract/contract.ts';
import { CodedError } from '../../shared/errors.ts';
import { networkPath, parseNetworkAddress } from '../../shared/networkAddress.ts';
import { languageOf } from '../../shared/settings.ts';
import type { Device } from '../device/device.ts';
import { examinePowerSaving } from '../device/examine.ts';
import { checkPortPath } from '../device/ports.ts';
import { namelessFileName } from '../journal/fileNames.ts';
import { acceptanceHandlers } from './acceptanceHandlers.ts';
import type { Application } from './application.ts';
import type { Desktop, ExportJournal } from './desktop.ts';
import { LiveLines } from './liveLines.ts';
import { deviceModelHandlers } from './modelHandlers.ts';
import { udpHandlers } from './udpHandlers.ts';
import { setValue } from './setValue.ts';

/** What the window may ask of one device. */
export function deviceHandlers(
  application: Application,
  device: Device,
  desktop: Desktop,
  exportJournal: ExportJournal,
): DeviceHandlers {
  const engine = () => device.session.engine;
  const lines = new LiveLines(device);
  return {
    async closeDevice({ evenWhileTesting }) {
      if (!evenWhileTesting) device.acceptance.refuseWhileRunning();
      const closing = application.closeDevice(device.id);
      // A window without a tab could do nothing at all.
      if (application.devices.length === 0) application.openDevice();
      await closing;
    },
    getSnapshot: () => ({
      ...device.state.snapshot(),
      lastSeq: device.log.lastSeq,
      steadyMs: application.clock.steadyMs(),
    }),
    markJournal: ({ note, seq }) => device.mark(note.trim(), seq),
    readLineBytes: async ({ seq }) => (await lines.bytesOf(seq)) ?? null,
    readLog: ({ from, count }) => device.log.read(from, count),
    async openPort({ path, baudRate }) {
      await checkPortPath(path, application.state.state.ports);
      const address = parseNetworkAddress(path);
      if (address) await application.hosts.require({ purpose: 'port', address: networkPath(address) });
      await device.openPort(path, baudRate);
    },
    changeLine: (change) => device.changeLine(change),
    closePort: () => device.closePort(),
    diagnose: () => device.standstill.want(),
    endDiagnosis: () => device.standstill.unwant(),
    changeNetwork: (change) => device.network.change(change),
    askPowerSaving: () => examinePowerSaving(engine()),
    measureSignal: () => device.session.measureSignal(),
    measurePosition: ({ letter, name }) => device.antenna.measure(letter, name),
    namePosition: ({ letter, name }) => device.antenna.rename(letter, name),
    reportAntenna: ({ isInReport }) => device.antenna.report(isInReport),
    runMacro: ({ macro }) => device.macros.start(macro),
    stopMacro: () => device.macros.stop(),
    scanCarriers: () => device.network.scan(),
    register: () => device.session.suite.register(),
    updateRegistration: async (update) => engine().update(update),
    deregister: () => device.session.suite.deregister(),
    deleteSuite: () => device.session.suite.deleteSuite(),
    deleteObject: ({ objectId }) => device.session.suite.deleteObject(objectId),
    ...deviceModelHandlers(application, device),
    setValue: (change) => setValue(change, device.store, application.catalogue),
    setGenerator: ({ path, spec }) => device.generators.set(path, spec),
    clearGenerator: ({ path }) => device.generators.clear(path),
    readHistory: ({ path }) => device.history.of(path),
    async exportHistory({ path }) {
      const file = await desktop.chooseExportFile(`value${path.replaceAll('/', '-')}.csv`, 'csv');
      if (file === undefined) return null;
      const [{ historyCsv }, { writeWhole }] = await Promise.all([
        import('../device/valueHistory.ts'),
        import('../files/writeWhole.ts'),
      ]);
      await writeWhole(file, historyCsv(path, device.history.of(path)));
      return { file };
    },
    notify: (notification) => engine().notify(notification),
    holdRequests: ({ kinds }) => device.facts.tell({ fact: 'holdKinds', kinds: [...new Set(kinds)] }),
    armAnswer: (order) => ({ id: device.armed.arm(order) }),
    disarmAnswer: ({ id }) => device.armed.disarm(id),
    answerRequest: (answer) => engine().answerRequest(answer),
    sendCommand: async ({ line }) => {
      await engine().sendLine(line);
    },
    async callPlatform(ask) {
      if (ask.mode === 'host') await application.confirmPlatform();
      return { id: device.platform.begin(ask).id };
    },
    getCurl: (ask) => device.platform.curl(ask),
    getRequestCurl: ({ id }) => device.platform.curlOfRequest(id),
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
      const options = { journal: journal.file, file, format, mask, language };
      const { lines } = await application.fileWorks.run('export', basename(file), (signal, onProgress) =>
        exportJournal({ ...options, signal, onProgress }),
      );
      return { file, lines };
    },
    chooseDialect: ({ dialect }) => device.chooseDialect(dialect),
  };
}
