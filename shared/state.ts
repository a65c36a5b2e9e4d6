import { initialAcceptance } from './acceptance.ts';
import type { AcceptanceCase, AcceptanceState, SignalSample } from './acceptance.ts';
import type { ArmedAnswer } from './armedAnswer.ts';
import { initialAntenna } from './antenna.ts';
import type { AntennaState } from './antenna.ts';
import type { AnswerTimes } from './answerTimes.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Fault } from './errors.ts';
import type { GeneratorState } from './generator.ts';
import type { LineSettings, ModemLines } from './lineSettings.ts';
import type { MacroProgress } from './macros.ts';
import type { NetworkChangeState, NetworkSetup } from './networkChange.ts';
import { initialUdp } from './udp.ts';
import type { UdpDatagram, UdpState } from './udp.ts';
import type { BilingualName, NotificationAttributes, Operations, ResourceType, ResourceValue } from './lwm2m.ts';
import type { ModelState } from './models.ts';
import type { PlatformCall, PlatformState } from './platform.ts';
import type { NetworkScheme } from './networkAddress.ts';
import type { RequestKind } from './requestKinds.ts';
import type { DialectName } from './settings.ts';
import type { StageName } from './stageNames.ts';

/**
 * Milliseconds since 1970 on the steady clock of main (main/time/clock.ts): never jumps, so that differences are true spans,
 * whatever somebody does to the clock of the machine.
 */
export type SteadyTimeMs = number;

/** A port one can choose: a serial device, or the built-in virtual module (`sim:<profile>`). */
export interface PortInfo {
  /** Device path, `tcp://host:port` (also `telnet://`, `rfc2217://`), or `sim:<profile>`. */
  readonly path: string;
  readonly kind: 'serial' | NetworkScheme | 'virtual';
  readonly manufacturer?: string;
  /** `VID:PID` in lower-case hex. */
  readonly usbId?: string;
  readonly serialNumber?: string;
  /** Set when the user may not open it: what the system says and the group that owns it. */
  readonly denied?: { readonly group: string };
}

/** Life of the link: see main/facts/connection.ts. */
export type ConnectionPhase = 'closed' | 'opening' | 'probing' | 'ready' | 'lost' | 'waiting';

/** The link to the module. */
export interface ConnectionState {
  readonly phase: ConnectionPhase;
  readonly port?: PortInfo;
  readonly baudRate?: number;
  /** How the line is set beside that. */
  readonly line?: LineSettings;
  /** Lines that the far end drives, while the port tells them. */
  readonly modemLines?: ModemLines;
  readonly sinceMs?: SteadyTimeMs;
  readonly fault?: Fault;
  /** The address that is right for what the far end speaks, where the open one is not. */
  readonly suggestion?: string;
}

/** One chip of the path strip. `facts` are plain values; the words around them are the renderer's. */
export interface Stage {
  readonly status: 'waiting' | 'running' | 'done' | 'failed' | 'stale';
  readonly startedMs?: SteadyTimeMs;
  readonly finishedMs?: SteadyTimeMs;
  /** Why it failed. */
  readonly fault?: Fault;
}

/** Who the module says it is. Empty until it was asked. */
export interface ModuleIdentity {
  readonly manufacturer?: string;
  readonly model?: string;
  readonly firmware?: string;
  readonly imei?: string;
  readonly imsi?: string;
  readonly iccid?: string;
  /** Answer of AT+MIPLVER?. */
  readonly miplVersion?: string;
}

/** Network registration and signal, TS 27.007 +CEREG, +CSQ, +CSCON. */
export interface NetworkState extends NetworkSetup {
  /** `<stat>` of +CEREG: 1 home, 2 searching, 3 denied, 5 roaming. */
  readonly registration?: number;
  readonly tac?: string;
  readonly cellId?: string;
  /** `<AcT>`: 7 LTE, 9 NB-IoT. */
  readonly accessTechnology?: number;
  /** How long the module can be reached after it has spoken (T3324, +CEREG with n=4 or 5); `off`: it is not in use. */
  readonly activeTimeSeconds?: number | 'off';
  /** How often it says that it is there (T3412 extended); `off` as above. */
  readonly periodicTauSeconds?: number | 'off';
  /** The bits that the two were told in. */
  readonly timerBits?: { readonly activeTime: string; readonly periodicTau: string };
  /** `<mode>` of +CPSMS: 1 asks the network for power saving. */
  readonly powerSavingMode?: number;
  /** Extended idle mode as the module was told to ask for it (+CEDRXS): access technology and four bits. */
  readonly edrx?: { readonly accessTechnology: number; readonly bits: string };
  /** Why the network has turned the module away last, `<reject_cause>` of +CEREG with n=3 or 5. */
  readonly rejectCause?: number;
  /** 1 while a radio connection is up (+CSCON). */
  readonly radioConnected?: boolean;
  /** The module has said that it sleeps (+NPSMR): it hears the platform only when it wakes. */
  readonly asleep?: boolean;
  /** From +CSQ; undefined when the module answers 99. */
  readonly rssiDbm?: number;
  readonly rsrpDbm?: number;
  readonly snrDb?: number;
  readonly coverageLevel?: number;
  readonly apn?: string;
}

