import type { ParamsOf } from '../../at/codec.ts';
import { event } from '../../mipl/codes.ts';
import { commands } from '../../mipl/messages.ts';
import { CisClient } from '../lwm2mClient/cisClient.ts';
import type { CisClientOptions } from '../lwm2mClient/cisClient.ts';
import { Refusal } from '../refusal.ts';
import { handle } from './commandHandler.ts';
import type { Answer, CommandHandler } from './commandHandler.ts';
import { serverOfConfig } from './createConfig.ts';
import { printAnswer, printEvent } from './lines.ts';
import type { ModemContext } from './modemContext.ts';
import { printRequest } from './requestLines.ts';

const done: Answer = {};
/** The only communication instance there is. */
const onlyRef = 0;
/** Event after an answer left the module. */
const answerSent = 21;
/** Events on the way to registration that some modules keep to themselves. */
const wayEvents: readonly number[] = [event.bootstrapStarted, event.bootstrapDone, event.connected];

/** What the stack inside is made with, save for what the modem itself provides. */
export type StackOptions = Pick<CisClientOptions, 'server' | 'random' | 'onDatagram'>;

/** The MIPL side of a virtual module: one communication instance, or none. */
export class MiplInstance {
  readonly #context: ModemContext;
  readonly #stack: StackOptions;
  #client: CisClient | undefined;
  /** Blob of a long CREATE as far as it has come. */
  #config = '';

  constructor(context: ModemContext, stack: StackOptions) {
    this.#context = context;
    this.#stack = stack;
  }

