import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf, isRefusal } from '../../shared/errors.ts';
import type { RegistrationState } from '../../shared/state.ts';
import type { CreateSettings } from '../../shared/settings.ts';
import { remark } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import type { AtExchange, Priority } from '../at/channel.ts';
import type { AnswerOf, CommandSpec, ParamsOf } from '../at/codec.ts';
import type { ObjectStore } from '../lwm2m/objectStore.ts';
import type { Clock } from '../time/clock.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import { event } from './codes.ts';
import { createConfigParams, createExParams } from './createCommand.ts';
import type { Dialect } from './dialects.ts';
import { EventWaiters } from './eventWaiters.ts';
import { commands } from './messages.ts';
import { idle, isReachableByPlatform, step } from './registration.ts';
import type { RegistrationInput } from './registration.ts';
import { announceResources } from './wire.ts';

/** Whether this module tells event 15 after a CLOSE, as far as anyone knows. */
type CloseHabit = 'tells' | 'unknown' | 'silent';

/** Time limits of the session; all in milliseconds. */
export interface SuiteTimes {
  /** How long the event after OPEN may take beyond the timeout given in the command: bootstrap and radio come on top. */
  readonly openGraceMs: number;
  readonly updateTimeoutMs: number;
  /** How long event 15 is waited for after the OK of CLOSE; then the OK alone counts. */
  readonly closeEventMs: Readonly<Record<CloseHabit, number>>;
}

/**
 * A module that tells event 15 is given time for a slow network: waiting ends with the event. One that has kept silent
 * before will do so again. Of the first CLOSE nothing is known: two seconds are longer than the platform's answer takes
 * while the radio is connected, and an event that comes later does no harm, since nothing but a session in being heeds it.
 */
export const closeEventTimes: SuiteTimes['closeEventMs'] = { tells: 5000, unknown: 2000, silent: 200 };

/** Modules print event 6 and the first request in one breath, in either order. */
const LOST_EVENT_MS = 5000;

/** What the suite works with: the engine's way of sending, and ears for what has happened. */
export interface SuiteParts {
  readonly exec: <C extends CommandSpec>(spec: C, params: ParamsOf<C['params']>) => Promise<readonly AnswerOf<C>[]>;
  /** The same, where what was told counts without the OK. */
  readonly ask: <C extends CommandSpec>(spec: C, params: ParamsOf<C['params']>) => Promise<readonly AnswerOf<C>[]>;
  readonly send: (text: string, spec: CommandSpec, priority: Priority) => Promise<AtExchange>;
  readonly store: ObjectStore;
  readonly dialect: () => Dialect;
  readonly create: () => CreateSettings;
  readonly times: SuiteTimes;
  readonly clock: Clock;
  readonly onRegistration: (state: RegistrationState) => void;
  /** Nobody observes any more. */
  readonly onObservationsEnd: () => void;
  readonly onRemark: (remark: Remark) => void;
}

/** The communication suite and its session with the platform: chapters 3.2, 3.4 and 3.6 of the document. */
export class Suite {
  readonly #parts: SuiteParts;
  readonly #waiters = new EventWaiters();
  #registration: RegistrationState = idle;
  /** Objects of the store that were taken out of the suite. */
  readonly #deleted = new Set<number>();
  #closeHabit: CloseHabit = 'unknown';
  /** An OPEN is under way. */
  #isOpening = false;
  #lostEvent: Timer | undefined;

  constructor(parts: SuiteParts) {
    this.#parts = parts;
  }

  get registration(): RegistrationState {
    return this.#registration;
  }

  /** Creates the communication suite and adds the store's objects. @throws AtFailure, CodedError. */
  async prepare(): Promise<void> {
    this.#advance({ type: 'creating' });
    await this.#orFailed(async () => {
      const ref = await untilAnswered(() => this.#create());
      this.#advance({ type: 'created', ref });
      this.#deleted.clear();
      for (const objectId of this.#parts.store.objectIds()) await this.#addObject(ref, objectId);
    });
  }

