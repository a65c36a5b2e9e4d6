import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { parsePath } from '../../shared/lwm2m.ts';
import type { Lwm2mPath, ResourceType } from '../../shared/lwm2m.ts';
import { parsePlatformHost } from '../../shared/platform.ts';
import type {
  PlatformAsk,
  PlatformCall,
  PlatformMode,
  PlatformOperation,
  PlatformState,
} from '../../shared/platform.ts';
import type { Settings } from '../../shared/settings.ts';
import { SecretSpellings } from '../files/spellings.ts';
import type { ObjectStore } from '../lwm2m/objectStore.ts';
import { deviceIdIn, readPlatformAnswer } from './answers.ts';
import { httpCallOf } from './calls.ts';
import type { HttpCall } from './calls.ts';
import { causeOf } from './causes.ts';
import { sendCall } from './client.ts';
import type { HttpAnswer, PlatformTarget } from './client.ts';
import { curlText } from './curl.ts';
import type { Clock } from '../time/clock.ts';
import type { FactRecord } from '../facts/factRecord.ts';
import type { StateHolder } from '../facts/stateHolder.ts';
import type { LogBook } from '../log/logBook.ts';
import type { HostGuard } from '../transport/hostGuard.ts';
import { operationOfRequest } from './requestOperation.ts';
import type { PlatformKey } from './platformKey.ts';

/** What the caller works with. */
export interface PlatformCallerParts {
  readonly state: StateHolder;
  readonly facts: FactRecord;
  readonly store: ObjectStore;
  readonly settings: () => Settings;
  readonly key: PlatformKey;
  readonly log: Pick<LogBook, 'lastSeq' | 'read'>;
  readonly clock: Clock;
  readonly hosts: Pick<HostGuard, 'has'>;
}

/** More of an answer is not shown. */
const MAX_BODY_CHARACTERS = 64 * 1024;
/** More at once would be a mistake of the one who asks. */
const MAX_WAITING = 20;

/** A call on its way. */
export interface BegunCall {
  readonly id: string;
  /** Resolves with the call and its answer; never rejects. */
  readonly done: Promise<PlatformCall>;
}

/** Calls the platform for the screen, keeps the calls in the state, and knows which requests they caused. */
export class PlatformCaller {
  readonly #parts: PlatformCallerParts;
  readonly #abort = new AbortController();
  readonly #waiting = new Set<string>();
  readonly #stopHearing: () => void;
  #lastId = 0;
  /** The module whose device id on the host is known or being asked for. */
  #imei: string | undefined;

  constructor(parts: PlatformCallerParts) {
    this.#parts = parts;
    this.#tellKey();
    this.#stopHearing = parts.key.onChange(() => this.#tellKey());
    parts.state.onChange((changes) => {
      for (const id of Object.keys(changes.requests ?? {})) this.#link(id);
      if (changes.simulator !== undefined) this.#learnDevice('simulated', undefined);
      const imei = changes.module?.imei;
      if (imei !== undefined && imei !== this.#imei) {
        this.#imei = imei;
        this.#learnDevice('host', undefined);
      }
    });
  }

