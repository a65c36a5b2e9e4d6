import { isIPv4 } from 'node:net';
import type { ParamsOf } from '../../at/codec.ts';
import { defined } from '../../../shared/defined.ts';
import { event } from '../../mipl/codes.ts';
import { commands, urcs } from '../../mipl/messages.ts';
import { completesMessage } from '../lwm2mClient/completesMessage.ts';
import { Lwm2mClient } from '../lwm2mClient/lwm2mClient.ts';
import type { Lwm2mClientOptions } from '../lwm2mClient/lwm2mClient.ts';
import type { ServerRequest } from '../lwm2mClient/serverRequest.ts';
import { CommandRefusal } from '../commandRefusal.ts';
import { handle } from './commandHandler.ts';
import type { CommandAnswer, CommandHandler } from './commandHandler.ts';
import { Creation } from './creation.ts';
import type { ConfiguredServer } from './createConfig.ts';
import { printAnswer, printEvent, printLine, printPlain } from './lines.ts';
import { MiplConfig } from './miplConfig.ts';
import type { ModemContext } from './modemContext.ts';
import { indication, RequestCache } from './requestCache.ts';
import { printRequest } from './requestLines.ts';
import { standardValues } from './standardValues.ts';

const done: CommandAnswer = {};
/** The only communication instance there is. */
const onlyRef = 0;
/** Event after an answer left the module. */
const answerSent = 21;
/** Events on the way to registration that some modules keep to themselves. */
const wayEvents: readonly number[] = [event.bootstrapStarted, event.bootstrapDone, event.connected];

/** Where a module finds its servers, and what else its stack is made with. */
export interface StackOptions extends Pick<Lwm2mClientOptions, 'random' | 'onDatagram' | 'authCode'> {
  /** LwM2M server the module registers with when it goes there directly. */
  readonly server: { readonly host: string; readonly port: number };
  /** Bootstrap server; without one the module always goes directly. */
  readonly bootstrap?: { readonly host: string; readonly port: number } | undefined;
}

/** The MIPL side of a virtual module: one communication instance, or none. */
export class MiplInstance {
  readonly #context: ModemContext;
  readonly #stack: StackOptions;
  readonly #creation: Creation;
  readonly #config = new MiplConfig();
  #client: Lwm2mClient | undefined;
  #cache = new RequestCache();
  /** Of the instance there is. */
  #authCode: string | undefined;

  constructor(context: ModemContext, stack: StackOptions) {
    this.#context = context;
    this.#stack = stack;
    this.#creation = new Creation(context.profile);
  }

