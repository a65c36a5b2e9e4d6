import { defined } from '../../shared/defined.ts';
import { faultOf } from '../../shared/errors.ts';
import { hasBaudRate } from '../../shared/networkAddress.ts';
import type { LineEnding } from '../../shared/lineSettings.ts';
import type { DialectState, PortInfo } from '../../shared/state.ts';
import { remark } from '../../shared/remarks.ts';
import type { Settings } from '../../shared/settings.ts';
import { AtChannel } from '../at/channel.ts';
import type { ChannelEvents, HeardLine } from '../at/channel.ts';
import type { ObjectStore } from '../lwm2m/objectStore.ts';
import type { CommandOrder } from '../mipl/commandOrder.ts';
import { urcFrames } from '../mipl/urcFrames.ts';
import { dialects } from '../mipl/dialects.ts';
import { Engine } from '../mipl/engine.ts';
import type { EngineListener } from '../mipl/engine.ts';
import { messageTable, urcIn } from '../mipl/messageTable.ts';
import { isReachableByPlatform } from '../mipl/registration.ts';
import type { SuiteTimes } from '../mipl/suite.ts';
import type { Clock } from '../time/clock.ts';
import { startTicks } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import type { Link } from '../transport/link.ts';
import { makeLinkEnd } from '../transport/linkEnd.ts';
import type { LinkEnd } from '../transport/linkEnd.ts';
import { UdpTool } from '../udp/udpTool.ts';
import { readSignal } from './bringUp.ts';
import { SelfActing } from './selfActing.ts';
import type { SessionRecord } from '../facts/sessionRecord.ts';

/** What is attached to a link. */
export interface LinkSessionParts {
  readonly link: Link;
  readonly port: PortInfo;
  readonly baudRate: number;
  readonly lineEnding: LineEnding;
  readonly store: ObjectStore;
  readonly record: SessionRecord;
  readonly settings: () => Settings;
  /** Until detection has spoken. */
  readonly dialect: DialectState['name'];
  readonly signalPollMs: number;
  /** Replaces the engine's own. */
  readonly closeEventMs: SuiteTimes['closeEventMs'] | undefined;
  readonly clock: Clock;
}

/** What the session has to hear of the line itself, and that the network has said something. */
export type LinkSessionEvents = Required<Pick<ChannelEvents, 'onRestart' | 'onDoubt' | 'onSync' | 'onClose'>> & {
  readonly onNetwork: () => void;
};

const pollOrder: CommandOrder = { priority: 'poll', tag: { task: 'signal' } };

/**
 * Everything that lives exactly as long as one open link: the channel, the engine, what acts by itself, the UDP tool,
 * the signal poll. Tells what they say to the record.
 */
export class LinkSession {
  readonly engine: Engine;
  readonly udp: UdpTool;
  readonly #parts: LinkSessionParts;
  /** Keeps what the link brings until everybody is there who has to hear it. */
  readonly #gate: LinkEnd;
  readonly #channel: AtChannel;
  readonly #onNetwork: () => void;
  readonly #selfActing: SelfActing;
  #signalTimer: Timer | undefined;

