import { initialAntenna } from '../../shared/antenna.ts';
import { defined } from '../../shared/defined.ts';
import { mergeAttributes } from '../../shared/lwm2m.ts';
import type { ResourceValue } from '../../shared/lwm2m.ts';
import { initialDeviceState } from '../../shared/state.ts';
import { applyPatch, isKeyed, keyedParts } from '../../shared/statePatch.ts';
import type {
  DeviceState,
  ObservationState,
  PlatformRequest,
  RegistrationState,
  ResourceState,
  SteadyTimeMs,
} from '../../shared/state.ts';
import type { StateChanges } from '../../shared/statePatch.ts';
import { isReachableByPlatform } from '../mipl/registration.ts';
import { changed } from './change.ts';
import { stepConnection } from './connection.ts';
import { echoAfter } from './echoChange.ts';
import type { Fact, FactOf } from './fact.ts';
import { freshStages, staleFrom, withStage } from './stages.ts';

/** Entries kept for the screen; older requests, notifications and datagrams are in the journal. */
export const kept = { requests: 200, outbox: 200, datagrams: 200, platformCalls: 100, signalSamples: 600 } as const;

/** How every request begins; only what is otherwise is told of it. */
export const newRequest = {
  status: 'answering',
  acknowledgedLines: 0,
  totalLines: 0,
  late: false,
  repeats: 0,
} as const;

/** Parts that a burst fills: of these only the newest entries are kept. */
export type BoundedPart = keyof typeof kept;

/** The state without the bounded parts. */
export type StateFacts = Omit<DeviceState, BoundedPart>;

/** What is looked at to know what a fact changes. */
export interface Known {
  readonly facts: StateFacts;
  /** An entry of a bounded part, as long as it is kept. */
  entry<P extends BoundedPart>(part: P, id: string): DeviceState[P][string] | undefined;
  ids(part: BoundedPart): readonly string[];
}

type Stages = StateFacts['stages'];

/** True for a part of which only the newest entries are kept. */
export function isBounded(part: string): part is BoundedPart {
  return Object.hasOwn(kept, part);
}

/** The state after a fact. Pure; costs what the state holds: the program itself applies {@link changesOf} in place. */
export function fold(state: DeviceState, fact: Fact): DeviceState {
  const known: Known = {
    facts: state,
    entry: <P extends BoundedPart>(part: P, id: string) =>
      entryOf<DeviceState[P][string]>(state[part] as Readonly<Record<string, DeviceState[P][string]>>, id),
    ids: (part) => Object.keys(state[part]),
  };
  return onlyNewest(applyPatch(state, changesOf(known, fact)));
}

/**
 * What a fact changes. Pure, and as cheap however much the state holds.
 * @throws Error for a fact that speaks of something which is not there.
 */
export function changesOf(known: Known, fact: Fact): StateChanges {
  const { facts } = known;
  switch (fact.fact) {
    case 'settings':
    case 'byHand':
      return {};
    case 'opening': {
      const { port, baudRate, line, atMs } = fact;
      const connection = stepConnection(facts.connection, { type: 'open', port, baudRate, ...defined({ line }) }, atMs);
      return {
        connection,
        stages: withStage(freshStages(), 'port', 'running', atMs),
        module: {},
        network: {},
        networkChange: {},
        antenna: initialAntenna,
        macro: null,
      };
    }
    case 'connection':
      return { connection: stepConnection(facts.connection, fact.input, fact.atMs) };
    case 'simulator':
      return { simulator: fact.simulator };
    case 'stage':
      return { stages: withStage(facts.stages, fact.name, fact.change, fact.atMs) };
    case 'stale':
      return { stages: staleFrom(facts.stages, fact.from) };
    case 'identity':
      return { module: { ...facts.module, ...fact.identity } };
    case 'network':
      return { network: { ...facts.network, ...fact.network } };
    case 'diagnosis':
      return { diagnosis: fact.diagnosis };
    case 'networkChange':
      return { networkChange: fact.networkChange };
    case 'signal':
      return { signalSamples: { [fact.id]: fact.sample } };
    case 'antenna':
      return { antenna: fact.antenna };
    case 'macro':
      return { macro: fact.macro };
    case 'dialect':
      return { dialect: fact.dialect };
    case 'registration': {
      const stages = stagesAfter(facts.stages, fact);
      return { registration: fact.registration, ...(stages ? { stages } : {}) };
    }
    case 'suiteDeleted': {
      const waiting = { status: 'waiting' } as const;
      return { stages: { ...facts.stages, objects: waiting, onenet: waiting } };
    }
    case 'observations':
      return { observations: observationsAfter(facts.observations, fact) };
    case 'attributes': {
      const before = entryOf(facts.attributes, fact.path) ?? {};
      return { attributes: { [fact.path]: mergeAttributes(before, fact.changes) } };
    }
    case 'request':
      return {
        requests: {
          [fact.id]: changed(known.entry('requests', fact.id) ?? (newRequest as PlatformRequest), fact.change),
        },
      };
    case 'notification':
      return { outbox: { [fact.id]: changed(known.entry('outbox', fact.id), fact.change) } };
    case 'answerTimes':
      return { answerTimes: changed(facts.answerTimes, fact.change) };
    case 'holdKinds':
      return { holdKinds: fact.kinds };
    case 'armedAnswers':
      return { armedAnswers: fact.answers };
    case 'deviceModel':
      return otherDevice(facts, fact);
    case 'value':
    case 'executed':
    case 'standing':
      return resourceAfter(entryOf(facts.resources, fact.path), fact);
    case 'generator':
      return { generators: { [fact.path]: fact.generator } };
    case 'udp': {
      const { echo, ...others } = facts.udp;
      const after = fact.echo ? echoAfter(echo, fact.echo) : echo;
      return { udp: { ...changed(others, fact.change), echo: after } };
    }
    case 'datagram':
      return { datagrams: { [fact.id]: changed(known.entry('datagrams', fact.id), fact.change) } };
    case 'platform':
      return { platform: changed(facts.platform, fact.change) };
    case 'platformCall':
      return { platformCalls: { [fact.id]: changed(known.entry('platformCalls', fact.id), fact.change) } };
    case 'acceptance':
      return { acceptance: changed(facts.acceptance, fact.change) };
    case 'acceptanceCase': {
      const { id, change } = fact;
      return { acceptanceCases: { [id]: change && changed(entryOf(facts.acceptanceCases, id), change) } };
    }
    case 'journal':
      return { journal: changed(facts.journal ?? undefined, fact.change) };
    case 'anew':
      return nothingKnown(known);
    case 'part':
      return { [fact.part]: fact.value };
    case 'entry':
      return { [fact.part]: { [fact.key]: fact.value } };
  }
}

