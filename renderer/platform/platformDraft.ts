import type { NotificationAttributes } from '../../shared/lwm2m.ts';
import { attributeNames, parsePath } from '../../shared/lwm2m.ts';
import type { PlatformCall, PlatformMode, PlatformOperation, PlatformOperationKind } from '../../shared/platform.ts';
import {
  attributeProblem,
  defaultPlatformTimeoutSeconds,
  deviceFields,
  onlineIn,
  parsePlatformHost,
  platformOperation,
  platformTimeoutRange,
} from '../../shared/platform.ts';
import type { ProgramState } from '../../shared/programState.ts';
import type { DeviceState, ObjectView, ResourceView } from '../../shared/state.ts';
import { MAX_PAYLOAD_BYTES, utf8Length } from '../../shared/values.ts';
import { readWhole } from '../../shared/wholeRange.ts';
import { checkTyped } from '../objects/composer.ts';
import { visible } from '../ui/format.ts';
import type { Phrase } from '../../shared/phrase.ts';
import { phrase } from '../../shared/phrase.ts';
import type { WrittenNumber } from '../ui/prettyJson.ts';
import { parseAsWritten } from '../ui/prettyJson.ts';

/** Operations that reach the module, and those the platform answers alone, in the order of the document. */
export const deviceKinds = ['discover', 'read', 'write', 'execute', 'writeAttributes', 'observe', 'cancel'] as const;
/** Of those, the ones that carry attributes. */
export type AttributeKind = Extract<FormKind, 'writeAttributes' | 'observe'>;
export const ownKinds = ['resources', 'datapoints', 'createDevice'] as const;
export type FormKind = (typeof deviceKinds)[number] | (typeof ownKinds)[number];

export type AttributeName = keyof NotificationAttributes;

type TypedAttributes = Record<AttributeName, string>;
const noAttributes: TypedAttributes = { pmin: '', pmax: '', gt: '', lt: '', st: '' };

/** What stands in the form, all of it as typed. */
export interface PlatformDraft {
  kind: FormKind;
  /** Path by operation: what fits one seldom fits the next. */
  paths: Partial<Record<FormKind, string>>;
  mode: 'update' | 'replace';
  /** Resources to be written, by path. */
  written: Record<string, string>;
  args: string;
  /** Each operation has its own: what was written must not be written again by every observe after it. */
  attributes: Record<AttributeKind, TypedAttributes>;
  isPeriod: boolean;
  start: string;
  end: string;
  limit: string;
  title: string;
  imei: string;
  imsi: string;
  authCode: string;
  isObserved: boolean;
  timeoutSeconds: string;
  /** Typed device ids, where the platform has not told one. */
  deviceIds: Partial<Record<PlatformMode, string>>;
}

/** An empty form. */
export function freshDraft(): PlatformDraft {
  return {
    kind: 'read',
    paths: {},
    mode: 'update',
    written: {},
    args: 'reset',
    attributes: { writeAttributes: { ...noAttributes }, observe: { ...noAttributes } },
    isPeriod: false,
    start: '',
    end: '',
    limit: '100',
    title: '',
    imei: '',
    imsi: '',
    authCode: '',
    isObserved: true,
    timeoutSeconds: String(defaultPlatformTimeoutSeconds),
    deviceIds: {},
  };
}

/** A path one can choose. */
export interface PathChoice {
  readonly path: string;
  readonly resource?: ResourceView;
}
export interface PathGroup {
  readonly object: ObjectView;
  readonly choices: readonly PathChoice[];
}

/** Whether a resource can be the target of an operation. */
function fits(kind: FormKind, resource: ResourceView): boolean {
  if (kind === 'execute') return resource.operations.includes('E');
  return (
    ['read', 'writeAttributes', 'observe', 'cancel', 'datapoints'].includes(kind) && resource.operations.includes('R')
  );
}

/** The paths of the object tree an operation can be asked of, by object. */
export function pathGroups(objects: readonly ObjectView[], kind: FormKind): PathGroup[] {
  const hasObject = !['write', 'execute', 'datapoints'].includes(kind);
  const hasInstance = !['execute', 'datapoints'].includes(kind);
  return objects
    .map((object): PathGroup => ({
      object,
      choices: [
        ...(hasObject ? [{ path: `/${object.objectId}` }] : []),
        ...object.instances.flatMap(({ instanceId, resources }): PathChoice[] => [
          ...(hasInstance ? [{ path: `/${object.objectId}/${instanceId}` }] : []),
          ...resources
            .filter((resource) => fits(kind, resource))
            .map((resource) => ({ path: resource.path, resource })),
        ]),
      ],
    }))
    .filter(({ choices }) => choices.length > 0);
}

