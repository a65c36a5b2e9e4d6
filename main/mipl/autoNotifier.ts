import { faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { attributesFor, nearestCover, parsePath } from '../../shared/lwm2m.ts';
import type { Lwm2mPath, NotificationAttributes, ResourceType, ResourceValue } from '../../shared/lwm2m.ts';
import type { ObservationState, OutgoingNotification } from '../../shared/state.ts';
import type { AutomaticNotifications } from '../../shared/settings.ts';
import { remark } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';
import type { ObjectStore } from '../lwm2m/objectStore.ts';
import { decide } from '../lwm2m/observations.ts';
import { systemClock } from '../time/clock.ts';
import type { Clock } from '../time/clock.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';

/** What the notifier looks at and how it sends. */
export interface AutoNotifierParts {
  readonly store: ObjectStore;
  readonly mode: () => AutomaticNotifications;
  /** The platform can hear us. */
  readonly isRegistered: () => boolean;
  readonly observations: () => readonly ObservationState[];
  /** By path, as the platform has set them. */
  readonly attributes: () => Readonly<Record<string, NotificationAttributes>>;
  /** Sends one notification; rejects when it did not leave. */
  readonly notify: (path: string, value: ResourceValue) => Promise<unknown>;
  readonly onRemark: (remark: Remark) => void;
  readonly clock?: Clock;
}

/** Where the platform names no pmin: a sensor that changes ten times a second must not fill the radio. */
const LEAST_PMIN_SECONDS = 1;
const FIRST_RETRY_MS = 5000;
const LAST_RETRY_MS = 300_000;

interface Watched {
  readonly path: string;
  readonly type: ResourceType;
  readonly observation: ObservationState;
  readonly attributes: NotificationAttributes;
  /** pmin of the observation itself: the least between any two of its notifications. Milliseconds. */
  readonly gapMs: number;
}

/** What is known of a watched resource. */
interface Track {
  observation: ObservationState;
  lastSentMs: number;
  lastValue: ResourceValue;
  /** In a row; a report that failed is owed until one gets through. */
  failures: number;
  retryMs: number;
}

/**
 * Reports observed values by itself, as pmin, pmax, gt, lt and st ask (LwM2M 1.0 §5.1.2): `decide` says when, this class
 * has the timers. One notification at a time, in the last class of the line, so answers and session always go first.
 */
export class AutoNotifier {
  readonly #parts: AutoNotifierParts;
  readonly #now: () => number;
  readonly #tracks = new Map<string, Track>();
  /** When the latest notification of an observation left, by the path of the observation. */
  readonly #reportedMs = new Map<string, number>();
  readonly #stopListening: () => void;
  /** Ids of a person's notifications that are under way, by path: nothing is owed there meanwhile. */
  readonly #byHand = new Map<string, Set<string>>();
  /** Ids of those that leave and have not been taken yet. */
  readonly #leaving = new Set<string>();
  #sendingPath: string | undefined;
  /** Event 25 about the one that is being sent has come before its OK was heeded. */
  #isUndelivered = false;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(parts: AutoNotifierParts) {
    this.#parts = parts;
    const { clock = systemClock } = parts;
    this.#now = () => clock.steadyMs();
    this.#stopListening = parts.store.onChange(() => this.wake());
  }

  /** Something may have become due: a value, an observation, attributes, the session or the setting has changed. */
  wake(): void {
    this.#timer?.stop();
    this.#timer = undefined;
    if (this.#isStopped || this.#sendingPath !== undefined) return;
    const watched = this.#watched();
    const paths = new Set(watched.map(({ path }) => path));
    for (const path of this.#tracks.keys()) if (!paths.has(path)) this.#tracks.delete(path);
    const observed = new Set(watched.map(({ observation }) => observation.path));
    for (const path of this.#reportedMs.keys()) if (!observed.has(path)) this.#reportedMs.delete(path);
    let nextMs = Infinity;
    let due: { readonly path: string; readonly lastSentMs: number } | undefined;
    for (const one of watched) {
      const track = this.#trackOf(one);
      if (this.#byHand.has(one.path)) continue;
      const atMs = this.#dueAt(one, track);
      if (atMs > this.#now()) nextMs = Math.min(nextMs, atMs);
      // The one that waits longest goes first, so that none is starved by a busy one.
      else if (due === undefined || track.lastSentMs < due.lastSentMs)
        due = { path: one.path, lastSentMs: track.lastSentMs };
    }
    if (due) void this.#send(due.path);
    else if (nextMs !== Infinity) this.#timer = startTimer(() => this.wake(), nextMs - this.#now());
  }

  /** A notification, ours or a person's, has come further: periods count from it. */
  onNotification({ id, path, value, status, ackId, automatic }: OutgoingNotification): void {
    if (automatic !== true) this.#followHand(path, id, status === 'sent');
    const wasLeaving = this.#leaving.delete(id);
    if (status === 'sent') this.#leaving.add(id);
    const track = this.#tracks.get(path);
    if (!track) return this.wake();
    // Event 26 may be heeded before the OK, where both come at once, and also long after, when another value has left.
    if (status === 'accepted' || (status === 'acknowledged' && wasLeaving)) {
      track.lastSentMs = this.#now();
      track.lastValue = value;
      this.#reportedMs.set(track.observation.path, track.lastSentMs);
    }
    if (status === 'acknowledged' || (status === 'accepted' && ackId === undefined)) track.failures = 0;
    // What did not leave at all is told by the send itself; this one left and was not delivered (event 25).
    if (status === 'failed' && automatic === true) {
      if (this.#sendingPath === path) this.#isUndelivered = true;
      else this.#failed(track);
    }
    this.wake();
  }

  /** Ends all timers; the link is gone. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.stop();
    this.#stopListening();
  }

  #watched(): Watched[] {
    const { store, mode, isRegistered, observations, attributes } = this.#parts;
    if (mode() === 'never' || !isRegistered()) return [];
    return store.readable().flatMap(({ path, type }) => {
      const observation = nearestCover(path, observations());
      const own = attributesFor(parsePath(path) as Lwm2mPath, attributes());
      const isWanted = mode() === 'always' || Object.keys(own).length > 0;
      if (!observation || !isWanted) return [];
      const pmin = Math.max(own.pmin ?? 0, LEAST_PMIN_SECONDS);
      const { pmin: gap = 0 } = attributesFor(parsePath(observation.path) as Lwm2mPath, attributes());
      return [{ path, type, observation, attributes: { ...own, pmin }, gapMs: gap * 1000 }];
    });
  }

  /** An observation that is new, or was made anew, begins with the value of now. */
  #trackOf({ path, observation }: Watched): Track {
    const known = this.#tracks.get(path);
    if (known?.observation.msgId === observation.msgId && known.observation.path === observation.path) return known;
    const lastValue = this.#parts.store.valueOf(path) as ResourceValue;
    const track: Track = { observation, lastSentMs: this.#now(), lastValue, failures: 0, retryMs: 0 };
    this.#tracks.set(path, track);
    return track;
  }

  /**
   * When a report is due: now or before means at once, Infinity not before something changes. Resources of one observed
   * instance take turns: pmin counts between all notifications of an observation (LwM2M 1.0 §5.1.2).
   */
  #dueAt(watched: Watched, track: Track): number {
    const freeMs = (this.#reportedMs.get(watched.observation.path) ?? -Infinity) + watched.gapMs;
    return Math.max(this.#ownDueAt(watched, track), freeMs);
  }

  #ownDueAt({ path, type, attributes }: Watched, track: Track): number {
    const { lastSentMs, lastValue, failures, retryMs } = track;
    if (failures > 0) return retryMs;
    const nowMs = this.#now();
    const value = this.#parts.store.valueOf(path) as ResourceValue;
    const decision = decide({ lastSentMs, lastValue, value, type, attributes, nowMs });
    return decision.send ? nowMs : (decision.untilMs ?? Infinity);
  }

  async #send(path: string): Promise<void> {
    this.#sendingPath = path;
    this.#isUndelivered = false;
    try {
      await this.#parts.notify(path, this.#parts.store.valueOf(path) as ResourceValue);
      // Nothing is forgotten while one is on the line.
      if (this.#isUndelivered) this.#failed(this.#tracks.get(path) as Track);
    } catch (error) {
      this.#onNotSent(path, faultOf(error));
    }
    this.#sendingPath = undefined;
    this.wake();
  }

  #onNotSent(path: string, { code, message }: Fault): void {
    // A person has reported the value meanwhile: that one counts.
    if (code === 'CANCELLED') return;
    // Nothing is forgotten while one is on the line.
    this.#failed(this.#tracks.get(path) as Track);
    this.#parts.onRemark(remark('notificationFailed', { path, code, reason: message }));
  }

  #followHand(path: string, id: string, isUnderWay: boolean): void {
    const ids = this.#byHand.get(path) ?? new Set();
    if (isUnderWay) ids.add(id);
    else ids.delete(id);
    if (ids.size > 0) this.#byHand.set(path, ids);
    else this.#byHand.delete(path);
  }

  /** A module that refuses is asked again after 5 s, 10 s, 20 s … 5 min, never in a storm. */
  #failed(track: Track): void {
    track.retryMs = this.#now() + Math.min(FIRST_RETRY_MS * 2 ** track.failures, LAST_RETRY_MS);
    track.failures += 1;
  }
}