  /** All MIPL commands; which of them the module knows is a matter of its profile. */
  handlers(): CommandHandler[] {
    const { profile } = this.#context;
    return [
      handle(commands.version, () => ({
        lines: [printAnswer(profile, commands.version, { version: profile.miplVersion })],
      })),
      ...this.#creation.handlers((server, spec) => {
        this.#create(server);
        return { lines: [printAnswer(profile, spec, { ref: String(onlyRef) })] };
      }),
      ...this.#config.handlers(this.#context, () => this.#client !== undefined),
      handle(commands.addObject, ({ ref, objectId, instanceCount, instanceBitmap, attributeCount, actionCount }) => {
        this.#of(ref).objects.add(objectId, instanceCount, instanceBitmap, attributeCount + actionCount);
        return done;
      }),
      handle(commands.deleteObject, ({ ref, objectId }) => {
        this.#of(ref).objects.remove(objectId);
        return done;
      }),
      handle(commands.open, ({ ref, lifetime, timeout }) => ({ afterwards: this.#of(ref).open(lifetime, timeout) })),
      handle(commands.openState, () => this.#openState()),
      handle(commands.update, ({ ref, lifetime, withObjects }) => ({
        afterwards: this.#of(ref).update(lifetime, withObjects === 1),
      })),
      handle(commands.close, ({ ref }) => this.#close(ref)),
      handle(commands.delete, ({ ref }) => this.#delete(ref)),
      handle(commands.deleteShort, ({ ref }) => this.#delete(ref)),
      ...this.#messageHandlers(),
      ...this.#fetchHandlers(),
    ];
  }

  #messageHandlers(): CommandHandler[] {
    return [
      handle(commands.notify, (params) => this.#notify(params)),
      handle(commands.readRsp, (params) => this.#answerRead(params)),
      handle(commands.discoverRsp, ({ ref, msgId, result, length, resources }) => {
        const client = this.#of(ref);
        if (this.#context.profile.dialect === 'cis') {
          return this.#answered(msgId, client.answerDiscover(msgId, result, length, resources));
        }
        client.announce(msgId, result, length, resources);
        return done;
      }),
      ...(['write', 'execute', 'observe', 'parameter'] as const).map((kind) =>
        handle(commands[`${kind}Rsp`], ({ ref, msgId, result }) =>
          this.#answered(msgId, this.#of(ref).answer(kind, msgId, result), kind),
        ),
      ),
    ];
  }

  /** AT+MIPLNMI and its kin: the host fetches requests when it likes (mipl-at.md §10). */
  #fetchHandlers(): CommandHandler[] {
    const { profile } = this.#context;
    return [
      handle(commands.messageIndication, ({ ref, mode, sent }) => {
        this.#of(ref);
        this.#cache.mode = mode;
        this.#cache.tellsSent = sent === 1;
        return done;
      }),
      handle(commands.messageIndicationState, () => {
        const { mode, tellsSent } = this.#cache;
        const state = { ref: onlyRef, mode, sent: tellsSent ? 1 : 0 };
        return { lines: [printAnswer(profile, commands.messageIndicationState, state)] };
      }),
      handle(commands.messageIndicationTest, () => ({
        lines: [printAnswer(profile, commands.messageIndicationTest, { range: '(0),(0-2),(0,1)' })],
      })),
      handle(commands.fetchMessage, ({ ref }) => {
        this.#of(ref);
        const request = this.#cache.fetch();
        // The lines stand before the OK (OneMO manual §4.3), unlike those that come unasked.
        return request ? { lines: this.#linesOf(request) } : done;
      }),
      handle(commands.deviceInfo, () => this.#deviceInfo()),
      handle(commands.remainingLifetime, () => {
        const seconds = this.#client?.secondsLeft ?? 0;
        return { lines: [printAnswer(profile, commands.remainingLifetime, { seconds })] };
      }),
      handle(commands.queueState, ({ ref }) => {
        this.#of(ref);
        return { lines: [printPlain(profile, '+MIPLQMGR', [onlyRef, this.#cache.state])] };
      }),
    ];
  }

  #deviceInfo(): CommandAnswer {
    const { host, port, isBootstrap } = this.#of(onlyRef).server;
    const info = { server: `${host}:${port}`, flag: isBootstrap ? 1 : 0, ...defined({ authCode: this.#authCode }) };
    return { lines: [printAnswer(this.#context.profile, commands.deviceInfo, info)] };
  }

  /** Power off, or reboot: the instance is gone and nobody is told. */
  async dispose(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#creation.forget();
    this.#cache = new RequestCache();
    await client?.dispose();
  }

  #of(ref: number): Lwm2mClient {
    if (ref !== onlyRef) throw new CommandRefusal('parameter', `there is no instance ${ref}`);
    if (!this.#client) throw new CommandRefusal('state', 'nothing was created');
    return this.#client;
  }

  #create(asked: ConfiguredServer | undefined): void {
    if (this.#client) throw new CommandRefusal('exists', 'the instance exists');
    const { profile, identity, radio } = this.#context;
    const chosen = asked ?? this.#config.server;
    this.#authCode = chosen?.authCode ?? this.#config.authCode ?? this.#stack.authCode;
    this.#client = new Lwm2mClient(
      {
        random: this.#stack.random,
        onDatagram: this.#stack.onDatagram,
        authCode: this.#authCode,
        server: this.#serverFor(chosen),
        endpointName: `${identity.imei};${identity.imsi}`,
        profile,
        answersItself: this.#config.answersObserve ? ['observe'] : [],
        standardValues: (objectId) => standardValues(this.#context, objectId),
        attached: () => radio.registered(),
      },
      {
        onRequest: (request) => this.#onRequest(request),
        onEvent: (number, extra) => this.#sayEvent(number, extra),
        onTraffic: () => radio.use(),
      },
    );
  }

  /**
   * Real addresses lead to the simulated servers: a virtual module stays on its own machine unless told otherwise. Without
   * a bootstrap server of ours it registers directly, whatever the host asked for.
   */
  #serverFor(chosen: ConfiguredServer | undefined): Lwm2mClientOptions['server'] {
    if (chosen && isIPv4(chosen.host) && chosen.host.startsWith('127.')) return chosen;
    const { server, bootstrap } = this.#stack;
    if (bootstrap && (chosen?.isBootstrap ?? true)) return { ...bootstrap, isBootstrap: true };
    return { ...server, isBootstrap: false };
  }

  #openState(): CommandAnswer {
    if (this.#context.profile.dialect === 'cis')
      throw new CommandRefusal('unknown', 'only China Mobile firmware tells');
    if (!this.#of(onlyRef).isRegistered) throw new CommandRefusal('state', 'it is not registered');
    return { afterwards: () => this.#sayEvent(event.registered) };
  }

  async #close(ref: number): Promise<CommandAnswer> {
    const client = this.#of(ref);
    // Refused before the OK and not after it: a module that is not logged in says so (OneMO manual, chapter 6: 602).
    if (client.isIdle) throw new CommandRefusal('state', 'it is not open');
    const closing = client.close();
    const isTold = (when: readonly string[]): boolean => when.includes(this.#context.profile.deregisteredEvent);
    if (isTold(['before'])) {
      await closing;
      this.#sayEvent(event.deregistered);
      return done;
    }
    return {
      afterwards: () => {
        void closing.then(() => {
          if (isTold(['after', 'beforeDelete'])) this.#sayEvent(event.deregistered);
        });
      },
    };
  }

  async #delete(ref: number): Promise<CommandAnswer> {
    if (ref !== onlyRef) throw new CommandRefusal('parameter', `there is no instance ${ref}`);
    const client = this.#client;
    if (!client) throw new CommandRefusal('missing', 'there is nothing to delete');
    const wasRegistered = client.isRegistered;
    if (wasRegistered) await client.close();
    await this.dispose();
    const { deregisteredEvent } = this.#context.profile;
    if (!wasRegistered || deregisteredEvent === 'never') return done;
    if (deregisteredEvent === 'after') return { afterwards: () => this.#sayEvent(event.deregistered) };
    this.#sayEvent(event.deregistered);
    return done;
  }

  #onRequest(request: ServerRequest): void {
    if (!this.#cache.keep(request)) this.#print(request);
    else if (this.#cache.mode === indication.hint) {
      this.#context.say(printLine(this.#context.profile, urcs.messageWaiting, { ref: onlyRef }));
    }
  }

  #print(request: ServerRequest): void {
    const lines = this.#linesOf(request);
    const { requestLines } = this.#context.profile;
    for (let time = 0; time < requestLines; time++) for (const line of lines) this.#context.say(line);
  }

  #linesOf(request: ServerRequest): string[] {
    const { profile } = this.#context;
    const { objectId, instanceId } = request.path;
    const objects = this.#client?.objects;
    return printRequest(profile, request, {
      writesText: this.#config.writesText,
      ...(profile.write.values === 'declared' && instanceId !== undefined
        ? { declaredType: (resourceId) => objects?.declaredType({ objectId, instanceId, resourceId }) }
        : {}),
    });
  }

  #notify(params: ParamsOf<typeof commands.notify.params>): CommandAnswer {
    const { ref, msgId, objectId, instanceId, resourceId, valueType, value, index, flag, ackId = 0 } = params;
    const isLast = completesMessage(this.#context.profile.dialect, index, flag);
    const line = { objectId, instanceId, resourceId, ...hostText(valueType, value), isLast, ackId };
    try {
      const send = this.#of(ref).notify(msgId, line);
      return {
        afterwards: () => {
          if (isLast) this.#saySent(msgId);
          send();
        },
      };
    } catch (error) {
      const isToldLater = this.#context.profile.unobservedNotify === 'event';
      if (!(isToldLater && error instanceof CommandRefusal && error.reason === 'unobserved')) throw error;
      return { afterwards: () => this.#sayEvent(event.notifyFailed, ackId > 0 ? ackId : msgId) };
    }
  }

  /** `+MIPLNSMI` where it is wanted: a message is on the air, told by the last seven bits of its command's msgid (OneMO §4.11). */
  #saySent(msgId: number): void {
    if (!this.#cache.tellsSent) return;
    const { profile } = this.#context;
    this.#context.say(printLine(profile, urcs.messageSent, { ref: onlyRef, status: 1, msgId: msgId & 0x7f }));
  }

  #answerRead(params: ParamsOf<typeof commands.readRsp.params>): CommandAnswer {
    const { ref, msgId, result, objectId, instanceId, resourceId, valueType, value, index, flag } = params;
    const client = this.#of(ref);
    if (result !== 1) {
      client.refuseRead(msgId, result);
      return this.#answered(msgId, undefined, 'read');
    }
    if (
      objectId === undefined ||
      instanceId === undefined ||
      resourceId === undefined ||
      valueType === undefined ||
      value === undefined ||
      index === undefined ||
      flag === undefined
    ) {
      throw new CommandRefusal('parameter', 'a value is missing');
    }
    const isLast = completesMessage(this.#context.profile.dialect, index, flag);
    const line = { objectId, instanceId, resourceId, ...hostText(valueType, value), isLast };
    return this.#answered(msgId, client.answerRead(msgId, line), 'read');
  }

  #answered(msgId: number, afterwards: () => void = () => undefined, kind?: string): CommandAnswer {
    this.#cache.answered(msgId);
    return {
      afterwards: () => {
        if (toldWhenSent.has(kind)) this.#saySent(msgId);
        if (this.#context.profile.answerSentEvent) this.#sayEvent(answerSent);
        afterwards();
      },
    };
  }

  #sayEvent(number: number, extra?: number): void {
    const { profile } = this.#context;
    const { direct, bootstrap } = profile.openEvents;
    const printed = this.#client?.isBootstrapped === true ? bootstrap : direct;
    if (wayEvents.includes(number) && !printed.includes(number)) return;
    this.#context.say(printEvent(profile, number, extra));
  }
}

/** Answers of which +MIPLNSMI tells (OneMO §4.11). */
const toldWhenSent: ReadonlySet<string | undefined> = new Set(['read', 'write', 'execute']);

/** OneMO's type 6 is hex that is kept as text (type 1). */
function hostText(valueType: number, value: string): { readonly valueType: number; readonly text: string } {
  const isHexString = valueType === 6 && /^(?:[0-9A-F]{2})*$/i.test(value);
  return isHexString ? { valueType: 1, text: Buffer.from(value, 'hex').toString() } : { valueType, text: value };
}
