import { onlineIn } from '../../../shared/platform.ts';
import type { PlatformCall } from '../../../shared/platform.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import { event } from '../../mipl/codes.ts';
import { streamOf } from '../../platform/calls.ts';
import type { CaseDefinition } from './caseDefinition.ts';
import { answerHolds, commandOk, eventSeen, failed, isAnsweredByModule, met, missing, platformSays } from './checks.ts';
import type { Check } from './checks.ts';
import { notifiedFound, registeredAgainFound, registrationFound } from './found.ts';
import {
  callsOf,
  dataOf,
  eventsOf,
  exchangesOf,
  isOk,
  isSameValue,
  requestLinesOf,
  numberIn,
  urcsOf,
} from '../run/evidence.ts';
import type { Evidence } from '../run/evidence.ts';
import type { Step } from './steps.ts';
import { say } from './words.ts';

const refusals = [event.bootstrapFailed, event.registrationFailed, event.registrationTimeout, event.halted];
const registered = eventSeen(event.registered, refusals);
const updated = eventSeen(event.updated, [event.updateFailed, event.updateTimeout]);

function platformOnline(wanted: boolean): Check {
  return platformSays('status', say(`平台显示 online: ${wanted}`, `the platform says online: ${wanted}`), 'required', {
    holds(call): BilingualName | undefined {
      const online = onlineIn(dataOf(call));
      if (online === wanted) return undefined;
      return online === undefined
        ? say('平台上没有该设备', 'the platform has no such device')
        : say(`平台显示 online: ${online}`, `the platform says online: ${online}`);
    },
  });
}

const askOnline = (wanted: boolean): Step => ({
  do: 'ask',
  operation: { kind: 'status' },
  until: (evidence) => onlineIn(dataOf(callsOf(evidence, 'status').at(-1))) === wanted,
});

/** Instances of an object in the platform's list, with their resource ids; undefined when the object is not in it. */
function listedInstances(call: PlatformCall | undefined, objectId: number) {
  const items = (dataOf(call) as { item?: unknown } | undefined)?.item;
  if (!Array.isArray(items)) return undefined;
  const found = (items as { obj_id?: unknown; instances?: unknown }[]).find((item) => item?.obj_id === objectId);
  if (!found) return undefined;
  return Array.isArray(found.instances) ? (found.instances as { inst_id?: unknown; resources?: unknown }[]) : [];
}

const hidesDiscover = (evidence: Evidence): boolean => isAnsweredByModule(evidence, '+MIPLDISCOVER');

const askResources = (objectId: number, when?: (evidence: Evidence) => boolean): Step => ({
  do: 'ask',
  operation: { kind: 'resources', path: `/${objectId}/0` },
  ...(when ? { when } : {}),
});

function discoverAsks(objectId: number, wanted: boolean): Check {
  return {
    criterion: wanted
      ? say(
          `平台下发的 discover 请求包含对象 ${objectId}`,
          `the platform's discover requests include object ${objectId}`,
        )
      : say(
          `平台下发的 discover 请求不包含对象 ${objectId}`,
          `the platform's discover requests do not include object ${objectId}`,
        ),
    source: 'event',
    judge(evidence) {
      const lines = urcsOf(evidence, '+MIPLDISCOVER');
      const found = lines.filter((line) => numberIn(line, 'objectId') === objectId);
      const call = callsOf(evidence, 'resources', `/${objectId}/0`).at(-1);
      const isListed = listedInstances(call, objectId) !== undefined;
      const isHidden = lines.length === 0 && hidesDiscover(evidence);
      if (isHidden && call?.status !== 'done') {
        return missing(
          say(
            '模组不上报 discover，平台也未返回资源列表',
            'the module does not show discovers, and the platform gave no list',
          ),
        );
      }
      if ((found.length > 0 || (isHidden && isListed)) === wanted) return met(...found);
      return wanted
        ? failed(say(`未收到对象 ${objectId} 的 discover`, `no discover for object ${objectId} arrived`), ...lines)
        : failed(
            say(`仍收到对象 ${objectId} 的 discover`, `a discover for object ${objectId} still arrived`),
            ...found,
          );
    },
  };
}