  /** Sends a call. @throws CodedError for what cannot be sent: `LWM2M_BAD_PATH`, `BAD_ARGUMENT`, `PLATFORM_KEY`, `PORT_NOT_OPEN`. */
  begin(ask: PlatformAsk): BegunCall {
    if (this.#waiting.size >= MAX_WAITING) throw new CodedError('BAD_ARGUMENT', 'Too many calls are waiting', 'calls');
    const target = this.#target(ask.mode);
    const http = this.#httpCall(ask);
    const id = String(++this.#lastId);
    const { authCode, kept, shownAs } = withoutAuthCode(ask.operation);
    const shown = authCode === undefined ? http : this.#httpCall({ ...ask, operation: shownAs });
    const call: PlatformCall = {
      id,
      mode: ask.mode,
      operation: kept,
      method: shown.method,
      url: `${target.origin}${shown.path}`,
      ...defined({ requestBody: shown.body }),
      curl: this.#curl(shown, target.origin),
      startedMs: this.#parts.clock.steadyMs(),
      status: 'waiting',
      requestIds: [],
    };
    this.#waiting.add(id);
    this.#change(call);
    return { id, done: this.#finish(call, target, http, { imei: this.#imei, authCode }) };
  }

  /** The call as a command line, for the shell that is usual on this system. @throws as {@link begin}, but needs no key. */
  curl(ask: PlatformAsk): string {
    const origin = this.#origin(ask.mode);
    return this.#curl(this.#httpCall(ask), origin);
  }

  /**
   * The call that would make a request arrive again, as a command line: at the simulated platform where the module is
   * virtual. @throws CodedError `MIPL_REQUEST_GONE` when it is known no longer; as operationOfRequest and {@link curl}.
   */
  curlOfRequest(requestId: string): string {
    const { log, state } = this.#parts;
    const { requests, simulator, connection } = state.state;
    const request = Object.hasOwn(requests, requestId) ? requests[requestId] : undefined;
    if (!request) throw new CodedError('MIPL_REQUEST_GONE', 'The request is known no longer', requestId);
    const operation = operationOfRequest(request, log.read(1, log.lastSeq), (path) => this.#typeOf(path));
    return this.curl({ mode: simulator || connection.port?.kind === 'virtual' ? 'simulated' : 'host', operation });
  }

  /** Gives up what is under way. */
  close(): void {
    this.#abort.abort();
    this.#stopHearing();
  }

  /** Says whether there is a key for the host in the settings. */
  #tellKey(): void {
    const { isThere, isKept } = this.#parts.key;
    this.#tell({ hasKey: isThere, isKeyKept: isKept });
  }

  #curl(http: HttpCall, origin: string): string {
    return curlText(http, origin, process.platform === 'win32' ? 'powershell' : 'posix');
  }

  #origin(mode: PlatformMode): string {
    if (mode === 'host') return this.#parts.settings().platformHost;
    const { simulator } = this.#parts.state.state;
    if (!simulator) throw new CodedError('PORT_NOT_OPEN', 'The virtual module is not open');
    return simulator.http;
  }

  #target(mode: PlatformMode): PlatformTarget {
    const origin = this.#origin(mode);
    if (mode === 'simulated') return { origin };
    // The settings may have changed since the person was asked.
    if (!this.#parts.hosts.has({ purpose: 'platform', address: origin })) {
      throw new CodedError('HOST_NOT_CONFIRMED', 'Nobody has confirmed the address', origin);
    }
    const key = this.#parts.key.read();
    // A platform on this machine may do without; any other would only say no.
    if (key === undefined && parsePlatformHost(origin)?.isLoopback !== true) {
      throw new CodedError('PLATFORM_KEY', `There is no api-key for ${origin}`, origin);
    }
    return key === undefined ? { origin } : { origin, key };
  }

