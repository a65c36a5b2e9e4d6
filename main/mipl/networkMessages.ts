import { command, integer, line, optional, quoted, raw, rest } from '../at/codec.ts';
import { isConnectionRead, isRegistrationRead } from './namesakes.ts';

/**
 * General and network commands of the table: identity, registration, signal, UDP. Sources: 3GPP TS 27.007, the OneNET
 * document chapters 1 and 2, and the drivers named in docs/decisions/dialects.md. HiSilicon modules print several
 * answers as bare lines; their spec has an empty name.
 */

const text = line('', { text: rest() });
/**
 * What follows `<stat>` in +CEREG: n=2 area and cell, n=3 causes, n=4 and 5 the timers of power saving as eight bits
 * (TS 27.007 §10.1.22); each may be empty.
 */
const registrationDetails = {
  tac: optional(quoted()),
  cellId: optional(quoted()),
  accessTechnology: optional(integer(0, 15)),
  causeType: optional(integer(0, 255)),
  rejectCause: optional(integer(0, 65535)),
  activeTime: optional(quoted()),
  periodicTau: optional(quoted()),
};
/** What follows `<mode>` in +CSCON (TS 27.007 §10.1.30): 7 is E-UTRAN connected, access 4 NB-IoT. */
const connectionDetails = {
  state: optional(integer(0, 255)),
  access: optional(integer(0, 255)),
  coreNetwork: optional(integer(0, 255)),
};
/** TS 27.007 §8.2: 5 to 127 are the maker's. */
const functionalityLevel = integer(0, 127);
const socket = integer(0, 6);
const port = integer(0, 65535);

/** A scan or a change of radio state takes the network's time. */
const RADIO_TIMEOUT_MS = 90_000;
const SCAN_TIMEOUT_MS = 300_000;

