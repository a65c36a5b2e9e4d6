import { Buffer } from 'node:buffer';
import { remarkText } from '../../shared/remarks.ts';
import type { AttributeChanges } from '../../shared/lwm2m.ts';
import type { OutgoingNotification, PlatformRequest, RegistrationState } from '../../shared/state.ts';
import { AtChannel } from '../../main/at/channel.ts';
import type { ChannelOptions } from '../../main/at/channel.ts';
import { LineSplitter } from '../../main/at/lineSplitter.ts';
import { defaultModel, parseModel } from '../../main/lwm2m/deviceModel.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import { ObjectStore } from '../../main/lwm2m/objectStore.ts';
import { messageTable } from '../../main/mipl/messageTable.ts';
import { dialects } from '../../main/mipl/dialects.ts';
import { Engine } from '../../main/mipl/engine.ts';
import type { EngineOptions } from '../../main/mipl/engine.ts';
import type { LineLog } from '../../main/log/lineLog.ts';
import type { Urc } from '../../main/mipl/messages.ts';
import { makeLinkEnd } from '../../main/transport/linkEnd.ts';
import type { Link } from '../../main/transport/link.ts';

export interface RigOptions extends Partial<Omit<EngineOptions, 'dialect'>> {
  readonly dialect?: 'cis' | 'cmcc';
  readonly model?: DeviceModel;
  /** What the module says to a command; default `OK`. Undefined: nothing, the test says it. */
  readonly reply?: (command: string) => readonly string[] | undefined;
  readonly channel?: ChannelOptions;
  /** Another far end, such as a transcript. */
  readonly link?: Link;
  /** Where the lines are entered, as a session enters them. */
  readonly log?: LineLog;
  /** Hears the URCs that are no business of MIPL, too. */
  readonly onNetworkUrc?: (urc: Urc) => void;
}

/** An engine on a channel whose far end is in the hands of the test. No simulator: nothing here knows the table. */
export function rig(options: RigOptions = {}) {
  const {
    dialect = 'cis',
    model = defaultModel,
    reply = () => ['OK'],
    link,
    channel: habits,
    log,
    onNetworkUrc,
    ...times
  } = options;
  const sent: string[] = [];
  const faults: unknown[] = [];
  const say = (...lines: readonly string[]): void => {
    for (const line of lines) end.receive(Buffer.from(`\r\n${line}\r\n`));
  };
  const splitter = new LineSplitter(({ text }) => {
    sent.push(text);
    const lines = reply(text);
    if (lines) queueMicrotask(() => say(...lines));
  });
  const end = makeLinkEnd({
    write(bytes) {
      splitter.push(bytes, process.hrtime.bigint());
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
  const store = new ObjectStore(model);
  const requests = new Map<string, PlatformRequest>();
  const notifications = new Map<string, OutgoingNotification>();
  const registrations: RegistrationState[] = [];
  const standings: string[] = [];
  const attributes: [string, AttributeChanges][] = [];
  const network: Urc[] = [];
  const notes: string[] = [];
  let answerTimes: unknown;
  const channel: AtChannel = new AtChannel(
    link ?? end.link,
    {
      onUrc: (line) => engine.receive(line),
      onLine: (heard) => void log?.received(heard),
      onSent: (sent) => log?.sent(sent),
      onRestart: () => engine.reset(),
      onSync: () => undefined,
      onFault: (error) => faults.push(error),
    },
    { gapMs: 0, table: messageTable, ...habits },
  );
  const engine: Engine = new Engine(
    channel,
    store,
    {
      onLine: (heard) => log?.received(heard),
      onRequest: (request) => requests.set(request.id, request),
      onNotification: (notification) => notifications.set(notification.id, notification),
      onObservations: () => undefined,
      onAttributes: (path, set) => attributes.push([path, set]),
      onRegistration: (state) => registrations.push(state),
      onStanding: (path, standing) => standings.push(`${path} ${standing}`),
      onAnswerTimes: (times) => (answerTimes = times),
      onNetworkUrc: (urc) => {
        network.push(urc);
        onNetworkUrc?.(urc);
      },
      onRemark: (told) => notes.push(remarkText(told)),
    },
    { answerDeadlineMs: 3000, ...times, dialect: dialects[dialect] },
  );
  return {
    engine,
    channel,
    store,
    sent,
    say,
    faults,
    registrations,
    standings,
    attributes,
    network,
    notes,
    lose: (error: Error) => end.lose(error),
    receive: (bytes: Uint8Array) => end.receive(bytes),
    answerTimes: () => answerTimes,
    /** The ledger, oldest first. */
    requests: () => [...requests.values()],
    notifications: () => [...notifications.values()],
    phases: () => registrations.map((state) => state.phase),
    observed: () => engine.observations.map(({ path, msgId }) => `${path} ${msgId}`),
  };
}

/** Lets everything that is under way come to rest. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A rig with a session, as after event 6, and these observations. */
export async function registered(options: RigOptions = {}, observations: readonly string[] = []) {
  const station = rig(options);
  station.say('+MIPLEVENT:0,6', ...observations);
  await settle();
  station.sent.length = 0;
  return station;
}

/** Resources for {@link modelOf}: text, boolean, integer and float to write, and one to execute. */
export const oneOfEachType = {
  '/3306/0/5750': ['string', 'RW', 'lamp'],
  '/3306/0/5850': ['boolean', 'RW', '0'],
  '/3306/0/5851': ['integer', 'RW', '0'],
  '/3303/0/5700': ['float', 'RW', '20.5'],
  '/3303/0/5605': ['none', 'E'],
} as const;

/** A model of a few resources: `{ '/3200/0/5750': ['string', 'RW', 'lamp'] }`. */
export function modelOf(resources: Readonly<Record<string, readonly [type: string, access: string, value?: string]>>) {
  const objects = new Map<number, Map<number, unknown[]>>();
  for (const [path, [type, access, value]] of Object.entries(resources)) {
    const [objectId = 0, instanceId = 0, id] = path.slice(1).split('/').map(Number);
    const instances = objects.get(objectId) ?? new Map<number, unknown[]>();
    objects.set(objectId, instances);
    const list = instances.get(instanceId) ?? [];
    instances.set(instanceId, list);
    list.push({ id, type, access, ...(value === undefined ? {} : { value }) });
  }
  const model = {
    format: 'mipl-device-model',
    version: 1,
    objects: [...objects].map(([id, instances]) => ({
      id,
      instances: [...instances].map(([instanceId, list]) => ({ id: instanceId, resources: list })),
    })),
  };
  return parseModel(JSON.stringify(model), 'test.model.json');
}
