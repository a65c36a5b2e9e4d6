import { assigned, command, counted, integer, line, optional, quoted, raw, rest } from '../at/codec.ts';
import type { CommandSpec, LineSpec, ParamsOf } from '../at/codec.ts';
import { networkCommandSpecs, networkUrcs } from './networkMessages.ts';

/**
 * THE table: every MIPL command and URC (this file) and the general commands of the document's chapters 1 and 2
 * (networkMessages.ts). Parsing, formatting, the virtual module, the console's completion and the decoded log all
 * follow from an entry here. Parameter names are the manuals', spelt out. Sources: OneNET document for the M5310
 * (2018-04), OneMO LwM2M AT manual V5, M5311 AT specification v2.4, ME3616 manual V1.5.
 */

const id = () => integer(0, 65535);
const ref = integer(0, 255);
/** 32 bits, which some firmware prints signed (`%d`, `%ld` of Xinyi, EC616, RDA8910): what it said must come back. */
const msgId = integer(-0x8000_0000, 0xffff_ffff);
/** -1 stands for "all": of an object's instances, or of an instance's resources. */
const instanceOrAll = integer(-1, 65535);
const resourceOrAll = integer(-1, 65535);
const result = integer(1, 99);
/** Release assistance, `0x200` or `0x400`. Last on Quectel and Xinyi; China Mobile modules put it into `flag`. */
const releaseAssistance = optional(raw());
/** 1 string, 2 opaque, 3 integer, 4 float, 5 boolean, 6 hex string. */
const valueType = integer(0, 6);
const length = integer(0, 65535);
/** Counts down to 0 over the lines of one message. */
const index = integer(0, 65535);
/** 1 first, 2 middle, 0 last; or a release assistance number on China Mobile modules. */
const flag = raw();

const OPEN_TIMEOUT_MS = 10_000;
const DEREGISTER_TIMEOUT_MS = 30_000;

