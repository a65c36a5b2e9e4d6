import { readableResources } from '../../../shared/readableResources.ts';
import type { BilingualName, NotificationAttributes } from '../../../shared/lwm2m.ts';
import { attributeNames, parsePath } from '../../../shared/lwm2m.ts';
import type { PlatformCall, PlatformOperation } from '../../../shared/platform.ts';
import type { CaseDefinition } from './caseDefinition.ts';
import { failed, isAnsweredByModule, met, platformDone, platformSays, requestAnswered } from './checks.ts';
import type { Check } from './checks.ts';
import { dataOf, isSameValue, requestsAbout, urcsOf } from '../run/evidence.ts';
import type { Step } from './steps.ts';
import { say } from './words.ts';

const ask = (operation: PlatformOperation): Step => ({ do: 'ask', operation });

/** Values in the answer to a read, by path. */
function valuesIn(call: PlatformCall, path: string): ReadonlyMap<string, unknown> {
  const data = dataOf(call);
  const values = new Map<string, unknown>();
  const { objectId } = parsePath(path) ?? {};
  for (const instance of Array.isArray(data) ? (data as { obj_inst_id?: unknown; res?: unknown }[]) : []) {
    if (!Array.isArray(instance?.res)) continue;
    for (const entry of instance.res as { res_id?: unknown; val?: unknown }[]) {
      values.set(`/${objectId}/${String(instance.obj_inst_id)}/${String(entry?.res_id)}`, entry?.val);
    }
  }
  return values;
}

function readsRight(path: string): Check {
  const criterion = say('平台读到的值与设备侧一致', "the platform reads the device's values");
  return platformSays('read', criterion, 'required', {
    path,
    holds(call, evidence): BilingualName | undefined {
      const seen = valuesIn(call, path);
      for (const { path: own } of readableResources(path, evidence.objects)) {
        const local = evidence.values[own] ?? '';
        if (!seen.has(own)) return say(`平台没有读到 ${own}`, `the platform did not get ${own}`);
        if (isSameValue(local, seen.get(own))) continue;
        const remote = JSON.stringify(seen.get(own));
        return say(
          `${own}：平台为 ${remote}，设备为 ${local}`,
          `${own} is ${remote} on the platform, ${local} on the device`,
        );
      }
      return undefined;
    },
  });
}

/** The platform reads a path and gets the device's values. */
export function reading(level: string, section: string, title: BilingualName, path: string): CaseDefinition {
  return {
    id: `read-${level}`,
    section,
    title,
    need: 'registered',
    limitSeconds: 60,
    steps: [ask({ kind: 'read', path })],
    checks: [requestAnswered('read', path, '+MIPLREAD'), readsRight(path)],
  };
}

function hasValue(path: string, value: string): Check {
  return {
    criterion: say(`设备侧 ${path} 的值为 ${value}`, `${path} is ${value} on the device`),
    source: 'at',
    judge({ values }) {
      const found = values[path];
      if (found !== undefined && isSameValue(value, found)) return met();
      return failed(
        say(
          `设备侧 ${path} 的值为 ${found ?? '–'}，应为 ${value}`,
          `${path} is ${found ?? '–'} on the device, not ${value}`,
        ),
      );
    },
  };
}

/** The platform writes resources of an instance. */
export function writing(
  level: string,
  section: string,
  title: BilingualName,
  path: string,
  values: readonly (readonly [resourceId: number, before: string, value: string])[],
): CaseDefinition {
  const operation: PlatformOperation = {
    kind: 'write',
    path,
    mode: 'update',
    values: values.map(([resourceId, , value]) => ({ resourceId, value })),
  };
  return {
    id: `write-${level}`,
    section,
    title,
    need: 'registered',
    limitSeconds: 60,
    steps: [
      ...values.map(([id, before]): Step => ({ do: 'set', path: `${path}/${id}`, value: before })),
      ask(operation),
    ],
    checks: [
      requestAnswered('write', path, '+MIPLWRITE'),
      ...values.map(([id, , value]) => hasValue(`${path}/${id}`, value)),
      platformDone(operation),
    ],
  };
}

const argumentsArrived = (executable: string): Check => ({
  criterion: say('收到的参数为 reset', 'the arguments are reset'),
  source: 'event',
  judge(evidence) {
    const lines = urcsOf(evidence, '+MIPLEXECUTE');
    const request = requestsAbout(evidence, 'execute', executable).at(-1);
    if (request?.payload === 'reset') return met(...lines);
    const given = request?.payload ?? '–';
    return failed(say(`收到的参数为 ${given}，应为 reset`, `the arguments are ${given}, not reset`), ...lines);
  },
});

/** The platform executes a resource with an argument. */
export function executing(level: string, title: BilingualName, path: string): CaseDefinition {
  const operation: PlatformOperation = { kind: 'execute', path, args: 'reset' };
  return {
    id: level === '' ? 'execute' : `execute-${level}`,
    section: '3.5 (4)',
    title,
    need: 'registered',
    limitSeconds: 60,
    steps: [ask(operation)],
    checks: [requestAnswered('execute', path, '+MIPLEXECUTE'), argumentsArrived(path), platformDone(operation)],
  };
}

