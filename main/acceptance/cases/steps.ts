import type { BilingualName } from '../../../shared/lwm2m.ts';
import type { PlatformOperation } from '../../../shared/platform.ts';
import type { Evidence } from '../run/evidence.ts';
import { say } from './words.ts';

/** How two texts are compared; the ordering ones read both as numbers. */
export const comparisons = ['=', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof comparisons)[number];

/** One step of a case. What is sent goes through the engine and its queue; `{name}` stands for a remembered text. */
export type Step =
  | {
      readonly do: 'send';
      readonly line: string;
      readonly final?: 'OK' | 'ERROR' | 'any';
      /** The value of that name in the answer is remembered under it. */
      readonly remember?: string;
    }
  /** Waits for a line that came after the step before; named groups are remembered. */
  | { readonly do: 'expect'; readonly pattern: string; readonly seconds: number }
  | { readonly do: 'compare'; readonly left: string; readonly with: Comparison; readonly right: string }
  /** Restarts the module: the nearest to switching it on that a program can do. */
  | { readonly do: 'restart' }
  | { readonly do: 'awaitNetwork' }
  | { readonly do: 'prepareSuite' }
  /** `mayFail`: the criterion is that it does not register. */
  | { readonly do: 'register'; readonly mayFail?: true }
  /** Until the platform has asked nothing for a spell; a long one where the criterion is that something is `absent`. */
  | { readonly do: 'settle'; readonly absent?: true }
  | { readonly do: 'update'; readonly lifetimeSeconds: number; readonly withObjects: boolean }
  | { readonly do: 'deregister' }
  | { readonly do: 'deleteSuite' }
  | { readonly do: 'deleteObject'; readonly objectId: number }
  /** Sets a value as a person does, so that a write by the platform shows. */
  | { readonly do: 'set'; readonly path: string; readonly value: string }
  | { readonly do: 'notify'; readonly path: string; readonly value: string }
  /** The platform observes this path or something above it; it is asked to where it does not. */
  | { readonly do: 'beObserved'; readonly path: string; readonly exactly?: true }
  /** Asks the platform, again and again until `until` is true where it is given. */
  | {
      readonly do: 'ask';
      readonly operation: PlatformOperation;
      readonly until?: (evidence: Evidence) => boolean;
      /** Left out unless this is true: some firmware hides from the host what the platform asks. */
      readonly when?: (evidence: Evidence) => boolean;
    };

/** What a case of the table begins from. */
export type Need =
  /** The module answers AT. */
  | 'module'
  /** The module is registered with the network. */
  | 'network'
  /** No communication suite exists. */
  | 'bare'
  /** No UDP socket of ours is open. */
  | 'noSocket'
  /** A UDP socket is open; its number is remembered as `socket`. The fresh one has no data waiting. */
  | 'socket'
  | 'freshSocket'
  /** The suite exists with all objects; there is no session. */
  | 'suite'
  /** There is a session with the platform. */
  | 'registered';

export const needTexts: Readonly<Record<Need, BilingualName>> = {
  module: say('模组对 AT 返回 OK', 'the module answers AT with OK'),
  network: say('模组已入网', 'the module is on the network'),
  bare: say('已入网，没有通信套件', 'on the network, no communication suite'),
  noSocket: say('已入网，没有 UDP Socket', 'on the network, no UDP socket'),
  freshSocket: say('已入网，UDP Socket 刚创建', 'on the network, a UDP socket was just made'),
  socket: say('已入网，UDP Socket 已创建', 'on the network, a UDP socket is open'),
  suite: say('通信套件与对象已创建，未注册', 'suite and objects exist, not registered'),
  registered: say('设备已在 OneNET 注册', 'registered on OneNET'),
};