/** Every MIPL command. */
export const commands = {
  version: command({ name: '+MIPLVER', form: 'read', answer: line('+MIPLVER', { version: raw() }) }),
  create: command({ name: '+MIPLCREATE', answer: line('+MIPLCREATE', { ref: raw() }) }),
  /** With a configuration blob; `index` counts down, `flag` 1 first, 2 middle, 0 last. */
  createWithConfig: command({
    name: '+MIPLCREATE',
    params: { totalSize: integer(0, 65535), config: raw(), index, currentSize: integer(0, 65535), flag: integer(0, 3) },
    answer: line('+MIPLCREATE', { ref: raw() }),
  }),
  createEx: command({
    name: '+MIPLCREATEEX',
    params: {
      server: quoted(),
      flag: integer(0, 3),
      authCode: optional(quoted()),
      psk: optional(quoted()),
      pskId: optional(quoted()),
      encoding: optional(integer(0, 1)),
    },
    answer: line('+MIPLCREATEEX', { ref: raw() }),
  }),
  /** Only answered by China Mobile firmware: tells the dialect. */
  createExTest: command({ name: '+MIPLCREATEEX', form: 'test', answer: line('+MIPLCREATEEX', { range: rest() }) }),
  addObject: command({
    name: '+MIPLADDOBJ',
    params: {
      ref,
      objectId: id(),
      instanceCount: integer(1, 255),
      instanceBitmap: quoted(),
      attributeCount: integer(0, 65535),
      actionCount: integer(0, 65535),
    },
  }),
  deleteObject: command({ name: '+MIPLDELOBJ', params: { ref, objectId: id(), reserved: optional(integer()) } }),
  open: command({
    name: '+MIPLOPEN',
    params: { ref, lifetime: integer(0, 0x0fffffff), timeout: optional(integer(0, 65535)) },
    timeoutMs: OPEN_TIMEOUT_MS,
  }),
  openState: command({ name: '+MIPLOPEN', form: 'read' }),
  update: command({
    name: '+MIPLUPDATE',
    params: { ref, lifetime: integer(0, 0x0fffffff), withObjects: integer(0, 1), releaseAssistance },
  }),
  /** RDA 8910 says OK once the platform has answered. */
  close: command({ name: '+MIPLCLOSE', params: { ref }, timeoutMs: DEREGISTER_TIMEOUT_MS }),
  /** Deregisters first when registered, so it may take the radio's time. */
  delete: command({ name: '+MIPLDELETE', params: { ref }, timeoutMs: DEREGISTER_TIMEOUT_MS }),
  /** The M5311 specification's name for the same command. */
  deleteShort: command({ name: '+MIPLDEL', params: { ref }, timeoutMs: DEREGISTER_TIMEOUT_MS }),
  notify: command({
    name: '+MIPLNOTIFY',
    params: {
      ref,
      msgId,
      objectId: id(),
      instanceId: id(),
      resourceId: id(),
      valueType,
      length,
      value: counted({ isTyped: true }),
      index,
      flag,
      ackId: optional(integer(0, 65535)),
      /** OneMO: 0 text, 1 links, 2 opaque, 3 TLV, 4 JSON. Anything else in this place is release assistance. */
      contentType: optional(integer(0, 4), /^[0-4]$/),
      releaseAssistance,
    },
  }),
  readRsp: command({
    name: '+MIPLREADRSP',
    params: {
      ref,
      msgId,
      result,
      objectId: optional(id()),
      instanceId: optional(id()),
      resourceId: optional(id()),
      valueType: optional(valueType),
      length: optional(length),
      value: optional(counted({ isTyped: true })),
      index: optional(index),
      flag: optional(flag),
      releaseAssistance,
    },
  }),
  writeRsp: command({ name: '+MIPLWRITERSP', params: { ref, msgId, result, releaseAssistance } }),
  executeRsp: command({ name: '+MIPLEXECUTERSP', params: { ref, msgId, result, releaseAssistance } }),
  observeRsp: command({ name: '+MIPLOBSERVERSP', params: { ref, msgId, result, releaseAssistance } }),
  parameterRsp: command({ name: '+MIPLPARAMETERRSP', params: { ref, msgId, result, releaseAssistance } }),
  /** Dialect cis: answers a +MIPLDISCOVER by its msgId. Dialect cmcc sends the object id in its place, before OPEN. */
  discoverRsp: command({
    name: '+MIPLDISCOVERRSP',
    params: { ref, msgId, result, length: optional(length), resources: optional(counted()), releaseAssistance },
  }),
  updateSetting: command({ name: '+MIPLUPDATESET', params: { ref, automatic: integer(0, 1) } }),
  config: command({ name: '+MIPLCONFIG', params: { mode: integer(0, 9), first: raw(), second: optional(raw()) } }),
  configState: command({
    name: '+MIPLCONFIG',
    form: 'read',
    /** One line per mode, or, on BC260, one with everything. */
    answer: line('+MIPLCONFIG', {
      mode: integer(0, 9),
      first: raw(),
      second: optional(raw()),
      third: optional(raw()),
      fourth: optional(raw()),
      fifth: optional(raw()),
    }),
  }),
  /** OneMO configuration: "platform", "binding", … */
  generalConfig: command({
    name: '+MIPLCFG',
    params: { item: quoted(), ref, first: integer(), second: optional(raw()) },
  }),
  messageIndication: command({ name: '+MIPLNMI', params: { ref, mode: integer(0, 2), sent: optional(integer(0, 1)) } }),
  messageIndicationState: command({
    name: '+MIPLNMI',
    form: 'read',
    answer: line('+MIPLNMI', { ref, mode: integer(0, 2), sent: optional(integer(0, 1)) }, [2, 3]),
  }),
  messageIndicationTest: command({ name: '+MIPLNMI', form: 'test', answer: line('+MIPLNMI', { range: rest() }) }),
  fetchMessage: command({ name: '+MIPLMGR', params: { ref } }),
  queueState: command({
    name: '+MIPLQMGR',
    params: { ref },
    /** OneMO §4.4: requests that wait, that were dropped, bytes they take. */
    answer: line('+MIPLQMGR', {
      ref,
      queues: assigned('QUEUES'),
      dropped: assigned('DROPPED'),
      buffers: assigned('BUFFERS'),
    }),
  }),
  /** The server at hand, after a bootstrap the one that was told (OneMO §4.7). */
  deviceInfo: command({
    name: '+MIPLDEVINFO',
    form: 'read',
    answer: line('+MIPLDEVINFO', {
      server: quoted(),
      flag: integer(0, 3),
      authCode: optional(quoted()),
      psk: optional(quoted()),
    }),
  }),
  dtlsNat: command({ name: '+MIPLDTLSNAT', params: { ref, seconds: integer(0, 0x0fffffff) } }),
  /** Without a ref; M5310-A alone (OneMO §4.9). */
  remainingLifetime: command({ name: '+MIPLLTRDP', answer: line('+MIPLLTRDP', { seconds: integer() }) }),
  fotaConfig: command({ name: '+MIPLFOTACFG', params: { item: quoted(), hours: integer(1, 1440) } }),
  sotaVersion: command({ name: '+MIPLSOTAVER', params: { version: quoted() } }),
  sota: command({ name: '+MIPLSOTA', params: { step: integer(0, 9) }, timeoutMs: 30_000 }),
  bootstrap: command({ name: '+MIPLBOOTSTRAP', params: { enabled: integer(0, 1) } }),
  ...networkCommandSpecs,
} as const satisfies Record<string, CommandSpec>;