/** The path to begin with: the one selected in the tree where it fits, else the first of the finest kind. */
export function firstPath(groups: readonly PathGroup[], kind: FormKind, selected: string | undefined): string {
  const all = groups.flatMap(({ choices }) => choices);
  if (kind === 'datapoints') return '';
  const wanted = all.find(({ path }) => path === selected) ?? all.find(({ path }) => selected?.startsWith(`${path}/`));
  if (wanted) return wanted.path;
  // The document writes the actuator and reads the sensor.
  const byUse = kind === 'write' ? all.find(({ path }) => path.startsWith('/3306/')) : undefined;
  return (byUse ?? all.find(({ resource }) => resource !== undefined) ?? all[0])?.path ?? '';
}

/** An operation to be sent, or what is in the way. */
export type DraftVerdict =
  | { readonly ok: true; readonly operation: PlatformOperation; readonly timeoutSeconds: number }
  | { readonly ok: false; readonly reason: Phrase };

const no = (reason: string, values: Phrase['values'] = {}): DraftVerdict => ({
  ok: false,
  reason: phrase(`platform.why.${reason}`, values),
});

/** What the rules need to know of the state. */
export type VerdictState = Pick<DeviceState, 'objects' | 'simulator' | 'module' | 'platform'> &
  Pick<ProgramState, 'settings'>;

/** IMEI of the device that is asked about; empty when nobody knows it. */
export function imeiOf(state: VerdictState): string {
  return (state.settings.platformMode === 'simulated' ? state.simulator?.imei : state.module.imei) ?? '';
}

/** Why nothing at all can be asked of the target; undefined when it can. */
export function targetProblem(state: VerdictState): Phrase | undefined {
  const { platformMode, platformHost } = state.settings;
  if (platformMode === 'simulated') return state.simulator ? undefined : phrase('platform.why.noSimulator');
  const needsKey = parsePlatformHost(platformHost)?.isLoopback !== true;
  return needsKey && !state.platform.hasKey ? phrase('platform.why.noKey') : undefined;
}

/** Device id as typed, or as the platform told it. */
export function deviceIdOf(draft: PlatformDraft, state: VerdictState): string {
  const { platformMode } = state.settings;
  return (draft.deviceIds[platformMode] ?? '').trim() || (state.platform.deviceIds[platformMode] ?? '');
}

/**
 * Whose device id the form lacks although the platform could tell it: target and IMEI in one text, empty when nothing is
 * lacking or nobody can be asked.
 */
export function lackingDevice(draft: PlatformDraft, state: VerdictState): string {
  const imei = imeiOf(state);
  if (draft.kind !== 'datapoints' || deviceIdOf(draft, state) !== '' || imei === '' || targetProblem(state)) return '';
  const { platformMode, platformHost } = state.settings;
  return `${platformMode === 'simulated' ? state.simulator?.http : platformHost} ${imei}`;
}

/** Calls whose answer names the device. */
const namingKinds: readonly PlatformOperationKind[] = ['findDevice', 'status'];

/** The last call at the target that could have told the device id and has ended without; `calls`: newest first. */
export function untoldBy(
  draft: PlatformDraft,
  state: VerdictState,
  calls: readonly PlatformCall[],
): PlatformCall | undefined {
  if (deviceIdOf(draft, state) !== '') return undefined;
  const last = calls.find(
    ({ mode, operation }) => mode === state.settings.platformMode && namingKinds.includes(operation.kind),
  );
  return last?.status === 'waiting' ? undefined : last;
}

/** The attributes as numbers; the name of the first that is none. */
export function readAttributes(typed: TypedAttributes): NotificationAttributes | AttributeName {
  const attributes: { -readonly [N in AttributeName]?: number } = {};
  for (const name of attributeNames) {
    const text = typed[name].trim();
    if (text === '') continue;
    const value = Number(text);
    if (!/^-?\d{1,10}(\.\d{1,10})?$/.test(text) || !Number.isFinite(value)) return name;
    attributes[name] = value;
  }
  return attributes;
}

