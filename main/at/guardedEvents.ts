import type { ChannelEvents } from './exchange.ts';

/** The ears of a channel, none of whose exceptions reach it: a listener's exception is its own, the line goes on. */
export interface GuardedEvents extends Required<ChannelEvents> {
  /** Calls what belongs to others; what it throws is told as a fault. */
  run(call: () => void): void;
}

/** Guards the listeners. */
export function guardedEvents(events: ChannelEvents): GuardedEvents {
  const onFault = (error: unknown): void => events.onFault?.(error);
  const run = (call: () => void): void => {
    try {
      call();
    } catch (error) {
      onFault(error);
    }
  };
  return {
    onUrc: (heard) => run(() => events.onUrc(heard)),
    onLine: (heard) => run(() => events.onLine(heard)),
    onSent: (sent) => run(() => events.onSent(sent)),
    onRestart: (line) => run(() => events.onRestart(line)),
    onDoubt: (line) => run(() => events.onDoubt?.(line)),
    onSync: (state) => run(() => events.onSync(state)),
    onClose: (reason) => run(() => (reason ? events.onClose?.(reason) : events.onClose?.())),
    onFault,
    run,
  };
}
