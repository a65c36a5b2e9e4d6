import type { Engine } from '../mipl/engine.ts';
import { isReachableByPlatform } from '../mipl/registration.ts';
import type { SessionRecord } from '../facts/sessionRecord.ts';
import type { BringUpRuns } from './bringUpRuns.ts';
import type { SessionParts } from './sessionParts.ts';

/** What a person's orders about suite and registration work with. */
export interface SuiteOrdersParts {
  readonly record: SessionRecord;
  readonly bringUps: BringUpRuns;
  /** The engine of the open link. @throws CodedError `PORT_NOT_OPEN`. */
  readonly engine: () => Engine;
  readonly settings: SessionParts['settings'];
}

/** What a person orders about suite and registration, with the stages it shows in; bring-up does the same by itself. */
export class SuiteOrders {
  readonly #parts: SuiteOrdersParts;
  #registering: Promise<void> | undefined;

  constructor(parts: SuiteOrdersParts) {
    this.#parts = parts;
  }

  /**
   * Creates the suite where there is none and registers; asked while that goes on already, it happens once.
   * @throws AtFailure, CodedError.
   */
  register(): Promise<void> {
    this.#registering ??= this.#register().finally(() => {
      this.#registering = undefined;
    });
    return this.#registering;
  }

  async #register(): Promise<void> {
    const { bringUps, record, settings } = this.#parts;
    // Two at once would delete each other's suite.
    while (bringUps.running) await bringUps.running;
    const engine = this.#parts.engine();
    if (isReachableByPlatform(engine.registration)) return;
    const { lifetimeSeconds, openTimeoutSeconds: timeoutSeconds } = settings();
    await record.asStage('objects', async () => {
      if (engine.registration.ref === undefined) await engine.prepareSuite();
    });
    await record.asStage('onenet', () => engine.register({ lifetimeSeconds, timeoutSeconds }));
  }

  /**
   * Other objects: what is registered leaves with those before, `load` puts the others in their place, and what was registered
   * comes back with them. @throws AtFailure, CodedError `PORT_NOT_OPEN`; before anything was loaded where the module cannot let go.
   */
  async changeObjects(load: () => void): Promise<void> {
    const { bringUps, settings } = this.#parts;
    const { phase } = this.#parts.engine().registration;
    // As long as the network is looked for nobody has asked for the objects.
    if (bringUps.running && phase === 'idle') return load();
    while (bringUps.running) await bringUps.running;
    await this.#registering;
    const engine = this.#parts.engine();
    const { ref } = engine.registration;
    const wasReachable = isReachableByPlatform(engine.registration);
    if (wasReachable) await engine.deregister();
    if (ref !== undefined) await this.deleteSuite();
    load();
    if (wasReachable || (ref !== undefined && settings().registerOnConnect)) await this.register();
  }

  /** Deregisters. @throws AtFailure, CodedError `MIPL_NOT_REGISTERED`. */
  async deregister(): Promise<void> {
    await this.#parts.engine().deregister();
  }

  /** Deletes the suite; the next registration creates it anew. @throws AtFailure. */
  async deleteSuite(): Promise<void> {
    await this.#parts.engine().deleteSuite();
    this.#parts.record.facts.tell({ fact: 'suiteDeleted' });
  }

  /**
   * Chapter 3.6 of the document: an object is out of the suite, then deregistered and registered again, after which the
   * platform no longer discovers it. @throws AtFailure, CodedError.
   */
  async deleteObject(objectId: number): Promise<void> {
    const engine = this.#parts.engine();
    await engine.deleteObject(objectId);
    if (!isReachableByPlatform(engine.registration)) return;
    await engine.deregister();
    await this.register();
  }
}