  async #create(): Promise<number> {
    try {
      return await this.#createOnce();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Only one instance can exist (NB73 602, ME3616 653): one is left over from before this tool was started.
      this.#parts.onRemark(remark('oldSuiteDeleted', {}));
      if (!(await this.#deleteOld())) throw error;
      return this.#createOnce();
    }
  }

  /**
   * Deletes what is left over; false where the module refuses every way. RDA 8910 wants it closed first (`cis_isRegister` in its
   * `AT_CmdFunc_MIPLDELETE`), the M5311 specification has another name for the command.
   */
  async #deleteOld(): Promise<boolean> {
    const { exec } = this.#parts;
    if (await isTaken(() => exec(commands.delete, { ref: 0 }))) return true;
    await this.#closeOld();
    return (
      (await isTaken(() => exec(commands.delete, { ref: 0 }))) ||
      (await isTaken(() => exec(commands.deleteShort, { ref: 0 })))
    );
  }

  /** Whatever comes of it: the module may not be registered. */
  async #closeOld(): Promise<void> {
    const { exec, times } = this.#parts;
    const timeoutMs = times.closeEventMs.tells;
    try {
      await this.#waiters.run({ success: [event.deregistered], failure: [], timeoutMs }, () =>
        exec(commands.close, { ref: 0 }),
      );
    } catch (error) {
      if (!isRefusal(error) && !isVerdict(error)) throw error;
    }
  }

  /** As a person chose. Else bare as in the document; where China Mobile firmware refuses that, with the server it wants to be told. */
  async #createOnce(): Promise<number> {
    const { ask, dialect, create } = this.#parts;
    const { form, ...chosen } = create();
    if (form === 'bare') return this.#refOf(await ask(commands.create, {}));
    if (form === 'server') return this.#refOf(await ask(commands.createEx, createExParams(chosen)));
    if (form !== 'auto') return this.#refOf(await ask(commands.createWithConfig, createConfigParams(form, chosen)));
    try {
      return this.#refOf(await ask(commands.create, {}));
    } catch (error) {
      const { createServer } = dialect();
      if (!createServer || !isRefusal(error)) throw error;
      const { address: server, isBootstrap } = createServer;
      return this.#refOf(await ask(commands.createEx, { server, flag: isBootstrap ? 1 : 0 }));
    }
  }

  #refOf([answer]: readonly { readonly ref: string }[]): number {
    if (answer === undefined) return 0;
    if (!/^\d+$/.test(answer.ref)) throw new CodedError('AT_ERROR', `+MIPLCREATE: ${answer.ref}`, answer.ref);
    return Number(answer.ref);
  }

  async #addObject(ref: number, objectId: number): Promise<void> {
    const { store, exec } = this.#parts;
    const instances = store.instanceIds(objectId);
    const highest = Math.max(...instances);
    // Instance 0 is the leftmost character: Xinyi's source, OneMO and the M5311 SDK agree (mipl-at.md §3).
    const bitmap = Array.from({ length: highest + 1 }, (_, id) => (instances.includes(id) ? '1' : '0')).join('');
    const counts = store.counts(objectId);
    await surely(() =>
      exec(commands.addObject, {
        ref,
        objectId,
        instanceCount: bitmap.length,
        instanceBitmap: bitmap,
        ...counts,
      }),
    );
  }

  /** Resources by object, which this firmware wants before every OPEN: a CLOSE takes them with it (mipl-at.md §4). */
  async #announceObjects(ref: number): Promise<void> {
    const { store, send } = this.#parts;
    for (const objectId of store.objectIds().filter((id) => !this.#deleted.has(id))) {
      const line = announceResources(ref, objectId, store);
      await surely(() => send(line, commands.discoverRsp, 'session'));
    }
  }

  /**
   * Registers: OPEN, then event 6. OK alone means accepted.
   * @throws AtFailure; CodedError `MIPL_REFUSED` (detail: event), `MIPL_EVENT_TIMEOUT`.
   */
  async register({
    lifetimeSeconds,
    timeoutSeconds,
  }: {
    lifetimeSeconds: number;
    timeoutSeconds: number;
  }): Promise<void> {
    const ref = this.#registration.ref ?? 0;
    this.#advance({ type: 'opening', lifetimeSeconds });
    // The msgId of an observe is good until the next registration (mipl-at.md §5).
    this.#parts.onObservationsEnd();
    this.#isOpening = true;
    const opened = this.#orFailed(() =>
      this.#waiters.run(
        {
          success: [event.registered],
          failure: [event.bootstrapFailed, event.registrationFailed, event.registrationTimeout, event.halted],
          timeoutMs: timeoutSeconds * 1000 + this.#parts.times.openGraceMs,
        },
        async () => {
          if (this.#parts.dialect().discoverRsp === 'byObject') await this.#announceObjects(ref);
          await surely(() =>
            this.#parts.exec(commands.open, { ref, lifetime: lifetimeSeconds, timeout: timeoutSeconds }),
          );
        },
      ),
    );
    await opened.finally(() => {
      this.#isOpening = false;
      this.#lostEvent?.stop();
      this.#lostEvent = undefined;
    });
  }

  /** The platform has asked something: it reaches registered devices alone, so event 6 was lost where it does not follow. */
  onRequest(): void {
    if (!this.#isOpening || isReachableByPlatform(this.#registration)) return;
    this.#lostEvent ??= startTimer(() => {
      this.#parts.onRemark(remark('registeredUnsaid', {}));
      this.onEvent(event.registered, undefined);
      this.settle(event.registered);
    }, LOST_EVENT_MS);
  }

  /**
   * Asks whether the module and the platform still have a session that was ours, since nothing but an UPDATE asks both (mipl-at.md
   * §4 knows no question for the state in dialect A): OK says that the module has the suite, event 11 that the platform has the
   * registration. True: it goes on, with its lifetime begun anew. @throws AtFailure when the line is the trouble.
   */
  async resume(session: RegistrationState): Promise<boolean> {
    const { exec, times, clock } = this.#parts;
    const { ref = 0, lifetimeSeconds, expiresMs = 0 } = session;
    if (lifetimeSeconds === undefined || expiresMs <= clock.steadyMs()) return false;
    const { updateTimeoutMs: timeoutMs } = times;
    const awaited = { success: [event.updated], failure: [event.updateFailed, event.updateTimeout], timeoutMs };
    try {
      await this.#waiters.run(awaited, () => exec(commands.update, { ref, lifetime: lifetimeSeconds, withObjects: 0 }));
    } catch (error) {
      if (isRefusal(error) || isVerdict(error)) return false;
      throw error;
    }
    this.#advance({ type: 'kept', session });
    return true;
  }

  /** Renews the registration: UPDATE, then event 11. @throws as {@link register}. */
  async update({ lifetimeSeconds, withObjects }: { lifetimeSeconds: number; withObjects: boolean }): Promise<void> {
    const ref = this.#requireRef();
    const before = this.#registration.lifetimeSeconds ?? lifetimeSeconds;
    // 0 means "no parameters" in the document; what the module makes of it differs, the old lifetime is our best guess.
    this.#advance({ type: 'updating', lifetimeSeconds: lifetimeSeconds === 0 ? before : lifetimeSeconds });
    await this.#orFailed(() =>
      this.#waiters.run(
        {
          success: [event.updated],
          failure: [event.updateFailed, event.updateTimeout],
          timeoutMs: this.#parts.times.updateTimeoutMs,
        },
        () => this.#parts.exec(commands.update, { ref, lifetime: lifetimeSeconds, withObjects: withObjects ? 1 : 0 }),
      ),
    );
  }

  /** Deregisters: CLOSE, then event 15 where the firmware prints one. Refused, the session stands. @throws AtFailure. */
  async deregister(): Promise<void> {
    const ref = this.#requireRef();
    const { dialect, times, exec } = this.#parts;
    const timeoutMs = times.closeEventMs[dialect().tellsDeregistered ? 'tells' : this.#closeHabit];
    this.#advance({ type: 'closing' });
    try {
      await this.#waiters.run({ success: [event.deregistered], failure: [], timeoutMs }, () =>
        exec(commands.close, { ref }),
      );
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'MIPL_EVENT_TIMEOUT') {
        // A restart meanwhile has ended the session already.
        if (this.#registration.phase === 'closing') this.#advance({ type: 'failed', fault: faultOf(error) });
        throw error;
      }
      // A module that has told it once will again; this one was lost.
      if (this.#closeHabit !== 'tells') this.#closeHabit = 'silent';
      this.#parts.onRemark(remark('noCloseEvent', {}));
    }
    this.#advance({ type: 'closed' });
    this.#parts.onObservationsEnd();
  }

  /** A person typed CLOSE and the module said OK; where it tells event 15, that is what counts. */
  closedByHand(): void {
    if (!isReachableByPlatform(this.#registration)) return;
    if (this.#parts.dialect().tellsDeregistered || this.#closeHabit === 'tells') return;
    this.#advance({ type: 'closing' });
    this.#advance({ type: 'closed' });
    this.#parts.onObservationsEnd();
  }

  /** Deletes the suite with all objects. @throws AtFailure. */
  async delete(): Promise<void> {
    await this.#parts.exec(commands.delete, { ref: this.#registration.ref ?? 0 });
  }

  /** Takes one object out of the suite (chapter 3.6 of the document). @throws AtFailure. */
  async deleteObject(objectId: number): Promise<void> {
    await this.#parts.exec(commands.deleteObject, { ref: this.#registration.ref ?? 0, objectId });
    this.#deleted.add(objectId);
  }

  /** An event has come; counts also when nobody here asked for it. */
  onEvent(number: number, extra: number | undefined): void {
    if (number === event.deregistered) this.#closeHabit = 'tells';
    this.#advance({ type: 'event', number, ...defined({ extra }) });
    const { phase } = this.#registration;
    if (phase === 'failed' || phase === 'deregistered') this.#parts.onObservationsEnd();
  }

  /** Lets those go on who wait for the event; last, when all else knows of it. */
  settle(number: number): void {
    this.#waiters.tell(number);
  }

  /** The session is over; what waits is refused with `error`. */
  reset(error: CodedError): void {
    this.#waiters.refuseAll(error);
    this.#advance({ type: 'reset' });
  }

  #requireRef(): number {
    if (this.#registration.phase !== 'registered') {
      throw new CodedError('MIPL_NOT_REGISTERED', 'There is no session with the platform');
    }
    return this.#registration.ref ?? 0;
  }

  async #orFailed(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#advance({ type: 'failed', fault: faultOf(error) });
      throw error;
    }
  }

  #advance(input: RegistrationInput): void {
    this.#registration = step(this.#registration, input, this.#parts.clock.steadyMs());
    this.#parts.onRegistration(this.#registration);
  }
}