  #httpCall({ mode, operation, timeoutSeconds }: PlatformAsk): HttpCall {
    const { module, simulator } = this.#parts.state.state;
    return httpCallOf(operation, {
      imei: (mode === 'simulated' ? simulator?.imei : module.imei) ?? '',
      typeOf: (path) => this.#typeOf(path),
      ...defined({ timeoutSeconds }),
    });
  }

  #typeOf(path: Lwm2mPath): ResourceType | undefined {
    try {
      return this.#parts.store.typeOf(path);
    } catch {
      // Resources the model does not have may be written, too: that is how one sees them refused.
      return undefined;
    }
  }

  async #finish(
    begun: PlatformCall,
    target: PlatformTarget,
    http: HttpCall,
    { imei, authCode }: { readonly imei: string | undefined; readonly authCode: string | undefined },
  ): Promise<PlatformCall> {
    const started = this.#parts.clock.steadyMs();
    let end: Partial<PlatformCall>;
    try {
      const answer = await sendCall(target, http, { signal: this.#abort.signal });
      end = this.#endOf(begun, { ...answer, text: hidden(answer.text, authCode) }, imei);
    } catch (error) {
      end = { status: 'failed', fault: faultOf(error) };
    }
    const durationMs = this.#parts.clock.steadyMs() - started;
    this.#waiting.delete(begun.id);
    const finished = { ...this.#called(begun), ...end, durationMs };
    this.#change(finished);
    return finished;
  }

  /** `imei`: the module at hand when the call was sent; the answer says nothing about another. */
  #endOf(call: PlatformCall, { status, text, bytes }: HttpAnswer, imei: string | undefined): Partial<PlatformCall> {
    const { errno, data, fault } = readPlatformAnswer(status, text);
    const isOurs = fault === undefined && imei === this.#imei && this.#isOurs(call);
    const deviceId = isOurs ? deviceIdIn(data) : undefined;
    if (deviceId !== undefined) this.#learnDevice(call.mode, deviceId);
    return {
      status: fault ? 'failed' : 'done',
      httpStatus: status,
      ...defined({ errno }),
      body: text.slice(0, MAX_BODY_CHARACTERS),
      ...(text.length > MAX_BODY_CHARACTERS ? { cutFromBytes: bytes } : {}),
      ...(fault ? { fault } : {}),
    };
  }

  /** Whether the answer names the device id of the module at hand. */
  #isOurs({ operation }: PlatformCall): boolean {
    const { module, simulator } = this.#parts.state.state;
    if (operation.kind === 'createDevice') return operation.imei === (module.imei ?? simulator?.imei);
    return operation.kind === 'status' || operation.kind === 'findDevice';
  }

  #learnDevice(mode: PlatformMode, deviceId: string | undefined): void {
    const { deviceIds } = this.#parts.state.state.platform;
    if (deviceId === deviceIds[mode]) return;
    const { [mode]: _, ...others } = deviceIds;
    this.#tell({ deviceIds: deviceId === undefined ? others : { ...others, [mode]: deviceId } });
  }

  /** A request appeared or changed: the call that caused it gets its id. */
  #link(requestId: string): void {
    if (this.#waiting.size === 0) return;
    const { requests, platformCalls } = this.#parts.state.state;
    const request = requests[requestId];
    if (!request || !parsePath(request.path)) return;
    const calls = Object.values(platformCalls).filter(({ status }) => status === 'waiting');
    if (calls.some(({ requestIds }) => requestIds.includes(requestId))) return;
    const cause = causeOf(request, calls, requests);
    if (cause) this.#change({ ...cause, requestIds: [...cause.requestIds, requestId] });
  }

  #called(call: PlatformCall): PlatformCall {
    return this.#parts.state.state.platformCalls[call.id] ?? call;
  }

  #change(call: PlatformCall): void {
    this.#parts.facts.platformCall(call);
  }

  #tell(change: Partial<PlatformState>): void {
    const { platform } = this.#parts.state.state;
    this.#parts.facts.platform({ ...platform, ...change });
  }
}

/** What stands for an AuthCode in calls that are kept: as little as a key it goes into state, journal or report. */
const AUTH_CODE = '(AuthCode)';
/** A shorter one would be found everywhere. */
const MIN_HIDDEN_LENGTH = 6;

/** The AuthCode of an operation, the operation as it is kept, and as its call is shown. */
function withoutAuthCode(operation: PlatformOperation): {
  readonly authCode?: string;
  readonly kept: PlatformOperation;
  readonly shownAs: PlatformOperation;
} {
  if (operation.kind !== 'createDevice' || operation.authCode === undefined) {
    return { kept: operation, shownAs: operation };
  }
  const { authCode, ...kept } = operation;
  return { authCode, kept, shownAs: { ...kept, authCode: AUTH_CODE } };
}

/** A platform may print back what it was sent. */
function hidden(text: string, authCode = ''): string {
  return authCode.length < MIN_HIDDEN_LENGTH ? text : new SecretSpellings([authCode]).replace(text, () => AUTH_CODE);
}