  constructor(parts: LinkSessionParts, { onNetwork, ...events }: LinkSessionEvents) {
    const { link, port, baudRate, lineEnding, store, record, dialect, settings, closeEventMs, clock } = parts;
    this.#parts = parts;
    this.#onNetwork = onNetwork;
    this.#gate = makeLinkEnd({ write: (bytes) => link.write(bytes), close: () => link.close() });
    this.#channel = new AtChannel(
      this.#gate.link,
      {
        // The engine says what it belongs to, and has it entered in the log.
        onUrc: (heard) => this.engine.receive(heard),
        onLine: (heard) => record.lines.received(heard),
        onSent: (sent) => record.sent(sent),
        onFault: (error) => record.note(remark('listenerFailed', { reason: faultOf(error).message })),
        ...events,
      },
      {
        gapMs: settings().commandGapMs,
        lineEnding,
        table: messageTable,
        lastExchange: record.lines.lastExchange,
        frames: urcFrames,
        clock,
        // Answers to what was sent before this link may still be under way.
        startsInStep: false,
        mayHaveKept: () => isReachableByPlatform(this.engine.registration),
      },
    );
    this.engine = new Engine(this.#channel, store, this.#engineListener(), {
      dialect: dialects[dialect],
      answerDeadlineMs: settings().answerDeadlineMs,
      create: () => settings().create,
      holdKinds: () => record.state.holdKinds,
      takeArmed: (kind, path) => record.takeArmed(kind, path),
      ...(hasBaudRate(port.path) ? { baudRate } : {}),
      ...defined({ closeEventMs }),
      lastId: this.#lastId(),
      answerTimes: record.answerTimes,
      clock,
    });
    this.#selfActing = new SelfActing({
      engine: this.engine,
      store,
      state: () => record.state,
      settings,
      clock,
      onRemark: (told) => record.note(told),
    });
    this.udp = this.#udpTool();
  }

  /** Begins to hear the link, with what it has brought already. */
  start(): void {
    const { link } = this.#parts;
    link.onData = (bytes) => this.#gate.receive(bytes);
    link.onClose = (reason) => this.#gate.lose(reason);
  }

  /** Settings have changed. */
  applySettings(): void {
    const { commandGapMs, answerDeadlineMs } = this.#parts.settings();
    this.#channel.setGap(commandGapMs);
    this.engine.setAnswerDeadline(answerDeadlineMs);
    this.#selfActing.wake();
  }

  /** The line is set otherwise from now on. */
  applyLine(lineEnding: LineEnding, baudRate: number): void {
    this.#channel.setLineEnding(lineEnding);
    if (hasBaudRate(this.#parts.port.path)) this.engine.setBaudRate(baudRate);
  }

  /** Asks for the signal now, behind everything else. @throws AtFailure. */
  async measureSignal(): Promise<void> {
    const { record } = this.#parts;
    await readSignal(this.engine, { onNetwork: (network) => record.network(network) }, pollOrder);
  }

  /** Asks for the signal from time to time, behind everything else. */
  pollSignal(): void {
    const { signalPollMs } = this.#parts;
    this.#signalTimer?.stop();
    this.#signalTimer = startTicks(() => {
      this.measureSignal().catch(() => undefined);
    }, signalPollMs);
  }

  /** The module has forgotten the session; the link is still open. */
  forget(code?: 'AT_SILENT'): void {
    this.engine.reset(code);
    this.udp.end('restarted');
  }

  /** The link is gone or will be closed. */
  end(code: 'PORT_LOST' | 'PORT_NOT_OPEN'): void {
    this.#signalTimer?.stop();
    this.#selfActing.stop();
    this.engine.reset(code);
    this.udp.end(code === 'PORT_LOST' ? 'portLost' : 'disconnected');
    this.#channel.close();
  }

  /** What the engine before this one told stays on the screen under its own ids. */
  #lastId(): number {
    const { requests, outbox } = this.#parts.record.wholeState;
    return Math.max(0, ...[...Object.keys(requests), ...Object.keys(outbox)].map(Number));
  }

  #udpTool(): UdpTool {
    const { record } = this.#parts;
    const { udp, datagrams } = record.wholeState;
    return new UdpTool(
      (spec, params, order) => this.engine.exec(spec, params, order),
      {
        onState: (state) => record.facts.udp(state),
        onDatagram: (datagram) => record.facts.datagram(datagram),
      },
      { state: udp, lastId: Math.max(0, ...Object.keys(datagrams).map(Number)), clock: this.#parts.clock },
    );
  }

  /** A URC that is no business of MIPL's may be one of the sockets'. */
  #tagged(heard: HeardLine): HeardLine {
    const urc = urcIn(heard);
    const tag = urc && this.udp.tagOf(urc);
    return tag ? { ...heard, tag } : heard;
  }

  #engineListener(): EngineListener {
    const { record } = this.#parts;
    return {
      // Entering a line takes microseconds.
      onLine: (heard) => record.lines.received(heard.tag ? heard : this.#tagged(heard)),
      onRequest: (request) => record.facts.request(request),
      onNotification: (notification) => {
        record.facts.notification(notification);
        this.#selfActing.onNotification(notification);
      },
      onObservations: (observations) => {
        record.facts.observations(observations);
        this.#selfActing.wake();
      },
      onAttributes: (path, changes) => {
        record.facts.tell({ fact: 'attributes', path, changes });
        this.#selfActing.wake();
      },
      onRegistration: (registration) => {
        record.registration(registration);
        this.#selfActing.wake();
      },
      onStanding: (path, standing) => record.standing(path, standing),
      onAnswerTimes: (answerTimes) => record.facts.answerTimes(answerTimes),
      onNetworkUrc: (urc) => {
        this.udp.receive(urc);
        record.networkUrc(urc);
        this.#onNetwork();
      },
      onRemark: (told) => record.note(told),
    };
  }
}