/** A line that loses the answer to a command so often in a row is no line. */
const COMMAND_TRIES = 3;

/** Sends a command again whose answer was lost. @throws as the command, in the end AtFailure `AT_TIMEOUT`. */
async function untilAnswered<T>(command: (time: number) => Promise<T>): Promise<T> {
  for (let time = 1; ; time++) {
    try {
      return await command(time);
    } catch (error) {
      if (faultOf(error).code !== 'AT_TIMEOUT' || time === COMMAND_TRIES) throw error;
    }
  }
}

/** The same for what can be done once only: refused when it is sent again, it was done the first time. @throws as the command. */
function surely(command: () => Promise<unknown>): Promise<unknown> {
  return untilAnswered(async (time) => {
    try {
      return await command();
    } catch (error) {
      if (time === 1 || !isRefusal(error)) throw error;
      return undefined;
    }
  });
}

/** As {@link surely}; false where the module refuses the command. @throws AtFailure when the line is the trouble. */
async function isTaken(command: () => Promise<unknown>): Promise<boolean> {
  try {
    await surely(command);
    return true;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return false;
  }
}

/** The module took the command, and what came of it, or did not come, says no. */
function isVerdict(error: unknown): boolean {
  return error instanceof CodedError && ['MIPL_REFUSED', 'MIPL_EVENT_TIMEOUT'].includes(error.code);
}
