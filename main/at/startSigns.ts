import { startSettingOf } from './resultCodes.ts';

/** Within this time the lines of a start come together. */
const startSpanMs = 10_000;

/** V.250 §6.2.4, §6.1.1, §6.1.2: whether echo is off once the command has succeeded; undefined where it says nothing of it. */
function echoAfter(command: string): boolean | undefined {
  if (/^AT(?:Z|&F)/i.test(command)) return false;
  const value = /^AT(?:[A-Z]\d*)*?E([01]?)(?![A-Z]*\+)/i.exec(command)?.[1];
  return value === undefined ? undefined : value !== '1';
}

/**
 * Signs of a start where no boot line is: echo that comes back after it was switched off, and two settings of TS 27.007 that a
 * start prints together. Each setting alone can be a person's doing.
 */
export class StartSigns {
  /** Off only once a command came through without it: some modules say OK to ATE0 and go on echoing. */
  #echo: 'on' | 'toldOff' | 'off' = 'on';
  #wasEchoed = false;
  /** When each of the settings was last seen unasked. */
  #seenMs: number[] = [];

  /** A command was answered with OK. */
  onDone(command: string): void {
    const isOffNow = echoAfter(command);
    if (isOffNow !== undefined) this.#echo = isOffNow ? 'toldOff' : 'on';
    else if (this.#echo === 'toldOff') this.#echo = this.#wasEchoed ? 'on' : 'off';
    this.#wasEchoed = false;
  }

  /** A command came back as echo: true when the module had ceased to do that. */
  onEcho(): boolean {
    this.#wasEchoed = true;
    return this.#echo === 'off';
  }

  /** A line nobody asked for: true when it makes the pair of a start. */
  onUnasked(text: string, nowMsOf: () => number): boolean {
    const setting = startSettingOf(text);
    if (setting === undefined) return false;
    const nowMs = nowMsOf();
    this.#seenMs[setting] = nowMs;
    const otherMs = this.#seenMs[1 - setting];
    if (otherMs === undefined || nowMs - otherMs > startSpanMs) return false;
    this.#seenMs = [];
    return true;
  }

  /** A sign was heeded: the module does as it did when it was new. */
  forget(): void {
    this.#echo = 'on';
    this.#seenMs = [];
  }
}
