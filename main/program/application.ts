import { join } from 'node:path';
import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { initialProgramState } from '../../shared/programState.ts';
import type { DeviceId } from '../../shared/programState.ts';
import { remark } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import { defaultSettings } from '../../shared/settings.ts';
import type { Language, Settings } from '../../shared/settings.ts';
import type { StationSettings } from '../../shared/stations.ts';
import type { UpdateCheck } from '../../shared/updates.ts';
import type { Device } from '../device/device.ts';
import type { ProgramParts, SessionOptions } from '../device/programParts.ts';
import { availablePorts, openPortLink } from '../device/ports.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import { PlatformKey } from '../platform/platformKey.ts';
import { memorySecrets } from '../platform/secrets.ts';
import type { SecretStore } from '../platform/secrets.ts';
import { systemClock } from '../time/clock.ts';
import type { SystemClock } from '../time/clock.ts';
import { everyHost } from '../transport/hostGuard.ts';
import type { HostGuard } from '../transport/hostGuard.ts';
import { watchPorts } from '../transport/portList.ts';
import { FileWorks } from './fileWorks.ts';
import { FreeSpace, freeBytesOf } from './freeSpace.ts';
import type { FreeBytes } from './freeSpace.ts';
import { JournalFolders } from './journalFolders.ts';
import { MacroBook } from './macroBook.ts';
import { ModelShelf } from './modelShelf.ts';
import { ModuleSearch } from './moduleSearch.ts';
import type { KeptSessions, KeptSessionsListener } from './keptSessions.ts';
import { ObjectCatalogue } from './objectCatalogue.ts';
import { OpenDevices } from './openDevices.ts';
import { PortClaims } from './portClaims.ts';
import { ProgramHolder } from './programHolder.ts';
import { QueueAccess } from './queueAccess.ts';
import type { QueueAtHand } from './queueAtHand.ts';
import { SiteBatches } from './siteBatches.ts';
import { loadSettings, saveSettings } from './settings.ts';
import { repairTornJournals } from './tornJournals.ts';

/** What the application is started with. */
export interface ApplicationOptions {
  readonly version: string;
  readonly systemLanguage: Language;
  readonly model: DeviceModel;
  /** Where journals are written as long as a person has chosen no other folder. */
  readonly journalDirectory: string;
  /** That folder was named for this start: what was chosen before does not count. */
  readonly isJournalDirectoryNamed?: boolean;
  /** Where the choice of a folder for journals is kept; absent: it is not. */
  readonly journalFoldersFile?: string;
  /** The room that is left for journals is watched. */
  readonly watchesFreeSpace?: boolean;
  /** Absent: as the system tells it. */
  readonly freeBytes?: FreeBytes;
  /** Where the list of device models is kept; absent: nowhere. */
  readonly modelsFile?: string;
  /** Where imported objects are kept; absent: in memory. */
  readonly catalogueFile?: string;
  /** Where the journals of the command line are; absent: nowhere. */
  readonly commandLineJournals?: string;
  /** Absent: settings are not kept. */
  readonly settingsFile?: string;
  /** Where the batch of a site is kept; absent: it is not. */
  readonly batchFile?: string;
  /** Where results of this station wait; absent: beside the journals. */
  readonly stationDirectory?: string;
  /** Where reports go that no person is asked about; absent: beside the journals. */
  readonly reportDirectory?: string;
  readonly settings?: Partial<Settings>;
  /** Absent: macros are not kept. */
  readonly macrosFile?: string;
  /** What was wrong before there was a program to tell it. */
  readonly startFaults?: readonly Fault[];
  /** Where the number of the newest list of releases is remembered; absent: such lists are not asked for. */
  readonly seenReleases?: string;
  /** Keys that may have signed such a list; absent: those of the product. */
  readonly releaseKeys?: readonly string[];
  /** Where keys are kept; absent: in memory. */
  readonly secrets?: SecretStore;
  /** Which hosts may be reached; absent: every one. */
  readonly hosts?: HostGuard;
  /** Looks for ports coming and going. */
  readonly portPollMs?: number;
  readonly clock?: SystemClock;
  readonly session?: SessionOptions;
}

