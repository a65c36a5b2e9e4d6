import { faultOf } from '../../shared/errors.ts';
import type { AtChannel } from '../at/channel.ts';
import type { Clock } from '../time/clock.ts';
import { commands } from './messages.ts';
import { prepareNotification } from './notifications.ts';
import type { NotificationContext, PreparedNotification } from './notifications.ts';
import type { Outbox } from './outbox.ts';

/** A notification that is wanted. */
export interface WantedNotification {
  readonly path: string;
  readonly value: string;
  /** The platform is to say that it has come. */
  readonly confirmed: boolean;
  /** The tool reports by itself what the store holds. */
  readonly automatic?: boolean;
}

/** What the sender works with. */
export interface NotificationSenderParts {
  readonly channel: AtChannel;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly context: () => NotificationContext;
}

/** Sends notifications: a person's before those the tool owes by itself, and of a path that waits only what is still wanted. */
export class NotificationSender {
  readonly #parts: NotificationSenderParts;
  /** Automatic notifications that wait for their turn, by path. */
  readonly #waiting = new Map<string, { isWanted: boolean }>();

  constructor(parts: NotificationSenderParts) {
    this.#parts = parts;
  }

  /** Resolves with its id when the module accepted it. @throws as prepareNotification, and AtFailure, `CANCELLED` where a person's has replaced it. */
  async send({ path, value, confirmed, automatic = false }: WantedNotification): Promise<{ id: string }> {
    const { outbox, clock, context } = this.#parts;
    const ackId = confirmed ? outbox.nextAckId() : undefined;
    const now = context();
    const prepared = prepareNotification(ackId === undefined ? { path, value } : { path, value, ackId }, now);
    const id = outbox.nextId();
    let isEntered = false;
    const enter = (): void => {
      if (!isEntered) outbox.sent(id, prepared, ackId, clock.steadyMs(), automatic);
      isEntered = true;
    };
    const report = { isWanted: true };
    if (automatic) this.#waiting.set(prepared.path, report);
    else {
      // It is under way before the value changes, or the change would seem to be owed a report of its own.
      enter();
      now.store.write(prepared.path, prepared.value, { by: 'person' });
      const waiting = this.#waiting.get(prepared.path);
      if (waiting) waiting.isWanted = false;
    }
    try {
      await this.#transmit(prepared, id, { automatic, report, enter });
    } catch (error) {
      if (automatic) this.#waiting.delete(prepared.path);
      if (report.isWanted) {
        enter();
        outbox.failed(id, faultOf(error));
      }
      throw error;
    }
    outbox.accepted(id);
    return { id };
  }

  async #transmit(
    { line, path }: PreparedNotification,
    id: string,
    { automatic, report, enter }: { automatic: boolean; report: { readonly isWanted: boolean }; enter: () => void },
  ): Promise<void> {
    await this.#parts.channel.send(line, {
      priority: automatic ? 'poll' : 'user',
      timeoutMs: commands.notify.timeoutMs,
      tag: { notification: id },
      onSent: () => {
        if (automatic) this.#waiting.delete(path);
        enter();
      },
      isWanted: () => report.isWanted,
    });
  }
}
