import type {
  DeviceState,
  InstanceView,
  ObjectView,
  PlatformRequest,
  ResourceView,
  Stage,
} from '../../../shared/state.ts';
import type { PortInfo } from '../../../shared/state.ts';
import { initialDeviceState } from '../../../shared/state.ts';
import type { Operations, ResourceType } from '../../../shared/lwm2m.ts';

type ResourceRow = readonly [
  id: number,
  en: string,
  zh: string,
  operations: Operations,
  type: ResourceType,
  value: string,
  unit?: string,
];

const temperature: readonly ResourceRow[] = [
  [5700, 'Sensor value', '传感器数值', 'R', 'float', '20.123', 'Cel'],
  [5601, 'Min measured value', '最小测量值', 'R', 'float', '10.123', 'Cel'],
  [5602, 'Max measured value', '最大测量值', 'R', 'float', '60.2', 'Cel'],
  [5603, 'Min range value', '最小量程', 'R', 'float', '0.0', 'Cel'],
  [5604, 'Max range value', '最大量程', 'R', 'float', '99.0', 'Cel'],
  [5701, 'Sensor units', '传感器单位', 'R', 'string', 'Cel'],
  [5605, 'Reset min and max measured values', '重置极值', 'E', 'none', ''],
];
const actuation: readonly ResourceRow[] = [
  [5850, 'On/Off', '开关', 'RW', 'boolean', '1'],
  [5851, 'Dimmer', '调光', 'RW', 'integer', '22', '%'],
  [5852, 'On time', '开启时长', 'RW', 'integer', '0', 's'],
  [5853, 'Multi-state output', '多态输出', 'RW', 'string', 'auto'],
  [5750, 'Application type', '应用类型', 'RW', 'string', 'pump <b>2</b>\u202e'],
];

function instance(objectId: number, instanceId: number, rows: readonly ResourceRow[]): InstanceView {
  const resources = rows.map(([resourceId, en, zh, operations, type, , unit]): ResourceView => ({
    resourceId,
    path: `/${objectId}/${instanceId}/${resourceId}`,
    name: { en, zh },
    operations,
    type,
    ...(unit === undefined ? {} : { unit }),
  }));
  return { instanceId, resources };
}

/** The shipped device model of the OneNET document. */
export const objects: readonly ObjectView[] = [
  {
    objectId: 3303,
    name: { en: 'Temperature', zh: '温度传感器' },
    instances: [instance(3303, 0, temperature), instance(3303, 1, temperature)],
  },
  { objectId: 3306, name: { en: 'Actuation', zh: '执行器' }, instances: [instance(3306, 0, actuation)] },
];

/** Moment of the pictures: 09:41:33 local time. */
export const moment = new Date(2026, 10, 22, 9, 41, 33, 100).getTime();
const at = (time: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return new Date(2026, 10, 22, hours, minutes, seconds, 20).getTime();
};

function resources(): DeviceState['resources'] {
  const all = [
    ...temperature.map((row) => [3303, 0, row] as const),
    ...temperature.map((row) => [3303, 1, row] as const),
  ];
  const entries = [...all, ...actuation.map((row) => [3306, 0, row] as const)].map(([objectId, instanceId, row]) => [
    `/${objectId}/${instanceId}/${row[0]}`,
    {
      value: instanceId === 1 && row[0] === 5700 ? '-3.5' : row[5],
      changedMs: at('9:40:12'),
      standing: 'local',
      standingMs: at('9:40:12'),
    },
  ]);
  return Object.fromEntries(entries) as DeviceState['resources'];
}

const waiting: Stage = { status: 'waiting' };

/** A first start without an adapter. */
export function freshState(): DeviceState {
  return {
    ...initialDeviceState(),
    objects,
    resources: resources(),
  };
}

const adapter = {
  path: '/dev/ttyUSB0',
  kind: 'serial',
  manufacturer: 'Silicon Labs CP2102N',
  usbId: '10c4:ea60',
  serialNumber: '0001',
} as const;

/** Where no adapter is plugged in. */
export const builtInPorts: readonly PortInfo[] = [{ path: 'sim:m5310-seed', kind: 'virtual' }];

/** An adapter this user may not open. */
export const deniedPorts: readonly PortInfo[] = [{ ...adapter, denied: { group: 'dialout' } }, ...builtInPorts];

/** On the way: the network is being searched. */
export function connectingState(now: number): DeviceState {
  const done = (from: number, to: number): Stage => ({ status: 'done', startedMs: now - from, finishedMs: now - to });
  return {
    ...freshState(),
    connection: { phase: 'ready', port: adapter, baudRate: 9600, sinceMs: now - 40_000 },
    module: {
      manufacturer: 'CMCC',
      model: 'M5310',
      firmware: 'V150R100C20B300',
      imei: '869976030050010',
      imsi: '460043232307899',
      miplVersion: '2.1.1',
    },
    network: { registration: 2, rsrpDbm: -112, snrDb: -3, coverageLevel: 1 },
    stages: {
      port: done(40_000, 39_000),
      module: done(39_000, 37_000),
      sim: done(37_000, 36_000),
      network: { status: 'running', startedMs: now - 34_000 },
      objects: waiting,
      onenet: waiting,
    },
    journal: {
      file: '/home/li/MIPL/site-0010-20261122-094012.mipl.ndjson',
      name: 'site-0010-20261122-094012',
      startedMs: now - 40_000,
      bytes: 4210,
      lines: 61,
    },
  };
}