/** The document's own example. */
const attributed: readonly { readonly path: string; readonly attributes: NotificationAttributes }[] = [
  { path: '/3303/0/5700', attributes: { pmin: 15, pmax: 60, gt: 50, lt: 0, st: 2 } },
  { path: '/3303/0/5601', attributes: { pmin: 18, pmax: 90, gt: 60, lt: 0, st: 2 } },
];

function attributesArrived(path: string, wanted: NotificationAttributes): Check {
  return {
    criterion: say(`${path} 的属性与下发的一致`, `${path} has the attributes that were sent`),
    source: 'event',
    judge(evidence) {
      const lines = urcsOf(evidence, '+MIPLPARAMETER');
      const stored = evidence.attributes[path];
      if (!stored && isAnsweredByModule(evidence, '+MIPLPARAMETER')) return met(...lines);
      const wrong = attributeNames.filter((name) => stored?.[name] !== wanted[name]);
      if (wrong.length === 0) return met(...lines);
      const shown = wrong.map((name) => `${name}=${stored?.[name] ?? '–'}`).join(' ');
      return failed(
        say(`${path} 的属性与下发的不一致：${shown}`, `attributes of ${path} are not those that were sent: ${shown}`),
        ...lines,
      );
    },
  };
}

function isObserved(path: string, wanted: boolean): Check {
  return {
    criterion: wanted
      ? say(`设备侧 ${path} 已被观察`, `${path} is observed on the device`)
      : say(`设备侧 ${path} 已取消观察`, `${path} is no longer observed on the device`),
    source: 'event',
    judge(evidence) {
      const found = evidence.observations.some((observation) => observation.path === path);
      const lines = urcsOf(evidence, '+MIPLOBSERVE').filter((line) => (line.path ?? '') === path);
      if (found === wanted) return met(...lines);
      return wanted
        ? failed(say(`${path} 没有被观察`, `${path} is not observed`), ...lines)
        : failed(say(`${path} 仍被观察`, `${path} is still observed`), ...lines);
    },
  };
}

/** The platform observes paths. */
export function observing(
  level: string,
  section: string,
  title: BilingualName,
  targets: readonly { readonly path: string; readonly attributes: NotificationAttributes }[],
): CaseDefinition {
  const operations = targets.map((target): PlatformOperation => ({ kind: 'observe', ...target }));
  return {
    id: `observe-${level}`,
    section,
    title,
    need: 'registered',
    limitSeconds: 90,
    steps: operations.map(ask),
    checks: [
      ...targets.flatMap(({ path }) => [requestAnswered('observe', path, '+MIPLOBSERVE'), isObserved(path, true)]),
      ...operations.map(platformDone),
    ],
  };
}

/** The platform observes a path no more. */
export function cancelling(level: string, section: string, title: BilingualName, path: string): CaseDefinition {
  const operation: PlatformOperation = { kind: 'cancel', path };
  return {
    id: `cancel-${level}`,
    section,
    title,
    need: 'registered',
    limitSeconds: 90,
    steps: [{ do: 'beObserved', path, exactly: true }, ask(operation)],
    checks: [requestAnswered('cancel', path, '+MIPLOBSERVE'), isObserved(path, false), platformDone(operation)],
  };
}

const attributeCalls = attributed.map((target): PlatformOperation => ({ kind: 'observe', ...target }));

/** Chapter 3.5 of the document without discover. */
export const managementCases: readonly CaseDefinition[] = [
  reading('resource', '3.5 (2) A', say('读取资源', 'Read a resource'), '/3303/0/5700'),
  reading('instance', '3.5 (2) B', say('读取实例', 'Read an instance'), '/3303/0'),
  reading('object', '3.5 (2) C', say('读取对象', 'Read an object'), '/3303'),
  writing('resource', '3.5 (3) A', say('写入资源', 'Write a resource'), '/3306/0', [[5850, '0', '1']]),
  writing('instance', '3.5 (3) B', say('写入实例', 'Write an instance'), '/3306/0', [
    [5850, '0', '1'],
    [5851, '0', '22'],
  ]),
  executing('', say('执行资源', 'Execute a resource'), '/3303/0/5605'),
  {
    id: 'write-attributes',
    section: '3.5 (5)',
    title: say('写属性', 'Write attributes'),
    need: 'registered',
    limitSeconds: 120,
    steps: attributeCalls.map(ask),
    checks: [
      ...attributed.flatMap(({ path, attributes }) => [
        requestAnswered('parameter', path, '+MIPLPARAMETER'),
        attributesArrived(path, attributes),
      ]),
      ...attributeCalls.map(platformDone),
    ],
  },
  observing('resource', '3.5 (6) A', say('观察资源', 'Observe a resource'), attributed),
  observing('instance', '3.5 (6) B', say('观察实例', 'Observe an instance'), [{ path: '/3303/0', attributes: {} }]),
  observing('object', '3.5 (6) C', say('观察对象', 'Observe an object'), [{ path: '/3303', attributes: {} }]),
  cancelling('resource', '3.5 (6) D', say('取消观察资源', 'Cancel observing a resource'), '/3303/0/5700'),
  cancelling('instance', '3.5 (6) E', say('取消观察实例', 'Cancel observing an instance'), '/3303/0'),
  cancelling('object', '3.5 (6) F', say('取消观察对象', 'Cancel observing an object'), '/3303'),
];
