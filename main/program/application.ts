import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { remark, remarkText } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import { initialState } from '../../shared/state.ts';
import type { DialectState, PortInfo, ResourceState } from '../../shared/state.ts';
import type { Language, Settings } from '../../shared/settings.ts';
import { ownJournalDirectory } from '../files/ownDirectory.ts';
import { openJournal } from '../journal/journalWriter.ts';
import type { JournalWriter } from '../journal/journalWriter.ts';
import { GeneratorRunner } from '../lwm2m/generatorRunner.ts';
import { ObjectStore } from '../lwm2m/objectStore.ts';
import type { DeviceModel } from '../lwm2m/deviceModel.ts';
import { systemClock } from '../time/clock.ts';
import type { SystemClock } from '../time/clock.ts';
import { watchPorts } from '../transport/portList.ts';
import { AcceptanceDesk } from './acceptanceDesk.ts';
import { StateHolder } from '../facts/stateHolder.ts';
import { everyHost } from '../transport/hostGuard.ts';
import type { HostGuard } from '../transport/hostGuard.ts';
import { LogBook } from '../log/logBook.ts';
import type { LogInput } from '../log/logBook.ts';
import { PlatformDesk } from '../platform/platformDesk.ts';
import { availablePorts, portInfoOf } from '../device/ports.ts';
import { memorySecrets } from '../platform/secrets.ts';
import type { SecretStore } from '../platform/secrets.ts';
import { Session } from '../device/session.ts';
import { repairTornJournals } from './tornJournals.ts';
import type { SessionParts } from '../device/session.ts';
import { checkSettings, loadSettings, saveSettings } from './settings.ts';

/** What the application is started with. */
export interface ApplicationOptions {
  readonly version: string;
  readonly systemLanguage: Language;
  readonly model: DeviceModel;
  readonly journalDirectory: string;
  /** Absent: settings are not kept. */
  readonly settingsFile?: string;
  readonly settings?: Partial<Settings>;
  /** Where keys are kept; absent: in memory. */
  readonly secrets?: SecretStore;
  /** Which hosts may be reached; absent: every one. */
  readonly hosts?: HostGuard;
  /** Looks for ports coming and going. */
  readonly portPollMs?: number;
  readonly clock?: SystemClock;
  readonly session?: Pick<
    SessionParts,
    | 'dialect'
    | 'openLink'
    | 'reopenMs'
    | 'againMs'
    | 'answerTimeoutMs'
    | 'signalPollMs'
    | 'closeEventMs'
    | 'networkTimeoutMs'
  >;
}

const RECENT_PORTS = 8;

/** The application without Electron: state, log, object store and at most one session. */
export class Application {
  readonly state: StateHolder;
  readonly log = new LogBook();
  readonly store: ObjectStore;
  readonly generators: GeneratorRunner;
  /** The platform's side: calls of its HTTP API. */
  readonly platform: PlatformDesk;
  /** Which hosts may be reached. */
  readonly hosts: HostGuard;
  /** The acceptance run of the window. */
  readonly acceptance: AcceptanceDesk;
  /** Spans and times of everything here; told when the machine sleeps. */
  readonly clock: SystemClock;
  readonly #options: ApplicationOptions;
  #session: Session | undefined;
  /** Settles when every session before the present one has let go of its port. */
  #closing: Promise<unknown> = Promise.resolve();
  /** Settles when the settings file is whole. */
  #saving: Promise<unknown> = Promise.resolve();
  #stopWatching: (() => void) | undefined;
  #journal: JournalWriter | undefined;
  /** What stands in the settings of a person while something else holds. */
  #overridden: Partial<Settings> = {};