export const networkCommandSpecs = {
  attention: command({ name: '', timeoutMs: 1000 }),
  echoOff: command({ name: 'E0', timeoutMs: 1000 }),
  echoOn: command({ name: 'E1', timeoutMs: 1000 }),
  information: command({ name: 'I', answer: text }),
  manufacturer: command({ name: '+CGMI', answer: text }),
  model: command({ name: '+CGMM', answer: text }),
  firmware: command({ name: '+CGMR', answer: text }),
  imei: command({ name: '+CGSN', params: { kind: integer(0, 3) }, answer: line('+CGSN', { imei: raw() }) }),
  serialNumber: command({ name: '+CGSN', answer: text }),
  serialNumberShort: command({ name: '+GSN', answer: text }),
  imsi: command({ name: '+CIMI', answer: text }),
  iccid: command({ name: '+NCCID', answer: line('+NCCID', { iccid: raw() }) }),
  iccidRead: command({ name: '+NCCID', form: 'read', answer: line('+NCCID', { iccid: raw() }) }),
  iccidM5311: command({ name: '+ICCID', answer: line('+ICCID', { iccid: raw() }) }),
  signalQuality: command({
    name: '+CSQ',
    answer: line('+CSQ', { rssi: integer(0, 99), bitErrorRate: integer(0, 99) }),
  }),
  extendedSignalQuality: command({
    name: '+CESQ',
    answer: line('+CESQ', {
      rxlev: integer(),
      bitErrorRate: integer(),
      rscp: integer(),
      ecno: integer(),
      rsrq: integer(),
      rsrp: integer(),
    }),
  }),
  statistics: command({ name: '+NUESTATS', answer: text }),
  statisticsOf: command({ name: '+NUESTATS', params: { kind: raw() }, answer: text }),
  registrationReport: command({ name: '+CEREG', params: { mode: integer(0, 5) } }),
  /** The read form begins with `<n>`, which the URC lacks. */
  registrationState: command({
    name: '+CEREG',
    form: 'read',
    answer: line('+CEREG', { mode: integer(0, 5), status: integer(0, 99), ...registrationDetails }, isRegistrationRead),
  }),
  connectionReport: command({ name: '+CSCON', params: { mode: integer(0, 4) } }),
  connectionState: command({
    name: '+CSCON',
    form: 'read',
    answer: line('+CSCON', { mode: integer(0, 4), connected: integer(0, 1), ...connectionDetails }, isConnectionRead),
  }),
  operator: command({
    name: '+COPS',
    params: {
      mode: integer(0, 4),
      format: optional(integer(0, 2)),
      operator: optional(quoted()),
      accessTechnology: optional(integer(0, 15)),
    },
    timeoutMs: RADIO_TIMEOUT_MS,
  }),
  operatorState: command({
    name: '+COPS',
    form: 'read',
    answer: line('+COPS', {
      mode: integer(0, 4),
      format: optional(integer(0, 2)),
      operator: optional(quoted()),
      accessTechnology: optional(integer(0, 15)),
    }),
  }),
  operatorScan: command({
    name: '+COPS',
    form: 'test',
    timeoutMs: SCAN_TIMEOUT_MS,
    answer: line('+COPS', { list: rest() }),
  }),
  lockFrequency: command({
    name: '+NEARFCN',
    params: { mode: integer(0, 9), earfcn: optional(integer()), pci: optional(raw()) },
  }),
  lockFrequencyState: command({
    name: '+NEARFCN',
    form: 'read',
    answer: line('+NEARFCN', { mode: integer(0, 9), earfcn: optional(integer()), pci: optional(raw()) }),
  }),
  clearFrequencies: command({ name: '+NCSEARFCN' }),
  band: command({
    name: '+NBAND',
    params: { first: integer(0, 255), second: optional(integer(0, 255)), third: optional(integer(0, 255)) },
  }),
  bandState: command({
    name: '+NBAND',
    form: 'read',
    answer: line('+NBAND', {
      first: integer(0, 255),
      second: optional(integer(0, 255)),
      third: optional(integer(0, 255)),
    }),
  }),
  pdpContext: command({
    name: '+CGDCONT',
    params: { contextId: integer(0, 10), type: optional(quoted()), apn: optional(quoted()) },
  }),
  pdpContextState: command({
    name: '+CGDCONT',
    form: 'read',
    answer: line('+CGDCONT', {
      contextId: integer(0, 10),
      type: quoted(),
      apn: quoted(),
      address: optional(quoted()),
      dataCompression: optional(integer()),
      headerCompression: optional(integer()),
    }),
  }),
  attach: command({ name: '+CGATT', params: { attached: integer(0, 1) }, timeoutMs: RADIO_TIMEOUT_MS }),
  attachState: command({ name: '+CGATT', form: 'read', answer: line('+CGATT', { attached: integer(0, 1) }) }),
  address: command({
    name: '+CGPADDR',
    answer: line('+CGPADDR', { contextId: integer(0, 10), address: optional(quoted()) }),
  }),
  addressOf: command({
    name: '+CGPADDR',
    params: { contextId: integer(0, 10) },
    answer: line('+CGPADDR', { contextId: integer(0, 10), address: optional(quoted()) }),
  }),
  functionality: command({
    name: '+CFUN',
    params: { level: functionalityLevel, reset: optional(integer(0, 1)) },
    timeoutMs: RADIO_TIMEOUT_MS,
  }),
  functionalityState: command({
    name: '+CFUN',
    form: 'read',
    answer: line('+CFUN', { level: functionalityLevel, second: optional(integer()) }),
  }),
  cardState: command({ name: '+CPIN', form: 'read', answer: line('+CPIN', { state: raw() }) }),
  errorReport: command({ name: '+CMEE', params: { mode: integer(0, 2) } }),
  errorReportState: command({ name: '+CMEE', form: 'read', answer: line('+CMEE', { mode: integer(0, 2) }) }),
  reboot: command({ name: '+NRB', timeoutMs: 20_000 }),
  rebootM5311: command({ name: '+CMRB', timeoutMs: 20_000 }),
  rebootMe3616: command({ name: '+ZRST', timeoutMs: 20_000 }),
  ping: command({
    name: '+NPING',
    params: { address: raw(), size: optional(integer()), timeoutMs: optional(integer()), count: optional(integer()) },
  }),
  powerSaving: command({
    name: '+CPSMS',
    params: {
      mode: integer(0, 2),
      rau: optional(quoted()),
      readyTimer: optional(quoted()),
      periodicTau: optional(quoted()),
      activeTime: optional(quoted()),
    },
  }),
  powerSavingState: command({
    name: '+CPSMS',
    form: 'read',
    answer: line('+CPSMS', {
      mode: integer(0, 2),
      rau: optional(quoted()),
      readyTimer: optional(quoted()),
      periodicTau: optional(quoted()),
      activeTime: optional(quoted()),
    }),
  }),
  edrx: command({
    name: '+CEDRXS',
    params: { mode: integer(0, 3), accessTechnology: optional(integer(0, 9)), value: optional(quoted()) },
  }),
  edrxState: command({
    name: '+CEDRXS',
    form: 'read',
    answer: line('+CEDRXS', { accessTechnology: integer(0, 9), value: optional(quoted()) }),
  }),
  sleepReport: command({ name: '+NPSMR', params: { mode: integer(0, 1) } }),
  sleepReportState: command({
    name: '+NPSMR',
    form: 'read',
    answer: line('+NPSMR', { mode: integer(0, 1), asleep: integer(0, 1) }, [2]),
  }),
  moduleConfig: command({ name: '+NCONFIG', params: { item: raw(), value: raw() } }),
  moduleConfigState: command({
    name: '+NCONFIG',
    form: 'read',
    answer: line('+NCONFIG', { item: raw(), value: raw() }),
  }),
  clock: command({ name: '+CCLK', form: 'read', answer: line('+CCLK', { time: rest() }) }),
  baudRate: command({
    name: '+NATSPEED',
    params: {
      baudRate: integer(),
      timeoutSeconds: integer(),
      store: integer(0, 1),
      syncMode: integer(),
      stopBits: integer(),
      parity: integer(),
      xonXoff: optional(integer()),
    },
  }),
  baudRateM5311: command({ name: '+IPR', params: { baudRate: integer() } }),
  resolve: command({
    name: '+CMDNS',
    params: { host: quoted() },
    answer: line('+CMDNS', { address: raw() }),
    timeoutMs: 60_000,
  }),
  resolveQuectel: command({ name: '+QDNS', params: { mode: raw(), host: optional(raw()) }, timeoutMs: 60_000 }),

  /** `report` 1: +NSONMI on arrival; 0: silent; 2 (M5310-A): data comes as +NSORF. */
  socketCreate: command({
    name: '+NSOCR',
    params: {
      type: quoted(),
      protocol: integer(0, 255),
      port,
      report: optional(integer(0, 2)),
      family: optional(raw()),
      address: optional(raw()),
    },
    answer: line('', { socket }),
  }),
  socketSend: command({
    name: '+NSOST',
    params: {
      socket,
      address: raw(),
      port,
      length: integer(0, 1500),
      data: raw(),
      sequence: optional(integer(0, 255)),
    },
    answer: line('', { socket, length: integer(0, 1500) }),
  }),
  /** `flag` 0x100 high priority, 0x200 release after this one, 0x400 release after the reply. */
  socketSendWithFlag: command({
    name: '+NSOSTF',
    params: {
      socket,
      address: raw(),
      port,
      flag: raw(),
      length: integer(0, 1500),
      data: raw(),
      sequence: optional(integer(0, 255)),
    },
    answer: line('', { socket, length: integer(0, 1500) }),
  }),
  socketReceive: command({
    name: '+NSORF',
    params: { socket, length: integer(1, 1500) },
    answer: line('', {
      socket,
      address: raw(),
      port,
      length: integer(0, 1500),
      data: raw(),
      remaining: optional(integer()),
    }),
  }),
  socketClose: command({ name: '+NSOCL', params: { socket } }),
  socketReport: command({ name: '+NSONMI', params: { mode: integer(0, 3) } }),
} as const;

