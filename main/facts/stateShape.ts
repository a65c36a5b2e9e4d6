import type { AcceptanceCase, AcceptanceState, SignalSample } from '../../shared/acceptance.ts';
import type { ArmedAnswer } from '../../shared/armedAnswer.ts';
import type { AntennaState } from '../../shared/antenna.ts';
import type { Diagnosis } from '../../shared/diagnosis.ts';
import type { Fault } from '../../shared/errors.ts';
import type { GeneratorState } from '../../shared/generator.ts';
import type { LineSettings, ModemLines } from '../../shared/lineSettings.ts';
import type { MacroProgress } from '../../shared/macros.ts';
import type { NotificationAttributes } from '../../shared/lwm2m.ts';
import type { CarrierSelection, FrequencyLock, NetworkChangeState, PacketContext } from '../../shared/networkChange.ts';
import type { ModelState } from '../../shared/models.ts';
import type { PlatformCall, PlatformState } from '../../shared/platform.ts';
import { stageNames } from '../../shared/stageNames.ts';
import { requestKinds } from '../../shared/requestKinds.ts';
import { either, list, map, number, open, optional, text, truth, word } from '../../shared/schema.ts';
import type { ObjectSchema, Schema } from '../../shared/schema.ts';
import type {
  ConnectionState,
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
  ResourceState,
  SimulatorState,
  Stage,
} from '../../shared/state.ts';
import type { AnswerTimes } from '../../shared/answerTimes.ts';
import type { EchoState, UdpDatagram, UdpState } from '../../shared/udp.ts';
import type { SessionSettings } from './fact.ts';
/*
 * Looser than a schema of the contract, which is for what people ask: this was written by a program once, this one or a later
 * one. Text is of any length, and what is not known is let through.
 */
type OptionalKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];
type RequiredKeys<T> = Exclude<keyof T, OptionalKeys<T>>;

/** Every field of T by name, those that may be missing apart; a later version may have more. */
const fieldsOf = <T>(
  required: { readonly [K in RequiredKeys<T>]: Schema },
  missing: { readonly [K in OptionalKeys<T>]: Schema },
): ObjectSchema =>
  open({
    ...(required as Readonly<Record<string, Schema>>),
    ...Object.fromEntries(Object.entries<Schema>(missing).map(([name, schema]) => [name, optional(schema)])),
  });

const anyText = text(Infinity);
const anyNumber = number();
const nothing = word([null]);
/** Data that is only handed on and shown as JSON. */
const anyFields = open({});
const listOf = (of: Schema): Schema => list(of, Infinity);

const fault = fieldsOf<Fault>({ code: anyText, message: anyText }, { detail: anyText, holder: anyText });

const port = fieldsOf<PortInfo>(
  { path: anyText, kind: anyText },
  { manufacturer: anyText, usbId: anyText, serialNumber: anyText, denied: anyFields },
);
const line = fieldsOf<LineSettings>(
  { lineEnding: anyText, dataBits: anyNumber, parity: anyText, stopBits: anyNumber, dtr: truth, rts: truth },
  {},
);
const modemLines = fieldsOf<ModemLines>({ cts: truth, dsr: truth, dcd: truth }, { ri: truth });
const macroProgress = fieldsOf<MacroProgress>(
  {
    macro: open({ name: anyText, steps: list(anyFields, 1000) }),
    phase: anyText,
    step: anyNumber,
    startedMs: anyNumber,
  },
  { inner: anyNumber, round: anyNumber, finishedMs: anyNumber, fault },
);
const stage = fieldsOf<Stage>(
  { status: word(['waiting', 'running', 'done', 'failed', 'stale']) },
  { startedMs: anyNumber, finishedMs: anyNumber, fault },
);
const answerTimes = fieldsOf<AnswerTimes>(
  { count: anyNumber, lateCount: anyNumber },
  { lastMs: anyNumber, p50Ms: anyNumber, p95Ms: anyNumber, worstMs: anyNumber },
);
const timer = either(anyNumber, word(['off']));