  private constructor(options: ApplicationOptions, settings: Settings) {
    this.#options = options;
    this.clock = options.clock ?? systemClock;
    this.hosts = options.hosts ?? everyHost;
    this.store = new ObjectStore(options.model);
    const initial = initialState(options.version, options.systemLanguage);
    this.state = new StateHolder({
      ...initial,
      settings,
      objects: this.store.view(),
      resources: this.#initialResources(),
    });
    this.platform = new PlatformDesk({
      state: this.state,
      store: this.store,
      secrets: options.secrets ?? memorySecrets(),
      log: this.log,
      clock: this.clock,
      hosts: this.hosts,
    });
    this.acceptance = new AcceptanceDesk(this);
    this.generators = new GeneratorRunner(
      this.store,
      (path, generator) => this.state.change({ generators: { [path]: generator } }),
      this.clock,
    );
    this.store.onChange((path, value, by) => this.#onValue(path, value, by));
    this.store.onExecute((path, _args, count) => this.#onExecuted(path, count));
  }

  /** Loads the settings and starts to look for ports. */
  static async start(options: ApplicationOptions): Promise<Application> {
    const loaded = options.settingsFile ? await loadSettings(options.settingsFile) : undefined;
    const base = loaded?.settings ?? initialState('', 'en').settings;
    const application = new Application(options, { ...base, ...options.settings });
    if (loaded?.fault) application.#report(loaded.fault);
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

  /** The open session. @throws CodedError `PORT_NOT_OPEN`. */
  get session(): Session {
    if (!this.#session) throw new CodedError('PORT_NOT_OPEN', 'No port is open');
    return this.#session;
  }

  /** Has the platform in the settings confirmed, if it is not. @throws CodedError `HOST_NOT_CONFIRMED`. */
  async confirmPlatform(): Promise<void> {
    const address = this.state.state.settings.platformHost;
    await this.hosts.require({ purpose: 'platform', address });
  }

  /** The journal of the last session that was opened. */
  get journal(): JournalWriter | undefined {
    return this.#journal;
  }

  /** Opens a port; one that is open is closed first. @throws CodedError `PORT_…`, `BAD_ARGUMENT`, `FILE_NOT_WRITTEN`. */
  async openPort(path: string, baudRate: number): Promise<void> {
    // Asked twice at once, the later one wins.
    do await this.closePort();
    while (this.#session);
    const port = portInfoOf(path, this.state.state.ports);
    const session = new Session(
      {
        state: this.state,
        store: this.store,
        log: this.log,
        beginJournal: (opened, rate) => this.#beginJournal(opened, rate),
        clock: this.clock,
        ...this.#options.session,
      },
      port,
      baudRate,
    );
    this.#session = session;
    try {
      await session.open();
    } catch (error) {
      if (this.#session === session) this.#session = undefined;
      throw error;
    }
    await this.#rememberPort(path, baudRate);
  }

  /** The port is open, whether or not this can be written down. */
  async #rememberPort(path: string, baudRate: number): Promise<void> {
    const { recentPorts } = this.state.state.settings;
    const recent = [{ path, baudRate }, ...recentPorts.filter((known) => known.path !== path)].slice(0, RECENT_PORTS);
    await this.changeSettings({ recentPorts: recent }).catch((error: unknown) => this.#report(faultOf(error)));
  }

  /** Closes the port; nothing happens when none is open. */
  async closePort(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    const abandoned = this.acceptance.abandon();
    if (session) this.#closing = Promise.all([this.#closing, session.close(), abandoned]);
    await this.#closing;
  }

  /** Looks for ports now. */
  async refreshPorts(): Promise<void> {
    this.state.change({ ports: await availablePorts() });
  }

  /** Takes over settings at once and writes them. @throws CodedError `BAD_ARGUMENT`, `FILE_NOT_WRITTEN`. */
  async changeSettings(change: unknown): Promise<void> {
    this.state.change({ settings: { ...this.state.state.settings, ...this.#withoutOverridden(change) } });
    this.#session?.applySettings();
    this.platform.tellKey();
    const { settingsFile } = this.#options;
    if (settingsFile === undefined) return;
    // One after the other: they share a temporary file, and the last one must win.
    const saving = this.#saving.then(() =>
      saveSettings(settingsFile, { ...this.state.state.settings, ...this.#overridden }),
    );
    this.#saving = saving.catch(() => undefined);
    await saving;
  }

  /** Settings that hold until the returned function is called; they are not written, and a person's changes come after. */
  overrideSettings(change: Partial<Settings>): () => void {
    const { settings } = this.state.state;
    const names = Object.keys(change) as (keyof Settings)[];
    this.#overridden = Object.fromEntries(names.map((name) => [name, settings[name]]));
    this.state.change({ settings: { ...settings, ...change } });
    return () => {
      this.state.change({ settings: { ...this.state.state.settings, ...this.#overridden } });
      this.#overridden = {};
    };
  }

  #withoutOverridden(change: unknown): Partial<Settings> {
    const checked = Object.entries(checkSettings(change, 'BAD_ARGUMENT'));
    const isLater = ([name]: readonly [string, unknown]): boolean => name in this.#overridden;
    this.#overridden = { ...this.#overridden, ...Object.fromEntries(checked.filter(isLater)) };
    return Object.fromEntries(checked.filter((entry) => !isLater(entry)));
  }

  /** A remark of the program, for log and journal. */
  note(told: Remark): void {
    this.#journal?.note(remarkText(told));
    this.log.add(this.#note(told));
  }

  /** The machine goes to sleep: bytes of the meantime are lost, and the journal says so. */
  suspend(): void {
    this.clock.suspend();
    this.#session?.suspend();
  }

  /** The machine woke up: the port is opened anew, since drivers pretend that nothing happened. */
  resume(): void {
    this.clock.resume();
    this.#session?.resume();
  }

  /**
   * Sets how the connected module's firmware reads the commands, and keeps it for that IMEI; `auto` forgets it.
   * @throws CodedError `PORT_NOT_OPEN`, `FILE_NOT_WRITTEN`.
   */
  async chooseDialect(choice: DialectState['name'] | 'auto'): Promise<void> {
    const { session } = this;
    const { module, settings } = this.state.state;
    const { [module.imei ?? '']: _before, ...others } = settings.dialects;
    const isKept = choice !== 'auto' && module.imei !== undefined;
    await this.changeSettings({ dialects: isKept ? { ...others, [module.imei ?? '']: choice } : others });
    session.chooseDialect(choice);
  }

  /** Closes everything; to be called before the program ends. */
  async close(): Promise<void> {
    this.#stopWatching?.();
    this.generators.stop();
    this.platform.close();
    await this.closePort();
    await this.#saving;
    this.state.flush();
    this.log.flush();
  }

  async #beginJournal(port: PortInfo, baudRate: number): Promise<JournalWriter> {
    this.#journal = await openJournal(
      this.#options.journalDirectory,
      { appVersion: this.#options.version, port: port.path, baudRate },
      {
        onFault: (fault) => (fault ? this.#report(fault) : this.log.add(this.#note(remark('journalBack', {})))),
        onMove: (told) => this.log.add({ ...this.#note(told), problem: true }),
        elsewhere: () => ownJournalDirectory(),
      },
    );
    return this.#journal;
  }

  /** The last session may have ended with the power. */
  async #mendJournals(): Promise<void> {
    for (const { file, removedBytes } of await repairTornJournals(this.#options.journalDirectory)) {
      this.note(remark('journalTorn', { file, bytes: removedBytes }));
    }
  }

  #report(fault: Fault): void {
    this.log.add({ ...this.#note(remark('fault', { code: fault.code, reason: fault.message })), problem: true });
  }

  #note(told: Remark): LogInput {
    return { atMs: this.clock.steadyMs(), kind: 'note', text: remarkText(told), remark: told };
  }

  #initialResources(): Readonly<Record<string, ResourceState>> {
    const now = this.clock.steadyMs();
    const paths = this.store
      .view()
      .flatMap((object) => object.instances.flatMap((instance) => instance.resources.map((resource) => resource.path)));
    return Object.fromEntries(
      paths.map((path) => [
        path,
        { value: this.store.valueOf(path) ?? '', changedMs: now, standing: 'local' as const, standingMs: now },
      ]),
    );
  }

  #onValue(path: string, value: string, by: 'person' | 'platform'): void {
    const now = this.clock.steadyMs();
    const before = this.state.state.resources[path];
    const standing = by === 'platform' ? 'writtenByPlatform' : 'local';
    this.state.change({ resources: { [path]: { ...before, value, changedMs: now, standing, standingMs: now } } });
  }

  #onExecuted(path: string, executed: number): void {
    const before = this.state.state.resources[path];
    if (before) this.state.change({ resources: { [path]: { ...before, executed, changedMs: this.clock.steadyMs() } } });
  }
}

/** The text of anything thrown, for a last message. */
export function textOf(error: unknown): string {
  const { code, message } = faultOf(error);
  return `${code} ${message}`;
}