const attributeText = (attributes: object): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}=${String(value)}`)
    .join('');

function operationText(operation: PlatformOperation): BilingualName {
  const path = 'path' in operation ? ` ${operation.path}` : '';
  switch (operation.kind) {
    case 'read':
      return say(`平台读取${path}`, `the platform reads${path}`);
    case 'write': {
      const values = operation.values.map(({ resourceId, value }) => `${resourceId}=${value}`).join(', ');
      return say(`平台写入${path}：${values}`, `the platform writes${path}: ${values}`);
    }
    case 'execute':
      return say(`平台执行${path}：${operation.args}`, `the platform executes${path}: ${operation.args}`);
    case 'writeAttributes':
    case 'observe': {
      const attributes = attributeText(operation.attributes);
      return attributes === ''
        ? say(`平台观察${path}`, `the platform observes${path}`)
        : say(
            `平台写属性并观察${path}${attributes}`,
            `the platform writes attributes and observes${path}${attributes}`,
          );
    }
    case 'cancel':
      return say(`平台取消观察${path}`, `the platform cancels the observation of${path}`);
    case 'discover':
      return say(`平台查询资源列表${path}（发现）`, `the platform discovers${path}`);
    case 'resources':
      return say(`在平台查看资源列表${path}`, `look up the list of resources on the platform${path}`);
    case 'findDevice':
      return say('在平台按 IMEI 查询设备 ID', 'look up the device ID for this IMEI');
    case 'status':
      return say('在平台查看在线状态', 'look up the online status on the platform');
    case 'datapoints':
      return say('在平台查看上报数据', "the platform's data points");
    case 'createDevice':
      return say('在平台创建设备', 'create the device on the platform');
  }
}

/** `{name}` in a text of a plan, which stands for what was remembered by that name; `\{name}` does not. */
export const placeholder = /(?<!\\)\{([A-Za-z]\w*)\}/g;

/** A text of a plan as people read it: with what was remembered, else with the name as TS 27.007 writes a parameter. */
export const planTextShown = (text: string, remembered: Readonly<Record<string, string>>): string =>
  text.replace(placeholder, (_, name: string) =>
    Object.hasOwn(remembered, name) ? (remembered[name] ?? '') : `<${name}>`,
  );

/** A step in words, as plan and report show it; with what was remembered, where it has been done. */
export function stepText(step: Step, remembered: Readonly<Record<string, string>> = {}): BilingualName {
  switch (step.do) {
    case 'send': {
      const line = planTextShown(step.line, remembered);
      return say(line, line);
    }
    case 'expect':
      return say(`${step.seconds} s 内收到符合条件的行`, `wait up to ${step.seconds} s for the expected line`);
    case 'compare': {
      const text = planTextShown(`${step.left} ${step.with} ${step.right}`, remembered);
      return say(`比较 ${text}`, `compare ${text}`);
    }
    case 'restart':
      return say('重启模组（AT+NRB），再发送 AT 直到返回 OK', 'restart the module (AT+NRB), then send AT until OK');
    case 'awaitNetwork':
      return say('发送 AT+CEREG?，直到状态为 1 或 5', 'send AT+CEREG? until the status is 1 or 5');
    case 'prepareSuite':
      return say('AT+MIPLCREATE，再对每个对象执行 AT+MIPLADDOBJ', 'AT+MIPLCREATE, then AT+MIPLADDOBJ for each object');
    case 'register':
      return say('AT+MIPLOPEN，等待事件', 'AT+MIPLOPEN, wait for the event');
    case 'settle':
      return say('应答平台请求，直到平台不再下发', 'answer the platform until no more requests come');
    case 'update':
      return say(
        `AT+MIPLUPDATE=0,${step.lifetimeSeconds},${step.withObjects ? 1 : 0}，等待事件 11`,
        `AT+MIPLUPDATE=0,${step.lifetimeSeconds},${step.withObjects ? 1 : 0}, wait for event 11`,
      );
    case 'deregister':
      return say('AT+MIPLCLOSE=0', 'AT+MIPLCLOSE=0');
    case 'deleteSuite':
      return say('AT+MIPLDELETE=0', 'AT+MIPLDELETE=0');
    case 'deleteObject':
      return say(`AT+MIPLDELOBJ=0,${step.objectId}`, `AT+MIPLDELOBJ=0,${step.objectId}`);
    case 'set':
      return say(`设备侧将 ${step.path} 设为 ${step.value}`, `set ${step.path} to ${step.value} on the device`);
    case 'notify':
      return say(`AT+MIPLNOTIFY ${step.path} = ${step.value}`, `AT+MIPLNOTIFY ${step.path} = ${step.value}`);
    case 'beObserved':
      return say(`确保平台已观察 ${step.path}`, `make sure the platform observes ${step.path}`);
    case 'ask':
      return operationText(step.operation);
  }
}

/** Paths a step speaks of: a model without them cannot run it. */
export function pathsOf(step: Step): readonly string[] {
  if (step.do === 'set' || step.do === 'notify' || step.do === 'beObserved') return [step.path];
  if (step.do === 'deleteObject') return [`/${step.objectId}`];
  if (step.do !== 'ask') return [];
  const { operation } = step;
  if (operation.kind === 'write') return operation.values.map(({ resourceId }) => `${operation.path}/${resourceId}`);
  if (operation.kind === 'datapoints') return operation.paths;
  return 'path' in operation ? [operation.path] : [];
}
