import type { AcceptanceCase, AcceptanceState } from '../../shared/acceptance.ts';
import type { Diagnosis } from '../../shared/diagnosis.ts';
import type { Fault } from '../../shared/errors.ts';
import type { GeneratorState } from '../../shared/generator.ts';
import type { NotificationAttributes } from '../../shared/lwm2m.ts';
import type { PlatformCall, PlatformState } from '../../shared/platform.ts';
import { stageNames } from '../../shared/stageNames.ts';
import { requestKinds } from '../../shared/requestKinds.ts';
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
import { either, entriesOf, fieldsOf, isFields, isFlag, isNumber, isText, listOf, oneOf } from './shape.ts';
import type { Check } from './shape.ts';

const fault = fieldsOf<Fault>({ code: isText, message: isText }, { detail: isText, holder: isText });
const nothing: Check = (value) => value === null;

const port = fieldsOf<PortInfo>(
  { path: isText, kind: isText },
  { manufacturer: isText, usbId: isText, serialNumber: isText, denied: isFields },
);
const stage = fieldsOf<Stage>(
  { status: oneOf(['waiting', 'running', 'done', 'failed', 'stale']) },
  { startedMs: isNumber, finishedMs: isNumber, fault },
);
const answerTimes = fieldsOf<AnswerTimes>(
  { count: isNumber, lateCount: isNumber },
  { lastMs: isNumber, p50Ms: isNumber, p95Ms: isNumber, worstMs: isNumber },
);
const timer = either(isNumber, oneOf(['off']));

/** What settings look like that hold in a session. */
export const settingsShape = fieldsOf<SessionSettings>(
  {
    lifetimeSeconds: isNumber,
    openTimeoutSeconds: isNumber,
    commandGapMs: isNumber,
    answerDeadlineMs: isNumber,
    registerOnConnect: isFlag,
    automaticNotifications: isText,
    automaticUpdate: isFlag,
  },
  {},
);

