import type { AcceptanceCase, AcceptanceState, SignalSample } from '../../shared/acceptance.ts';
import type { ArmedAnswer } from '../../shared/armedAnswer.ts';
import type { AntennaState } from '../../shared/antenna.ts';
import type { Diagnosis } from '../../shared/diagnosis.ts';
import type { Fault } from '../../shared/errors.ts';
import type { GeneratorState } from '../../shared/generator.ts';
import type { LineSettings } from '../../shared/lineSettings.ts';
import type { AttributeChanges, ResourceValue, ValueWriter } from '../../shared/lwm2m.ts';
import type { MacroProgress } from '../../shared/macros.ts';
import type { NetworkChangeState } from '../../shared/networkChange.ts';
import type { ModelState } from '../../shared/models.ts';
import type { PlatformCall, PlatformState } from '../../shared/platform.ts';
import type { Settings } from '../../shared/settings.ts';
import type {
  DeviceState,
  DialectState,
  JournalState,
  ModuleIdentity,
  NetworkState,
  ObjectView,
  ObservationState,
  OutgoingNotification,
  PlatformRequest,
  PortInfo,
  RegistrationState,
  SimulatorState,
  SteadyTimeMs,
  ValueStanding,
} from '../../shared/state.ts';
import type { KeyedPart } from '../../shared/statePatch.ts';
import type { StageName } from '../../shared/stageNames.ts';
import type { RequestKind } from '../../shared/requestKinds.ts';
import type { AnswerTimes } from '../../shared/answerTimes.ts';
import type { UdpDatagram, UdpState } from '../../shared/udp.ts';
import type { Change } from './change.ts';
import type { ConnectionInput } from './connection.ts';
import type { EchoChange } from './echoChange.ts';

/** When it happened, on the steady clock. */
interface Timed {
  readonly atMs: SteadyTimeMs;
}

/** A thing of which there are many, new or come further. */
interface Entry<T> {
  readonly id: string;
  /** From nothing, where the id is not known. */
  readonly change: Change<T>;
}

type WholePart = Exclude<keyof DeviceState, KeyedPart>;

/** Settings that say how the tool behaves in a session. Hosts, ports and other modules are none of them: those tell of people. */
export const sessionSettings = [
  'lifetimeSeconds',
  'openTimeoutSeconds',
  'commandGapMs',
  'answerDeadlineMs',
  'registerOnConnect',
  'automaticNotifications',
  'automaticUpdate',
] as const;
export type SessionSettings = Pick<Settings, (typeof sessionSettings)[number]>;

/** Everything that can happen to a module and its session, by name. Plain data that JSON keeps as it is. */
interface Facts {
  /** How the tool is to behave from now on. No part of a device's state: settings are the program's. */
  readonly settings: { readonly settings: SessionSettings };
  /** A person, not the engine, ordered the command that has just left. The bytes do not tell. */
  readonly byHand: object;
  /** A person opens a port: what was known of another module no longer counts. */
  readonly opening: Timed & { readonly port: PortInfo; readonly baudRate: number; readonly line?: LineSettings };
  readonly connection: Timed & { readonly input: Exclude<ConnectionInput, { readonly type: 'open' }> };
  readonly simulator: { readonly simulator: SimulatorState | null };
  readonly stage: Timed & { readonly name: StageName; readonly change: StageChange };
  /** What was reached from this stage on no longer holds. */
  readonly stale: { readonly from: StageName };
  /** What the module has told of itself, beside what is known. */
  readonly identity: { readonly identity: ModuleIdentity };
  /** What the network or the radio has told, beside what is known. */
  readonly network: { readonly network: NetworkState };
  /** null: it goes on, or nobody wants it to. */
  readonly diagnosis: { readonly diagnosis: Diagnosis | null };
  /** A person changes how the module joins its network. */
  readonly networkChange: { readonly networkChange: NetworkChangeState };
  /** The signal was measured. */
  readonly signal: { readonly id: string; readonly sample: SignalSample };
  /** Places of the antenna are compared. */
  readonly antenna: { readonly antenna: AntennaState };
  /** A macro begins, is further, or ends. */
  readonly macro: { readonly macro: MacroProgress | null };
  readonly dialect: { readonly dialect: DialectState };
  readonly registration: Timed & { readonly registration: RegistrationState };
  /** A person has deleted the suite. */
  readonly suiteDeleted: object;
  /** Paths that are observed no more, then those that are now, also in place of what was observed there. */
  readonly observations: { readonly ended: readonly string[]; readonly begun: readonly ObservationState[] };
  /** The platform has set or unset attributes of a path. */
  readonly attributes: { readonly path: string; readonly changes: AttributeChanges };
  readonly request: Entry<PlatformRequest>;
  readonly notification: Entry<OutgoingNotification>;
  readonly answerTimes: { readonly change: Change<AnswerTimes> };
  /** Kinds of requests that wait for a person from now on. */
  readonly holdKinds: { readonly kinds: readonly RequestKind[] };
  /** Answers that are set for requests to come, from now on. */
  readonly armedAnswers: { readonly answers: readonly ArmedAnswer[] };
  /** The device is made of other objects from now on, with these values by path: nothing told of those before holds. */
  readonly deviceModel: Timed & {
    readonly model: ModelState;
    readonly objects: readonly ObjectView[];
    readonly values: Readonly<Record<string, ResourceValue>>;
  };
  readonly value: Timed & { readonly path: string; readonly value: ResourceValue; readonly by: ValueWriter };
  readonly executed: Timed & { readonly path: string; readonly count: number };
  readonly standing: Timed & { readonly path: string; readonly standing: ValueStanding };
  /** null: the value is driven no more. */
  readonly generator: { readonly path: string; readonly generator: GeneratorState | null };
  readonly udp: { readonly change: Change<Omit<UdpState, 'echo'>>; readonly echo?: EchoChange };
  readonly datagram: Entry<UdpDatagram>;
  readonly platform: { readonly change: Change<PlatformState> };
  readonly platformCall: Entry<PlatformCall>;
  readonly acceptance: { readonly change: Change<AcceptanceState> };
  /** null: the case is no longer in the plan. */
  readonly acceptanceCase: { readonly id: string; readonly change: Change<AcceptanceCase> | null };
  readonly journal: { readonly change: Change<JournalState> };
  /** Nothing told before counts any more; the parts as they are follow. So a journal begins, and goes on after a hole. */
  readonly anew: object;
  /** A part of the state as it is. */
  readonly part: { readonly [P in WholePart]: { readonly part: P; readonly value: DeviceState[P] } }[WholePart];
  /** An entry of a part as it is. */
  readonly entry: {
    readonly [P in KeyedPart]: { readonly part: P; readonly key: string; readonly value: DeviceState[P][string] };
  }[KeyedPart];
}

export type FactName = keyof Facts;

/** Something that happened, as data: the state is what all of them together come to (`fold.ts`). */
export type Fact = { readonly [N in FactName]: { readonly fact: N } & Facts[N] }[FactName];

/** One kind of fact. */
export type FactOf<N extends FactName> = Extract<Fact, { readonly fact: N }>;

/** A stage begins, ends well, or fails. */
export type StageChange = 'running' | 'done' | { readonly fault: Fault };