  /** All MIPL commands of this dialect. */
  handlers(): CommandHandler[] {
    const { profile } = this.#context;
    return [
      handle(commands.version, () => ({
        lines: [printAnswer(profile, commands.version, { version: profile.miplVersion })],
      })),
      handle(commands.create, () => this.#create()),
      handle(commands.createWithConfig, (params) => this.#createWithConfig(params)),
      handle(commands.addObject, ({ ref, objectId, instanceCount, instanceBitmap, attributeCount, actionCount }) => {
        this.#of(ref).objects.add(objectId, instanceCount, instanceBitmap, attributeCount + actionCount);
        return done;
      }),
      handle(commands.deleteObject, ({ ref, objectId }) => {
        this.#of(ref).objects.remove(objectId);
        return done;
      }),
      handle(commands.open, ({ ref, lifetime, timeout }) => ({ afterwards: this.#of(ref).open(lifetime, timeout) })),
      handle(commands.update, ({ ref, lifetime, withObjects }) => ({
        afterwards: this.#of(ref).update(lifetime, withObjects === 1),
      })),
      handle(commands.close, ({ ref }) => this.#close(ref)),
      handle(commands.delete, ({ ref }) => this.#delete(ref)),
      handle(commands.notify, (params) => this.#notify(params)),
      handle(commands.readRsp, (params) => this.#answerRead(params)),
      handle(commands.discoverRsp, ({ ref, msgId, result, length, resources }) => {
        return this.#answered(this.#of(ref).answerDiscover(msgId, result, length, resources));
      }),
      ...(['write', 'execute', 'observe', 'parameter'] as const).map((kind) =>
        handle(commands[`${kind}Rsp`], ({ ref, msgId, result }) => {
          this.#of(ref).answer(kind, msgId, result);
          return this.#answered();
        }),
      ),
    ];
  }

  /** Power off, or reboot: the instance is gone and nobody is told. */
  async dispose(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#config = '';
    await client?.dispose();
  }

  #of(ref: number): CisClient {
    if (ref !== onlyRef) throw new Refusal('parameter', `there is no instance ${ref}`);
    if (!this.#client) throw new Refusal('state', 'nothing was created');
    return this.#client;
  }

  #create(server = this.#stack.server): Answer {
    if (this.#client) throw new Refusal('exists', 'the instance exists');
    const { profile, identity, radio } = this.#context;
    this.#client = new CisClient(
      {
        ...this.#stack,
        server,
        endpointName: `${identity.imei};${identity.imsi}`,
        personality: profile.personality,
        attached: () => radio.registered(),
      },
      {
        onRequest: (request) => {
          for (const line of printRequest(profile, request)) this.#context.say(line);
        },
        onEvent: (number, extra) => this.#sayEvent(number, extra),
        onTraffic: () => radio.use(),
      },
    );
    return { lines: [printAnswer(profile, commands.create, { ref: String(onlyRef) })] };
  }

  #createWithConfig(params: ParamsOf<typeof commands.createWithConfig.params>): Answer {
    const { totalSize, config, index, currentSize } = params;
    if (this.#client) throw new Refusal('exists', 'the instance exists');
    if (!/^([0-9a-f]{2})*$/i.test(config) || config.length !== 2 * currentSize) {
      throw new Refusal('parameter', `the piece has ${config.length} characters instead of ${2 * currentSize}`);
    }
    this.#config += config;
    if (index > 0) return done;
    const blob = Buffer.from(this.#config, 'hex');
    this.#config = '';
    if (blob.length !== totalSize) throw new Refusal('parameter', `${blob.length} bytes instead of ${totalSize}`);
    const server = serverOfConfig(blob);
    // Real addresses lead to the simulated platform: a virtual module stays on its own machine unless told otherwise.
    return this.#create(server?.host.startsWith('127.') === true ? server : undefined);
  }

  async #close(ref: number): Promise<Answer> {
    const closing = this.#of(ref).close();
    return {
      afterwards: () => {
        void closing.then(() => this.#sayDeregistered(['after', 'beforeDelete']));
      },
    };
  }

  async #delete(ref: number): Promise<Answer> {
    if (ref !== onlyRef) throw new Refusal('parameter', `there is no instance ${ref}`);
    const client = this.#client;
    if (!client) throw new Refusal('missing', 'there is nothing to delete');
    const wasRegistered = client.isRegistered;
    if (wasRegistered) await client.close();
    await this.dispose();
    if (!wasRegistered) return done;
    this.#sayDeregistered(['beforeDelete']);
    return { afterwards: () => this.#sayDeregistered(['after']) };
  }

  #notify(params: ParamsOf<typeof commands.notify.params>): Answer {
    const { ref, msgId, objectId, instanceId, resourceId, valueType, value, index, ackId = 0 } = params;
    const line = { objectId, instanceId, resourceId, valueType, text: value, index, ackId };
    try {
      return { afterwards: this.#of(ref).notify(msgId, line) };
    } catch (error) {
      const isToldLater = this.#context.profile.unobservedNotify === 'event';
      if (!(isToldLater && error instanceof Refusal && error.reason === 'unobserved')) throw error;
      return { afterwards: () => this.#sayEvent(event.notifyFailed, ackId > 0 ? ackId : msgId) };
    }
  }

  #answerRead(params: ParamsOf<typeof commands.readRsp.params>): Answer {
    const { ref, msgId, result, objectId, instanceId, resourceId, valueType, value, index } = params;
    const client = this.#of(ref);
    if (result !== 1) {
      client.refuseRead(msgId, result);
      return this.#answered();
    }
    if (
      objectId === undefined ||
      instanceId === undefined ||
      resourceId === undefined ||
      valueType === undefined ||
      value === undefined ||
      index === undefined ||
      params.flag === undefined
    ) {
      throw new Refusal('parameter', 'a value is missing');
    }
    const line = { objectId, instanceId, resourceId, valueType, text: value, index };
    return this.#answered(client.answerRead(msgId, line));
  }

  #answered(afterwards: () => void = () => undefined): Answer {
    return {
      afterwards: () => {
        if (this.#context.profile.answerSentEvent) this.#sayEvent(answerSent);
        afterwards();
      },
    };
  }

  #sayDeregistered(when: readonly string[]): void {
    if (when.includes(this.#context.profile.deregisteredEvent)) this.#sayEvent(event.deregistered);
  }

  #sayEvent(number: number, extra?: number): void {
    const { profile } = this.#context;
    if (wayEvents.includes(number) && !profile.openEvents.direct.includes(number)) return;
    this.#context.say(printEvent(profile, number, extra));
  }
}
