import fc from 'fast-check';
import type { Fact } from '../../main/facts/fact.ts';
import { Replay } from '../../main/facts/replay.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { ObjectStore } from '../../main/lwm2m/objectStore.ts';
import { usualLine } from '../../shared/lineSettings.ts';
import { initialDeviceState } from '../../shared/state.ts';
import { stageNames } from '../../shared/stageNames.ts';
import { requestKinds } from '../../shared/requestKinds.ts';
import type { AttributeChanges } from '../../shared/lwm2m.ts';
import { noFigures } from '../../shared/udp.ts';

const text = fc.string({ unit: 'binary', maxLength: 12 });
const path = fc.constantFrom('/3303/0/5700', '/3303/0', '/3306/0/5850', '__proto__', 'constructor');
const atMs = fc.double({ min: 1.7e12, max: 1.9e12, noNaN: true });
const count = fc.nat(9);
const id = fc.integer({ min: 1, max: 400 }).map(String);
const fault = fc.record({ code: fc.constant('PORT_LOST' as const), message: text });
const stage = fc.constantFrom(...stageNames);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 4 });
/** Each field there, taken away, or not spoken of. */
const change = <T extends object>(fields: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(fields as never, { requiredKeys: [] }) as fc.Arbitrary<T>;
const fact = <T extends Fact>(name: T['fact'], fields: object): fc.Arbitrary<Fact> =>
  fc.record({ fact: fc.constant(name), ...fields } as never) as unknown as fc.Arbitrary<Fact>;

const port = fc.record({ path: text, kind: fc.constant('serial') });
const sample = fc.record({ number: fc.integer({ min: 1, max: 5 }), status: fc.constantFrom('waiting', 'lost') });
const echo = fc.record({
  test: change({ phase: fc.constantFrom('idle', 'running'), startedMs: maybe(atMs) }),
  figures: change({ sent: count, lastMs: maybe(count) }),
  samples: fc.array(sample, { maxLength: 3 }),
  from: fc.integer({ min: 1, max: 5 }),
});
const resource = fc.record({ value: text, changedMs: atMs, standing: fc.constant('local'), standingMs: atMs });
const whole = initialDeviceState();

/** Any fact that a program could tell of a device; those of values that are not there included. */
export const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  fact('settings', {
    settings: fc.constant({
      lifetimeSeconds: 60,
      openTimeoutSeconds: 30,
      commandGapMs: 20,
      answerDeadlineMs: 3000,
      registerOnConnect: true,
      automaticNotifications: 'never',
      automaticUpdate: false,
    }),
  }),
  fact('opening', { port, baudRate: count, atMs }),
  fact('opening', { port, baudRate: count, line: fc.constant(usualLine), atMs }),
  fact('connection', {
    atMs,
    input: fc.oneof(
      fc.record({ type: fc.constantFrom('opened', 'answering', 'closed', 'waiting') }),
      fc.record({ type: fc.constantFrom('failed', 'lost', 'waiting'), fault }),
      fc.record({ type: fc.constant('opened'), suggestion: text }),
      fc.record({ type: fc.constant('line'), line: fc.constant(usualLine) }),
      fc.record({ type: fc.constant('moved'), port: fc.constant({ path: '/dev/ttyUSB1', kind: 'serial' }) }),
      fc.record({ type: fc.constant('modemLines'), lines: fc.constant({ cts: true, dsr: false, dcd: true }) }),
    ),
  }),
  fact('simulator', { simulator: maybe(fc.record({ http: text, coap: text, echo: text, imei: text, imsi: text })) }),
  fact('stage', { name: stage, change: fc.oneof(fc.constantFrom('running', 'done'), fc.record({ fault })), atMs }),
  fact('stale', { from: stage }),
  fact('identity', { identity: change({ imei: text, model: text }) }),
  fact('network', { network: change({ registration: count, tac: text, asleep: fc.boolean() }) }),
  fact('dialect', { dialect: fc.constant({ name: 'cmcc', source: 'override' }) }),
  fact('diagnosis', { diagnosis: maybe(fc.constant({ verdict: 'unknown', causes: [], ruledOut: [] })) }),
  fact('networkChange', {
    networkChange: change({
      running: fc.constant('scan'),
      last: fc.constant({ change: { kind: 'clearLock' }, atMs: 1 }),
      fault,
      carriers: fc.constant([{ status: 1, carrier: '46000' }]),
    }),
  }),
  fact('signal', { id, sample: fc.record({ atMs, rsrpDbm: fc.integer() }) }),
  fact('macro', {
    macro: maybe(
      fc.record({
        macro: fc.constant({ name: 'x', steps: [{ do: 'pause', pauseMs: 1 }] }),
        phase: fc.constantFrom('running', 'done'),
        step: count,
        startedMs: atMs,
      }),
    ),
  }),
  fact('antenna', { antenna: fc.constant({ positions: {}, isInReport: true }) }),
  fact('registration', {
    registration: fc.oneof(
      fc.record({ phase: fc.constantFrom('registered', 'opening', 'deregistered', 'failed') }),
      fc.record({ phase: fc.constant('failed'), fault }),
    ),
    atMs,
  }),
  fact('suiteDeleted', {}),
  fact('byHand', {}),
  fact('observations', {
    ended: fc.array(path, { maxLength: 2 }),
    begun: fc.array(fc.record({ path, msgId: count, sinceMs: atMs }), { maxLength: 2 }),
  }),
  fact('attributes', { path, changes: change<AttributeChanges>({ pmin: maybe(count), st: maybe(count) } as never) }),
  fact('request', {
    id,
    change: fc.oneof(
      fc.record({ id, kind: fc.constantFrom(...requestKinds), msgId: count, path, arrivedMs: atMs, seq: count }),
      change({
        status: fc.constantFrom('answered', 'failed'),
        repeats: count,
        fault: maybe(fault),
        late: fc.boolean(),
      }),
    ),
  }),
  fact('notification', {
    id,
    change: fc.record({
      id,
      path,
      value: text,
      msgId: count,
      sentMs: atMs,
      status: fc.constant('sent'),
      fault: maybe(fault),
    }),
  }),
  fact('answerTimes', { change: change({ count, lateCount: count, lastMs: maybe(count) }) }),
  fact('holdKinds', { kinds: fc.subarray([...requestKinds]) }),
  fact('armedAnswers', {
    answers: fc.array(
      fc.record({
        id: text,
        kind: fc.constantFrom(...requestKinds),
        path,
        times: count,
        used: count,
        answer: fc.constantFrom({ kind: 'never' }, { kind: 'error', result: 13, afterMs: 500 }),
      }),
    ),
  }),
  fact('value', { path, value: text, by: fc.constantFrom('person', 'platform', 'generator'), atMs }),
  fact('executed', { path, count, atMs }),
  fact('standing', { path, standing: fc.constant('notified'), atMs }),
  fact('generator', {
    path,
    generator: maybe(
      fc.record({ spec: fc.constant({ kind: 'constant', value: '1', everySeconds: 1 }), startedMs: atMs }),
    ),
  }),
  fact('udp', { change: change({ reportMode: fc.constantFrom(0, 1, 2) }) }),
  fact('udp', { change: fc.constant({}), echo }),
  fact('datagram', {
    id,
    change: fc.record({
      id,
      direction: fc.constant('in'),
      socket: count,
      length: count,
      hex: text,
      atMs,
      status: fc.constant('received'),
    }),
  }),
  fact('platform', { change: change({ hasKey: fc.boolean() }) }),
  fact('platformCall', {
    id,
    change: fc.record({
      id,
      mode: fc.constant('host'),
      operation: fc.constant({ kind: 'status' }),
      method: fc.constant('GET'),
      url: text,
      curl: text,
      startedMs: atMs,
      status: fc.constant('waiting'),
      requestIds: fc.constant([]),
    }),
  }),
  fact('acceptance', { change: change({ phase: fc.constantFrom('idle', 'done'), finishedMs: maybe(atMs) }) }),
  fact('acceptanceCase', {
    id,
    change: maybe(
      fc.record({
        key: count,
        position: count,
        info: fc.constant({ id: 'version' }),
        isSelected: fc.boolean(),
        note: text,
        expectedMs: count,
        status: fc.constant('waiting'),
      }),
    ),
  }),
  fact('journal', {
    change: fc.record({ file: text, name: text, startedMs: atMs, bytes: count, lines: count, fault: maybe(fault) }),
  }),
  fc.constant<Fact>({ fact: 'anew' }),
  fact('deviceModel', {
    model: fc.record({ id, name: text, digest: text }),
    objects: fc.constant(new ObjectStore(defaultModel).view()),
    values: fc.dictionary(path, text, { maxKeys: 3 }),
    atMs,
  }),
  fact('part', { part: fc.constant('objects'), value: fc.constant(new ObjectStore(defaultModel).view()) }),
  fact('part', {
    part: fc.constant('udp'),
    value: fc.constant({ ...whole.udp, echo: { phase: 'done', figures: noFigures } }),
  }),
  fact('entry', { part: fc.constant('resources'), key: path, value: resource }),
);

/** Facts of which each can be folded. */
export const foldable = fc.array(anyFact, { maxLength: 60, size: 'max' }).map((facts) => {
  const kept: Fact[] = [];
  let isWhole = true;
  const replay = new Replay(() => (isWhole = false));
  for (const fact of facts) {
    isWhole = true;
    replay.fold(fact);
    if (isWhole) kept.push(fact);
  }
  return kept;
});