const refusedAfterDelete: Check = {
  criterion: say('删除后注册失败', 'registering afterwards fails'),
  source: 'event',
  judge(evidence) {
    // Firmware that wants its resources announced before the registration refuses that already.
    const announced = exchangesOf(evidence, '+MIPLDISCOVERRSP').filter((exchange) => !isOk(exchange));
    const open = exchangesOf(evidence, '+MIPLOPEN')[0] ?? announced[0];
    if (!open) return missing(say('没有尝试注册', 'no registration was tried'));
    const came = eventsOf(evidence, event.registered);
    if (came.length > 0) return failed(say('删除之后仍能注册', 'it still registers after the deletion'), ...came);
    return met(open.command, ...(open.final && !isOk(open) ? [open.final] : eventsOf(evidence, ...refusals)));
  },
};

const notified = [
  { path: '/3303/0/5700', value: '98' },
  { path: '/3303/0/5601', value: '88' },
] as const;

/** Some firmware has a command of its own for it, which the engine turns to when the document's is refused. */
const created: Check = {
  criterion: say('AT+MIPLCREATE（或 MIPLCREATEEX）返回 ref', 'AT+MIPLCREATE (or MIPLCREATEEX) gives a ref'),
  source: 'at',
  judge(evidence) {
    const plain = answerHolds('+MIPLCREATE', created.criterion, hasRef).judge(evidence);
    const extended = exchangesOf(evidence, '+MIPLCREATEEX');
    if (plain.outcome === 'met' || extended.length === 0) return plain;
    return answerHolds('+MIPLCREATEEX', created.criterion, hasRef).judge(evidence);
  },
};

const hasRef = ({ ref }: Readonly<Record<string, string | number>>): boolean => /^\d+$/.test(String(ref));

/** What is wrong with the data points, or undefined. */
function wrongDatapoint(call: PlatformCall): BilingualName | undefined {
  const streams = (dataOf(call) as { datastreams?: unknown } | undefined)?.datastreams;
  for (const { path, value } of notified) {
    const id = streamOf(path);
    const stream = (Array.isArray(streams) ? (streams as { id?: unknown; datapoints?: unknown }[]) : []).find(
      (one) => one?.id === id,
    );
    const points = Array.isArray(stream?.datapoints) ? (stream.datapoints as { at?: unknown; value?: unknown }[]) : [];
    const newest = points
      .map(({ at }) => String(at))
      .sort()
      .at(-1);
    const latest = points.filter(({ at }) => String(at) === newest);
    if (latest.some((point) => isSameValue(value, point.value))) continue;
    const shown = latest.length === 0 ? '–' : JSON.stringify(latest[0]?.value);
    return say(
      `${path} 在平台上的最新值为 ${shown}，应为 ${value}`,
      `${path} is ${shown} on the platform, not ${value}`,
    );
  }
  return undefined;
}

const askDatapoints: Step = {
  do: 'ask',
  operation: { kind: 'datapoints', deviceId: '', paths: notified.map(({ path }) => path) },
  until: (evidence) => {
    const call = callsOf(evidence, 'datapoints').at(-1);
    return call?.status === 'done' && wrongDatapoint(call) === undefined;
  },
};

const notNotifyFailed: Check = {
  criterion: say('未收到事件 25（上报失败）', 'no event 25 (notification failed)'),
  source: 'event',
  judge(evidence) {
    const bad = eventsOf(evidence, event.notifyFailed);
    return bad.length > 0 ? failed(say('收到事件 25：上报失败', 'event 25: the notification failed'), ...bad) : met();
  },
};

/** What the platform's list does not have of the first instance; undefined where it has all. */
function lackingIn(call: PlatformCall, { objects }: Evidence, objectId: number): BilingualName | undefined {
  const own = objects.find((object) => object.objectId === objectId)?.instances ?? [];
  const first = own.find(({ instanceId }) => instanceId === 0);
  if (!first) return undefined;
  const ids = listedInstances(call, objectId)?.find(({ inst_id: id }) => id === 0)?.resources;
  const lacking = first.resources
    .map(({ resourceId }) => resourceId)
    .filter((id) => !Array.isArray(ids) || !ids.includes(id));
  if (lacking.length === 0) return undefined;
  const names = `/${objectId}/0: ${lacking.join(', ')}`;
  return say(`平台缺少 ${names}`, `the platform lacks ${names}`);
}

