import type { AcceptanceDetails, AcceptancePlatform, ReportFormat, ReportLanguage } from './acceptance.ts';
import type { Fault } from './errors.ts';
import type { GeneratorSpec } from './generator.ts';
import type { LogEntry } from './log.ts';
import type { PlatformAsk } from './platform.ts';
import type { ProgramPatch, ProgramSnapshot } from './programState.ts';
import type { HandAnswer, Patch, RequestKind, Snapshot } from './state.ts';
import type { Settings } from './settings.ts';
import type { EchoOptions, PayloadFormat, UdpFlag, UdpReport, UdpReportMode } from './udp.ts';

/** A command of the message table, for completion and help in the console. */
export interface CommandHelp {
  /** `AT+MIPLOPEN`. */
  readonly name: string;
  readonly form: 'execute' | 'read' | 'write' | 'test';
  readonly params: readonly { readonly name: string; readonly optional: boolean; readonly quoted: boolean }[];
}

/** What a journal can be written out as. */
export const exportFormats = ['txt', 'csv', 'ndjson', 'html'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Everything the screen may ask of main. Verbs; each becomes `window.api.<name>`. */
export interface Requests {
  /** The program's part of the state. */
  getProgram(): ProgramSnapshot;
  getSnapshot(): Snapshot;
  /** Entries `from … from + count - 1` by sequence number, at most 2000; older ones come from the journal file. */
  readLog(range: { from: number; count: number }): LogEntry[];
  refreshPorts(): void;
  openPort(options: { path: string; baudRate: number }): void;
  closePort(): void;
  /** Opens the session with the platform again after it was closed or failed. */
  register(): void;
  updateRegistration(options: { lifetimeSeconds: number; withObjects: boolean }): void;
  deregister(): void;
  /** Deletes the communication suite with all objects and the session. */
  deleteSuite(): void;
  /** Takes an object out of the suite; a session is closed and opened again, so that the platform notices. */
  deleteObject(options: { objectId: number }): void;
  setValue(change: { path: string; value: string }): void;
  /** Drives a value from now on instead of a sensor, also while no port is open. */
  setGenerator(options: { path: string; spec: GeneratorSpec }): void;
  clearGenerator(options: { path: string }): void;
  /** Sends +MIPLNOTIFY; answers when the module accepted it. Delivery shows in the outbox. */
  notify(message: { path: string; value: string; confirmed: boolean }): { id: string };
  /** From now on requests of these kinds wait for a person; those that wait already go on waiting. */
  holdRequests(options: { kinds: readonly RequestKind[] }): void;
  /** Answers a request on hold. Refused when it is on hold no more, or the answer does not fit. */
  answerRequest(answer: HandAnswer): void;
  /** A line typed at the console. Answers when the module has; an error result is a fault. */
  sendCommand(command: { line: string }): void;
  getCommandHelp(): CommandHelp[];
  /** Calls the platform; answers with the call's id when it was sent. Its answer shows in `platformCalls`. */
  callPlatform(ask: PlatformAsk): { id: string };
  /** The same call as a command line, with a placeholder for the key. */
  getCurl(ask: PlatformAsk): string;
  /** The call that would make a request of the platform arrive again, as a command line without the key. */
  getRequestCurl(options: { id: string }): string;
  /** Keeps the key of the host in the settings. There is no way to read it back. */
  setApiKey(options: { key: string }): void;
  clearApiKey(): void;
  /** Creates a UDP socket in the module; port 0: any. */
  openUdpSocket(options: { port: number; report: UdpReport }): { socket: number };
  closeUdpSocket(options: { socket: number }): void;
  /** Answers when the module took the datagram; what became of it shows in `datagrams`. */
  sendUdp(datagram: {
    socket: number;
    address: string;
    port: number;
    format: PayloadFormat;
    payload: string;
    flag?: UdpFlag;
    sequence?: number;
  }): { id: string };
  /** Reads what waits in a socket; for those that do not tell of it. */
  readUdp(options: { socket: number }): void;
  /** How the module tells of arrivals, for all sockets. */
  setUdpReportMode(options: { mode: UdpReportMode }): void;
  /** Starts an echo test; how it goes shows in `udp.echo`. */
  startEcho(options: EchoOptions): void;
  stopEcho(): void;
  /** Asks for a file name and writes the journal there; null when the person cancelled. */
  exportJournal(options: { format: ExportFormat; mask: boolean }): { file: string; lines: number } | null;
  showLogFolder(): void;
  /** Begins a run of the selected cases on the open port; how it goes shows in `acceptance`. */
  startAcceptance(options: { platform: AcceptancePlatform; hasBootstrap: boolean }): void;
  stopAcceptance(): void;
  /** Goes on with the cases that have no verdict yet. */
  resumeAcceptance(): void;
  /** Runs one case again; its verdict takes the place of the one before. */
  retryCase(options: { key: number }): void;
  /** Which cases the next run has, by key. */
  selectCases(options: { keys: readonly number[] }): void;
  /** The cases of the next run in their order, by key; a key that stands again is a case to be repeated. */
  arrangeCases(options: { keys: readonly number[] }): void;
  /** Takes back the last change of the plan. */
  undoPlan(): void;
  /** The document's criteria in the document's order, each once. */
  restorePlan(): void;
  /** Asks for a plan file and takes it; null when the person cancelled. */
  loadPlan(): { plan: string; cases: number } | null;
  /** Asks for a file name and writes the plan there as it stands; null when the person cancelled. */
  savePlan(): { file: string } | null;
  setAcceptanceDetails(details: AcceptanceDetails): void;
  setCaseNote(options: { key: number; note: string }): void;
  /** Asks for a file name and writes the report of the last run there; null when the person cancelled. */
  exportReport(options: { format: ReportFormat; language: ReportLanguage; mask: boolean }): { file: string } | null;
  changeSettings(change: Partial<Settings>): void;
  /** How the connected module's firmware reads the commands; kept for its IMEI. `auto` leaves it to detection. */
  chooseDialect(choice: { dialect: 'auto' | 'cis' | 'cmcc' }): void;
}

/** Everything main tells the screen unasked. Nouns. */
export interface Events {
  program: ProgramPatch;
  patch: Patch;
  log: LogEntry[];
}

/** Errors cross as data, since Electron strips an Error to its text. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Fault };

type RequestName = keyof Requests;
type ArgumentOf<N extends RequestName> = Parameters<Requests[N]>;
type ValueOf<N extends RequestName> = ReturnType<Requests[N]>;

/** Main's side: one function per request; arguments arrive unchecked. */
export type Handlers = {
  readonly [N in RequestName]: (...args: ArgumentOf<N>) => ValueOf<N> | Promise<ValueOf<N>>;
};

/** The renderer's side, as the preload builds it. */
export type Api = {
  readonly [N in RequestName]: (...args: ArgumentOf<N>) => Promise<Result<ValueOf<N>>>;
} & {
  /** Subscribes; the returned function ends it. */
  readonly on: <E extends keyof Events>(event: E, listener: (payload: Events[E]) => void) => () => void;
};

/** The allow-list, checked by the compiler: forget a name and this does not compile. */
export const requestNames = Object.keys({
  getProgram: 0,
  getSnapshot: 0,
  readLog: 0,
  refreshPorts: 0,
  openPort: 0,
  closePort: 0,
  register: 0,
  updateRegistration: 0,
  deregister: 0,
  deleteSuite: 0,
  deleteObject: 0,
  setValue: 0,
  setGenerator: 0,
  clearGenerator: 0,
  notify: 0,
  holdRequests: 0,
  answerRequest: 0,
  sendCommand: 0,
  getCommandHelp: 0,
  callPlatform: 0,
  getCurl: 0,
  getRequestCurl: 0,
  setApiKey: 0,
  clearApiKey: 0,
  openUdpSocket: 0,
  closeUdpSocket: 0,
  sendUdp: 0,
  readUdp: 0,
  setUdpReportMode: 0,
  startEcho: 0,
  stopEcho: 0,
  exportJournal: 0,
  showLogFolder: 0,
  startAcceptance: 0,
  stopAcceptance: 0,
  resumeAcceptance: 0,
  retryCase: 0,
  selectCases: 0,
  arrangeCases: 0,
  undoPlan: 0,
  restorePlan: 0,
  loadPlan: 0,
  savePlan: 0,
  setAcceptanceDetails: 0,
  setCaseNote: 0,
  exportReport: 0,
  changeSettings: 0,
  chooseDialect: 0,
} satisfies Record<RequestName, 0>) as readonly RequestName[];

/** Names of all events, checked the same way. */
export const eventNames = Object.keys({ program: 0, patch: 0, log: 0 } satisfies Record<
  keyof Events,
  0
>) as readonly (keyof Events)[];

/** The channel a request or an event travels on. */
export const channelOf = (name: RequestName | keyof Events): string => `mipl:${name}`;