/** Which reading of the MIPL commands the firmware follows, and how we know. */
export interface DialectState {
  readonly name: DialectName;
  readonly source: 'default' | 'detected' | 'override';
  /** The line it was judged by. */
  readonly evidence?: string;
}

/** Session with the platform. */
export type RegistrationPhase =
  | 'idle'
  | 'creating'
  | 'addingObjects'
  | 'opening'
  | 'bootstrapping'
  | 'connecting'
  | 'registered'
  | 'updating'
  | 'closing'
  | 'deregistered'
  | 'failed';

export interface RegistrationState {
  readonly phase: RegistrationPhase;
  readonly ref?: number;
  readonly lifetimeSeconds?: number;
  readonly registeredMs?: SteadyTimeMs;
  readonly expiresMs?: SteadyTimeMs;
  /** Number of the last +MIPLEVENT. */
  readonly lastEvent?: number;
  readonly fault?: Fault;
}

/** An object of the device model with its definition, as the tree shows it. */
export interface ObjectView {
  readonly objectId: number;
  readonly name: BilingualName;
  readonly instances: readonly InstanceView[];
}
export interface InstanceView {
  readonly instanceId: number;
  readonly resources: readonly ResourceView[];
}
export interface ResourceView {
  readonly resourceId: number;
  readonly path: string;
  readonly name: BilingualName;
  readonly operations: Operations;
  readonly type: ResourceType;
  readonly unit?: string;
}

/** How far a value has travelled: the tree never shows a hoped-for value as delivered. */
export type ValueStanding =
  'local' | 'readByPlatform' | 'writtenByPlatform' | 'notified' | 'acknowledged' | 'notifyFailed';

export interface ResourceState {
  readonly value: ResourceValue;
  readonly changedMs: SteadyTimeMs;
  readonly standing: ValueStanding;
  readonly standingMs: SteadyTimeMs;
  /** Count of executions, for executables. */
  readonly executed?: number;
}

/** The platform wants to hear of everything at or below `path`; `msgId` goes into each notification. */
export interface ObservationState {
  readonly path: string;
  readonly msgId: number;
  readonly sinceMs: SteadyTimeMs;
}

/** An answer that a person gave on purpose: it must never pass for the behaviour of module or tool. */
export interface Deliberate {
  readonly kind: 'value' | 'error' | 'late' | 'never';
  /** When a late answer leaves. */
  readonly dueMs?: SteadyTimeMs;
  /** A read was told other values than the store holds. */
  readonly otherValues?: true;
  /** It was set before the request came. */
  readonly isArmed?: true;
}

/** One platform request, by msgid. `usedMs` is measured on the monotonic clock. */
export interface PlatformRequest {
  /** Unique in the session: a msgid may come again after it wrapped around. */
  readonly id: string;
  /** Log entry of the line that it began with; absent while no log was kept. */
  readonly seq?: number;
  readonly kind: RequestKind;
  readonly msgId: number;
  readonly path: string;
  readonly arrivedMs: SteadyTimeMs;
  /** `held` waits for a person; `dropped` will never be answered. */
  readonly status: 'assembling' | 'held' | 'answering' | 'answered' | 'refused' | 'failed' | 'shown' | 'dropped';
  /** A person answered, or chose not to. */
  readonly deliberate?: Deliberate;
  /** The least time an answer of several lines takes at this baud rate and pace. */
  readonly smallestMs?: number;
  /** Result number we answered with: 1 or 2 for success, 11–19 see codes.ts. */
  readonly result?: number;
  /** Lines of the answer whose OK was seen, and how many there are. */
  readonly acknowledgedLines: number;
  readonly totalLines: number;
  /** From the request's newline to the first byte of the answer handed to the port. */
  readonly firstByteMs?: number;
  /** From the request's newline to the OK of the last answer line. */
  readonly usedMs?: number;
  readonly late: boolean;
  /** How often the same msgid arrived again. */
  readonly repeats: number;
  /** Value written, arguments, attributes: as the line said. */
  readonly payload?: string;
  /** What an answered read told or a write set: the value, or of several each behind its place below `path`. */
  readonly value?: string;
  readonly fault?: Fault;
}

