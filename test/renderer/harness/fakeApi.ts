import type { AcceptanceCase } from '../../../shared/acceptance.ts';
import type { Api, CommandHelp, Events, Requests, Result } from '../../../shared/ipc.ts';
import { requestNames } from '../../../shared/ipc.ts';
import type { AppState, OutgoingNotification, PlatformRequest, StateChanges } from '../../../shared/state.ts';
import { applyPatch } from '../../../shared/state.ts';
import { CodedError, faultOf } from '../../../shared/errors.ts';
import type { PlatformAsk, PlatformCall } from '../../../shared/platform.ts';
import { httpCallOf } from '../../../main/onenet/calls.ts';
import { curlText } from '../../../main/onenet/curl.ts';
import { commands } from '../../../main/mipl/messages.ts';
import { LogWriter, sessionLog } from './sampleLog.ts';
import {
  connectingState,
  deniedState,
  failingState,
  freshState,
  heldState,
  lostState,
  sessionState,
} from './sampleState.ts';
import { acceptanceState, planState } from './sampleAcceptance.ts';
import { udpState } from './sampleUdp.ts';

/** A main process in the page: enough of one to look at every state of the screen in a plain browser. */
class FakeMain {
  state: AppState;
  log: LogWriter;
  #revision = 1;
  readonly #listeners: { readonly [E in keyof Events]: Set<(payload: Events[E]) => void> } = {
    patch: new Set(),
    log: new Set(),
  };

  constructor(scenario: string) {
    const now = Date.now();
    const states: Readonly<Record<string, () => AppState>> = {
      fresh: freshState,
      denied: deniedState,
      connecting: () => connectingState(now),
      session: () => sessionState(now),
      failing: () => failingState(now),
      held: () => heldState(now),
      lost: () => lostState(now),
      flood: () => sessionState(now),
      udp: () => udpState(now),
      acceptance: () => acceptanceState(now, 'running'),
      accepted: () => acceptanceState(now, 'done'),
      plan: () => planState(sessionState(now)),
    };
    this.state = (states[scenario] ?? freshState)();
    this.log = ['session', 'lost', 'flood'].includes(scenario) ? sessionLog() : new LogWriter();
  }

  on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): () => void {
    this.#listeners[event].add(listener);
    return () => this.#listeners[event].delete(listener);
  }

  change(changes: StateChanges): void {
    this.state = applyPatch(this.state, changes);
    this.#revision += 1;
    const patch = { revision: this.#revision, changes };
    for (const listener of this.#listeners.patch) listener(patch);
  }

  write(kind: Parameters<LogWriter['add']>[0], text: string): void {
    const entry = this.log.add(kind, text, Date.now());
    for (const listener of this.#listeners.log) listener([entry]);
  }

  /** `perSecond` lines in 30 batches a second, the way a saturated line arrives. */
  flood(perSecond: number, forMs: number): Promise<number> {
    const size = Math.round(perSecond / 30);
    return new Promise((resolve) => {
      let sent = 0;
      const timer = setInterval(() => {
        const batch = Array.from({ length: size }, () => {
          sent += 1;
          return this.log.add(
            'unasked',
            `+NSONMI:0,${sent} padding to the length of a usual line 0123456789`,
            Date.now(),
          );
        });
        for (const listener of this.#listeners.log) listener(batch);
      }, 1000 / 30);
      setTimeout(() => {
        clearInterval(timer);
        resolve(sent);
      }, forMs);
    });
  }

  #notify(message: { path: string; value: string; confirmed: boolean }): { id: string } {
    const id = `n${Date.now()}`;
    const sentMs = Date.now();
    const entry: OutgoingNotification = {
      id,
      path: message.path,
      value: message.value,
      msgId: 130839,
      sentMs,
      status: 'sent',
      ...(message.confirmed ? { ackId: 78 } : {}),
    };
    this.change({ outbox: { [id]: entry } });
    this.write('engine', `AT+MIPLNOTIFY=0,130839,3303,0,5700,4,4,${message.value},0,0,78`);
    setTimeout(() => {
      this.write('answer', 'OK');
      this.change({ outbox: { [id]: { ...entry, status: 'accepted' } } });
    }, 300);
    setTimeout(() => {
      this.write('unasked', '+MIPLEVENT:0,26,78');
      this.change({
        outbox: { [id]: { ...entry, status: 'acknowledged' } },
        resources: {
          [message.path]: { value: message.value, changedMs: sentMs, standing: 'acknowledged', standingMs: Date.now() },
        },
      });
    }, 1200);
    return { id };
  }

  /** Answers as the simulated platform would, with one request at the module. */
  #callPlatform({ mode, operation }: PlatformAsk): { id: string } {
    const id = String(Object.keys(this.state.platformCalls).length + 1);
    const path = 'path' in operation ? operation.path : '';
    const http = httpCallOf(operation, { imei: '869976030050010', typeOf: () => undefined });
    const origin = mode === 'simulated' ? (this.state.simulator?.http ?? '') : this.state.settings.platformHost;
    const begun: PlatformCall = {
      id,
      mode,
      operation,
      method: http.method,
      url: `${origin}${http.path}`,
      ...(http.body === undefined ? {} : { requestBody: http.body }),
      curl: curlText(http, origin),
      startedMs: Date.now(),
      status: 'waiting',
      requestIds: [],
    };
    this.change({ platformCalls: { [id]: begun } });
    const finish = (end: Partial<PlatformCall>): void => {
      const call = this.state.platformCalls[id] ?? begun;
      this.change({ platformCalls: { [id]: { ...call, ...end, durationMs: Date.now() - begun.startedMs } } });
    };
    if (operation.kind !== 'read') {
      const body = '{"errno":0,"error":"succ"}';
      setTimeout(() => finish({ status: 'done', httpStatus: 200, errno: 0, body }), 300);
      return { id };
    }
    const msgId = 64500 + Object.keys(this.state.requests).length;
    const base: PlatformRequest = {
      id: `${msgId}`,
      kind: 'read',
      msgId,
      path,
      arrivedMs: Date.now(),
      status: 'answering',
      acknowledgedLines: 0,
      totalLines: 1,
      late: false,
      repeats: 0,
    };
    const address = path.slice(1).replace(/\//g, ',');
    this.write('unasked', `+MIPLREAD:0,${msgId},${address}`);
    this.write('engine', `AT+MIPLREADRSP=0,${msgId},1,${address},4,4,20.123,0,0`);
    this.change({ requests: { [base.id]: base }, platformCalls: { [id]: { ...begun, requestIds: [base.id] } } });
    setTimeout(() => {
      this.write('answer', 'OK');
      this.change({
        requests: { [base.id]: { ...base, status: 'answered', acknowledgedLines: 1, usedMs: 320, result: 1 } },
      });
      const body = '{"errno":0,"data":[{"res":[{"val":20.123,"res_id":5700}],"obj_inst_id":0}],"error":"succ"}';
      finish({ status: 'done', httpStatus: 200, errno: 0, body });
    }, 320);
    return { id };
  }

  readonly handlers: {
    [N in keyof Requests]: (
      ...args: Parameters<Requests[N]>
    ) => ReturnType<Requests[N]> | Promise<ReturnType<Requests[N]>>;
  } = {
    getSnapshot: () => ({ revision: this.#revision, state: this.state, lastSeq: this.log.entries.length }),
    readLog: ({ from, count }) => this.log.entries.slice(Math.max(0, from - 1), from - 1 + count),
    refreshPorts: () => undefined,
    openPort: ({ path, baudRate }) => {
      const port = this.state.ports.find((candidate) => candidate.path === path) ?? { path, kind: 'tcp' as const };
      if (port.denied) throw new CodedError('PORT_DENIED', `${path}: EACCES, permission denied`, port.denied.group);
      this.change({
        ...connectingState(Date.now()),
        connection: { phase: 'ready', port, baudRate, sinceMs: Date.now() },
      });
      for (const line of ['AT', 'AT+CGSN=1', 'AT+CEREG?']) {
        this.write('engine', line);
        this.write('answer', 'OK');
      }
      setTimeout(
        () =>
          this.change({
            ...sessionState(Date.now()),
            connection: { phase: 'ready', port, baudRate, sinceMs: Date.now() },
          }),
        1500,
      );
    },
    closePort: () => this.change({ ...freshState(), connection: { phase: 'closed' } }),
    register: () => this.change({ registration: { phase: 'opening' } }),
    updateRegistration: () => undefined,
    deregister: () => this.change({ registration: { phase: 'deregistered', lastEvent: 15 } }),
    deleteSuite: () => this.change({ registration: { phase: 'idle' } }),
    deleteObject: () => undefined,
    setValue: ({ path, value }) => {
      const now = Date.now();
      this.change({ resources: { [path]: { value, changedMs: now, standing: 'local', standingMs: now } } });
    },
    setGenerator: ({ path, spec }) => this.change({ generators: { [path]: { spec, startedMs: Date.now() } } }),
    clearGenerator: ({ path }) => this.change({ generators: { [path]: null } }),
    notify: (message) => this.#notify(message),
    holdRequests: ({ kinds }) => this.change({ holdKinds: kinds }),
    answerRequest: ({ id, kind }) => {
      const request = this.state.requests[id];
      if (request === undefined) throw new CodedError('MIPL_NOT_HELD', 'No such request', id);
      const status = kind === 'value' ? 'answered' : kind === 'error' ? 'refused' : 'dropped';
      this.change({ requests: { [id]: { ...request, status, result: 13, usedMs: 4100, deliberate: { kind } } } });
    },
    sendCommand: ({ line }) => {
      this.write('person', line);
      setTimeout(() => this.write('answer', 'OK'), 200);
    },
    getCommandHelp: (): CommandHelp[] =>
      Object.values(commands).map((spec) => {
        const params = Object.entries(spec.params ?? {}).map(([name, field]) => ({
          name,
          optional: field.optional,
          quoted: field.quoted,
        }));
        const form = 'form' in spec && spec.form !== undefined ? spec.form : params.length > 0 ? 'write' : 'execute';
        return { name: `AT${spec.name}`, form, params } as CommandHelp;
      }),
    callPlatform: (ask) => this.#callPlatform(ask),
    getRequestCurl: () => 'curl …',
    getCurl: ({ operation }) =>
      curlText(httpCallOf(operation, { imei: '869976030050010', typeOf: () => undefined }), 'https://api.heclouds.com'),
    setApiKey: () => this.change({ platform: { ...this.state.platform, hasKey: true, isKeyKept: true } }),
    clearApiKey: () => this.change({ platform: { ...this.state.platform, hasKey: false, isKeyKept: false } }),
    openUdpSocket: () => ({ socket: 0 }),
    closeUdpSocket: () => undefined,
    sendUdp: () => ({ id: '1' }),
    readUdp: () => undefined,
    setUdpReportMode: () => undefined,
    startEcho: () => undefined,
    stopEcho: () => undefined,
    exportJournal: ({ format }) => ({ file: `/home/li/site-0010.${format}`, lines: 1284 }),
    showLogFolder: () => undefined,
    startAcceptance: () => this.change({ acceptance: { ...this.state.acceptance, phase: 'running' } }),
    stopAcceptance: () => this.change({ acceptance: { ...this.state.acceptance, phase: 'stopped' } }),
    resumeAcceptance: () => this.change({ acceptance: { ...this.state.acceptance, phase: 'running' } }),
    retryCase: () => undefined,
    selectCases: ({ keys }) => {
      const cases = Object.entries(this.state.acceptanceCases).map(([key, one]) => [
        key,
        { ...one, isSelected: keys.includes(one.key) },
      ]);
      this.change({ acceptanceCases: Object.fromEntries(cases) });
    },
    arrangeCases: ({ keys }) => {
      const cases = keys.map((key, index): [string, AcceptanceCase] => {
        const isCopy = keys.indexOf(key) < index;
        const one = this.state.acceptanceCases[String(key)] as AcceptanceCase;
        const own = isCopy ? 1000 + index : key;
        return [String(own), { ...one, key: own, position: index + 1 }];
      });
      const gone = Object.keys(this.state.acceptanceCases).map((key): [string, null] => [key, null]);
      this.change({
        acceptance: { ...this.state.acceptance, isArranged: true, canUndo: true },
        acceptanceCases: { ...Object.fromEntries(gone), ...Object.fromEntries(cases) },
      });
    },
    undoPlan: () => undefined,
    restorePlan: () => undefined,
    loadPlan: () => null,
    savePlan: () => ({ file: '/home/li/line-4.plan.json' }),
    setAcceptanceDetails: (details) => this.change({ acceptance: { ...this.state.acceptance, details } }),
    setCaseNote: () => undefined,
    exportReport: ({ format }) => ({ file: `/home/li/pump-3_0010.${format}` }),
    chooseDialect: ({ dialect }) =>
      this.change({
        dialect: {
          ...this.state.dialect,
          name: dialect === 'auto' ? 'cis' : dialect,
          source: dialect === 'auto' ? 'detected' : 'override',
        },
      }),
    changeSettings: (change) => this.change({ settings: { ...this.state.settings, ...change } }),
  };
}

const parameters = new URLSearchParams(location.search);
const main = new FakeMain(parameters.get('scenario') ?? 'fresh');
const language = parameters.get('language');
const theme = parameters.get('theme');
main.change({
  settings: {
    ...main.state.settings,
    ...(language === 'zh' || language === 'en' ? { language } : {}),
    ...(theme === 'dark' || theme === 'light' || theme === 'sunlight' ? { theme } : {}),
  },
});

async function answer(name: keyof Requests, args: unknown[]): Promise<Result<unknown>> {
  try {
    const handler = main.handlers[name] as (...values: unknown[]) => unknown;
    return { ok: true, value: await handler(...args) };
  } catch (error) {
    return { ok: false, error: faultOf(error) };
  }
}

const api: Record<string, unknown> = { on: main.on.bind(main) };
for (const name of requestNames) api[name] = (...args: unknown[]) => answer(name, args);
Object.assign(window, { api: api as unknown as Api, fakeMain: main });