function attributesVerdict(kind: AttributeKind, path: string, draft: PlatformDraft): PlatformOperation | Phrase {
  const attributes = readAttributes(draft.attributes[kind]);
  if (typeof attributes === 'string') return phrase('platform.why.notANumber', { name: attributes });
  const operation = { kind, path, attributes };
  const problem = attributeProblem(operation);
  return problem === undefined ? operation : phrase(`platform.attribute.${problem}`);
}

function writeVerdict(path: string, draft: PlatformDraft, objects: readonly ObjectView[]): PlatformOperation | Phrase {
  const instance = objects.flatMap((object) =>
    object.instances.flatMap(({ resources }) => resources.filter((one) => one.path.startsWith(`${path}/`))),
  );
  const chosen = instance.filter((resource) => draft.written[resource.path] !== undefined);
  if (chosen.length === 0) return phrase('platform.why.nothingChosen');
  for (const resource of chosen) {
    const checked = checkTyped(resource.type, draft.written[resource.path] ?? '');
    if (!checked.ok) return phrase('platform.why.badValue', { path: resource.path, reason: checked.reason });
  }
  const values = chosen.map(({ resourceId, path: at }) => ({ resourceId, value: draft.written[at] ?? '' }));
  return { kind: 'write', path, mode: draft.mode, values };
}

/** Adds the seconds a picker leaves out. */
const fullTime = (text: string): string => (/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? `${text}:00` : text);

function pointsVerdict(draft: PlatformDraft, deviceId: string): PlatformOperation | Phrase {
  if (deviceId === '') return phrase('platform.why.noDeviceId');
  const path = draft.paths.datapoints ?? '';
  const paths = path === '' ? [] : [path];
  if (!draft.isPeriod) return { kind: 'datapoints', deviceId, paths };
  const [start, end] = [fullTime(draft.start), fullTime(draft.end)];
  if (start === '') return phrase('platform.why.noStart');
  if (end !== '' && end < start) return phrase('platform.why.endBeforeStart');
  const range = platformOperation.cases.datapoints.fields.limit;
  const limit = readWhole(draft.limit, range);
  if (limit === undefined) return phrase('platform.why.range', { name: 'limit', min: range.min, max: range.max });
  return { kind: 'datapoints', deviceId, paths, start, ...(end === '' ? {} : { end }), limit };
}

function deviceVerdict(draft: PlatformDraft): PlatformOperation | Phrase {
  const [title, imei, imsi, authCode] = [draft.title, draft.imei, draft.imsi, draft.authCode].map((one) => one.trim());
  if (!title) return phrase('platform.why.noTitle');
  if (!imei || !deviceFields.imei.test(imei)) return phrase('platform.why.badImei');
  if (!imsi || !deviceFields.imsi.test(imsi)) return phrase('platform.why.badImsi');
  if (authCode && !deviceFields.authCode.test(authCode)) return phrase('platform.why.badAuthCode');
  const { isObserved } = draft;
  return { kind: 'createDevice', title, imei, imsi, ...(authCode ? { authCode } : {}), isObserved };
}

function operationOf(draft: PlatformDraft, path: string, state: VerdictState): PlatformOperation | Phrase {
  const { kind } = draft;
  if (kind === 'datapoints') return pointsVerdict(draft, deviceIdOf(draft, state));
  if (kind === 'createDevice') return deviceVerdict(draft);
  if (imeiOf(state) === '') return phrase('platform.why.noImei');
  const target = parsePath(path);
  if (!target) return phrase('platform.why.badPath');
  switch (kind) {
    case 'write':
      return writeVerdict(path, draft, state.objects);
    case 'execute':
      if (target.resourceId === undefined) return phrase('platform.why.needsResource');
      if (utf8Length(draft.args) > MAX_PAYLOAD_BYTES)
        return phrase('platform.why.argsTooLong', { limit: MAX_PAYLOAD_BYTES });
      return { kind, path, args: draft.args };
    case 'writeAttributes':
    case 'observe':
      return attributesVerdict(kind, path, draft);
    case 'discover':
    case 'resources':
      if (target.resourceId !== undefined) return phrase('platform.why.noResource');
      return { kind, path };
    default:
      return { kind, path };
  }
}