/** A module that answers discovers by itself may have been asked for the objects before this, or be asked later. */
const askForWholeList = (objectId: number): Step => ({
  do: 'ask',
  operation: { kind: 'resources', path: `/${objectId}/0` },
  until(evidence) {
    const call = callsOf(evidence, 'resources', `/${objectId}/0`).at(-1);
    return call !== undefined && lackingIn(call, evidence, objectId) === undefined;
  },
});

const listComplete = (objectId: number): Check =>
  platformSays(
    'resources',
    say(`平台的资源列表中对象 ${objectId} 完整`, `object ${objectId} is complete in the platform's list`),
    'required',
    {
      path: `/${objectId}/0`,
      holds: (call, evidence) => lackingIn(call, evidence, objectId),
    },
  );

const discoverAnswered = (objectId: number): Check => ({
  criterion: say(`已应答对象 ${objectId} 的 discover`, `the discover for object ${objectId} is answered`),
  source: 'event',
  judge(evidence) {
    const request = evidence.requests.find(({ kind, path }) => kind === 'discover' && path === `/${objectId}`);
    const lines = request ? requestLinesOf(evidence, request) : [];
    if (request?.status === 'answered' || request?.status === 'shown') return met(...lines);
    if (!request && hidesDiscover(evidence)) return met();
    return failed(
      request
        ? say(
            `对对象 ${objectId} 的 discover 的应答没有返回 OK`,
            `the answer to the discover for object ${objectId} was not confirmed with OK`,
          )
        : say(`没有收到对象 ${objectId} 的 discover`, `the discover for object ${objectId} did not come`),
      ...lines,
    );
  },
});

/** The platform's list has all resources of an object. */
export const listing = (level: string, title: BilingualName, objectId: number): CaseDefinition => ({
  id: `discover-${level}`,
  section: '3.5 (1)',
  title,
  need: 'registered',
  limitSeconds: 60,
  steps: [askResources(objectId)],
  checks: [listComplete(objectId)],
});

const create: readonly Step[] = [{ do: 'prepareSuite' }, { do: 'register' }, { do: 'settle' }];

