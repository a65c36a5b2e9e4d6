import type { Remark } from '../../shared/remarks.ts';
import type { Settings } from '../../shared/settings.ts';
import type { OutgoingNotification } from '../../shared/state.ts';
import type { ObjectStore } from '../lwm2m/objectStore.ts';
import { AutoNotifier } from '../mipl/autoNotifier.ts';
import { AutoUpdater } from '../mipl/autoUpdater.ts';
import type { Engine } from '../mipl/engine.ts';
import { isReachableByPlatform } from '../mipl/registration.ts';
import type { Clock } from '../time/clock.ts';
import type { StateFacts } from '../facts/fold.ts';

/** What acts by itself looks at. */
export interface SelfActingParts {
  readonly engine: Engine;
  readonly store: ObjectStore;
  readonly state: () => StateFacts;
  readonly settings: () => Settings;
  readonly clock: Clock;
  readonly onRemark: (remark: Remark) => void;
}

/** What the tool does of its own accord while an engine runs: report observed values, renew the registration. */
export class SelfActing {
  readonly #notifier: AutoNotifier;
  readonly #updater: AutoUpdater;

  constructor({ engine, store, state, settings, clock, onRemark }: SelfActingParts) {
    this.#notifier = new AutoNotifier({
      store,
      mode: () => settings().automaticNotifications,
      isRegistered: () => isReachableByPlatform(engine.registration),
      observations: () => engine.observations,
      attributes: () => state().attributes,
      notify: (path, value) => engine.notify({ path, value, confirmed: true, automatic: true }),
      clock,
      onRemark,
    });
    this.#updater = new AutoUpdater({
      isOn: () => settings().automaticUpdate,
      registration: () => engine.registration,
      update: () => {
        const { lifetimeSeconds = settings().lifetimeSeconds } = engine.registration;
        return engine.update({ lifetimeSeconds, withObjects: false });
      },
      registerAnew: async () => {
        const { openTimeoutSeconds: timeoutSeconds, ...set } = settings();
        const { lifetimeSeconds = set.lifetimeSeconds } = engine.registration;
        // A module that has given up by itself refuses the CLOSE, and takes the OPEN all the same.
        if (isReachableByPlatform(engine.registration)) await engine.deregister().catch(() => undefined);
        await engine.register({ lifetimeSeconds, timeoutSeconds });
      },
      clock,
      onRemark,
    });
  }

  /** The session, what is observed, attributes or settings have changed. */
  wake(): void {
    this.#notifier.wake();
    this.#updater.wake();
  }

  /** A notification, ours or a person's, has come further. */
  onNotification(notification: OutgoingNotification): void {
    this.#notifier.onNotification(notification);
  }

  /** The link is gone. */
  stop(): void {
    this.#notifier.stop();
    this.#updater.stop();
  }
}