/** May the form be sent as it stands; if not, the first thing in the way. Main checks again. */
export function draftVerdict(draft: PlatformDraft, path: string, state: VerdictState): DraftVerdict {
  const problem = targetProblem(state);
  if (problem) return { ok: false, reason: problem };
  const operation = operationOf(draft, path, state);
  if (!('kind' in operation)) return { ok: false, reason: operation };
  const { min, max } = platformTimeoutRange;
  const timeoutSeconds = readWhole(draft.timeoutSeconds, platformTimeoutRange);
  if (timeoutSeconds === undefined) return no('range', { name: 'timeout', min, max });
  return { ok: true, operation, timeoutSeconds };
}

/** Verdict of a call, with mark and tone: never by colour alone. */
export interface CallWords {
  readonly mark: string;
  readonly tone: 'ok' | 'warn' | 'error' | 'accent';
  readonly words: Phrase;
}

/** What the list says of a call. */
export function callWords({ status, fault }: PlatformCall): CallWords {
  if (status === 'waiting') return { mark: '◔', tone: 'accent', words: phrase('platform.verdict.waiting') };
  if (status === 'done') return { mark: '✓', tone: 'ok', words: phrase('platform.verdict.done') };
  const code = fault?.code ?? 'INTERNAL';
  const values = { detail: visible(fault?.detail ?? '') };
  switch (code) {
    case 'PLATFORM_REFUSED':
      return { mark: '▲', tone: 'warn', words: phrase('platform.verdict.PLATFORM_REFUSED', values) };
    case 'PLATFORM_KEY':
    case 'PLATFORM_OFFLINE':
    case 'PLATFORM_TIMEOUT':
    case 'PLATFORM_BAD_REQUEST':
    case 'PLATFORM_UNREACHABLE':
    case 'PLATFORM_ANSWER':
    case 'CANCELLED':
      return { mark: '✕', tone: 'error', words: phrase(`platform.verdict.${code}`, values) };
    default:
      return { mark: '✕', tone: 'error', words: phrase('platform.verdict.other', values) };
  }
}

/** Time a call took: `4 ms`, `1.82 s`. */
export function tookText(ms: number): string {
  return ms < 1000 ? `${Math.round(Math.max(0, ms))} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** What a call was about, in technical letters: a path, a device id, an IMEI. */
export function callObject({ operation }: PlatformCall): string {
  switch (operation.kind) {
    case 'status':
      return operation.deviceId ?? '';
    case 'datapoints':
      return operation.paths.join(' ') || operation.deviceId;
    case 'createDevice':
      return operation.imei;
    case 'findDevice':
      return '';
    default:
      return operation.path;
  }
}

/** True when an operation of this kind reaches the module. */
export const isDeviceKind = (kind: PlatformOperationKind): boolean => (deviceKinds as readonly string[]).includes(kind);

/** The members of what may be an object. */
export const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** What the text of an answer to `status` says of the one device asked about; undefined when it says nothing. */
export const onlineInBody = (body: string | undefined): boolean | undefined =>
  onlineIn(record(parseAsWritten(body ?? ''))['data']);

/** A reported value as the platform keeps it. */
export interface DataPoint {
  /** `3303_0_5700`. */
  readonly stream: string;
  readonly path: string;
  readonly at: string;
  readonly value: string;
}

const isWritten = (value: unknown): value is WrittenNumber => typeof record(value)['source'] === 'string';

/** A value of an answer as the platform wrote it. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isWritten(value)) return value.source;
  // A structure is shown as JSON; its numbers as JavaScript has them.
  return JSON.stringify(value, (_key, part: unknown) => (isWritten(part) ? Number(part.source) : part)) ?? '';
}

/** The points of an answer, newest first; undefined when it is none of that shape. */
export function dataPointsIn(body: string | undefined): DataPoint[] | undefined {
  const streams = record(record(parseAsWritten(body ?? ''))['data'])['datastreams'];
  if (!Array.isArray(streams)) return undefined;
  const points = streams.flatMap((stream: unknown) => {
    const { id, datapoints } = record(stream);
    if (typeof id !== 'string' || !Array.isArray(datapoints)) return [];
    const path = /^\d+_\d+_\d+$/.test(id) ? `/${id.replace(/_/g, '/')}` : id;
    return datapoints.map((point: unknown) => {
      const { at, value } = record(point);
      return { stream: id, path, at: textOf(at), value: textOf(value) };
    });
  });
  return points.sort((a, b) => {
    if (a.at === b.at) return a.stream.localeCompare(b.stream);
    return a.at < b.at ? 1 : -1;
  });
}