/** What settings look like that hold in a session. */
export const settingsShape = fieldsOf<SessionSettings>(
  {
    lifetimeSeconds: anyNumber,
    openTimeoutSeconds: anyNumber,
    commandGapMs: anyNumber,
    answerDeadlineMs: anyNumber,
    registerOnConnect: truth,
    automaticNotifications: anyText,
    automaticUpdate: truth,
  },
  {},
);

/** What each part of a device's state looks like; of a keyed part, each of its entries. */
export const partShapes: { readonly [P in keyof DeviceState]: Schema } = {
  connection: fieldsOf<ConnectionState>(
    { phase: word(['closed', 'opening', 'probing', 'ready', 'lost', 'waiting']) },
    { port, baudRate: anyNumber, line, modemLines, sinceMs: anyNumber, fault, suggestion: anyText },
  ),
  stages: open(Object.fromEntries(stageNames.map((name) => [name, stage]))),
  module: fieldsOf<ModuleIdentity>(
    {},
    {
      manufacturer: anyText,
      model: anyText,
      firmware: anyText,
      imei: anyText,
      imsi: anyText,
      iccid: anyText,
      miplVersion: anyText,
    },
  ),
  network: fieldsOf<NetworkState>(
    {},
    {
      registration: anyNumber,
      tac: anyText,
      cellId: anyText,
      accessTechnology: anyNumber,
      activeTimeSeconds: timer,
      periodicTauSeconds: timer,
      timerBits: open({ activeTime: anyText, periodicTau: anyText }),
      powerSavingMode: anyNumber,
      edrx: open({ accessTechnology: anyNumber, bits: anyText }),
      rejectCause: anyNumber,
      radioConnected: truth,
      asleep: truth,
      rssiDbm: anyNumber,
      rsrpDbm: anyNumber,
      snrDb: anyNumber,
      coverageLevel: anyNumber,
      apn: anyText,
      lock: either(word(['none']), fieldsOf<FrequencyLock>({ earfcn: anyNumber, wasFound: truth }, { pci: anyText })),
      carrierSelection: fieldsOf<CarrierSelection>({ mode: anyNumber }, { carrier: anyText }),
      context: fieldsOf<PacketContext>({ contextId: anyNumber, type: anyText, apn: anyText }, {}),
    },
  ),
  dialect: fieldsOf<DialectState>({ name: anyText, source: anyText }, { evidence: anyText }),
  diagnosis: either(
    nothing,
    fieldsOf<Diagnosis>(
      { verdict: anyText, causes: listOf(anyFields), ruledOut: listOf(anyFields) },
      { stage: anyText, solved: fieldsOf({ atMs: anyNumber, by: listOf(anyFields) }, {}) },
    ),
  ),
  networkChange: fieldsOf<NetworkChangeState>(
    {},
    { running: anyText, last: anyFields, fault, carriers: listOf(anyFields) },
  ),
  signalSamples: fieldsOf<SignalSample>(
    { atMs: anyNumber },
    { rssiDbm: anyNumber, rsrpDbm: anyNumber, snrDb: anyNumber },
  ),
  macro: either(word([null]), macroProgress),
  antenna: fieldsOf<AntennaState>({ positions: anyFields, isInReport: truth }, { measuring: anyText }),
  registration: fieldsOf<RegistrationState>(
    { phase: anyText },
    {
      ref: anyNumber,
      lifetimeSeconds: anyNumber,
      registeredMs: anyNumber,
      expiresMs: anyNumber,
      lastEvent: anyNumber,
      fault,
    },
  ),
  model: fieldsOf<ModelState>({ id: anyText, name: anyText, digest: anyText }, {}),
  objects: listOf(fieldsOf<ObjectView>({ objectId: anyNumber, name: anyFields, instances: listOf(anyFields) }, {})),
  resources: fieldsOf<ResourceState>(
    { value: anyText, changedMs: anyNumber, standing: anyText, standingMs: anyNumber },
    { executed: anyNumber },
  ),
  attributes: fieldsOf<NotificationAttributes>(
    {},
    { pmin: anyNumber, pmax: anyNumber, gt: anyNumber, lt: anyNumber, st: anyNumber },
  ),
  generators: fieldsOf<GeneratorState>({ spec: anyFields, startedMs: anyNumber }, { rows: anyNumber, isOver: truth }),
  observations: listOf(fieldsOf<ObservationState>({ path: anyText, msgId: anyNumber, sinceMs: anyNumber }, {})),
  requests: fieldsOf<PlatformRequest>(
    {
      id: anyText,
      kind: word(requestKinds),
      msgId: anyNumber,
      path: anyText,
      arrivedMs: anyNumber,
      status: anyText,
      acknowledgedLines: anyNumber,
      totalLines: anyNumber,
      late: truth,
      repeats: anyNumber,
    },
    {
      seq: anyNumber,
      deliberate: anyFields,
      smallestMs: anyNumber,
      result: anyNumber,
      firstByteMs: anyNumber,
      usedMs: anyNumber,
      payload: anyText,
      value: anyText,
      fault,
    },
  ),
  outbox: fieldsOf<OutgoingNotification>(
    { id: anyText, path: anyText, value: anyText, msgId: anyNumber, sentMs: anyNumber, status: anyText },
    { ackId: anyNumber, automatic: truth, fault },
  ),
  holdKinds: listOf(word(requestKinds)),
  armedAnswers: listOf(
    fieldsOf<ArmedAnswer>(
      { id: anyText, kind: word(requestKinds), path: anyText, times: anyNumber, used: anyNumber, answer: anyFields },
      {},
    ),
  ),
  answerTimes,
  udp: fieldsOf<UdpState>(
    {
      sockets: listOf(anyFields),
      reportMode: anyNumber,
      echo: fieldsOf<EchoState>(
        { phase: anyText, figures: anyFields },
        { options: anyFields, startedMs: anyNumber, finishedMs: anyNumber, fault },
      ),
    },
    {},
  ),
  datagrams: fieldsOf<UdpDatagram>(
    {
      id: anyText,
      direction: anyText,
      socket: anyNumber,
      length: anyNumber,
      hex: anyText,
      atMs: anyNumber,
      status: anyText,
    },
    {
      address: anyText,
      port: anyNumber,
      text: anyText,
      flag: anyText,
      sequence: anyNumber,
      problem: anyText,
      pieces: anyNumber,
      echo: anyNumber,
      fault,
    },
  ),
  journal: either(
    nothing,
    fieldsOf<JournalState>(
      { file: anyText, name: anyText, startedMs: anyNumber, bytes: anyNumber, lines: anyNumber },
      { fault, missingBytes: anyNumber, left: listOf(anyText) },
    ),
  ),
  simulator: either(
    nothing,
    fieldsOf<SimulatorState>({ http: anyText, coap: anyText, echo: anyText, imei: anyText, imsi: anyText }, {}),
  ),
  platform: fieldsOf<PlatformState>(
    { hasKey: truth, isKeyKept: truth, deviceIds: map(anyText, anyText, Infinity) },
    {},
  ),
  platformCalls: fieldsOf<PlatformCall>(
    {
      id: anyText,
      mode: anyText,
      operation: anyFields,
      method: anyText,
      url: anyText,
      curl: anyText,
      startedMs: anyNumber,
      status: anyText,
      requestIds: listOf(anyText),
    },
    {
      requestBody: anyText,
      durationMs: anyNumber,
      httpStatus: anyNumber,
      errno: anyNumber,
      body: anyText,
      cutFromBytes: anyNumber,
      fault,
    },
  ),
  acceptance: fieldsOf<AcceptanceState>(
    {
      phase: anyText,
      plan: anyText,
      isArranged: truth,
      canUndo: truth,
      details: anyFields,
      canResume: truth,
      signal: listOf(anyFields),
      answerTimes,
      answersMs: listOf(anyNumber),
    },
    { port: anyText, startedMs: anyNumber, finishedMs: anyNumber, lostAt: anyNumber, prompt: anyFields },
  ),
  acceptanceCases: fieldsOf<AcceptanceCase>(
    {
      key: anyNumber,
      position: anyNumber,
      info: anyFields,
      isSelected: truth,
      note: anyText,
      expectedMs: anyNumber,
      status: anyText,
    },
    { startedMs: anyNumber, result: anyFields },
  ),
};