/** Chapters 3.2 to 3.4, and the discover of 3.5 that follows a registration. */
export const sessionCases: readonly CaseDefinition[] = [
  {
    id: 'version',
    section: '3.2 (1)',
    title: say('基础通信套件版本', 'Version of the communication suite'),
    need: 'module',
    limitSeconds: 15,
    steps: [{ do: 'send', line: 'AT+MIPLVER?' }],
    checks: [
      answerHolds(
        '+MIPLVER',
        say('读到版本；声明了版本的，与声明一致', 'a version is read; it is the declared one, where one is declared'),
        ({ version }, { memory }) => version !== '' && (memory['declaredVersion'] ?? version) === version,
      ),
    ],
  },
  {
    id: 'create',
    section: '3.2 (1)',
    title: say('创建基础通信套件', 'Create the communication suite'),
    need: 'bare',
    limitSeconds: 180,
    steps: create,
    checks: [created, registered],
  },
  {
    id: 'add-objects',
    section: '3.2 (2)',
    title: say('添加对象 3303、3306', 'Add objects 3303 and 3306'),
    need: 'bare',
    paths: ['/3303', '/3306'],
    limitSeconds: 180,
    steps: [...create, askResources(3303, hidesDiscover), askResources(3306, hidesDiscover)],
    checks: [commandOk('+MIPLADDOBJ', 'AT+MIPLADDOBJ'), discoverAsks(3303, true), discoverAsks(3306, true)],
  },
  {
    id: 'register',
    section: '3.2 (3) A',
    title: say('注册', 'Register'),
    need: 'suite',
    limitSeconds: 180,
    steps: [{ do: 'register' }, { do: 'settle' }, askOnline(true)],
    found: registrationFound,
    checks: [commandOk('+MIPLOPEN', 'AT+MIPLOPEN'), registered, platformOnline(true)],
  },
  {
    id: 'update',
    section: '3.2 (3) B',
    title: say('无参数更新注册', 'Update without parameters'),
    need: 'registered',
    limitSeconds: 90,
    steps: [{ do: 'update', lifetimeSeconds: 0, withObjects: false }],
    checks: [commandOk('+MIPLUPDATE', 'AT+MIPLUPDATE'), updated],
  },
  {
    id: 'update-objects',
    section: '3.2 (3) C',
    title: say('参数变动更新注册', 'Update with parameters'),
    need: 'registered',
    limitSeconds: 90,
    steps: [{ do: 'update', lifetimeSeconds: 3600, withObjects: true }],
    checks: [commandOk('+MIPLUPDATE', 'AT+MIPLUPDATE'), updated],
  },
  {
    id: 'notify',
    section: '3.3',
    title: say('数据上报', 'Notify values'),
    need: 'registered',
    limitSeconds: 120,
    steps: [
      ...notified.map(({ path }): Step => ({ do: 'beObserved', path })),
      ...notified.map((one): Step => ({ do: 'notify', ...one })),
      { do: 'ask', operation: { kind: 'status' } },
      askDatapoints,
    ],
    found: notifiedFound,
    checks: [
      commandOk('+MIPLNOTIFY', 'AT+MIPLNOTIFY'),
      notNotifyFailed,
      platformSays(
        'datapoints',
        say('平台上的数据完整且正确', 'the data on the platform is complete and right'),
        'required',
        { holds: wrongDatapoint },
      ),
    ],
  },
  {
    id: 'bootstrap',
    section: '3.4',
    title: say('Bootstrap', 'Bootstrap'),
    need: 'bare',
    requires: 'bootstrap',
    limitSeconds: 240,
    steps: [...create, askOnline(true)],
    checks: [eventSeen(event.bootstrapDone, [event.bootstrapFailed]), registered, platformOnline(true)],
  },
  {
    id: 'discover',
    section: '3.5 (1)',
    title: say('发现（Discover）', 'Discover'),
    need: 'suite',
    limitSeconds: 180,
    steps: [{ do: 'register' }, { do: 'settle' }, askForWholeList(3303), askForWholeList(3306)],
    checks: [discoverAnswered(3303), discoverAnswered(3306), listComplete(3303), listComplete(3306)],
  },
];

/** Chapter 3.6 of the document. */
export const leavingCases: readonly CaseDefinition[] = [
  {
    id: 'deregister',
    section: '3.6',
    title: say('注销', 'Deregister'),
    need: 'registered',
    limitSeconds: 90,
    steps: [{ do: 'deregister' }, askOnline(false)],
    checks: [commandOk('+MIPLCLOSE', 'AT+MIPLCLOSE'), platformOnline(false)],
  },
  {
    id: 'delete',
    section: '3.6',
    title: say('删除通信套件', 'Delete the communication suite'),
    need: 'suite',
    limitSeconds: 180,
    steps: [{ do: 'deleteSuite' }, { do: 'register', mayFail: true }],
    checks: [commandOk('+MIPLDELETE', 'AT+MIPLDELETE'), refusedAfterDelete],
  },
  {
    id: 'delete-object',
    section: '3.6',
    title: say('删除对象 3306 后再次注册', 'Delete object 3306 and register again'),
    need: 'suite',
    paths: ['/3303'],
    limitSeconds: 180,
    steps: [
      { do: 'deleteObject', objectId: 3306 },
      { do: 'register' },
      { do: 'settle', absent: true },
      askResources(3303, hidesDiscover),
      askResources(3306, hidesDiscover),
    ],
    found: registeredAgainFound,
    checks: [
      commandOk('+MIPLDELOBJ', 'AT+MIPLDELOBJ'),
      registered,
      discoverAsks(3303, true),
      discoverAsks(3306, false),
    ],
  },
];
