import { hasPortLine } from '../../shared/adapters.ts';
import { defined } from '../../shared/defined.ts';
import { CodedError } from '../../shared/errors.ts';
import { lineText } from '../../shared/lineSettings.ts';
import type { LineChange, LineSettings } from '../../shared/lineSettings.ts';
import { remark } from '../../shared/remarks.ts';
import type { PortInfo } from '../../shared/state.ts';
import type { SessionRecord } from '../facts/sessionRecord.ts';
import type { Timer } from '../time/timers.ts';
import type { LineControl } from '../transport/link.ts';

/** What the line of a port works with. */
export interface PortLineParts {
  readonly port: PortInfo;
  readonly record: SessionRecord;
  /** Modem lines fell and came back; whether that was a restart of the module shows only now. Resolves with true where it was none. */
  readonly onReturn: (names: readonly string[]) => Promise<boolean>;
}

/** How the line of a session's port is set, also while the port is away, and what its modem lines tell while it is open. */
export class PortLine {
  readonly #parts: PortLineParts;
  #baudRate: number;
  #settings: LineSettings;
  /** Of the port that is open; the tap over its link has none. */
  #control: LineControl | undefined;
  #watch: Timer | undefined;
  /** Lines of this port that fell and came back were no restart once. */
  #areLinesNoSign = false;

  constructor(parts: PortLineParts, baudRate: number, settings: LineSettings) {
    this.#parts = parts;
    this.#baudRate = baudRate;
    this.#settings = settings;
  }

  get baudRate(): number {
    return this.#baudRate;
  }

  get settings(): LineSettings {
    return this.#settings;
  }

  /** The port is open. */
  attach(control: LineControl | undefined): void {
    this.#control = control;
    this.#areLinesNoSign = false;
    this.#watch = control?.watch({
      onLines: (lines) => this.#parts.record.connection({ type: 'modemLines', lines }),
      onReturn: (names) => void this.#onReturn(names.map((name) => name.toUpperCase())),
    });
  }

  /** The port is open no more. */
  detach(): void {
    this.#watch?.stop();
    this.#control = undefined;
  }

  /**
   * Sets the line otherwise; a port that is away has it when it is back. @throws CodedError `LINE_NOT_SET` where the port,
   * or its driver, does not take it: what was set before holds then.
   */
  async change({ baudRate, ...change }: LineChange, isOpen: boolean): Promise<void> {
    const { port, record } = this.#parts;
    const { lineEnding: _text, ...portChange } = { ...change, ...defined({ baudRate }) };
    if (isOpen && Object.keys(portChange).length > 0) {
      if (!this.#control) throw new CodedError('LINE_NOT_SET', `${port.path} has no line to set`, port.path);
      await this.#control.set(portChange);
    }
    this.#settings = { ...this.#settings, ...change };
    this.#baudRate = baudRate ?? this.#baudRate;
    const text = lineText(this.#settings, this.#baudRate, hasPortLine(port.kind));
    record.note(remark('lineChanged', { settings: text }));
    record.connection({ type: 'line', line: this.#settings, ...defined({ baudRate }) });
  }

  /** A module that was switched off drives no line; one that only sleeps may do the same, and then its lines are no sign here. */
  async #onReturn(names: readonly string[]): Promise<void> {
    if (this.#areLinesNoSign) return;
    this.#areLinesNoSign = await this.#parts.onReturn(names);
  }
}