/** One notification of ours. OK means accepted; event 26 means acknowledged. */
export interface OutgoingNotification {
  readonly id: string;
  readonly path: string;
  readonly value: ResourceValue;
  readonly msgId: number;
  readonly ackId?: number;
  readonly sentMs: SteadyTimeMs;
  /** Sent by the tool itself because of the platform's attributes. */
  readonly automatic?: true;
  readonly status: 'sent' | 'accepted' | 'acknowledged' | 'failed';
  readonly fault?: Fault;
}

/** The file that holds every byte of the session. */
export interface JournalState {
  readonly file: string;
  readonly name: string;
  readonly startedMs: SteadyTimeMs;
  readonly bytes: number;
  readonly lines: number;
  /** While the file takes nothing; what comes meanwhile is kept in memory as far as there is room. */
  readonly fault?: Fault;
  /** Bytes that found no room there and are lost. */
  readonly missingBytes?: number;
  /** Files that were removed or moved while it was written, the first one first; it went on in `file`. */
  readonly left?: readonly string[];
}

/** Where the built-in simulated platform of a virtual module can be reached. */
export interface SimulatorState {
  readonly http: string;
  readonly coap: string;
  /** `127.0.0.1:port` of a UDP server that answers as the document's test server does. */
  readonly echo: string;
  readonly imei: string;
  readonly imsi: string;
}

/** All the screen may know of one device. Owned and changed by main/facts/stateHolder.ts alone. */
export interface DeviceState {
  readonly connection: ConnectionState;
  readonly stages: Readonly<Record<StageName, Stage>>;
  readonly module: ModuleIdentity;
  readonly network: NetworkState;
  readonly dialect: DialectState;
  /** Why it stands still; null while it does not. */
  readonly diagnosis: Diagnosis | null;
  readonly networkChange: NetworkChangeState;
  /** What was measured of the signal, by numbers that grow; the last 600. */
  readonly signalSamples: Readonly<Record<string, SignalSample>>;
  /** Places of the antenna that were compared. */
  readonly antenna: AntennaState;
  /** The macro that runs, or ran last; null before the first. */
  readonly macro: MacroProgress | null;
  readonly registration: RegistrationState;
  readonly model: ModelState;
  readonly objects: readonly ObjectView[];
  /** By path `/3303/0/5700`. */
  readonly resources: Readonly<Record<string, ResourceState>>;
  /** By path; written by Write-Attributes. */
  readonly attributes: Readonly<Record<string, NotificationAttributes>>;
  /** By path; values that are driven instead of measured. */
  readonly generators: Readonly<Record<string, GeneratorState>>;
  readonly observations: readonly ObservationState[];
  /** By {@link PlatformRequest.id}; the last 200. */
  readonly requests: Readonly<Record<string, PlatformRequest>>;
  /** By {@link OutgoingNotification.id}; the last 200. */
  readonly outbox: Readonly<Record<string, OutgoingNotification>>;
  /** Kinds of requests that wait for a person instead of being answered at once. */
  readonly holdKinds: readonly RequestKind[];
  /** Answers that were set beforehand, in the order they were. */
  readonly armedAnswers: readonly ArmedAnswer[];
  readonly answerTimes: AnswerTimes;
  readonly udp: UdpState;
  /** By {@link UdpDatagram.id}; the last 200. */
  readonly datagrams: Readonly<Record<string, UdpDatagram>>;
  readonly journal: JournalState | null;
  readonly simulator: SimulatorState | null;
  readonly platform: PlatformState;
  /** By {@link PlatformCall.id}; the last 100. */
  readonly platformCalls: Readonly<Record<string, PlatformCall>>;
  readonly acceptance: AcceptanceState;
  /** By {@link AcceptanceCase.key}. */
  readonly acceptanceCases: Readonly<Record<string, AcceptanceCase>>;
}

const waiting: Stage = { status: 'waiting' };

/** The state of a device before anything happened. */
export function initialDeviceState(): DeviceState {
  return {
    connection: { phase: 'closed' },
    stages: { port: waiting, module: waiting, sim: waiting, network: waiting, objects: waiting, onenet: waiting },
    module: {},
    network: {},
    dialect: { name: 'cis', source: 'default' },
    diagnosis: null,
    networkChange: {},
    signalSamples: {},
    antenna: initialAntenna,
    macro: null,
    registration: { phase: 'idle' },
    model: { id: '', name: '', digest: '' },
    objects: [],
    resources: {},
    attributes: {},
    generators: {},
    observations: [],
    requests: {},
    outbox: {},
    holdKinds: [],
    armedAnswers: [],
    answerTimes: { count: 0, lateCount: 0 },
    udp: initialUdp,
    datagrams: {},
    journal: null,
    simulator: null,
    platform: { hasKey: false, isKeyKept: false, deviceIds: {} },
    platformCalls: {},
    acceptance: initialAcceptance,
    acceptanceCases: {},
  };
}
