import { defined } from '../../shared/defined.ts';
import type { Fault } from '../../shared/errors.ts';
import type { OutgoingNotification } from '../../shared/state.ts';
import { event } from './codes.ts';
import type { PreparedNotification } from './notifications.ts';

const MAX_ACK_ID = 65535;
/** Notifications whose event may still come; older ones are given up. */
const MAX_PENDING = 200;

/** Our notifications on their way: sent → accepted (OK) → acknowledged (event 26) or failed (event 25, error). */
export class Outbox {
  readonly #pending = new Map<string, OutgoingNotification>();
  readonly #onChange: (notification: OutgoingNotification) => void;
  #lastAckId = 0;
  #lastId: number;

  constructor(onChange: (notification: OutgoingNotification) => void, lastId = 0) {
    this.#onChange = onChange;
    this.#lastId = lastId;
  }

  /** The ackid for the next confirmed notification, 1–65535. */
  nextAckId(): number {
    this.#lastAckId = (this.#lastAckId % MAX_ACK_ID) + 1;
    return this.#lastAckId;
  }

  /** The id of the next notification. */
  nextId(): string {
    return String(++this.#lastId);
  }

  /** Enters a notification that is about to leave. */
  sent(
    id: string,
    { path, value, msgId }: PreparedNotification,
    ackId: number | undefined,
    sentMs: number,
    isAutomatic = false,
  ): void {
    this.#set({
      id,
      path,
      value,
      msgId,
      sentMs,
      status: 'sent',
      ...defined({ ackId }),
      ...(isAutomatic ? { automatic: true } : {}),
    });
    for (const oldest of this.#pending.keys()) {
      if (this.#pending.size <= MAX_PENDING) break;
      this.#pending.delete(oldest);
    }
  }

  /** OK came. Without ackid that is all that will ever come; with one, the event may have overtaken it. */
  accepted(id: string): void {
    const notification = this.#pending.get(id);
    if (!notification) return;
    this.#set({ ...notification, status: 'accepted' });
    if (notification.ackId === undefined) this.#pending.delete(id);
  }

  /** The command was refused or never left. */
  failed(id: string, fault: Fault): void {
    const notification = this.#pending.get(id);
    if (!notification) return;
    this.#set({ ...notification, status: 'failed', fault });
    this.#pending.delete(id);
  }

  /**
   * The notification that an event is about: 25 and 26. The extra is the ackid; the captured CIS 2.2 core prints the msgid of the
   * observe instead.
   */
  meantBy(number: number, extra: number | undefined): OutgoingNotification | undefined {
    if (number !== event.notifyAcknowledged && number !== event.notifyFailed) return undefined;
    const confirmed = [...this.#pending.values()].filter((candidate) => candidate.ackId !== undefined);
    return (
      confirmed.find((candidate) => candidate.ackId === extra) ??
      confirmed.find((candidate) => candidate.msgId === extra)
    );
  }

  /** An event has come: 26 and 25 say what became of a notification. */
  settle(number: number, extra: number | undefined): void {
    const found = this.meantBy(number, extra);
    if (!found) return;
    if (number === event.notifyAcknowledged) this.#set({ ...found, status: 'acknowledged' });
    else {
      const message = 'The notification was not delivered';
      this.#set({ ...found, status: 'failed', fault: { code: 'MIPL_REFUSED', message, detail: String(number) } });
    }
    this.#pending.delete(found.id);
  }

  #set(notification: OutgoingNotification): void {
    this.#pending.set(notification.id, notification);
    this.#onChange(notification);
  }
}
