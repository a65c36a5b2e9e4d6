const PLACES = 512;
/** A longer text is hardly ever said twice, and whoever keeps it keeps what it was cut from. */
const LONGEST = 128;

/**
 * What was made of short texts that came last, at one of two places that follow from a few of its characters: a module says
 * the same things again and again. To be used where all that is made of a text follows from the text.
 */
export class RecentTexts<T> {
  readonly #make: (text: string) => T;
  /** By place, and beside it at the next one that is odd the text that stood there before. */
  readonly #texts: string[] = new Array<string>(PLACES).fill('');
  readonly #made: T[];

  constructor(make: (text: string) => T) {
    this.#make = make;
    const ofNothing = make('');
    this.#made = new Array<T>(PLACES).fill(ofNothing);
  }

  /** What is made of the text, or was. */
  of(text: string): T {
    const { length } = text;
    if (length > LONGEST) return this.#make(text);
    const place = placeOf(text, length);
    if (this.#texts[place] === text) return this.#made[place] as T;
    if (this.#texts[place + 1] === text) return this.#made[place + 1] as T;
    const made = this.#make(text);
    this.#texts[place + 1] = this.#texts[place] as string;
    this.#made[place + 1] = this.#made[place] as T;
    this.#texts[place] = text;
    this.#made[place] = made;
    return made;
  }
}

/** An even place. Texts that differ do so in their length, at their end, or in a number in their middle. */
function placeOf(text: string, length: number): number {
  const end = text.charCodeAt(length - 1) * 31 + text.charCodeAt(length - 2);
  const middle = text.charCodeAt(length >> 1) * 7 + text.charCodeAt((length * 3) >> 2);
  const mixed = end * 961 + middle * 5 + length * 37;
  return ((mixed ^ (mixed >> 8)) & (PLACES / 2 - 1)) * 2;
}
