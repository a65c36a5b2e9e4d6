import { toneOf } from '../../shared/antenna.ts';

const BEEP_SECONDS = 0.08;
const LOUDNESS = 0.2;

/** Beeps that follow the signal: higher and faster is better. Silent while there is no place to follow. */
export class AntennaTone {
  readonly #place: () => number | undefined;
  #context: AudioContext | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param place where the signal stands on its scale, 0 to 1; undefined while nothing is known that is new enough */
  constructor(place: () => number | undefined) {
    this.#place = place;
  }

  /** Begins; a browser lets a page sound only after a person has done something. */
  start(): void {
    this.stop();
    this.#context = new AudioContext();
    this.#beep();
  }

  stop(): void {
    clearTimeout(this.#timer);
    void this.#context?.close();
    this.#context = undefined;
  }

  #beep(): void {
    const context = this.#context;
    if (!context) return;
    const place = this.#place();
    const { hertz, everyMs } = toneOf(place ?? 0);
    if (place !== undefined) sound(context, hertz);
    this.#timer = setTimeout(() => this.#beep(), everyMs);
  }
}

function sound(context: AudioContext, hertz: number): void {
  const [oscillator, gain] = [context.createOscillator(), context.createGain()];
  oscillator.frequency.value = hertz;
  gain.gain.value = LOUDNESS;
  oscillator.connect(gain).connect(context.destination);
  oscillator.start();
  oscillator.stop(context.currentTime + BEEP_SECONDS);
}