/** Every URC: lines the module prints unasked. */
export const urcs = {
  /** `count` is appended by China Mobile firmware. */
  read: line('+MIPLREAD', {
    ref,
    msgId,
    objectId: id(),
    instanceId: instanceOrAll,
    resourceId: resourceOrAll,
    count: optional(integer()),
  }),
  /**
   * CIS ends with flag and index, China Mobile firmware with the flag alone. Value as hex unless the type says more; MT2625
   * leaves the length of numbers empty, EC616 prints 1. OneMO's manual (§3.12, §3.14) has -1 for "all" here, too.
   */
  write: line('+MIPLWRITE', {
    ref,
    msgId,
    objectId: id(),
    instanceId: instanceOrAll,
    resourceId: resourceOrAll,
    valueType,
    length: optional(length),
    value: counted({ isTyped: true, isStrict: true }),
    flag: integer(0, 2),
    index: optional(index),
  }),
  execute: line('+MIPLEXECUTE', {
    ref,
    msgId,
    objectId: id(),
    instanceId: instanceOrAll,
    resourceId: resourceOrAll,
    length: optional(length),
    arguments: optional(counted({ isStrict: true })),
    flag: optional(integer(0, 2)),
    index: optional(index),
  }),
  /** `flag` 1 observe, 0 cancel. */
  observe: line('+MIPLOBSERVE', {
    ref,
    msgId,
    flag: integer(0, 1),
    objectId: id(),
    instanceId: instanceOrAll,
    resourceId: optional(resourceOrAll),
  }),
  discover: line('+MIPLDISCOVER', { ref, msgId, objectId: id() }),
  parameter: line('+MIPLPARAMETER', {
    ref,
    msgId,
    objectId: id(),
    instanceId: instanceOrAll,
    resourceId: resourceOrAll,
    length: optional(length),
    attributes: counted({ isPlain: true }),
  }),
  /** `extra`: ackid, msgid or seconds left, by event (codes.ts). */
  event: line('+MIPLEVENT', {
    ref,
    event: integer(0, 255),
    extra: optional(msgId),
    ackId: optional(msgId),
    time: optional(raw()),
    cached: optional(raw()),
  }),
  /** Xinyi prints words in place of events 40 to 46 and 48, and no colon. */
  firmwareUpdate: line('+FIRMWARE', { state: rest() }),
  messageWaiting: line('+MIPLNMI', { ref }, [1]),
  messageSent: line('+MIPLNSMI', { ref, status: integer(0, 1), msgId: optional(integer()) }),
  ...networkUrcs,
} as const satisfies Record<string, LineSpec>;

type UrcSpecs = (typeof urcs)[keyof typeof urcs];
/** Each for itself: names that come in several shapes keep them apart. */
type UrcFrom<S> = S extends LineSpec ? { readonly name: S['name']; readonly params: ParamsOf<S['params']> } : never;
/** A URC read with the table: `name` tells which, `params` are its values. */
export type Urc = UrcFrom<UrcSpecs>;
/** The URC of that name. */
export type UrcOf<N extends UrcSpecs['name']> = Extract<Urc, { readonly name: N }>;
