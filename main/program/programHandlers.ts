import type { ProgramHandlers } from '../../shared/contract/contract.ts';
import type { CommandHelp } from '../../shared/contract/log.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { maxDevices } from '../../shared/programState.ts';
import type { CommandSpec } from '../at/codec.ts';
import { checkPortPath, listedName, portInfoOf } from '../device/ports.ts';
import { commands } from '../mipl/messages.ts';
import type { Application } from './application.ts';
import type { Desktop, ExportJournal } from './desktop.ts';
import { macroHandlers } from './macroHandlers.ts';
import { thisMachine } from './machine.ts';
import { modelHandlers } from './modelHandlers.ts';
import { sessionHandlers } from './sessionHandlers.ts';
import { stationHandlers } from './stationHandlers.ts';

/** The commands of the message table as the console needs them. */
export function commandHelp(): CommandHelp[] {
  const all: readonly CommandSpec[] = Object.values(commands);
  return all.map(({ name, form, params }) => ({
    name: `AT${name}`,
    form,
    params: Object.entries(params).map(([field, { optional, quoted }]) => ({ name: field, optional, quoted })),
  }));
}

/** What the window may ask of the program as a whole. */
export function programHandlers(
  application: Application,
  desktop: Desktop,
  exportJournal: ExportJournal,
): ProgramHandlers {
  return {
    getProgram: () => ({ ...application.state.snapshot(), steadyMs: application.clock.steadyMs() }),
    openDevice() {
      if (application.devices.length >= maxDevices) {
        throw new CodedError('BAD_ARGUMENT', `There are ${maxDevices} tabs already`, 'devices');
      }
      return { device: application.openDevice().id };
    },
    refreshPorts: () => application.refreshPorts(),
    async findModules({ typed }) {
      const { ports } = application.state.state;
      const port = typed === undefined ? undefined : portInfoOf(await listedName(typed, ports), ports);
      if (port === undefined) return application.search.start();
      // What is no port stands in the table with why, and the others are searched all the same.
      const wrong = await checkPortPath(port.path, ports).then(() => undefined, faultOf);
      // A server is connected to by a person, who confirms its address.
      if (port.kind === 'serial' || wrong) application.search.start(port, wrong);
      else application.search.start();
    },
    tryOtherRates: ({ path }) => application.search.tryOtherRates(path),
    stopSearch: () => application.search.stop(),
    getCommandHelp: () => commandHelp(),
    setApiKey: ({ key }) => application.platformKey.set(key),
    clearApiKey: () => application.platformKey.clear(),
    async getAbout() {
      const { diagnosticText } = await import('./diagnosticText.ts');
      const devices = application.devices.map(({ state }) => state.state);
      const facts = { machine: thisMachine(), program: application.state.state, devices, places: desktop.places };
      return { places: desktop.places, diagnosticText: diagnosticText(facts) };
    },
    showPlace: ({ place }) => desktop.showPlace(place),
    checkForUpdates: () => application.checkForUpdates(),
    beginBatch: (beginning) => application.batches.begin(beginning),
    endBatch: () => application.batches.end(),
    showBatchFolder: () => desktop.showFolder(application.batches.current.folder),
    async chooseJournalFolder() {
      const folder = await desktop.chooseFolder(application.journals.present);
      if (folder === undefined) return null;
      await application.useJournalFolder(folder);
      return { folder };
    },
    resetJournalFolder: () => application.useJournalFolder(undefined),
    changeSettings: (change) => application.changeSettings(change),
    ...modelHandlers(application, desktop),
    ...macroHandlers(application, desktop),
    ...sessionHandlers(application, desktop, exportJournal),
    ...stationHandlers(application, desktop),
  };
}