function entryOf<T>(entries: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(entries, key) ? entries[key] : undefined;
}

/**
 * The last two stages follow events also when nobody here asked: a person typed MIPLOPEN, the lifetime ran out, an acceptance run
 * registered again or deleted the suite. Who is registered has objects; without a session the way to OneNET is not done.
 */
function stagesAfter(stages: Stages, { registration, atMs }: FactOf<'registration'>): Stages | undefined {
  const isDone = stages.onenet.status === 'done';
  if (isReachableByPlatform(registration)) {
    if (isDone) return undefined;
    const whole = stages.objects.status === 'stale' ? withStage(stages, 'objects', 'done', atMs) : stages;
    return withStage(whole, 'onenet', 'done', atMs);
  }
  if (!isDone) return undefined;
  const { phase, fault }: RegistrationState = registration;
  if (phase === 'failed' && fault) return withStage(stages, 'onenet', { fault }, atMs);
  if (phase === 'idle') return staleFrom(stages, 'onenet');
  return phase === 'deregistered' ? { ...stages, onenet: { status: 'waiting' } } : undefined;
}

function observationsAfter(
  before: readonly ObservationState[],
  { ended, begun }: FactOf<'observations'>,
): readonly ObservationState[] {
  const over = new Set([...ended, ...begun.map(({ path }) => path)]);
  return [...before.filter(({ path }) => !over.has(path)), ...begun];
}

/** Only a value makes a resource; a path without one cannot have been executed, nor told to anybody. */
function resourceAfter(
  before: ResourceState | undefined,
  fact: FactOf<'value'> | FactOf<'executed'> | FactOf<'standing'>,
): StateChanges {
  const { path, atMs } = fact;
  if (fact.fact === 'value') {
    const standing = fact.by === 'platform' ? 'writtenByPlatform' : 'local';
    return { resources: { [path]: { ...before, value: fact.value, changedMs: atMs, standing, standingMs: atMs } } };
  }
  if (!before) throw new Error(`There is no resource ${path}`);
  const change = fact.fact === 'executed' ? { executed: fact.count, changedMs: atMs } : standingSince(fact);
  return { resources: { [path]: { ...before, ...change } } };
}

/** The state of a resource whose value nobody but us knows. */
export const untold = (value: ResourceValue, atMs: SteadyTimeMs): ResourceState => ({
  value,
  changedMs: atMs,
  standing: 'local',
  standingMs: atMs,
});

function otherDevice(facts: StateFacts, { model, objects, values, atMs }: FactOf<'deviceModel'>): StateChanges {
  const none = (part: object): Record<string, null> =>
    Object.fromEntries(Object.keys(part).map((path) => [path, null] as const));
  const { resources, attributes, generators } = facts;
  const fresh = Object.fromEntries(Object.entries(values).map(([path, value]) => [path, untold(value, atMs)]));
  return {
    model,
    objects,
    resources: { ...none(resources), ...fresh },
    attributes: none(attributes),
    generators: none(generators),
    observations: [],
  };
}

function standingSince({ standing, atMs }: FactOf<'standing'>): Pick<ResourceState, 'standing' | 'standingMs'> {
  return { standing, standingMs: atMs };
}

function nothingKnown(known: Known): StateChanges {
  const changes: Record<string, unknown> = { ...initialDeviceState() };
  for (const part of keyedParts) {
    const keys = isBounded(part) ? known.ids(part) : Object.keys(known.facts[part]);
    changes[part] = Object.fromEntries(keys.map((key) => [key, null]));
  }
  return changes as StateChanges;
}

/** The facts that, after `anew`, come to this state. */
export function* factsOf(state: DeviceState): Generator<Fact> {
  yield { fact: 'anew' };
  for (const [part, value] of Object.entries(state)) {
    if (!isKeyed(part)) yield { fact: 'part', part, value } as Fact;
    else
      for (const [key, entry] of Object.entries(state[part])) yield { fact: 'entry', part, key, value: entry } as Fact;
  }
}

/** The bounded parts with their newest entries only, by ids that count up. */
function onlyNewest(state: DeviceState): DeviceState {
  let next = state;
  for (const part of Object.keys(kept) as BoundedPart[]) {
    const ids = Object.keys(state[part]);
    if (ids.length <= kept[part]) continue;
    const newest = ids.sort((one, other) => Number(one) - Number(other)).slice(-kept[part]);
    next = { ...next, [part]: Object.fromEntries(newest.map((id) => [id, state[part][id]])) };
  }
  return next;
}