/** The program without Electron: any number of devices, and what they share: settings, keys, ports, hosts, the clock. */
export class Application {
  readonly state: ProgramHolder;
  /** Which hosts may be reached. */
  readonly hosts: HostGuard;
  /** Of the platform in the settings. */
  readonly platformKey: PlatformKey;
  /** Spans and times of everything here; told when the machine sleeps. */
  readonly clock: SystemClock;
  /** What devices can be made of. */
  readonly models: ModelShelf;
  /** What models can be made of. */
  readonly catalogue: ObjectCatalogue;
  /** Macros of the person's own. */
  readonly macros: MacroBook;
  /** For a module, at every serial port. */
  readonly search: ModuleSearch;
  readonly fileWorks: FileWorks;
  /** Where journals are. */
  readonly journals: JournalFolders;
  /** The room that is left there. */
  readonly freeSpace: FreeSpace;
  /** Devices tested one after the other at one site. */
  readonly batches: SiteBatches;
  /** Who asks at the queue of the settings. */
  readonly queueAccess: QueueAccess;
  readonly #options: ApplicationOptions;
  readonly #devices: OpenDevices;
  readonly #claims = new PortClaims({
    isLeft: (name) => this.#isLeft(name),
    endSearch: (name) => this.search.letGo(name),
  });
  /** Settles when the settings file is whole. */
  #saving: Promise<unknown> = Promise.resolve();
  #stopWatching: (() => void) | undefined;
  /** Loaded when first asked for. */
  #sessions: Promise<KeptSessions> | undefined;
  #queue: QueueAtHand | undefined;
  #sessionListener: KeptSessionsListener | undefined;

  private constructor(options: ApplicationOptions, settings: Settings, models: ModelShelf) {
    this.#options = options;
    this.models = models;
    this.clock = options.clock ?? systemClock;
    this.hosts = options.hosts ?? everyHost;
    this.state = new ProgramHolder({ ...initialProgramState(options.version, options.systemLanguage), settings });
    this.journals = new JournalFolders({
      usual: options.journalDirectory,
      ...defined({ file: options.journalFoldersFile, isNamed: options.isJournalDirectoryNamed }),
    });
    this.freeSpace = new FreeSpace({
      folder: () => this.journals.present,
      freeBytes: options.freeBytes ?? freeBytesOf,
      onLow: (lowBytes) => this.#tellJournals(lowBytes),
    });
    this.fileWorks = new FileWorks((changes) => this.state.change(changes));
    this.search = new ModuleSearch({
      state: this.state,
      openLink: options.session?.openLink ?? openPortLink,
      isTaken: (name) => this.#claims.has(name),
      isLeft: (name) => this.#isLeft(name),
      clock: this.clock,
    });
    this.catalogue = new ObjectCatalogue({
      ...defined({ file: options.catalogueFile }),
      onState: (catalogue) => this.state.change({ catalogue }),
      wallMs: () => this.clock.wallMs(),
    });
    this.macros = new MacroBook(this.state, options.macrosFile);
    this.batches = new SiteBatches({
      state: this.state,
      file: options.batchFile,
      reportDirectory: options.reportDirectory ?? join(options.journalDirectory, 'reports'),
      wallMs: () => this.clock.wallMs(),
    });
    const secrets = options.secrets ?? memorySecrets();
    this.queueAccess = new QueueAccess(secrets, () => this.state.state.settings.station.address);
    this.tellQueueAccess();
    this.platformKey = new PlatformKey({
      secrets,
      host: () => this.state.state.settings.platformHost,
    });
    const { journals } = this;
    const parts: ProgramParts = {
      version: options.version,
      model: () => this.models.used,
      get journalDirectory() {
        return journals.present;
      },
      clock: this.clock,
      hosts: this.hosts,
      platformKey: this.platformKey,
      session: options.session ?? {},
      settings: () => this.state.state.settings,
      changeSettings: (change) => this.changeSettings(change),
      ports: () => this.state.state.ports,
      claimPort: (path, by) => this.#claims.claim(path, by),
    };
    this.#devices = new OpenDevices(parts, this.state);
  }

  /** Loads the settings and starts to look for ports. There is no device yet. */
  static async start(options: ApplicationOptions): Promise<Application> {
    const loaded = options.settingsFile ? await loadSettings(options.settingsFile, options.version) : undefined;
    const faults: Fault[] = [...(options.startFaults ?? []), ...(loaded?.fault ? [loaded.fault] : [])];
    const models = await ModelShelf.open(options.model, options.modelsFile, (error) => faults.push(faultOf(error)));
    const settings = { ...(loaded?.settings ?? defaultSettings), ...options.settings };
    const application = new Application(options, settings, models);
    const macroFault = await application.macros.load();
    if (macroFault) faults.push(macroFault);
    const journalsFault = await application.journals.load();
    if (journalsFault) faults.push(journalsFault);
    application.#tellJournals(undefined);
    if (options.watchesFreeSpace) application.freeSpace.start();
    const batchFault = await application.batches.load();
    if (batchFault) faults.push(batchFault);
    for (const fault of faults) application.#devices.tell((device) => device.report(fault));
    application.state.change({ ports: await availablePorts() });
    void application.#mendJournals();
    if (options.portPollMs !== undefined) {
      application.#stopWatching = watchPorts(
        options.portPollMs,
        (ports) => application.state.change({ ports }),
        availablePorts,
      );
    }
    return application;
  }

  /** In the order they were opened. */
  get devices(): readonly Device[] {
    return this.#devices.all;
  }

  /** The device of that name. @throws CodedError `DEVICE_GONE`. */
  device(id: DeviceId): Device {
    return this.#devices.named(id);
  }

  /** Another device, with no port yet. */
  openDevice(): Device {
    return this.#devices.open();
  }

  /** Closes a device with its port; a run that is under way ends. @throws CodedError `DEVICE_GONE`. */
  closeDevice(id: DeviceId): Promise<void> {
    return this.#devices.close(id);
  }

  /** Hears of every device, of those that are there at once; the returned function ends it. */
  onDevice(listener: (device: Device) => void): () => void {
    return this.#devices.onDevice(listener);
  }

  /** Has the platform in the settings confirmed, if it is not. @throws CodedError `HOST_NOT_CONFIRMED`. */
  async confirmPlatform(): Promise<void> {
    const address = this.state.state.settings.platformHost;
    await this.hosts.require({ purpose: 'platform', address });
  }

  /**
   * Asks once for the list of releases, where the settings allow it. @throws CodedError `UPDATE_OFF`, `HOST_NOT_CONFIRMED`,
   * and what {@link import('../updates/checkForUpdates.ts').checkForUpdates} says.
   */
  async checkForUpdates(): Promise<UpdateCheck> {
    const { isAllowed, address } = this.state.state.settings.updates;
    const { version, seenReleases, releaseKeys } = this.#options;
    if (!isAllowed || seenReleases === undefined)
      throw new CodedError('UPDATE_OFF', 'The settings do not allow to ask for releases');
    await this.hosts.require({ purpose: 'updates', address });
    const { checkForUpdates } = await import('../updates/checkForUpdates.ts');
    const question = { address, running: version, seenFile: seenReleases, nowMs: this.clock.wallMs() };
    return checkForUpdates({ ...question, ...defined({ keys: releaseKeys }) });
  }

  /** Journals are written there from the next one on; undefined: in the usual folder. @throws CodedError `FILE_NOT_WRITTEN`. */
  async useJournalFolder(folder: string | undefined): Promise<void> {
    try {
      await (folder === undefined ? this.journals.reset() : this.journals.choose(folder));
    } finally {
      // A choice that cannot be kept counts all the same, until the program ends.
      this.#tellJournals(undefined);
      await this.freeSpace.lookAnew();
    }
  }

  /** Sessions that were kept. */
  sessions(): Promise<KeptSessions> {
    return (this.#sessions ??= this.#openSessions());
  }

  /** Who hears of kept sessions as they are read; the last one counts. */
  onSessions(listener: KeptSessionsListener): void {
    this.#sessionListener = listener;
  }

  /** Where the station of this window keeps things, and whether a tab has a port, by its {@link onePortName}. */
  get stationPlaces(): {
    readonly directory: string;
    readonly journalDirectory: () => string;
    readonly isTaken: (name: string) => boolean;
    readonly searched: (name: string) => Promise<void>;
  } {
    const { stationDirectory, journalDirectory } = this.#options;
    return {
      directory: stationDirectory ?? join(journalDirectory, 'station'),
      journalDirectory: () => this.journals.present,
      isTaken: (name) => this.#claims.has(name),
      searched: (name) => this.search.leaves(name),
    };
  }

  /** The queue of many stations was asked for: from now on it ends with the program, and its station has ports. */
  useQueue(queue: QueueAtHand): void {
    this.#queue = queue;
  }

  /** Credentials, or the address they are for, may be others. */
  tellQueueAccess(): void {
    this.state.change({ stations: { ...this.state.state.stations, ...this.queueAccess.kept } });
  }

  /** Looks for ports now. */
  async refreshPorts(): Promise<void> {
    this.state.change({ ports: await availablePorts() });
  }

  /** Takes over settings at once and writes them. @throws CodedError `FILE_NOT_WRITTEN`. */
  async changeSettings(change: Partial<Settings>): Promise<void> {
    const before = this.state.state.settings.station;
    this.state.change({ settings: { ...this.state.state.settings, ...change } });
    for (const device of this.devices) device.applySettings();
    this.platformKey.tell();
    if (change.station) await this.#changeStation(before, change.station);
    const { settingsFile } = this.#options;
    if (settingsFile === undefined) return;
    // One after the other: they share a temporary file, and the last one must win.
    const saving = this.#saving.then(() =>
      saveSettings(settingsFile, this.state.state.settings, this.#options.version),
    );
    this.#saving = saving.catch(() => undefined);
    await saving;
  }

  /** A remark of the program, for log and journal of every device. */
  note(told: Remark): void {
    this.#devices.tell((device) => device.note(told));
  }

  /** The machine goes to sleep. */
  suspend(): void {
    this.clock.suspend();
    for (const device of this.devices) device.suspend();
  }

  /** The machine woke up. */
  resume(): void {
    this.clock.resume();
    for (const device of this.devices) device.resume();
  }

  /** Closes everything; to be called before the program ends. */
  async close(): Promise<void> {
    this.#stopWatching?.();
    this.freeSpace.stop();
    this.search.stop();
    this.fileWorks.end();
    this.catalogue.stop();
    await Promise.all([this.search.ended, this.#devices.closeAll()]);
    await this.#queue?.end();
    await (await this.#sessions)?.end();
    await this.#saving;
    await this.macros.saved;
    await this.journals.saved;
    this.state.flush();
  }

  /** The last session may have ended with the power. */
  async #mendJournals(): Promise<void> {
    for (const folder of this.journals.all)
      for (const { file, removedBytes } of await repairTornJournals(folder))
        this.note(remark('journalTorn', { file, bytes: removedBytes }));
  }

  /** What leads to another server, or believes another, ends the connection that there is. */
  async #changeStation(before: StationSettings, now: StationSettings): Promise<void> {
    this.tellQueueAccess();
    const isSame = before.address === now.address && before.authorityFile === now.authorityFile;
    if (!isSame) await this.#queue?.disconnect();
  }

  /** The station of this window has let go of a port, or never had it. */
  async #isLeft(name: string): Promise<boolean> {
    return this.#queue?.letGo(name) ?? true;
  }

  async #openSessions(): Promise<KeptSessions> {
    const { KeptSessions } = await import('./keptSessions.ts');
    const sessions = new KeptSessions({
      folders: () => this.journals.all,
      present: () => this.journals.present,
      freeBytes: this.#options.freeBytes ?? freeBytesOf,
      ...defined({ commandLineJournals: this.#options.commandLineJournals }),
      liveFiles: () =>
        this.devices.flatMap(({ journal, summary }) => (journal && summary.phase !== 'closed' ? [journal.file] : [])),
      wallMs: () => this.clock.wallMs(),
    });
    if (this.#sessionListener) sessions.listen(this.#sessionListener);
    return sessions;
  }

  #tellJournals(lowBytes: number | undefined): void {
    const { present: folder, isChosen } = this.journals;
    this.state.change({ journals: { folder, isChosen, ...defined({ lowBytes }) } });
  }
}