function request(
  msgId: number,
  kind: PlatformRequest['kind'],
  path: string,
  arrived: string,
  usedMs: number | undefined,
  change: Partial<PlatformRequest> = {},
): PlatformRequest {
  return {
    id: `${msgId}`,
    kind,
    msgId,
    path,
    arrivedMs: at(arrived),
    status: 'answered',
    result: 1,
    acknowledgedLines: 1,
    totalLines: 1,
    firstByteMs: 3,
    ...(usedMs === undefined ? {} : { usedMs }),
    late: false,
    repeats: 0,
    ...change,
  };
}

/** Registered, with a ledger of requests of every kind. */
export function sessionState(now: number): DeviceState {
  const state = connectingState(now);
  const done: Stage = { status: 'done', startedMs: now - 90_000, finishedMs: now - 56_000 };
  const list = [
    request(130839, 'observe', '/3303/0', '9:41:07', 310),
    request(196376, 'observe', '/3303/1', '9:41:07', 290),
    request(65306, 'discover', '/3303', '9:41:08', 300),
    request(64427, 'read', '/3303/0', '9:41:20', 1820, { acknowledgedLines: 6, totalLines: 6 }),
    request(64429, 'write', '/3306/0/5851', '9:41:22', 330, { result: 2, payload: '16', repeats: 1 }),
    request(64431, 'execute', '/3303/0/5605', '9:41:24', 300, { result: 2, payload: 'reset' }),
    request(64432, 'parameter', '/3303/0/5700', '9:41:25', 310, {
      result: 2,
      payload: 'pmin=15;pmax=60;lt=0.0;gt=50.0;st=2.0',
    }),
    request(64438, 'read', '/3303/9/5700', '9:41:29', 300, { status: 'refused', result: 13 }),
    request(64439, 'read', '/3306', '9:41:30', 3420, { late: true }),
    request(64441, 'read', '/3303', '9:41:33', undefined, {
      status: 'answering',
      smallestMs: 1392,
      acknowledgedLines: 7,
      totalLines: 12,
      arrivedMs: now - 1100,
    }),
  ];
  return {
    ...state,
    network: {
      registration: 1,
      tac: '19E6',
      cellId: '94',
      accessTechnology: 9,
      radioConnected: true,
      rsrpDbm: -86,
      snrDb: 11,
      coverageLevel: 0,
      apn: 'cmiot',
    },
    dialect: { name: 'cis', source: 'detected', evidence: '+MIPLDISCOVER:0,65306,3303' },
    stages: { port: done, module: done, sim: done, network: done, objects: done, onenet: done },
    registration: {
      phase: 'registered',
      ref: 0,
      lifetimeSeconds: 3600,
      registeredMs: now - 1000_000,
      expiresMs: now + 2_472_000,
      lastEvent: 6,
    },
    resources: {
      ...state.resources,
      '/3303/0/5601': {
        value: '10.123',
        changedMs: at('9:41:26'),
        standing: 'acknowledged',
        standingMs: at('9:41:26'),
      },
      '/3303/0/5700': {
        value: '20.123',
        changedMs: at('9:40:12'),
        standing: 'readByPlatform',
        standingMs: at('9:41:20'),
      },
      '/3306/0/5851': {
        value: '22',
        changedMs: at('9:41:22'),
        standing: 'writtenByPlatform',
        standingMs: at('9:41:22'),
      },
      '/3303/0/5605': {
        value: '',
        changedMs: at('9:41:24'),
        standing: 'local',
        standingMs: at('9:41:24'),
        executed: 1,
      },
    },
    attributes: { '/3303/0/5700': { pmin: 15, pmax: 60, lt: 0, gt: 50, st: 2 } },
    observations: [
      { path: '/3303/0', msgId: 130839, sinceMs: at('9:41:07') },
      { path: '/3303/1', msgId: 196376, sinceMs: at('9:41:07') },
    ],
    requests: Object.fromEntries(list.map((entry) => [entry.id, entry])),
    outbox: {
      '77': {
        id: '77',
        path: '/3303/0/5601',
        value: '10.123',
        msgId: 130839,
        ackId: 77,
        sentMs: at('9:41:26'),
        status: 'acknowledged',
      },
    },
    answerTimes: { count: 9, lateCount: 1, lastMs: 310, p50Ms: 305, p95Ms: 1820, worstMs: 3420 },
    journal: {
      file: '/home/li/MIPL/site-0010-20261122-094012.mipl.ndjson',
      name: 'site-0010-20261122-094012',
      startedMs: now - 90_000,
      bytes: 96_200,
      lines: 1284,
    },
    simulator: {
      http: 'http://127.0.0.1:40001',
      coap: '127.0.0.1:40002',
      echo: '127.0.0.1:40003',
      imei: '869976030050010',
      imsi: '460043232307899',
    },
  };
}
