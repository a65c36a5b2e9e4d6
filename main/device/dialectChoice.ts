import { defined } from '../../shared/defined.ts';
import type { DialectState } from '../../shared/state.ts';
import type { SessionRecord } from '../facts/sessionRecord.ts';
import { dialects } from '../mipl/dialects.ts';
import type { Engine } from '../mipl/engine.ts';

type Detected = Pick<DialectState, 'name' | 'evidence'>;

/** How the connected firmware reads the commands: as was detected, unless a person knows better. */
export class DialectChoice {
  readonly #record: SessionRecord;
  readonly #engine: () => Engine | undefined;
  #detected: Detected | undefined;

  /** @param engine the one that is attached, if any */
  constructor(record: SessionRecord, engine: () => Engine | undefined) {
    this.#record = record;
    this.#engine = engine;
  }

  /** Detection has spoken; `choice` is what holds for this module all the same. */
  onDetected(detected: Detected, choice: DialectState['name'] | 'auto'): void {
    this.#detected = detected;
    this.use(choice);
  }

  /** A person's choice; `auto` goes back to what was detected. */
  use(choice: DialectState['name'] | 'auto'): void {
    const { name: detected = 'cis', evidence } = this.#detected ?? {};
    const name = choice === 'auto' ? detected : choice;
    const automatic = this.#detected ? 'detected' : 'default';
    this.#engine()?.setDialect(dialects[name]);
    this.#record.facts.tell({
      fact: 'dialect',
      dialect: {
        name,
        source: choice === 'auto' ? automatic : 'override',
        ...defined({ evidence }),
      },
    });
  }
}