/** What each part of a device's state looks like; of a keyed part, each of its entries. */
export const partShapes: { readonly [P in keyof DeviceState]: Check } = {
  connection: fieldsOf<ConnectionState>(
    { phase: oneOf(['closed', 'opening', 'probing', 'ready', 'lost', 'waiting']) },
    { port, baudRate: isNumber, sinceMs: isNumber, fault, suggestion: isText },
  ),
  stages: (value) => isFields(value) && stageNames.every((name) => stage(value[name])),
  module: fieldsOf<ModuleIdentity>(
    {},
    {
      manufacturer: isText,
      model: isText,
      firmware: isText,
      imei: isText,
      imsi: isText,
      iccid: isText,
      miplVersion: isText,
    },
  ),
  network: fieldsOf<NetworkState>(
    {},
    {
      registration: isNumber,
      tac: isText,
      cellId: isText,
      accessTechnology: isNumber,
      activeTimeSeconds: timer,
      periodicTauSeconds: timer,
      radioConnected: isFlag,
      asleep: isFlag,
      rssiDbm: isNumber,
      rsrpDbm: isNumber,
      snrDb: isNumber,
      coverageLevel: isNumber,
      apn: isText,
    },
  ),
  dialect: fieldsOf<DialectState>({ name: isText, source: isText }, { evidence: isText }),
  diagnosis: either(
    nothing,
    fieldsOf<Diagnosis>(
      { verdict: isText, causes: listOf(isFields), ruledOut: listOf(isFields) },
      { stage: isText, solved: fieldsOf({ atMs: isNumber, by: listOf(isFields) }, {}) },
    ),
  ),
  registration: fieldsOf<RegistrationState>(
    { phase: isText },
    {
      ref: isNumber,
      lifetimeSeconds: isNumber,
      registeredMs: isNumber,
      expiresMs: isNumber,
      lastEvent: isNumber,
      fault,
    },
  ),
  objects: listOf(fieldsOf<ObjectView>({ objectId: isNumber, name: isFields, instances: listOf(isFields) }, {})),
  resources: fieldsOf<ResourceState>(
    { value: isText, changedMs: isNumber, standing: isText, standingMs: isNumber },
    { executed: isNumber },
  ),
  attributes: fieldsOf<NotificationAttributes>(
    {},
    { pmin: isNumber, pmax: isNumber, gt: isNumber, lt: isNumber, st: isNumber },
  ),
  generators: fieldsOf<GeneratorState>({ spec: isFields, startedMs: isNumber }, { rows: isNumber, isOver: isFlag }),
  observations: listOf(fieldsOf<ObservationState>({ path: isText, msgId: isNumber, sinceMs: isNumber }, {})),
  requests: fieldsOf<PlatformRequest>(
    {
      id: isText,
      kind: oneOf(requestKinds),
      msgId: isNumber,
      path: isText,
      arrivedMs: isNumber,
      status: isText,
      acknowledgedLines: isNumber,
      totalLines: isNumber,
      late: isFlag,
      repeats: isNumber,
    },
    {
      seq: isNumber,
      deliberate: isFields,
      smallestMs: isNumber,
      result: isNumber,
      firstByteMs: isNumber,
      usedMs: isNumber,
      payload: isText,
      fault,
    },
  ),
  outbox: fieldsOf<OutgoingNotification>(
    { id: isText, path: isText, value: isText, msgId: isNumber, sentMs: isNumber, status: isText },
    { ackId: isNumber, automatic: isFlag, fault },
  ),
  holdKinds: listOf(oneOf(requestKinds)),
  answerTimes,
  udp: fieldsOf<UdpState>(
    {
      sockets: listOf(isFields),
      reportMode: isNumber,
      echo: fieldsOf<EchoState>(
        { phase: isText, figures: isFields },
        { options: isFields, startedMs: isNumber, finishedMs: isNumber, fault },
      ),
    },
    {},
  ),
  datagrams: fieldsOf<UdpDatagram>(
    { id: isText, direction: isText, socket: isNumber, length: isNumber, hex: isText, atMs: isNumber, status: isText },
    {
      address: isText,
      port: isNumber,
      text: isText,
      flag: isText,
      sequence: isNumber,
      problem: isText,
      pieces: isNumber,
      echo: isNumber,
      fault,
    },
  ),
  journal: either(
    nothing,
    fieldsOf<JournalState>(
      { file: isText, name: isText, startedMs: isNumber, bytes: isNumber, lines: isNumber },
      { fault, missingBytes: isNumber, left: listOf(isText) },
    ),
  ),
  simulator: either(
    nothing,
    fieldsOf<SimulatorState>({ http: isText, coap: isText, echo: isText, imei: isText, imsi: isText }, {}),
  ),
  platform: fieldsOf<PlatformState>({ hasKey: isFlag, isKeyKept: isFlag, deviceIds: entriesOf(isText) }, {}),
  platformCalls: fieldsOf<PlatformCall>(
    {
      id: isText,
      mode: isText,
      operation: isFields,
      method: isText,
      url: isText,
      curl: isText,
      startedMs: isNumber,
      status: isText,
      requestIds: listOf(isText),
    },
    {
      requestBody: isText,
      durationMs: isNumber,
      httpStatus: isNumber,
      errno: isNumber,
      body: isText,
      cutFromBytes: isNumber,
      fault,
    },
  ),
  acceptance: fieldsOf<AcceptanceState>(
    {
      phase: isText,
      plan: isText,
      isArranged: isFlag,
      canUndo: isFlag,
      details: isFields,
      canResume: isFlag,
      signal: listOf(isFields),
      answerTimes,
      answersMs: listOf(isNumber),
    },
    { port: isText, startedMs: isNumber, finishedMs: isNumber, lostAt: isNumber, prompt: isFields },
  ),
  acceptanceCases: fieldsOf<AcceptanceCase>(
    {
      key: isNumber,
      position: isNumber,
      info: isFields,
      isSelected: isFlag,
      note: isText,
      expectedMs: isNumber,
      status: isText,
    },
    { startedMs: isNumber, result: isFields },
  ),
};