export const networkUrcs = {
  registration: line(
    '+CEREG',
    { status: integer(0, 99), ...registrationDetails },
    (tokens) => !isRegistrationRead(tokens),
  ),
  connection: line('+CSCON', { connected: integer(0, 1), ...connectionDetails }, (tokens) => !isConnectionRead(tokens)),
  dataWaiting: line('+NSONMI', { socket, length: integer(0, 1500) }, [2]),
  /** Mode 3 of AT+NSONMI: the data comes along. */
  dataAlong: line('+NSONMI', { socket, length: integer(0, 1500), data: raw() }, [3]),
  /** Mode 2: the sender stands before the length (Xinyi's source, drivers for BC28 and M5310-A). */
  dataAlongFrom: line('+NSONMI', { socket, address: raw(), port, length: integer(0, 1500), data: raw() }, [5]),
  dataArrived: line('+NSORF', {
    socket,
    address: raw(),
    port,
    length: integer(0, 1500),
    data: raw(),
    remaining: optional(integer()),
  }),
  dataSent: line('+NSOSTR', { socket, sequence: optional(integer()), status: optional(integer()) }),
  socketClosed: line('+NSOCLI', { socket }),
  sleep: line('+NPSMR', { asleep: integer(0, 1) }, [1]),
  addressAssigned: line('+IP', { address: raw() }),
  simState: line('+CPIN', { state: raw() }),
  functionality: line('+CFUN', { level: functionalityLevel }, [1]),
  pong: line('+NPING', { address: raw(), timeToLive: integer(), roundTripMs: integer() }),
  pingFailed: line('+NPINGERR', { error: integer() }),
  resolved: line('+CMDNS', { address: raw() }),
  resolvedQuectel: line('+QDNS', { address: raw() }),
  cloud: line('+CLOUD', { state: integer() }),
  nbiotEvent: line('*MNBIOTEVENT', { text: quoted() }),
} as const;
